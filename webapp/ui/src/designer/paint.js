// Sets by script what the token simulation would write as style attributes.

function paint(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const each of [node, ...node.querySelectorAll('[data-paint]')]) {
    if (each.dataset?.paint !== undefined) each.style.cssText = each.dataset.paint;
  }
}

export function painting(container) {
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(paint);
  }).observe(container, { childList: true, subtree: true });
}
