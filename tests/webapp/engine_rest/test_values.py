"""Typed variables keep their values on the way in and out; what does not fit its type is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import BadInput
from webapp.api.engine_rest.values import typed, untyped_all


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "Null"),
        (True, "Boolean"),
        (7, "Integer"),
        (2**31 - 1, "Integer"),
        (2**31, "Long"),
        (-(2**31) - 1, "Long"),
        (1.5, "Double"),
        ("社保", "String"),
        (["SC-SS"], "Object"),
        ({"kind": "bangban"}, "Object"),
    ],
)
def test_a_value_goes_out_with_its_type(value: Any, kind: str) -> None:
    out = typed(value)
    assert (out["type"], out["value"]) == (kind, value)


def test_a_typed_value_carries_every_key_of_the_transfer_object() -> None:
    assert typed(1).keys() == {"type", "value", "valueInfo"}


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"value": 1, "type": "Integer"}, 1),
        ({"value": "12", "type": "Integer"}, 12),
        ({"value": 1, "type": "integer"}, 1),
        ({"value": 2**40, "type": "Long"}, 2**40),
        ({"value": 7, "type": "Short"}, 7),
        ({"value": "1.5", "type": "Double"}, 1.5),
        ({"value": 2, "type": "Double"}, 2),
        ({"value": True, "type": "Boolean"}, True),
        ({"value": "false", "type": "Boolean"}, False),
        ({"value": "受理", "type": "String"}, "受理"),
        ({"value": 5, "type": "String"}, "5"),
        ({"value": None, "type": "String"}, None),
        ({"value": None, "type": "Null"}, None),
        ({"type": "Null"}, None),
        ({"value": ["SC-SS"], "type": "Json"}, ["SC-SS"]),
        ({"value": '["SC-SS"]', "type": "Json"}, ["SC-SS"]),
        ({"value": '{"kind": "person"}', "type": "Object", "valueInfo": {"objectTypeName": "x"}}, {"kind": "person"}),
        ({"value": {"kind": "person"}, "type": "Object"}, {"kind": "person"}),
        ({"value": "2026-10-08T17:00:00.000+0800", "type": "Date"}, "2026-10-08T17:00:00+08:00"),
        ({"value": "2026-10-08T09:00:00Z", "type": "Date"}, "2026-10-08T17:00:00+08:00"),
        ({"value": "2026-10-08", "type": "Date"}, "2026-10-08"),
        ({"value": ["plain"]}, ["plain"]),
    ],
)
def test_a_value_comes_in_by_its_type(entry: dict[str, Any], value: Any) -> None:
    taken = untyped_all({"x": entry})
    assert taken == {"x": value}
    assert type(taken["x"]) is type(value)


@pytest.mark.parametrize(
    "entry",
    [
        {"value": "zwölf", "type": "Integer"},
        {"value": "１２", "type": "Integer"},
        {"value": True, "type": "Integer"},
        {"value": 1.5, "type": "Integer"},
        {"value": 2**31, "type": "Integer"},
        {"value": "9" * 5000, "type": "Long"},
        {"value": 2**15, "type": "Short"},
        {"value": "viel", "type": "Double"},
        {"value": "NaN", "type": "Double"},
        {"value": "ja", "type": "Boolean"},
        {"value": 1, "type": "Boolean"},
        {"value": ["x"], "type": "String"},
        {"value": 1, "type": "Null"},
        {"value": "{broken", "type": "Json"},
        {"value": "[" * 5000, "type": "Json"},
        {"value": "NaN", "type": "Json"},
        {"value": "2026-10-08T17:00:00", "type": "Date"},
        {"value": "demnächst", "type": "Date"},
        {"value": 20261008, "type": "Date"},
        {"value": "0001-01-01T00:00:00+23:00", "type": "Date"},
        {"value": "x", "type": "Bytes"},
        {"value": "x", "type": 7},
        {"value": 2**70},
        {"value": float("inf")},
        {"value": [[[[[[[[[1]]]]]]]]]},
        "plain",
        None,
        ["list"],
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_the_variable(entry: Any) -> None:
    with pytest.raises(BadInput) as refused:
        untyped_all({"good": {"value": 1}, "bad": entry})
    assert list(refused.value.fields) == ["bad"]


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        untyped_all({"a": {"value": "x", "type": "Integer"}, "b": 5})
    assert refused.value.fields.keys() == {"a", "b"}


def test_no_variables_and_null_are_the_same() -> None:
    assert untyped_all(None) == {}


@pytest.mark.parametrize("given", [[], "x", 5])
def test_variables_that_are_no_object_are_refused(given: Any) -> None:
    with pytest.raises(BadInput) as refused:
        untyped_all(given)
    assert list(refused.value.fields) == ["variables"]
