"""Progress for the citizen: public, no sign-in, nobody named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from engine.errors import BadInput
from engine.queries.progress import Progress, progress_by_code, progress_by_number
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import engine, public
from webapp.limits import PROGRESS, PROGRESS_OF_ONE, limited, pace
from webapp.public_site import office_phone
from webapp.request import Parameter, json_object, taken

blueprint = Blueprint("progress_api", __name__, url_prefix="/api/progress")

ASKED = (
    Parameter("no", "text", "编号", most=40),
    Parameter("phone4", "text", "登记时所留电话的后四位", most=4),
    Parameter("receipt_code", "text", "回执码", most=60),
)
_EITHER = "请填回执码，或者填编号和电话后四位。"


@dataclass(frozen=True)
class PublicProgress(Progress):
    """With the telephone of the office; null where none is set."""

    office_phone: str | None


@blueprint.post("")
@public
@limited(PROGRESS)
@described(body=ASKED, answers={200: PublicProgress})
def progress() -> Response:
    """公众查询进展：凭回执码，或凭编号和电话后四位。查不到与填错的答复一样。"""
    found = asked_for(taken(json_object(), ASKED))
    return json_answer(as_json(PublicProgress(**vars(found), office_phone=office_phone())))


def asked_for(given: Mapping[str, Any]) -> Progress:
    """The progress that was asked for; raises NotFound, BadInput when neither way to ask is complete."""
    if given.get("receipt_code"):
        if given.get("no") or given.get("phone4"):
            raise BadInput({"receipt_code": _EITHER})
        return engine().read(progress_by_code, given["receipt_code"]).progress
    wrong = {name: _EITHER for name in ("no", "phone4") if not given.get(name)}
    if wrong:
        raise BadInput(wrong)
    pace(PROGRESS_OF_ONE, given["no"].upper())
    return engine().read(progress_by_number, given["no"], given["phone4"])
