"""Differences between two forms: fields with what they ask, and the form's own rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.bpmn.diff.change import Change

Form = Mapping[str, Any]
_OF_FIELDS = ("vocabulary", "widgets", "help", "show", "refusals")  # parts of `ui` that are told by field
_FIELDS = frozenset({"properties", "required", "items"})
_TOLD = frozenset({"$schema", "properties", "required", "ui"})


def read_form(name: str, content: bytes) -> dict[str, Any]:
    """A form; raises ValueError for what is none."""
    form = json.loads(content)
    if not isinstance(form, dict) or not isinstance(form.get("properties", {}), dict):
        raise ValueError(f"{name} 不是表单")
    return form


def form_changes(file: str, before: Form, after: Form) -> Iterator[Change]:
    """Fields by their path, then what is said of the whole form. `file` without folder and ending is its id."""
    id = file.rpartition("/")[2].removesuffix(".json")
    name = str(after.get("title") or id)
    old, new = dict(_fields(before)), dict(_fields(after))
    for path, field in new.items():
        if path not in old and path.rpartition(".")[0] not in new.keys() - old.keys():
            yield Change("field_added", file, id, name, path, after=str(field.get("title", path)), near=_needed(field))
    for path, field in old.items():
        if path not in new and path.rpartition(".")[0] not in old.keys() - new.keys():
            yield Change("field_removed", file, id, name, path, before=str(field.get("title", path)))
    for path, field in new.items():
        if path in old:
            yield from _of_field(file, id, name, path, old[path], field)
    yield from _of_form(file, id, name, before, after)


def _needed(field: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (("required",) if field.get("required") else (), ())


def _fields(form: Form, prefix: str = "", ui: Mapping[str, Any] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field by its dotted path, those inside others too, with what `ui` says of it."""
    ui = form.get("ui", {}) if ui is None else ui
    required = form.get("required", ())
    for name, field in form.get("properties", {}).items():
        path = f"{prefix}{name}"
        own = {key: value for key, value in field.items() if key not in _FIELDS}
        said = {key: ui[key][path] for key in _OF_FIELDS if path in ui.get(key, {})}
        yield path, {**own, **said, "required": name in required}
        for inner in (field, field.get("items", {})):
            yield from _fields(inner, f"{path}.", ui)


def _of_field(
    file: str, id: str, name: str, path: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    title = str(new.get("title", path))
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was != now:
            yield Change("field", file, id, name, f"{path}:{key}", _text(was), _text(now), ((title,), ()))


def _of_form(file: str, id: str, name: str, before: Form, after: Form) -> Iterator[Change]:
    old = {key: value for key, value in before.items() if key not in _TOLD}
    new = {key: value for key, value in after.items() if key not in _TOLD}
    old |= {f"ui.{key}": value for key, value in before.get("ui", {}).items() if key not in _OF_FIELDS}
    new |= {f"ui.{key}": value for key, value in after.get("ui", {}).items() if key not in _OF_FIELDS}
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if key == "ui.checks":
            yield from _checks(file, id, name, was or (), now or ())
            continue
        if key == "ui.order":
            was, now = _common(was, now), _common(now, was)
        if was != now:
            yield Change("form", file, id, name, key, _text(was), _text(now))


def _checks(file: str, id: str, name: str, before: Collection[Form], after: Collection[Form]) -> Iterator[Change]:
    """The form's own checks, one by one."""
    for check in after:
        if check not in before:
            yield Change("check_added", file, id, name, check["field"], after=check["message"])
    for check in before:
        if check not in after:
            yield Change("check_removed", file, id, name, check["field"], before=check["message"])


def _common(these: Any, those: Any) -> Any:
    """A field that came or went is told; only the order of the others is a difference of its own."""
    return [each for each in these or () if each in (those or ())]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
