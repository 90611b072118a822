// Small helpers for writing elements by script.

export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else if (name === 'checked' || name === 'selected' || name === 'disabled' || name === 'open') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let number = 0;
export const fresh = (name) => `d-${name}-${number++}`;

export function field(label, control, help) {
  control.id ||= fresh('f');
  const note = help && h('p', { class: 'help', id: `${control.id}-help` }, help);
  if (note) control.setAttribute('aria-describedby', note.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), note, control);
}

export function select(options, value, change, attributes = {}) {
  const known = options.some(([code]) => code === value);
  const all = known || value === undefined ? options : [...options, [value, value]];
  const made = h('select', { ...attributes, onchange: () => change(made.value) },
    all.map(([code, label]) => h('option', { value: code, selected: code === value }, label)));
  made.value = value ?? '';
  return made;
}

export function input(value, change, attributes = {}) {
  const made = h('input', { type: 'text', autocomplete: 'off', ...attributes, value: value ?? '' });
  made.addEventListener('change', () => change(made.value.trim()));
  return made;
}

export function area(value, change, attributes = {}) {
  const made = h('textarea', { rows: 2, ...attributes });
  made.value = value ?? '';
  made.addEventListener('change', () => change(made.value.trim()));
  return made;
}

export function tick(label, checked, change) {
  const box = h('input', { type: 'checkbox', checked, onchange: () => change(box.checked) });
  return h('label', { class: 'tick-line' }, box, h('span', {}, label));
}

export function button(label, act, attributes = {}) {
  return h('button', { type: 'button', class: 'button button-quiet', ...attributes, onclick: act }, label);
}
