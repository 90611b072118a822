"""What comes out otherwise when the golden runs are played on files on trial, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import vocabulary
from engine.bpmn.definition import Files, read_definition
from engine.clock import local
from engine.directory import shipped_directory
from engine.queries.people import group_name
from engine.replay.memory import throw_away_houses
from engine.replay.rehearsal import Course, plain, rehearsed
from engine.replay.scenario import Scenario, Step, read_scenario
from engine.vocabulary import label

MOST_SENTENCES = 8  # of one run

FIELDS = {
    "deadline": "期限",
    "original_deadline": "最初的期限",
    "accepted_at": "受理时刻",
    "ended_at": "结束时刻",
    "status": "状态",
    "phase": "阶段",
    "light": "灯号",
    "remaining": "剩余工作日",
    "tier": "提级",
    "grade": "等级",
    "channel": "来源渠道",
    "outcome": "办理结果",
    "paused": "是否暂停",
    "provisional": "日历是否暂定",
    "returns": "退回次数",
    "redo_count": "重办次数",
    "satisfaction": "满意度",
    "urgent": "是否紧急",
    "lead_unit": "主办单位",
    "contacted_in_time": "是否按时联系",
    "excluded_from_rates": "是否不计入考核",
    "merged_into": "并入的件",
    "refused": "是否被拒绝",
    "open": "打开的待办",
    "fired": "触发的计时",
    "path": "经过的环节",
    "none": "空着的项目",
    "orders": "工单",
}
_PARTS = {"timers": "的计时", "due": "的期限", "groups": "交给谁", "notices": "发给谁"}
_WORDS = ("status", "phase", "light", "grade", "channel", "outcome")


@dataclass(frozen=True)
class Rehearsed:
    """One run that came out otherwise: `sentences` say how; `stuck`: why a case in it cannot come to its end."""

    title: str
    sentences: tuple[str, ...]
    stuck: str | None = None


def otherwise(trial: Files, before: Files, runs: Sequence[Path]) -> tuple[int, list[Rehearsed]]:
    """How many runs were played on the files on trial, and which came out otherwise than on those of `before`.

    A run that comes out as it is written is not played on the others. Raises the reader's own errors.
    """
    scenarios = [read_scenario(path) for path in runs]
    known = frozenset(task.id for task in read_definition(before).user_tasks)
    names = {**_names(before), **_names(trial)}
    courses = _played(trial, scenarios, known)
    differing = [(s, c) for s, c in zip(scenarios, courses, strict=True) if not _as_written(s, c)]
    earlier = _played(before, [scenario for scenario, _ in differing], known)
    told = [_told(s, c, e, names) for (s, c), e in zip(differing, earlier, strict=True)]
    return len(scenarios), [each for each in told if each.sentences or each.stuck]


def _names(files: Files) -> dict[str, str]:
    """What is drawn and has a name, by id."""
    return {each.id: each.name for each in read_definition(files).elements.values() if each.name}


def _played(files: Files, scenarios: Sequence[Scenario], known: Collection[str]) -> list[Course]:
    if not scenarios:
        return []
    begins = min(scenario.steps[0].at for scenario in scenarios)
    with throw_away_houses(files, begins) as another:
        return [rehearsed(another(each.steps[0].at), each, known) for each in scenarios]


def _as_written(scenario: Scenario, course: Course) -> bool:
    if course.broken or course.stuck or course.extra or course.missing:
        return False
    return all(_wanted(step) == seen for step, seen in zip(scenario.steps, course.seen, strict=True))


def _wanted(step: Step) -> dict[str, Any]:
    refused = {} if step.refused is None else {"refused": True}
    return {
        **refused,
        **{name: plain(sorted(value) if name == "fired" else value) for name, value in step.then.items()},
    }


# ------------------------------------------------------------------ in words
def _told(scenario: Scenario, course: Course, earlier: Course, names: Mapping[str, str]) -> Rehearsed:
    first: dict[str, str] = {}
    for sentence in _sentences(scenario, course, earlier, names):
        first.setdefault(sentence.partition("：")[2] or sentence, sentence)  # each change once, where it is met first
    said = list(first.values())
    more = len(said) - MOST_SENTENCES
    shown = said if more <= 0 else [*said[:MOST_SENTENCES], f"还有 {more} 处不同"]
    return Rehearsed(scenario.title, tuple(shown), None if course.stuck == earlier.stuck else course.stuck)


def _sentences(scenario: Scenario, course: Course, earlier: Course, names: Mapping[str, str]) -> Iterator[str]:
    for task in course.extra:
        yield f"多了“{names[task]}”一步"
    for task in course.missing:
        yield f"没有“{names.get(task, task)}”这一步了"
    for step, now, then in zip(scenario.steps, course.seen, earlier.seen, strict=False):
        for name in now:
            if now[name] != then.get(name):
                yield from _of_field(name, then.get(name), now[name], step, names)
    if course.broken and course.broken != earlier.broken:
        yield f"场景演到这里为止，之后照常办到归档：{course.broken}"


def _of_field(name: str, before: Any, after: Any, step: Step, names: Mapping[str, str]) -> Iterator[str]:
    when = f"{local(step.at):%m-%d %H:%M}："
    if name in _PARTS and isinstance(before, dict) and isinstance(after, dict):
        for part in (*before, *(each for each in after if each not in before)):
            if before.get(part) != after.get(part):
                known = vocabulary.TIMER.get(part) or names.get(part.partition(" ")[0])
                was, now = (_groups(each.get(part)) for each in (before, after))
                yield f"{when}“{known or label('notice', part)}”{_PARTS[name]}由 {_words(was)} 变为 {_words(now)}"
        return
    shown: Callable[[Any], str] = _words
    if name in _WORDS:
        shown = lambda value: _words(None if value is None else label(name, value))  # noqa: E731
    elif name in ("open", "fired"):
        shown = lambda value: _words([_named(each, names) for each in value or ()])  # noqa: E731
    yield f"{when}{FIELDS.get(name, name)}由 {shown(before)} 变为 {shown(after)}"


def _groups(value: Any) -> Any:
    """Groups by their names, anything else as it is."""
    return [group_name(shipped_directory(), each) for each in value] if isinstance(value, list) else value


def _named(word: str, names: Mapping[str, str]) -> str:
    task, _, unit = word.partition(" ")
    name = vocabulary.TIMER.get(task) or names.get(task, task)
    return f"{name}（{unit}）" if unit else name


def _words(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_words(each)}" for name, each in value.items())
    return "、".join(map(_words, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
