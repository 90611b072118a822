// The properties of the selected element: everything the engine reads of it, and nothing else.
import { is, getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { area, button, field, h, input, select, tick } from './dom.js';
import { conditionField } from './conditions.js';
import { timerField } from './timers.js';
import { kindOf } from './elements.js';

const PEOPLE = ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:Task'];
const SETTING = ['bpmn:StartEvent', 'bpmn:EndEvent', 'bpmn:IntermediateThrowEvent', 'bpmn:BoundaryEvent', 'bpmn:ServiceTask', 'bpmn:BusinessRuleTask', 'bpmn:CallActivity'];
const isOne = (element, types) => types.includes(element.type);

export class Panel {
  constructor(modeler, box, catalogue) {
    this.modeler = modeler;
    this.box = box;
    this.catalogue = catalogue;
    this.element = null;
    const events = modeler.get('eventBus');
    events.on('selection.changed', ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : null));
    events.on('elements.changed', ({ elements }) => { if (elements.includes(this.element)) this.draw(); });
    events.on('import.done', () => this.show(null));
  }

  show(element) {
    this.element = element && element.labelTarget ? element.labelTarget : element;
    this.draw();
  }

  draw() {
    const focused = this.box.contains(document.activeElement) ? [...this.box.querySelectorAll('input,select,textarea,button')].indexOf(document.activeElement) : -1;
    this.box.replaceChildren(...this.parts());
    if (focused >= 0) this.box.querySelectorAll('input,select,textarea,button')[focused]?.focus();
  }

  parts() {
    const element = this.element;
    if (!element) return [h('p', { class: 'muted' }, '在图上或“元素”里选一个，这里就能改它：岗位、表单、时限、条件。')];
    const bo = getBusinessObject(element);
    return [
      h('p', { class: 'kind' }, h('strong', {}, kindOf(element)), h('span', { class: 'code' }, bo.id)),
      'name' in bo || bo.$descriptor.propertiesByName.name ? field('名称', area(bo.name, (name) => this.put({ name: name || undefined }))) : null,
      ...this.ofPeople(element, bo),
      ...this.ofMachines(element, bo),
      ...this.ofEvents(element, bo),
      ...this.ofFlows(element, bo),
      ...this.ofLoops(bo),
      ...this.ofAll(element, bo)
    ].filter(Boolean);
  }

  // ------------------------------------------------------------ changes
  put(properties) {
    this.modeler.get('modeling').updateProperties(this.element, properties);
  }

  said(name, value) {
    this.put({ [`bc:${name}`]: value || undefined });
  }

  inner(moddle, properties) {
    this.modeler.get('modeling').updateModdleProperties(this.element, moddle, properties);
  }

  expression(text, parent) {
    const made = this.modeler.get('moddle').create('bpmn:FormalExpression', { body: text });
    made.$parent = parent;
    return made;
  }

  // ------------------------------------------------------------ people
  ofPeople(element, bo) {
    if (!isOne(element, PEOPLE) && !is(element, 'bpmn:StartEvent')) return [];
    const forms = [['', '不填表单'], ...this.catalogue.forms.map(({ id, title }) => [id, `${title}（${id}）`])];
    const parts = [field('表单', select(forms, bo.get('bc:form') || '', (id) => this.said('form', id))), this.way(this.catalogue.forms, bo.get('bc:form'), '改这张表单')];
    if (is(element, 'bpmn:StartEvent')) return element.parent && is(element.parent, 'bpmn:SubProcess') ? [] : parts;
    return [
      ...parts,
      this.groups(bo),
      timerField('时限', bo.get('bc:due'), (text) => this.said('due', text)),
      this.notBy(bo),
      field('优先级', input(bo.get('bc:priority'), (text) => this.said('priority', text), { inputmode: 'numeric', class: 'digits' }), '数字大的在前，不填是 50。')
    ];
  }

  way(known, id, words) {
    const found = known.find((each) => each.id === id);
    return found?.href ? h('p', { class: 'way' }, h('a', { href: found.href }, words)) : null;
  }

  groups(bo) {
    const text = bo.get('bc:groups') || '';
    const plain = !/\$\{[^}]*[' ,][^}]*\}/.test(text);
    const chosen = plain ? text.split(',').map((each) => each.trim()).filter(Boolean) : [];
    const own = field('表达式', input(text, (said) => this.said('groups', said), { class: 'code', spellcheck: 'false' }));
    if (!plain) return h('fieldset', { class: 'field' }, h('legend', {}, '办理岗位'), h('p', { class: 'help' }, '岗位由表达式算出。'), own);
    const known = this.catalogue.groups.map(({ code, label, people }) => [code, people === null ? label : `${label}（${people} 人）`]);
    const more = chosen.filter((code) => !known.some(([each]) => each === code)).map((code) => [code, code]);
    const put = (code, on) => this.said('groups', [...chosen.filter((each) => each !== code), ...(on ? [code] : [])].join(','));
    return h('fieldset', { class: 'field' }, h('legend', {}, '办理岗位'),
      h('div', { class: 'ticks-open' }, [...known, ...more].map(([code, label]) => tick(label, chosen.includes(code), (on) => put(code, on)))), own);
  }

  notBy(bo) {
    const tasks = this.modeler.get('elementRegistry').filter((each) => isOne(each, PEOPLE) && each.businessObject !== bo);
    const text = bo.get('bc:notBy') || '';
    const options = [['', '不限'], ['*', '办过这一件任何一步的人都不能办'], ...tasks.map((each) => [each.id, `办过“${each.businessObject.name || each.id}”的人不能办`])];
    return field('回避', select(options, text, (said) => this.said('notBy', said)));
  }

  // ------------------------------------------------------------ machines
  ofMachines(element, bo) {
    if (is(element, 'bpmn:ServiceTask')) {
      const options = [['', '请选择'], ...this.catalogue.operations.map(({ id, label }) => [id, `${label}（${id}）`])];
      return [field('自动做什么', select(options, bo.get('bc:operation') || '', (id) => this.said('operation', id)))];
    }
    if (is(element, 'bpmn:BusinessRuleTask')) {
      const options = [['', '请选择'], ...this.catalogue.decisions.map(({ id, title }) => [id, `${title}（${id}）`])];
      return [field('查哪张表', select(options, bo.get('bc:decision') || '', (id) => this.said('decision', id))), this.way(this.catalogue.decisions, bo.get('bc:decision'), '改这张表')];
    }
    if (is(element, 'bpmn:CallActivity')) {
      const options = [['', '请选择'], ...this.catalogue.processes.map(({ id, title }) => [id, `${title}（${id}）`])];
      return [field('调用哪个流程', select(options, bo.calledElement || '', (calledElement) => this.put({ calledElement })))];
    }
    return [];
  }

  // ------------------------------------------------------------ events
  ofEvents(element, bo) {
    const parts = [];
    if (is(element, 'bpmn:BoundaryEvent')) {
      parts.push(tick('到时打断原来的环节', bo.cancelActivity !== false, (on) => this.put({ cancelActivity: on })));
    }
    for (const definition of bo.eventDefinitions || []) {
      if (is(definition, 'bpmn:TimerEventDefinition')) parts.push(this.timer(definition));
      if (is(definition, 'bpmn:MessageEventDefinition')) parts.push(this.message(definition, (messageRef) => this.inner(definition, { messageRef })));
      if (is(definition, 'bpmn:ConditionalEventDefinition')) parts.push(conditionField(definition.condition?.body, this.catalogue.variables, (text) => this.inner(definition, { condition: this.expression(text, definition) })));
    }
    if (is(element, 'bpmn:ReceiveTask')) parts.push(this.message(bo, (messageRef) => this.put({ messageRef })));
    return parts;
  }

  timer(definition) {
    if (definition.timeDuration) {
      return field('时长', input(definition.timeDuration.body, (text) => this.inner(definition, { timeDuration: this.expression(text, definition) }), { class: 'code' }), '例如 P5D（五天，含休息日）。');
    }
    return timerField('到什么时刻', definition.timeDate?.body, (text) => this.inner(definition, { timeDate: text ? this.expression(text, definition) : undefined }));
  }

  message(holder, put) {
    const root = this.modeler.getDefinitions();
    const messages = root.rootElements.filter((each) => is(each, 'bpmn:Message'));
    const known = this.catalogue.messages.filter(({ name }) => !messages.some((each) => each.name === name)).map(({ name, label }) => [`+${name}`, label]);
    const told = (each) => this.catalogue.messages.find(({ name }) => name === each.name)?.label || each.name || each.id;
    const options = [['', '请选择'], ...messages.map((each) => [each.id, told(each)]), ...known];
    return field('等哪条消息', select(options, holder.messageRef?.id || '', (id) => put(id.startsWith('+') ? this.newMessage(root, id.slice(1)) : messages.find((each) => each.id === id))));
  }

  newMessage(root, name) {
    const made = this.modeler.get('moddle').create('bpmn:Message', { id: name, name });
    made.$parent = root;
    this.inner(root, { rootElements: [...root.rootElements, made] });
    return made;
  }

  // ------------------------------------------------------------ flows and loops
  ofFlows(element, bo) {
    if (!is(element, 'bpmn:SequenceFlow')) return [];
    const source = element.source;
    if (!source || !/Gateway$/.test(source.type) || is(source, 'bpmn:ParallelGateway') || is(source, 'bpmn:EventBasedGateway')) return [];
    const isDefault = getBusinessObject(source).default === bo;
    const put = (text) => this.put({ conditionExpression: text ? this.expression(text, bo) : undefined });
    return [
      tick('其他条件都不成立时走这条', isDefault, (on) => this.modeler.get('modeling').updateProperties(source, { default: on ? bo : undefined })),
      isDefault ? null : conditionField(bo.conditionExpression?.body, this.catalogue.variables, put)
    ];
  }

  ofLoops(bo) {
    const loop = bo.loopCharacteristics;
    if (!loop || !is(loop, 'bpmn:MultiInstanceLoopCharacteristics')) return [];
    const lists = [['', '请选择'], ...this.catalogue.variables.filter(({ kind }) => kind === 'list').map(({ name, title }) => [name, `${title}（${name}）`])];
    return [h('fieldset', { class: 'field' }, h('legend', {}, '逐个办理'),
      tick('一个办完再办下一个', Boolean(loop.isSequential), (on) => this.inner(loop, { isSequential: on })),
      field('名单', select(lists, loop.get('bc:collection') || '', (name) => this.inner(loop, { 'bc:collection': name || undefined }))),
      field('名单里的每一项叫', input(loop.get('bc:element'), (name) => this.inner(loop, { 'bc:element': name || undefined }), { class: 'code' })),
      field('提前结束的条件', input(loop.completionCondition?.body, (text) => this.inner(loop, { completionCondition: text ? this.expression(text, loop) : undefined }), { class: 'code' })))];
  }

  // ------------------------------------------------------------ everything
  ofAll(element, bo) {
    const parts = [];
    if (is(element, 'bpmn:FlowNode')) {
      parts.push(field('阶段', select([['', '同外面的子流程'], ...this.catalogue.phases], bo.get('bc:phase') || '', (code) => this.said('phase', code))));
    }
    if (isOne(element, SETTING)) {
      parts.push(field('走到这里时赋值', area(bo.get('bc:set'), (text) => this.said('set', text), { class: 'code', spellcheck: 'false' }), '写成 tier = 1; reason = \'task_late\'，用分号分开。'));
    }
    if (!is(element, 'bpmn:SequenceFlow')) parts.push(this.documentation(bo));
    parts.push(h('p', { class: 'actions' }, button('删除', () => this.modeler.get('modeling').removeElements([this.element]))));
    return parts;
  }

  documentation(bo) {
    const text = bo.documentation?.[0]?.text;
    const put = (said) => {
      const made = said ? [this.modeler.get('moddle').create('bpmn:Documentation', { text: said })] : [];
      made.forEach((each) => { each.$parent = bo; });
      this.put({ documentation: made });
    };
    return field('说明', area(text, put));
  }
}
