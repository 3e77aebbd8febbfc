// The shell: what every view has around it, and which view is shown.
import {h, text, attribute} from './dom.js';
import {bytes, plural} from './format.js';
import {Live, ask} from './live.js';
import {startTheme} from './theme.js';

const $ = id => document.getElementById(id);

/** Each view is a module of its own and comes when it is looked at. */
const VIEWS = {
  jobs: () => import('./jobs.js'),
  job: () => import('./job.js'),
  fleet: () => import('./fleet.js'),
  'what-if': () => import('./whatif.js'),
  ended: () => import('./ended.js'),
  accuracy: () => import('./accuracy.js'),
};

let view = null;
let live = null;
let address = '';
let moves = 0;
let header = null;
let isReady = true;
let about = null;

/** What a view may ask of the shell. */
const context = {
  /** Follows something; what was followed before is not any more. */
  watch(query) {
    live?.close();
    const shown = view;
    live = new Live(query, {
      update(document, patch) {
        if (shown !== view) return;
        showHeader(document.header);
        shown.update(document, patch);
      },
      status: showStatus,
    });
  },
  /** Shows where we are, without going there. */
  address(route, parameters) {
    const query = parameters?.toString();
    address = `#/${route}${query ? `?${query}` : ''}`;
    history.replaceState(null, '', address);
  },
  /** What the monitor is and knows, asked for once. */
  about() {
    about ??= ask('/api/v1/about').catch(failure => {
      about = null;
      throw failure;
    });
    return about;
  },
};

function showStatus(state, words) {
  const status = $('status');
  attribute(status, 'data-state', state === 'live' && !isReady ? 'unready' : state);
  text(status, state === 'live' && !isReady ? 'not ready' : words);
  document.body.classList.toggle('stale', state === 'lost');
}

function showHeader(shown) {
  header = shown;
  const {gpus} = shown;
  text($('jobs-total'), plural(shown.jobs, 'job'));
  text($('gpus-total'), plural(gpus.count, 'GPU')
    + (gpus.silent ? `, ${gpus.silent} silent` : ''));
  text($('used-total'), `${bytes(gpus.used_bytes)} of ${bytes(gpus.total_bytes)} used`);
  text($('free-total'), `${bytes(gpus.free_bytes)} free at the peaks`);
  text($('over-total'), gpus.over_committed ? `▲ ${plural(gpus.over_committed, 'GPU')} over-committed` : '');
  $('unready').hidden = shown.ready;
  if (!shown.ready) text($('unready-reason'), shown.reason);
  if (isReady !== shown.ready) {
    isReady = shown.ready;
    showStatus('live', 'live');
  }
}

/** The parts of an address: #/jobs/NAME?state=running; an old one is a job's bare name. */
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name, ...rest] = path.split('/');
  const parameters = new URLSearchParams(query);
  let argument = '';
  try { argument = decodeURIComponent(rest.join('/')); } catch { /* an address that is none */ }
  if (name === 'jobs' && argument) return ['job', argument, parameters];
  if (name && !(name in VIEWS)) {
    try { return ['job', decodeURIComponent(path), parameters]; } catch { return ['jobs', '', parameters]; }
  }
  return [name && name !== 'job' ? name : 'jobs', argument, parameters];
}

async function show() {
  if (location.hash === address && view) return;
  address = location.hash;
  const move = ++moves;
  const [name, argument, parameters] = route();
  let module;
  try {
    module = await VIEWS[name]();
  } catch {
    showStatus('lost', 'the page could not be loaded; load it again');
    return;
  }
  if (move !== moves) return;
  const isFirst = !view;
  view?.close();
  live?.close();
  live = null;
  const View = module.default;
  view = new View(context, parameters, argument);
  $('view').replaceChildren(view.node);
  document.title = `${view.title} · Headroom`;
  for (const link of document.querySelectorAll('nav a')) {
    attribute(link, 'aria-current',
      link.dataset.view === name || (name === 'job' && link.dataset.view === 'jobs') ? 'page' : null);
  }
  context.watch(view.query());
  if (!isFirst) {
    scrollTo(0, 0);
    $('title')?.focus({preventScroll: true});
  }
}

async function links() {
  try {
    const known = await context.about();
    const shown = [['API', '/q/swagger-ui/'], ['messages', '/schema/asyncapi.yaml'], ['metrics', '/metrics'], ['health', '/q/health'],
      ['dashboards', known.grafana_url], ['runbooks', known.runbooks_url], ['documents', known.documents_url]];
    $('links').replaceChildren(...shown.filter(([, url]) => url)
      .map(([label, url]) => h('a', {href: url}, label)));
    text($('version'), known.version);
  } catch { /* the page works without them */ }
}

startTheme($('theme'));
addEventListener('hashchange', show);
show();
links();
