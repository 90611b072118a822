"""Routes that cost nothing until somebody writes an address with them.

For every route werkzeug writes and compiles two small programs that make addresses of it, several hundred in all. A
process needs few of them, and none to answer its first request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


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
