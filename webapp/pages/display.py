"""Display modes: standard, 大字版 (150 %), high contrast; kept in a cookie of this browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request, url_for

from webapp.guard import public

blueprint = Blueprint("display", __name__)

COOKIE = "display"
MODES = ("standard", "large", "contrast")
FROM_UNIT = "unit"  # value of `from` in the address of who comes from the desk of a unit
_ONE_YEAR = 31_536_000


@blueprint.post("/display")
@public
def change() -> Response:
    """Keep the chosen mode and go back to the page it was chosen on."""
    answer = Response(status=303, headers={"Location": local_path(request.form.get("back"))})
    mode = request.form.get("mode", "")
    if mode in MODES:
        secure = not current_app.extensions["settings"].demo
        answer.set_cookie(COOKIE, mode, max_age=_ONE_YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


def mode() -> str:
    """The mode this browser asked for."""
    asked = request.cookies.get(COOKIE, "")
    return asked if asked in MODES else MODES[0]


def local_path(address: str | None) -> str:
    """`address` when it is a path of this site, the start page for anything else: nobody is sent elsewhere."""
    parts = urlsplit((address or "").replace("\\", "/"))
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//")
    printable = (address or "").isprintable()
    return parts.geturl() if is_local and printable else "/"


def back_or(otherwise: str) -> str:
    """The list a person came from, as `back` of the address or of the form says; without one, `otherwise`."""
    back = request.form.get("back") or request.args.get("back")
    return local_path(back) if back else otherwise


def opened_from() -> str | None:
    """The list, other than the inbox, from which the address says that a person came: the name of its blueprint."""
    if request.args.get("from") == FROM_UNIT:
        return "unit_desk"
    return "supervision" if urlsplit(back_or("")).path == url_for("supervision.show") else None
