"""The fields of a form as a page sends them back, in their order, and what a button asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from engine.bpmn.editing.forms import FormField
from engine.definitions.fields import MOST_FIELDS

LONGEST = 500


def title_sent(form: MultiDict[str, str]) -> str:
    return _text(form, "title")


def fields_sent(stored: Sequence[FormField], form: MultiDict[str, str]) -> list[FormField]:
    """The fields as they were filled in. Names that are not of the form, or come twice, begin new fields."""
    known, found = {field.known: field for field in stored}, []
    for place, name in enumerate(form.getlist("field")[:MOST_FIELDS]):
        found.append(_field(known.pop(name, None), place, form))
    return found


def _field(was: FormField | None, place: int, form: MultiDict[str, str]) -> FormField:
    field = was or FormField("", _text(form, f"name.{place}"), "", "line")
    most = _text(form, f"most.{place}")
    return replace(
        field,
        title=_text(form, f"title.{place}"),
        kind=form.get(f"kind.{place}", field.kind),
        required=form.get(f"required.{place}") == "1",
        choices=_choices(field, place, form),
        most=(int(most) if most.isascii() and most.isdecimal() and len(most) < 8 else 0) if most else field.most,
        help=_text(form, f"help.{place}"),
        show=_text(form, f"show.{place}"),
    )


def _choices(field: FormField, place: int, form: MultiDict[str, str]) -> tuple[str, ...]:
    if field.vocabulary and form.get(f"listed.{place}"):
        ticked = set(form.getlist(f"code.{place}"))
        kept = [code for code in field.choices if code in ticked]
        return (*kept, *(code for code in form.getlist(f"code.{place}") if code not in kept))
    lines = form.get(f"choices.{place}")
    return field.choices if lines is None else tuple(line.strip() for line in lines.splitlines() if line.strip())


def _text(form: MultiDict[str, str], name: str) -> str:
    return form.get(name, "").strip()[:LONGEST]


def fields_with(fields: Sequence[FormField], act: str) -> list[FormField]:
    """The fields after a button was pressed: `up.3`, `down.3`, `remove.3` or `add`; others do nothing."""
    what, _, number = act.partition(".")
    found, place = list(fields), int(number) if number.isdecimal() and len(number) < 4 else -1
    if what == "add":
        found.append(FormField("", "", "", "line"))
    elif 0 <= place < len(found):
        field = found.pop(place)
        to = {"up": max(place - 1, 0), "down": place + 1, "remove": None}.get(what, place)
        if to is not None:
            found.insert(to, field)
    return found[:MOST_FIELDS]
