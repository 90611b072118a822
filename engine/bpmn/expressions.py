"""The small language of conditions, timers, assignments and table cells, interpreted, never handed to `eval`.

Python-like: `== != < <= > >= in not in and or not`, `+ - * / // %`, `a if c else b`, lists, `case.field` and
`list[0]` as look-ups, calls of known words by name. `true`, `false`, `null` are accepted beside the Python
spellings, and one `${…}` around the whole. Values are JSON values. An unknown name is an error, never False.
Limits (RELIABILITY.md, Expressions): 2,000 characters, 200 nodes, depth 25, integers to 10^15, results of 100,000
characters and items. `docs/expressions.md` explains the language to those who draw.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.errors import BadInput

MAX_LENGTH = 2_000
MAX_NODES = 200
MAX_DEPTH = 25
MAX_INTEGER = 10**15
MAX_SIZE = 10_000  # characters of a text, items of a list
MAX_WEIGHT = 100_000  # characters and items of a whole result, however nested

# Invisible characters make a text read otherwise than it is; an escape Python does not know is a slip or a trick.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_ESCAPE = re.compile(r"""\\(?:[^\\'"nrt]|$)""")

Words = Mapping[str, Callable[..., Any]]
Closure = Callable[[Mapping[str, Any], Words], Any]


class ExpressionError(ValueError):
    """An expression that cannot be read, or that fails on the values it meets; the text is Chinese."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression: `names` are the variables it reads, `words` the functions it calls."""

    source: str
    names: frozenset[str]
    words: frozenset[str]
    run: Closure

    def evaluate(self, variables: Mapping[str, Any], words: Words) -> Any:
        """Its value over `variables`; raises ExpressionError, never anything else."""
        try:
            return _light(self.run(variables, words))
        except ExpressionError as error:
            raise ExpressionError(f"表达式“{self.source}”：{error}") from None


_CONSTANTS = {"true": True, "false": False, "null": None}


def unwrap(source: str) -> str:
    """The expression inside one tolerated `${…}`."""
    text = source.strip()
    return text[2:-1].strip() if text.startswith("${") and text.endswith("}") else text


@lru_cache(maxsize=4_096)
def parse(source: str) -> Expression:
    """Read `source`; raises ExpressionError with the reason in Chinese."""
    text = unwrap(source)
    if not text:
        raise ExpressionError("表达式是空的")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"表达式超过 {MAX_LENGTH} 个字符")
    if _UNSEEN.search(text):
        raise ExpressionError("表达式里有看不见的字符，请删去重写")
    if _ESCAPE.search(text):
        raise ExpressionError("反斜杠的后面只能是引号、反斜杠或 n、r、t")
    return _compile(text, _tree(text))


def _tree(text: str) -> ast.expr:
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"无法读懂“{text[:80]}”，请检查括号、引号和运算符") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES * 2:  # contexts and operators count as nodes in ast
        raise ExpressionError("表达式太长，请拆成几步")
    if _depth(tree) > MAX_DEPTH:
        raise ExpressionError("表达式嵌套太深，请拆成几步")
    return tree


def _depth(root: ast.AST) -> int:
    deepest, todo = 0, [(root, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        todo.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return deepest


def _compile(text: str, tree: ast.expr) -> Expression:
    reader = _Reader()
    run = reader.read(tree)
    return Expression(text, frozenset(reader.names), frozenset(reader.words), run)


class _Reader:
    """Turns a syntax tree into closures, node by node; what it does not know is refused."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.words: set[str] = set()

    def read(self, node: ast.AST) -> Closure:
        method = getattr(self, "read_" + type(node).__name__, None)
        if method is None:
            raise ExpressionError(f"这里不能用“{type(node).__name__}”写法")
        closure: Closure = method(node)
        return closure

    def read_Constant(self, node: ast.Constant) -> Closure:
        value = node.value
        if value is not None and not isinstance(value, bool | int | float | str):
            raise ExpressionError("只能写数字、文字、true、false、null")
        _bounded(value)
        return lambda variables, words: value

    def read_Name(self, node: ast.Name) -> Closure:
        name = node.id
        if name in _CONSTANTS:
            value = _CONSTANTS[name]
            return lambda variables, words: value
        if name.startswith("_"):
            raise ExpressionError(f"名称“{name}”不能以下划线开头")
        self.names.add(name)

        def look_up(variables: Mapping[str, Any], words: Words) -> Any:
            try:
                return variables[name]
            except KeyError:
                raise ExpressionError(f"变量“{name}”还没有值") from None

        return look_up

    def read_Attribute(self, node: ast.Attribute) -> Closure:
        return _field(self.read(node.value), node.attr)

    def read_Subscript(self, node: ast.Subscript) -> Closure:
        owner, key = self.read(node.value), self.read(node.slice)
        return lambda variables, words: _item(owner(variables, words), key(variables, words))

    def read_List(self, node: ast.List | ast.Tuple) -> Closure:
        parts = [self.read(part) for part in node.elts]
        return lambda variables, words: [part(variables, words) for part in parts]

    read_Tuple = read_List

    def read_IfExp(self, node: ast.IfExp) -> Closure:
        test, then, other = self.read(node.test), self.read(node.body), self.read(node.orelse)
        return lambda variables, words: (then if test(variables, words) else other)(variables, words)

    def read_BoolOp(self, node: ast.BoolOp) -> Closure:
        parts = [self.read(part) for part in node.values]
        if isinstance(node.op, ast.And):
            return lambda variables, words: all(part(variables, words) for part in parts)
        return lambda variables, words: any(part(variables, words) for part in parts)

    def read_UnaryOp(self, node: ast.UnaryOp) -> Closure:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda variables, words: not operand(variables, words)
        if isinstance(node.op, ast.USub):
            return lambda variables, words: -_number(operand(variables, words))
        raise ExpressionError("这里不能用这个运算符")

    def read_BinOp(self, node: ast.BinOp) -> Closure:
        operation = _ARITHMETIC.get(type(node.op))
        if operation is None:
            raise ExpressionError("只能用 + - * / // % 计算")
        left, right = self.read(node.left), self.read(node.right)
        return lambda variables, words: operation(left(variables, words), right(variables, words))

    def read_Compare(self, node: ast.Compare) -> Closure:
        first = self.read(node.left)
        steps = [(_comparison(op), self.read(right)) for op, right in zip(node.ops, node.comparators, strict=True)]

        def compare(variables: Mapping[str, Any], words: Words) -> bool:
            left = first(variables, words)
            for test, read_right in steps:
                right = read_right(variables, words)
                if not test(left, right):
                    return False
                left = right
            return True

        return compare

    def read_Call(self, node: ast.Call) -> Closure:
        if not isinstance(node.func, ast.Name):
            raise ExpressionError("只能调用已有的词，如 workdays(5)")
        name = node.func.id
        if name.startswith("_"):
            raise ExpressionError(f"名称“{name}”不能以下划线开头")
        self.words.add(name)
        given = [self.read(part) for part in node.args]
        named = {_keyword(part): self.read(part.value) for part in node.keywords}

        def call(variables: Mapping[str, Any], words: Words) -> Any:
            word = words.get(name)
            if word is None:
                raise ExpressionError(f"没有“{name}”这个词")
            arguments = [part(variables, words) for part in given]
            return _called(name, word, arguments, {k: part(variables, words) for k, part in named.items()})

        return call


def _keyword(part: ast.keyword) -> str:
    if part.arg is None:
        raise ExpressionError("这里不能用 ** 写法")
    return part.arg


def _called(name: str, word: Callable[..., Any], arguments: list[Any], named: dict[str, Any]) -> Any:
    try:
        return word(*arguments, **named)
    except (TypeError, ValueError, OverflowError, BadInput) as error:
        raise ExpressionError(f"“{name}”不能这样用：{error}") from None


def _field(owner: Closure, key: str) -> Closure:
    if key.startswith("_"):
        raise ExpressionError(f"字段“{key}”不能以下划线开头")
    return lambda variables, words: _item(owner(variables, words), key)


def _item(owner: Any, key: Any) -> Any:
    if isinstance(owner, Mapping):
        return owner.get(key) if isinstance(key, str) else _refuse("字段名必须是文字")
    if isinstance(owner, list) and isinstance(key, int) and not isinstance(key, bool):
        return owner[key] if -len(owner) <= key < len(owner) else _refuse("列表没有这一项")
    return _refuse("这个值没有字段")


def _refuse(reason: str) -> Any:
    raise ExpressionError(reason)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError("这里需要数字")
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        raise ExpressionError("数字太大")
    if isinstance(value, str | list) and len(value) > MAX_SIZE:
        raise ExpressionError("文字或列表太长")
    return value


def _light(value: Any) -> Any:
    """The value, unless it is heavier than a case may carry: lists of lists grow fast when each is built of others."""
    if not isinstance(value, list | dict):
        return value
    weight = 0
    todo: list[Any] = [value]
    while todo and weight <= MAX_WEIGHT:
        part = todo.pop()
        if isinstance(part, list | dict):
            todo.extend(part if isinstance(part, list) else part.values())
            weight += len(part)
        weight += len(part) if isinstance(part, str) else 1
    if weight > MAX_WEIGHT:
        raise ExpressionError("结果太大")
    return value


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return _bounded(left + right)
    return _bounded(_number(left) + _number(right))


def _numeric(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def calculate(left: Any, right: Any) -> Any:
        try:
            return _bounded(operation(_number(left), _number(right)))
        except ZeroDivisionError:
            raise ExpressionError("不能除以零") from None

    return calculate


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _plus,
    ast.Sub: _numeric(operator.sub),
    ast.Mult: _numeric(operator.mul),
    ast.Div: _numeric(operator.truediv),
    ast.FloorDiv: _numeric(operator.floordiv),
    ast.Mod: _numeric(operator.mod),
}


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return test(left, right)
        return test(_number(left), _number(right))

    return compare


def _member(left: Any, right: Any) -> bool:
    if isinstance(right, list) or (isinstance(right, str) and isinstance(left, str)):
        return left in right
    raise ExpressionError("in 的右边需要列表")


_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: _member,
    ast.NotIn: lambda left, right: not _member(left, right),
}


def _comparison(op: ast.cmpop) -> Callable[[Any, Any], bool]:
    test = _COMPARISONS.get(type(op))
    if test is None:
        raise ExpressionError("这里不能用这个比较")
    return test


@dataclass(frozen=True)
class Template:
    """Text with `${…}` in it, as in `unit:${unit}`: text that names variables."""

    source: str
    parts: tuple[str | Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Expression)))

    @property
    def words(self) -> frozenset[str]:
        return frozenset().union(*(part.words for part in self.parts if isinstance(part, Expression)))

    def fill(self, variables: Mapping[str, Any], words: Words) -> str:
        """The text; a list inside is joined by commas, null becomes nothing."""
        filled = (part if isinstance(part, str) else part.evaluate(variables, words) for part in self.parts)
        return "".join(_text(value) for value in filled)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return "" if value is None else str(value)


@lru_cache(maxsize=1_024)
def parse_template(source: str) -> Template:
    """Read text with `${…}` in it; raises ExpressionError."""
    parts: list[str | Expression] = []
    rest = source
    while "${" in rest:
        before, _, after = rest.partition("${")
        inside, closed, rest = after.partition("}")
        if not closed:
            raise ExpressionError(f"“{source}”里的 ${{ 没有写完，请补上 }}")
        parts.extend([before, parse(inside)] if before else [parse(inside)])
    return Template(source, (*parts, rest) if rest else tuple(parts))


@lru_cache(maxsize=1_024)
def parse_assignments(source: str) -> tuple[tuple[str, Expression], ...]:
    """Read `bc:set`: `name = expression; name = expression`, in order."""
    return tuple(_assignment(part.strip()) for part in _statements(source) if part.strip())


def _statements(source: str) -> list[str]:
    """Split at semicolons outside quotes."""
    parts, quote, start = [], "", 0
    for place, character in enumerate(source):
        if character in "'\"" and quote in ("", character):
            quote = "" if quote else character
        elif character == ";" and not quote:
            parts.append(source[start:place])
            start = place + 1
    return [*parts, source[start:]]


def _assignment(text: str) -> tuple[str, Expression]:
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name.isidentifier() or name.startswith("_") or value.startswith("="):
        raise ExpressionError(f"“{text}”应写成“变量 = 值”")
    return name, parse(value.strip())
