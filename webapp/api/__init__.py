"""The two HTTP interfaces: the domain API under /api, the process API under /engine-rest."""

from __future__ import annotations

from flask import Flask

from webapp.api import (
    approvals,
    attachments,
    audit,
    case_acts,
    cases,
    clock,
    csp_report,
    directory,
    health,
    incidents,
    metrics,
    openapi,
    people,
    progress,
    public,
    rectifications,
    stats,
    substitutions,
)

_PARTS = (
    cases,
    case_acts,
    attachments,
    clock,
    directory,
    people,
    substitutions,
    stats,
    progress,
    public,
    incidents,
    approvals,
    rectifications,
    audit,
    health,
    metrics,
    csp_report,
    openapi,
)


def register_api(app: Flask) -> None:
    """Add the domain API and what watches over the house."""
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
