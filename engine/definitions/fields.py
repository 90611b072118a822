"""What is wrong with the fields of a form as they are typed, field by field and in words. Pure."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from engine.bpmn.editing.forms import INNER, KINDS, FormField
from engine.bpmn.expressions import ExpressionError, parse

MOST_FIELDS = 100
MOST_CHOICES = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def field_problems(fields: Sequence[FormField]) -> list[tuple[int, str, str]]:
    """(place of the field from 0, what of it, sentence) for everything that cannot be stored."""
    names = [field.name for field in fields]
    return [(place, part, said) for place, field in enumerate(fields) for part, said in _wrong(field, names)]


def _wrong(field: FormField, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(field.name) or keyword.iskeyword(field.name):
        yield "name", "代码用小写英文字母、数字和下划线，字母开头，例如 sign_opinion。"
    elif Counter(names)[field.name] > 1:
        yield "name", "已经有一栏用这个代码，请换一个。"
    if not field.title:
        yield "title", "请填写栏目的名称。"
    if field.kind not in KINDS and not (field.known and field.kind in INNER):
        yield "kind", "请从列表里选。"
    if field.kind in ("choice", "several") and not field.choices:
        yield "choices", "请至少写一个选项，一行一个。"
    if len(field.choices) > MOST_CHOICES or len(set(field.choices)) < len(field.choices):
        yield "choices", "选项重复或太多，请改正。"
    if field.most is not None and not 1 <= field.most <= 20_000:
        yield "most", "应是 1 到 20000 之间的整数。"
    yield from _condition(field, names)


def _condition(field: FormField, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not field.show:
        return
    try:
        unknown = sorted(parse(field.show).names - set(names))
    except ExpressionError as error:
        yield "show", f"条件看不懂：{error}。"
        return
    if unknown:
        yield "show", f"“{unknown[0]}”不是这张表单的一栏，请用栏目的代码。"
    elif field.name in parse(field.show).names:
        yield "show", "栏目不能以自己为条件。"
