"""The fields of a form are changed one by one, and what the list does not show stays in the form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.bpmn.editing.forms import KINDS, FormField, read_fields, with_fields, written_form
from engine.bpmn.lint.forms import wrong_of
from engine.definitions.shipped import SHIPPED, read_folder

FORMS = {name: content for name, content in read_folder(SHIPPED).items() if name.endswith(".json")}
ACCEPT = json.loads(FORMS["forms/accept.json"])


def changed(form: dict[str, Any], name: str, **given: Any) -> list[FormField]:
    return [replace(field, **given) if field.name == name else field for field in read_fields(form)]


def without(form: dict[str, Any], *path: str) -> dict[str, Any]:
    """The form without one of its parts, to compare the rest."""
    found = json.loads(json.dumps(form))
    part = found
    for step in path[:-1]:
        part = part[step]
    part.pop(path[-1], None)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_form_whose_fields_are_not_changed_stays_the_same(content: bytes) -> None:
    form = json.loads(content)
    assert json.dumps(with_fields(form, form["title"], read_fields(form))) == json.dumps(form)
    named_anew = with_fields(form, "别的名称", read_fields(form))
    assert json.dumps({**named_anew, "title": form["title"]}) == json.dumps(form)
    assert json.loads(written_form(form)) == form


def test_most_shipped_forms_are_written_byte_for_byte_as_they_are() -> None:
    """Where a short object was broken over lines by hand, it is put on one."""
    other = [name for name, content in FORMS.items() if written_form(json.loads(content)) != content]
    assert len(FORMS) - len(other) >= 29
    assert all(b"  " in FORMS[name] for name in other)


def test_a_label_a_help_and_a_condition_change_only_where_they_stand() -> None:
    after = with_fields(
        ACCEPT, "受理", changed(ACCEPT, "reason", title="为什么", help="写清楚", show="acceptance != null")
    )
    assert after["properties"]["reason"] == {**ACCEPT["properties"]["reason"], "title": "为什么"}
    assert after["ui"]["help"]["reason"] == "写清楚"
    assert after["ui"]["show"]["reason"] == "acceptance != null"
    for path in (("properties", "reason"), ("ui", "help", "reason"), ("ui", "show", "reason")):
        after, before = without(after, *path), without(ACCEPT, *path)
    assert after["allOf"] == before["allOf"] and after["ui"]["flags"] == before["ui"]["flags"]


def test_a_new_field_comes_last_and_may_be_moved_and_made_a_must() -> None:
    new = FormField("", "opinion", "意见", "choice", True, ("同意", "不同意"), help="选一个")
    fields = [new, *read_fields(ACCEPT)]
    after = with_fields(ACCEPT, "受理", fields)
    assert list(after["properties"])[-1] == "opinion" and after["ui"]["order"][0] == "opinion"
    assert after["properties"]["opinion"] == {"type": "string", "title": "意见", "enum": ["同意", "不同意"]}
    assert after["required"] == ["acceptance", "opinion"]
    assert [field.name for field in read_fields(after)] == [field.name for field in fields]
    assert next(wrong_of(written_form(after)), None) is None


def test_a_field_that_is_taken_away_is_spoken_of_no_more() -> None:
    after = with_fields(ACCEPT, "受理", [field for field in read_fields(ACCEPT) if field.name != "refer_to"])
    ui = after["ui"]
    assert "refer_to" not in after["properties"]
    assert not any("refer_to" in ui[part] for part in ("order", "show", "help"))


def test_a_choice_of_whole_numbers_keeps_them_numbers() -> None:
    form = json.loads(FORMS["forms/return_visit.json"])
    assert form["properties"]["satisfaction"]["type"] in ("integer", ["integer", "null"])
    (was,) = [field for field in read_fields(form) if field.name == "satisfaction"]
    after = with_fields(form, form["title"], changed(form, "satisfaction", choices=was.choices[:3]))
    assert after["properties"]["satisfaction"]["enum"] == [int(code) for code in was.choices[:3]]


def test_what_is_inside_a_group_stays() -> None:
    form = json.loads(FORMS["forms/start.json"])
    after = with_fields(form, form["title"], changed(form, "applicant", title="来人"))
    assert after["properties"]["applicant"] == {**form["properties"]["applicant"], "title": "来人"}
    assert after["ui"] == form["ui"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_and_read_back(kind: str) -> None:
    choices = ("a",) if kind in ("choice", "several") else ()
    form = with_fields({"type": "object", "properties": {}}, "表", [FormField("", "x", "新", kind, choices=choices)])
    Draft202012Validator.check_schema(form)
    (found,) = read_fields(form)
    assert (found.kind, found.title, found.choices) == (kind, "新", choices)


def test_another_kind_begins_anew() -> None:
    after = with_fields(ACCEPT, "受理", changed(ACCEPT, "duplicate_of", kind="text", most=300))
    assert after["properties"]["duplicate_of"] == {"type": "string", "title": "重复的是哪一件", "maxLength": 300}
    assert "widgets" not in after["ui"]
