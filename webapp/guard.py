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
from engine.errors import NotFound, NotYours
from engine.facade import Engine
from webapp import addresses
from webapp.interfaces import interface

View = TypeVar("View", bound=Callable[..., Any])
Identify = Callable[[], Actor | None]


class SignInNeeded(Exception):
    """Nobody is known to be asking, or the password or token is wrong."""


class ConfirmationNeeded(Exception):
    """What is asked for weighs so much that the password must be given once more."""


@dataclass(frozen=True)
class Policy:
    """Who may use a route: everybody, or people who signed in and are in one of the groups (none named: all).

    `recent`: on a page only shortly after the password was given. `open_inside`: from an address of BANCHENG_INSIDE
    everybody.
    """

    public: bool
    groups: frozenset[str] = frozenset()
    recent: bool = False
    open_inside: bool = False


def public(view: View) -> View:
    """Everybody may use this route."""
    return _declare(view, Policy(public=True))


def guarded(*groups: str, recent: bool = False) -> Callable[[View], View]:
    """Whoever signed in may use this route; with groups, only their members, `unit` standing for every unit's.

    What they then see is for queries to say, what they may do to a case for the door. Stands below the route decorator.
    With `recent` a page asks for the password again when it was given more than ten minutes ago. The interfaces do
    not: Basic carries it with every request, and a token was issued after such a confirmation, for a program that has
    nobody to ask.
    """
    return lambda view: _declare(view, Policy(public=False, groups=frozenset(groups), recent=recent))


def guarded_outside(*groups: str) -> Callable[[View], View]:
    """Machines inside may use this route, from elsewhere members of these groups. Stands below the route decorator."""
    return lambda view: _declare(view, Policy(public=False, groups=frozenset(groups), open_inside=True))


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


def install(app: Flask, by_credentials: Identify, by_session: Identify, is_confirmed: Callable[[], bool]) -> None:
    """Check every request before its view runs.

    `by_credentials` identifies whoever uses an API, `by_session` whoever asks for a page; `is_confirmed` says whether
    the latter gave their password lately.
    """
    app.before_request(lambda: _check(by_credentials, by_session, is_confirmed))


def _check(by_credentials: Identify, by_session: Identify, is_confirmed: Callable[[], bool]) -> None:
    if request.endpoint is None:
        return  # no such route: the answer is 404 or 405
    if "\0" in request.path:
        raise NotFound  # nothing has such a name, and PostgreSQL does not even take it
    policy = policy_of(current_app.view_functions[request.endpoint])
    if policy is None:
        raise RuntimeError(f"route {request.endpoint} declares neither @guarded nor @public")
    if policy.public or (policy.open_inside and addresses.inside()):
        return
    on_a_page = interface() == "pages"
    asking = by_session() if on_a_page else _through_an_api(by_credentials)
    if asking is None:
        raise SignInNeeded
    g.actor = asking
    if policy.groups and policy.groups.isdisjoint(group.partition(":")[0] for group in asking.groups):
        raise NotYours("您所在的组不能使用这一功能，请联系对应岗位的同事。")
    if policy.recent and on_a_page and not is_confirmed():
        raise ConfirmationNeeded


def _through_an_api(by_credentials: Identify) -> Actor | None:
    """Browsers keep Basic credentials and send them along from foreign pages too: those may read, not act."""
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if foreign and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise NotYours("这个请求来自另一个网站，未予执行。")
    return by_credentials()
