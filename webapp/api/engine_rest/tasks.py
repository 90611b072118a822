"""/engine-rest/task: open tasks, and acting on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from engine.cases.acts.results import Done
from engine.cases.commands import ClaimTask, CompleteTask, DelegateTask, HandOn, ResolveTask, UnclaimTask
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries import variables
from engine.queries.processes import acted_on
from engine.queries.tasks import count_tasks, find_tasks, get_task
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.described import described
from webapp.api.engine_rest import dto
from webapp.api.engine_rest.asking import body, counted, done, flag, listed, see, text_or_none
from webapp.api.engine_rest.parameters import TASKS, text
from webapp.api.engine_rest.telling import COUNT, ROW, ROWS, VARIABLES, WORD, YES_OR_NO, body_of, parameters_of
from webapp.api.engine_rest.values import typed_all, untyped_all
from webapp.guard import actor, guarded

blueprint = Blueprint("engine_rest_tasks", __name__, url_prefix="/engine-rest/task")

_COMPLETION = body_of({"variables": VARIABLES, "withVariablesInReturn": YES_OR_NO})


# ------------------------------------------------------------------ looking
@blueprint.route("", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(TASKS), answers={200: ROWS})
def tasks() -> Response:
    """列出待办：您能看到的每一件反映件的。"""
    return listed(TASKS, find_tasks, dto.task)


@blueprint.route("/count", methods=["GET", "POST"])
@guarded()
@described(query=parameters_of(TASKS), answers={200: COUNT})
def task_count() -> Response:
    """同样条件的待办有几件。"""
    return counted(TASKS, count_tasks)


@blueprint.get("/<task_id>")
@guarded()
@described(answers={200: ROW})
def task(task_id: str) -> Response:
    """一件待办。"""
    return json_answer(dto.task(see(get_task, task_id)))


@blueprint.get("/<task_id>/identity-links")
@guarded()
@described(answers={200: ROWS})
def identity_links(task_id: str) -> Response:
    """待办派给哪些组，由谁领取。"""
    return json_answer(dto.identity_links(see(get_task, task_id)))


@blueprint.get("/<task_id>/variables")
@guarded()
@described(answers={200: VARIABLES})
def task_variables(task_id: str) -> Response:
    """办理中填写过的内容和流程数据；不含反映人的个人信息。"""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return variables.task_variables(ctx, variables.open_task(ctx, task_id))

    return json_answer(typed_all(see(query)))


@blueprint.get("/<task_id>/form-variables")
@guarded()
@described(answers={200: VARIABLES})
def form_variables(task_id: str) -> Response:
    """本步表单的各项，已有的值一并给出。"""

    def query(ctx: ReadContext) -> dict[str, Any]:
        return variables.form_variables(ctx, variables.open_task(ctx, task_id))

    return json_answer(typed_all(see(query)))


@blueprint.get("/<task_id>/form")
@guarded()
@described(answers={200: ROW})
def form(task_id: str) -> Response:
    """本步表单的名称，以及表单本身（JSON Schema）。"""
    opened = see(variables.open_task, task_id)
    key = opened.task.element.form
    return json_answer({"key": key, "camundaFormRef": None, "contextPath": None, "schema": opened.schema})


# ------------------------------------------------------------------ acting
@blueprint.post("/<task_id>/claim")
@guarded()
@described(body=body_of({"userId": WORD}), answers={204: None})
def claim(task_id: str) -> Response:
    """领取待办；不写 userId 就是自己领取，交给同事只有组长可以。"""
    given = body(["userId"])
    return done(ClaimTask(task_id, text_or_none(given, "userId") or actor().name))


@blueprint.post("/<task_id>/unclaim")
@guarded()
@described(body=body_of({}), answers={204: None})
def unclaim(task_id: str) -> Response:
    """把待办退回本组。"""
    body([])
    return done(UnclaimTask(task_id))


@blueprint.post("/<task_id>/assignee")
@guarded()
@described(body=body_of({"userId": WORD, "reason": WORD}), answers={204: None})
def assignee(task_id: str) -> Response:
    """转给组里的同事（正在办理的人和组长可以）；写自己就是领取，不写 userId 就是退回本组；reason 可写原因。"""
    given = body(["userId", "reason"])
    user = text_or_none(given, "userId")
    if user is None:
        return done(UnclaimTask(task_id))
    if user == actor().name:
        return done(ClaimTask(task_id, user))
    return done(HandOn(task_id, user, text_or_none(given, "reason")))


@blueprint.post("/<task_id>/delegate")
@guarded()
@described(body=body_of({"userId": WORD}, ["userId"]), answers={204: None})
def delegate(task_id: str) -> Response:
    """请组里的同事协助，对方办好后用 resolve 交回。"""
    return done(DelegateTask(task_id, text(body(["userId"], ["userId"])["userId"], "userId")))


@blueprint.post("/<task_id>/resolve")
@guarded()
@described(body=body_of({"variables": VARIABLES}), answers={204: None})
def resolve(task_id: str) -> Response:
    """协助办好，交回给请您协助的同事；表单由对方办结时提交，这里不收变量。"""
    if body(["variables"]).get("variables"):
        raise BadInput({"variables": "交回时不提交内容，请由收回的同事办结时填写。"})
    return done(ResolveTask(task_id))


@blueprint.post("/<task_id>/complete")
@guarded()
@described(
    body=body_of({"variables": VARIABLES, "withVariablesInReturn": YES_OR_NO}), answers={200: VARIABLES, 204: None}
)
def complete(task_id: str) -> Response:
    """办结待办，变量就是表单的各项；withVariablesInReturn 为 true 时答复带回全部变量。"""
    given = body(["variables", "withVariablesInReturn"])
    wanted = flag(given, "withVariablesInReturn")

    def answer(ctx: ReadContext, result: Done) -> StoredAnswer:
        if not wanted:
            return StoredAnswer(204, None)
        return StoredAnswer(200, typed_all(variables.instance_variables(ctx, acted_on(ctx, result.uid))))

    return once.act(CompleteTask(task_id, untyped_all(given.get("variables"))), answer)
