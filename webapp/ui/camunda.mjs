// Reads diagrams as Camunda Modeler does, with its moddle, and writes them again: [[name, xml], …] in, the same out.
import { BpmnModdle } from 'bpmn-moddle';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json' with { type: 'json' };

let text = '';
for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
const again = [];
for (const [name, xml] of JSON.parse(text)) {
  const moddle = new BpmnModdle({ camunda });
  const { rootElement } = await moddle.fromXML(xml);
  again.push([name, (await moddle.toXML(rootElement, { format: true })).xml]);
}
process.stdout.write(JSON.stringify(again));
