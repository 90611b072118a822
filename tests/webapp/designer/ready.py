"""How long it takes until the designer can be worked with, beside a bare bpmn-js with the same diagram."""

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
<style>#canvas { height: 700px }</style><div id="canvas"></div>
<script src="/dist/bpmn-modeler.production.min.js"></script><script>
(async () => { const modeler = new BpmnJS({ container: '#canvas' });
await modeler.importXML(await (await fetch('/file')).text()); modeler.get('canvas').zoom('fit-viewport', 'auto');
document.documentElement.dataset.ready = ''; })();</script>"""
_WATCH = """new MutationObserver(() => { const it = document.querySelector('[data-ready]');
  if (it && !window.readyAt) window.readyAt = performance.now(); })
  .observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });"""


def measured(times: int) -> tuple[float, float]:
    """Milliseconds from asking for the page to ready: median of the designer, and of the bare modeler, in turns."""
    with serving() as place, chromium() as browser:
        rounds = [(_once(browser, f"{place}/page"), _once(browser, f"{place}/bare")) for _ in range(times + 1)]
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
    if path == "/bare":
        return Response(_BARE_PAGE, mimetype="text/html")
    if path.startswith("/dist/"):
        file = BARE / path.removeprefix("/dist/")
        return Response(file.read_bytes(), mimetype=_TYPES.get(file.suffix, "application/octet-stream"))
    found = answer_of(path, LOOP, FAMILY[LOOP])
    return Response(status=404) if found is None else Response(found.body, mimetype=found.kind, headers=HEADERS)


_TYPES = {".css": "text/css", ".js": "text/javascript"}
