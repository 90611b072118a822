"""What kinds of values an expression gives and compares, found without running it.

A kind is a text, number, truth, list, object or null; what is not known may be any of them. A comparison is wrong
only where no value that can come there makes sense of it, so that nothing sound is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from engine.bpmn.expressions import unwrap

Kinds: TypeAlias = frozenset[str]
KINDS = ("text", "number", "truth", "list", "object", "null")
ANY: Kinds = frozenset(KINDS)
NULL: Kinds = frozenset({"null"})
TRUTH: Kinds = frozenset({"truth"})
NUMBER: Kinds = frozenset({"number"})
TEXT: Kinds = frozenset({"text"})
LIST: Kinds = frozenset({"list"})
_CHINESE = {"text": "文字", "number": "数字", "truth": "是否", "list": "列表", "object": "对象", "null": "空"}
_CONSTANTS = {"true": TRUTH, "false": TRUTH, "null": NULL}
_OF_SCHEMA = {
    "string": TEXT,
    "integer": NUMBER,
    "number": NUMBER,
    "boolean": TRUTH,
    "array": LIST,
    "object": frozenset({"object"}),
    "null": NULL,
}


def said(kinds: Kinds) -> str:
    """`文字或数字`."""
    return "或".join(_CHINESE[kind] for kind in KINDS if kind in kinds)


def of_value(value: Any) -> Kinds:
    """The kind of one value."""
    if value is None or isinstance(value, bool):
        return NULL if value is None else TRUTH
    if isinstance(value, int | float):
        return NUMBER
    return TEXT if isinstance(value, str) else frozenset({"list" if isinstance(value, list) else "object"})


def of_schema(schema: Any) -> Kinds:
    """What a form's field may give; a field left out is null."""
    if not isinstance(schema, Mapping):
        return ANY
    if isinstance(schema.get("enum"), list):
        return frozenset().union(NULL, *(of_value(value) for value in schema["enum"]))
    named = schema.get("type")
    listed = named if isinstance(named, list) else [named]
    return frozenset().union(NULL, *(_OF_SCHEMA.get(each, ANY) if isinstance(each, str) else ANY for each in listed))


def of_items(schema: Any) -> Kinds:
    """What the items of a form's list may be."""
    items = schema.get("items") if isinstance(schema, Mapping) else None
    return of_schema(items) - NULL if isinstance(items, Mapping) else ANY


class Judging:
    """Judges one expression: `kinds` it may give, and in `wrong` a sentence for everything that cannot make sense."""

    def __init__(self, source: str, names: Mapping[str, Kinds], words: Mapping[str, Kinds]) -> None:
        self.wrong: list[str] = []
        self._names, self._words = names, words
        self.kinds = self._of(ast.parse(unwrap(source), mode="eval").body)

    def _of(self, node: ast.AST) -> Kinds:
        judge: Callable[[Any], Kinds] | None = getattr(self, "_of_" + type(node).__name__, None)
        return ANY if judge is None else judge(node)

    def _of_Constant(self, node: ast.Constant) -> Kinds:
        return of_value(node.value)

    def _of_Name(self, node: ast.Name) -> Kinds:
        return _CONSTANTS.get(node.id) or self._names.get(node.id, ANY)

    def _of_Attribute(self, node: ast.Attribute) -> Kinds:
        self._must(self._of(node.value), {"object"}, f"“{ast.unparse(node)}”的前一半")
        return ANY

    def _of_Subscript(self, node: ast.Subscript) -> Kinds:
        self._must(self._of(node.value), {"object", "list"}, f"“{ast.unparse(node)}”的前一半")
        self._of(node.slice)
        return ANY

    def _of_List(self, node: ast.List | ast.Tuple) -> Kinds:
        for part in node.elts:
            self._of(part)
        return LIST

    _of_Tuple = _of_List

    def _of_IfExp(self, node: ast.IfExp) -> Kinds:
        self._of(node.test)
        return self._of(node.body) | self._of(node.orelse)

    def _of_BoolOp(self, node: ast.BoolOp) -> Kinds:
        for part in node.values:
            self._of(part)
        return TRUTH

    def _of_UnaryOp(self, node: ast.UnaryOp) -> Kinds:
        kinds = self._of(node.operand)
        if isinstance(node.op, ast.Not):
            return TRUTH
        self._must(kinds, NUMBER, f"“{ast.unparse(node)}”里")
        return NUMBER if "number" in kinds else ANY

    def _of_BinOp(self, node: ast.BinOp) -> Kinds:
        left, right = self._of(node.left), self._of(node.right)
        fitting = {"text", "number", "list"} if isinstance(node.op, ast.Add) else NUMBER
        both = left & right & fitting
        if not both:
            self._say(node, left, right, "不能这样计算")
        return frozenset(both) or ANY

    def _of_Compare(self, node: ast.Compare) -> Kinds:
        left = self._of(node.left)
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self._of(part)
            self._compared(node, sign, left, right)
            left = right
        return TRUTH

    def _compared(self, node: ast.Compare, sign: ast.cmpop, left: Kinds, right: Kinds) -> None:
        if isinstance(sign, ast.In | ast.NotIn):
            if "list" not in right and not ("text" in left and "text" in right):
                self._say(node, left, right, "in 的右边应是列表")
        elif isinstance(sign, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
            if left - NULL and right - NULL and not left & right - NULL:
                self._say(node, left, right, "永远不会相等")
        elif not left & right & {"text", "number"}:
            self._say(node, left, right, "不能比大小")

    def _of_Call(self, node: ast.Call) -> Kinds:
        for part in (*node.args, *(each.value for each in node.keywords)):
            self._of(part)
        return self._words.get(node.func.id, ANY) if isinstance(node.func, ast.Name) else ANY

    def _must(self, kinds: Kinds, wanted: Iterable[str], place: str) -> None:
        if not kinds & frozenset(wanted):
            self.wrong.append(f"{place}应是{said(frozenset(wanted))}，不会是{said(kinds)}，请改正")

    def _say(self, node: ast.AST, left: Kinds, right: Kinds, why: str) -> None:
        self.wrong.append(f"“{ast.unparse(node)[:80]}”是{said(left)}与{said(right)}，{why}，请改正")
