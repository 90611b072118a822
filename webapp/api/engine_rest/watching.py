"""/engine-rest/job, /incident, /group, /user, /version: what waits, what failed, and who there is."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.queries import jobs, people
from engine.queries.incidents import open_incidents
from webapp.answers import json_answer
from webapp.api.described import described
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import counted, listed
from webapp.api.engine_rest.parameters import GROUPS, INCIDENTS, JOBS, USERS
from webapp.api.engine_rest.telling import COUNT, ROW, ROWS, parameters_of
from webapp.guard import guarded

blueprint = Blueprint("engine_rest_watching", __name__, url_prefix="/engine-rest")

SHAPE = "7.24.0"  # the release of Camunda 7 whose keys the answers carry


@blueprint.route("/job", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(JOBS), answers={200: ROWS})
def waiting_timers() -> Response:
    """列出等待中的定时器，最早到时的在前。"""
    return listed(JOBS, jobs.jobs, dto.job)


@blueprint.route("/job/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(JOBS), answers={200: COUNT})
def job_count() -> Response:
    """同样条件的定时器有几个。"""
    return counted(JOBS, jobs.count_jobs)


@blueprint.get("/incident")
@guarded()
@described(query=parameters_of(INCIDENTS), answers={200: ROWS})
def incidents() -> Response:
    """列出自动运行受阻、等人处理的故障。"""
    return listed(INCIDENTS, open_incidents, dto.incident)


@blueprint.get("/group")
@guarded()
@described(query=parameters_of(GROUPS), answers={200: ROWS})
def groups() -> Response:
    """列出待办可以派给的组：各岗位，以及各单位的职务。"""
    return listed(GROUPS, people.groups, dto.group)


@blueprint.get("/user")
@guarded()
@described(query=parameters_of(USERS), answers={200: ROWS})
def users() -> Response:
    """列出可以登录的人。"""
    return listed(USERS, people.users, dto.user)


@blueprint.get("/version")
@guarded()
@described(answers={200: ROW})
def version() -> Response:
    """答复的格式所依照的 Camunda 7 版本。"""
    return json_answer({"version": SHAPE})
