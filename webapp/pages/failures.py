"""What goes wrong on a page, as a page: what happened, what to do, and the text that was not taken."""

from __future__ import annotations

import logging

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.errors import Failure, plain_page
from webapp.guard import ConfirmationNeeded, SignInNeeded
from webapp.pages.confirm import ask
from webapp.pages.sending import kept_texts
from webapp.sessions import ForeignForm, is_own_form, visitor

log = logging.getLogger(__name__)

_EXPIRED = ("页面已过期", "登录已结束，或这一页放得太久，内容没有提交。请重新打开页面再提交一次。")
_SENTENCES = {
    404: "没有这个页面，或者您无权查看。请核对地址或编号。",
    405: "这个地址不能这样打开，请从页面上的按钮进入。",
}


def page(failure: Failure) -> Response:
    """Tell a failure; sign-in comes first where nobody is known."""
    if isinstance(failure.cause, SignInNeeded) and request.method in ("GET", "HEAD"):
        answer = redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
        return make_response(answer)
    try:
        if isinstance(failure.cause, ConfirmationNeeded) and (request.method in ("GET", "HEAD") or is_own_form()):
            return ask()
        return _told(failure)
    except Exception as error:  # the frame itself may need what has failed, such as the database
        log.error("page of a failure could not be drawn", exc_info=error)
        return plain_page(failure)


def _told(failure: Failure) -> Response:
    expired = isinstance(failure.cause, SignInNeeded | ForeignForm | ConfirmationNeeded)
    title, message = _EXPIRED if expired else (failure.title, _message(failure))
    status = 403 if expired else failure.status
    text = render_template(
        "error.html",
        status=status,
        title=title,
        message=message,
        fields=list(failure.fields.values()),
        error_id=failure.error_id,
        kept=[] if isinstance(failure.cause, RequestEntityTooLarge) else kept_texts(),  # that was never read
        links=[{"label": "重新登录" if visitor().person is None else "回到待办", "href": url_for("inbox.show")}],
    )
    return make_response(text, status)


def _message(failure: Failure) -> str:
    """Werkzeug's errors have nothing to say to people; ours have."""
    own = type(failure.cause).__module__.startswith(("engine.", "webapp."))
    return failure.detail if own else _SENTENCES.get(failure.status, failure.detail)
