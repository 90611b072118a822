"""The designer on a page of its own, without a house: files are given, what is stored is caught."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from engine.definitions.catalogue import catalogue_of
from engine.definitions.versions import SHIPPED, read_folder
from webapp.pages.headers import POLICY

ROOT = Path(__file__).parents[3]
PLACE = "http://office.test"
FAMILY = read_folder(SHIPPED)
NOTHING_FOUND = {"ok": True, "findings": [], "notes": []}
PARTS = ("banner", "tools", "canvas", "panel", "findings")
_OPENED = re.compile(r"await (\w+)\.importXML\(await")


class Board:
    """The designer with one file; `stored` is what it has put back, `found` what the check answers."""

    def __init__(self, page: Page, name: str, content: bytes) -> None:
        self.page = page
        self.name = name
        self.content = content
        self.stored: list[bytes] = []
        self.found: Mapping[str, Any] = NOTHING_FOUND
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route(f"{PLACE}/**", self._serve)

    def open(self) -> Board:
        """Draw it, and wait until it is ready."""
        self.page.goto(f"{PLACE}/page")
        self.page.locator("[data-ready]").wait_for()
        return self

    def saved(self, content: bytes) -> bytes:
        """Another diagram, read by the same modeler and written again."""
        script = "async xml => { await modeler.importXML(xml); return (await modeler.saveXML({ format: true })).xml; }"
        text: str = self.page.evaluate(script, content.decode())
        return text.encode()

    def written(self) -> bytes:
        """The diagram as it is drawn now."""
        text: str = self.page.evaluate("async () => (await modeler.saveXML({ format: true })).xml")
        return text.encode()

    def choose(self, element: str) -> None:
        """Choose an element from the list."""
        self.page.locator("[data-designer=elements]").select_option(element)

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(PLACE)
        headers = {"Content-Security-Policy": POLICY}
        if path == "/page":
            route.fulfill(body=self._page(), content_type="text/html; charset=utf-8", headers=headers)
        elif path == "/static/designer.js":
            script = (ROOT / "webapp/static/designer.js").read_text("utf-8")
            held, count = _OPENED.subn(r"await (window.modeler=\1).importXML(await", script)
            assert count == 1
            route.fulfill(body=held, content_type="text/javascript; charset=utf-8", headers=headers)
        elif path.startswith("/static/"):
            route.fulfill(path=ROOT / "webapp" / path[1:], headers=headers)
        elif path == "/check":
            route.fulfill(json=self.found)
        elif path == "/file":
            self._file(route)
        else:
            route.fulfill(status=404)

    def _file(self, route: Route) -> None:
        if route.request.method == "PUT":
            self.stored.append(route.request.post_data_buffer or b"")
            route.fulfill(json={"revision": len(self.stored) + 1})
        else:
            route.fulfill(body=self.content, content_type="application/xml", headers={"ETag": '"1"'})

    def _page(self) -> str:
        data = json.dumps({**_data(), "name": self.name}).replace("<", "\\u003c")
        parts = "".join(f'<div data-designer="{name}"></div>' for name in PARTS if name != "canvas")
        return (
            '<!doctype html><html lang="zh-CN"><link rel="stylesheet" href="/static/app.css">'
            '<link rel="stylesheet" href="/static/designer.css"><script src="/static/designer.js" defer></script>'
            f'<script type="application/json" id="designer-data">{data}</script>'
            '<div class="designer" data-designer="root"><div class="designer-stage" data-designer="canvas"></div>'
            f'{parts}<p data-designer="status"></p><input data-designer="filter">'
            '<select data-designer="elements" size="10"></select></div>'
        )


def _data() -> dict[str, Any]:
    found = catalogue_of(FAMILY)
    things = {name: [{"id": each.id, "title": each.title} for each in getattr(found, name)] for name in _THINGS}
    return {
        "title": "流程图",
        "fileUrl": "/file",
        "checkUrl": "/check",
        "csrf": "t",
        "people": {},
        "catalogue": {
            **things,
            "groups": [{"code": "window_lead", "label": "窗口负责人", "people": 2}],
            "messages": [{"name": each.id, "label": each.title} for each in found.messages],
            "operations": [{"id": each.id, "label": each.title} for each in found.operations],
            "variables": [
                {"name": each.name, "title": each.title, "kind": each.kind, "choices": each.choices}
                for each in found.variables
            ],
            "phases": [],
        },
        "signOff": {"id": "sign_off", "title": "签批", "url": "/file", "content": "{}"},
    }


_THINGS = ("forms", "decisions", "processes")
