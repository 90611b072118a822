// What the check found, on the elements and in a list beside; a counter-example is walked on the drawing step by step.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { button, h } from './dom.js';
import { focusOn } from './elements.js';

const SHORT = 14;

export class Findings {
  constructor(modeler, box, file) {
    this.modeler = modeler;
    this.box = box;
    this.file = file;
    this.marked = [];
    modeler.get('eventBus').on('import.done', () => { this.marked = []; });
  }

  waiting() {
    if (!this.box.firstChild) this.box.replaceChildren(h('p', { class: 'muted' }, '正在检查……'));
    this.box.setAttribute('aria-busy', 'true');
  }

  show({ ok, findings, notes = [] }) {
    this.box.removeAttribute('aria-busy');
    this.clear();
    const registry = this.modeler.get('elementRegistry');
    const lines = findings.map((finding, place) => {
      const element = finding.file === this.file ? registry.get(finding.element) : null;
      if (element) this.badge(element, place + 1, finding.message);
      return this.line(finding, place + 1, element);
    });
    const said = ok ? '没有发现问题，证明走得通。' : `有 ${findings.length} 处问题。正在运行的版本没有变。`;
    this.box.replaceChildren(
      h('p', { class: ok ? 'fine' : 'bad' }, said),
      h('ol', { class: 'findings' }, lines),
      notes.length ? h('details', {}, h('summary', {}, `另有 ${notes.length} 处会被忽略的写法`), h('ul', {}, notes.map((note) => h('li', {}, note.message)))) : ''
    );
  }

  failed() {
    this.box.removeAttribute('aria-busy');
    this.box.replaceChildren(h('p', { class: 'bad' }, '没有检查成，稍后再按“检查”。'));
  }

  clear() {
    this.modeler.get('overlays').remove({ type: 'finding' });
    for (const id of this.marked) if (this.modeler.get('elementRegistry').get(id)) this.modeler.get('canvas').removeMarker(id, 'has-finding');
    this.marked = [];
    this.walkOff();
  }

  badge(element, number, message) {
    const text = message.length > SHORT ? `${message.slice(0, SHORT)}…` : message;
    const html = h('div', { class: 'finding-tag', title: message }, `问题 ${number}：${text}`);
    this.modeler.get('overlays').add(element, 'finding', { position: { bottom: -4, left: 0 }, html });
    this.modeler.get('canvas').addMarker(element, 'has-finding');
    this.marked.push(element.id);
  }

  line(finding, number, element) {
    const where = finding.file === this.file ? null : h('p', { class: 'muted' }, `在 ${finding.file}`);
    const go = element ? button(`看问题 ${number} 在哪里`, () => focusOn(this.modeler, element)) : null;
    const walk = finding.run.length ? this.walk(finding.run) : null;
    return h('li', {}, h('p', {}, finding.message), where, go, walk);
  }

  // ------------------------------------------------------------ a run, step by step
  walk(run) {
    let at = -1;
    const steps = run.map((text) => h('li', {}, text));
    const move = (to) => {
      at = Math.min(Math.max(to, -1), run.length - 1);
      steps.forEach((step, place) => { if (place === at) step.setAttribute('aria-current', 'step'); else step.removeAttribute('aria-current'); });
      const drawn = this.walkTo(run, at);
      said.textContent = at < 0 ? '' : `第 ${at + 1} 步：${run[at]}${drawn ? '' : '（在别的图里）'}`;
    };
    const said = h('p', { class: 'step-said', role: 'status' });
    return h('details', { ontoggle: (event) => { if (!event.target.open) this.walkOff(); } },
      h('summary', {}, `怎样走到这里（${run.length} 步）`),
      h('p', { class: 'actions' }, button('上一步', () => move(at - 1)), button('下一步', () => move(at + 1)), button('清除', () => move(-1))),
      said,
      h('ol', { class: 'run' }, steps));
  }

  walkTo(run, at) {
    this.walkOff();
    const canvas = this.modeler.get('canvas');
    let drawn = false;
    run.slice(0, at + 1).forEach((text, place) => {
      const element = this.meant(text);
      drawn = Boolean(element);
      if (!element) return;
      canvas.addMarker(element, place === at ? 'is-current' : 'is-done');
      if (place === at) canvas.scrollToElement(element, 120);
    });
    return drawn;
  }

  walkOff() {
    const canvas = this.modeler.get('canvas');
    this.modeler.get('elementRegistry').forEach((element) => {
      for (const marker of ['is-current', 'is-done']) if (canvas.hasMarker(element, marker)) canvas.removeMarker(element, marker);
    });
  }

  meant(text) {
    const clock = /^时钟“(.*)”到了$/.exec(text);
    const quoted = /^“(.*)”$/.exec(text);
    const name = clock?.[1] ?? quoted?.[1] ?? text.replace(/（[^（]*）$/, '');
    const named = this.modeler.get('elementRegistry').filter((element) => !element.labelTarget && is(element, 'bpmn:FlowNode') && (getBusinessObject(element).name === name || element.id === name));
    const fits = (element) => (clock || quoted ? /Event$/.test(element.type) || is(element, 'bpmn:ReceiveTask') : /Task$|StartEvent$/.test(element.type));
    return named.find(fits) || named[0];
  }
}
