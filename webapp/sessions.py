"""The session of the pages: one cookie with a random id; who that is stands in the database. The APIs never read it.

Whoever is not signed in has a visitor's id in the same cookie, so that even the sign-in form carries a token that a
foreign page cannot know. Signing in gives a new id, and so does the second factor.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from engine.audit import house as trail
from engine.cases.commands import Actor
from engine.directory import Person
from engine.directory.sessions import (
    Session,
    Whence,
    close_session,
    confirm_session,
    find_session,
    renew_session,
    see_session,
)
from engine.directory.signing_in import Attempt, admit, give_code
from engine.directory.substitution import acting
from engine.errors import Busy, NoRoom
from engine.storage.database import WriteTransaction
from webapp.addresses import address
from webapp.credentials import entrance, now, rules
from webapp.guard import engine
from webapp.interfaces import interface

TOKEN = "csrf_token"  # name of the field every form that changes something carries
TOKEN_HEADER = "X-CSRFToken"  # the same for what is no form
_LONGEST_ID = 200

T = TypeVar("T")


class ForeignForm(Forbidden):
    """A form came without this browser's token: from another site, or from a session that has ended."""


@dataclass(frozen=True)
class Visitor:
    """Whoever has the present page open. `fresh` ids go out as a cookie.

    `person` is None before signing in, and as long as a step of it is missing; `session` is there from the password on.
    """

    id: str
    csrf: str
    person: Person | None = None
    session: Session | None = None
    fresh: bool = False


def visitor() -> Visitor:
    """The visitor of the present request."""
    if "visitor" not in g:
        g.visitor = _known() or _unknown(request.cookies.get(cookie_name()))
    found: Visitor = g.visitor
    return found


def by_session() -> Actor | None:
    """Whom the cookie identifies, with whom they stand in for at this instant."""
    person = visitor().person
    if person is not None and "acting" not in g:
        g.acting = engine().read(lambda ctx: acting(ctx.conn, person, ctx.now))
    found: Actor | None = None if person is None else g.acting
    return found


def is_confirmed() -> bool:
    """Whether the visitor gave the password lately; a demo does not ask."""
    session = visitor().session
    return not rules().strict or (session is not None and session.confirmed)


def _known() -> Visitor | None:
    id, at = request.cookies.get(cookie_name(), "")[:_LONGEST_ID], now()
    found = engine().read(lambda ctx: find_session(ctx.conn, id, at, rules())) if id else None
    if found is None:
        return None
    if found.stale:
        with suppress(Busy, NoRoom):  # looking goes on where nothing can be written
            write(lambda tx: see_session(tx.conn, id, at))
    return Visitor(id, found.csrf, found.person if found.step is None else None, found)


def _unknown(id: str | None) -> Visitor:
    kept = id or secrets.token_urlsafe(32)
    return Visitor(kept, hashlib.sha256(f"visitor {kept}".encode("utf-8", "surrogatepass")).hexdigest(), fresh=not id)


# ------------------------------------------------------------------ coming and going
def sign_in(name: str, password: str) -> bool:
    """Open a session when name and password identify somebody; False when they do not.

    Raises LockedOut, SignInUnfinished.
    """
    before, whence = visitor().id, _whence()
    attempt = Attempt(name, password, whence.address, now())
    renewed = partial(renew_session, before=before, name=name, now=attempt.now, whence=whence)
    return _come_in(admit(entrance(), attempt, renewed))


def sign_in_with_code(code: str) -> bool:
    """The second step of the visitor whose password was right; False for a wrong code. Raises LockedOut."""
    here, whence, at = visitor(), _whence(), now()
    if here.session is None:
        return False
    name = here.session.person.name
    renewed = partial(renew_session, before=here.id, name=name, now=at, whence=whence, factor_at=at)
    opened = give_code(entrance(), name, code, whence.address, at, renewed)
    return _come_in(opened)


def confirm(password: str, code: str) -> bool:
    """Whether the visitor gave their password, and code where they have one, once more. Raises LockedOut."""
    here = visitor()
    if here.session is None:
        return False
    attempt = Attempt(here.session.person.name, password, address(), now(), "confirm", code)
    return bool(admit(entrance(), attempt, partial(confirm_session, id=here.id, now=attempt.now)))


def _whence() -> Whence:
    return Whence(address(), request.headers.get("User-Agent", ""))


def _come_in(id: str | None) -> bool:
    if id is None:
        return False
    g.visitor = Visitor(id, "", fresh=True)
    return True


def sign_out() -> None:
    """End the session; its id means nothing from now on, wherever it was copied to."""
    ended = visitor()

    def close(tx: WriteTransaction) -> None:
        close_session(tx.conn, ended.id)
        if ended.session is not None:
            name = ended.session.person.name
            trail.record(tx.conn, now(), name, "signed_out", name, {"address": address()})

    if ended.session is not None:
        write(close)
    g.visitor = _unknown(None)
    g.pop("acting", None)


def write(work: Callable[[WriteTransaction], T]) -> T:
    """What `work` does in one write transaction."""

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
    if interface() == "pages" and request.method not in ("GET", "HEAD", "OPTIONS") and not is_own_form():
        raise ForeignForm


def is_own_form() -> bool:
    """Whether what was sent carries this browser's token: a form in a field, a script of ours in a header."""
    request.get_data(cache=True)  # kept whole for the fingerprint of the request; reading the form would use it up
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN, "")
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), visitor().csrf.encode())


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
