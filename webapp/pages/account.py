"""我的账号: password, second factor, where one is signed in, tokens for programs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.audit import house as trail
from engine.directory.accounts import needs_second_factor
from engine.directory.second_factor import recovery_codes_left, reset_second_factor
from engine.directory.sessions import OpenSession, Session, end_session, end_sessions, handle_of, sessions_of
from engine.directory.tokens import issue_token, revoke_token, tokens_of
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.storage.database import WriteTransaction
from webapp.credentials import now, rules
from webapp.guard import actor, engine, guarded
from webapp.sessions import visitor, write

blueprint = Blueprint("account", __name__)

_DAYS = (30, 90, 365)  # how long a token may last
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "安卓"),
    ("iPhone|iPad", "苹果手机或平板"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@blueprint.get("/account")
@guarded()
def show() -> str:
    """The page."""
    return _page()


@blueprint.post("/account/sessions/end")
@guarded()
def end() -> Response:
    """End one session of one's own, or all but this one."""
    name, handle, here = actor().name, request.form.get("session", ""), visitor().id

    def ended(tx: WriteTransaction) -> None:
        if handle == "others":
            end_sessions(tx.conn, name, name, now(), but=here)
        else:
            end_session(tx.conn, name, handle, name, now())

    write(ended)
    return redirect(url_for("account.show", _anchor="sessions"), 303)


@blueprint.post("/account/second-factor/renew")
@guarded(recent=True)
def renew() -> Response:
    """Forget the telephone; who may not do without enrols another at once."""
    name = actor().name

    def forget(tx: WriteTransaction) -> None:
        reset_second_factor(tx.conn, name)
        trail.record(tx.conn, now(), name, "second_factor_reset", name)

    write(forget)
    return redirect(url_for("account_steps.show_enrolment"), 303)


@blueprint.post("/account/tokens")
@guarded(recent=True)
def issue() -> Response:
    """A token for a program, shown this once."""
    name, label = actor().name, request.form.get("label", "").strip()
    days = request.form.get("days", "")
    if not label or days not in map(str, _DAYS):
        raise BadInput({"label": "请写明令牌给谁、做什么用，并选有效期。"})
    lasts = timedelta(days=int(days))
    token = write(lambda tx: issue_token(tx.conn, name, now(), label, lasts, by=name))
    answer = make_response(_page(token))
    return answer


@blueprint.post("/account/tokens/revoke")
@guarded()
def revoke() -> Response:
    """End a token of one's own."""
    name, id = actor().name, request.form.get("token", "")
    write(lambda tx: revoke_token(tx.conn, id, now(), by=name, owner=name))
    return redirect(url_for("account.show", _anchor="tokens"), 303)


def _page(token: str | None = None) -> str:
    here = visitor()
    assert here.session is not None  # the guard lets nobody else in
    context = engine().read_as(actor(), _shown, here.session, here.id)
    return render_template("account.html", **context, token=token, days=_DAYS)


def _shown(ctx: ReadContext, session: Session, id: str) -> dict[str, Any]:
    account, name = session.account, session.person.name
    open_now = sessions_of(ctx.conn, name, now())
    return {
        "name": name,
        "strict": rules().strict,
        "password": {"at": account.password_at, "days": rules().policy.days},
        "factor": {
            "enrolled": account.enrolled,
            "needed": needs_second_factor(account.person),
            "codes": recovery_codes_left(ctx.conn, name),
        },
        "sessions": [_session(each, handle_of(id)) for each in open_now],
        "tokens": tokens_of(ctx.conn, name),
        "now": now(),
    }


def _session(each: OpenSession, here: str) -> dict[str, Any]:
    return {
        "handle": each.handle,
        "browser": browser(each.agent),
        "address": each.address,
        "since": each.created_at,
        "seen": each.seen_at,
        "here": each.handle == here,
    }


def browser(agent: str) -> str:
    """What a browser calls itself, in two words."""
    program = next((name for mark, name in _BROWSERS if mark in agent), "浏览器")
    system = next((name for marks, name in _SYSTEMS if re.search(marks, agent)), "")
    return f"{program}（{system}）" if system else program
