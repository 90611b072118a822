"""How long it takes until designer and viewer can be worked with, each beside a bare bpmn-js with the same diagram."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.support.chromium import chromium, new_desk
from tests.webapp.designer.board import FAMILY, HEADERS, ROOT, answer_of

LOOP = "five_step_loop.bpmn"
BARE = ROOT / "webapp" / "ui" / "node_modules" / "bpmn-js" / "dist"
_BARE_PAGE = """<!doctype html><html><link rel="stylesheet" href="/dist/assets/diagram-js.css">
<link rel="stylesheet" href="/dist/assets/bpmn-js.css">
<link rel="stylesheet" href="/dist/assets/bpmn-font/css/bpmn.css">
<style>#canvas {{ height: 700px }}</style><div id="canvas"></div>
<script src="/dist/{script}"></script><script>
(async () => {{ const modeler = new BpmnJS({{ container: '#canvas' }});
await modeler.importXML(await (await fetch('/file')).text()); modeler.get('canvas').zoom('fit-viewport', 'auto');
document.documentElement.dataset.ready = ''; }})();</script>"""
_VIEWER_PAGE = """<!doctype html><html class="js"><link rel="stylesheet" href="/static/viewer.css">
<script src="/static/viewer.js" defer></script>
<div class="diagram" data-label="x" data-xml-url="/file" data-done="" data-current="" data-late=""></div>"""
_PAGES = {
    "/bare-designer": _BARE_PAGE.format(script="bpmn-modeler.production.min.js"),
    "/viewer": _VIEWER_PAGE,
    "/bare-viewer": _BARE_PAGE.format(script="bpmn-navigated-viewer.production.min.js"),
}
# What is measured: its page, and the bare one beside it.
PAIRS = {"designer": ("/page", "/bare-designer"), "viewer": ("/viewer", "/bare-viewer")}
_WATCH = """new MutationObserver(() => { const it = document.querySelector('[data-ready], [data-drawn]');
  if (it && !window.readyAt) window.readyAt = performance.now(); })
  .observe(document, { subtree: true, childList: true, attributeFilter: ['data-ready', 'data-drawn'] });"""


def measured(what: str, times: int) -> tuple[float, float]:
    """Milliseconds from asking for the page to ready: median of ours, and of the bare one, in turns."""
    with serving() as place, chromium() as browser:
        pair = [f"{place}{path}" for path in PAIRS[what]]
        rounds = [(_once(browser, pair[0]), _once(browser, pair[1])) for _ in range(times + 1)]
    ours, bare = zip(*rounds[1:], strict=True)  # the first warms the file system
    return median(ours), median(bare)


def _once(browser: Browser, address: str) -> float:
    """In a browser that has seen nothing yet."""
    with new_desk(browser, viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(address)
        taken: float = page.wait_for_function("() => window.readyAt").json_value()
        return taken


@contextmanager
def serving() -> Iterator[str]:
    """Both pages and their files at an address of this machine."""
    server = make_server("127.0.0.1", 0, _serve, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody asks."""


@Request.application
def _serve(request: Request) -> Response:
    path = request.path
    if path in _PAGES:
        return Response(_PAGES[path], mimetype="text/html")
    if path.startswith("/dist/"):
        file = BARE / path.removeprefix("/dist/")
        return Response(file.read_bytes(), mimetype=_TYPES.get(file.suffix, "application/octet-stream"))
    found = answer_of(path, LOOP, FAMILY[LOOP])
    return Response(status=404) if found is None else Response(found.body, mimetype=found.kind, headers=HEADERS)


_TYPES = {".css": "text/css", ".js": "text/javascript"}
