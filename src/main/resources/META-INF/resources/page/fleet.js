// The GPUs: by node, how full each is and will be; who is on it; what still fits.
import {h, text, attribute, KeyedList, table} from './dom.js';
import {bytes, plural} from './format.js';
import {ask} from './live.js';
import {noGpus} from './empty.js';

/** Which GPUs are shown. */
const ONLY = {
  '': {label: 'every GPU', takes: () => true},
  full: {label: 'over 80 %', takes: (cell, share) => share >= 80},
  over: {label: 'does not fit at the peaks', takes: cell => cell.over},
  idle: {label: 'idle', takes: isIdle},
  silent: {label: 'agent silent', takes: cell => cell.silent},
};

const BY_NUMBER = new Intl.Collator(undefined, {numeric: true});

function isIdle(cell) {
  return !cell.silent && !cell.jobs.length && cell.used_percent < 2;
}

export default class FleetView {
  title = 'Fleet';

  constructor(context, parameters) {
    this.context = context;
    this.parameters = parameters;
    this.by = h('select', {id: 'by', onchange: () => this.change({by: this.by.value})},
      h('option', {value: ''}, 'used now'), h('option', {value: 'committed'}, 'needed at the peaks'));
    this.by.value = parameters.get('by') || '';
    this.model = h('select', {id: 'gpu-model', onchange: () => this.change({gpu_model: this.model.value})},
      h('option', {value: ''}, 'every GPU model'));
    this.only = h('select', {id: 'only', onchange: () => this.change({only: this.only.value})},
      ...Object.entries(ONLY).map(([name, {label}]) => h('option', {value: name}, label)));
    this.only.value = parameters.get('only') || '';
    this.models = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'By GPU model'});
    this.map = h('div', {class: 'heatmap', role: 'group', 'aria-label': 'GPUs by node'});
    this.nodes = new KeyedList(this.map, name => this.row(name));
    this.chosen = h('section', {class: 'card', id: 'gpu', hidden: true, 'aria-live': 'off'});
    this.chosenTitle = h('h2');
    this.chosenBody = h('div');
    this.chosen.append(h('button', {type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => this.change({gpu: ''})}, '✕'),
      this.chosenTitle, this.chosenBody);
    this.empty = h('div', {class: 'empty', hidden: true});
    this.none = h('p', {class: 'quiet', hidden: true}, 'No GPU is so.');
    this.left = h('p', {class: 'quiet'});
    this.sizing = h('div');
    this.figures = h('div');
    this.content = h('div', {},
      h('section', {class: 'card'}, h('h2', {}, 'By GPU model'), this.models),
      h('section', {class: 'card'},
        h('div', {class: 'between'}, h('h2', {}, 'GPUs by node'),
          h('div', {class: 'tools'}, h('label', {}, h('span', {}, 'Colour'), this.by), h('label', {}, h('span', {}, 'GPU model'), this.model), h('label', {}, h('span', {}, 'Show'), this.only))),
        scale(), this.map, this.none, this.left,
        h('details', {class: 'figures', ontoggle: () => this.inFigures()}, h('summary', {}, 'Every GPU, in figures'), this.figures)),
      this.chosen,
      h('section', {class: 'card'}, h('h2', {}, 'Right-sizing'), this.sizing));
    this.node = h('article', {'aria-labelledby': 'title'},
      h('h1', {id: 'title', tabindex: '-1'}, 'Fleet'), this.empty, this.content);
    this.rightsize();
  }

  query() {
    const query = new URLSearchParams({view: 'fleet'});
    if (this.parameters.get('gpu')) query.set('gpu', this.parameters.get('gpu'));
    return query;
  }

  change(changed) {
    for (const [name, value] of Object.entries(changed)) {
      if (value) this.parameters.set(name, value);
      else this.parameters.delete(name);
    }
    this.context.address('fleet', this.parameters);
    if ('gpu' in changed) this.context.watch(this.query());
    else this.update(this.document);
  }

  update(document) {
    this.document = document;
    const {header, nodes, models, left_out: leftOut} = document;
    const isEmpty = header.gpus.count === 0;
    this.empty.hidden = !isEmpty;
    this.content.hidden = isEmpty;
    if (isEmpty) {
      this.empty.replaceChildren(...noGpus(header));
      return;
    }
    this.options(Object.keys(models));
    this.showModels(models);
    const only = this.parameters.get('gpu_model');
    const {takes} = ONLY[this.parameters.get('only')] || ONLY[''];
    const shown = Object.entries(nodes).sort(([a], [b]) => BY_NUMBER.compare(a, b))
      .map(([name, gpus]) => [name, Object.entries(gpus)
        .filter(([, cell]) => (!only || (cell.model || 'unknown') === only) && takes(cell, this.share(cell)))
        .sort(([, a], [, b]) => (a.index ?? 1e9) - (b.index ?? 1e9))])
      .filter(([, cells]) => cells.length);
    this.nodes.show(shown);
    this.none.hidden = shown.length > 0;
    this.map.classList.toggle('roomy', header.gpus.count <= 96);
    text(this.left, leftOut ? `${plural(leftOut, 'GPU')} more than this page shows: the API has them.` : '');
    this.showChosen(document.gpu);
    this.inFigures();
  }

  options(models) {
    const key = models.join();
    if (this.model.dataset.key !== key) {
      this.model.dataset.key = key;
      this.model.replaceChildren(h('option', {value: ''}, 'every GPU model'), ...models.map(it => h('option', {value: it}, it)));
    }
    this.model.value = this.parameters.get('gpu_model') || '';
  }

  showModels(models) {
    const fresh = table('Silent GPUs count in no size: what their agent last said may be wrong.',
      ['GPU model', 'GPUs', 'Idle', 'Over-committed', 'Silent', 'Memory', 'Largest job that still fits'],
      Object.entries(models).map(([name, it]) => [name, `${it.gpus}`, `${it.idle}`,
        it.over_committed ? `▲ ${it.over_committed}` : '0', it.silent ? `◌ ${it.silent}` : '0',
        bytes(it.total_bytes), it.largest_free_bytes > 0 ? bytes(it.largest_free_bytes) : 'none']));
    if (this.models.textContent !== fresh.textContent) this.models.replaceChildren(fresh);
  }

  row(name) {
    const cells = h('div', {class: 'cells'});
    const list = new KeyedList(cells, gpu => this.cell(gpu));
    return {
      node: h('div', {class: 'node', role: 'group', 'aria-label': name}, h('span', {class: 'name', title: name}, name), cells),
      update: value => list.show(value),
    };
  }

  /** In percents: what the colour says. */
  share(cell) {
    return this.parameters.get('by') ? cell.committed_percent : cell.used_percent;
  }

  cell(gpu) {
    const node = h('button', {type: 'button', class: 'gpu', onclick: () =>
      this.change({gpu: this.parameters.get('gpu') === gpu ? '' : gpu})});
    const sign = h('span', {class: 'sign', 'aria-hidden': 'true'});
    const share = h('span', {class: 'share', 'aria-hidden': 'true'});
    node.append(sign, share);
    return {
      node,
      update: cell => {
        const shown = this.share(cell);
        attribute(node, 'data-step', isIdle(cell) ? null : Math.min(4, Math.floor(shown / 20)));
        attribute(node, 'data-silent', cell.silent ? '' : null);
        attribute(node, 'data-over', cell.over ? '' : null);
        attribute(node, 'aria-pressed', this.parameters.get('gpu') === gpu ? 'true' : 'false');
        text(share, `${shown}\u2009%`);
        text(sign, cell.silent ? '◌' : cell.over ? '▲' : '');
        const jobs = cell.jobs.length ? cell.jobs.join(', ') + (cell.more ? ` and ${cell.more} more` : '') : 'no job';
        const label = `GPU ${cell.index ?? ''} ${cell.model || ''}${cell.mig_profile ? ` ${cell.mig_profile}` : ''}: ${cell.used_percent} % used, `
          + `${cell.committed_percent} % at the peaks, ${bytes(cell.total_bytes)}; ${jobs}${cell.silent ? '; its agent is silent' : ''}`;
        attribute(node, 'aria-label', label);
        attribute(node, 'title', label);
      },
    };
  }

  showChosen(gpu) {
    const name = this.parameters.get('gpu');
    this.chosen.hidden = !name;
    if (!name) return;
    text(this.chosenTitle, gpu ? `${gpu.host}${gpu.index === undefined ? '' : `, GPU ${gpu.index}`}` : `No GPU is called ${name}`);
    if (!gpu) {
      this.chosenBody.replaceChildren();
      return;
    }
    const free = gpu.headroom_bytes;
    const fresh = h('div', {},
      h('p', {}, `${gpu.model || 'unknown model'}${gpu.mig_profile ? ` ${gpu.mig_profile}` : ''} · ${gpu.gpu}`),
      h('p', {}, left(free, gpu.headroom_at_most_bytes), ' ',
      gpu.model ? h('a', {href: `#/what-if?gpu=${encodeURIComponent(gpu.model)}`}, 'Try a config on this model') : null),
      table('Who is on it', ['Job', 'Holds now', 'Needs at its peak'],
        [...gpu.jobs.map(it => [h('a', {href: `#/jobs/${encodeURIComponent(it.job)}`}, it.job), bytes(it.measured_bytes), bytes(it.expected_bytes)]),
          ['used by no known job', bytes(gpu.unattributed_bytes), '–'],
          ['used in all', bytes(gpu.used_bytes), `of ${bytes(gpu.total_bytes)}`]]));
    if (this.chosenBody.textContent !== fresh.textContent) {
      // A link that has the focus keeps it: only the figures change then.
      const old = this.chosenBody.querySelectorAll('td.number, p');
      const news = fresh.querySelectorAll('td.number, p');
      if (this.chosenBody.contains(document.activeElement) && old.length === news.length) {
        old.forEach((it, i) => { if (it.tagName === 'TD') text(it, news[i].textContent); });
      } else this.chosenBody.replaceChildren(fresh);
    }
  }

  inFigures() {
    if (!this.figures.parentNode?.open || !this.document) return;
    this.figures.replaceChildren(h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Every GPU'}, table('Every GPU', ['GPU', 'Node', 'Model', 'Used', 'At the peaks', 'Memory', 'Jobs'],
      Object.entries(this.document.nodes).flatMap(([node, gpus]) => Object.entries(gpus).map(([gpu, it]) =>
        [gpu, node, it.model || '–', `${it.used_percent} %${it.silent ? ' (silent)' : ''}`, `${it.committed_percent} %`, bytes(it.total_bytes), it.jobs.join(', ') || '–'])), [1, 2, 6])));
  }

  async rightsize() {
    try {
      const {smaller, at_risk: risk} = await ask('/api/v1/rightsizing?limit=20');
      this.sizing.replaceChildren(
        smaller.length ? titled('Jobs that a smaller GPU or slice would do for', ['Job', 'Ranks', 'Has', 'Enough', 'Needs', 'Frees'],
          smaller.map(it => [h('a', {href: `#/jobs/${encodeURIComponent(it.job)}`}, it.job), `${it.ranks}`, it.holds, it.suffices, bytes(it.needs_bytes), bytes(it.frees_bytes)]))
          : h('p', {class: 'quiet'}, 'No job has a larger GPU than it needs.'),
        risk.length ? titled('Jobs that may run out of memory', ['Job', 'Ranks', 'On', 'Has', 'Needs', 'Probability'],
          risk.map(it => [h('a', {href: `#/jobs/${encodeURIComponent(it.job)}`}, it.job), `${it.ranks}`, it.gpu, bytes(it.has_bytes), bytes(it.needs_bytes), `${Math.round(100 * it.probability)} %`]))
          : h('p', {class: 'quiet'}, 'No job needs more than its GPU has.'),
        h('p', {class: 'quiet'}, 'As of when this page was opened. ', h('button', {type: 'button', onclick: () => this.rightsize()}, 'Work it out again')));
    } catch (failure) {
      this.sizing.replaceChildren(h('p', {class: 'quiet'}, failure.message));
    }
  }

  close() {}
}

function titled(title, head, rows) {
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title},
    table(title, head, rows, [2, 3]));
}

function scale() {
  return h('ul', {class: 'legend scale'}, h('li', {}, h('span', {class: 'swatch idle'}), 'idle'), ...['0 to 20 %', '20 to 40 %', '40 to 60 %', '60 to 80 %', 'over 80 %'].map((label, i) =>
    h('li', {}, h('span', {class: 'swatch', 'data-step': i}), label)),
  h('li', {}, h('span', {class: 'swatch sign'}, '▲'), 'does not fit at the peaks'),
  h('li', {}, h('span', {class: 'swatch sign'}, '◌'), 'agent silent, not counted'));
}

/** What is left of a GPU once each job has peaked: a range where nobody tells what each process holds. */
function left(least, most = least) {
  if (most < 0) return `▲ The jobs here need ${most === least ? '' : 'at least '}${bytes(-most)} more than the GPU has, once each has peaked.`;
  if (most === least) return `A job that needs up to ${bytes(least)} still fits, once each job here has peaked.`;
  return `Between ${bytes(Math.max(0, least))} and ${bytes(most)} are left once each job here has peaked: nobody tells what each process holds.`;
}
