// Ready-made pieces: a sign-off before a step, and one more rung of the ladder, whole, so that the proof accepts them.
import { is, getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

const ROOM = 200;
const CALLED = 'escalation';
const PIECE = 'bancheng.piece';

// Whatever a piece is made of is one act: undone and redone as a whole.
class AtOnce {
  preExecute({ act }) { act(); }
}

export class Pieces {
  constructor(modeler, catalogue, form, saving) {
    Object.assign(this, { modeler, catalogue, form, saving });
    modeler.get('commandStack').registerHandler(PIECE, AtOnce);
  }

  atOnce(act) {
    let made;
    this.get('commandStack').execute(PIECE, { act: () => { made = act(); } });
    this.get('selection').select(made);
    return null;
  }

  get(name) { return this.modeler.get(name); }

  target() {
    const [element] = this.get('selection').get();
    const meant = element?.labelTarget || element;
    return meant && is(meant, 'bpmn:FlowNode') && !is(meant, 'bpmn:BoundaryEvent') ? meant : null;
  }

  // ------------------------------------------------------------ a sign-off
  async signOff() {
    const step = this.target();
    const before = step?.incoming.filter((flow) => is(flow, 'bpmn:SequenceFlow')) || [];
    if (!before.length) return '先选中一个环节，签批就加在它前面。';
    if (!(await this.withForm())) return '没能加上签批的表单，请刷新后再试。';
    return this.atOnce(() => this.drawSignOff(step, before));
  }

  drawSignOff(step, before) {
    this.makeRoom(step, ROOM);
    const modeling = this.get('modeling');
    const middle = { x: step.x - ROOM / 2, y: step.y + step.height / 2 };
    const phase = this.phaseOf(step);
    const task = modeling.createShape(this.shape('bpmn:UserTask', { name: '签批' }), middle, step.parent);
    modeling.updateProperties(task, {
      id: this.freshId('sign_off'),
      'bc:phase': phase,
      'bc:form': this.form.id,
      'bc:groups': 'window_lead',
      'bc:due': 'workdays(1)'
    });
    for (const flow of before) modeling.reconnectEnd(flow, task, { x: task.x + task.width / 2, y: task.y + task.height / 2 });
    modeling.connect(task, step, { type: 'bpmn:SequenceFlow' });
    this.clock(task, '签批超时', 'workdays(1)', 1);
    return task;
  }

  // The form a sign-off is filled in with comes into the draft with the first of them.
  async withForm() {
    const { id, title, url, content } = this.form;
    if (this.catalogue.forms.some((each) => each.id === id)) return true;
    if (!(await this.saving.add(url, content))) return false;
    this.catalogue.forms.push({ id, title, href: null });
    return true;
  }

  // ------------------------------------------------------------ a rung
  async rung() {
    const host = this.target();
    if (!host || !(is(host, 'bpmn:Activity'))) return '先选中一个环节或子流程，升级一级就加在它上面。';
    const tiers = host.attachers.map((each) => Number(/tier\s*=\s*(\d)/.exec(getBusinessObject(each).get('bc:set') || '')?.[1] || 0));
    const tier = Math.min(Math.max(0, ...tiers) + 1, 5);
    const due = getBusinessObject(host).get('bc:due');
    return this.atOnce(() => this.clock(host, `提到 ${tier} 级`, due && !tiers.length ? due : 'case_due(2)', tier));
  }

  // A timer on the edge of `host` that interrupts nothing and leads to the supervision of this tier.
  clock(host, name, at, tier) {
    const modeling = this.get('modeling');
    const timer = modeling.createShape(
      this.shape('bpmn:BoundaryEvent', { name, cancelActivity: false }, 'bpmn:TimerEventDefinition'),
      this.freePlace(host), host, { attach: true }
    );
    const [definition] = getBusinessObject(timer).eventDefinitions;
    const date = this.get('moddle').create('bpmn:FormalExpression', { body: at });
    date.$parent = definition;
    modeling.updateModdleProperties(timer, definition, { timeDate: date });
    modeling.updateProperties(timer, { id: this.freshId(`${host.id}_late`), name, cancelActivity: false, 'bc:set': `tier = ${tier}` });
    modeling.connect(timer, this.supervision(host, timer), { type: 'bpmn:SequenceFlow' });
    return timer;
  }

  supervision(host, timer) {
    const beside = (host.parent.children || []).find((each) => is(each, 'bpmn:CallActivity') && getBusinessObject(each).calledElement === CALLED);
    if (beside) return beside;
    const modeling = this.get('modeling');
    const y = host.y + host.height + 110;
    const call = modeling.createShape(this.shape('bpmn:CallActivity', { name: '提级督办' }), { x: timer.x + 18, y }, host.parent);
    modeling.updateProperties(call, { id: this.freshId(`escalate_${host.id}`), calledElement: CALLED, 'bc:set': "reason = 'task_late'" });
    const end = modeling.createShape(this.shape('bpmn:EndEvent', {}), { x: timer.x + 140, y }, host.parent);
    modeling.updateProperties(end, { id: this.freshId(`${call.id}_done`) });
    modeling.connect(call, end, { type: 'bpmn:SequenceFlow' });
    return call;
  }

  // ------------------------------------------------------------ drawing
  shape(type, given, eventDefinitionType) {
    const shape = this.get('elementFactory').createShape({ type, eventDefinitionType });
    Object.assign(shape.businessObject, given);
    return shape;
  }

  freePlace(host) {
    const taken = host.attachers.map((each) => each.x + each.width / 2);
    const y = host.y + host.height;
    for (let x = host.x + host.width - 20; x > host.x + 10; x -= 12) {
      if (taken.every((each) => Math.abs(each - x) > 40)) return { x, y };
    }
    return { x: host.x + host.width - 20, y };
  }

  phaseOf(step) {
    for (let each = step; each; each = each.parent) {
      const phase = getBusinessObject(each)?.get?.('bc:phase');
      if (phase) return phase;
    }
    return undefined;
  }

  freshId(wanted) {
    const taken = (id) => this.get('elementRegistry').get(id) || this.get('moddle').ids.assigned(id);
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? wanted : `${wanted}_${number}`;
      if (!taken(id)) return id;
    }
  }

  // Everything from the step on moves to the right, as the space tool would do it.
  makeRoom(step, width) {
    const tool = this.get('spaceTool');
    const start = { x: step.x - 10, y: step.y };
    const children = this.roots(step).filter((each) => !each.labelTarget);
    const { movingShapes, resizingShapes } = tool.calculateAdjustments(children, 'x', width, start.x);
    tool.makeSpace(movingShapes, resizingShapes, { x: width, y: 0 }, 'e', start.x);
  }

  roots(step) {
    const all = [];
    const collect = (element) => { all.push(element); (element.children || []).forEach(collect); };
    this.get('canvas').findRoot(step).children.forEach(collect);
    return all;
  }
}
