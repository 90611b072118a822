"""Errors as Camunda 7 tells them: {"type", "message", "code"}, and beside them what we know more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from engine.errors import (
    BadInput,
    CannotMigrate,
    DiagramRefused,
    Finding,
    NobodyWaits,
    NotFound,
    NotNow,
    NotYours,
    StateCorrupt,
    StepFailed,
)
from webapp.answers import json_answer
from webapp.api.engine_rest.times import time_out
from webapp.errors import Failure, extras
from webapp.guard import SignInNeeded

# Names of exception classes that clients of Camunda 7 compare with; everything else is a RestException.
_TYPES: Mapping[type[Exception], str] = {
    BadInput: "InvalidRequestException",
    CannotMigrate: "MigratingProcessInstanceValidationException",
    DiagramRefused: "ParseException",
    NobodyWaits: "MismatchingMessageCorrelationException",
    NotFound: "InvalidRequestException",
    NotNow: "MismatchingMessageCorrelationException",
    NotYours: "AuthorizationException",
    SignInNeeded: "AuthenticationException",
    StateCorrupt: "ProcessEngineException",
    StepFailed: "ProcessEngineException",
}


def exception(failure: Failure) -> Response:
    """ExceptionDto, with `fields`, `by`, `at` and `error_id` where there are some."""
    said: dict[str, Any] = {
        "type": _TYPES.get(type(failure.cause), "RestException"),
        "message": _message(failure),
        "code": None,
        **extras(failure),
    }
    if isinstance(failure.cause, DiagramRefused):
        said["details"] = _details(failure.cause.findings)
    if failure.at is not None:
        said["at"] = time_out(failure.at)
    return json_answer(said, failure.status)


def _details(findings: Sequence[Finding]) -> dict[str, Any]:
    """ParseExceptionDto: what is wrong by file, each with its element; the codes are those of `bancheng check`."""
    files: dict[str, Any] = {each.file: {"errors": [], "warnings": []} for each in findings}
    for each in findings:
        element = None if each.element == "-" else each.element
        told = {"message": each.message, "line": 0, "column": 0, "mainElementId": element, "code": each.code}
        files[each.file]["errors"].append({**told, "elementIds": [] if element is None else [element]})
    return files


def _message(failure: Failure) -> str:
    """Clients show the message alone: it says what `fields` says."""
    return " ".join(f"{name}：{sentence}" for name, sentence in failure.fields.items()) or failure.detail
