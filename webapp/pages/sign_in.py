"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import LockedOut, SignInUnfinished
from webapp.errors import failure_of
from webapp.guard import public
from webapp.pages.account_steps import STEPS
from webapp.pages.display import local_path
from webapp.sessions import sign_in, sign_out, visitor

blueprint = Blueprint("sign_in", __name__)

_DEMO = (  # who does what in a demonstration (API.md, "Demo users")
    ("窗口", "w1 … w5"),
    ("窗口负责人", "lead"),
    ("工作小组", "group"),
    ("承办单位，例如社保分中心", "unit-SC-SS"),
    ("科室负责人", "head-SC-SS"),
    ("回访专员", "callback"),
    ("区政务服务局", "bureau"),
    ("区级领导小组", "leading"),
    ("限密专员", "restricted"),
    ("流程管理员", "supervisor"),
    ("审计员", "auditor"),
    ("系统管理员", "admin"),
)


@blueprint.get("/")
@public
def start() -> AnyResponse:
    """Everybody begins in the inbox."""
    return redirect(url_for("inbox.show"))


@blueprint.get("/sign-in")
@public
def show() -> AnyResponse:
    """The sign-in form, or the step that is still missing; `next` is where to go afterwards."""
    onward, session = local_path(request.args.get("next")), visitor().session
    if session is not None and session.step is not None:
        return redirect(url_for(STEPS[session.step], next=onward))
    return make_response(_page(onward))


@blueprint.post("/sign-in")
@public
def enter() -> AnyResponse:
    """Sign in and go on to where the person wanted to be."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    onward = local_path(request.form.get("next"))
    try:
        if sign_in(name, password):
            return redirect(onward, 303)
    except (LockedOut, SignInUnfinished) as refused:
        failure = failure_of(refused)
        return make_response(_page(onward, name, failure.detail), failure.status, failure.headers)
    return make_response(_page(onward, name, "用户名或口令不对，请核对后再输一次。"), 400)


@blueprint.post("/sign-out")
@public
def leave() -> AnyResponse:
    """End the session."""
    sign_out()
    return redirect(url_for("sign_in.show"), 303)


def _page(onward: str, name: str = "", error: str | None = None) -> str:
    demo = current_app.extensions["settings"].demo
    context: dict[str, Any] = {
        "action": url_for("sign_in.enter"),
        "next": onward,
        "name": name,
        "error": error,
        "demo": [{"role": role, "name": user} for role, user in _DEMO] if demo else None,
    }
    return render_template("sign_in.html", **context)
