"""Is it up, and is it ready: for load balancers and monitors."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries.readiness import Readiness, readiness
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import engine, public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@described(answers={200: {"type": "object", "properties": {"status": {"const": "up"}}}})
def healthz() -> Response:
    """进程是否在应答。"""
    return json_answer({"status": "up"})


@blueprint.get("/readyz")
@public
@described(answers={200: Readiness, 503: Readiness})
def readyz() -> Response:
    """数据库、表结构和计时器是否正常；不正常时为 503。"""
    found: Readiness = readiness(engine())
    return json_answer(as_json(found), 200 if found.ready else 503)
