// Comfort for the editors of tables and forms: what is ticked is said in the closed list, the form is shown as it will
// be while it is changed, and nothing typed is left behind by mistake.
(() => {
  const say = (details) => {
    const words = details.querySelector('[data-words]');
    const ticked = [...details.querySelectorAll('input:checked')].map((box) => box.parentElement.textContent.trim());
    const said = ticked.join('、') || words.dataset.none;
    words.textContent = said;
    const summary = details.querySelector('summary');
    summary.setAttribute('aria-label', `${summary.getAttribute('aria-label').split('：')[0]}：${said}`);
  };

  let typed = false;
  let timer = null;
  let asked = 0;

  // The server draws the preview, as it draws the page of the task.
  const preview = async (form) => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set('act', 'preview');
    const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' }).catch(() => null);
    if (!answer || !answer.ok || mine !== asked) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(form.dataset.preview);
    if (drawn) document.getElementById(form.dataset.preview).replaceChildren(...drawn.childNodes);
  };

  document.addEventListener('input', (event) => {
    const form = event.target.closest('form[novalidate]');
    if (!form) return;
    typed = true;
    const cell = event.target.closest('td');
    if (cell) cell.classList.add('changed');
    const details = event.target.closest('.ticks');
    if (details) say(details);
    if (form.dataset.preview) {
      clearTimeout(timer);
      timer = setTimeout(() => preview(form), 400);
    }
  });
  document.addEventListener('submit', () => { typed = false; });
  window.addEventListener('beforeunload', (event) => { if (typed) event.preventDefault(); });
  document.addEventListener('click', (event) => {
    for (const open of document.querySelectorAll('.ticks[open]')) if (!open.contains(event.target)) open.open = false;
  });
})();
