"""/engine-rest/message: something from outside reaches a case that waits for it."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.cases.commands import SendMessage
from webapp.api.engine_rest.asking import body, done
from webapp.api.engine_rest.parameters import text
from webapp.api.engine_rest.values import untyped_all
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_messages", __name__, url_prefix="/engine-rest")


@blueprint.post("/message")
@guarded()
def message() -> Response:
    """Deliver a message to a case by its number; 409 when nobody waits for it."""
    given = body(["messageName", "businessKey", "processVariables"], required=["messageName", "businessKey"])
    name, no = text(given["messageName"], "messageName"), text(given["businessKey"], "businessKey")
    return done(SendMessage(name, no, untyped_all(given.get("processVariables"), "processVariables")))
