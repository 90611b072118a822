"""What a route takes and gives, declared at its view and told by /openapi.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from webapp.request import Parameter

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Form:
    """The body is a form of the case process; an empty name is its start form."""

    name: str = ""


@dataclass(frozen=True)
class Upload:
    """The body is multipart/form-data with these parts, as OpenAPI writes them."""

    parts: Mapping[str, Any]
    required: Sequence[str] = ()


FILE = {"type": "string", "contentMediaType": "application/octet-stream"}
Body = Form | Upload | Sequence[Parameter] | Mapping[str, Any] | None


@dataclass(frozen=True)
class Described:
    """`query`: parameters of ours, or as OpenAPI writes them; `body`: a Form, an Upload, the parameters of a JSON
    object, a JSON Schema, or None; `answers`: status → dataclass or JSON Schema.
    """

    query: Sequence[Parameter | Mapping[str, Any]] = ()
    body: Body = None
    answers: Mapping[int, Any] = field(default_factory=dict)


def described(
    query: Sequence[Parameter | Mapping[str, Any]] = (),
    body: Body = None,
    answers: Mapping[int, Any] | None = None,
) -> Callable[[View], View]:
    """Declare what the view takes and gives; its docstring says what it is for."""

    def declare(view: View) -> View:
        view.described = Described(query, body, answers or {})  # type: ignore[attr-defined]
        return view

    return declare


def description_of(view: Callable[..., Any]) -> Described:
    """What the view declared; nothing in particular when it declared nothing."""
    found: Described = getattr(view, "described", Described())
    return found
