// Buttons above the drawing, and the same by keyboard on the drawing: arrows move, + and - zoom, 0 fits.

const ARROWS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const ARROW_STEP = 40;

function button(sign, name, act) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button button-quiet';
  element.textContent = sign;
  element.title = name;
  element.setAttribute('aria-label', name);
  element.addEventListener('click', act);
  return element;
}

export function toolbar(viewer, box, svg, find) {
  const canvas = viewer.get('canvas');
  const steps = viewer.get('zoomScroll');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  const closer = () => steps.stepZoom(1);
  const further = () => steps.stepZoom(-1);

  const bar = document.createElement('div');
  bar.className = 'diagram-tools';
  bar.append(button('＋', '放大', closer), button('－', '缩小', further), button('全图', '显示全图', fit));
  if (find) bar.append(button('当前步骤', '移到当前步骤', find));
  box.prepend(bar);

  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${box.dataset.label || '流程图'}。方向键移动，加减号缩放，数字 0 显示全图`);
  svg.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    if (direction) viewer.get('keyboardMove').moveCanvas({ speed: ARROW_STEP, direction });
    else if (event.key === '+' || event.key === '=') closer();
    else if (event.key === '-') further();
    else if (event.key === '0') fit();
    else return;
    event.preventDefault();
  });
  // The wheel belongs to the page until somebody works in the drawing.
  svg.addEventListener('focusin', () => steps.toggle(true));
  svg.addEventListener('focusout', () => steps.toggle(false));
}
