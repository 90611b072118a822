"""/engine-rest/message: something from outside reaches a case that waits for it."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.cases.commands import SendMessage
from webapp.api.described import described
from webapp.api.engine_rest.asking import body, done
from webapp.api.engine_rest.parameters import text
from webapp.api.engine_rest.telling import VARIABLES, WORD, body_of
from webapp.api.engine_rest.values import untyped_all
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_messages", __name__, url_prefix="/engine-rest")

_MEMBERS = {"messageName": WORD, "businessKey": WORD, "processVariables": VARIABLES}
_REQUIRED = ("messageName", "businessKey")


@blueprint.post("/message")
@guarded()
@described(body=body_of(_MEMBERS, _REQUIRED), answers={204: None})
def message() -> Response:
    """把消息送到指定编号的反映件；没有环节在等它时答复 409。"""
    given = body(tuple(_MEMBERS), _REQUIRED)
    name, no = text(given["messageName"], "messageName"), text(given["businessKey"], "businessKey")
    return done(SendMessage(name, no, untyped_all(given.get("processVariables"), "processVariables")))
