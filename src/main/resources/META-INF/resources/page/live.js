// The monitor's events by fetch, not EventSource: so a refusal's reason can be read and shown, and
// every failure is tried again.

const QUIET_MILLIS = 15_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** A JSON Merge Patch (RFC 7396) on a document, in place. */
export function merge(document, patch) {
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete document[name];
    } else if (typeof value === 'object' && !Array.isArray(value)
        && typeof document[name] === 'object' && !Array.isArray(document[name])) {
      merge(document[name], value);
    } else {
      document[name] = value;
    }
  }
  return document;
}

/** Why an answer is a refusal, in the monitor's own words where it has some. */
export async function reasonOf(answer) {
  try {
    return (await answer.json()).detail || `${answer.status}`;
  } catch {
    return `the monitor answers ${answer.status}`;
  }
}

/** Milliseconds that the monitor's clock is ahead of this one. */
export let clockAhead = 0;

/** The monitor's time. */
export function now() {
  return Date.now() + clockAhead;
}

/** Follows one view until it is closed. */
export class Live {
  /**
   * @param query what is watched
   * @param listener update(document, patch or null for a whole new document); status(state, words)
   */
  constructor(query, listener) {
    this.url = `/api/v1/events?${query}`;
    this.listener = listener;
    this.pause = FIRST_PAUSE;
    this.onVisible = () => this.visibility();
    document.addEventListener('visibilitychange', this.onVisible);
    this.connect();
  }

  close() {
    this.closed = true;
    document.removeEventListener('visibilitychange', this.onVisible);
    this.disconnect();
  }

  disconnect() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    clearTimeout(this.hiding);
    this.request?.abort();
    this.request = null;
  }

  /** A page that nobody sees costs the monitor nothing. */
  visibility() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        this.disconnect();
        this.listener.status('paused', 'paused while hidden');
      }, 20_000);
    } else if (!this.request) {
      this.pause = FIRST_PAUSE;
      this.connect();
    }
  }

  async connect() {
    this.disconnect();
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetch(this.url,
        {signal: request.signal, headers: {Accept: 'text/event-stream'}, cache: 'no-store'});
      if (!answer.ok) throw new Error(await reasonOf(answer));
      await this.read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
      throw new Error('the monitor closed the connection');
    } catch (failure) {
      if (this.closed || this.request !== request) return;
      this.again(failure);
    }
  }

  again(failure) {
    clearTimeout(this.watchdog);
    this.request?.abort();
    this.request = null;
    const wait = this.pause * (0.75 + Math.random() / 2);
    this.pause = Math.min(LONGEST_PAUSE, this.pause * 2);
    const reason = failure instanceof TypeError ? 'the monitor cannot be reached'
      : failure.name === 'AbortError' ? 'the monitor says nothing' : failure.message;
    this.listener.status('lost', `${reason}; trying again`);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  async read(reader) {
    let rest = '';
    this.watch();
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      this.watch();
      const messages = (rest + value).split('\n\n');
      rest = messages.pop();
      for (const message of messages) this.take(message);
    }
  }

  /** A connection that says nothing is as good as none. */
  watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.request?.abort(), QUIET_MILLIS);
  }

  take(message) {
    let name = 'message';
    const data = [];
    for (const line of message.split('\n')) {
      if (line.startsWith('event:')) name = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5));
    }
    if (!data.length) return;
    const event = JSON.parse(data.join('\n'));
    clockAhead = Date.parse(event.at) - Date.now();
    this.pause = FIRST_PAUSE;
    this.listener.status('live', 'live');
    if (name === 'state') {
      this.document = event.state;
      this.listener.update(this.document, null);
    } else if (name === 'delta' && this.document) {
      merge(this.document, event.patch);
      this.listener.update(this.document, event.patch);
    }
  }
}

/** An answer of the API; what is refused is an Error with the monitor's reason. */
export async function ask(path, options = {}) {
  const answer = await fetch(path, {...options, headers: {Accept: 'application/json', ...options.headers}});
  if (!answer.ok) throw new Error(await reasonOf(answer));
  return answer.json();
}
