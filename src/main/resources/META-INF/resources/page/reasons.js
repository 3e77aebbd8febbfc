// Why a job is as it is, in sentences.
import {h} from './dom.js';
import {bytes, percent, duration, words} from './format.js';

const GROWS = ['growing', 'leaking'];

/** One paragraph for each thing that has to be said. */
export function reasons(document, about) {
  const job = document.detail;
  const said = [];
  const say = (severity, ...parts) => said.push(h('p', {'data-severity': severity}, ...parts));
  if (!document.listed) say('notice', 'This run is over; what is shown is its last word.');
  if (job.concerns.includes('out_of_memory')) say('critical', 'It died because its GPU was full.');
  if (job.concerns.some(it => GROWS.includes(it))) {
    const full = job.time_to_capacity_seconds;
    say(full === undefined ? 'warning' : job.severity, `It grows by ${bytes(job.growth_bytes_per_second)} a second`
      + `${full === undefined ? '' : `: its GPU is full in ${duration(full)}`}. A job that trains holds the same after its second step: it may leak.`);
  }
  if (job.concerns.includes('over_committed')) {
    say('warning', 'The jobs on its GPU do not fit together once each has reached its peak.');
  }
  drift(job, say);
  if (job.preallocates) {
    say('fine', 'Its framework takes device memory before it needs it: only what its allocator says is compared, and its GPU counts what it holds.');
  }
  if (job.drift_causes.length) {
    say('notice', `What would explain it: ${job.drift_causes.map(it => it.words).join('; or ')}.`);
  }
  if (job.concerns.includes('contested')) {
    say('notice', 'One of its ranks was seen on two hosts at a time: two jobs may use this name, and their figures are mixed.');
  }
  if (!job.predicted_peak) noBudget(job, say, about);
  else if (job.confidence !== 'exact' && job.reasons.length) {
    said.push(h('details', {}, h('summary', {}, `The prediction is ${words(job.confidence)}: ${job.reasons.length} ${job.reasons.length === 1 ? 'reason' : 'reasons'}`),
      h('ul', {}, ...job.reasons.map(reason => h('li', {}, reason)))));
  }
  return said;
}

function drift(job, say) {
  const worst = job.worst_drift;
  if (!worst) return;
  if (worst.size === 'device') {
    say('fine', `Its process holds ${percent(worst.ratio)} against the rough prediction of the device; the framework’s own figures are not reported.`);
    return;
  }
  const grew = job.categories.filter(it => it.measured_bytes > (it.predicted_maximum_bytes || Infinity) * 1.02);
  if (worst.ratio > 0.1) {
    say(job.concerns.some(it => ['over_budget', 'drifting'].includes(it)) ? 'warning' : 'notice',
      `At most it held ${bytes(worst.bytes)} (${percent(worst.ratio)}) more ${worst.size} than its config says. `,
      grew.length ? `Above their own largest: ${grew.map(it => `${words(it.category)} by ${bytes(it.measured_bytes - it.predicted_maximum_bytes)}`).join(', ')}.`
        : worst.size === 'reserved' ? 'What is allocated is as predicted: the allocator keeps segments that it no longer needs whole.'
          : 'Of the measured categories none is above its own largest: the rest is in what nobody splits.');
  } else if (worst.ratio < -0.1) {
    say('fine', `It holds ${percent(worst.ratio)} of ${worst.size} against its budget: it may not have reached its peak yet, or trains with less than it declares.`);
  }
}

/** With a capital and a full stop. */
function sentence(words) {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/** What to do about a missing budget, by its reason. */
const REMEDIES = {
  no_config: () => ['Its reporter sends one: ', h('code', {}, 'headroom.watch(model, optimizer)'), ' in the training script. '],
  other_run: () => ['Give its reporter and its agent one and the same ', h('code', {}, 'HEADROOM_RUN'), '. '],
  refused: () => [h('code', {}, 'headroom.dead-letters'), ' has it under the job’s name. '],
  unsupported: () => ['Its reporter can describe that layer as ', h('code', {}, 'opaque'), '. '],
};

function noBudget(job, say, about) {
  const why = job.reasons.join('; ');
  const isUnsupported = job.budget_missing === 'unsupported';
  say('notice', isUnsupported ? 'Its config cannot be predicted: ' : '', h('span', {}, isUnsupported ? `${why}.` : sentence(why)), ' ',
    ...(REMEDIES[job.budget_missing]?.() ?? []),
    about?.runbooks_url ? h('a', {href: `${about.runbooks_url.replace(/\/$/, '')}/HeadroomPredictionMissing.md`}, 'What to look at') : null);
}
