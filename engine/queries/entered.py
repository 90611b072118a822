"""What was entered in a form, as label and text: for pages and printed sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import vocabulary
from engine.clock import local
from engine.directory import Directory

Schema = Mapping[str, Any]
_PLACES = {"window": "window", "refer_to": "unit"}  # fields of free text in which people also write a code


@dataclass(frozen=True)
class Fact:
    """One line: the title of a field, and its value in words; `name`: the field in its form."""

    label: str
    text: str
    name: str = field(default="", compare=False)


def facts_of(schema: Schema, values: Mapping[str, Any], directory: Directory) -> tuple[Fact, ...]:
    """Every field with a value, in the order of the form; codes as their labels, units and matters by name."""
    words = _Words(schema, directory)
    order = [*schema.get("ui", {}).get("order", ()), *schema.get("properties", {})]
    return tuple(
        Fact(words.title(name), text, name)
        for name in dict.fromkeys([*order, *values])
        if name in values and (text := words.text(name, values[name])) is not None
    )


def fact_of(schema: Schema, name: str, value: Any, directory: Directory) -> Fact | None:
    """One field; None for one without a value."""
    words = _Words(schema, directory)
    text = words.text(name, value)
    return None if text is None else Fact(words.title(name), text, name)


@dataclass(frozen=True)
class _Words:
    schema: Schema
    directory: Directory

    def title(self, path: str) -> str:
        found: str = self._field(path).get("title", path.rpartition(".")[2])
        return found

    def text(self, path: str, value: Any) -> str | None:
        """The value in words, None for nothing."""
        if value is None or value == "" or value == [] or value == {}:
            return None
        if isinstance(value, Mapping):
            return "，".join(self._parts(path, value)) or None
        if isinstance(value, list):
            texts = (self.text(path, item) for item in value)
            return ("\n" if isinstance(value[0], Mapping) else "、").join(text for text in texts if text)
        return self._scalar(path, value)

    def _parts(self, path: str, value: Mapping[str, Any]) -> Iterator[str]:
        field = self._field(path)
        for name in field.get("items", field).get("properties", value):
            text = self.text(f"{path}.{name}", value.get(name))
            if text is not None:
                yield f"{self.title(f'{path}.{name}')} {text}"

    def _scalar(self, path: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        name = self._hint("vocabulary", path)
        if name is not None:
            return vocabulary.label(name, value)
        if self._field(path).get("format") == "date-time":
            return f"{local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
        return self._named(self._hint("widgets", path) or _PLACES.get(path), str(value))

    def _named(self, widget: str | None, code: str) -> str:
        """Whoever stands in the directory by name; what does not stays as it was written."""
        if widget in ("unit", "units") and code in self.directory.units:
            return self.directory.units[code].name
        if widget == "matter" and code in self.directory.matters:
            return self.directory.matters[code].name
        if widget == "window" and code in self.directory.windows:
            return self.directory.windows[code].name
        return code

    def _hint(self, part: str, path: str) -> str | None:
        found: str | None = self.schema.get("ui", {}).get(part, {}).get(path)
        return found

    def _field(self, path: str) -> Mapping[str, Any]:
        """The schema of a field; the fields of a list are those of its items."""
        node: Mapping[str, Any] = self.schema
        for step in path.split("."):
            node = node.get("items", node).get("properties", {}).get(step, {})
        return node
