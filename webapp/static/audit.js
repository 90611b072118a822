// The slider of an auditor's page: the part of the page that tells the moment is fetched and exchanged while it moves;
// without scripts the select and the links beside it do the same.
(() => {
  'use strict';
  const PAUSE = 120; // milliseconds without a move before anything is fetched
  let waiting = 0;
  let latest = 0;

  const parse = (html) => new DOMParser().parseFromString(html, 'text/html');
  const pictures = () => [...document.querySelectorAll('#then [data-keep]')];

  // What was open or shown whole stays so.
  function kept() {
    return new Map(pictures().map((fold) => {
      const whole = fold.querySelector('[data-whole]').checked;
      return [fold.dataset.keep, { open: fold.open, whole }];
    }));
  }

  function restore(before) {
    for (const fold of pictures()) {
      const was = before.get(fold.dataset.keep);
      if (!was) continue;
      fold.open = was.open || fold.open;
      fold.querySelector('[data-whole]').checked = was.whole;
      fold.querySelector('.picture').classList.toggle('whole', was.whole);
    }
    document.querySelectorAll('#then .picture').forEach(find);
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
    document.querySelector('.lines').replaceWith(page.querySelector('.lines'));
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
  document.addEventListener('change', ({ target }) => {
    if ('whole' in target.dataset) {
      target.closest('details').querySelector('.picture').classList.toggle('whole', target.checked);
    }
    if (target.id === 'at' && target.form && 'moment' in target.form.dataset) target.form.requestSubmit();
  });
  document.querySelectorAll('.picture').forEach(find);
})();
