"""Input cells of a decision table: the simple FEEL tests that dmn-js and Camunda Modeler write.

`-` or nothing, `"a","b"`, `not("a")`, `< 5`, `[1..10]`, `(1..10]`, `date("2026-01-01")`, numbers, `true`, `null`.
Each is read by itself into data, so that two cells can be compared before any row applies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from engine.bpmn.expressions import MAX_LENGTH, ExpressionError, parse

MAX_ALTERNATIVES = 200

Scalar = bool | int | float | str | None


@dataclass(frozen=True)
class Equal:
    """Exactly this value; a truth is no number."""

    value: Scalar

    def takes(self, value: Any) -> bool:
        return bool(value == self.value and isinstance(value, bool) == isinstance(self.value, bool))

    @property
    def bounds(self) -> tuple[Scalar, ...]:
        return (self.value,)


@dataclass(frozen=True)
class Compared:
    """`< 5` and its like; values of another type do not apply, but are unequal."""

    sign: str
    bound: Scalar

    def takes(self, value: Any) -> bool:
        if self.sign == "!=":
            return not Equal(self.bound).takes(value)
        return comparable(value, self.bound) and _SIGNS[self.sign](value, self.bound)

    @property
    def bounds(self) -> tuple[Scalar, ...]:
        return (self.bound,)


@dataclass(frozen=True)
class Between:
    """`[low..high]`; a round or outward bracket leaves the end out."""

    low: Scalar
    high: Scalar
    with_low: bool
    with_high: bool

    def takes(self, value: Any) -> bool:
        if not (comparable(value, self.low) and comparable(value, self.high)):
            return False
        above = value >= self.low if self.with_low else value > self.low
        return bool(above and (value <= self.high if self.with_high else value < self.high))

    @property
    def bounds(self) -> tuple[Scalar, ...]:
        return (self.low, self.high)


@dataclass(frozen=True)
class Cell:
    """One input cell: any of the alternatives, or with `negated` none of them; no alternatives take everything."""

    text: str
    alternatives: tuple[Equal | Compared | Between, ...]
    negated: bool = False

    def __call__(self, value: Any) -> bool:
        if not self.alternatives:
            return True
        return any(each.takes(value) for each in self.alternatives) != self.negated

    @property
    def bounds(self) -> Iterator[Scalar]:
        """Every constant written in it."""
        return (bound for each in self.alternatives for bound in each.bounds)


_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def comparable(value: Any, bound: Any) -> bool:
    """Both numbers, or both texts."""
    number = isinstance(value, int | float) and isinstance(bound, int | float)
    truth = isinstance(value, bool) or isinstance(bound, bool)
    return (number and not truth) or (isinstance(value, str) and isinstance(bound, str))


# ------------------------------------------------------------------ reading
_TEXT = r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'"
_TOKEN = re.compile(
    rf"\s*(?:(?P<text>{_TEXT})|(?P<number>-?(?:\d+(?:\.\d+)?|\.\d+))|(?P<dots>\.\.)|(?P<sign><=|>=|!=|<|>)"
    r"|(?P<mark>[\[\](),])|(?P<word>[^\W\d]\w*))"
)
_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_CURLY = re.compile("[“”‘’，（）【】＜＞]")


@lru_cache(maxsize=4_096)
def read_cell(text: str) -> Cell:
    """The test of one input cell; raises ExpressionError with the way out."""
    text = text.strip()
    if text in ("", "-"):
        return Cell(text, ())
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"单元格超过 {MAX_LENGTH} 个字符，请分成几行")
    return _Reading(text).cell()


class _Reading:
    """Reads the tokens of a cell from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._place = 0

    def cell(self) -> Cell:
        negated = self._kinds(2) == ["not", "("]
        if negated:
            self._place += 2
        found = self._alternatives()
        if negated:
            self._expect(")")
        if self._next() != "":
            raise self._wrong()
        return Cell(self._text, tuple(found), negated)

    def _alternatives(self) -> Sequence[Equal | Compared | Between]:
        found = [self._alternative()]
        while self._next() == ",":
            self._place += 1
            found.append(self._alternative())
        if len(found) > MAX_ALTERNATIVES:
            raise ExpressionError(f"一格里最多写 {MAX_ALTERNATIVES} 项，请分成几行")
        return found

    def _alternative(self) -> Equal | Compared | Between:
        token = self._next()
        if token in ("<=", ">=", "!=", "<", ">"):
            self._place += 1
            return self._compared(token, self._constant())
        return self._between() if token in ("[", "]", "(") else Equal(self._constant())

    def _compared(self, sign: str, bound: Scalar) -> Compared:
        if sign != "!=" and not comparable(bound, bound):
            raise ExpressionError(f"“{sign}”的后面应是数字、日期或文字")
        return Compared(sign, bound)

    def _between(self) -> Between:
        opening = self._take()
        low = self._constant()
        self._expect("..")
        high = self._constant()
        closing = self._take()
        if closing not in ("]", ")", "["):
            raise self._wrong()
        if not comparable(low, high) or low > high:  # type: ignore[operator]
            raise ExpressionError(f"范围“{self._text}”的两端应是同一类的值，小的在前")
        return Between(low, high, opening == "[", closing == "]")

    def _constant(self) -> Scalar:
        token = self._take()
        if token == "date" and self._next() == "(":
            return self._date()
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if token[:1] not in ('"', "'") and not re.fullmatch(r"-?[\d.]+", token):
            raise self._wrong()
        value: Scalar = parse(token).evaluate({}, {})
        return value

    def _date(self) -> str:
        """`date("2026-01-01")`: days are texts here, and compare as such."""
        self._expect("(")
        text = self._constant()
        self._expect(")")
        try:
            return date.fromisoformat(str(text)).isoformat()
        except ValueError:
            raise ExpressionError('日期应写成 date("2026-01-01")') from None

    def _kinds(self, number: int) -> list[str]:
        return self._tokens[self._place : self._place + number]

    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._place += 1
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise self._wrong()

    def _wrong(self) -> ExpressionError:
        return ExpressionError(
            f'看不懂“{self._text[:80]}”，单元格应写成 "a","b"、not("a")、< 5、[1..10]、数字或带英文双引号的文字'
        )


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            if _CURLY.search(text):
                raise ExpressionError("请用英文的引号、逗号、括号和大于小于号")
            raise ExpressionError(f"看不懂“{text[place : place + 20].strip()}”，文字请加英文双引号")
        yield match.group().strip()
        place = match.end()
