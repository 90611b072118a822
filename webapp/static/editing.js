// Comfort for the editors of tables and forms: what is ticked is said in the closed list, and nothing typed is left behind.
(() => {
  const say = (details) => {
    const words = details.querySelector('[data-words]');
    const ticked = [...details.querySelectorAll('input:checked')].map((box) => box.parentElement.textContent.trim());
    const said = ticked.join('、') || words.dataset.none;
    words.textContent = said;
    const summary = details.querySelector('summary');
    summary.setAttribute('aria-label', `${summary.getAttribute('aria-label').split('：')[0]}：${said}`);
  };
  let typed = Boolean(document.querySelector('[data-unsaved]'));
  document.addEventListener('input', (event) => {
    typed = true;
    const cell = event.target.closest('td');
    if (cell) cell.classList.add('changed');
    const details = event.target.closest('.ticks');
    if (details) say(details);
  });
  document.addEventListener('submit', () => { typed = false; });
  window.addEventListener('beforeunload', (event) => { if (typed) event.preventDefault(); });
  document.addEventListener('click', (event) => {
    for (const open of document.querySelectorAll('.ticks[open]')) if (!open.contains(event.target)) open.open = false;
  });
})();
