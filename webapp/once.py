"""The same request twice has one effect and one answer (header `Idempotency-Key`, or the hidden key of a form)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request

from engine.cases.commands import Actor
from engine.errors import BadInput
from engine.facade import Answered, AnyCommand, Once, ReadContext
from engine.storage.idempotency import StoredAnswer
from webapp.answers import json_answer
from webapp.guard import actor, engine

HEADER = "Idempotency-Key"
LONGEST_KEY = 200

Answer = Callable[[ReadContext, Any], StoredAnswer]


def act(command: AnyCommand, answer: Answer) -> Response:
    """Carry out a command for an API and answer; a repeated request gets its first answer again."""
    return told(perform(command, answer, header_key()))


def ask(work: Callable[[], StoredAnswer]) -> Response:
    """The same for a POST that is no command of a case: `work` reads, or does what may be done twice."""
    key = header_key()
    if key is None:
        return told(Answered(work(), False))
    return told(engine().answer_once(actor(), key, fingerprint(), work))


def perform(command: AnyCommand, answer: Answer, key: str | None) -> Answered:
    """Carry out a command under a key, None for no key; raises EngineError."""
    return perform_as(actor(), command, answer, key)


def perform_as(who: Actor, command: AnyCommand, answer: Answer, key: str | None) -> Answered:
    """The same for somebody who has not signed in."""
    if key is None:
        result = engine().execute(command, who)
        return Answered(engine().read_as(who, answer, result), False)
    return engine().execute_once(command, who, Once(key, fingerprint(), answer))


def told(answered: Answered) -> Response:
    """The stored answer as a response; without a body where there is none (204)."""
    stored = answered.answer
    response = Response(status=stored.status) if stored.status == 204 else json_answer(stored.body, stored.status)
    if answered.replayed:
        response.headers["Idempotent-Replay"] = "true"
    return response


def header_key() -> str | None:
    """The key the client gave; raises BadInput for one that cannot be kept."""
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadInput({HEADER: f"应是 1 到 {LONGEST_KEY} 个英文字母、数字或符号。"})
    return key


def fingerprint() -> str:
    """SHA-256 of method, path with query, and body: what makes two requests the same."""
    parts = (request.method.encode(), request.full_path.encode(), *_body())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _body() -> Iterator[bytes]:
    """The body; of one with files each part, for clients put another boundary between the same parts every time."""
    if request.mimetype != "multipart/form-data":
        yield request.get_data(cache=True)
        return
    for name, text in request.form.items(multi=True):
        yield f"{name}={text}".encode("utf-8", "surrogatepass")
    for name, file in request.files.items(multi=True):
        yield f"{name}={file.filename}".encode("utf-8", "surrogatepass")
        yield hashlib.sha256(file.stream.read()).digest()
        file.stream.seek(0)
