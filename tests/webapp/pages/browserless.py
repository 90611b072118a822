"""Somebody at a browser without scripts: follows links, fills in forms, keeps cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine.settings import DEMO_PASSWORD

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass
class Visitor:
    """One browser; `page` is what it shows now."""

    client: FlaskClient
    page: TestResponse

    @classmethod
    def of(cls, app: Flask, path: str = "/sign-in") -> Visitor:
        """A new browser at this address."""
        client = app.test_client()
        return cls(client, client.get(path))

    def open(self, path: str) -> TestResponse:
        """Go to an address and on to where it leads."""
        self.page = self.client.get(path, follow_redirects=True)
        return self.page

    def sign_in(self, name: str, password: str = DEMO_PASSWORD) -> Visitor:
        """Sign in with the form."""
        self.open("/sign-in")
        self.send("/sign-in", name=name, password=password)
        return self

    def send(self, path: str, **values: Any) -> TestResponse:
        """Send a form of the present page to `path`: its hidden fields, and these values (`__` stands for a dot)."""
        self.page = self.client.post(path, data=self.filled(values), follow_redirects=True)
        return self.page

    def press(self, name: str, value: str) -> TestResponse:
        """Press the button with this name and value, which sends the form it belongs to as it stands."""
        document = lxml.html.fromstring(self.text)
        (button,) = document.xpath("//button[@name=$name and @value=$value]", name=name, value=value)
        return self._sent(document.get_element_by_id(button.get("form")), {name: value})

    def fill_in(self, form: str, **values: str) -> TestResponse:
        """Send the one form that is called this, or has a button that is, with these values changed."""
        document = lxml.html.fromstring(self.text)
        (found,) = document.xpath("//form[@aria-label=$form or .//button[normalize-space()=$form]]", form=form)
        return self._sent(found, values)

    def _sent(self, form: Any, values: dict[str, str]) -> TestResponse:
        kept = [(name, value) for name, value in form.form_values() if name not in values]
        data = MultiDict([*kept, *values.items()])
        way: dict[str, Any] = {"data": data} if form.get("method") == "post" else {"query_string": data}
        self.page = self.client.open(form.get("action"), method=form.get("method"), follow_redirects=True, **way)
        return self.page

    def filled(self, values: dict[str, Any]) -> dict[str, Any]:
        """The hidden fields of the present page with these values."""
        named = {name.replace("__", "."): value for name, value in values.items()}
        return {**self.hidden(), **named}

    def hidden(self) -> dict[str, str]:
        """Token and key of the present page, and at which step it was asked for."""
        inputs = (dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(self.text))
        own = {each["name"]: unescape(each["value"]) for each in inputs if each.get("type") == "hidden"}
        return {name: value for name, value in own.items() if name in ("csrf_token", "_key", "step")}

    @property
    def text(self) -> str:
        """The present page."""
        return self.page.get_data(as_text=True)

    @property
    def status(self) -> int:
        return self.page.status_code

    def link(self, pattern: str) -> str:
        """The first address on the page that matches."""
        found = next((href for href in re.findall(r'href="([^"]+)"', self.text) if re.search(pattern, href)), None)
        assert found is not None, f"no link {pattern} on {self.page.request.path}"
        return unescape(found)

    def link_of_form(self, pattern: str) -> str:
        """Where the first form goes whose address matches."""
        found = next((each for each in re.findall(r'action="([^"]+)"', self.text) if re.search(pattern, each)), None)
        assert found is not None, f"no form {pattern} on {self.page.request.path}"
        return unescape(found)


def cells(page: str) -> list[list[str]]:
    """The cells of the rows of its first table body, without marks."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]
