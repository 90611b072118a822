// Colours a drawn diagram by how hot each element is, and writes its figure on it: never colour alone.
//
//   data-heat   {"element": {"level": 1 … 5, "text": "37%", "more": " · 平均 4 小时"}}, on a <div class="diagram"> that
//               viewer.js draws; `more` is written where the drawing is large enough
(() => {
  'use strict';
  const SVG = 'http://www.w3.org/2000/svg';
  const PAD = 4;
  const ROOM = 0.7; // at least this large a drawing has room for the longer words
  const LARGEST = 2.6; // so much larger than the drawing the words are at most
  const READ = 0.75; // so large a drawing can be read; where it is wider than the page, it is scrolled
  const EDGE = 24;

  function make(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  // The words keep their size on the screen while the drawing is made smaller.
  function write(tag, scale) {
    const { group, said } = tag;
    const shape = group.querySelector('.djs-visual > :first-child').getBBox();
    tag.words.textContent = scale >= ROOM ? said.text + said.more : said.text;
    const size = tag.words.getBBox();
    for (const [key, value] of Object.entries({ x: size.x - PAD, y: size.y - 1, width: size.width + 2 * PAD, height: size.height + 2 })) {
      tag.frame.setAttribute(key, value);
    }
    const grown = Math.min(Math.max(1 / scale, 1), LARGEST);
    tag.node.setAttribute('transform', `translate(${shape.x + shape.width / 2} ${shape.y - 2}) scale(${grown})`);
  }

  function prepare(group, said) {
    const node = make('g', { class: 'heat-tag' });
    const frame = make('rect', { rx: 3 });
    const words = make('text', { 'text-anchor': 'middle' });
    node.append(frame, words);
    group.append(node);
    group.classList.add('is-hot', `heat-${said.level}`);
    return { group, said, node, frame, words };
  }

  // A stage as large as the whole drawing needs to be read.
  function unfold(box) {
    const stage = box.querySelector('.diagram-stage');
    const drawing = box.querySelector('.viewport').getBBox();
    if (box.querySelector('.viewport').getCTM().a >= READ) return;
    stage.style.width = `${Math.max(stage.clientWidth, drawing.width * READ + EDGE)}px`;
    stage.style.height = `${drawing.height * READ + EDGE}px`;
    const whole = box.querySelector('.diagram-tools button:nth-child(3)');
    whole.click(); // the size it had is remembered until it was drawn anew
    whole.click();
  }

  function colour(box) {
    unfold(box);
    const found = Object.entries(JSON.parse(box.dataset.heat))
      .map(([id, said]) => [box.querySelector(`[data-element-id="${CSS.escape(id)}"]`), said])
      .filter(([group]) => group)
      .map(([group, said]) => prepare(group, said));
    const viewport = box.querySelector('.viewport');
    const again = () => {
      const scale = viewport.getCTM().a;
      for (const tag of found) write(tag, scale);
    };
    again();
    new MutationObserver(again).observe(viewport, { attributes: true, attributeFilter: ['transform'] });
    box.dataset.heated = '';
  }

  for (const box of document.querySelectorAll('.diagram[data-heat]')) {
    const drawn = new MutationObserver(() => {
      if (!('drawn' in box.dataset)) return;
      drawn.disconnect();
      colour(box);
    });
    drawn.observe(box, { attributes: true });
  }
})();
