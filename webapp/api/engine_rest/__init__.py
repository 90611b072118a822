"""The process API under /engine-rest, in the shape of the Camunda 7 REST API (API.md)."""

from __future__ import annotations

from flask import Flask

from webapp.api.engine_rest import deployments, history, messages, migration, processes, task_notes, tasks, watching


def register_engine_rest(app: Flask) -> None:
    """Add the process API."""
    for part in (tasks, task_notes, processes, deployments, messages, migration, watching, history):
        app.register_blueprint(part.blueprint)
