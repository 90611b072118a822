"""What a request may look like at all, whatever its route does: checked once, before any view reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import UnsupportedMediaType

from engine.errors import BadInput, NotYours, TooLarge
from webapp.addresses import is_foreign
from webapp.interfaces import interface

View = TypeVar("View", bound=Callable[..., Any])

MOST_FIELDS = 2_000  # of one form or one JSON body
MOST_DEPTH = 32  # of JSON; what a form takes is flatter by far
_READING = ("GET", "HEAD", "OPTIONS")


def install(app: Flask) -> None:
    """Check every request that has found its route. Stands after `guard.install`."""
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS
    app.before_request(_check)


def may_repeat(*names: str) -> Callable[[View], View]:
    """This view takes these parameters as lists: the boxes ticked in a form. Stands below the route decorator."""

    def declare(view: View) -> View:
        view.repeats = frozenset(names)  # type: ignore[attr-defined]
        return view

    return declare


def _check() -> None:
    if request.endpoint is None:
        return
    _refuse_repeated_parameters()
    if request.method in _READING:
        return
    if interface() != "pages":
        if "actor" in g:
            _refuse_foreign_origin()
        _refuse_other_types()
    _refuse_too_many_fields()


def _refuse_repeated_parameters() -> None:
    """Which of two is meant is for nobody to guess: proxies and we might guess differently."""
    lists: frozenset[str] = getattr(current_app.view_functions[request.endpoint or ""], "repeats", frozenset())
    repeated = [name for name, given in request.args.lists() if len(given) > 1 and name not in lists]
    if repeated:
        raise BadInput(dict.fromkeys(repeated, "这个参数只能出现一次。"))


def _refuse_foreign_origin() -> None:
    """Clients that are no browsers send none."""
    origin = request.headers.get("Origin")
    if origin is not None and is_foreign(origin):
        raise NotYours("这个请求来自另一个网站，未予执行。")


def _refuse_other_types() -> None:
    """No HTML form of a foreign page can send JSON; a view that takes a file looks at its parts itself."""
    view = current_app.view_functions[request.endpoint or ""]
    wanted = getattr(view, "content_types", ("application/json",))
    empty = not request.content_length and "Transfer-Encoding" not in request.headers
    if not (empty or getattr(view, "takes_file", False) or request.mimetype in wanted):
        raise UnsupportedMediaType


def _refuse_too_many_fields() -> None:
    is_form = request.mimetype == "application/x-www-form-urlencoded"
    if is_form and request.get_data(cache=True).count(b"&") > MOST_FIELDS:
        raise TooLarge(f"一次最多提交 {MOST_FIELDS} 项。")


def refuse_too_deep(value: Any) -> None:
    """Raise BadInput for JSON nested deeper, or with more members, than any form of ours."""
    level, members = [value], 0
    for _ in range(MOST_DEPTH):
        level = [item for each in level for item in _inside(each)]
        members += len(level)
        if members > MOST_FIELDS * 5:
            raise TooLarge("提交的项目太多，请分次提交。")
        if not level:
            return
    raise BadInput({}, "请求内容嵌套太深，请简化后再提交。")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
