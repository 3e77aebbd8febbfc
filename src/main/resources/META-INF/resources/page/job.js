// One job: what it holds, through time, by category and layer; why; and how its runs ended.
import {h, text, definitions, table, disclosure, attribute} from './dom.js';
import {bytes, percent, duration, words, clock, plural} from './format.js';
import {CATEGORIES, concern} from './words.js';
import {stateBadge, concernBadges} from './badges.js';
import {Split} from './split.js';
import {Chart, step, treemap, TREE_COLOURS} from './charts.js';
import {Through} from './through.js';
import {ask, now} from './live.js';
import {reasons} from './reasons.js';

export default class JobView {
  constructor(context, parameters, name) {
    this.context = context;
    this.name = name;
    this.title = name;
    this.badge = stateBadge();
    this.concerns = concernBadges();
    this.facts = h('dl', {class: 'facts'});
    this.why = h('div', {class: 'why'});
    this.split = new Split();
    this.through = new Through();
    this.layers = h('div');
    this.stepSection = h('div');
    this.ranks = h('div');
    this.runs = h('section', {class: 'card wide', hidden: true}, h('h2', {}, 'Runs that ended'), h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Runs that ended'}));
    this.actions = h('nav', {class: 'actions', 'aria-label': 'What to do with this job'});
    this.announce = h('p', {class: 'hidden', role: 'status'});
    this.detail = h('div', {class: 'detail'},
      h('section', {class: 'card wide'}, this.facts, this.why),
      h('section', {class: 'card wide'}, h('h2', {}, 'What it is made of'), this.split.node),
      h('section', {class: 'card wide'}, h('h2', {}, 'Through time'), ...this.through.nodes),
      h('section', {class: 'card'}, h('h2', {}, 'Which layers take the memory'), this.layers),
      h('section', {class: 'card'}, h('h2', {}, 'One training step, predicted'), this.stepSection),
      h('section', {class: 'card wide'}, h('h2', {}, 'Ranks, the fullest first'), this.ranks),
      this.runs);
    this.missing = h('div', {class: 'empty', hidden: true});
    this.node = h('article', {'aria-labelledby': 'title'},
      h('a', {href: '#/jobs', class: 'back'}, '‹ all jobs'),
      h('div', {class: 'headline'}, h('h1', {id: 'title', tabindex: '-1'}, name), this.badge.node, this.concerns.node, this.actions),
      this.announce, this.missing, this.detail);
    this.aging = setInterval(() => this.showFacts(), 1000);
  }

  query() {
    return new URLSearchParams({view: 'job', job: this.name});
  }

  update(document, patch) {
    this.document = document;
    const {detail, known} = document;
    this.missing.hidden = known;
    this.detail.hidden = !known;
    if (!known) {
      this.missing.replaceChildren(h('h2', {}, `No job is called ${this.name}`),
        h('p', {}, 'It may have been forgotten: silent jobs go after a quarter of an hour, ended ones after some days.'),
        h('a', {class: 'button', href: `#/jobs?search=${encodeURIComponent(this.name)}`}, 'Look for it'));
      this.badge.node.hidden = true;
      return;
    }
    this.badge.node.hidden = false;
    this.badge.update(detail.state);
    this.concerns.update(detail.concerns, detail.state);
    const said = `${this.name} is ${words(detail.state)}${detail.concerns.length ? `: ${detail.concerns.map(it => concern(it).words).join(', ')}` : ''}`;
    text(this.announce, said);
    this.showActions();
    this.showFacts();
    this.showWhy();
    this.split.update(detail);
    this.showRanks();
    this.showRuns();
    this.through.update(document, patch);
    if (patch === null || patch.detail?.run || patch.listed !== undefined) this.load();
    else if (!this.hasBudget && detail.predicted_peak) this.loadBudget();
  }

  /** Only what is said otherwise is put in, so that what is open or has the focus stays. */
  showWhy() {
    const fresh = reasons(this.document, this.about);
    const old = [...this.why.children];
    if (old.length !== fresh.length) {
      this.why.replaceChildren(...fresh);
      return;
    }
    fresh.forEach((node, i) => {
      if (!old[i].isEqualNode(node) && !(old[i].open && old[i].textContent === node.textContent)) {
        old[i].replaceWith(node);
      }
    });
  }

  /** What comes once and does not change while the run goes on. */
  async load() {
    const path = `/api/v1/jobs/${encodeURIComponent(this.name)}`;
    this.context.about().then(about => {
      this.about = about;
      this.showActions(true);
      this.showWhy();
    }).catch(() => {});
    await this.through.load(path);
    await this.loadBudget();
  }

  /** It may come later than the first samples. */
  async loadBudget() {
    const path = `/api/v1/jobs/${encodeURIComponent(this.name)}`;
    this.hasBudget = Boolean(this.document.detail?.predicted_peak);
    if (this.hasBudget) {
      await Promise.all([this.loadLayers(path), this.loadStep(path)]);
    } else {
      for (const part of [this.layers, this.stepSection]) part.replaceChildren(h('p', {class: 'quiet'}, 'There is no budget to show.'));
    }
  }

  async loadLayers(path) {
    try {
      const [{groups}, {layers, total}] = await Promise.all([
        ask(`${path}/heaviest`), ask(`${path}/layers?limit=20000`)]);
      this.treeChart ??= new Chart(this.treeNode = h('div', {class: 'chart tall', 'aria-hidden': 'true'}));
      this.treeChart.show(() => treemap(layers));
      this.layers.replaceChildren(this.treeNode,
        h('p', {class: 'quiet'}, `Areas are what each of ${plural(total, 'layer')} holds at the peak: parameters and kept results. Choose a module to go into it.`),
        h('ul', {class: 'legend'}, ...TREE_COLOURS.map(([name, label]) => h('li', {}, h('span', {class: 'swatch', 'data-category': name}), label))),
        disclosure('The heaviest twenty, equal ones together', h('div', {tabindex: '0', role: 'group', 'aria-label': 'The heaviest twenty layers'}, table('Layers that hold most at the predicted peak',
          ['Layer', 'Type', 'How many', 'Each', 'Together'],
          groups.map(group => [alike(group), group.type, `${group.count}`, bytes(group.each_bytes), bytes(group.total_bytes)]), [1]),
        h('h3', {}, 'Where the figures come from'),
        h('dl', {class: 'formulas'}, ...groups.flatMap(group => [h('dt', {}, alike(group)),
          ...group.formulas.map(formula => h('dd', {}, formula))])))));
    } catch (failure) {
      this.layers.replaceChildren(h('p', {class: 'quiet'}, failure.message));
    }
  }

  async loadStep(path) {
    try {
      const shown = await ask(`${path}/step`);
      if (!shown.moments.length) throw new Error('The budget has no step.');
      this.stepChart ??= new Chart(this.stepNode = h('div', {class: 'chart tall', 'aria-hidden': 'true'}));
      this.stepChart.show(() => step(shown));
      const {phase, layer} = this.document.detail?.predicted_peak || {};
      const top = [...shown.moments].sort((a, b) => b.allocated_bytes - a.allocated_bytes).slice(0, 20);
      this.stepSection.replaceChildren(this.stepNode,
        h('p', {class: 'quiet'}, `The peak is in ${words(phase)}${layer ? `, at ${layer}` : ''}.`
          + (shown.total > shown.moments.length ? ` Each point is the largest of several of ${shown.total.toLocaleString()}.` : '')),
        h('ul', {class: 'legend'}, ...CATEGORIES.map(([name, label]) => h('li', {}, h('span', {class: 'swatch', 'data-category': name}), label))),
        disclosure('The step’s highest twenty moments', table('The moments of the step with most allocated',
          ['Layer', 'Phase', 'Allocated', 'Reserved'],
          top.map(moment => [moment.layer || '–', words(moment.phase), bytes(moment.allocated_bytes), bytes(moment.reserved_bytes)]), [1])));
    } catch (failure) {
      this.stepSection.replaceChildren(h('p', {class: 'quiet'}, failure.message));
    }
  }

  showActions(isKnown) {
    const hasConfig = Boolean(this.document.detail.setup);
    const model = this.document.detail.fullest?.gpu_model;
    const key = `${hasConfig} ${model} ${Boolean(isKnown || this.about)} ${this.document.detail.concerns.join()}`;
    if (this.actions.dataset.key === key) return;
    this.actions.dataset.key = key;
    const name = encodeURIComponent(this.name);
    const {grafana_url: boards, runbooks_url: runbooks} = this.about || {};
    const runbook = this.document.detail.concerns.map(it => concern(it).runbook).find(Boolean);
    this.actions.replaceChildren(...[
      hasConfig && h('a', {class: 'button', href: `#/what-if?job=${name}${model ? `&gpu=${encodeURIComponent(model)}` : ''}`}, 'What if…'),
      hasConfig && h('a', {class: 'button', href: `/api/v1/jobs/${name}/config`, download: ''}, 'Config'),
      boards && h('a', {class: 'button', href: `${boards.replace(/\/$/, '')}/d/headroom-job?var-job=${name}`}, 'Dashboard'),
      runbooks && runbook && h('a', {class: 'button', href: `${runbooks.replace(/\/$/, '')}/${runbook}.md`}, 'Runbook'),
    ].filter(Boolean));
  }

  showFacts() {
    const job = this.document?.detail;
    if (!job) return;
    const setup = job.setup;
    const fullest = job.fullest || {};
    definitions(this.facts, [
      ['model', job.model], ['run', job.run],
      ['owner', job.owner], ['team', job.team], ['namespace', job.namespace],
      ['batch', setup && `${setup.batch_size} a rank`], ['optimizer', setup?.optimizer],
      ['precision', setup && (setup.compute === setup.parameters ? setup.compute : `${setup.parameters}, autocast ${setup.compute}`)],
      ['sharding', setup && setup.strategy !== 'none' ? `${setup.strategy} over ${setup.world_size}` : null],
      ['framework', setup?.framework], ['prediction', job.confidence],
      ['ranks', job.ranks || null], ['host', fullest.host], ['GPU', fullest.gpu_model || fullest.gpu],
      ['free on its GPU', fullest.gpu_total_bytes
        ? `${bytes(fullest.gpu_total_bytes - (fullest.gpu_used_bytes || 0))} of ${bytes(fullest.gpu_total_bytes)}` : null],
      ['growth', job.growth_bytes_per_second ? `${bytes(job.growth_bytes_per_second)}/s` : 'none seen'],
      ['full in', job.time_to_capacity_seconds === undefined ? null : duration(job.time_to_capacity_seconds)],
      ['last sample', job.last_sample ? `${duration((now() - Date.parse(job.last_sample)) / 1000)} ago` : 'none yet'],
      ['as of', job.as_of ? `${clock(job.as_of)}, by another monitor` : null],
      ['ended', job.ended_at ? clock(job.ended_at) : null],
    ]);
  }

  showRanks() {
    const {placements, ranks} = this.document.detail;
    const open = placements.length > 0;
    const made = table(open ? `${plural(ranks, 'rank')}; at most 256 are shown` : 'No sample of any rank came yet',
      ['Rank', 'Host', 'GPU', 'Phase', 'Step', 'Allocated', 'Reserved', 'Process', 'Process, most', 'GPU used'],
      placements.map(it => [`${it.rank ?? '?'}${it.contested ? ' ▲ on two hosts' : ''}`, it.host || '–', it.gpu,
        words(it.phase) || '–', it.step === undefined ? '–' : it.step.toLocaleString(),
        bytes(it.measured.allocated_bytes), bytes(it.measured.reserved_bytes), bytes(it.measured.process_used_bytes),
        bytes(it.measured_peak.process_used_bytes),
        it.gpu_total_bytes ? `${bytes(it.gpu_used_bytes)} of ${bytes(it.gpu_total_bytes)}` : '–']), [1, 2, 3]);
    patchTable(this.ranks, made, 'Ranks');
  }

  showRuns() {
    const {runs} = this.document;
    this.runs.hidden = !runs.length;
    if (!runs.length) return;
    patchTable(this.runs.lastChild, endedTable(runs), 'Runs that ended');
  }

  close() {
    clearInterval(this.aging);
    for (const it of [this.through, this.treeChart, this.stepChart]) it?.close();
  }
}

/** The runs of one job that ended. */
function endedTable(runs) {
  return table('The newest first', ['Run', 'Outcome', 'Ended', 'Went on for', 'Most allocated', 'Most reserved', 'Process', 'Drift'],
    runs.map(run => [run.run || '–', words(run.outcome), clock(run.ended_at),
      run.began ? duration((Date.parse(run.ended_at) - Date.parse(run.began)) / 1000) : '–',
      bytes(run.allocated_bytes), bytes(run.reserved_bytes), bytes(run.process_used_bytes),
      run.drift_ratio === undefined ? '–' : `${percent(run.drift_ratio)} ${run.drift_size}`]), [1, 2]);
}

/** Puts the texts of a fresh table into the one that is there, so that nothing jumps. */
function patchTable(parent, fresh, label) {
  const old = parent.querySelector('table');
  const cells = fresh.querySelectorAll('th, td, caption');
  const before = old?.querySelectorAll('th, td, caption');
  if (before?.length === cells.length) {
    cells.forEach((cell, i) => text(before[i], cell.textContent));
    return;
  }
  attribute(parent, 'class', 'scroll');
  attribute(parent, 'tabindex', '0');
  attribute(parent, 'role', 'region');
  attribute(parent, 'aria-label', label);
  parent.replaceChildren(fresh);
}

/** The layers of a group, by the first of them. */
function alike({first, count}) {
  return count > 1 ? `${first} and ${count - 1} alike` : first;
}
