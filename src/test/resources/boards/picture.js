// Draws one board: the panels of its JSON with what its queries answered. ECharts is loaded before.
//
// Not Grafana: its looks are only followed as far as a picture needs them.
const COLUMN = 58, ROW = 37, GAP = 8, WIDTH = 24 * COLUMN;
const PALETTE = ['#3274d9', '#e0873d', '#37872d', '#8f3bb8', '#c4162a', '#1f9aa4', '#b0901d', '#5c6bc0', '#4d9a94', '#a0522d'];
const COLORS = {
  text: '#24292e', green: '#2c7a34', 'light-green': '#96d98d', red: '#c4162a', 'super-light-red': '#ffa6b0', orange: '#d9711c', 'light-orange': '#ffb357',
  yellow: '#e0b400', blue: '#3274d9', 'light-blue': '#8ab8ff', 'dark-blue': '#1f60c4', purple: '#8f3bb8', 'light-purple': '#ca95e5',
};
const colorOf = (name) => COLORS[name] ?? (name.startsWith('#') ? name : (() => { throw new Error('no colour ' + name); })());
const FONT = 'Inter, Roboto, "DejaVu Sans", Helvetica, Arial, sans-serif';

const scaled = (value, base, units, digits = 3) => {
  let i = 0;
  while (Math.abs(value) >= base && i < units.length - 1) { value /= base; i++; }
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(Math.min(places, 3))) + (units[i] && ' ' + units[i]);
};
const seconds = (value) => {
  if (value < 1) return scaled(value * 1000, 1e9, ['ms']);
  if (value < 60) return scaled(value, 1e9, ['s']);
  return value < 3600 ? scaled(value / 60, 1e9, ['min']) : scaled(value / 3600, 1e9, ['h']);
};
const UNITS = {
  bytes: (v) => scaled(v, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']),
  Bps: (v) => scaled(v, 1024, ['B/s', 'KiB/s', 'MiB/s', 'GiB/s']),
  percent: (v) => scaled(v, 1e9, ['%']).replace(' ', ''),
  percentunit: (v) => scaled(v * 100, 1e9, ['%']).replace(' ', ''),
  s: seconds,
  cps: (v) => scaled(v, 1000, ['c/s', 'Kc/s', 'Mc/s']),
  dateTimeAsIso: (v) => new Date(v).toISOString().slice(0, 16).replace('T', ' '),
  short: (v) => scaled(v, 1000, ['', 'K', 'M', 'G']),
  none: (v) => scaled(v, 1e15, ['']),
};
const unitOf = (panel) => UNITS[panel.fieldConfig.defaults.unit];

/// What an override of the panel says of a field: by its name or its query.
const overrides = (panel, name, refId) => {
  const all = {...panel.fieldConfig.defaults.custom, color: null};
  for (const override of panel.fieldConfig.overrides || []) {
    const {id, options} = override.matcher;
    if ((id === 'byName' && options === name) || (id === 'byFrameRefID' && options === refId)) {
      for (const property of override.properties) all[property.id.replace('custom.', '')] = property.value;
    } else if (id !== 'byName' && id !== 'byFrameRefID') throw new Error('unknown matcher ' + id);
  }
  return all;
};

const legend = (target, metric) => {
  if (target.legendFormat !== '__auto') return target.legendFormat.replace(/\{\{(\w+)}}/g, (_, label) => metric[label] ?? '');
  return Object.values(metric).join(' ') || 'value';
};
const points = (series) => (series.values ?? [series.value]).map(([time, value]) => [time * 1000, Number(value)]);
/// With a hole where there was no series, so that no line crosses it.
const broken = (series, step) => points(series).flatMap((point, i, all) =>
  i > 0 && point[0] - all[i - 1][0] > 1500 * step ? [[point[0] - 1, null], point] : [point]);
const fields = (panel) => panel.targets.flatMap((target) =>
  target.result.map((series) => ({name: legend(target, series.metric), refId: target.refId, series})));

const text = (parent, tag, style, content) => {
  const element = document.createElement(tag);
  element.style.cssText = style;
  element.textContent = content;
  return parent.appendChild(element);
};
const empty = (body, panel) => text(body, 'div', 'color:#6b7280;font-size:13px;padding:14px 8px;text-align:center', panel.fieldConfig.defaults.noValue);

const stat = (body, panel) => {
  const field = fields(panel).find((f) => points(f.series).length);
  if (!field) return empty(body, panel);
  const value = points(field.series).at(-1)[1];
  const {defaults} = panel.fieldConfig;
  const step = defaults.thresholds.steps.filter((s) => s.value === null || value >= s.value).at(-1);
  const shown = panel.options.textMode === 'name' ? field.name : unitOf(panel)(value);
  const size = Math.min(30, 1.35 * body.clientWidth / shown.length);
  text(body, 'div', `color:${colorOf(step.color)};font-size:${size}px;font-weight:600;text-align:center;line-height:${body.clientHeight - 12}px;white-space:nowrap`, shown);
};

const chart = (body, option) => {
  const instance = echarts.init(body, null, {renderer: 'canvas'});
  instance.setOption({animation: false, textStyle: {fontFamily: FONT}, ...option});
};
const axis = (unit, more = {}) => ({type: 'value', axisLabel: {formatter: unit, fontSize: 11}, splitNumber: 4, splitLine: {lineStyle: {color: '#eceef1'}}, ...more});
const clock = (from, to) => ({type: 'time', min: from * 1000, max: to * 1000, splitNumber: 5, axisLabel: {fontSize: 11, hideOverlap: true, formatter: '{HH}:{mm}:{ss}'}, axisLine: {lineStyle: {color: '#9aa0a6'}}});

const timeseries = (body, panel, range) => {
  const all = fields(panel);
  if (!all.length) return empty(body, panel);
  const {min, max} = panel.fieldConfig.defaults;
  const lines = Math.ceil(all.reduce((sum, {name}) => sum + 32 + 6.2 * name.length, 0) / (body.clientWidth - 40));
  const shown = panel.options.legend.showLegend && lines <= 3;
  // Binary sizes are told in powers of two, so the axis steps in them.
  const values = all.flatMap(({series}) => points(series).map(([, value]) => value)).filter(Number.isFinite);
  const top = Math.max(...values), low = Math.min(0, ...values);
  const steps = {};
  if (/^B|bytes/.test(panel.fieldConfig.defaults.unit) && top > low) {
    steps.interval = 2 ** Math.ceil(Math.log2((top - low) / 5));
    steps.min = Math.floor(low / steps.interval) * steps.interval;
    steps.max = Math.ceil(top / steps.interval) * steps.interval;
  }
  chart(body, {
    color: PALETTE,
    grid: {left: 66, right: 16, top: 10, bottom: shown ? 26 + 18 * lines : 24},
    legend: shown ? {bottom: 0, left: 'center', itemWidth: 14, itemHeight: 4, itemGap: 12, icon: 'rect', textStyle: {fontSize: 11}} : undefined,
    xAxis: clock(range.from, range.to),
    yAxis: axis(unitOf(panel), {min, max, scale: min === undefined, ...steps}),
    series: all.map(({name, refId, series}, i) => {
      const custom = overrides(panel, name, refId);
      const color = custom.color ? colorOf(custom.color.fixedColor) : PALETTE[i % PALETTE.length];
      const dash = custom.lineStyle;
      return {
        name, type: 'line', showSymbol: false, data: broken(series, range.step), color,
        stack: custom.stacking.mode === 'normal' ? custom.stacking.group : undefined,
        lineStyle: {width: custom.lineWidth, type: dash ? dash.dash : 'solid'},
        areaStyle: custom.fillOpacity ? {opacity: custom.fillOpacity / 100} : undefined,
      };
    }),
  });
};

const histogram = (body, panel) => {
  const values = panel.targets.flatMap((target) => target.result.map((series) => Number(series.value[1])));
  if (!values.length) return empty(body, panel);
  const size = panel.options.bucketSize, counts = new Map();
  const bucket = (value) => Math.floor(value / size + 1e-9);
  for (let i = Math.min(...values.map(bucket)); i <= Math.max(...values.map(bucket)); i++) counts.set(i, 0);
  values.forEach((value) => counts.set(bucket(value), counts.get(bucket(value)) + 1));
  chart(body, {
    grid: {left: 40, right: 16, top: 10, bottom: 24},
    xAxis: {type: 'category', data: [...counts.keys()].map((i) => unitOf(panel)(Number((i * size).toFixed(6)))), axisLabel: {fontSize: 11}},
    yAxis: axis((v) => v, {minInterval: 1}),
    series: [{type: 'bar', data: [...counts.values()], barCategoryGap: '6%', itemStyle: {color: PALETTE[0], opacity: panel.fieldConfig.defaults.custom.fillOpacity / 100}}],
  });
};

const stateTimeline = (body, panel, range) => {
  const all = fields(panel), spans = [], names = [];
  if (!all.length) return empty(body, panel);
  all.forEach(({name, refId, series}, row) => {
    names.push(name);
    const mappings = overrides(panel, name, refId).mappings;
    for (const [time, value] of points(series)) {
      const mapped = mappings?.[0].options[value];
      const color = mapped ? colorOf(mapped.color) : PALETTE[row % PALETTE.length];
      const last = spans.findLast((span) => span[0] === row);
      if (last && last[3] === color && time - last[2] < 2.5 * range.step * 1000) last[2] = time;
      else {
        if (last && time - last[2] < 2.5 * range.step * 1000) last[2] = time;
        spans.push([row, time, time + range.step * 1000, color, mapped?.text]);
      }
    }
  });
  const used = new Map(spans.filter((span) => span[4]).map((span) => [span[4], span[3]]));
  const key = text(body.parentNode, 'div', 'position:absolute;bottom:2px;left:0;right:0;text-align:center;font-size:11px', '');
  used.forEach((color, name) => text(key, 'span', `color:${color};margin:0 6px`, '■ ' + name));
  chart(body, {
    grid: {left: 86, right: 16, top: 6, bottom: 44},
    xAxis: clock(range.from, range.to),
    yAxis: {type: 'category', data: names, inverse: true, axisLabel: {fontSize: 11}, axisTick: {show: false}},
    series: [{
      type: 'custom', encode: {x: [1, 2], y: 0},
      data: spans.map((span) => ({value: span.slice(0, 3), itemStyle: {color: span[3]}})),
      renderItem: (_, api) => {
        const [x, y] = api.coord([api.value(1), api.value(0)]), [end] = api.coord([api.value(2), api.value(0)]);
        const height = api.size([0, 1])[1] * panel.options.rowHeight;
        return {type: 'rect', shape: {x, y: y - height / 2, width: Math.max(1, end - x), height}, style: {fill: api.visual('color'), opacity: panel.fieldConfig.defaults.custom.fillOpacity / 100}};
      },
    }],
  });
};

/// The rows of a table as its transformations leave them: columns by their shown names, in order.
/// Grafana merges series that agree in the labels which all queries have.
const rows = (panel) => {
  const value = panel.targets.length > 1 ? (target) => 'Value #' + target.refId : () => 'Value';
  const labels = panel.targets.filter((target) => target.result.length).map((target) => Object.keys(target.result[0].metric));
  const common = (labels[0] ?? []).filter((name) => labels.every((names) => names.includes(name)));
  const merged = [];
  for (const target of panel.targets) {
    for (const {metric, value: [, number]} of target.result) {
      const fresh = {...metric, [value(target)]: Number(number)};
      const agrees = (row) => common.every((name) => row[name] === fresh[name]) && Object.keys(fresh).every((name) => row[name] === undefined || row[name] === fresh[name]);
      const row = merged.find(agrees);
      if (row) Object.assign(row, fresh);
      else merged.push(fresh);
    }
  }
  const organize = panel.transformations.find((t) => t.id === 'organize').options;
  const order = (name) => organize.indexByName[name] ?? 99;
  const names = [...new Set(merged.flatMap(Object.keys))].filter((name) => !organize.excludeByName[name]);
  return {names: names.sort((a, b) => order(a) - order(b)), shown: (name) => organize.renameByName[name] ?? overrides(panel, name).displayName ?? name, rows: merged};
};

const table = (body, panel) => {
  const {names, shown, rows: all} = rows(panel);
  if (!all.length) return empty(body, panel);
  const [sort] = panel.options.sortBy;
  const by = names.find((name) => shown(name) === sort.displayName);
  if (!by) throw new Error(`${panel.title} is sorted by ${sort.displayName}, which is none of its columns`);
  const compare = by.startsWith('Value')
    ? (a, b) => (a[by] ?? -Number.MAX_VALUE) - (b[by] ?? -Number.MAX_VALUE)
    : (a, b) => String(a[by]).localeCompare(String(b[by]));
  all.sort((a, b) => (sort.desc ? -1 : 1) * compare(a, b));
  const grid = text(body, 'table', 'border-collapse:collapse;width:100%;font-size:12px', '');
  const line = (cells, style) => {
    const tr = text(grid, 'tr', style, '');
    cells.forEach(([content, more]) => text(tr, 'td', 'padding:4px 8px;border-bottom:1px solid #eceef1;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:230px;' + more, content));
  };
  const right = (name) => name.startsWith('Value') ? 'text-align:right;' : '';
  line(names.map((name) => [shown(name), right(name)]), 'color:#3274d9;font-weight:600');
  const fit = Math.floor((body.clientHeight - 26) / 25);
  all.slice(0, fit).forEach((row) => line(names.map((name) => {
    if (row[name] === undefined) return ['', ''];
    const unit = UNITS[overrides(panel, shown(name)).unit] ?? unitOf(panel);
    return typeof row[name] === 'number' ? [unit(row[name]), right(name)] : [row[name], overrides(panel, name).links ? 'color:#1f60c4;text-decoration:underline;' : ''];
  }), ''));
};

const DRAW = {stat, timeseries, histogram, table, 'state-timeline': stateTimeline};

function draw({board, range, caption}) {
  document.body.style.cssText = `margin:0;padding:12px;background:#f4f5f7;color:#24292e;width:${WIDTH}px;font-family:${FONT}`;
  text(document.body, 'div', 'font-size:19px;font-weight:600', board.title);
  text(document.body, 'div', 'font-size:12px;color:#6b7280;margin:2px 0 8px', caption);
  const bottom = Math.max(...board.panels.map(({gridPos}) => gridPos.y + gridPos.h));
  const grid = text(document.body, 'div', `position:relative;height:${bottom * ROW}px`, '');
  for (const panel of board.panels) {
    const {x, y, w, h} = panel.gridPos;
    const place = `position:absolute;left:${x * COLUMN}px;top:${y * ROW}px;width:${w * COLUMN - GAP}px;height:${h * ROW - GAP}px;`;
    if (panel.type === 'row') {
      text(grid, 'div', place + 'font-size:14px;font-weight:600;padding-top:6px', '▾ ' + panel.title);
      continue;
    }
    const box = text(grid, 'div', place + 'background:#fff;border:1px solid #dcdfe4;border-radius:3px;box-sizing:border-box;overflow:hidden', '');
    text(box, 'div', 'font-size:13px;font-weight:600;padding:6px 10px 2px;white-space:nowrap', panel.title);
    const body = text(box, 'div', `position:absolute;top:28px;left:6px;right:6px;bottom:4px;overflow:hidden`, '');
    DRAW[panel.type](body, panel, range);
  }
  return grid.offsetHeight;
}
