"""Where an auditor goes on to from a case that is named in a list."""

from __future__ import annotations

from flask import current_app, url_for

from engine.clock import local
from engine.queries.as_of import AsOf

_AUDITED = "audit_case.show"


def of_case(no: str) -> str:
    """The auditors' page of a case, where this installation has one; else the page everybody has."""
    return url_for(_AUDITED if _AUDITED in current_app.view_functions else "case.show", no=no)


def of_moment(endpoint: str, told: AsOf) -> str:
    """The page or the sheet of the same moment of a case: of the instant, or of the line."""
    if told.at > told.line_at:
        return url_for(endpoint, no=told.no, when=local(told.at).isoformat())
    return url_for(endpoint, no=told.no, at=told.seq)
