"""The session of the pages: one cookie with a random id; who that is stands in the database. The APIs never read it.

Whoever is not signed in has a visitor's id in the same cookie, so that even the sign-in form carries a token that a
foreign page cannot know. Signing in gives a new id.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from engine.cases.commands import Actor
from engine.clock import SystemClock
from engine.directory import Person, actor_of, authenticate
from engine.directory.sessions import Session, close_session, find_session, open_session, see_session
from engine.errors import Busy, NoRoom
from engine.storage.database import WriteTransaction
from webapp.guard import engine
from webapp.interfaces import interface

TOKEN = "csrf_token"  # name of the field every form that changes something carries
_CLOCK = SystemClock()  # browsers live in real time, also in a demo whose cases run by another clock
_LONGEST_ID = 200

T = TypeVar("T")


class ForeignForm(Forbidden):
    """A form came without this browser's token: from another site, or from a session that has ended."""


@dataclass(frozen=True)
class Visitor:
    """Whoever has the present page open; `person` is None before signing in, `fresh` ids go out as a cookie."""

    id: str
    csrf: str
    person: Person | None = None
    fresh: bool = False


def visitor() -> Visitor:
    """The visitor of the present request."""
    if "visitor" not in g:
        g.visitor = _known() or _unknown(request.cookies.get(cookie_name()))
    found: Visitor = g.visitor
    return found


def by_session() -> Actor | None:
    """Whom the cookie identifies."""
    person = visitor().person
    return None if person is None else actor_of(person)


def _known() -> Visitor | None:
    id = request.cookies.get(cookie_name(), "")[:_LONGEST_ID]
    now = _CLOCK.now()
    found: Session | None = engine().read(lambda ctx: find_session(ctx.conn, id, now)) if id else None
    if found is None:
        return None
    if found.stale:
        with suppress(Busy, NoRoom):  # looking goes on where nothing can be written
            _write(lambda tx: see_session(tx.conn, id, now))
    return Visitor(id, found.csrf, found.person)


def _unknown(id: str | None) -> Visitor:
    kept = id or secrets.token_urlsafe(32)
    return Visitor(kept, hashlib.sha256(f"visitor {kept}".encode("utf-8", "surrogatepass")).hexdigest(), fresh=not id)


# ------------------------------------------------------------------ coming and going
def sign_in(name: str, password: str) -> bool:
    """Open a session when name and password identify somebody; False when they do not."""
    person = engine().read(lambda ctx: authenticate(ctx.conn, name, password))
    if person is None:
        return False
    sign_out()
    opened = _write(lambda tx: open_session(tx.conn, person, _CLOCK.now()))
    g.visitor = Visitor(opened, "", person, fresh=True)
    return True


def sign_out() -> None:
    """End the session; its id means nothing from now on, wherever it was copied to."""
    ended = visitor()
    if ended.person is not None:
        _write(lambda tx: close_session(tx.conn, ended.id))
    g.visitor = _unknown(None)


def _write(work: Callable[[WriteTransaction], T]) -> T:
    def begun(tx: WriteTransaction) -> T:
        tx.begin_writing()
        return work(tx)

    return engine().db.write(begun)


# ------------------------------------------------------------------ every request
def install(app: Flask) -> None:
    """Refuse foreign forms, hand out cookies."""
    app.before_request(_refuse_foreign_forms)
    app.after_request(_send_cookie)


def _refuse_foreign_forms() -> None:
    if interface() != "pages" or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    request.get_data(cache=True)  # kept whole for the fingerprint of the request; reading the form would use it up
    given = request.form.get(TOKEN, "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), visitor().csrf.encode()):
        raise ForeignForm


def _send_cookie(response: Response) -> Response:
    if "visitor" in g and visitor().fresh:
        secure = not _demo()
        response.set_cookie(cookie_name(), visitor().id, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host over TLS; a demo has no TLS."""
    return "bancheng" if _demo() else "__Host-bancheng"


def _demo() -> bool:
    return bool(current_app.extensions["settings"].demo)
