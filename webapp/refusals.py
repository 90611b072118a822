"""Whoever was refused is in the trail of the house: signed in or not, by the guard or by the door of a case."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, request

from engine.audit.refusals import Refusal, Refusals
from webapp.addresses import address

log = logging.getLogger(__name__)

_KINDS = {401: "SignInNeeded", 403: "NotYours", 404: "NotFound"}


def install(app: Flask) -> None:
    """Look at every answer. Stands after `limits.install`."""
    engine = app.extensions["engine"]
    app.extensions["refusals"] = Refusals(engine.db, lambda: engine.clock.now(), app.extensions["meter"])
    app.after_request(_look)


def _look(response: Response) -> Response:
    """An address that leads nowhere is no door: nobody was refused there, nor at the drawings and scripts."""
    if response.status_code in _KINDS and request.url_rule is not None and request.endpoint != "static":
        try:
            _note(response.status_code)
        except Exception as error:  # the answer goes out as it is: it was a refusal already
            log.error("a refusal could not be recorded: %s", type(error).__name__)
    return response


def _note(status: int) -> None:
    who = g.actor.name if "actor" in g else None
    kind = g.get("failure_kind", _KINDS[status])
    refusals: Refusals = current_app.extensions["refusals"]
    refusals.note(who, Refusal(address(), str(request.url_rule), request.method, status, kind))
