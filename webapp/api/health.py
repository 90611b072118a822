"""Is it up, and is it ready: for load balancers and monitors."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries.readiness import Readiness, readiness
from webapp.addresses import inside
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import engine, public
from webapp.limits import unlimited

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@unlimited
@described(answers={200: {"type": "object", "properties": {"status": {"const": "up"}}}})
def healthz() -> Response:
    """进程是否在应答。"""
    return json_answer({"status": "up"})


@blueprint.get("/readyz")
@public
@unlimited
@described(answers={200: Readiness, 503: Readiness})
def readyz() -> Response:
    """数据库、表结构和计时器是否正常；不正常时为 503。外部地址只得知是否正常。"""
    found: Readiness = readiness(engine())
    told = as_json(found) if inside() else {"ready": found.ready}
    return json_answer(told, 200 if found.ready else 503)
