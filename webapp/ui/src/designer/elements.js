// Every element in a list, so that each can be found and chosen without a mouse.
import { is, getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { h } from './dom.js';

const KINDS = {
  'bpmn:UserTask': '用户任务', 'bpmn:ManualTask': '用户任务', 'bpmn:Task': '任务', 'bpmn:ServiceTask': '自动步骤',
  'bpmn:BusinessRuleTask': '查表步骤', 'bpmn:ReceiveTask': '等消息', 'bpmn:SendTask': '发送', 'bpmn:ScriptTask': '脚本',
  'bpmn:CallActivity': '调用流程', 'bpmn:SubProcess': '子流程', 'bpmn:ExclusiveGateway': '分支',
  'bpmn:InclusiveGateway': '多选分支', 'bpmn:ParallelGateway': '并行分支', 'bpmn:EventBasedGateway': '等几件事之一',
  'bpmn:StartEvent': '开始', 'bpmn:EndEvent': '结束', 'bpmn:BoundaryEvent': '边界事件',
  'bpmn:IntermediateCatchEvent': '等待事件', 'bpmn:IntermediateThrowEvent': '发出事件', 'bpmn:SequenceFlow': '连线',
  'bpmn:Participant': '泳池', 'bpmn:Lane': '泳道', 'bpmn:Process': '流程', 'bpmn:Collaboration': '协作'
};
const ORDER = ['用户任务', '任务', '边界事件', '等待事件', '等消息', '自动步骤', '查表步骤', '调用流程', '子流程', '分支', '并行分支', '多选分支', '等几件事之一', '连线', '开始', '结束'];

export function kindOf(element) {
  const timer = getBusinessObject(element).eventDefinitions?.some((each) => is(each, 'bpmn:TimerEventDefinition'));
  const kind = KINDS[element.type] || element.type.replace('bpmn:', '');
  return timer ? `定时（${kind}）` : kind;
}

export function nameOf(element) {
  const bo = getBusinessObject(element);
  const name = bo.name?.replace(/\s+/g, ' ');
  if (is(element, 'bpmn:SequenceFlow')) return `${nameOf(element.source)} → ${nameOf(element.target)}${name ? `（${name}）` : ''}`;
  if (name) return name;
  return bo.id;
}

export function focusOn(modeler, element) {
  const root = modeler.get('canvas').findRoot(element);
  if (root && root !== modeler.get('canvas').getRootElement()) modeler.get('canvas').setRootElement(root);
  modeler.get('canvas').scrollToElement(element, { top: 120, bottom: 120, left: 160, right: 160 });
  modeler.get('selection').select(element);
}

export class Elements {
  constructor(modeler, list, filter) {
    this.modeler = modeler;
    this.list = list;
    this.filter = filter;
    const events = modeler.get('eventBus');
    events.on(['import.done', 'commandStack.changed'], () => this.draw());
    events.on('selection.changed', ({ newSelection }) => { list.value = newSelection[0]?.id || ''; });
    list.addEventListener('change', () => {
      const element = modeler.get('elementRegistry').get(list.value);
      if (element) focusOn(modeler, element);
    });
    filter.addEventListener('input', () => this.draw());
  }

  draw() {
    const wanted = this.filter.value.trim();
    const found = new Map();
    for (const element of this.modeler.get('elementRegistry').getAll()) {
      if (element.labelTarget || !(is(element, 'bpmn:FlowElement')) || element.type === 'bpmn:Process') continue;
      const name = nameOf(element);
      if (wanted && !name.includes(wanted) && !element.id.includes(wanted)) continue;
      const kind = KINDS[element.type] || '其他';
      found.set(kind, [...(found.get(kind) || []), [element.id, name]]);
    }
    const kinds = [...found.keys()].sort((a, b) => (ORDER.indexOf(a) + 99) % 99 - (ORDER.indexOf(b) + 99) % 99);
    this.list.replaceChildren(...kinds.map((kind) => h('optgroup', { label: kind }, found.get(kind).map(([id, name]) => h('option', { value: id }, name)))));
    this.list.value = this.modeler.get('selection').get()[0]?.id || '';
  }
}
