"""How often a route may be asked: dear ones per person, those open to everybody per address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from engine.clock import SystemClock
from engine.errors import TooOften
from engine.rates import Meter
from webapp.addresses import household
from webapp.guard import policy_of

View = TypeVar("View", bound=Callable[..., Any])
_OF_A_DEMO = 1000  # tests and replays ask in a minute what people ask in hours


@dataclass(frozen=True)
class Limit:
    """So many requests a minute, times the factor of the settings."""

    name: str
    a_minute: int


SEARCH = Limit("search", 60)
REGISTER = Limit("register", 60)
UPLOAD = Limit("upload", 60)
PUBLISH = Limit("publish", 10)
EXPORT = Limit("export", 10)
PUBLIC = Limit("public", 600)  # a whole office may stand behind one address
PROGRESS = Limit("progress", 10)
PROGRESS_OF_ONE = Limit("progress_of_one", 5)  # by its number, from whatever address: four digits are soon guessed
REPORT = Limit("report", 60)


def limited(limit: Limit) -> Callable[[View], View]:
    """This view has a limit of its own. Stands below the route decorator."""

    def declare(view: View) -> View:
        view.limit = limit  # type: ignore[attr-defined]
        return view

    return declare


def unlimited(view: View) -> View:
    """Everybody may ask as often as they like: what monitors ask. Stands below the route decorator."""
    view.limit = None  # type: ignore[attr-defined]
    return view


def limit_of(view: Callable[..., Any]) -> Limit | None:
    """The limit of a view; whoever is open to everybody and says nothing has the public one."""
    policy = policy_of(view)
    found: Limit | None = getattr(view, "limit", PUBLIC if policy is not None and policy.public else None)
    return found


def install(app: Flask) -> None:
    """Count after the guard has said who asks. Stands after `guard.install`."""
    app.extensions["meter"] = Meter(app.extensions["engine"].db, SystemClock())
    unlimited(app.view_functions["static"])
    app.before_request(_count)


def meter() -> Meter:
    """The counters of this application."""
    found: Meter = current_app.extensions["meter"]
    return found


def _count() -> None:
    limit = None if request.endpoint is None else limit_of(current_app.view_functions[request.endpoint])
    if limit is None:
        return
    pace(limit, g.actor.name if "actor" in g else household())


def pace(limit: Limit, whom: str) -> None:
    """Count one more of this person, address or thing; raises TooOften when that is more than the limit lets pass."""
    seconds = meter().wait(f"{limit.name} {whom}", allowed(limit))
    if seconds:
        raise TooOften(seconds)


def allowed(limit: Limit) -> int:
    """Requests a minute in this house."""
    settings = current_app.extensions["settings"]
    factor = settings.rate_factor or (_OF_A_DEMO if settings.demo else 1)
    return max(1, int(limit.a_minute * factor))
