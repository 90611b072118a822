"""The web application: routes, guard and error answers around one engine."""

from __future__ import annotations

from flask import Flask

from engine.clock import SystemClock
from engine.directory.rules import rules_of
from engine.facade import Engine
from engine.settings import Settings
from webapp import credentials, errors, files, guard, intake, limits, refusals, sessions, tally
from webapp.api import register_api
from webapp.api.engine_rest import register_engine_rest
from webapp.api.engine_rest.errors import exception
from webapp.pages import failures, register_pages
from webapp.routes import Application


def create_app(engine: Engine, settings: Settings) -> Flask:
    """A WSGI application on this engine. Nothing is global: two applications in one process do not meet."""
    app = Application("webapp")
    app.extensions["engine"] = engine
    app.extensions["settings"] = settings
    app.extensions["rules"] = rules_of(settings)
    app.extensions["clock"] = SystemClock()  # browsers live in real time, also in a demo whose cases do not
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    guard.public(app.view_functions["static"])
    files.install(app)
    guard.install(app, credentials.by_credentials, sessions.by_session, sessions.is_confirmed)
    limits.install(app)
    refusals.install(app)
    tally.install(app)
    intake.install(app)
    sessions.install(app)
    errors.install(app, {"api": errors.problem, "engine-rest": exception, "pages": failures.page})
    register_api(app)
    register_engine_rest(app)
    register_pages(app)
    return app
