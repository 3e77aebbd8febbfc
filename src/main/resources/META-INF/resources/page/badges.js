import {h, text, attribute} from './dom.js';
import {words} from './format.js';
import {CONCERNS, SEVERITIES, stateShape, concern} from './words.js';

/** The badge of a job's state: a shape for how bad that is, and the state in words. */
export function stateBadge() {
  const shape = h('span', {'aria-hidden': 'true', class: 'shape'});
  const name = h('span');
  const node = h('span', {class: 'badge'}, shape, name);
  return {
    node,
    update(state) {
      const severity = CONCERNS[state]?.severity;
      text(shape, severity ? SEVERITIES[severity].shape : stateShape(state));
      text(name, words(state));
      attribute(node, 'data-severity', severity || 'fine');
    },
  };
}

/** What is wrong, each in a word. */
export function concernBadges() {
  const node = h('span', {class: 'concerns'});
  let shown = '';
  return {
    node,
    update(names, state) {
      const news = names.filter(name => name !== state);
      if (news.join() === shown) return;
      shown = news.join();
      node.replaceChildren(...news.map(name => h('span',
        {class: 'badge small', 'data-severity': concern(name).severity}, concern(name).words)));
    },
  };
}
