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

  // The box of every shape and every name, by its element, as the drawing counts.
  function boxes(viewport) {
    return new Map([...viewport.querySelectorAll('.djs-shape')].map((group) => {
      const at = group.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
      const { x, y, width, height } = group.querySelector('.djs-visual > :first-child').getBBox();
      return [group, { left: x + at.e, top: y + at.f, right: x + at.e + width, bottom: y + at.f + height }];
    }));
  }

  // Those that words would hide: tasks, events, gateways and names, but no frame around others.
  function standing(drawn) {
    const holds = (one, other) => one !== other
      && one.left < other.left && one.top < other.top && one.right > other.right && one.bottom > other.bottom;
    return drawn.filter((one) => !drawn.some((other) => holds(one, other)));
  }

  // Above the element, beneath it, or within its lower or upper edge; in its middle, else more to the right or left.
  // Where nothing else is hidden, else above.
  function placed(tag, size, grown, others) {
    const { own } = tag;
    const half = grown * (size.width / 2 + PAD);
    const [over, under] = [grown * -size.y, grown * (size.y + size.height)];
    const rows = [own.top - 2, own.bottom + over + 2, own.bottom - under - PAD, own.top + over + PAD];
    const wide = own.right - own.left;
    const columns = [own.left + wide / 2, own.left + wide * 0.4 + half, own.left + wide * 0.6 - half];
    const spots = columns.flatMap((x) => rows.map((y) => ({ x, y })));
    const hides = ({ x, y }) => others.some((other) => other !== own
      && other.left < x + half && other.right > x - half && other.top < y + under && other.bottom > y - over);
    return spots.find((spot) => !hides(spot)) ?? spots[0];
  }

  // The words keep their size on the screen while the drawing is made smaller.
  function write(tag, scale, others) {
    const { said } = tag;
    tag.words.textContent = scale >= ROOM ? said.text + said.more : said.text;
    const size = tag.words.getBBox();
    for (const [key, value] of Object.entries({ x: size.x - PAD, y: size.y - 1, width: size.width + 2 * PAD, height: size.height + 2 })) {
      tag.frame.setAttribute(key, value);
    }
    const grown = Math.min(Math.max(1 / scale, 1), LARGEST);
    const { x, y } = placed(tag, size, grown, others);
    tag.node.setAttribute('transform', `translate(${x} ${y}) scale(${grown})`);
  }

  function prepare(layer, group, own, said) {
    const node = make('g', { class: 'heat-tag', 'data-of': group.dataset.elementId });
    const frame = make('rect', { rx: 3 });
    const words = make('text', { 'text-anchor': 'middle' });
    node.append(frame, words);
    layer.append(node);
    group.classList.add('is-hot', `heat-${said.level}`);
    return { own, said, node, frame, words };
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
    const viewport = box.querySelector('.viewport');
    const drawn = boxes(viewport);
    const others = standing([...drawn.values()]);
    const layer = viewport.appendChild(make('g', {})); // over all flows
    const found = Object.entries(JSON.parse(box.dataset.heat))
      .map(([id, said]) => [box.querySelector(`[data-element-id="${CSS.escape(id)}"]`), said])
      .filter(([group]) => drawn.has(group))
      .map(([group, said]) => prepare(layer, group, drawn.get(group), said));
    const again = () => {
      const scale = viewport.getCTM().a;
      for (const tag of found) write(tag, scale, others);
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
