"""A running site for real browsers, and the people who sit at them."""

from __future__ import annotations

import base64
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.settings import DEMO_PASSWORD
from tests.support.chromium import new_desk
from tests.support.house import House, instant
from tests.webapp.pages.browserless import Visitor


@dataclass
class Site:
    """The site at `url`; `complaints` is everything a browser found wrong with it."""

    url: str
    house: House
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def desk(self, name: str, scripts: bool = True) -> Desk:
        """A browser of its own, with somebody signed in and no page open yet."""
        desk = self.visitor(scripts)
        self.admit(desk, name)
        return desk

    def at_inbox(self, name: str, scripts: bool = True) -> Desk:
        """The same, with the inbox open."""
        desk = self.desk(name, scripts)
        desk.page.goto("/inbox")
        return desk

    def admit(self, desk: Desk, name: str) -> None:
        """Sign somebody in at this browser: a plain client fills in the form, the browser gets its cookie."""
        cookie = Visitor.of(self.house.app).sign_in(name).client.get_cookie("bancheng")
        assert cookie is not None
        desk.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def visitor(self, scripts: bool = True) -> Desk:
        """A browser of its own, with nobody signed in."""
        context = new_desk(self.browser, java_script_enabled=scripts, base_url=self.url)
        self.contexts.append(context)
        context.on("request", lambda request: self._heard(request.url.startswith(self.url), f"asked {request.url}"))
        context.on("console", lambda message: self._heard(False, message.text))
        context.on("weberror", lambda error: self._heard(False, str(error.error)))
        return Desk(context.new_page())

    def _heard(self, fine: bool, what: str) -> None:
        if not fine:
            self.complaints.append(what)

    def move(self, to: str) -> None:
        """Move the clock, as anybody who takes part may."""
        basic = base64.b64encode(f"w1:{DEMO_PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
        body = json.dumps({"now": instant(to).isoformat()}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/api/clock", body, headers)) as answer:
            assert answer.status == 200


@dataclass
class Desk:
    """Somebody at a browser; `page` is what they look at."""

    page: Page

    def sign_in(self, name: str) -> None:
        """Sign in with the form."""
        self.page.goto("/sign-in")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("口令").fill(DEMO_PASSWORD)
        self.page.locator("main").get_by_role("button", name="登录").click()
        self.page.get_by_role("heading", name="待办", exact=True).wait_for()

    def take(self, step: str) -> None:
        """Open the first task of this step that waits for one's group."""
        self.page.goto("/inbox?queue=group")
        item = self.page.locator(".item", has=self.page.locator(".step", has_text=step)).first
        self.follow(item.get_by_role("heading").get_by_role("link"))
        self.page.get_by_role("heading", level=1, name=step).wait_for()

    def fill(self, values: dict[str, Any]) -> None:
        """Fill in the form, field by field as a person would."""
        for path, value in values.items():
            field = self.page.locator(f'main [name="{path}"]:not([type=hidden])')
            kind = field.first.evaluate("field => field.type")
            if kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{path}"][value="{value}"]').check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    def do(self, step: str, **values: Any) -> None:
        """Take a task, fill it in, send it."""
        self.take(step)
        self.fill(values)
        self.send()
        self.page.get_by_text(f"已提交：{step}").wait_for()

    def send(self) -> None:
        """Press the button of the form."""
        self.follow(self.page.locator("form[novalidate] .actions button").last)

    def follow(self, what: Locator) -> None:
        """Press what leads to a page, and wait until that page is there as a whole, its scripts included."""
        with self.page.expect_navigation():
            what.click()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """A failure is told by what the browser shows, not by a thousand lines of requests."""


def _closed_at_once(app: Flask) -> Callable[[dict[str, Any], Any], list[bytes]]:
    """The server of werkzeug never closes an answer whose browser went away meanwhile, which leaves its file open."""

    def serve(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(app(environ, start_response)) as answer:  # type: ignore[type-var]
            return list(answer)

    return serve


@contextmanager
def running(house: House, browser: Browser) -> Iterator[Site]:
    """The house on a free port of this machine; its browsers are closed at the end."""
    server = make_server("127.0.0.1", 0, _closed_at_once(house.app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site = Site(f"http://127.0.0.1:{server.server_port}", house, browser)
    try:
        yield site
    finally:
        for context in site.contexts:
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
