"""Values and valuations in a form that can be compared and kept in sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

OTHER = "其他"  # stands for every text that is compared with nothing
SET = "✓"  # stands for any value of a variable no expression reads
Frozen = Any
Valuation = tuple[tuple[str, Frozen], ...]

ANSWERED = "$answered"  # whether the citizen has been told of all that was done
PHASE = "$phase"  # the phase of the last step


def freeze(value: Any) -> Frozen:
    """A value that can be a key; True is not 1."""
    if value is None or isinstance(value, str):  # nearly every value; a hundred thousand of them in one proof
        return value
    if isinstance(value, list | tuple):
        return ("[", *(freeze(item) for item in value))
    if isinstance(value, Mapping):
        return ("{", *sorted((key, freeze(item)) for key, item in value.items()))
    return ("!", value) if isinstance(value, bool) else value


def thaw(value: Frozen) -> Any:
    """The value again."""
    if not isinstance(value, tuple):
        return value
    if value[0] == "!":
        return value[1]
    if value[0] == "[":
        return [thaw(item) for item in value[1:]]
    return {key: thaw(item) for key, item in value[1:]}


def valuation(data: Mapping[str, Any], names: Iterable[str]) -> Valuation:
    """The part of the data that these names make up."""
    return tuple([(name, freeze(data[name])) for name in sorted(names) if name in data])


def data_of(valuation: Valuation) -> dict[str, Any]:
    """The data of a valuation."""
    return {name: thaw(value) for name, value in valuation}
