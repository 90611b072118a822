// Draws every <div class="diagram"> of a page: where a case has been (done), where it is (current), what is late.
//
//   data-xml-url   address of the BPMN file, same origin
//   data-done      ids of finished elements and taken flows, separated by commas
//   data-current   ids of elements with an open task
//   data-late      those of them whose due instant has passed
//   data-label     what the picture is called, for people who cannot see it
//   data-compact   a still thumbnail around the current element, without buttons

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { toolbar } from './toolbar.js';
import { mark } from './marks.js';
import './viewer.css';

const FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";
const READABLE = 0.8; // smaller than this, labels cannot be read

const ids = (text) => (text || '').split(',').map((id) => id.trim()).filter(Boolean);

function readPath(box) {
  return { done: ids(box.dataset.done), current: ids(box.dataset.current), late: ids(box.dataset.late) };
}

function centreOn(canvas, element, scale) {
  const { width, height } = canvas.getSize();
  const x = element.x + (element.width || 0) / 2 - width / scale / 2;
  const y = element.y + (element.height || 0) / 2 - height / scale / 2;
  canvas.viewbox({ x, y, width: width / scale, height: height / scale });
}

function show(viewer, box, path) {
  const canvas = viewer.get('canvas');
  const here = viewer.get('elementRegistry').get(path.current[0]);
  const still = 'compact' in box.dataset;
  const svg = box.querySelector('.djs-container > svg');
  if (still) {
    svg.setAttribute('tabindex', '-1');
    svg.setAttribute('aria-hidden', 'true');
  } else {
    toolbar(viewer, box, svg, here && (() => centreOn(canvas, here, 1)));
  }
  const scale = canvas.zoom('fit-viewport', 'auto');
  if (here && (still || scale < READABLE)) centreOn(canvas, here, READABLE);
}

async function draw(box) {
  const stage = document.createElement('div');
  stage.className = 'diagram-stage';
  box.replaceChildren(stage);
  const viewer = new NavigatedViewer({
    container: stage,
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 13 }, externalStyle: { fontFamily: FONT, fontSize: 12 } },
    zoomScroll: { enabled: false },
    canvas: { autoFocus: false }
  });
  const answer = await fetch(box.dataset.xmlUrl, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status}`);
  await viewer.importXML(await answer.text());
  const path = readPath(box);
  mark(viewer, path);
  show(viewer, box, path);
  box.dataset.drawn = '';
}

function failed(box) {
  const note = document.createElement('p');
  note.className = 'diagram-note';
  note.textContent = '流程图暂时无法显示，请刷新页面再试；办理经过请看文字说明。';
  box.replaceChildren(note);
}

// A diagram inside closed details has no size yet: draw when it first comes into view.
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    draw(target).catch(() => failed(target));
  }
}, { rootMargin: '200px' });

for (const box of document.querySelectorAll('.diagram[data-xml-url]')) watcher.observe(box);
