// The runs that ended in the last days.
import {h, text, later, KeyedList} from './dom.js';
import {bytes, percent, duration, shortModel, words, clock, plural} from './format.js';
import {stateBadge} from './badges.js';

const OUTCOMES = ['out_of_memory', 'failed', 'completed', 'replaced'];

export default class EndedView {
  title = 'Ended';

  constructor(context, parameters) {
    this.context = context;
    this.parameters = parameters;
    this.limit = 100;
    this.search = h('input', {type: 'search', id: 'search', placeholder: 'Job, host, GPU model', value: parameters.get('search') || '',
      oninput: later(() => this.change({search: this.search.value}), 150)});
    this.outcome = h('select', {id: 'outcome', onchange: () => this.change({outcome: this.outcome.value})});
    this.count = h('p', {class: 'quiet'});
    this.body = h('tbody');
    this.rows = new KeyedList(this.body, (key, run) => row(run));
    this.table = h('div', {class: 'scroll card', tabindex: '0', role: 'region', 'aria-label': 'Runs that ended'},
      h('table', {class: 'data ended'}, h('caption', {}, 'The newest first'), h('thead', {}, h('tr', {},
        ...['Job', 'Outcome', 'Ended', 'Went on for', 'Allocated, most', 'Reserved, most', 'Process, most', 'Predicted', 'Drift', 'Where']
          .map((name, i) => h('th', {scope: 'col', class: i > 2 && i < 9 ? 'number' : ''}, name)))), this.body));
    this.empty = h('div', {class: 'empty', hidden: true});
    this.more = h('button', {type: 'button', hidden: true, onclick: () => {
      this.limit = Math.min(1000, this.limit + 300);
      this.context.watch(this.query());
    }}, 'Show more');
    this.node = h('article', {'aria-labelledby': 'title'},
      h('h1', {id: 'title', tabindex: '-1'}, 'Runs that ended'),
      h('form', {class: 'tools', role: 'search', onsubmit: event => event.preventDefault()},
        h('label', {class: 'grow'}, h('span', {}, 'Find'), this.search), h('label', {}, h('span', {}, 'Outcome'), this.outcome)),
      this.count, this.table, this.empty, this.more);
  }

  query() {
    const query = new URLSearchParams({view: 'ended', limit: this.limit});
    for (const name of ['outcome', 'search']) {
      if (this.parameters.get(name)) query.set(name, this.parameters.get(name));
    }
    return query;
  }

  change(changed) {
    for (const [name, value] of Object.entries(changed)) {
      if (value) this.parameters.set(name, value);
      else this.parameters.delete(name);
    }
    this.context.address('ended', this.parameters);
    this.context.watch(this.query());
  }

  update({header, page}) {
    const options = OUTCOMES.map(name => [name, `${words(name)} (${page.outcomes[name] || 0})`]);
    const key = options.join();
    if (this.outcome.dataset.key !== key) {
      this.outcome.dataset.key = key;
      this.outcome.replaceChildren(h('option', {value: ''}, 'every outcome'), ...options.map(([value, label]) => h('option', {value}, label)));
    }
    this.outcome.value = this.parameters.get('outcome') || '';
    this.rows.show(page.runs.map(run => [`${run.job} ${run.run || ''} ${run.ended_at}`, run]));
    this.table.hidden = !page.runs.length;
    this.empty.hidden = page.runs.length > 0;
    if (!page.runs.length) {
      this.empty.replaceChildren(...(header.ended
        ? [h('h2', {}, 'No run matches'), h('p', {}, `${plural(header.ended, 'run')} that ended ${header.ended === 1 ? 'is' : 'are'} hidden by the filter.`)]
        : [h('h2', {}, 'No run has ended yet'), h('p', {}, 'A run that ends stays here for some days, with its outcome and its peaks.')]));
    }
    text(this.count, page.total === header.ended ? plural(page.total, 'run') : `${page.total} of ${plural(header.ended, 'run')}`);
    this.more.hidden = page.runs.length >= page.total || page.runs.length >= 1000;
  }

  close() {}
}

function row(run) {
  const badge = stateBadge();
  badge.update(run.outcome);
  const number = (...content) => h('td', {class: 'number'}, ...content);
  return {
    node: h('tr', {},
      h('th', {scope: 'row'}, h('a', {href: `#/jobs/${encodeURIComponent(run.job)}`}, run.job),
        h('span', {class: 'quiet'}, [run.model, run.run && `run ${run.run}`, run.owner, run.team].filter(Boolean).join(' · '))),
      h('td', {}, badge.node), h('td', {}, clock(run.ended_at)),
      number(run.began ? duration((Date.parse(run.ended_at) - Date.parse(run.began)) / 1000) : '–'),
      number(bytes(run.allocated_bytes)), number(bytes(run.reserved_bytes)), number(bytes(run.process_used_bytes)),
      number(bytes(run.predicted_allocated_bytes)),
      number(run.drift_ratio === undefined ? '–' : `${percent(run.drift_ratio)} ${run.drift_size}`),
      h('td', {}, run.host || '–', h('span', {class: 'quiet', title: run.gpu_model}, shortModel(run.gpu_model)))),
    update() {},
  };
}
