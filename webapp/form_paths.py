"""The fields of a form by their paths: what was typed into it, and what a draft puts back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.drafts import Typed, without_numbers
from webapp.form_fields import Schema, kind_of
from webapp.form_values import FormData
from webapp.forms import parse_form


def labels_of(schema: Schema, prefix: str = "") -> dict[str, str]:
    """Dotted path, rows without their number → the words the form calls it by; groups are named too."""
    found: dict[str, str] = {}
    for name, part in schema.get("properties", {}).items():
        found[prefix + name] = part.get("title", name)
        inner = part["items"] if kind_of(part) == "objects" else part
        found |= labels_of(inner, f"{prefix}{name}.")
    return found


def typed(schema: Schema, data: FormData) -> tuple[Typed, ...]:
    """What was typed into the fields of the form, as it was typed; what is empty is left out."""
    labels = labels_of(schema)
    return tuple(
        Typed(name, labels[without_numbers(name)], text)
        for name in data
        if without_numbers(name) in labels
        for text in data.getlist(name)
        if text.strip()
    )


def put_back(schema: Schema, fields: Iterable[Typed]) -> Mapping[str, Any]:
    """The values of a form as they were typed; fields it does not have are left out."""
    labels = labels_of(schema)
    pairs = [(each.path, each.text) for each in fields if without_numbers(each.path) in labels]
    return parse_form(schema, MultiDict(pairs))


def outside(schema: Schema, fields: Iterable[Typed]) -> Iterator[Typed]:
    """What was typed into fields this form does not have."""
    labels = labels_of(schema)
    return (each for each in fields if without_numbers(each.path) not in labels)
