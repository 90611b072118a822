"""What the views of this interface share: parameters from address and body, lists, acts that answer nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import Response, request

from engine.cases.commands import Command
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.storage.idempotency import StoredAnswer
from webapp import once
from webapp.answers import json_answer
from webapp.api.engine_rest.parameters import Known, read, text
from webapp.guard import actor, engine
from webapp.request import json_object, members

Body = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F")
R = TypeVar("R")


def see(query: Callable[Concatenate[ReadContext, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a query tells the caller."""
    return engine().read_as(actor(), query, *args, **kwargs)


def listed(known: Known[F], query: Callable[[ReadContext, F, Page], Iterable[R]], told: Callable[[R], Any]) -> Response:
    """The rows of a list, each as `told` puts it."""
    return _asked(known, lambda wanted, page: [told(row) for row in see(query, wanted, page)])


def counted(known: Known[F], query: Callable[[ReadContext, F], int]) -> Response:
    """How many the same parameters would list."""
    return _asked(known, lambda wanted, page: {"count": see(query, wanted)})


def _asked(known: Known[F], answer: Callable[[F, Page], Any]) -> Response:
    """Parameters stand in the address, in a POST also in the body."""
    if request.method != "POST":
        return json_answer(answer(*read(request.args.to_dict(), known)))
    wanted, page = read({**json_object(), **request.args.to_dict()}, known)
    return once.ask(lambda: StoredAnswer(200, answer(wanted, page)))


def body(known: Sequence[str], required: Sequence[str] = ()) -> Body:
    """The JSON body with only these members; raises BadInput."""
    return members(json_object(), known, required)


def text_or_none(given: Body, name: str) -> str | None:
    """A text of the body; None when it is missing. Raises BadInput."""
    value = given.get(name)
    return None if value is None else text(value, name)


def flag(given: Body, name: str) -> bool:
    """A yes or no of the body; missing means no. Raises BadInput."""
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadInput({name: "应是 true 或 false。"})
    return bool(value)


def done(command: Command) -> Response:
    """Carry out a command that answers nothing but 204."""
    return once.act(command, _nothing)


def _nothing(ctx: ReadContext, result: Any) -> StoredAnswer:
    return StoredAnswer(204, None)
