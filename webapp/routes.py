"""Routes that cost nothing until somebody writes an address with them, and addresses that are written once.

For every route werkzeug writes and compiles two small programs that make addresses of it, several hundred in all. A
process needs few of them, and none to answer its first request. A page writes a hundred addresses, most of them the
same on every page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from werkzeug.routing import Rule

from webapp.templating import Templates

_Builder = Callable[..., tuple[str, str]]
_ADDRESSES = 4096  # kept


class Route(Rule):
    """A rule whose addresses are compiled when the first is asked for."""

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        compile_now = super()._compile_builder
        compiled: list[_Builder] = []

        def build(route: Route, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](route, **values)

        return build


class Application(Flask):
    """Flask, remembering the addresses it has written, with our templates."""

    url_rule_class = Route
    jinja_environment = Templates

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._written = lru_cache(_ADDRESSES)(self._write)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """An address within the house. What could depend on the request beside its root is written anew."""
        said = tuple((name, value) for name, value in values.items() if value is not None)
        if request and endpoint[0] != "." and all(name[0] != "_" and type(value) is str for name, value in said):
            return self._written(request.script_root, endpoint, said)
        return super().url_for(endpoint, **values)

    def _write(self, _root: str, endpoint: str, said: tuple[tuple[str, str], ...]) -> str:
        values: dict[str, Any] = dict(said)
        return super().url_for(endpoint, **values)
