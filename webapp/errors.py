"""What goes wrong, as an answer: one status per error of the engine, told in the way of each interface."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from engine.clock import local
from engine.errors import (
    BadInput,
    Busy,
    CannotMigrate,
    ClockRefused,
    DiagramRefused,
    DraftMoved,
    EngineError,
    KeyReused,
    LockedOut,
    NobodyWaits,
    NoRoom,
    NotFound,
    NotNow,
    NotYours,
    RunsDiffer,
    SealBroken,
    SignInUnfinished,
    StateCorrupt,
    StepFailed,
    StillFails,
    TakenByOther,
    TooLarge,
    TooOften,
)
from webapp.answers import json_answer
from webapp.guard import ConfirmationNeeded, SignInNeeded
from webapp.interfaces import Interface, interface

log = logging.getLogger(__name__)

ANSWERS: Mapping[type[EngineError], int] = {
    BadInput: 400,
    ClockRefused: 400,
    DiagramRefused: 400,
    NotYours: 403,
    SignInUnfinished: 403,
    NotFound: 404,
    NobodyWaits: 409,
    TooLarge: 413,
    NotNow: 409,
    CannotMigrate: 409,
    TakenByOther: 409,
    RunsDiffer: 409,
    DraftMoved: 409,
    StillFails: 409,
    KeyReused: 422,
    LockedOut: 429,
    TooOften: 429,
    SealBroken: 500,
    StateCorrupt: 500,
    StepFailed: 500,
    Busy: 503,
    NoRoom: 507,
}

# What each status means, and what to do when the error itself says nothing more.
_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("内容需要修改", "请求的内容有误，请检查后再提交。"),
    401: ("请先登录", "请用用户名和密码（HTTP Basic）或令牌（Bearer）登录后再试。"),
    403: ("不能办理", "您没有这项权限，请联系对应岗位的同事。"),
    404: ("没有找到", "没有这个地址，请检查是否写错。"),
    405: ("方法不对", "这个地址不接受这种请求方法。"),
    409: ("情况已变化", "情况已经变化，请刷新后再试。"),
    413: ("内容太大", "提交的内容太大：文字请缩短或分次提交，文件请压缩后再传。"),
    415: ("格式不对", "请以 JSON 格式提交。"),
    422: ("请求与前次不同", "同一个键已用于另一个请求。"),
    429: ("操作太频繁", "操作太频繁，请稍后再试。"),
    500: ("系统出错", "系统出了故障，内容没有保存，请稍后再试；报修时请说出错误编号。"),
    503: ("系统正忙", "系统正忙，请稍后再试。"),
    507: ("存储空间已满", "存储空间已满，请联系系统管理员。"),
}


@dataclass(frozen=True)
class Failure:
    """An error as an answer. `kind`: name of the error's class; `error_id` finds it in the log (500 alone)."""

    status: int
    kind: str
    title: str
    detail: str
    cause: Exception
    fields: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    at: datetime | None = None
    error_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Teller = Callable[[Failure], Response]


def install(app: Flask, tellers: Mapping[Interface, Teller]) -> None:
    """Answer every error in the way of the interface it happened in."""

    def answer(error: Exception) -> Response:
        failure = failure_of(error)
        g.failure_kind = failure.kind
        told = _tell(tellers.get(interface(), plain_page), failure)
        told.headers.extend(failure.headers)
        return told

    app.register_error_handler(Exception, answer)


def _tell(teller: Teller, failure: Failure) -> Response:
    """A drawn page needs the database; when telling fails as well, the bare page must do."""
    try:
        return teller(failure)
    except Exception as again:  # the last edge there is
        log.error("an error could not be told", exc_info=again)
        return plain_page(failure)


def failure_of(error: Exception) -> Failure:
    """The answer to an error; what nobody foresaw is logged under an id and told without its insides."""
    match error:
        case SignInNeeded():
            return _plain(401, error, headers={"WWW-Authenticate": 'Basic realm="bancheng", charset="UTF-8"'})
        case ConfirmationNeeded():
            return _plain(403, error)
        case EngineError():
            return _of_the_engine(error)
        case HTTPException():
            return _of_http(error)
        case _:
            return _unforeseen(500, error, None)


def _of_the_engine(error: EngineError) -> Failure:
    status = next(ANSWERS[cls] for cls in type(error).__mro__ if cls in ANSWERS)
    if isinstance(error, NoRoom):
        log.error("nothing can be written: the disk is full")
    if status == 500:
        return _unforeseen(status, error, error.message if isinstance(error, StepFailed) else None)
    return _plain(
        status,
        error,
        detail=error.message,
        fields=error.fields if isinstance(error, BadInput) else {},
        by=getattr(error, "by", None),
        at=getattr(error, "at", None),
        headers=_when_to_come_again(error),
    )


def _when_to_come_again(error: EngineError) -> Mapping[str, str]:
    if isinstance(error, LockedOut | TooOften):
        return {"Retry-After": str(error.seconds)}
    return {"Retry-After": "1"} if isinstance(error, Busy) else {}


def _of_http(error: HTTPException) -> Failure:
    status = error.code or 500
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _plain(status, error, headers=allow)


def _unforeseen(status: int, error: Exception, detail: str | None) -> Failure:
    error_id = secrets.token_hex(6)
    log.error("request failed, error id %s", error_id, exc_info=error)
    return _plain(status, error, detail=detail, error_id=error_id)


def _plain(status: int, error: Exception, detail: str | None = None, **more: Any) -> Failure:
    title, sentence = _TITLES.get(status, ("请求有误", "这个请求不能处理，请检查后再试。"))
    return Failure(status, type(error).__name__, title, detail or sentence, error, **more)


# ------------------------------------------------------------------ how it is told
def problem(failure: Failure) -> Response:
    """`application/problem+json` (RFC 9457), with `fields`, `by`, `at` and `error_id` where there are some."""
    said: dict[str, Any] = {
        "type": f"urn:bancheng:{_kebab(failure.kind)}",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        **extras(failure),
    }
    return json_answer(said, failure.status, "application/problem+json")


def extras(failure: Failure) -> dict[str, Any]:
    """What an answer says beside its sentence, absent where there is nothing."""
    said: dict[str, Any] = {
        "by": failure.by,
        "at": None if failure.at is None else local(failure.at).isoformat(timespec="seconds"),
        "error_id": failure.error_id,
    }
    present = {name: value for name, value in said.items() if value is not None}
    return {**present, "fields": dict(failure.fields)} if isinstance(failure.cause, BadInput) else present


def plain_page(failure: Failure) -> Response:
    """A page without any template: for failures before or inside the drawing of pages."""
    number = "" if failure.error_id is None else f"<p>错误编号 {failure.error_id}</p>"
    text = f"<h1>{escape(failure.title)}</h1><p>{escape(failure.detail)}</p>{number}"
    page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(failure.title)}</title>{text}'
    return Response(page, failure.status, mimetype="text/html")


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
