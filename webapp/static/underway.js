// While something is made on the server its part of the page is looked at again; when it is done, the whole page.
(() => {
  'use strict';
  const SECONDS = 2;
  async function look() {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    const shown = document.getElementById('underway');
    if (!answer || !answer.ok) return setTimeout(look, SECONDS * 1000);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('underway');
    if (!fresh) return location.reload();
    if (!shown.contains(document.activeElement)) shown.replaceChildren(...fresh.childNodes);
    return setTimeout(look, SECONDS * 1000);
  }
  setTimeout(look, SECONDS * 1000);
})();
