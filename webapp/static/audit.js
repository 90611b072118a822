// The slider of an auditor's page: the part of the page that tells the moment is fetched and exchanged while it moves;
// without scripts the select and the links beside it do the same.
(() => {
  'use strict';
  const PAUSE = 120; // milliseconds without a move before anything is fetched
  let waiting = 0;
  let latest = 0;

  const parse = (html) => new DOMParser().parseFromString(html, 'text/html');
  const folds = () => [...document.querySelectorAll('#then [data-keep]')];
  const tick = (fold) => (fold.matches('.fold') ? fold.querySelector('[data-whole]') : null);

  // What was open or shown whole stays so; a drawing opens when the case is in it.
  function kept() {
    return new Map(folds().map((fold) => [fold.dataset.keep, { open: fold.open, whole: tick(fold)?.checked }]));
  }

  function restore(before) {
    for (const fold of folds()) {
      const was = before.get(fold.dataset.keep);
      if (!was) continue;
      const drawing = tick(fold);
      fold.open = was.open || (drawing !== null && fold.open);
      if (drawing === null) continue;
      drawing.checked = was.whole;
      fold.querySelector('.picture').classList.toggle('whole', was.whole);
    }
    document.querySelectorAll('#then .picture').forEach(find);
  }

  // Whoever follows an address into a part finds it open, in browsers too that would leave it folded.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    target.scrollIntoView();
  }

  let shut = []; // folded before printing
  function unfold(open) {
    for (const fold of folds()) fold.open = open;
  }

  // Every drawing shows where the case stands.
  function find(picture) {
    const here = picture.querySelector('[data-here]');
    if (!here) return;
    const [box, frame] = [here.getBoundingClientRect(), picture.getBoundingClientRect()];
    picture.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
    picture.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
  }

  function exchange(page, slider) {
    const before = kept();
    const fresh = page.querySelector('#then');
    const moved = fresh.querySelector('#slide');
    slider.setAttribute('aria-valuetext', moved.getAttribute('aria-valuetext'));
    moved.replaceWith(slider); // the one being dragged keeps the focus
    document.querySelector('#then').replaceWith(fresh);
    restore(before);
    slider.focus({ preventScroll: true });
  }

  async function go(slider) {
    const mine = ++latest;
    const address = new URL(location.href);
    address.search = `?at=${slider.value}`;
    address.hash = '';
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (!answer.ok) return location.assign(address);
    const page = parse(await answer.text());
    if (mine !== latest) return undefined;
    history.replaceState(null, '', address);
    return exchange(page, slider);
  }

  document.addEventListener('input', ({ target }) => {
    if (target.id !== 'slide') return;
    clearTimeout(waiting);
    waiting = setTimeout(() => go(target).catch(() => location.reload()), PAUSE);
  });
  document.addEventListener('click', ({ target }) => {
    if (!('unfold' in target.dataset)) return;
    const open = target.dataset.unfold !== 'all';
    unfold(open);
    target.dataset.unfold = open ? 'all' : '';
    target.textContent = open ? '全部收起' : '全部展开';
  });
  window.addEventListener('hashchange', reveal);
  window.addEventListener('beforeprint', () => {
    shut = folds().filter((fold) => !fold.open);
    unfold(true);
  });
  window.addEventListener('afterprint', () => shut.forEach((fold) => { fold.open = false; }));
  document.addEventListener('change', ({ target }) => {
    if ('whole' in target.dataset) {
      target.closest('details').querySelector('.picture').classList.toggle('whole', target.checked);
    }
    if (target.id === 'at' && target.form && 'moment' in target.form.dataset) {
      target.form.elements.when.value = ''; // whoever chooses a line no longer asks for the instant written before
      target.form.requestSubmit();
    }
  });
  document.querySelectorAll('.picture').forEach(find);
  reveal();
})();
