// Conditions built from known fields; what the rows cannot say stays an expression, which can always be written by hand.
import { button, field, h, input, select, tick } from './dom.js';

const OPERATORS = [
  ['==', '是'], ['!=', '不是'], ['in', '是其中之一'], ['>=', '不小于'], ['>', '大于'], ['<=', '不大于'], ['<', '小于'],
  ['filled', '已填'], ['empty', '没有填'], ['true', '是“是”'], ['false', '不是“是”']
];
const FITTING = {
  boolean: ['true', 'false'],
  number: ['==', '!=', '>=', '>', '<=', '<'],
  text: ['==', '!=', 'in', 'filled', 'empty'],
  other: ['==', '!=', 'in', '>=', '<', 'filled', 'empty', 'true', 'false']
};

function literal(text) {
  const quoted = /^'([^'\\]*)'$/.exec(text) || /^"([^"\\]*)"$/.exec(text);
  if (quoted) return quoted[1];
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readPart(text) {
  const said = text.trim();
  let found = /^(not\s+)?([a-z_]\w*(?:\(\))?)$/i.exec(said);
  if (found && !['true', 'false', 'null'].includes(found[2])) return { name: found[2], op: found[1] ? 'false' : 'true' };
  found = /^([a-z_]\w*(?:\(\))?)\s+in\s+\[([^\]]*)\]$/i.exec(said);
  if (found) {
    const values = found[2].split(',').map((each) => literal(each.trim()));
    return values.includes(undefined) ? null : { name: found[1], op: 'in', value: values };
  }
  found = /^([a-z_]\w*(?:\(\))?)\s*(==|!=|>=|<=|>|<)\s*(.+)$/i.exec(said);
  if (!found) return null;
  const [, name, op, right] = found;
  if (right === 'null') return op === '==' ? { name, op: 'empty' } : op === '!=' ? { name, op: 'filled' } : null;
  if (right === 'true') return op === '==' ? { name, op: 'true' } : null;
  const value = literal(right);
  return value === undefined ? null : { name, op, value };
}

export function readCondition(text) {
  const said = (text || '').trim();
  if (!said) return { join: 'and', parts: [] };
  if (/[()]/.test(said.replace(/\w\(\)/g, '')) || (/ and /.test(said) && / or /.test(said))) return null;
  const join = / or /.test(said) ? 'or' : 'and';
  const parts = said.split(` ${join} `).map(readPart);
  return parts.includes(null) ? null : { join, parts };
}

const written = (value) => (typeof value === 'number' ? String(value) : `'${String(value).replace(/['\\]/g, '')}'`);

function writePart({ name, op, value }) {
  switch (op) {
    case 'true': return name;
    case 'false': return `not ${name}`;
    case 'filled': return `${name} != null`;
    case 'empty': return `${name} == null`;
    case 'in': return `${name} in [${[].concat(value ?? []).map(written).join(', ')}]`;
    default: return `${name} ${op} ${written(value ?? '')}`;
  }
}

export const writeCondition = ({ join, parts }) => parts.map(writePart).join(` ${join} `);

function valueControl(part, known, put) {
  if (['true', 'false', 'filled', 'empty'].includes(part.op)) return null;
  const choices = known?.choices || [];
  if (part.op === 'in') {
    const values = [].concat(part.value ?? []);
    if (!choices.length) return input(values.join('、'), (text) => put({ value: text.split(/[、,，]/).map((each) => each.trim()).filter(Boolean) }), { 'aria-label': '值，用顿号分开' });
    return h('div', { class: 'ticks-open' }, choices.map(([code, label]) => tick(label, values.includes(code), (on) => put({ value: choices.map(([each]) => each).filter((each) => (each === code ? on : values.includes(each))) }))));
  }
  if (choices.length) return select(choices, String(part.value ?? ''), (value) => put({ value: known.kind === 'number' ? Number(value) : value }), { 'aria-label': '值' });
  return input(part.value ?? '', (text) => put({ value: known?.kind === 'number' || (typeof part.value === 'number' && /^-?\d+$/.test(text)) ? Number(text) || 0 : text }), { 'aria-label': '值' });
}

function fitted(part, known) {
  const fits = FITTING[known?.kind] || FITTING.other;
  const op = fits.includes(part.op) ? part.op : fits[0];
  const first = known?.choices?.[0]?.[0];
  let value = part.value;
  if (op === 'in') value = [].concat(value ?? first ?? []);
  else if (Array.isArray(value)) [value] = value;
  if (value === undefined) value = known?.kind === 'number' ? 0 : first ?? '';
  return { ...part, op, value };
}

export function conditionField(text, variables, change) {
  const now = readCondition(text);
  const own = field('表达式', input(text, change, { class: 'code', spellcheck: 'false' }));
  if (!now) return h('fieldset', { class: 'field' }, h('legend', {}, '条件'), h('p', { class: 'help' }, '这个条件比较复杂，请直接改表达式。'), own);
  const names = variables.map(({ name, title }) => [name, title === name ? name : `${title}（${name}）`]);
  const put = (place, part) => change(writeCondition({ ...now, parts: now.parts.map((each, at) => (at === place ? part : each)) }));
  const rows = now.parts.map((part, place) => {
    const known = variables.find(({ name }) => name === part.name);
    const fits = FITTING[known?.kind] || FITTING.other;
    return h('div', { class: 'condition' },
      select(names, part.name, (name) => put(place, fitted({ name, op: part.op }, variables.find((each) => each.name === name))), { 'aria-label': '字段' }),
      select(OPERATORS.filter(([op]) => fits.includes(op) || op === part.op), part.op, (op) => put(place, fitted({ ...part, op }, known)), { 'aria-label': '关系' }),
      valueControl(part, known, (changed) => put(place, { ...part, ...changed })),
      button('✕', () => change(writeCondition({ ...now, parts: now.parts.filter((_, at) => at !== place) })), { 'aria-label': '去掉这一条' }));
  });
  const first = variables.find(({ choices }) => choices?.length) || variables[0];
  const add = first && button('加一条', () => change(writeCondition({ ...now, parts: [...now.parts, fitted({ name: first.name, op: '==' }, first)] })));
  const join = now.parts.length > 1 && select([['and', '都成立'], ['or', '有一条成立']], now.join, (to) => change(writeCondition({ ...now, join: to })), { 'aria-label': '几条之间' });
  return h('fieldset', { class: 'field' }, h('legend', {}, '条件'), join, rows, h('p', { class: 'actions' }, add), own);
}
