// How far the monitor's predictions were from what jobs held in the end.
import {h, style, table} from './dom.js';
import {percent, plural} from './format.js';

export default class AccuracyView {
  title = 'Accuracy';

  constructor() {
    this.models = h('div', {class: 'accuracy'});
    this.empty = h('div', {class: 'empty', hidden: true},
      h('h2', {}, 'No job with a budget has settled yet'),
      h('p', {}, 'Each job that completes with a measured and a predicted peak is counted here, by the model of its GPU.'));
    this.node = h('article', {'aria-labelledby': 'title'},
      h('h1', {id: 'title', tabindex: '-1'}, 'Accuracy'),
      h('p', {class: 'quiet'}, 'The relative error of each prediction, (measured − predicted) / predicted, of jobs that settled since this monitor started, by GPU model and size. The metric is ',
        h('code', {}, 'headroom_prediction_error_ratio'), '.'),
      this.models, this.empty);
  }

  query() {
    return new URLSearchParams({view: 'accuracy'});
  }

  update({models}) {
    const names = Object.keys(models).filter(name => models[name].jobs);
    this.empty.hidden = names.length > 0;
    const key = JSON.stringify(models);
    if (key === this.shown) return;
    this.shown = key;
    this.models.replaceChildren(...names.map(name => histogram(name, models[name])));
  }

  close() {}
}

function histogram(name, {bounds, counts, jobs, mean, within_p95: held}) {
  const most = Math.max(...counts);
  const label = i => i === 0 ? `up to ${percent(bounds[0])}`
    : i === bounds.length ? `over ${percent(bounds.at(-1))}` : `${percent(bounds[i - 1])} to ${percent(bounds[i])}`;
  const within = width => counts.reduce((sum, count, i) =>
    i > 0 && i < bounds.length && bounds[i] <= width + 1e-9 && bounds[i - 1] >= -width - 1e-9 ? sum + count : sum, 0);
  const share = width => `${Math.round(100 * within(width) / jobs)} %`;
  return h('section', {class: 'card'}, h('h2', {}, name),
    h('p', {}, `${plural(jobs, 'job')}, mean error ${percent(mean)}. Within 2 %: ${share(0.02)}, within 5 %: ${share(0.05)}, within 10 %: ${share(0.1)}. At most P95: ${Math.round(100 * held / jobs)} %.`),
    h('div', {class: 'histogram', 'aria-hidden': 'true'}, ...counts.map((count, i) => {
      const bar = h('span', {class: 'bar'});
      style(bar, 'height', `${100 * count / most}%`);
      const isNear = i > 0 && i < bounds.length && Math.abs(bounds[i]) <= 0.1 && Math.abs(bounds[i - 1]) <= 0.1;
      return h('span', {class: `bucket${isNear ? ' near' : ''}`, title: `${label(i)}: ${count}`},
        h('span', {class: 'count'}, count ? String(count) : ''), bar,
        h('span', {class: 'edge'}, i < bounds.length ? percent(bounds[i]).replace('.0 ', ' ') : ''));
    })),
    h('details', {class: 'figures'}, h('summary', {}, 'In figures'),
      table(`Errors on ${name}`, ['Error', 'Jobs'], counts.map((count, i) => [label(i), String(count)]))));
}
