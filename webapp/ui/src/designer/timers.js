// Instants in words: built from choices, with the expression shown; what the choices cannot say is written by hand.
import { field, h, input, select } from './dom.js';

const SINCE = [
  ['', '从到这一步起'],
  ['accepted_at', '从受理起'],
  ['dispatched_at', '从派单起'],
  ['feedback_at', '从反馈起']
];
const COUNTED = { workdays: '个工作日', office_hours: '个办公小时', minutes: '分钟' };
const DUES = { case_due: '承诺期限', external_due: '来单要求的办结时间' };
const PLAIN = {
  'case_due(-warn_days())': '承诺期限前，按表里的提前催办天数',
  'closing_time()': '当日下班',
  'next_opening()': '次一工作日上班',
  'month_later()': '下月同日上班',
  'lead_case_due()': '主件的承诺期限',
  'resume_at(until)': '约定的日期上班'
};
const OWN = 'own';

export function readTimer(text) {
  const said = (text || '').trim();
  if (!said) return { kind: '' };
  if (PLAIN[said]) return { kind: said };
  let found = /^(workdays|office_hours|minutes)\((\d+(?:\.\d+)?)(?:,\s*since=(accepted_at|dispatched_at|feedback_at)\(\))?\)$/.exec(said);
  if (found) return { kind: found[1], n: Number(found[2]), since: found[3] || '' };
  found = /^(case_due|external_due)\((-?\d+)?\)$/.exec(said);
  if (found) return { kind: found[1], n: Number(found[2] || 0) };
  return { kind: OWN, text: said };
}

export function writeTimer({ kind, n, since, text }) {
  if (!kind) return '';
  if (kind === OWN) return text || '';
  if (COUNTED[kind]) return `${kind}(${n || 1}${since ? `, since=${since}()` : ''})`;
  if (DUES[kind]) return `${kind}(${n || ''})`;
  return kind;
}

export function timerWords(text) {
  const { kind, n, since } = readTimer(text);
  if (!kind) return '没有时限';
  if (PLAIN[kind]) return PLAIN[kind];
  if (DUES[kind]) return n === 0 ? DUES[kind] : `${DUES[kind]}${n < 0 ? '前' : '后'}第 ${Math.abs(n)} 个工作日${n < 0 ? '上班' : '下班'}`;
  const from = { accepted_at: '受理后', dispatched_at: '派单后', feedback_at: '反馈后' }[since] || '';
  if (kind === 'workdays') return `${from}第 ${n} 个工作日下班`;
  if (COUNTED[kind]) return `${from}满 ${n} ${COUNTED[kind]}`;
  return '按下面写的表达式';
}

export function timerField(legend, text, change) {
  const now = readTimer(text);
  const put = (part) => change(writeTimer({ n: 1, since: '', text, ...now, ...part }));
  const kinds = [
    ['', '没有时限'],
    ['workdays', '几个工作日'], ['office_hours', '几个办公小时'], ['minutes', '几分钟'],
    ['case_due', '承诺期限前后'], ['external_due', '来单要求的时间前后'],
    ...Object.entries(PLAIN), [OWN, '自己写表达式']
  ];
  const parts = [select(kinds, now.kind, (kind) => put({ kind, n: DUES[kind] ? 0 : 1, text: text || 'workdays(1)' }), { 'aria-label': `${legend}：怎样算` })];
  if (COUNTED[now.kind]) {
    parts.push(select(SINCE, now.since, (since) => put({ since }), { 'aria-label': `${legend}：从何时算` }));
    parts.push(h('span', { class: 'beside' }, input(String(now.n), (n) => put({ n: Math.max(Number(n) || 1, 0) }), { 'aria-label': `${legend}：数目`, inputmode: 'numeric', class: 'digits' }), COUNTED[now.kind]));
  }
  if (DUES[now.kind]) {
    const way = now.n < 0 ? 'before' : now.n > 0 ? 'after' : 'at';
    const days = Math.abs(now.n) || 1;
    parts.push(select([['before', '之前'], ['at', '到期当时'], ['after', '之后']], way, (to) => put({ n: { before: -days, at: 0, after: days }[to] }), { 'aria-label': `${legend}：前还是后` }));
    if (way !== 'at') parts.push(h('span', { class: 'beside' }, input(String(days), (n) => put({ n: (Number(n) || 1) * Math.sign(now.n) }), { 'aria-label': `${legend}：几个工作日`, inputmode: 'numeric', class: 'digits' }), '个工作日'));
  }
  const own = field('表达式', input(text, (said) => change(said), { class: 'code', spellcheck: 'false' }));
  return h('fieldset', { class: 'field timer' }, h('legend', {}, legend), h('p', { class: 'words' }, timerWords(text)), parts, own);
}
