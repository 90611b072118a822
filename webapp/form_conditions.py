"""When a field is shown: the `show` expressions of a form as data for the browser and as words for everybody else."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from engine.bpmn.expressions import unwrap

# ["and"|"or", …] ["not", x] ["=="|"!="|"in"|"not in", a, b] ["field", "applicant.kind"] ["value", …]
Condition = list[Any]
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_CONSTANTS = {"true": True, "false": False, "null": None}


class _NotForBrowsers(Exception):
    """The expression asks something only the server knows; the field is then always shown."""


def condition(source: str) -> Condition | None:
    """`source` as nested lists that static/app.js evaluates; None when it cannot be decided in the browser."""
    try:
        return _read(ast.parse(unwrap(source), mode="eval").body)
    except (SyntaxError, ValueError, _NotForBrowsers):
        return None


def _read(node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return ["and", *map(_read, parts)]
        case ast.BoolOp(op=ast.Or(), values=parts):
            return ["or", *map(_read, parts)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ["not", _read(operand)]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return [_COMPARISONS[type(op)], _read(left), _read(right)]
        case ast.Constant(value=str() | int() | float() | None as value):
            return ["value", value]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return ["value", [_constant(part) for part in parts]]
        case ast.Name(id=name) if name in _CONSTANTS:
            return ["value", _CONSTANTS[name]]
        case ast.Name() | ast.Attribute():
            return ["field", _path(node)]
    raise _NotForBrowsers


def _constant(node: ast.expr) -> Any:
    kind, value = _read(node)[:2]
    if kind != "value":
        raise _NotForBrowsers
    return value


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise _NotForBrowsers


def of_schema(asked: Any, above: str) -> Condition | None:
    """The `if` of a JSON Schema as `condition` gives it, `above` being the path before its names; None for what
    says more than which values some fields have."""
    if not isinstance(asked, dict) or set(asked) - {"required", "properties"}:
        return None
    parts = [
        _of_property(above + name, asked.get("properties", {}).get(name, {})) for name in asked.get("required", ())
    ]
    if not parts or None in parts or set(asked.get("properties", ())) - set(asked["required"]):
        return None
    return parts[0] if len(parts) == 1 else ["and", *parts]


def _of_property(path: str, schema: Any) -> Condition | None:
    match schema:
        case {"const": value, **rest} if not rest:
            return ["==", ["field", path], ["value", value]]
        case {"enum": list() as values, **rest} if not rest:
            return ["in", ["field", path], ["value", values]]
        case {**rest} if not rest:
            return ["!=", ["field", path], ["value", None]]
    return None


def in_words(asked: Condition | None, title: Callable[[str], str], label: Callable[[str, Any], str]) -> str:
    """For people without JavaScript: “受理决定”为“不予受理”时填写; empty when that takes more than one plain sentence.

    `title` names a field path, `label` a value of it.
    """
    match asked:
        case ["==", ["field", path], ["value", value]] if value is not None:
            return f"“{title(path)}”为“{label(path, value)}”时填写"
        case ["!=", ["field", path], ["value", value]] if value is not None:
            return f"“{title(path)}”不为“{label(path, value)}”时填写"
        case ["in", ["field", path], ["value", list() as values]]:
            return f"“{title(path)}”为{'、'.join(f'“{label(path, value)}”' for value in values)}时填写"
    return ""
