// Comfort on top of pages that work without it: fields that appear when they are needed, rows to add and remove,
// questions before what cannot be taken back, no second click while sending.
(() => {
  'use strict';
  document.documentElement.classList.add('js');
  const LIVE_SECONDS = 25;

  // ---- the values of a form, as far as conditions ask for them
  function read(form, path) {
    const field = form.querySelector(`[data-field="${CSS.escape(path)}"]`);
    const named = field ? [...field.querySelectorAll('[name]')].filter((input) => input.name === path) : [];
    const on = named.filter((input) => !/^(radio|checkbox)$/.test(input.type) || input.checked);
    const texts = on.filter((input) => input.type !== 'hidden').map((input) => input.value).filter(Boolean);
    const kind = field && field.dataset.kind;
    if (kind === 'boolean') return texts.length ? texts[0] === 'true' : null;
    if (kind === 'strings') return texts;
    if (!texts.length) return null;
    return kind === 'integer' || kind === 'number' ? Number(texts[0]) : texts[0];
  }

  const COMPARE = {
    '==': (a, b) => a === b, '!=': (a, b) => a !== b,
    '<': (a, b) => a !== null && a < b, '<=': (a, b) => a !== null && a <= b,
    '>': (a, b) => a !== null && a > b, '>=': (a, b) => a !== null && a >= b,
    in: (a, b) => Array.isArray(b) && b.includes(a), 'not in': (a, b) => !Array.isArray(b) || !b.includes(a)
  };

  function holds(form, [kind, ...parts]) {
    const value = (part) => holds(form, part);
    if (kind === 'value') return parts[0];
    if (kind === 'field') return read(form, parts[0]);
    if (kind === 'and') return parts.every(value);
    if (kind === 'or') return parts.some(value);
    if (kind === 'not') return !value(parts[0]);
    return COMPARE[kind](value(parts[0]), value(parts[1]));
  }

  // What is not shown is not sent: its controls are disabled as well.
  function reveal(form) {
    const conditional = [...form.querySelectorAll('[data-show]')];
    for (const field of conditional) field.hidden = !holds(form, JSON.parse(field.dataset.show));
    for (const control of form.querySelectorAll('[data-show] :is(input, select, textarea)')) {
      control.disabled = Boolean(control.closest('[data-show][hidden]'));
    }
    // “Required when needed” says which it is just now.
    for (const mark of form.querySelectorAll('[data-must]')) {
      mark.hidden = !holds(form, JSON.parse(mark.dataset.must));
      mark.textContent = '必填';
      mark.classList.remove('must-sometimes');
    }
  }

  // ---- repeating rows
  function renumber(list) {
    [...list.children].forEach((row, place) => {
      row.querySelector('legend').textContent = `${list.dataset.title} ${place + 1}`;
    });
  }

  function addRow(rows, fresh) {
    const list = rows.querySelector('.rows');
    const number = Number(rows.dataset.next || list.children.length);
    rows.dataset.next = number + 1;
    const copy = rows.querySelector('template').innerHTML.replace(/([.-])ROW\b/g, `$1${number}`);
    list.insertAdjacentHTML('beforeend', copy);
    addRemover(list.lastElementChild);
    renumber(list);
    if (fresh) list.lastElementChild.querySelector('input:not([type=hidden]), select, textarea').focus();
  }

  function addRemover(row) {
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = 'button button-quiet';
    remove.textContent = '删去这一条';
    remove.addEventListener('click', () => {
      const rows = row.closest('.field-rows');
      row.remove();
      renumber(rows.querySelector('.rows'));
      rows.querySelector('[name=_add_row]').focus();
    });
    row.append(remove);
  }

  function prepareRows(rows) {
    rows.querySelectorAll('.rows > .row').forEach(addRemover);
    const add = rows.querySelector('[name=_add_row]');
    add.type = 'button';
    add.addEventListener('click', () => addRow(rows, true));
  }

  // ---- long lists of boxes get a field to narrow them
  function prepareFilter(list) {
    const input = document.createElement('input');
    input.type = 'search';
    input.placeholder = list.dataset.filter;
    input.setAttribute('aria-label', list.dataset.filter);
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
    input.addEventListener('input', () => {
      for (const choice of list.children) {
        choice.hidden = !choice.textContent.includes(input.value.trim()) && !choice.querySelector(':checked');
      }
    });
    list.before(input);
  }

  // ---- sending
  // What is sent twice is sent once. Where the answer is a file the page stays: another file, or the same one of what has
  // been chosen since, is asked for at once.
  function onSubmit(event) {
    const { target: form, submitter } = event;
    const question = (submitter && submitter.dataset.confirm) || form.dataset.confirm;
    const asked = form.dataset.file && submitter ? submitter.formAction : 'yes';
    if (form.dataset.sent === asked || (question && !window.confirm(question))) return event.preventDefault();
    if (form.method !== 'post') return;
    release(form);
    form.dataset.sent = asked;
    if (submitter) submitter.setAttribute('aria-disabled', 'true');
    if (form.dataset.file) setTimeout(() => { if (form.dataset.sent === asked) release(form); }, 2000);
  }

  function onInput(event) {
    const { form } = event.target;
    if (form && form.dataset.file) release(form);
  }

  function release(form) {
    delete form.dataset.sent;
    for (const each of form.elements) each.removeAttribute('aria-disabled');
  }

  // A page that comes back from the browser's memory must be usable again.
  function onReturn() {
    for (const form of document.querySelectorAll('form[data-sent]')) release(form);
  }

  // ---- registration: matters as one types (a combobox, ARIA APG), their papers, whoever came before
  async function part(target, request) {
    const answer = await fetch(request);
    if (answer.ok) target.innerHTML = await answer.text();
  }

  function prepareMatter(box) {
    const [input, select, list] = [box.querySelector('input'), box.querySelector('select'), box.querySelector('ul')];
    const papers = box.querySelector('[data-papers]');
    const options = [...select.options].filter((option) => option.value);
    let at = -1;
    input.removeAttribute('name');
    const attributes = { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

    // As engine/directory/matters.py finds them: what holds the words before what holds them in this order, then what
    // people call so, and what needs a paper called so comes last.
    function plain(text) {
      return text.normalize('NFKC').toLowerCase();
    }
    function paper(option, words) {
      return words.length > 1 && option.dataset.papersCalled.split('\n').find((name) => plain(name).includes(words));
    }
    function called(option, words) {
      const every = option.dataset.alsoCalled.split('\n').filter(Boolean);
      return every.find((name) => plain(name).startsWith(words) || words.includes(plain(name)));
    }
    function inOrder(words, text) {
      let from = 0;
      return [...words].every((mark) => { const place = text.indexOf(mark, from); from = place + 1; return place >= 0; });
    }
    function rank(option, words) {
      const [name, letters] = [plain(option.textContent), option.dataset.initials];
      const short = words.length > 1 && letters[0] === words[0] && inOrder(words, letters);
      return [name.startsWith(words), letters.startsWith(words), name.includes(words), letters.includes(words),
        inOrder(words, name), short, Boolean(called(option, words)), Boolean(paper(option, words))].indexOf(true);
    }
    const [BY_CALL, BY_PAPER] = [6, 7];
    function why(option, words) {
      const place = rank(option, words);
      return place === BY_CALL ? `（${called(option, words)}）` : place === BY_PAPER ? `（要${paper(option, words)}）` : '';
    }
    function matching(words) {
      const ranked = words ? options.map((option) => [rank(option, words), option]) : [];
      return ranked.filter(([place]) => place >= 0).sort(([a], [b]) => a - b).map(([, option]) => option);
    }
    function close() {
      list.hidden = true;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }
    function mark(place) {
      at = place;
      [...list.children].forEach((item, number) => item.setAttribute('aria-selected', String(number === at)));
      if (at < 0) return input.removeAttribute('aria-activedescendant');
      input.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    }
    function choose(code) {
      select.value = code;
      input.value = select.selectedOptions[0].textContent;
      close();
      for (const kind of ['input', 'change']) select.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    function open() {
      const words = plain(input.value).replace(/\s/g, '');
      const found = matching(words).slice(0, 12);
      list.replaceChildren(...found.map((option, number) => {
        const item = document.createElement('li');
        item.id = `matter-found-${number}`;
        item.role = 'option';
        item.textContent = option.textContent + why(option, words);
        item.addEventListener('mousedown', (event) => { event.preventDefault(); choose(option.value); });
        item.dataset.code = option.value;
        return item;
      }));
      list.hidden = !found.length;
      input.setAttribute('aria-expanded', String(Boolean(found.length)));
      box.querySelector('[data-said]').textContent = !words ? '' : found.length ? `找到 ${found.length} 个` : '没有找到，换个词，或者不选';
      mark(found.length ? 0 : -1);
    }
    input.addEventListener('input', open);
    input.addEventListener('blur', close);
    input.addEventListener('keydown', (event) => {
      const last = list.children.length - 1;
      if (event.key === 'Enter') {
        event.preventDefault();
        if (!list.hidden && at >= 0) choose(list.children[at].dataset.code);
      } else if (event.key === 'Escape') close();
      else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && last >= 0) {
        event.preventDefault();
        if (list.hidden) return open();
        mark(event.key === 'ArrowDown' ? (at >= last ? 0 : at + 1) : (at <= 0 ? last : at - 1));
      }
    });
    select.addEventListener('change', () => {
      papers.replaceChildren();
      if (select.value) part(papers, new Request(box.dataset.papersUrl + encodeURIComponent(select.value)));
    });
  }

  function prepareBefore(form) {
    const block = form.querySelector('[data-before]');
    form.querySelector('[data-field="applicant"]').after(block.parentElement);  // where the eyes are
    const watched = ['applicant.name', 'applicant.phone', 'matter_code'];
    const value = (name) => { const field = form.elements[name]; return field ? field.value.trim() : ''; };
    form.addEventListener('change', (event) => {
      if (!watched.includes(event.target.name) || !(value('applicant.phone') || value('applicant.name'))) return;
      const asked = { csrf_token: value('csrf_token'), name: value('applicant.name'), phone: value('applicant.phone'), matter_code: value('matter_code') };
      part(block, new Request(form.dataset.beforeUrl, { method: 'POST', body: new URLSearchParams(asked) }));
    });
  }

  // ---- the inbox: single keys, ticking all, and what is new without moving what one looks at
  function typing(target) {
    return target.closest('input, textarea, select, [contenteditable], dialog[open]') !== null;
  }

  function here(section) {
    return section.querySelector('.item.here');
  }

  function go(section, step) {
    const rows = [...section.querySelectorAll('.item[data-task]')];
    const at = rows.indexOf(here(section));
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return;
    rows.forEach((row) => row.classList.toggle('here', row === next));
    next.querySelector('h3 a').focus();
    peek(next);
  }

  // The selected task beside the list, where there is room for it; the address keeps which it is.
  async function peek(row) {
    const place = document.getElementById('preview');
    if (!row.dataset.peek || !place || !place.offsetParent) return false;
    row.parentElement.querySelectorAll('.item').forEach((each) => {
      each.classList.toggle('here', each === row);
      each.querySelector('.peek')?.removeAttribute('aria-current');
    });
    const link = row.querySelector('.peek');
    link.setAttribute('aria-current', 'true');
    history.replaceState(null, '', link.href.split('#')[0]);
    const wanted = place.dataset.shown = row.dataset.task;
    const answer = await fetch(row.dataset.peek).catch(() => null);
    if (!answer || place.dataset.shown !== wanted) return true;  // another one was chosen meanwhile
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    else place.textContent = '这件待办已经办结或转出，刷新列表可以看到。';
    return true;
  }

  function onRow(event) {
    const row = event.target.closest('.item[data-peek]');
    const link = event.target.closest('a, button, input, select, label, summary, details');
    if (!row || (link && !link.matches('.peek')) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const place = document.getElementById('preview');
    if (!place || !place.offsetParent) return;
    event.preventDefault();
    peek(row);
  }

  const ON_ROW = {
    c: (row) => row.querySelector('[data-claim]'),
    x: (row) => row.querySelector('[name=task]')
  };

  function onKey(section, event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    const row = here(section);
    if (event.key === 'j') go(section, 1);
    else if (event.key === 'k') go(section, -1);
    else if (event.key === '/') section.querySelector('#q')?.focus();
    else if (event.key === '?') section.querySelector('dialog').showModal();
    else if (row && ON_ROW[event.key]) ON_ROW[event.key](row)?.click();
    else return;
    event.preventDefault();
  }

  async function look(section) {
    if (document.hidden) return;
    const headers = { Accept: 'application/json', ...(section.dataset.etag && { 'If-None-Match': section.dataset.etag }) };
    const answer = await fetch(section.dataset.live, { headers }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;  // 304 is not ok either: nothing has changed
    section.dataset.etag = answer.headers.get('ETag') || '';
    const now = await answer.json();
    for (const [key, count] of Object.entries(now.counts)) {
      const shown = document.querySelector(`[data-count="${CSS.escape(key)}"]`);
      if (shown) shown.textContent = count;
    }
    const known = new Set([...section.querySelectorAll('[data-task]')].map((row) => row.dataset.task));
    tell(section.querySelector('[data-fresh]'), now.tasks.filter((task) => !known.has(task)).length);
  }

  function tell(place, fresh) {
    place.hidden = !fresh;
    if (!fresh || place.dataset.told === String(fresh)) return;
    place.dataset.told = fresh;
    const link = document.createElement('a');
    link.href = location.href;
    link.className = 'button button-quiet';
    link.textContent = '显示';
    place.replaceChildren(`有 ${fresh} 件新的。`, link);
  }

  function prepareInbox(section) {
    if (section.hasAttribute('data-keys')) document.addEventListener('keydown', (event) => onKey(section, event));
    section.querySelector('[data-tick-all]')?.addEventListener('change', (event) => {
      for (const box of section.querySelectorAll('[name=task]')) box.checked = event.target.checked;
    });
    section.addEventListener('click', onRow);
    if (section.dataset.live) setInterval(() => look(section), LIVE_SECONDS * 1000);
  }

  // The QR code of a receipt brings the receipt code behind #, which no browser sends anywhere.
  function takeFragment(input) {
    if (!/^#[0-9A-Za-z]+$/.test(location.hash)) return;
    input.value = location.hash.slice(1);
    history.replaceState(null, '', location.pathname);
    input.form.querySelector('button').focus();
  }

  // A canned answer goes to where the person was writing, else into the first text that is no part of a row.
  let written = null;
  function insert(button) {
    const texts = [...document.querySelectorAll('form[data-draft] textarea')].filter((each) => !each.closest('[hidden]'));
    const field = texts.includes(written) ? written : texts.find((each) => !each.name.includes('.')) || texts[0];
    if (!field) return;
    const text = document.getElementById(button.dataset.insert).textContent;
    const end = field.selectionEnd;
    field.setRangeText(field.value && end ? `\n${text}` : text, end, end, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  // Ticks the papers that everybody brings; unticked again, none of them.
  function prepareTicking(all) {
    all.addEventListener('change', () => {
      for (const box of all.form.querySelectorAll('.list-line [data-brought]')) box.checked = all.checked;
    });
  }

  function prepare(form) {
    form.querySelectorAll('[data-tick-lines]').forEach(prepareTicking);
    form.querySelectorAll('[data-from-fragment]').forEach(takeFragment);
    form.querySelectorAll('[data-papers-url]').forEach(prepareMatter);
    if (form.dataset.beforeUrl) prepareBefore(form);
    form.querySelectorAll('.field-rows').forEach(prepareRows);
    form.querySelectorAll('[data-filter]').forEach(prepareFilter);
    if (form.querySelector('[data-show], [data-must]')) {
      form.addEventListener('input', () => reveal(form));
      reveal(form);
    }
    if (form.matches('[data-begin]') && !document.querySelector('.problems')) begin(form);
  }

  // Who has chosen already what to do writes at once, in the first field that it asks for and that is empty.
  function begin(form) {
    for (const mark of form.querySelectorAll('.must')) {
      const controls = [...mark.closest('[data-field]').querySelectorAll('input, select, textarea')];
      const filled = controls.some((each) => (['radio', 'checkbox'].includes(each.type) ? each.checked : each.value));
      if (mark.offsetParent && !filled) return controls[0].focus();
    }
  }

  // On a telephone the main navigation is one row to scroll: the present page's entry is in sight.
  function showWhereOneIs() {
    const here = document.querySelector('.nav [aria-current]');
    if (here) here.parentElement.scrollLeft += here.getBoundingClientRect().right - here.parentElement.getBoundingClientRect().right + 24;
  }

  document.addEventListener('DOMContentLoaded', () => {
    showWhereOneIs();
    document.querySelectorAll('form').forEach(prepare);
    document.querySelectorAll('section[data-live], section[data-keys]').forEach(prepareInbox);
    document.addEventListener('submit', onSubmit);
    document.addEventListener('input', onInput);
    document.addEventListener('focusin', ({ target }) => { if (target.matches('textarea')) written = target; });
    for (const button of document.querySelectorAll('[data-insert]')) button.addEventListener('click', () => insert(button));
    for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());
  });
  window.addEventListener('pageshow', onReturn);
})();
