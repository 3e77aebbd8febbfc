// What to do where nothing is.
import {h} from './dom.js';

const AGENT = 'HEADROOM_KAFKA=broker:9092 ./headroom agent';
const REPORTER = 'import headroom\nheadroom.watch(model, optimizer)';

/** No job is known: because nothing can be heard, or because nobody speaks. */
export function noJobs(header) {
  if (!header.ready) {
    return [h('h2', {}, 'The monitor is not ready'), h('p', {}, header.reason),
      h('p', {class: 'quiet'}, 'The setting HEADROOM_KAFKA names the brokers. This page shows jobs as soon as the monitor hears of them.')];
  }
  return [h('h2', {}, 'No job is known yet'),
    h('ol', {class: 'steps'},
      h('li', {}, 'Connect a training job: two lines in its script.', h('pre', {}, REPORTER)),
      h('li', {}, 'Connect a node: its agent samples the GPUs.', h('pre', {}, AGENT)),
      h('li', {}, 'Only to try it: a simulated cluster.', h('pre', {}, './headroom demo')))];
}

/** No GPU is known. */
export function noGpus(header) {
  if (!header.ready) return noJobs(header);
  return [h('h2', {}, 'No GPU is known yet'),
    h('p', {}, 'GPUs come from agents. Each node with GPUs runs one:'), h('pre', {}, AGENT)];
}
