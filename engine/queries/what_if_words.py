"""The answer to a what-if in words and rows, the same on the page and at the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.vocabulary import label

Told = Mapping[str, Any]  # as engine/queries/what_if_told.py has it
Named = Callable[[str], str]  # a group as people call it
_LONG = 120  # minutes from which hours are told


@dataclass(frozen=True)
class Line:
    """A number before and after; `of`: out of how many, None for a bare number."""

    name: str
    before: float
    after: float
    of: tuple[int, int] | None = None
    unit: str = "件"

    @property
    def texts(self) -> tuple[str, str, str]:
        """Before, after, and the difference: `10 / 58 件（17.2%）`, `+2 件`."""
        before, after = (self._text(number, place) for place, number in enumerate((self.before, self.after)))
        moved = self.after - self.before
        return before, after, f"{moved:+g} {self.unit}" if moved else "不变"

    def _text(self, number: float, place: int) -> str:
        if self.of is None:
            return f"{number:g} {self.unit}"
        whole = self.of[place]
        return f"{number:g} / {whole} {self.unit}" + (f"（{number / whole:.1%}）" if whole else "")


def lines(told: Told) -> list[Line]:
    """The figures of the whole, one below the other."""
    before, after = told["before"], told["after"]
    of = before["in_time"]["denominator"], after["in_time"]["denominator"]
    found = [Line("超期", before["late"], after["late"], of)]
    found += [
        Line(f"提到 {tier} 级（{label('tier', tier)}）", before["raised"].get(str(tier), 0), times, unit="次")
        for tier, times in _tiers(before, after)
    ]
    plain = (("单位签收", "signed", "单"), ("时钟自动签收", "auto_signed", "单"), ("期末还没归档", "open", "件"))
    return [*found, *(Line(name, before[key], after[key], unit=unit) for name, key, unit in plain)]


def _tiers(before: Told, after: Told) -> list[tuple[int, int]]:
    tiers = sorted({int(tier) for side in (before, after) for tier in side["raised"]})
    return [(tier, after["raised"].get(str(tier), 0)) for tier in tiers]


@dataclass(frozen=True)
class Load:
    """What lay with some groups: tasks, and working hours."""

    name: str
    tasks: Line
    hours: Line


def loads(told: Told, named: Named) -> list[Load]:
    """By groups, those whose hours change most first, then those with most."""
    sides = [{tuple(each["groups"]): each for each in told[name]["load"]} for name in ("before", "after")]
    nothing = {"tasks": 0, "hours": 0}
    found = []
    for groups in sides[0].keys() | sides[1].keys():
        before, after = (side.get(groups, nothing) for side in sides)
        name = "、".join(map(named, groups))
        tasks = Line(name, before["tasks"], after["tasks"], unit="项")
        hours = Line(name, before["hours"], after["hours"], unit="小时")
        found.append(Load(name, tasks, hours))
    return sorted(found, key=lambda each: (-abs(each.hours.after - each.hours.before), -each.hours.after, each.name))


def counted(told: Told) -> str:
    """How many cases there were, and what has become of all of them."""
    cases = told["cases"]
    parts = [f"这段时间收到 {cases['all']} 件"]
    if cases["drawn"] < cases["all"]:
        parts.append(f"随机抽取 {cases['drawn']} 件")
    parts.append(f"比较 {cases['compared']} 件")
    if cases["left"]:
        parts.append(f"走不通的 {cases['left']} 件另列")
    if cases["unreached"]:
        parts.append(f"时间用完没有算到 {cases['unreached']} 件")
    if cases["restricted"]:
        parts.append(f"另有限密 {cases['restricted']} 件不重放")
    return "，".join(parts) + "。"


def agreement(told: Told) -> str:
    """Whether the replays as it was are what happened."""
    cases = told["cases"]
    return f"重放与实际一致 {cases['agreeing']}/{cases['replayed']}"


def assumptions(told: Told, named: Named) -> list[str]:
    """What was assumed, a sentence each."""
    return [*_ALWAYS, *_of_this(told, named)]


_ALWAYS = (
    "每件还在原来的时刻到来，填写的内容也一样；前后都按它自己的放假安排算",
    "人办的每一步，从到手到办完用去的工作时间和当时一样；前面没有变化的，就在当时那一刻办完",
    "试算的流程里没有的环节跳过；当时没办完的环节，试算里也不算办完",
    "挂起的长短不变，按工作日平移；撤回、催办、更正还在当时那一刻",
    "并入别件的，还按主件当时的期限和归档时刻",
    "试算里新出现的督办不挡住办理，没有人办就放着",
)
_OF: Mapping[str, str] = {
    "step": "同一环节",
    "group": "同一岗位各环节",
    "post": "同类岗位各环节",
    "all": "全部环节",
}


def _of_this(told: Told, named: Named) -> Iterator[str]:
    for each in told["assumed"]:
        who = "、".join(map(named, each["groups"])) or "没有岗位"
        step = f"“{each['name']}”（{who}）有 {each['times']} 次当时没有人办过"
        if each["of"] == "none":
            yield f"{step}，也没有可以参照的用时：算作到手就办完"
        else:
            yield f"{step}：按{_OF[each['of']]}用时的中位数 {_time(each['minutes'])} 算（{each['samples']} 次办理）"
    if told["assumed"]:
        yield "这些环节按最短的走法填写"
    if told["asked_anew"]:
        yield f"表单上新要求填的（{'、'.join(told['asked_anew'])}）当时没有填：填第一个能填的值"
    if told["cases"]["lost"]:
        yield f"有 {told['cases']['lost']} 次撤回、催办之类在试算里做不了，没有做"


def _time(minutes: float) -> str:
    return f"{minutes / 60:.1f} 小时" if minutes >= _LONG else f"{minutes:g} 分钟"
