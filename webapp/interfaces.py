"""The three ways into the house: the domain API, the process API, and the pages. The path of a request says which."""

from __future__ import annotations

from typing import Literal

from flask import request

Interface = Literal["api", "engine-rest", "pages"]

_OF_THE_API = frozenset({"/openapi.json", "/healthz", "/readyz", "/metrics", "/csp-report"})


def interface() -> Interface:
    """Through which interface the present request came, also when no route takes it."""
    first = request.path.split("/", 2)[1]
    if first == "engine-rest":
        return "engine-rest"
    return "api" if first == "api" or request.path in _OF_THE_API else "pages"
