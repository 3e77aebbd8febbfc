// What a job's memory is made of, true to the total: predicted, measured at most, measured now.
import {h, text, style, table} from './dom.js';
import {bytes, percent, words} from './format.js';
import {CATEGORIES, CATEGORY_MEANS} from './words.js';

const sum = values => values.reduce((all, value) => all + (value || 0), 0);

/** The parts of the budget at the peak; they add up to what the device shows. */
function predictedParts(job) {
  return CATEGORIES.map(([name, label]) => ({name, label, bytes: job.predicted_categories?.[name] || 0}));
}

/**
 * The parts of a measurement: each measured category; one part that nobody splits, up to allocated;
 * of that what is above the budget, apart; then what is reserved, then what the process has besides.
 */
export function measuredParts(sizes, categories, budget) {
  const parts = [];
  const known = categories.filter(category => category.measured_bytes > 0);
  for (const {category, measured_bytes} of known) {
    parts.push({name: category, label: words(category), bytes: measured_bytes});
  }
  const {allocated_bytes: allocated, reserved_bytes: reserved, process_used_bytes: process} = sizes;
  let floor = sum(known.map(category => category.measured_bytes));
  if (allocated !== undefined) {
    const excess = budget === undefined ? 0 : Math.max(0, allocated - Math.max(budget, floor));
    parts.push({name: 'unsplit', label: 'not split', bytes: Math.max(0, allocated - excess - floor)},
      {name: 'excess', label: 'above the budget', bytes: excess});
    floor = Math.max(floor, allocated);
  }
  if (reserved !== undefined) {
    parts.push({name: 'reserved', label: 'reserved, not in use', bytes: Math.max(0, reserved - floor)});
    floor = Math.max(floor, reserved);
  }
  if (process !== undefined) {
    parts.push({name: 'process', label: 'beyond the allocator', bytes: Math.max(0, process - floor)});
  }
  return parts.filter(part => part.bytes > 0);
}

function bar() {
  const parts = h('div', {class: 'parts', role: 'img'});
  const total = h('span', {class: 'figure'});
  const name = h('span', {class: 'name'});
  const node = h('div', {class: 'splitbar'}, h('div', {class: 'between'}, name, total), parts);
  let shown = '';
  return {
    node,
    update(title, all, whole, figure) {
      text(name, title);
      text(total, figure);
      const key = all.map(part => part.name).join();
      if (key !== shown) {
        shown = key;
        parts.replaceChildren(...all.map(part => h('span', {class: 'part', 'data-category': part.name})));
      }
      all.forEach((part, i) => {
        style(parts.children[i], 'width', `${100 * part.bytes / whole}%`);
        parts.children[i].title = `${part.label}: ${bytes(part.bytes)}`;
      });
      parts.setAttribute('aria-label', `${title}: ${all.map(part => `${part.label} ${bytes(part.bytes)}`).join(', ') || 'nothing'}`);
    },
  };
}

/** The three bars with their legend and a table. */
export class Split {
  constructor() {
    this.bars = [bar(), bar(), bar()];
    this.limit = h('div', {class: 'limit'}, h('span'));
    this.legend = h('ul', {class: 'legend'});
    this.words = h('p', {class: 'quiet'});
    this.figures = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'By category'});
    this.node = h('div', {class: 'split'},
      h('div', {class: 'bars'}, ...this.bars.map(it => it.node), this.limit), this.legend, this.words,
      h('details', {class: 'figures'}, h('summary', {}, 'By category, in figures'), this.figures));
  }

  update(job) {
    const predicted = job.predicted_peak;
    const now = job.measured || {};
    const most = job.measured_peak || {};
    const size = job.fullest?.gpu_total_bytes;
    const top = Math.max(predicted?.device_p95_bytes || 0,
      ...[now, most].flatMap(it => [it.process_used_bytes, it.reserved_bytes, it.allocated_bytes].map(n => n || 0)), 1);
    const whole = size && size < top * 2 ? Math.max(size, top) : top * 1.05;
    const budget = predictedParts(job);
    const ofNow = measuredParts(now, job.categories, predicted?.allocated_bytes);
    const ofMost = measuredParts(most, [], predicted?.allocated_bytes);
    const figure = sizes => ['allocated', 'reserved', 'process_used']
      .filter(name => sizes[`${name}_bytes`] !== undefined)
      .map(name => `${words(name).replace(' used', '')} ${bytes(sizes[`${name}_bytes`])}`).join(' · ') || 'nothing yet';
    this.bars[0].node.hidden = !predicted;
    if (predicted) {
      this.bars[0].update('Predicted at the peak', budget, whole,
        `allocated ${bytes(predicted.allocated_bytes)} · reserved ${bytes(predicted.reserved_bytes)} · device about ${bytes(predicted.device_p50_bytes)}`);
    }
    this.bars[1].update('Measured at most', ofMost, whole, figure(most));
    this.bars[2].update('Measured now, fullest rank', ofNow, whole, figure(now));
    const isNear = size && size <= whole;
    this.limit.hidden = !isNear;
    if (isNear) {
      style(this.limit, 'left', `${100 * size / whole}%`);
      text(this.limit.firstChild, `GPU ${bytes(size)}`);
    }
    this.showLegend([...budget, ...ofMost, ...ofNow].filter(part => part.bytes > 0));
    const unmeasured = job.categories.filter(category => category.measured_bytes === undefined)
      .map(category => words(category.category));
    text(this.words, now.allocated_bytes === undefined && now.reserved_bytes === undefined
      ? 'No reporter speaks for this job: only what its process holds is measured.'
      : unmeasured.length ? `Nobody measures ${list(unmeasured)} one by one: they are the hatched part.` : '');
    this.figures.replaceChildren(categoryTable(job));
  }

  showLegend(parts) {
    const names = new Map(parts.map(part => [part.name, part.label]));
    const key = [...names.keys()].join();
    if (this.legend.dataset.key === key) return;
    this.legend.dataset.key = key;
    this.legend.replaceChildren(...[...names].map(([name, label]) =>
      h('li', {title: CATEGORY_MEANS[name]}, h('span', {class: 'swatch', 'data-category': name}), label)));
  }
}

/** Like beside like: what is measured now, and the most that the category should ever hold. */
function categoryTable(job) {
  return table('Each category: a measured one is compared with the most that it should ever hold.',
    ['Category', 'Predicted at the peak', 'Largest at any time', 'Measured now', 'Above its largest'],
    job.categories.map(category => {
      const {measured_bytes: measured, predicted_maximum_bytes: largest} = category;
      const above = measured !== undefined && largest ? (measured - largest) / largest : null;
      return [words(category.category), bytes(category.predicted_bytes), bytes(largest),
        measured === undefined ? 'not measured' : bytes(measured),
        above === null ? '–' : above > 0.001 ? percent(above) : 'no'];
    }));
}

export function list(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
