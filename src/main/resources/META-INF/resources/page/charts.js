// The charts of a job. ECharts comes when the first one is drawn; it draws SVG.
import {bytes, clock, ticks, tickInterval, words} from './format.js';
import {CATEGORIES, coarsePhase, concern} from './words.js';
import {colour, onTheme} from './theme.js';

const MOST_MARKS = 12;

/** A chart in an element, drawn again when the colours or the size change. */
export class Chart {
  constructor(node) {
    this.node = node;
    this.offTheme = onTheme(() => this.draw());
    this.resized = new ResizeObserver(() => {
      this.chart?.resize();
      this.draw();
    });
    this.resized.observe(node);
  }

  /** @param option makes what ECharts takes, with the colours of the moment */
  async show(option) {
    this.option = option;
    const echarts = await import('echarts');
    if (this.isClosed) return;
    this.chart ??= echarts.init(this.node, null, {renderer: 'svg'});
    this.draw();
  }

  draw() {
    if (this.chart && this.option) {
      this.chart.setOption({...base(), ...this.option(this.node.clientWidth)}, {notMerge: true});
    }
  }

  close() {
    this.isClosed = true;
    this.offTheme();
    this.resized.disconnect();
    this.chart?.dispose();
  }
}

function base() {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: {color: colour('--text'), fontFamily: 'inherit', fontSize: 12},
    aria: {enabled: false},
  };
}

function tooltip(trigger, more = {}) {
  return {trigger, renderMode: 'richText', confine: true, backgroundColor: colour('--card'),
    borderColor: colour('--line'), textStyle: {color: colour('--text'), fontSize: 12}, ...more};
}

function sizeAxis(most) {
  const interval = tickInterval(most);
  return {type: 'value', min: 0, max: Math.max(interval, Math.ceil(most * 1.02 / interval) * interval), interval,
    axisLabel: {formatter: ticks(most), color: colour('--quiet')},
    splitLine: {lineStyle: {color: colour('--line')}}};
}

const LINES = [['allocated_bytes', 'allocated', '--measured'], ['reserved_bytes', 'reserved', '--measured-2'],
  ['process_used_bytes', 'process', '--measured-3']];

/** The events that a chart of these points marks, the newest ones. */
export function marked(points, events) {
  const from = points.length ? Date.parse(points[0].at) - 1000 : 0;
  return events.filter(event => Date.parse(event.at) >= from).slice(-MOST_MARKS);
}

/**
 * Measured lines over the stacked budget, an hour back; with the GPU's size and what happened.
 * @param width of the chart in points, so that no label lies on another
 */
export function overTime(job, points, events, width) {
  const budget = job.predicted_categories;
  const limit = job.fullest?.gpu_total_bytes;
  const predicted = job.predicted_peak;
  const measured = Math.max(0, ...points.flatMap(point => LINES.map(([field]) => point[field] || 0)));
  const near = Math.max(measured, predicted?.device_p95_bytes || 0);
  // A small job on a large GPU would be a line on the ground: the limit is drawn where it is near.
  const isLimitNear = limit && limit < near * 3;
  const from = points.length ? Date.parse(points[0].at) : Date.now() - 60_000;
  const to = points.length ? Date.parse(points.at(-1).at) : Date.now();
  const span = Math.max(60_000, to - from);
  const perPoint = span / Math.max(1, width - 80);
  const axis = sizeAxis(isLimitNear ? Math.max(near, limit) : near || 1);
  const label = {color: colour('--text'), fontSize: 11, backgroundColor: colour('--card'), padding: [1, 3], borderRadius: 3};
  return {
    grid: {left: 8, right: 12, top: 48, bottom: 8, containLabel: true},
    legend: {top: 0, left: 0, itemWidth: 22, itemHeight: 9, itemStyle: {opacity: 0}, textStyle: {color: colour('--text')},
      data: LINES.map(([, name]) => name)},
    tooltip: tooltip('axis', {formatter: shown => {
      const lines = shown.filter(it => LINES.some(([, name]) => name === it.seriesName) && it.value[1] !== null);
      const phase = points.find(point => Date.parse(point.at) === shown[0]?.axisValue)?.phase;
      return [`${clock(shown[0]?.axisValue)}${phase ? ` · ${words(phase)}` : ''}`,
        ...lines.map(it => `${it.seriesName} ${bytes(it.value[1])}`)].join('\n');
    }}),
    xAxis: {type: 'time', min: to - span, max: to, splitNumber: Math.max(2, Math.round(width / 160)),
      axisLabel: {color: colour('--quiet'), hideOverlap: true, fontSize: 11, formatter: at => span > 600_000 ? clock(at).slice(0, -3) : clock(at)},
      axisLine: {lineStyle: {color: colour('--line')}}, splitLine: {show: false}},
    yAxis: axis,
    series: [
      ...(budget ? CATEGORIES.map(([name, label]) => ({
        name: label, type: 'line', stack: 'budget', symbol: 'none', silent: true, lineStyle: {width: 0},
        areaStyle: {color: colour(`--c-${name}`), opacity: 0.32},
        data: [[to - span, budget[name]], [to, budget[name]]],
      })) : []),
      ...LINES.map(([field, name, variable], i) => ({
        name, type: 'line', symbol: 'none', step: false, z: 5, connectNulls: false,
        lineStyle: {width: 2.2, color: colour(variable), type: ['solid', [7, 3], [2, 2]][i]},
        itemStyle: {color: colour(variable)},
        data: line(points, field),
        ...(i === 0 ? {
          markLine: {symbol: 'none', silent: true, z: 10, data: [
            ...rules(predicted, isLimitNear && limit, axis.max, label), ...marks(marked(points, events), perPoint)]},
          markArea: {silent: true, data: phases(points, perPoint)},
        } : {}),
      })),
    ],
  };
}

/** What was measured, broken where nothing was heard for several times the usual span. */
function line(points, field) {
  const newest = points.length ? Date.parse(points.at(-1).at) : 0;
  return points.flatMap((point, i) => {
    const at = Date.parse(point.at);
    const shown = [[at, point[field] ?? null]];
    if (i && at - Date.parse(points[i - 1].at) > longestPause(newest - at)) shown.unshift([at - 1, null]);
    return shown;
  });
}

/** Milliseconds: points are seconds apart at first, and minutes later. */
function longestPause(age) {
  return age < 120_000 ? 15_000 : age < 720_000 ? 45_000 : 200_000;
}

/** Predicted peaks and the GPU's size, as lines; labels that would lie on each other are one. */
function rules(predicted, limit, top, label) {
  const rule = (y, name, type, position) => ({yAxis: y, lineStyle: {type, color: colour('--text'), width: 1.2},
    label: {...label, show: Boolean(name), formatter: name, position}});
  const [p50, p95] = [predicted?.device_p50_bytes, predicted?.device_p95_bytes];
  const areClose = predicted && p95 - p50 < top * 0.07;
  return [
    predicted && rule(p50, areClose ? '' : `predicted P50 ${bytes(p50)}`, 'dashed', 'insideEndTop'),
    predicted && rule(p95, areClose ? `predicted P50 ${bytes(p50)}, P95 ${bytes(p95)}` : `predicted P95 ${bytes(p95)}`, 'dotted', 'insideEndTop'),
    limit && rule(limit, `GPU ${bytes(limit)}`, 'solid', 'insideStartTop'),
  ].filter(Boolean);
}

/** A numbered line for what happened; where they are close, one has several numbers. */
function marks(events, perPoint) {
  const drawn = [];
  events.forEach((event, i) => {
    const at = Date.parse(event.at);
    const last = drawn.at(-1);
    if (last && at - last.xAxis < 34 * perPoint) last.to = i + 1;
    else drawn.push({xAxis: at, from: i + 1, to: i + 1});
  });
  return drawn.map(({xAxis, from, to}) => ({xAxis, lineStyle: {type: 'solid', color: colour('--accent'), width: 1.4},
    label: {formatter: from === to ? `${from}` : `${from}–${to}`, position: 'end', rotate: 0, fontSize: 11, fontWeight: 600,
      color: colour('--on-accent'), backgroundColor: colour('--accent'), borderRadius: 8, padding: [2, 6]}}));
}

/** Spans that are not training, each a shade with its name. */
function phases(points, perPoint) {
  const areas = [];
  const newest = points.length ? Date.parse(points.at(-1).at) : 0;
  for (const point of points) {
    const phase = coarsePhase(point.phase);
    const at = Date.parse(point.at);
    const last = areas.at(-1);
    const isPause = last && at - last.to > longestPause(newest - at);
    if (last && last.phase === phase && !isPause) last.to = at;
    else areas.push({phase, from: last && !isPause ? last.to : at, to: at});
  }
  return areas.filter(area => area.phase && area.phase !== 'training' && area.to > area.from)
    .slice(-40).map(area => [
      {name: area.phase, xAxis: area.from, itemStyle: {color: colour('--shade')},
        label: {show: area.to - area.from > 64 * perPoint, color: colour('--quiet'), fontSize: 11, position: 'insideTop'}},
      {xAxis: area.to}]);
}

/** The memory of one predicted step: the categories, stacked, layer by layer; the peak is marked. */
export function step(shown) {
  const {categories, moments, peak} = shown;
  const most = Math.max(1, ...moments.map(moment => moment.reserved_bytes));
  const name = moment => [words(moment.phase), moment.layer].filter(Boolean).join(' · ');
  const middles = middlesOf(moments.map(moment => moment.phase));
  return {
    grid: {left: 8, right: 12, top: 34, bottom: 8, containLabel: true},
    tooltip: tooltip('axis', {formatter: rows => {
      const moment = moments[rows[0].dataIndex];
      return [name(moment), ...categories.map((category, i) => [category, moment.bytes[i]])
        .filter(([, size]) => size).map(([category, size]) => `${words(category)} ${bytes(size)}`),
      `allocated ${bytes(moment.allocated_bytes)}`, `reserved ${bytes(moment.reserved_bytes)}`].join('\n');
    }}),
    xAxis: {type: 'category', boundaryGap: false, data: moments.map((_, i) => i), axisTick: {show: false},
      axisLabel: {color: colour('--quiet'), hideOverlap: true, fontSize: 11, interval: i => middles.has(i), formatter: i => words(moments[i].phase)},
      axisLine: {lineStyle: {color: colour('--line')}}},
    yAxis: sizeAxis(most),
    series: [
      ...categories.map((category, i) => ({
        name: words(category), type: 'line', stack: 'step', symbol: 'none', lineStyle: {width: 0},
        areaStyle: {color: colour(`--c-${category}`), opacity: 0.85},
        itemStyle: {color: colour(`--c-${category}`)},
        data: moments.map(moment => moment.bytes[i]),
      })),
      {name: 'reserved', type: 'line', symbol: 'none', lineStyle: {width: 1.4, color: colour('--text'), type: 'dashed'},
        itemStyle: {color: colour('--text')}, data: moments.map(moment => moment.reserved_bytes),
        markLine: {symbol: 'none', silent: true, data: [{xAxis: peak}],
          lineStyle: {color: colour('--over'), type: 'solid', width: 1.5},
          label: {formatter: `peak ${bytes(moments[peak]?.bytes.reduce((a, b) => a + b, 0))}`,
            color: colour('--text'), position: peak > moments.length / 2 ? 'insideEndTop' : 'end', rotate: 0, fontSize: 11}}},
    ],
  };
}

/** Where the name of each phase stands: in the middle of its moments, if it has enough of them. */
function middlesOf(phases) {
  const middles = new Set();
  for (let from = 0, i = 1; i <= phases.length; i++) {
    if (i < phases.length && phases[i] === phases[from]) continue;
    if (i - from >= phases.length / 12) middles.add(Math.floor((from + i - 1) / 2));
    from = i;
  }
  return middles;
}

/** What each module holds at the peak, as areas, by its path. */
export function treemap(layers) {
  return {
    tooltip: tooltip('item', {formatter: it => {
      const layer = it.data.layer;
      return layer ? [it.data.path, layer.type, `parameters ${bytes(layer.parameter_bytes)}`,
        `kept at the peak ${bytes(layer.at_peak_bytes)}`].join('\n') : `${it.data?.path || 'all'}\n${bytes(it.value)}`;
    }}),
    series: [{
      type: 'treemap', roam: false, nodeClick: 'zoomToNode', left: 0, right: 0, top: 0, bottom: 28,
      breadcrumb: {bottom: 0, height: 20, itemStyle: {color: colour('--ground'), borderColor: colour('--line'), textStyle: {color: colour('--text')}},
        emphasis: {itemStyle: {color: colour('--line')}}},
      drillDownIcon: '', name: 'model', leafDepth: layers.every(layer => layer.name.split('.')[0] === layers[0].name.split('.')[0]) ? 3 : 2,
      label: {show: true, color: '#fff', fontSize: 11, lineHeight: 14, formatter: it => `${it.name}\n${bytes(it.value)}`, overflow: 'truncate'},
      upperLabel: {show: true, height: 18, color: colour('--text'), fontSize: 11, overflow: 'truncate', formatter: it => `${it.name}  ${bytes(it.value)}`},
      itemStyle: {borderColor: colour('--card'), borderWidth: 1, gapWidth: 1},
      levels: [{upperLabel: {show: false}, itemStyle: {borderColor: colour('--card'), borderWidth: 0, gapWidth: 3}},
        {itemStyle: {borderColor: colour('--line'), borderWidth: 1, gapWidth: 1}}, {}],
      data: tree(layers),
    }],
  };
}

/** What the colours of the areas mean: as everywhere, those of the categories. */
export const TREE_COLOURS = [['parameters', 'mostly parameters'], ['feature_maps', 'mostly kept results'],
  ['activations', 'results of activation functions']];
const TREE_VARIABLES = {parameters: '--t-1', feature_maps: '--t-2', activations: '--t-3'};
const ACTIVATIONS = /relu|gelu|silu|swish|sigmoid|tanh|softmax|mish|elu|dropout|hardswish|stochastic_depth/;

function kindOf(layer) {
  if (layer.parameter_bytes > layer.at_peak_bytes) return 'parameters';
  return ACTIVATIONS.test(layer.type) ? 'activations' : 'feature_maps';
}

/** Layers by the parts of their path. */
function tree(layers) {
  const root = {children: new Map()};
  for (const layer of layers) {
    const size = layer.parameter_bytes + layer.at_peak_bytes;
    if (!size) continue;
    let node = root;
    for (const part of layer.name.split('.')) {
      if (!node.children.has(part)) {
        node.children.set(part, {name: part, path: node.path ? `${node.path}.${part}` : part, children: new Map()});
      }
      node = node.children.get(part);
    }
    node.own = (node.own || 0) + size;
    node.layer = layer;
  }
  const coloured = node => ({...node, itemStyle: {color: colour(TREE_VARIABLES[node.kind])}});
  const plain = node => {
    const inner = [...node.children.values()].map(plain);
    const own = node.own && coloured({name: node.name, path: node.path, value: node.own, layer: node.layer, kind: kindOf(node.layer)});
    if (!inner.length) return own;
    if (own) inner.push(own);
    const largest = [...inner].sort((a, b) => b.value - a.value)[0];
    return coloured({name: node.name, path: node.path, children: inner, kind: largest.kind, value: inner.reduce((sum, it) => sum + it.value, 0)});
  };
  return [...root.children.values()].map(plain);
}

