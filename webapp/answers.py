"""Answers as JSON: frozen rows of queries as objects, instants in Asia/Shanghai with their offset."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

import orjson
from flask import Response

from engine.clock import local


def json_answer(body: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """A response of JSON values."""
    return Response(orjson.dumps(body), status, mimetype=mimetype)


def as_json(value: Any) -> Any:
    """JSON values of what a query gave: 2026-10-08T17:00:00+08:00, dates as 2026-10-08, dataclasses as objects.

    A field called `from_` because Python keeps the word for itself is `from` in JSON.
    """
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if is_dataclass(value):
        return {each.name.rstrip("_"): as_json(getattr(value, each.name)) for each in fields(value)}
    return value
