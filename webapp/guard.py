"""Who is asking, and may they: every route says its policy, a route that says nothing answers nobody.

Both APIs take HTTP Basic or a bearer token and never the cookie of the pages, so that no foreign page can act through
a signed-in browser; the pages take their session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from engine.cases.commands import Actor
from engine.directory import Person, actor_of, authenticate, authenticate_token
from engine.errors import NotFound, NotYours
from engine.facade import Engine
from webapp.interfaces import interface

View = TypeVar("View", bound=Callable[..., Any])
Identify = Callable[[], Actor | None]


class SignInNeeded(Exception):
    """Nobody is known to be asking, or the password or token is wrong."""


@dataclass(frozen=True)
class Policy:
    """Who may use a route: everybody, or people who signed in and are in one of the groups (none named: all)."""

    public: bool
    groups: frozenset[str] = frozenset()


def public(view: View) -> View:
    """Everybody may use this route."""
    return _declare(view, Policy(public=True))


def guarded(*groups: str) -> Callable[[View], View]:
    """Whoever signed in may use this route; with groups, only their members, `unit` standing for every unit's.

    What they then see is for queries to say, what they may do to a case for the door. Stands below the route decorator.
    """
    return lambda view: _declare(view, Policy(public=False, groups=frozenset(groups)))


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """What a view declared; None when it declared nothing."""
    declared: Policy | None = getattr(view, "policy", None)
    return declared


def _declare(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return view


# ------------------------------------------------------------------ the present request
def engine() -> Engine:
    """The engine of this application."""
    found: Engine = current_app.extensions["engine"]
    return found


def actor() -> Actor:
    """Who is asking; only in a guarded view."""
    asking: Actor = g.actor
    return asking


def by_credentials() -> Actor | None:
    """Whom HTTP Basic or a bearer token identify; None for nobody."""
    given = request.authorization
    if given is None:
        return None
    if given.type == "basic" and given.username is not None:
        name, password = given.username, given.password or ""
        return _actor(engine().read(lambda ctx: authenticate(ctx.conn, name, password)))
    if given.type == "bearer" and given.token:
        token = given.token
        return _actor(engine().read(lambda ctx: authenticate_token(ctx.conn, token)))
    return None


def nobody() -> Actor | None:
    """Identifies no one."""
    return None


def _actor(person: Person | None) -> Actor | None:
    return None if person is None else actor_of(person)


def install(app: Flask, by_session: Identify = nobody) -> None:
    """Check every request before its view runs; `by_session` identifies whoever asks for a page."""
    app.before_request(lambda: _check(by_session))


def _check(by_session: Identify) -> None:
    if request.endpoint is None:
        return  # no such route: the answer is 404 or 405
    if "\0" in request.path:
        raise NotFound  # nothing has such a name, and PostgreSQL does not even take it
    policy = policy_of(current_app.view_functions[request.endpoint])
    if policy is None:
        raise RuntimeError(f"route {request.endpoint} declares neither @guarded nor @public")
    if policy.public:
        return
    asking = by_session() if interface() == "pages" else _through_an_api()
    if asking is None:
        raise SignInNeeded
    g.actor = asking
    if policy.groups and policy.groups.isdisjoint(group.partition(":")[0] for group in asking.groups):
        raise NotYours("您所在的组不能使用这一功能，请联系对应岗位的同事。")


def _through_an_api() -> Actor | None:
    """Browsers keep Basic credentials and send them along from foreign pages too: those may read, not act."""
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise NotYours("这个请求来自另一个网站，未予执行。")
    return by_credentials()
