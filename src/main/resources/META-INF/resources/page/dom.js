// Elements, made and patched in place. Everything that comes from a job is set as text, never as
// HTML: names are whatever jobs call themselves.

/** An element. Attributes that begin with "on" are listeners; false and undefined leave one out. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name === 'class') made.className = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== undefined && child !== null));
  return made;
}

/** Sets an element's text, if it is another. */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** Sets or takes away an attribute, if it is another. */
export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? '' : value);
  }
}

/** Sets a CSS property, if it is another. */
export function style(node, name, value) {
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}

/**
 * Keeps the children of an element equal to some items, by key: what stays is patched and moved,
 * never made anew. The child that has the focus is not moved; the others are put around it.
 */
export class KeyedList {
  constructor(parent, make) {
    this.parent = parent;
    this.make = make;
    this.children = new Map();
  }

  /** @param items pairs of key and value, as they follow each other */
  show(items) {
    const wanted = new Map(items);
    for (const [key, child] of this.children) {
      if (!wanted.has(key)) {
        child.node.remove();
        this.children.delete(key);
      }
    }
    const focused = [...this.children.values()]
      .map(child => child.node).find(node => node.contains(document.activeElement));
    let place = this.parent.firstChild;
    for (const [key, value] of items) {
      let child = this.children.get(key);
      if (!child) {
        child = this.make(key, value);
        this.children.set(key, child);
      }
      child.update(value);
      if (child.node === focused) {
        while (place !== focused) {
          const next = place.nextSibling;
          this.parent.append(place);
          place = next;
        }
      }
      if (child.node === place) place = place.nextSibling;
      else this.parent.insertBefore(child.node, place);
    }
  }

  get(key) {
    return this.children.get(key);
  }
}

/** A list of terms and what they are. */
export function definitions(list, pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (list.children.length !== known.length
      || known.some(([name], i) => list.children[i].firstChild.textContent !== name)) {
    list.replaceChildren(...known.map(([name]) => h('div', {}, h('dt', {}, name), h('dd'))));
  }
  known.forEach(([, value], i) => text(list.children[i].lastChild, String(value)));
}

/**
 * A table; its columns are numbers and stand to the right.
 * @param texts those columns that are not
 */
export function table(caption, head, rows, texts = []) {
  const kind = i => texts.includes(i) ? '' : 'number';
  return h('table', {class: 'data'},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head.map((name, i) =>
      h('th', {scope: 'col', class: i ? kind(i) : ''}, name)))),
    h('tbody', {}, ...rows.map(row => h('tr', {}, ...row.map((cell, i) =>
      i ? h('td', {class: kind(i)}, cell) : h('th', {scope: 'row'}, cell))))));
}

/** What stands behind a chart, for those who do not see it. */
export function disclosure(title, content) {
  return h('details', {class: 'figures'}, h('summary', {}, title),
    h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title}, content));
}

export function later(task, millis) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...given), millis);
  };
}
