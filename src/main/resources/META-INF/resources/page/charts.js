// The charts of a job. ECharts comes when the first one is drawn; it draws SVG.
import {bytes, ticks, tickInterval, words} from './format.js';
import {colour, onTheme} from './theme.js';

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

export function tooltip(trigger, more = {}) {
  return {trigger, renderMode: 'richText', confine: true, backgroundColor: colour('--card'),
    borderColor: colour('--line'), textStyle: {color: colour('--text'), fontSize: 12}, ...more};
}

export function sizeAxis(most) {
  const interval = tickInterval(most);
  return {type: 'value', min: 0, max: Math.max(interval, Math.ceil(most * 1.02 / interval) * interval), interval,
    axisLabel: {formatter: ticks(most), color: colour('--quiet')},
    splitLine: {lineStyle: {color: colour('--line')}}};
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

