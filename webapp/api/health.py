"""Is it up, and is it ready: for load balancers and monitors."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries.readiness import Readiness, readiness
from webapp.answers import as_json, json_answer
from webapp.guard import engine, public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Whether the process answers."""
    return json_answer({"status": "up"})


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Whether database, migrations and timers are in order; 503 when not."""
    found: Readiness = readiness(engine())
    return json_answer({"ready": found.ready, **as_json(found)}, 200 if found.ready else 503)
