"""What diagrams and tables write, in words: expressions, groups, cells. What has no words here stands as written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.definition import Files
from engine.bpmn.diff.forms import read_form
from engine.bpmn.diff.tables import read_table
from engine.bpmn.expressions import unwrap
from engine.vocabulary import GROUP, LEAD_KIND, VARIABLE, VOCABULARIES

_FACTS = {
    "returns": "退单次数",
    "redo_count": "重办次数",
    "extension_used": "已延期",
    "before_due": "还在承诺期限内",
    "lead": "现在的主办单位",
    "lead_kind": "主办单位性质",
    "warn_days": "提前催办天数",
    "contact_open": "还没有首次联系",
    "open_orders": "未办完的工单数",
    "closing_time": "当日下班",
    "next_opening": "次一工作日上班",
    "month_later": "下月同日上班",
    "accepted_at": "受理",
    "dispatched_at": "派单",
    "feedback_at": "反馈",
    "lead_case_due": "主件的承诺期限",
}
_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "是",
    ast.NotEq: "不是",
    ast.Lt: "小于",
    ast.LtE: "不大于",
    ast.Gt: "大于",
    ast.GtE: "不小于",
}


class _NoWords(ValueError):
    """Something for which there is no wording here."""


@dataclass
class Names:
    """What variables are called and by which lists their values are worded, from the forms and tables of a bundle."""

    titles: dict[str, dict[str, None]] = field(default_factory=dict)
    lists: dict[str, dict[str, None]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    def title(self, name: str) -> str:
        """A variable as people call it; where forms call it differently, by the word for all of them."""
        found = list(self.titles.get(name, ()))
        return found[0] if len(found) == 1 else VARIABLE.get(name, name)

    def worded(self, name: str, value: Any) -> str:
        """A code of it as its list words it."""
        known = [VOCABULARIES[each] for each in (*self.lists.get(name, ()), name) if each in VOCABULARIES]
        words = (each[str(value)] for each in (*known, LEAD_KIND) if str(value) in each)
        return next(words, str(value))

    def value(self, name: str, value: Any) -> str:
        """A value of it, texts in quotation marks."""
        if value is None:
            return "空"
        if isinstance(value, bool):
            return "“是”" if value else "“否”"
        return f"“{self.worded(name, value)}”" if isinstance(value, str) else str(value)


def names_of(bundles: Iterable[Files]) -> Names:
    """What stands in all of them. Raises ValueError for what cannot be read."""
    found = Names()
    for files in bundles:
        for name in sorted(files):
            if name.endswith(".json"):
                _learn_form(found, name.rpartition("/")[2].removesuffix(".json"), read_form(name, files[name]))
            elif name.endswith(".dmn"):
                table = read_table(files[name])
                found.tables[table.id] = table.name
                for column in (*table.tests, *table.results):
                    found.titles.setdefault(column.key, {column.label: None})
    return found


def _learn_form(found: Names, id: str, form: Mapping[str, Any]) -> None:
    found.forms[id] = str(form.get("title", id))
    for key, asked in form.get("properties", {}).items():
        if "title" in asked:
            found.titles.setdefault(key, {})[str(asked["title"])] = None
    for key, words in form.get("ui", {}).get("vocabulary", {}).items():
        found.lists.setdefault(key, {})[words] = None


# ------------------------------------------------------------------ expressions
def expression(text: str, names: Names) -> str:
    """An instant or a condition in words; one there are no words for as it is written."""
    try:
        return _Spoken(names).say(ast.parse(unwrap(text), mode="eval").body)
    except (_NoWords, SyntaxError, RecursionError, ValueError):
        return f"“{text}”"


class _Spoken:
    def __init__(self, names: Names) -> None:
        self._names = names

    def say(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return self._names.value("", value)
            case ast.Name(id="true" | "false" | "null" as id):
                return {"true": "“是”", "false": "“否”", "null": "空"}[id]
            case ast.Name(id=id):
                return self._names.title(id)
            case ast.Call(func=ast.Name(id=id)):
                return self._call(id, node)
            case ast.BoolOp(op=op, values=values):
                return ("，并且" if isinstance(op, ast.And) else "，或者").join(self._inner(each) for each in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"不是“{self.say(operand)}”"
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return (
                    f"{self.say(test)}时{self.say(body)}，否则{self.say(orelse) if not _is_null(orelse) else '不计时'}"
                )
        raise _NoWords

    def _inner(self, node: ast.expr) -> str:
        return f"（{self.say(node)}）" if isinstance(node, ast.BoolOp) else self.say(node)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        variable = left.id if isinstance(left, ast.Name) else ""
        if isinstance(op, ast.In | ast.NotIn):
            return self._one_of(left, op, right, variable)
        if _is_null(right):
            return f"{self.say(left)}{'没有填' if isinstance(op, ast.Eq) else '已填'}"
        value = self._names.value(variable, right.value) if isinstance(right, ast.Constant) else self.say(right)
        if type(op) not in _COMPARED:
            raise _NoWords
        return f"{self.say(left)}{_COMPARED[type(op)]}{value if value.startswith('“') else f' {value}'}"

    def _one_of(self, left: ast.expr, op: ast.cmpop, right: ast.expr, variable: str) -> str:
        isnt = "不" if isinstance(op, ast.NotIn) else ""
        if isinstance(right, ast.List):
            if not all(isinstance(each, ast.Constant) for each in right.elts):
                raise _NoWords
            each = [self._names.value(variable, item.value) for item in right.elts if isinstance(item, ast.Constant)]
            return f"{self.say(left)}{isnt}是{'、'.join(each)}之一"
        return f"{self.say(right)}{isnt}含{self.say(left)}"

    # -------------------------------------------------------------- words
    def _call(self, id: str, node: ast.Call) -> str:
        told = getattr(self, f"_say_{id}", None)
        if told is not None:
            number = node.args[0] if node.args else None
            since = next((each.value for each in node.keywords if each.arg == "since"), None)
            words: str = told(number, "" if since is None else f"{self.say(since)}后")
            return words
        if id in _FACTS:
            return _FACTS[id]
        raise _NoWords

    def _say_workdays(self, n: ast.expr | None, since: str) -> str:
        return f"{since}{self._nth(n)}工作日下班"

    def _say_office_hours(self, n: ast.expr | None, since: str) -> str:
        return f"{since}满 {self._number(n)} 个办公小时"

    def _say_minutes(self, n: ast.expr | None, since: str) -> str:
        return f"{since}满 {self._number(n)} 分钟"

    def _say_case_due(self, n: ast.expr | None, since: str) -> str:
        return self._beside("承诺期限", n)

    def _say_external_due(self, n: ast.expr | None, since: str) -> str:
        return self._beside("来单要求的办结时间", n)

    def _say_resume_at(self, n: ast.expr | None, since: str) -> str:
        return f"{self._number(n)}上班"

    def _beside(self, what: str, n: ast.expr | None) -> str:
        match n:
            case None | ast.Constant(value=0):
                return what
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"{what}前{self._nth(operand)}工作日上班"
        return f"{what}后{self._nth(n)}工作日下班"

    def _nth(self, node: ast.expr | None) -> str:
        return f"第 {self._number(node)} 个" if isinstance(node, ast.Constant) else f"{self._number(node)}个"

    def _number(self, node: ast.expr | None) -> str:
        if node is None:
            raise _NoWords
        words = self.say(node)
        return words if isinstance(node, ast.Constant) else f"“{words}”"


def _is_null(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "null") or (isinstance(node, ast.Constant) and node.value is None)


# ------------------------------------------------------------------ groups and cells
def groups(text: str) -> str:
    """`window,unit_head:${lead}` as `窗口、科室负责人（主办单位）`."""
    return "、".join(_group(part.strip()) for part in text.split(",") if part.strip()) or "无"


def _group(text: str) -> str:
    post, colon, code = text.partition(":")
    words = GROUP.get(post, post)
    return f"{words}（{VARIABLE.get(unwrap(code), unwrap(code))}）" if colon else words


def cell(key: str, text: str, names: Names) -> str:
    """One cell of a table: `"general"` as 一般, `>= 2` as it is."""
    if text in ("", "-"):
        return "不限" if text == "-" else "空"
    if _LITERALS.fullmatch(text):
        return "或".join(_literal(key, part[1:-1], names) for part in _LITERAL.findall(text))
    return text


_LITERAL = re.compile(r'"[^"]*"')
_LITERALS = re.compile(r'"[^"]*"(?:\s*,\s*"[^"]*")*')


def _literal(key: str, value: str, names: Names) -> str:
    if key == "groups" or key.endswith("_group"):
        return groups(value)
    return names.worded(key, value)
