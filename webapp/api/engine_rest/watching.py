"""/engine-rest/job, /incident, /group, /user, /version: what waits, what failed, and who there is."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries import jobs, people
from webapp.answers import json_answer
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import counted, listed
from webapp.api.engine_rest.parameters import GROUPS, INCIDENTS, JOBS, USERS
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_watching", __name__, url_prefix="/engine-rest")

SHAPE = "7.24.0"  # the release of Camunda 7 whose keys the answers carry


@blueprint.route("/job", methods=["GET", "POST"])
@guarded()
def waiting_timers() -> Response:
    """Timers that wait, of every case the caller may see, the next one first."""
    return listed(JOBS, jobs.jobs, dto.job)


@blueprint.route("/job/count", methods=["GET", "POST"])
@guarded()
def job_count() -> Response:
    """How many the same filters would list."""
    return counted(JOBS, jobs.count_jobs)


@blueprint.get("/incident")
@guarded()
def incidents() -> Response:
    """What could not go on by itself, of every case the caller may see."""
    return listed(INCIDENTS, jobs.open_incidents, dto.incident)


@blueprint.get("/group")
@guarded()
def groups() -> Response:
    """The groups tasks are offered to: offices, and the posts of units."""
    return listed(GROUPS, people.groups, dto.group)


@blueprint.get("/user")
@guarded()
def users() -> Response:
    """The people who can sign in."""
    return listed(USERS, people.users, dto.user)


@blueprint.get("/version")
@guarded()
def version() -> Response:
    """The release of Camunda 7 whose shape the answers have."""
    return json_answer({"version": SHAPE})
