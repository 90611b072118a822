"""The steps after the right password, and the same pages later from 我的账号: code, change of password, second factor.

They stand open to whoever has given a password, also where a step is missing and no other page opens yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine.directory.accounts import Step
from engine.directory.own_password import AGAIN, NEW, OLD, change_password
from engine.directory.password_policy import advice
from engine.directory.second_factor import enrol, enrolment_address, offer, offered
from engine.directory.sessions import Session, note_factor
from engine.directory.signing_in import Attempt
from engine.errors import BadInput, EngineError, LockedOut, NotYours, SignInUnfinished
from webapp.addresses import address
from webapp.credentials import entrance, now, rules
from webapp.errors import failure_of
from webapp.guard import ConfirmationNeeded, SignInNeeded, engine, public
from webapp.pages.display import local_path
from webapp.sessions import is_confirmed, sign_in_with_code, visitor, write

blueprint = Blueprint("account_steps", __name__)

STEPS: Mapping[Step, str] = {
    "code": "account_steps.show_code",
    "password": "account_steps.show_password",
    "enrol": "account_steps.show_enrolment",
}
_WRONG_CODE = "验证码不对或已用过，请等手机上换了新码再输一次。"


def _session(step: Step) -> Session:
    """The session of somebody at this step, or past all of them. Raises SignInNeeded."""
    session = visitor().session
    if session is None or session.step not in (step, None):
        raise SignInNeeded
    return session


# ------------------------------------------------------------------ the code of the telephone
@blueprint.get("/sign-in/code")
@public
def show_code() -> str:
    """Asks for the second factor."""
    _session("code")
    return _code_page(local_path(request.args.get("next")))


@blueprint.post("/sign-in/code")
@public
def give_code() -> AnyResponse:
    """Go on with the right code."""
    _session("code")
    onward = local_path(request.form.get("next"))
    try:
        if sign_in_with_code(request.form.get("code", "")):
            return redirect(onward, 303)
    except LockedOut as locked:
        failure = failure_of(locked)
        return make_response(_code_page(onward, failure.detail), failure.status, failure.headers)
    return make_response(_code_page(onward, _WRONG_CODE), 400)


def _code_page(onward: str, error: str | None = None) -> str:
    context: dict[str, Any] = {
        "action": url_for("account_steps.give_code"),
        "leave": url_for("sign_in.leave"),
        "next": onward,
        "error": error,
    }
    return render_template("sign_in_code.html", **context)


# ------------------------------------------------------------------ the password
@blueprint.get("/account/password")
@public
def show_password() -> str:
    """The form for another password."""
    return _password_page(_session("password"), local_path(request.args.get("next")), {})


@blueprint.post("/account/password")
@public
def change() -> AnyResponse:
    """Change it, or say what to mend."""
    session, onward = _session("password"), local_path(request.form.get("next"))
    if not rules().strict:
        raise NotYours("演示用户的口令是公开的，大家共用，不能修改。")
    old, new, again = (request.form.get(name, "") for name in (OLD, NEW, AGAIN))
    attempt = Attempt(session.person.name, old, address(), now())
    try:
        change_password(entrance(), attempt, new, again, visitor().id)
    except (BadInput, LockedOut, SignInUnfinished) as refused:
        return _password_refused(session, onward, refused)
    return redirect(onward, 303)


def _password_refused(session: Session, onward: str, refused: EngineError) -> Response:
    failure = failure_of(refused)
    problems = dict(failure.fields) or {OLD: failure.detail}
    return make_response(_password_page(session, onward, problems), failure.status, failure.headers)


def _password_page(session: Session, onward: str, problems: Mapping[str, str]) -> str:
    context: dict[str, Any] = {
        "action": url_for("account_steps.change"),
        "next": onward if session.step else url_for("account.show"),
        "forced": session.step == "password",
        "initial": session.account.initial,
        "name": session.person.name,
        "days": rules().policy.days,
        "advice": advice(rules().policy),
        "problems": problems,
        "fields": [
            {"name": OLD, "label": "现在的口令", "complete": "current-password", "problem": problems.get(OLD)},
            {"name": NEW, "label": "新口令", "complete": "new-password", "problem": problems.get(NEW)},
            {"name": AGAIN, "label": "再输一次新口令", "complete": "new-password", "problem": problems.get(AGAIN)},
        ],
        "back": None if session.step else url_for("account.show"),
        "leave": url_for("sign_in.leave"),
    }
    return render_template("change_password.html", **context)


# ------------------------------------------------------------------ the second factor
@blueprint.get("/account/second-factor")
@public
def show_enrolment() -> AnyResponse:
    """The QR code for the telephone."""
    session = _enrolling()
    if session.account.enrolled:
        return redirect(url_for("account.show"))
    secret, sealed = offer(engine().keys, session.person.name)
    return make_response(_enrolment_page(session, local_path(request.args.get("next")), secret, sealed))


@blueprint.post("/account/second-factor")
@public
def finish_enrolment() -> AnyResponse:
    """With the first right code it counts; the recovery codes are shown this once."""
    session, onward = _enrolling(), local_path(request.form.get("next"))
    keys, name, at, here = engine().keys, session.person.name, now(), visitor().id
    sealed, code = request.form.get("sealed", ""), request.form.get("code", "")
    secret = offered(keys, name, sealed)

    def finish(tx: Any) -> list[str] | None:
        codes = enrol(tx.conn, keys, name, sealed, code, at)
        if codes is not None:
            note_factor(tx.conn, here, at)
        return codes

    codes = write(finish)
    if codes is None:
        return make_response(_enrolment_page(session, onward, secret, sealed, _WRONG_CODE), 400)
    onward = onward if session.step else url_for("account.show")
    return make_response(render_template("recovery_codes.html", codes=codes, onward=onward))


def _enrolling() -> Session:
    session = _session("enrol")
    if session.step is None and not is_confirmed():
        raise ConfirmationNeeded
    return session


def _enrolment_page(session: Session, onward: str, secret: str, sealed: str, error: str | None = None) -> str:
    qr = segno.make(enrolment_address(secret, session.person.name), error="m")
    context: dict[str, Any] = {
        "action": url_for("account_steps.finish_enrolment"),
        "hidden": {"next": onward, "sealed": sealed},
        "qr": Markup(qr.svg_inline(scale=5, border=2, light="#fff")),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "forced": session.step == "enrol",
        "error": error,
        "back": None if session.step else url_for("account.show"),
        "leave": url_for("sign_in.leave"),
    }
    return render_template("second_factor.html", **context)
