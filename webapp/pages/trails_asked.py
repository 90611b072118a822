"""Which trails a form asks for, and what it asks beside the filter of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.rules import RULES
from engine.errors import BadInput
from engine.queries.trails_chosen import Chosen, Versions
from engine.vocabulary import label
from webapp.pages.ledger_asked import asked

_MOST_NUMBERS = 1000
_LONGEST = 200  # of an id in a diagram
_NO_VERSION = -1


def chosen(form: Mapping[str, str]) -> Chosen:
    """What a form narrows the cases by; a filter that was not understood must not widen it. Raises BadInput."""
    wanted = asked(dict(form), ())
    if wanted.wrong:
        raise BadInput({"filter": " ".join(wanted.wrong)})
    numbers = tuple(form.get("numbers", "").replace("，", " ").replace(",", " ").split())
    if len(numbers) > _MOST_NUMBERS or any("\0" in number for number in numbers):
        raise BadInput({"numbers": f"请填写编号，用空格或逗号隔开，不超过 {_MOST_NUMBERS} 个。"})
    given = {name: form.get(name, "")[:_LONGEST] or None for name in ("rule", "element", "which")}
    return Chosen(wanted.filter, numbers, _version(form.get("version", "")), **given)


def _version(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and len(text) < 9
    return (int(text) if plain else _NO_VERSION) if text else None


def fields(versions: Versions) -> list[dict[str, Any]]:
    """What the form on the page of the trail asks beside the filter of the ledger."""
    options = {
        "version": ("流程版本", [(str(number), f"第 {number} 版") for number in versions]),
        "rule": ("不符哪条规则", [(rule, label("rule", rule)) for rule in RULES]),
    }
    return [{"name": n, "label": title, "value": "", "options": found} for n, (title, found) in options.items()]
