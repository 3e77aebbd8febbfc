// The list of jobs, the worst first.
import {h, text, attribute, KeyedList, later} from './dom.js';
import {bytes, percent, duration, shortModel, words, plural} from './format.js';
import {SEVERITIES} from './words.js';
import {stateBadge, concernBadges} from './badges.js';
import {memoryBar, measuredOf, peakOf, legend} from './membar.js';
import {now} from './live.js';
import {noJobs} from './empty.js';

const PAGE = 100;
const COLUMNS = [
  ['severity', 'State', 'state'], ['name', 'Job', 'job'], ['measured', 'Memory', 'memory'],
  ['drift', 'Drift', 'drift'], ['headroom', 'Free on GPU', 'free'],
  ['time_to_capacity', 'Full in', 'full'], ['last_sample', 'Sampled', 'age'],
  [null, 'Where', 'where'],
];

export default class JobsView {
  title = 'Jobs';

  constructor(context, parameters) {
    this.context = context;
    this.parameters = parameters;
    this.search = h('input', {type: 'search', id: 'search', placeholder: 'Job, model, host, GPU model',
      value: parameters.get('search') || '',
      oninput: later(() => this.change({search: this.search.value}), 150)});
    this.state = h('select', {id: 'state', onchange: () => this.change({state: this.state.value})});
    this.model = h('select', {id: 'gpu-model', onchange: () => this.change({gpu_model: this.model.value})});
    this.sort = h('select', {id: 'sort', onchange: () => this.change({sort: this.sort.value})},
      ...COLUMNS.filter(([sort]) => sort).concat([['predicted', 'Predicted']])
        .flatMap(([sort, name]) => [
          h('option', {value: sort === 'severity' ? '' : sort}, sort === 'severity' ? 'Worst first' : name),
          h('option', {value: `-${sort}`}, sort === 'severity' ? 'Best first' : `${name}, reversed`)]));
    this.tiles = new Map(Object.entries(SEVERITIES).map(([name, {shape, words: label}]) => {
      const count = h('strong');
      const node = h('button', {type: 'button', class: 'tile', 'data-severity': name,
        onclick: () => this.change({severity: this.parameters.get('severity') === name ? '' : name})},
      h('span', {class: 'shape', 'aria-hidden': 'true'}, shape), count, h('span', {}, label));
      return [name, {node, count}];
    }));
    this.heads = COLUMNS.map(([sort, name, column]) => {
      const cell = h('div', {role: 'columnheader', class: `cell ${column}`},
        sort ? h('button', {type: 'button', onclick: () => this.turn(sort)}, name) : name);
      return {cell, sort};
    });
    this.body = h('div', {role: 'rowgroup', class: 'rows'});
    this.rows = new KeyedList(this.body, name => row(name));
    this.table = h('div', {role: 'table', class: 'jobs', 'aria-label': 'Training jobs'},
      h('div', {role: 'rowgroup', class: 'head'}, h('div', {role: 'row', class: 'row'}, ...this.heads.map(head => head.cell))),
      this.body);
    this.empty = h('div', {class: 'empty', hidden: true});
    this.count = h('p', {class: 'quiet', id: 'count'});
    this.before = h('button', {type: 'button', onclick: () => this.step(-1)}, '‹ Previous');
    this.after = h('button', {type: 'button', onclick: () => this.step(1)}, 'Next ›');
    this.place = h('span', {class: 'quiet'});
    this.pager = h('nav', {class: 'pager', 'aria-label': 'Pages of jobs', hidden: true}, this.before, this.place, this.after);
    this.node = h('section', {'aria-labelledby': 'title'},
      h('h1', {id: 'title', class: 'hidden', tabindex: '-1'}, 'Jobs'),
      h('div', {class: 'tiles', role: 'group', 'aria-label': 'Jobs by severity'},
        ...[...this.tiles.values()].map(tile => tile.node)),
      h('form', {class: 'tools', role: 'search', onsubmit: event => event.preventDefault()},
        h('label', {class: 'grow'}, h('span', {}, 'Find'), this.search),
        h('label', {}, h('span', {}, 'State'), this.state),
        h('label', {}, h('span', {}, 'GPU model'), this.model),
        h('label', {}, h('span', {}, 'Order'), this.sort)),
      h('div', {class: 'between'}, this.count, legend()),
      this.table, this.empty, this.pager);
    this.options(this.state, 'every state', [], parameters.get('state'));
    this.options(this.model, 'every GPU model', [], parameters.get('gpu_model'));
    this.aging = setInterval(() => this.age(), 1000);
  }

  query() {
    const query = new URLSearchParams({view: 'jobs', offset: PAGE * this.page, limit: PAGE});
    for (const name of ['sort', 'state', 'severity', 'gpu_model', 'search']) {
      if (this.parameters.get(name)) query.set(name, this.parameters.get(name));
    }
    return query;
  }

  /** From 0; people count from 1. */
  get page() {
    return Math.max(0, Math.floor(Number(this.parameters.get('page')) || 1) - 1);
  }

  step(by) {
    if ((by < 0 ? this.before : this.after).hasAttribute('aria-disabled')) return;
    this.turnTo(this.page + by);
    this.count.scrollIntoView({block: 'center'});
  }

  turnTo(page) {
    this.change({page: page > 0 ? page + 1 : ''});
  }

  /** The address is the filter, so that it can be sent. */
  change(changed) {
    if (!('page' in changed)) this.parameters.delete('page');
    for (const [name, value] of Object.entries(changed)) {
      if (value) this.parameters.set(name, value);
      else this.parameters.delete(name);
    }
    this.context.address('jobs', this.parameters);
    this.context.watch(this.query());
  }

  turn(sort) {
    const before = this.parameters.get('sort') || 'severity';
    this.change({sort: before === sort ? `-${sort}` : sort === 'severity' ? '' : sort});
  }

  update(document) {
    const {header, total, order, jobs} = document;
    for (const [name, tile] of this.tiles) {
      text(tile.count, header.severities[name].toLocaleString());
      attribute(tile.node, 'aria-pressed', this.parameters.get('severity') === name ? 'true' : 'false');
      tile.node.classList.toggle('none', header.severities[name] === 0);
    }
    this.options(this.state, 'every state',
      Object.entries(header.states).map(([name, n]) => [name, n ? `${words(name)} (${n})` : words(name)]),
      this.parameters.get('state'));
    this.options(this.model, 'every GPU model', header.gpu_models.map(name => [name, name]),
      this.parameters.get('gpu_model'));
    this.sort.value = this.parameters.get('sort') || '';
    for (const {cell, sort} of this.heads) {
      const by = this.parameters.get('sort') || 'severity';
      attribute(cell, 'aria-sort', sort && by === sort ? 'descending' : by === `-${sort}` ? 'ascending' : null);
    }
    const widest = Math.max(1, ...order.map(name =>
      Math.max(jobs[name].predicted_peak?.device_p50_bytes || 0, peakOf(jobs[name]) || 0)));
    this.rows.show(order.map(name => [name, {job: jobs[name], widest}]));
    this.age();
    this.table.hidden = order.length === 0;
    this.empty.hidden = order.length > 0;
    if (!order.length) this.explain(header);
    text(this.count, total === header.jobs ? plural(total, 'job')
      : `${total.toLocaleString()} of ${plural(header.jobs, 'job')}`);
    this.showPager(total, order.length);
  }

  showPager(total, shown) {
    const first = PAGE * this.page;
    this.pager.hidden = total <= PAGE;
    if (first > 0 && !shown) this.turnTo(Math.ceil(total / PAGE) - 1);
    attribute(this.before, 'aria-disabled', first === 0 ? 'true' : null);
    attribute(this.after, 'aria-disabled', first + shown >= total ? 'true' : null);
    text(this.place, `${(first + 1).toLocaleString()} to ${(first + shown).toLocaleString()} of ${total.toLocaleString()}`);
  }

  explain(header) {
    const key = header.jobs ? 'filter' : header.ready ? 'none' : header.reason;
    if (this.explained === key) return;
    this.explained = key;
    this.empty.replaceChildren(...(header.jobs
      ? [h('h2', {}, 'No job matches'),
        h('p', {}, `${plural(header.jobs, 'job')} ${header.jobs === 1 ? 'is' : 'are'} hidden by the filter.`),
        h('button', {type: 'button', onclick: () => this.clear()}, 'Show every job')]
      : noJobs(header)));
  }

  clear() {
    this.search.value = '';
    this.change({search: '', state: '', severity: '', gpu_model: ''});
  }

  options(select, every, options, chosen) {
    const all = [['', every], ...options];
    if (chosen && !options.some(([value]) => value === chosen)) all.push([chosen, words(chosen)]);
    const key = all.map(([, label]) => label).join();
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      select.replaceChildren(...all.map(([value, label]) => h('option', {value}, label)));
    }
    select.value = chosen || '';
  }

  age() {
    for (const child of this.rows.children.values()) child.age();
  }

  close() {
    clearInterval(this.aging);
  }
}

function row(name) {
  const badge = stateBadge();
  const concerns = concernBadges();
  const bar = memoryBar();
  const model = h('span', {class: 'quiet'});
  const figures = h('span', {class: 'figure'});
  const drift = h('span', {class: 'figure'});
  const driftOf = h('span', {class: 'quiet'});
  const free = h('span', {class: 'figure'});
  const size = h('span', {class: 'quiet'});
  const full = h('span', {class: 'figure'});
  const growth = h('span', {class: 'quiet'});
  const sampled = h('span', {class: 'figure'});
  const host = h('span', {});
  const gpu = h('span', {class: 'quiet'});
  const cell = (column, ...content) => h('div', {role: 'cell', class: `cell ${column}`}, ...content);
  const node = h('div', {role: 'row', class: 'row'},
    cell('state', badge.node, concerns.node),
    cell('job', h('a', {href: `#/jobs/${encodeURIComponent(name)}`}, name), model),
    cell('memory', bar.node, figures),
    cell('drift', drift, driftOf),
    cell('free', free, size),
    cell('full', full, growth),
    cell('age', sampled),
    cell('where', host, gpu));
  let job;
  return {
    node,
    update(value) {
      job = value.job;
      badge.update(job.state);
      concerns.update(job.concerns, job.state);
      bar.update(job, value.widest);
      text(model, [job.model, job.ranks > 1 ? `${job.ranks} ranks` : null].filter(Boolean).join(' · '));
      const predicted = job.predicted_peak?.device_p50_bytes;
      text(figures, `${bytes(measuredOf(job))} now${predicted ? `, about ${bytes(predicted)} predicted` : ''}`);
      const worst = job.worst_drift;
      text(drift, worst ? percent(worst.ratio) : '–');
      attribute(drift, 'data-drift', worst && worst.ratio > 0.1 && worst.size !== 'device' ? 'over' : null);
      text(driftOf, worst ? (worst.size === 'device' ? 'device, rough' : worst.size)
        : job.confidence === 'unsupported' ? 'unsupported' : '');
      const fullest = job.fullest || {};
      text(free, fullest.gpu_total_bytes ? bytes(fullest.gpu_total_bytes - (fullest.gpu_used_bytes || 0)) : '–');
      text(size, fullest.gpu_total_bytes ? `of ${bytes(fullest.gpu_total_bytes)}` : '');
      text(full, duration(job.time_to_capacity_seconds));
      full.parentNode.classList.toggle('never', job.time_to_capacity_seconds === undefined);
      text(growth, job.growth_bytes_per_second ? `+${bytes(job.growth_bytes_per_second)}/s` : '');
      text(host, fullest.host || '–');
      text(gpu, shortModel(fullest.gpu_model));
      attribute(gpu, 'title', fullest.gpu_model);
    },
    age() {
      text(sampled, job?.last_sample ? duration((now() - Date.parse(job.last_sample)) / 1000) : '–');
    },
  };
}
