"""What the diagrams know of a case in words: a variable as the forms call it, its value as their lists word it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.bpmn.definition import Definition
from engine.definitions.act_forms import act_form
from engine.directory import Directory
from engine.queries.people import group_name
from engine.vocabulary import ACT, VARIABLE, VOCABULARIES
from webapp.labels import instant_words

NOTHING = "空"
_UNITS = frozenset({"unit", "units", "co_units", "lead_unit", "new_unit", "orders", "returned_by"})
_GROUPS = frozenset({"dispatch_group", "group", "groups"})
# Whose words the values of a variable have, where no form says.
_LISTS = {
    "course": "course",
    "kind": "lead_kind",
    "media_type": "media",
    "notice": "notice",
    "outcome": "outcome",
    "reason": "raised_by",
}


@dataclass(frozen=True)
class VariableWords:
    """The words of one version of a process, in one directory."""

    definition: Definition
    directory: Directory

    def title(self, name: str) -> str:
        """A variable as people call it; where forms call it differently, by the word for all of them."""
        return VARIABLE.get(name) or self._titles.get(name, name)

    def text(self, name: str, value: Any) -> str:
        """A value of it; one there are no words for as it is written."""
        if value is None or value == [] or value == "":
            return NOTHING
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(self.text(name, each) for each in value)
        return self._word(name, value) if isinstance(value, str) else str(value)

    def decision(self, code: str) -> str:
        """A decision table by its name."""
        found = self.definition.decisions.get(code)
        return code if found is None else found.name

    def field(self, form: str, name: str) -> str:
        """A field of the form of an act or step."""
        asked = act_form(self.definition, form) if form in ACT else self.definition.form(form)
        return str(asked.get("properties", {}).get(name, {}).get("title", self.title(name)))

    def _word(self, name: str, code: str) -> str:
        if name in _UNITS:
            return group_name(self.directory, f"unit:{code}")
        if name in _GROUPS:  # tables write the lead unit as a place to fill in
            named = (group_name(self.directory, group).replace("${lead}", "主办单位") for group in code.split(","))
            return "、".join(named)
        if name == "matter_code" and code in self.directory.matters:
            return self.directory.matters[code].name
        known = (VOCABULARIES[each][code] for each in self._lists_of(name) if code in VOCABULARIES[each])
        return next(known, None) or instant_words(code)

    def _lists_of(self, name: str) -> Iterator[str]:
        if name in _LISTS:
            yield _LISTS[name]
        yield from self._lists.get(name, ())

    @cached_property
    def _titles(self) -> dict[str, str]:
        forms = self.definition.forms.values()
        fields = (field for form in forms for field in form.get("properties", {}).items())
        return {name: str(asked["title"]) for name, asked in fields if "title" in asked}

    @cached_property
    def _lists(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for form in self.definition.forms.values():
            for name, words in form.get("ui", {}).get("vocabulary", {}).items():
                found.setdefault(name, {})[words] = None
        return found
