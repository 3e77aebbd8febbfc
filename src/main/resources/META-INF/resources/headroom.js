'use strict';
// Everything that comes from a job is set as text, never as HTML: names are whatever jobs call themselves.
const $ = id => document.getElementById(id);
const CATEGORIES = [
  ['parameters', 'parameters', '#5b8ff9'], ['feature_maps', 'feature maps', '#61ddaa'],
  ['activations', 'activations', '#f6bd16'], ['gradients', 'gradients', '#e8684a'],
  ['optimizer_state', 'optimizer state', '#9270ca'], ['input_data', 'input data', '#6dc8ec'],
  ['other', 'other', '#a5adba']];
const LISTED = 200;
const charts = {};
let pending = false;
let stale = false;

function bytes(n) {
  if (n === undefined || n === null) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = Math.abs(n), unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return (n < 0 ? '−' : '') + value.toFixed(unit ? 2 : 0) + ' ' + units[unit];
}

function percent(ratio) {
  return (ratio < 0 ? '−' : '+') + (Math.abs(ratio) * 100).toFixed(1) + ' %';
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The most telling comparison that there is: what the allocator holds, else what the device shows.
function compared(job) {
  const predicted = job.predicted_peak || {}, measured = job.measured_peak || {}, drift = job.drift || {};
  for (const [size, p, m] of [
    ['allocated', predicted.allocated_bytes, measured.allocated_bytes],
    ['device', predicted.device_p50_bytes, measured.process_used_bytes],
    ['reserved', predicted.reserved_bytes, measured.reserved_bytes]]) {
    if (drift[size]) return {size, predicted: p, measured: m, ratio: drift[size].ratio};
  }
  return {size: '', predicted: predicted.allocated_bytes,
    measured: measured.allocated_bytes ?? measured.process_used_bytes ?? measured.reserved_bytes};
}

async function get(path) {
  const answer = await fetch(path, {headers: {Accept: 'application/json'}});
  if (!answer.ok) throw new Error(path + ': ' + answer.status);
  return answer.json();
}

function definitions(list, pairs) {
  list.replaceChildren(...pairs.map(([name, value]) => {
    const pair = element('div');
    pair.append(element('dt', '', name), element('dd', '', value));
    return pair;
  }));
}

function selected() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ''; }
}

function row(job, widest) {
  const c = compared(job);
  const item = element('li'), link = element('a');
  link.href = '#' + encodeURIComponent(job.job);
  if (job.job === selected()) link.setAttribute('aria-current', 'true');
  const drift = c.ratio === undefined
    ? element('span', 'drift quiet', job.confidence === 'unsupported' ? 'unsupported' : '')
    : element('span', 'drift ' + (c.ratio > 0.1 ? 'over' : 'good'), percent(c.ratio));
  link.append(element('span', 'job', job.job), drift);
  const about = [job.model, job.state.replaceAll('_', ' '), job.ranks + (job.ranks === 1 ? ' rank' : ' ranks')];
  if (job.growth_bytes_per_second) about.push('grows ' + bytes(job.growth_bytes_per_second) + '/s');
  if (job.as_of) about.push('as of ' + job.as_of.slice(11, 19));
  link.append(element('span', 'about', about.filter(Boolean).join(' · ')),
    element('span', 'about', bytes(c.measured) + ' of ' + bytes(c.predicted)));
  const bars = element('span', 'bars');
  for (const [kind, size] of [['predicted', c.predicted], ['measured', c.measured]]) {
    const bar = element('span', 'bar ' + kind + (kind === 'measured' && c.ratio > 0.1 ? ' above' : ''));
    bar.style.width = (widest ? 100 * (size || 0) / widest : 0) + '%';
    bars.append(bar);
  }
  link.append(bars);
  item.append(link);
  return item;
}

async function list() {
  const query = new URLSearchParams({limit: LISTED});
  if ($('search').value) query.set('name', $('search').value);
  if ($('state').value) query.set('state', $('state').value);
  const [page, fleet] = await Promise.all([get('/api/v1/jobs?' + query), get('/api/v1/fleet?limit=1')]);
  const widest = Math.max(0, ...page.jobs.flatMap(job => [compared(job).predicted || 0, compared(job).measured || 0]));
  $('jobs').replaceChildren(...page.jobs.map(job => row(job, widest)));
  $('none').hidden = page.total > 0;
  $('rest').hidden = !page.next;
  $('rest').textContent = 'and ' + (page.total - page.jobs.length) + ' more: narrow the search';
  const sum = field => fleet.models.reduce((all, model) => all + model[field], 0);
  definitions($('figures'), [['jobs', page.total], ['GPUs', fleet.total], ['used', bytes(sum('used_bytes'))],
    ['headroom', bytes(sum('headroom_bytes'))], ['over-committed', sum('overcommitted')]]);
  return page;
}

function chart(id, option) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  if (!charts[id]) charts[id] = echarts.init($(id), dark ? 'dark' : null, {renderer: 'svg'});
  charts[id].setOption({backgroundColor: 'transparent', animation: false,
    tooltip: {renderMode: 'richText', trigger: 'item', valueFormatter: bytes}, ...option}, true);
}

function categories(job) {
  const at = (name, field) => (job.categories.find(c => c.category === name) || {})[field];
  chart('categories', {
    legend: {bottom: 0},
    grid: {left: 10, right: 30, top: 10, bottom: 60, containLabel: true},
    xAxis: {type: 'value', axisLabel: {formatter: bytes, hideOverlap: true}},
    yAxis: {type: 'category', inverse: true, data: ['predicted', 'measured', 'most ever, predicted']},
    series: CATEGORIES.map(([name, label, color]) => ({
      name: label, type: 'bar', stack: 'memory', barWidth: 34, itemStyle: {color},
      data: [at(name, 'predicted_bytes'), at(name, 'measured_bytes'), at(name, 'predicted_maximum_bytes')]}))
  });
}

function layers(job) {
  const heaviest = job.heaviest_layers;
  chart('layers', {
    legend: {bottom: 0},
    grid: {left: 10, right: 30, top: 10, bottom: 50, containLabel: true},
    xAxis: {type: 'value', axisLabel: {formatter: bytes, hideOverlap: true}},
    yAxis: {type: 'category', inverse: true, data: heaviest.map(layer => layer.name),
      axisLabel: {width: 170, overflow: 'truncate'}},
    series: [
      {name: 'parameters', type: 'bar', stack: 'memory', itemStyle: {color: '#5b8ff9'}, data: heaviest.map(l => l.parameter_bytes)},
      {name: 'held at the peak', type: 'bar', stack: 'memory', itemStyle: {color: '#61ddaa'}, data: heaviest.map(l => l.at_peak_bytes)}]
  });
}

async function detail() {
  const name = selected();
  if (!name) { $('detail').hidden = true; return; }
  let job;
  try { job = await get('/api/v1/jobs/' + encodeURIComponent(name)); }
  catch { $('detail').hidden = true; return; }
  if (name !== selected()) return;
  $('detail').hidden = false;
  $('name').textContent = job.job;
  const setup = job.setup;
  $('facts').textContent = [job.model, job.state.replaceAll('_', ' '), job.run && 'run ' + job.run,
    setup && 'batch ' + setup.batch_size, setup && setup.optimizer, setup && setup.compute,
    setup && setup.framework, job.confidence, job.gpus.join(', ')].filter(Boolean).join(' · ');
  const predicted = job.predicted_peak || {}, measured = job.measured_peak;
  const pair = (p, m, drift) => bytes(m) + ' of ' + bytes(p) + (drift ? ' (' + percent(drift.ratio) + ')' : '');
  definitions($('sizes'), [
    ['allocated', pair(predicted.allocated_bytes, measured.allocated_bytes, job.drift.allocated)],
    ['reserved', pair(predicted.reserved_bytes, measured.reserved_bytes, job.drift.reserved)],
    ['device', pair(predicted.device_p50_bytes, measured.process_used_bytes, job.drift.device)],
    ['growth', job.growth_bytes_per_second ? bytes(job.growth_bytes_per_second) + '/s' : 'none'],
    ['peak is in', predicted.phase ? predicted.phase.replaceAll('_', ' ') + ' ' + predicted.layer : '–']]);
  $('reasons').replaceChildren(...job.reasons.map(reason => element('li', '', reason)));
  categories(job);
  layers(job);
}

// One refresh at a time; what comes meanwhile asks for one more.
async function refresh() {
  if (pending) { stale = true; return; }
  pending = true;
  try {
    const page = await list();
    if (!selected() && page.jobs.length) history.replaceState(null, '', '#' + encodeURIComponent(page.jobs[0].job));
    await detail();
  } catch (error) {
    $('link').className = '';
    $('link').textContent = 'no answer';
  } finally {
    pending = false;
    if (stale) { stale = false; setTimeout(refresh, 1000); }
  }
}

function follow() {
  const events = new EventSource('/api/v1/events');
  events.onopen = () => { $('link').className = 'live'; $('link').textContent = 'live'; refresh(); };
  events.onmessage = refresh;
  events.onerror = () => { $('link').className = ''; $('link').textContent = 'connection lost, trying again'; };
}

addEventListener('DOMContentLoaded', () => {
  $('search').addEventListener('input', refresh);
  $('state').addEventListener('change', refresh);
  addEventListener('hashchange', refresh);
  addEventListener('resize', () => Object.values(charts).forEach(each => each.resize()));
  refresh();
  follow();
});
