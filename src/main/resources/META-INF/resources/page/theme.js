// Light and dark: as the system says, or as chosen here.
import {attribute, text} from './dom.js';

const KEY = 'headroom-theme';
const CHOICES = ['system', 'light', 'dark'];
const listeners = new Set();
const colours = new Map();
const probe = document.createElement('span');

function chosen() {
  try { return localStorage.getItem(KEY) || 'system'; } catch { return 'system'; }
}

/** Calls back whenever the colours change. */
export function onTheme(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startTheme(button) {
  const apply = choice => {
    attribute(document.documentElement, 'data-theme', choice === 'system' ? null : choice);
    text(button, {system: '◐ system', light: '☀ light', dark: '☾ dark'}[choice]);
    attribute(button, 'aria-label', `Colours: ${choice}. Change`);
    colours.clear();
    for (const listener of listeners) listener();
  };
  button.addEventListener('click', () => {
    const next = CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length];
    try { localStorage.setItem(KEY, next); } catch { /* it holds for this page */ }
    apply(next);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(chosen()));
  apply(chosen());
}

/** The colour that a custom property of the styles has now, as a chart can read it. */
export function colour(name) {
  if (!colours.has(name)) {
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    colours.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(name);
}
