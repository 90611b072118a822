"""Who comes to the interfaces: HTTP Basic or a bearer token, checked as strictly as the pages check a sign-in."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, request

from engine.cases.commands import Actor
from engine.clock import Clock
from engine.directory.accounts import Account
from engine.directory.rules import Rules
from engine.directory.signing_in import Attempt, Entrance, admit_bearer, recognise
from engine.directory.substitution import acting
from webapp.addresses import address
from webapp.guard import engine


def by_credentials() -> Actor | None:
    """Whom HTTP Basic or a bearer token identify; None for nobody. Raises LockedOut, SignInUnfinished."""
    account = _account()
    return None if account is None else engine().read(lambda ctx: acting(ctx.conn, account.person, ctx.now))


def _account() -> Account | None:
    given = request.authorization
    if given is None:
        return None
    if given.type == "basic" and given.username is not None:
        return recognise(entrance(), Attempt(given.username, given.password or "", address(), now(), "api"))
    if given.type == "bearer" and given.token:
        return admit_bearer(entrance(), given.token, now())
    return None


def entrance() -> Entrance:
    """What coming in stands on in this application."""
    return Entrance(engine().db, engine().keys, rules())


def rules() -> Rules:
    """How strict this house is."""
    found: Rules = current_app.extensions["rules"]
    return found


def now() -> datetime:
    """The present instant for browsers and programs: the machine's, also where cases run by another clock."""
    clock: Clock = current_app.extensions["clock"]
    return clock.now()
