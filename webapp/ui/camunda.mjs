// Reads diagrams as Camunda Modeler does, with its moddle, and writes them again: [[name, xml], …] in, [[name, xml], …]
// out; xml is null, with the reason as a third part, where moddle itself cannot write what it has read.
import { BpmnModdle } from 'bpmn-moddle';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json' with { type: 'json' };

async function again([name, xml]) {
  const moddle = new BpmnModdle({ camunda });
  try {
    const { rootElement } = await moddle.fromXML(xml);
    return [name, (await moddle.toXML(rootElement, { format: true })).xml];
  } catch (error) {
    return [name, null, error.message];
  }
}

console.warn = () => {}; // what is lost is seen in what is written
let text = '';
for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
process.stdout.write(JSON.stringify(await Promise.all(JSON.parse(text).map(again))));
