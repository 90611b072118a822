"""The pages: what people in offices see and do, drawn on the server and usable without JavaScript."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from webapp import labels
from webapp.pages import (
    absence,
    account,
    account_steps,
    acts,
    amend,
    case,
    cases,
    confirm,
    deadline,
    diagram,
    display,
    frame,
    headers,
    inbox,
    incidents,
    papers,
    people,
    register,
    sign_in,
    task,
)

_AREAS = (
    sign_in,
    account_steps,
    account,
    confirm,
    display,
    inbox,
    task,
    case,
    acts,
    amend,
    papers,
    cases,
    deadline,
    diagram,
    register,
    people,
    absence,
    incidents,
)


def register_pages(app: Flask) -> None:
    """Add every page, with the frame around it and the headers that keep foreign content out."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    labels.install(app.jinja_env)
    app.context_processor(frame.frame)
    headers.install(app)
    for area in _AREAS:
        app.register_blueprint(area.blueprint)
