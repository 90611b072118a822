"""The password once more before what weighs much (`@guarded(…, recent=True)`); what was being sent is kept.

A form that met this page is carried along in it and sent again with one more click: so no password ever becomes part
of the act itself, of its fingerprint or of what is stored with it. Files cannot be carried; the page says so.
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import BadInput, LockedOut, SignInUnfinished
from webapp.errors import failure_of
from webapp.guard import guarded
from webapp.pages.display import local_path
from webapp.sessions import confirm, visitor

blueprint = Blueprint("confirm", __name__)

_WRONG = "口令或验证码不对，请核对后再输一次。"


def ask() -> Response:
    """The answer to a request that needs confirming: this page, with the form that was sent kept in it."""
    here = request.full_path.rstrip("?")
    if request.method in ("GET", "HEAD"):
        return make_response(redirect(url_for("confirm.show", next=here)))
    kept = [[name, text] for name, texts in request.form.lists() for text in texts]
    return make_response(_page(here, _packed(kept), files=bool(request.files)), 403)


@blueprint.get("/confirm")
@guarded()
def show() -> str:
    """Asks for the password; `next` is where to go afterwards."""
    return _page(local_path(request.args.get("next")), _packed([]))


@blueprint.post("/confirm")
@guarded()
def submit() -> AnyResponse:
    """Go on to where the person wanted to be, or offer to send again what they had sent."""
    onward, kept = local_path(request.form.get("next")), request.form.get("kept", "[]")
    fields = _unpacked(kept)
    try:
        if confirm(request.form.get("password", ""), request.form.get("code", "")):
            return _on(onward, fields)
    except (LockedOut, SignInUnfinished) as refused:
        failure = failure_of(refused)
        return make_response(_page(onward, kept, failure.detail), failure.status, failure.headers)
    return make_response(_page(onward, kept, _WRONG), 400)


def _on(onward: str, fields: list[list[str]]) -> AnyResponse:
    if not fields:
        return redirect(onward, 303)
    return make_response(render_template("confirmed.html", action=onward, fields=fields))


def _page(onward: str, kept: str, error: str | None = None, files: bool = False) -> str:
    session = visitor().session
    context: dict[str, Any] = {
        "action": url_for("confirm.submit"),
        "hidden": {"next": onward, "kept": kept},
        "name": "" if session is None else session.person.name,
        "enrolled": session is not None and session.account.enrolled,
        "error": error,
        "files": files,
    }
    return render_template("confirm.html", **context)


def _packed(fields: list[list[str]]) -> str:
    return orjson.dumps(fields).decode()


def _unpacked(text: str) -> list[list[str]]:
    """The fields of a form as they were packed. Raises BadInput."""
    try:
        found = orjson.loads(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(_is_field(each) for each in found):
        raise BadInput({"kept": "原来的内容读不出来，请回到原来的页面重新提交。"})
    return found


def _is_field(each: Any) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
