"""/engine-rest/task: open tasks, and acting on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.cases.acts.results import Done
from engine.cases.commands import ClaimTask, CompleteTask, UnclaimTask
from engine.facade import ReadContext
from engine.queries import variables
from engine.queries.processes import acted_on
from engine.queries.tasks import count_tasks, find_tasks, get_task
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import body, counted, done, flag, listed, see, text_or_none
from webapp.api.engine_rest.parameters import TASKS
from webapp.api.engine_rest.values import typed_all, untyped_all
from webapp.guard import actor, guarded

blueprint = Blueprint("engine_rest_tasks", __name__, url_prefix="/engine-rest/task")


# ------------------------------------------------------------------ looking
@blueprint.route("", methods=["GET", "POST"])
@guarded()
def tasks() -> Response:
    """Open tasks of every case the caller may see."""
    return listed(TASKS, find_tasks, dto.task)


@blueprint.route("/count", methods=["GET", "POST"])
@guarded()
def task_count() -> Response:
    """How many tasks the same filters would list."""
    return counted(TASKS, count_tasks)


@blueprint.get("/<task_id>")
@guarded()
def task(task_id: str) -> Response:
    """One open task."""
    return json_answer(dto.task(see(get_task, task_id)))


@blueprint.get("/<task_id>/identity-links")
@guarded()
def identity_links(task_id: str) -> Response:
    """The groups a task is offered to, and who has claimed it."""
    return json_answer(dto.identity_links(see(get_task, task_id)))


@blueprint.get("/<task_id>/variables")
@guarded()
def task_variables(task_id: str) -> Response:
    """What was entered in the case, and what the task's branch of the diagram knows; no personal data."""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return variables.task_variables(ctx, variables.open_task(ctx, task_id))

    return json_answer(typed_all(see(query)))


@blueprint.get("/<task_id>/form-variables")
@guarded()
def form_variables(task_id: str) -> Response:
    """The fields of the task's form with what is known of them."""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return variables.form_variables(ctx, variables.open_task(ctx, task_id))

    return json_answer(typed_all(see(query)))


@blueprint.get("/<task_id>/form")
@guarded()
def form(task_id: str) -> Response:
    """The key of the task's form, and beside it the form itself as JSON Schema."""
    opened = see(variables.open_task, task_id)
    key = opened.task.element.form
    return json_answer({"key": key, "camundaFormRef": None, "contextPath": None, "schema": opened.schema})


# ------------------------------------------------------------------ acting
@blueprint.post("/<task_id>/claim")
@guarded()
def claim(task_id: str) -> Response:
    """Take a task; without a userId for oneself. For a colleague: the lead of the group alone."""
    given = body(["userId"])
    return done(ClaimTask(task_id, text_or_none(given, "userId") or actor().name))


@blueprint.post("/<task_id>/unclaim")
@guarded()
def unclaim(task_id: str) -> Response:
    """Give a task back to its group."""
    body([])
    return done(UnclaimTask(task_id))


@blueprint.post("/<task_id>/assignee")
@guarded()
def assignee(task_id: str) -> Response:
    """Claim by another name; no userId gives the task back."""
    user = text_or_none(body(["userId"]), "userId")
    return done(UnclaimTask(task_id) if user is None else ClaimTask(task_id, user))


@blueprint.post("/<task_id>/complete")
@guarded()
def complete(task_id: str) -> Response:
    """Complete a task with the values of its form; with withVariablesInReturn the variables of the case come back."""
    given = body(["variables", "withVariablesInReturn"])
    wanted = flag(given, "withVariablesInReturn")

    def answer(ctx: ReadContext, result: Done) -> StoredAnswer:
        if not wanted:
            return StoredAnswer(204, None)
        return StoredAnswer(200, typed_all(variables.instance_variables(ctx, acted_on(ctx, result.uid))))

    return once.act(CompleteTask(task_id, untyped_all(given.get("variables"))), answer)
