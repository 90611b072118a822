// bpmn-js in Chinese: the table of bpmn-js-i18n-zh, with the words of this house where it says otherwise or nothing.
import table from 'bpmn-js-i18n-zh/lib/bpmn-js';

const OURS = {
  'Activate hand tool': '移动画布',
  'Activate lasso tool': '框选',
  'Activate create/remove space tool': '拉开或收紧空间',
  'Activate global connect tool': '连线',
  'Create start event': '开始',
  'Create intermediate/boundary event': '中间事件（放在环节边上就是边界事件）',
  'Create end event': '结束',
  'Create gateway': '分支',
  'Create task': '任务',
  'Create data object reference': '数据对象',
  'Create data store reference': '数据存储',
  'Create expanded sub-process': '子流程',
  'Create pool/participant': '泳池',
  'Create group': '分组框',
  'Append task': '接一个任务',
  'Append gateway': '接一个分支',
  'Append end event': '接一个结束',
  'Append intermediate/boundary event': '接一个中间事件',
  'Connect to other element': '连到别的元素',
  'Change element': '换一种',
  'Add text annotation': '加注释',
  'Delete': '删除',
  'User task': '用户任务',
  'Service task': '自动步骤',
  'Business rule task': '查表步骤',
  'Call activity': '调用流程',
  'Exclusive gateway': '分支',
  'Parallel gateway': '并行分支',
  'Inclusive gateway': '多选分支',
  'Event-based gateway': '等几件事之一',
  'Search in diagram': '在图里找',
  'No results found': '没有找到',
  'Toggle non-interrupting': '改成不打断或打断',
  'Open {element}': '打开 {element}'
};

const words = { ...table, ...OURS };

function translate(text, replacements = {}) {
  return (words[text] || text).replace(/{([^}]+)}/g, (_, key) => replacements[key] ?? `{${key}}`);
}

export default { translate: ['value', translate] };
