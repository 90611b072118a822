"""Free text about a person, for those who may not know who it is: numbers masked, and the person's own name and phone.

Other people's names stay: no rule finds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.personal.masking import masked_name, masked_phone
from engine.personal.names import NATURAL, without_title
from engine.personal.numbers import masked_numbers

_LEAST_NAME = 2  # a single character is a word like any other
_LEAST_PHONE = 7


@dataclass(frozen=True)
class Person:
    """Whose case it is; `kind` as in the vocabulary."""

    kind: str
    name: str | None = None
    phone: str | None = None

    @cached_property
    def _own(self) -> list[tuple[re.Pattern[str], str]]:
        """What in a text says who it is, and what stands there instead."""
        found = []
        name, digits = without_title(self.name or ""), re.sub(r"[^0-9]", "", self.phone or "")
        if self.kind in NATURAL and len(name) >= _LEAST_NAME and name != masked_name(name, self.kind):
            found.append((re.compile(re.escape(name)), str(masked_name(name, self.kind))))
        if len(digits) >= _LEAST_PHONE:
            spelt = "[ -]?".join(digits)
            found.append((re.compile(rf"(?<![0-9]){spelt}(?![0-9])"), str(masked_phone(digits))))
        return found

    def masked(self, text: str) -> str:
        """The text as somebody reads it who may not know who it is about."""
        text = masked_numbers(text)
        for pattern, mask in self._own:
            text = pattern.sub(mask, text)
        return text

    def masked_in(self, value: Any) -> Any:
        """Every text within a JSON value masked."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, Mapping):
            return {name: self.masked_in(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked_in(part) for part in value]
        return value
