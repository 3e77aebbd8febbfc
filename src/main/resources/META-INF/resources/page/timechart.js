// What a job held through time, over what it was predicted to hold.
import {bytes, clock, words} from './format.js';
import {CATEGORIES, coarsePhase} from './words.js';
import {sizeAxis, tooltip} from './charts.js';
import {colour} from './theme.js';

const MOST_MARKS = 12;
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
      axisLabel: {color: colour('--quiet'), hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right', fontSize: 11, formatter: at => span > 600_000 ? clock(at).slice(0, -3) : clock(at)},
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
