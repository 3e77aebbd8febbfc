// A job through time: the last hour, and what is measured while one looks.
import {h, text, table} from './dom.js';
import {bytes, clock, words} from './format.js';
import {concern} from './words.js';
import {Chart} from './charts.js';
import {marked, overTime} from './timechart.js';
import {ask, now} from './live.js';

const HOUR = 3_600_000;
const MOST_POINTS = 1500;

/** The chart with its list of events and its table. */
export class Through {
  constructor() {
    this.points = [];
    this.past = h('p', {class: 'quiet'});
    const chart = h('div', {class: 'chart tall', 'aria-hidden': 'true'});
    this.chart = new Chart(chart);
    this.events = h('ol', {class: 'events', 'aria-label': 'What happened'});
    this.figures = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Through time'});
    this.disclosure = h('details', {class: 'figures', ontoggle: () => this.showFigures()},
      h('summary', {}, 'Through time, in figures'), this.figures);
    this.nodes = [this.past, chart, this.events, this.disclosure];
  }

  async load(path) {
    try {
      const past = await ask(`${path}/history`);
      this.points = past.points;
      text(this.past, !past.is_kept ? 'No hour is kept of this job, since more jobs are listed than headroom.history.jobs. The lines begin now.'
        : past.is_short
          ? `Known here since ${clock(past.since)}: this monitor began to watch then; what was before is not here.` : '');
    } catch (failure) {
      text(this.past, `${failure.message}. The lines begin now.`);
    }
    this.draw();
  }

  /** What is measured comes with the events: no list is asked for again. */
  update(document, patch) {
    const {detail, happened} = document;
    // Kept: a job that is no longer known has none, and its chart may still be drawn again.
    Object.assign(this, {detail, happened});
    if (patch === null) return;
    if (patch.detail?.last_sample || patch.detail?.measured) {
      const at = new Date(now()).toISOString();
      this.points.push({at, phase: detail.placements[0]?.phase, ...detail.measured});
      while (this.points.length && Date.parse(this.points[0].at) < now() - HOUR) this.points.shift();
      if (this.points.length > MOST_POINTS) this.points = thinned(this.points);
    }
    if (patch.detail || patch.happened) this.draw();
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = null;
      this.chart.show(width => overTime(this.detail, this.points, this.happened, width));
      this.showEvents();
      this.showFigures();
    });
  }

  /** The numbers are those of the lines in the chart. */
  showEvents() {
    const shown = marked(this.points, this.happened).map(it => `${clock(it.at)} ${happening(it.what)}`);
    if (shown.join() === this.shownEvents) return;
    this.shownEvents = shown.join();
    this.events.replaceChildren(...shown.map(it => h('li', {}, it)));
  }

  showFigures() {
    if (!this.disclosure.open || !this.detail) return;
    const shown = this.points.slice(-60).reverse();
    this.figures.replaceChildren(table('The newest sixty points of the chart, and what happened.',
      ['Time', 'Phase', 'Allocated', 'Reserved', 'Process'],
      shown.map(point => [clock(point.at), words(point.phase) || '–', bytes(point.allocated_bytes),
        bytes(point.reserved_bytes), bytes(point.process_used_bytes)]), [1]),
    h('ul', {}, ...this.happened.map(event => h('li', {}, `${clock(event.at)} ${happening(event.what)}`))));
  }

  close() {
    this.chart.close();
  }
}

function happening(what) {
  return what === 'run_began' || what === 'completed' ? words(what) : concern(what).words;
}

/** Every second point of the older half. */
function thinned(points) {
  const half = points.length / 2;
  return points.filter((_, i) => i >= half || i % 2 === 0);
}
