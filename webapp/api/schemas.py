"""JSON Schema of what views answer, from the types of their dataclasses."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

_SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    types.NoneType: {"type": "null"},
    Any: {},
}


def schema_of(wanted: Any, named: dict[str, Schema]) -> Schema:
    """The schema of a type; dataclasses are entered in `named` by their name and referred to."""
    if wanted in _SCALARS:
        return dict(_SCALARS[wanted])
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _reference(wanted, named)
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part, named) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (tuple, list):
        return {"type": "array", "items": schema_of(parts[0], named)}
    return {"type": "object"}


def _reference(wanted: type[Any], named: dict[str, Schema]) -> Schema:
    name = wanted.__name__
    if name not in named:
        named[name] = {}  # stands for itself while its fields are read
        named[name] = _object(wanted, named)
    return {"$ref": f"#/components/schemas/{name}"}


def _object(wanted: type[Any], named: dict[str, Schema]) -> Schema:
    hints = get_type_hints(wanted)
    names = {each.name: each.name.rstrip("_") for each in fields(wanted)}
    return {
        "type": "object",
        "description": " ".join((wanted.__doc__ or "").split()),
        "required": list(names.values()),
        "properties": {told: schema_of(hints[name], named) for name, told in names.items()},
    }
