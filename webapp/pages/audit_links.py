"""Where an auditor goes on to from a case that is named in a list."""

from __future__ import annotations

from flask import current_app, url_for

_AUDITED = "audit_case.show"


def of_case(no: str) -> str:
    """The auditors' page of a case, where this installation has one; else the page everybody has."""
    return url_for(_AUDITED if _AUDITED in current_app.view_functions else "case.show", no=no)
