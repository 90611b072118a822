"""What anybody may know."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries.solved import Solved
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import public
from webapp.public_counter import counter

blueprint = Blueprint("public", __name__, url_prefix="/api/public")


@blueprint.get("/counter")
@public
@described(answers={200: Solved})
def solved() -> Response:
    """累计解决多少件；少于 5 件时不给出数字。"""
    return json_answer(as_json(counter()))
