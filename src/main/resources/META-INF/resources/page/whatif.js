// What if: a job's config with another batch, precision, optimizer … and the budget that it has then.
import {h, text, style, later, table, attribute} from './dom.js';
import {bytes, percent} from './format.js';
import {CATEGORIES} from './words.js';
import {ask} from './live.js';

const PRECISIONS = ['float32', 'autocast-bfloat16', 'autocast-float16', 'bfloat16', 'float16', 'float64'];
const OPTIMIZERS = ['sgd', 'momentum', 'adam', 'adamw', 'adamw,fused', 'adam8bit', 'adafactor', 'lion', 'lamb', 'lars', 'rmsprop',
  'adagrad', 'adadelta', 'adamax', 'nadam', 'radam'];
const STRATEGIES = [['none', 'none'], ['ddp', 'DDP'], ['fsdp', 'FSDP'], ['zero1', 'ZeRO-1'], ['zero2', 'ZeRO-2'], ['zero3', 'ZeRO-3']];

export default class WhatIfView {
  title = 'What if';

  constructor(context, parameters) {
    this.context = context;
    this.parameters = parameters;
    this.redraw = later(() => this.predict(), 150);
    const select = (id, label, options) => {
      const node = h('select', {id, onchange: () => this.redraw()},
        ...options.map(([value, name]) => h('option', {value}, name)));
      return [node, h('label', {}, h('span', {}, label), node)];
    };
    const number = (id, label) => {
      const node = h('input', {id, type: 'number', min: '1', inputmode: 'numeric', oninput: () => this.redraw()});
      return [node, h('label', {}, h('span', {}, label), node)];
    };
    const [batch, batchLabel] = number('batch', 'Batch, a rank');
    const [ranks, ranksLabel] = number('ranks', 'Ranks');
    const [precision, precisionLabel] = select('precision', 'Precision', [['', 'as declared'], ...PRECISIONS.map(it => [it, it.replace('-', ' ')])]);
    const [optimizer, optimizerLabel] = select('optimizer', 'Optimizer', [['', 'as declared'], ...OPTIMIZERS.map(it => [it, it.replace(',', ', ')])]);
    const [checkpoint, checkpointLabel] = select('checkpoint', 'Checkpointing', [['', 'as declared'], ['none', 'none']]);
    const [strategy, strategyLabel] = select('strategy', 'Sharding', [['', 'as declared'], ...STRATEGIES]);
    const [gpu, gpuLabel] = select('gpu', 'GPU', [['', 'none in mind']]);
    Object.assign(this, {batch, ranks, precision, optimizer, checkpoint, strategy, gpu});
    this.file = h('input', {type: 'file', id: 'file', accept: '.json,application/json', onchange: () => this.read(this.file.files[0])});
    this.pasted = h('textarea', {id: 'pasted', rows: '5', spellcheck: 'false', placeholder: '{"schema": "headroom/layer-config/1", …}',
      oninput: later(() => this.take(this.pasted.value, 'the pasted config'), 300)});
    this.source = h('p', {class: 'quiet', id: 'source'}, 'No config yet.');
    this.failure = h('p', {role: 'alert', class: 'failure', hidden: true});
    this.controls = h('fieldset', {disabled: true},
      h('legend', {}, 'What changes'),
      h('div', {class: 'controls'}, batchLabel, precisionLabel, optimizerLabel, checkpointLabel, strategyLabel, ranksLabel, gpuLabel),
      h('button', {type: 'button', onclick: () => this.reset()}, 'Back to what is declared'));
    this.verdict = h('p', {class: 'verdict', role: 'status'});
    this.bars = h('div', {class: 'bars compare'});
    this.figures = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Declared beside changed'});
    this.largest = h('p', {id: 'largest'});
    this.remedies = h('div');
    this.command = h('code', {id: 'command'});
    this.copied = h('span', {role: 'status', class: 'quiet'});
    this.result = h('section', {class: 'card', hidden: true, 'aria-labelledby': 'budget-title'},
      h('h2', {id: 'budget-title'}, 'The budget'), this.verdict, this.bars, this.figures, this.largest, this.remedies,
      h('h3', {}, 'As a command'),
      h('div', {class: 'command'}, this.command, h('button', {type: 'button', onclick: () => this.copy()}, 'Copy'), this.copied));
    this.hint = h('div', {class: 'empty'}, h('h2', {}, 'No config yet'),
      h('p', {}, 'Choose What if… on a job, or give a layer config on this page. The reporter for PyTorch writes one of any model:'),
      h('pre', {tabindex: '0'}, 'headroom capture train.py:make_model --input 3x224x224'));
    this.node = h('article', {'aria-labelledby': 'title', ondragover: event => event.preventDefault(),
      ondrop: event => { event.preventDefault(); this.read(event.dataTransfer.files[0]); }},
    h('h1', {id: 'title', tabindex: '-1'}, 'What if'),
    h('p', {class: 'quiet'}, 'What would a job hold with another batch, precision, optimizer, checkpointing or sharding? Nothing has to run.'),
    h('div', {class: 'whatif'},
      h('section', {class: 'card', 'aria-label': 'Config and changes'}, this.source,
        h('details', {class: 'figures', open: !parameters.get('job')}, h('summary', {}, 'Another config'),
          h('label', {}, h('span', {}, 'A layer config as a file, or dropped here'), this.file),
          h('label', {}, h('span', {}, 'Or pasted'), this.pasted)),
        this.failure, this.controls),
      this.hint, this.result));
    this.context.about().then(about => {
      this.gpu.append(...about.gpus.map(it => h('option', {value: it.name}, `${it.name}, ${bytes(it.usable_bytes)} usable`)));
      this.preset(this.parameters.get('gpu'));
      this.redraw();
    }).catch(failure => this.fail(failure));
    if (parameters.get('job')) this.ofJob(parameters.get('job'));
  }

  /** A model as NVML names it is taken, too. */
  preset(gpu) {
    if (!gpu) return;
    if (![...this.gpu.options].some(it => it.value === gpu)) this.gpu.append(h('option', {value: gpu}, gpu));
    this.gpu.value = gpu;
  }

  /** Only the header is followed here. */
  query() {
    return new URLSearchParams({view: 'header'});
  }

  update() {}

  async ofJob(job) {
    try {
      const config = await ask(`/api/v1/jobs/${encodeURIComponent(job)}/config`);
      this.declare(config, `the job ${job}`);
    } catch (failure) {
      this.fail(failure);
    }
  }

  async read(file) {
    if (file) this.take(await file.text(), file.name);
  }

  take(written, from) {
    if (!written.trim()) return;
    try {
      this.declare(JSON.parse(written), from);
    } catch (failure) {
      this.fail(new Error(`${from} is no JSON: ${failure.message}`));
    }
  }

  declare(config, from) {
    this.config = config;
    this.declared = null;
    text(this.source, `The config of ${from}${config.model ? `, a ${config.model}` : ''}.`);
    this.controls.disabled = false;
    this.checkpoint.replaceChildren(h('option', {value: ''}, 'as declared'), h('option', {value: 'none'}, 'none'),
      ...repeated(config.layers || []).map(({name, modules}) =>
        h('option', {value: modules.join()}, `every ${name} (${modules.length})`)));
    this.reset();
  }

  reset() {
    this.batch.value = this.config.batch_size ?? '';
    this.ranks.value = this.config.parallelism?.world_size ?? 1;
    for (const control of [this.precision, this.optimizer, this.checkpoint, this.strategy]) control.value = '';
    this.redraw();
  }

  /** The config with what no parameter of the API changes: how ranks share the work. */
  changed() {
    const config = structuredClone(this.config);
    const strategy = this.strategy.value || config.parallelism?.strategy || 'none';
    const worldSize = Number(this.ranks.value) || 1;
    if (strategy !== (config.parallelism?.strategy || 'none') || worldSize !== (config.parallelism?.world_size || 1)) {
      config.parallelism = {...config.parallelism, strategy, world_size: strategy === 'none' ? 1 : worldSize};
    }
    return config;
  }

  parametersOf() {
    const asked = new URLSearchParams();
    if (this.batch.value && Number(this.batch.value) !== this.config.batch_size) asked.set('batch', this.batch.value);
    for (const name of ['precision', 'optimizer', 'checkpoint', 'gpu']) {
      if (this[name].value) asked.set(name, this[name].value);
    }
    return asked;
  }

  async predict() {
    if (!this.config) return;
    const turn = this.turn = (this.turn || 0) + 1;
    const gpu = this.gpu.value;
    if (this.declaredOn !== gpu) this.declared = null;
    this.declaredOn = gpu;
    const query = this.parametersOf();
    try {
      this.declared ??= await post(`/api/v1/predict${gpu ? `?gpu=${encodeURIComponent(gpu)}` : ''}`, this.config);
      const changed = await post(`/api/v1/predict?${query}`, this.changed());
      if (turn !== this.turn) return;
      this.failure.hidden = true;
      this.show(changed, query);
      await this.advise(turn, changed, query);
    } catch (failure) {
      if (turn === this.turn) this.fail(failure);
    }
  }

  show(changed, query) {
    this.result.hidden = false;
    this.hint.hidden = true;
    const {declared} = this;
    if (changed.confidence === 'unsupported' || !changed.peak) {
      attribute(this.verdict, 'data-severity', 'notice');
      text(this.verdict, `This cannot be predicted: ${changed.reasons.join('; ')}.`);
      this.bars.replaceChildren();
      this.figures.replaceChildren();
      return;
    }
    const before = declared.peak?.device_p50_bytes;
    const after = changed.peak.device_p50_bytes;
    const difference = before ? (after - before) / before : 0;
    const fits = changed.fits;
    attribute(this.verdict, 'data-severity', fits === false ? 'warning' : 'fine');
    text(this.verdict, [
      fits === undefined ? null : fits ? `✓ Fits on ${changed.gpu}.` : `◆ Does not fit on ${changed.gpu}.`,
      `About ${bytes(after)} on the device, ${bytes(changed.peak.device_p95_bytes)} in one job of twenty.`,
      before && Math.abs(difference) >= 0.0005 ? `${percent(difference)} against what is declared.` : 'As declared.',
    ].filter(Boolean).join(' '));
    const limit = changed.gpu_usable_bytes;
    const top = Math.max(after, before || 0, changed.peak.device_p95_bytes);
    const whole = limit && limit < top * 3 ? Math.max(limit, top) * 1.02 : top * 1.02;
    this.bars.replaceChildren(...[['Declared', declared], ['Changed', changed]]
      .filter(([, it]) => it.peak).map(([name, it]) => compared(name, it, whole)),
    limit && limit <= whole ? limitMark(limit, whole, changed.gpu) : '');
    this.figures.replaceChildren(table('At the predicted peak of one rank', ['Figure', 'Declared', 'Changed', 'Difference'],
      [...CATEGORIES.map(([name, label]) => [label, declared.categories?.[name], changed.categories?.[name]]),
        ['allocated', declared.peak?.allocated_bytes, changed.peak.allocated_bytes],
        ['reserved', declared.peak?.reserved_bytes, changed.peak.reserved_bytes],
        ['device, P50', before, after], ['device, P95', declared.peak?.device_p95_bytes, changed.peak.device_p95_bytes]]
        .map(([label, one, other]) => [label, bytes(one), bytes(other),
          one !== undefined && other !== undefined && one !== other ? `${other > one ? '+' : ''}${bytes(other - one)}` : '–'])));
    text(this.command, this.commandOf(query));
  }

  /** The largest batch that fits, and what together would make it fit. */
  async advise(turn, changed, query) {
    text(this.largest, '');
    this.remedies.replaceChildren();
    if (!this.gpu.value || !changed.peak) return;
    const asked = new URLSearchParams(query);
    asked.delete('batch');
    asked.set('largest_batch', 'true');
    const largest = await post(`/api/v1/predict?${asked}`, this.changed());
    if (turn !== this.turn) return;
    text(this.largest, largest.largest_batch > 0
      ? `With these settings the largest batch that fits on ${largest.gpu} is ${largest.largest_batch.toLocaleString()} a rank.`
      : `With these settings not even one sample fits on ${largest.gpu}.`);
    if (changed.fits !== false) return;
    const {jobs: [plan]} = await post('/api/v1/plan', {gpu: this.gpu.value, jobs: [{name: 'job', config: this.changed()}]});
    if (turn !== this.turn || !plan) return;
    this.remedies.replaceChildren(h('h3', {}, `What would make the declared job fit on ${plan.gpu}`),
      plan.remedies.length ? h('ol', {class: 'remedies'}, ...plan.remedies.map(remedy => h('li', {},
        remedy.changes.join(', and '), h('span', {class: 'quiet'}, ` — ${bytes(remedy.p95_bytes)} at P95, ${bytes(remedy.headroom_bytes)} left`))))
        : h('p', {}, 'No change that is known makes it fit.'));
  }

  commandOf(query) {
    const options = [...query].map(([name, value]) => `--${name} ${/^[\w.:-]+$/.test(value) ? value : `'${value}'`}`);
    const isSharded = JSON.stringify(this.changed().parallelism) !== JSON.stringify(this.config.parallelism);
    const file = `${(this.config.job || 'job').replace(/[^\w.-]/g, '_')}.layer-config.json`;
    return [`./headroom predict ${file}`, ...options].join(' ')
      + (isSharded ? `   # with parallelism ${JSON.stringify(this.changed().parallelism)} in the file` : '');
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.command.textContent);
      text(this.copied, 'copied');
    } catch {
      getSelection().selectAllChildren(this.command);
      text(this.copied, 'selected: copy it by the keyboard');
    }
  }

  fail(failure) {
    text(this.failure, failure.message);
    this.failure.hidden = false;
  }

  close() {
    this.turn = -1;
  }
}

function post(path, body) {
  return ask(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
}

function compared(name, answer, whole) {
  const parts = CATEGORIES.map(([category, label]) => {
    const size = answer.categories?.[category] || 0;
    const part = h('span', {class: 'part', 'data-category': category, title: `${label}: ${bytes(size)}`});
    style(part, 'width', `${100 * size / whole}%`);
    return part;
  });
  return h('div', {class: 'splitbar'},
    h('div', {class: 'between'}, h('span', {class: 'name'}, name), h('span', {class: 'figure'}, bytes(answer.peak.device_p50_bytes))),
    h('div', {class: 'parts', role: 'img', 'aria-label': `${name}: ${bytes(answer.peak.device_p50_bytes)}`}, ...parts));
}

function limitMark(limit, whole, gpu) {
  const mark = h('div', {class: 'limit'}, h('span', {}, `${gpu}: ${bytes(limit)} usable`));
  style(mark, 'left', `${100 * limit / whole}%`);
  return mark;
}

/** Modules that come several times, such as the blocks of a transformer. */
export function repeated(layers) {
  const found = new Map();
  for (const {name} of layers) {
    const parts = name.split('.');
    for (let i = 1; i < parts.length; i++) {
      if (!/^\d+$/.test(parts[i]) || i === parts.length - 1) continue;
      const pattern = [...parts.slice(0, i), '*'].join('.');
      if (/\.\d+(\.|$)/.test(parts.slice(0, i).join('.'))) continue;
      if (!found.has(pattern)) found.set(pattern, new Set());
      found.get(pattern).add(parts.slice(0, i + 1).join('.'));
    }
  }
  return [...found].filter(([, modules]) => modules.size > 1)
    .map(([name, modules]) => ({name, modules: [...modules]})).slice(0, 12);
}

