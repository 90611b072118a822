"""How many answers of which kind: counted here, added to those of the other web processes every few seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from functools import partial

from flask import Flask, Response, current_app, request

from engine.storage.database import Database, WriteTransaction
from engine.storage.request_counts import Answered, add

log = logging.getLogger(__name__)

_EVERY = 15.0  # seconds
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Tally:
    """The answers of this process that the database does not know of yet."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counts: Counter[Answered] = Counter()
        self._lock = threading.Lock()
        self._next = time.monotonic() + _EVERY

    def count(self, answered: Answered) -> bool:
        """Count one; says whether it is time to hand over."""
        with self._lock:
            self._counts[answered] += 1
            due = time.monotonic() >= self._next
            if due:
                self._next = time.monotonic() + _EVERY
        return due

    def hand_over(self) -> None:
        """Add to the database what was counted; where nothing can be written it waits for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            self._db.write(partial(_add, counts))
        except Exception as error:  # nobody's request fails because it could not be counted
            log.error("answers could not be counted: %s", type(error).__name__)
            with self._lock:
                self._counts.update(counts)


def _add(counts: Counter[Answered], tx: WriteTransaction) -> None:
    tx.begin_writing()
    add(tx.conn, counts)


def install(app: Flask) -> None:
    """Count every answer."""
    app.extensions["tally"] = Tally(app.extensions["engine"].db)
    app.after_request(_count)


def tally() -> Tally:
    """The counts of this application."""
    found: Tally = current_app.extensions["tally"]
    return found


def _count(response: Response) -> Response:
    """By the rule of the route, never by what was asked for: a number or a name must not become a figure."""
    route = "-" if request.url_rule is None else str(request.url_rule)
    method = request.method if request.method in _METHODS else "-"
    if tally().count(Answered(route, method, response.status_code)):
        tally().hand_over()
    return response
