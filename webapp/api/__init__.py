"""The two HTTP interfaces: the domain API under /api, the process API under /engine-rest."""

from __future__ import annotations

from flask import Flask

from webapp.api import attachments, case_acts, cases, clock, directory, health, incidents, openapi


def register_api(app: Flask) -> None:
    """Add the domain API and what watches over the house."""
    for part in (cases, case_acts, attachments, clock, directory, health, incidents, openapi):
        app.register_blueprint(part.blueprint)
