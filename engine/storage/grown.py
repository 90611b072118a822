"""The cases whose trail has grown since the worker read it last: asked for at every beat, and on some pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from engine.storage.hints import by
from engine.storage.models import cases

# By the column that says how far it has been read: the index that holds these cases and no others.
_INDEX = {
    "checked_seq": "ix_cases_unchecked",
    "walked_seq": "ix_cases_unwalked",
    "ledger_seq": "ix_cases_unledgered",
}


def grown(since: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """These columns of the cases with lines behind what `since` says, in no order."""
    return by(select(*columns).where(cases.c.audit_seq > cases.c[since]), cases, _INDEX[since])
