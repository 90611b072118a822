"""/csp-report: a browser tells that a page tried something its policy forbids. The log gets the rule, nothing else."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from flask import Blueprint, Response, request

from engine.errors import TooLarge
from webapp.api.described import described
from webapp.guard import public
from webapp.limits import REPORT, limited
from webapp.pages.headers import DIRECTIVES

blueprint = Blueprint("csp_report", __name__)
log = logging.getLogger(__name__)

_LONGEST = 20_000  # bytes
_REPORT = {"type": "object", "properties": {"csp-report": {"type": "object"}}}


def of_browsers(view: Any) -> Any:
    """This view takes the types in which browsers send reports. Stands below the route decorator."""
    view.content_types = ("application/csp-report", "application/reports+json", "application/json")
    return view


@blueprint.post("/csp-report")
@public
@limited(REPORT)
@of_browsers
@described(body=_REPORT, answers={204: None})
def report() -> Response:
    """浏览器报告：页面想做内容安全策略不许的事。"""
    log.warning("a page broke its content policy: %s", _rule(request.get_data()))
    return Response(status=204)


def _rule(body: bytes) -> str:
    """The directive that was broken; what is none of ours is not repeated into the log."""
    if len(body) > _LONGEST:
        raise TooLarge("报告太长，没有收下。")
    try:
        told = orjson.loads(body)["csp-report"]
        given = str(told.get("effective-directive") or told.get("violated-directive", "")).partition(" ")[0]
    except (ValueError, LookupError, TypeError, AttributeError):
        given = ""
    known = given.removesuffix("-elem").removesuffix("-attr")
    return known if known in DIRECTIVES else "unknown"
