// The designer: bpmn-js with properties, findings and saving of this house. What it needs stands in #designer-data.
import Modeler from 'bpmn-js/lib/Modeler';
import SimulationModule from 'bpmn-js-token-simulation/lib/modeler';
import bancheng from './bancheng.json';
import translate from './translate.js';
import { button } from './dom.js';
import { Panel } from './panel.js';
import { Elements } from './elements.js';
import { Findings } from './findings.js';
import { Saving } from './saving.js';
import { Pieces } from './pieces.js';
import { keeping } from './keeping.js';
import { palette } from './palette.js';
import { painting } from './paint.js';
import '../viewer.css';
import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import './designer.css';

const FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";
const CHECK_PAUSE = 400;

const $ = (name) => document.querySelector(`[data-designer="${name}"]`);

function drawing() {
  return new Modeler({
    container: $('canvas'),
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 13 }, externalStyle: { fontFamily: FONT, fontSize: 12 } },
    moddleExtensions: { bc: bancheng },
    additionalModules: [translate, keeping, palette, SimulationModule],
    canvas: { autoFocus: false }
  });
}

// One check at a time: a proof takes seconds, and what was found before the last change is not shown.
function checking(url, findings) {
  let timer = null;
  let running = false;
  let again = false;
  const ask = async () => {
    if (running) { again = true; return; }
    running = true;
    findings.waiting();
    const found = await fetch(url, { credentials: 'same-origin', cache: 'no-store' })
      .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    running = false;
    if (again) { again = false; ask(); } else if (found) findings.show(found); else findings.failed();
  };
  return () => { clearTimeout(timer); timer = setTimeout(ask, CHECK_PAUSE); };
}

// Without the mouse: the drawing itself takes the keys of bpmn-js, and every act has a button.
function tools(modeler, place, saving, check) {
  const stack = modeler.get('commandStack');
  const steps = modeler.get('zoomScroll');
  const undo = button('撤销', () => stack.undo());
  const redo = button('重做', () => stack.redo());
  const simulate = button('模拟走一遍', () => modeler.get('toggleMode').toggleMode(), { 'aria-pressed': 'false' });
  modeler.get('eventBus').on('tokenSimulation.toggleMode', ({ active }) => simulate.setAttribute('aria-pressed', String(active)));
  const able = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  modeler.get('eventBus').on(['commandStack.changed', 'import.done'], able);
  able();
  $('tools').replaceChildren(
    undo, redo,
    button('＋', () => steps.stepZoom(1), { 'aria-label': '放大' }),
    button('－', () => steps.stepZoom(-1), { 'aria-label': '缩小' }),
    button('全图', () => modeler.get('canvas').zoom('fit-viewport', 'auto')),
    button('加一道签批', () => place('signOff')),
    button('升级一级', () => place('rung')),
    simulate,
    button('检查', () => { saving.now().then(check); })
  );
}

async function open() {
  const data = JSON.parse(document.getElementById('designer-data').textContent);
  const modeler = drawing();
  painting($('canvas'));
  const findings = new Findings(modeler, $('findings'), data.name);
  const check = checking(data.checkUrl, findings);
  const saving = new Saving(modeler, data, $('status'), $('banner'), check);
  const pieces = new Pieces(modeler, data.catalogue, data.signOff, saving);
  new Panel(modeler, $('panel'), data.catalogue);
  new Elements(modeler, $('elements'), $('filter'));
  const place = (piece) => pieces[piece]().then((refused) => { if (refused) $('status').textContent = refused; });
  modeler.get('eventBus').on('bancheng.piece', ({ piece }) => { place(piece); });
  await modeler.importXML(await saving.read());
  modeler.get('canvas').zoom('fit-viewport', 'auto');
  if (modeler.get('canvas').zoom() < 0.45) start(modeler);
  tools(modeler, place, saving, check);
  $('status').textContent = '改动会自动存进草稿';
  label(modeler, data.title);
  saving.offer();
  check();
  $('root').dataset.ready = '';
}

// A wide drawing is first shown where it begins, large enough to be read.
function start(modeler) {
  const canvas = modeler.get('canvas');
  const { inner } = canvas.viewbox();
  const { width, height } = canvas.getSize();
  const scale = 0.7;
  canvas.viewbox({ x: inner.x - 140, y: inner.y - 20, width: width / scale, height: height / scale });
}

function label(modeler, title) {
  const svg = modeler.get('canvas')._svg;
  svg.setAttribute('role', 'application');
  svg.setAttribute('aria-label', `${title}。可以在“元素”里选环节，在“属性”里改，不用鼠标`);
}

open().catch((error) => {
  console.error(error);
  $('banner').textContent = '流程图打不开，请刷新页面再试。';
});
