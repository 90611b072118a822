// Keeps what is typed into a form with data-draft on the server, a moment after the last letter.
(() => {
  'use strict';
  const PAUSE = 1200; // milliseconds without a letter

  // Hidden fields too: what a condition hides just now was typed all the same.
  function typed(form) {
    const sent = new URLSearchParams();
    for (const control of form.elements) {
      if (!control.name || /^(submit|button|file|password)$/.test(control.type)) continue;
      if (/^(radio|checkbox)$/.test(control.type) && !control.checked) continue;
      sent.append(control.name, control.value);
    }
    return sent;
  }

  function prepare(form) {
    const state = form.querySelector('[data-draft-state]');
    let timer = 0, changed = false, sending = null;

    function tell(text) { if (state.textContent !== text) state.textContent = text; }

    async function keep(leaving) {
      clearTimeout(timer);
      if (sending || !changed) return;
      changed = false;
      sending = new AbortController();
      try {
        const answer = await fetch(form.dataset.draft, {
          method: 'POST', body: typed(form), headers: { Accept: 'application/json' },
          credentials: 'same-origin', keepalive: leaving === true, redirect: 'error', signal: sending.signal
        });
        if (answer.ok) {
          const { at } = await answer.json();
          tell(at ? `已保存草稿 ${at}` : '');
        } else tell(refusal(answer.status));
      } catch (error) {
        if (error.name === 'AbortError') return;
        changed = true;
        tell('草稿没有存上：连不上服务器。文字还在这一页，会再试。');
        timer = setTimeout(keep, 10 * PAUSE);
        return;
      } finally {
        sending = null;
      }
      if (changed) timer = setTimeout(keep, PAUSE);
    }

    function refusal(status) {
      if (status === 403) return '草稿没有存上：登录已结束。请复制刚写的文字，再重新登录。';
      return status === 413 ? '草稿没有存上：文字太长。' : '草稿没有存上，请复制刚写的文字。';
    }

    form.addEventListener('input', ({ target }) => {
      if (!target.name) return;  // a search in the page: nothing of it is kept
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    });
    form.querySelector('[data-draft-keep]').addEventListener('click', (event) => {
      event.preventDefault();
      changed = true;
      keep();
    });
    // What is being sent must not come back as a draft.
    form.addEventListener('submit', () => {
      clearTimeout(timer);
      changed = false;
      if (sending) sending.abort();
    });
    document.addEventListener('visibilitychange', () => { if (document.hidden) keep(true); });
    window.addEventListener('pagehide', () => keep(true));
  }

  document.querySelectorAll('form[data-draft]').forEach(prepare);
})();
