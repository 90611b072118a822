"""The two HTTP interfaces: the domain API under /api, the process API under /engine-rest."""

from __future__ import annotations

from flask import Flask

from webapp.api import health


def register_api(app: Flask) -> None:
    """Add the domain API and what watches over the house."""
    app.register_blueprint(health.blueprint)
