"""The designer on a page of its own, without a house: files are given, what is stored is caught."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from engine.definitions.catalogue import catalogue_of
from engine.definitions.shipped import SHIPPED, read_folder
from webapp.pages.headers import POLICY

ROOT = Path(__file__).parents[3]
PLACE = "http://office.test"
FAMILY = read_folder(SHIPPED)
NOTHING_FOUND = {"ok": True, "findings": [], "notes": []}
PARTS = ("banner", "tools", "canvas", "panel", "findings")
KINDS = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}
HEADERS = {"Content-Security-Policy": POLICY, "ETag": '"1"'}
_OPENED = re.compile(r"await (\w+)\.importXML\(await")


@dataclass(frozen=True)
class Answer:
    """A body and what it is."""

    body: bytes
    kind: str


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
        request = route.request
        if request.method == "PUT":
            self.stored.append(request.post_data_buffer or b"")
            route.fulfill(json={"revision": len(self.stored) + 1})
            return
        answer = answer_of(request.url.removeprefix(PLACE), self.name, self.content, self.found)
        if answer is None:
            route.fulfill(status=404)
        else:
            route.fulfill(body=answer.body, content_type=answer.kind, headers=HEADERS)


def answer_of(path: str, name: str, content: bytes, found: Mapping[str, Any] = NOTHING_FOUND) -> Answer | None:
    """What stands at an address; None for nothing."""
    match path:
        case "/page":
            return Answer(_page(name).encode(), "text/html; charset=utf-8")
        case "/file":
            return Answer(content, "application/xml")
        case "/check":
            return Answer(json.dumps(found).encode(), "application/json")
        case "/static/designer.js":
            script = (ROOT / "webapp/static/designer.js").read_text("utf-8")
            held, count = _OPENED.subn(r"await (window.modeler=\1).importXML(await", script)
            assert count == 1
            return Answer(held.encode(), "text/javascript; charset=utf-8")
    file = ROOT / "webapp" / path[1:]
    return Answer(file.read_bytes(), KINDS[file.suffix]) if path.startswith("/static/") and file.is_file() else None


def _page(name: str) -> str:
    data = json.dumps({**_data(), "name": name}).replace("<", "\\u003c")
    parts = "".join(f'<div data-designer="{part}"></div>' for part in PARTS if part != "canvas")
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
