// Marks the path taken. Never colour alone: done has a tick, current a dashed outline and a word, late a thick one.

function tag(text, kind) {
  const label = document.createElement('div');
  label.className = `diagram-tag diagram-tag-${kind}`;
  label.textContent = text;
  return label;
}

const isTask = (element) => /Task$|CallActivity$/.test(element.type);

export function mark(viewer, { done, current, late }) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  const present = (id) => registry.get(id);

  // Containers around the current step are neither filled nor ticked: only their frame is marked.
  for (const id of done.filter((id) => present(id) && !current.includes(id))) {
    canvas.addMarker(id, 'is-done');
    if (!isTask(registry.get(id))) continue;
    canvas.addMarker(id, 'is-task');
    overlays.add(id, 'done', { position: { top: -9, right: 9 }, html: tag('✓', 'done') });
  }
  for (const id of current.filter(present)) {
    const overdue = late.includes(id);
    canvas.addMarker(id, 'is-current');
    if (overdue) canvas.addMarker(id, 'is-late');
    overlays.add(id, 'here', {
      position: { top: -6, left: 0 },
      scale: { min: 0.8, max: 1.2 },
      html: overdue ? tag('当前·已超期', 'late') : tag('当前在此', 'here')
    });
  }
}
