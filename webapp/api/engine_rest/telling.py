"""What /openapi.json says of this interface: parameters of lists, typed variables, bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.queries.paging import MOST
from webapp.api.engine_rest.parameters import Known, Reader, flag, moment, one_text, text, texts, whole
from webapp.api.engine_rest.times import EXAMPLE
from webapp.api.engine_rest.values import KINDS

Schema = dict[str, Any]

_TYPES: Mapping[Reader, Schema] = {
    text: {"type": "string"},
    one_text: {"type": "string"},
    texts: {"type": "string", "description": "几个值用逗号隔开"},
    flag: {"type": "boolean"},
    whole: {"type": "integer", "minimum": 0},
    moment: {"type": "string", "examples": [EXAMPLE]},
}
_VARIABLE: Schema = {
    "type": "object",
    "properties": {"value": {}, "type": {"type": "string", "enum": list(KINDS)}, "valueInfo": {"type": "object"}},
}
VARIABLES: Schema = {"type": "object", "additionalProperties": _VARIABLE}
COUNT: Schema = {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}
ROW: Schema = {"type": "object"}
ROWS: Schema = {"type": "array", "items": ROW}
YES_OR_NO: Schema = {"type": "boolean"}
WORD: Schema = {"type": "string"}


def parameters_of(known: Known[Any]) -> list[Schema]:
    """The parameters of a list, as OpenAPI writes them."""
    page: dict[str, Schema] = {
        "firstResult": {"type": "integer", "minimum": 0},
        "maxResults": {"type": "integer", "minimum": 0, "maximum": MOST},
    }
    if known.sorts:
        page["sortBy"] = {"type": "string", "enum": list(known.sorts)}
        page["sortOrder"] = {"type": "string", "enum": ["asc", "desc"]}
    filters = {name: _TYPES.get(reader, WORD) for name, (_, reader) in known.filters.items()}
    return [{"name": name, "in": "query", "schema": schema} for name, schema in {**filters, **page}.items()]


def body_of(members: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """A JSON object with these members and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**members},
    }
