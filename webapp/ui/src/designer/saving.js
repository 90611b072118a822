// The drawing is stored a moment after each change, at the revision it was read at: nobody's change is overwritten.
// What could not be stored is kept in this browser and can be downloaded.
import { button, h } from './dom.js';

const PAUSE = 1200; // milliseconds after the last change

export class Saving {
  constructor(modeler, { fileUrl, csrf, name, people }, status, banner, stored) {
    Object.assign(this, { modeler, fileUrl, csrf, name, people, status, banner, stored });
    this.key = `bancheng:${fileUrl}`;
    this.revision = null;
    this.timer = null;
    this.busy = false;
    this.stopped = false;
    this.changed = false;
    modeler.get('eventBus').on('commandStack.changed', () => this.soon());
    window.addEventListener('beforeunload', (event) => { if (this.changed) event.preventDefault(); });
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.changed) this.now(); });
  }

  async read() {
    const answer = await fetch(this.fileUrl, { credentials: 'same-origin', cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    this.revision = answer.headers.get('ETag');
    this.last = await answer.text();
    return this.last;
  }

  offer() {
    const kept = this.kept();
    if (kept) this.say('warn', '这台电脑上还留着一份上次没存进去的图。', this.download(kept), button('不要了', () => { this.forget(); this.banner.replaceChildren(); }));
  }

  soon() {
    this.changed = true;
    if (this.stopped) return;
    this.status.textContent = '有改动，马上存……';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    clearTimeout(this.timer);
    if (this.busy || this.stopped || !this.changed) return;
    this.busy = true;
    this.changed = false;
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      await this.put(xml);
    } finally {
      this.busy = false;
    }
    if (this.changed) this.soon();
  }

  // Another file of the draft, stored between two savings of the drawing.
  async add(url, content) {
    while (this.busy) await new Promise((done) => setTimeout(done, 50));
    const answer = await fetch(url, {
      method: 'PUT', credentials: 'same-origin', body: content,
      headers: { 'Content-Type': 'application/json', 'If-Match': this.revision, 'X-CSRFToken': this.csrf }
    }).catch(() => null);
    if (!answer?.ok) return false;
    this.revision = `"${(await answer.json()).revision}"`;
    return true;
  }

  async put(xml) {
    let answer;
    try {
      answer = await fetch(this.fileUrl, {
        method: 'PUT', credentials: 'same-origin', body: xml,
        headers: { 'Content-Type': 'application/xml', 'If-Match': this.revision, 'X-CSRFToken': this.csrf }
      });
    } catch {
      return this.later(xml, '连不上服务器，改动留在这台电脑上，会再试。');
    }
    if (answer.ok) return this.done(xml, await answer.json());
    if (answer.status === 409) return this.conflict(xml, await answer.json());
    if (answer.status >= 500) return this.later(xml, '服务器没有存成，改动留在这台电脑上，会再试。');
    const said = await answer.json().catch(() => ({}));
    this.stop(xml, said.message || '登录已结束或没有权限，没有存进去。请另开一页登录，再回来刷新。');
  }

  done(xml, { revision }) {
    this.revision = `"${revision}"`;
    this.last = xml;
    this.forget();
    const now = new Date();
    this.status.textContent = `已存进草稿 ${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`;
    this.stored();
  }

  // Somebody changed the draft. If it was another file of it, nothing is lost by going on from their revision.
  async conflict(xml, { by, at, message }) {
    const who = by ? `${this.people[by] || by} 在 ${(at || '').slice(0, 16).replace('T', ' ')}` : '';
    const last = this.last;
    const theirs = by ? await this.read().catch(() => null) : null;
    if (theirs !== null && theirs === last) {
      this.say('info', `${who} 改了这份草稿里的另一个文件，您的图接着存。`);
      return this.put(xml);
    }
    this.stop(xml, by ? `${who} 先改了这张图，您的没有存进去，也没有盖掉别人的。` : message);
  }

  later(xml, words) {
    this.keep(xml);
    this.changed = true;
    this.status.textContent = words;
    this.timer = setTimeout(() => this.now(), 5000);
  }

  stop(xml, words) {
    this.stopped = true;
    this.keep(xml);
    this.status.textContent = '没有存';
    this.changed = false;
    this.say('warn', `${words}您画的留在这台电脑上。`, this.download(xml), h('a', { class: 'button button-quiet', href: '' }, '打开现在的图'));
  }

  say(kind, words, ...more) {
    this.banner.replaceChildren(h('div', { class: `notice${kind === 'warn' ? ' notice-warn' : ''}`, role: kind === 'warn' ? 'alert' : 'status' }, h('p', {}, words), more.length ? h('p', { class: 'actions' }, more) : null));
  }

  download(xml) {
    const href = URL.createObjectURL(new Blob([xml], { type: 'application/xml' }));
    return h('a', { class: 'button button-quiet', href, download: this.name.split('/').pop() }, '下载我画的');
  }

  keep(xml) { try { localStorage.setItem(this.key, xml); } catch { /* no room: the download is still there */ } }
  kept() { try { return localStorage.getItem(this.key); } catch { return null; } }
  forget() { try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ } }
}
