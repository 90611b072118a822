"""为什么超期: a late case told in sentences, from its steps' working time against what they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.queries.step_times import NONE, Lateness, StepTime
from webapp.pages.audit_words import duration

_MOST = 5


Name = Callable[[str], str]


def why_late(late: Lateness, unit_name: Name) -> list[str]:
    """Sentences, the sum first."""
    return [*_sum(late), *_over(late, unit_name), *_longest(late, unit_name), *_detours(late)]


def _sum(late: Lateness) -> Iterator[str]:
    over = late.took - late.given
    stood = f"（暂停的 {duration(late.paused)} 不算在内）" if late.paused > NONE else ""
    yield (
        f"自受理起给了 {duration(late.given)} 工作时间，用了 {duration(late.took)}{stood}，"
        f"超出 {duration(max(over, NONE))}。"
    )


def _over(late: Lateness, unit_name: Name) -> Iterator[str]:
    if not late.over:
        yield "每一步都没有超过自己的时限：几步的时限加起来，比答复期限给的时间长。"
        return
    total = sum((step.over for step in late.over), NONE)
    yield f"有 {len(late.over)} 步超过自己的时限，共超 {duration(total)}："
    for step in late.over[:_MOST]:
        given, took = duration(step.allowed or NONE), duration(step.took)
        yield f"· {step_words(step, unit_name)}：时限 {given}，用了 {took}，{_halves(step)}。"


def _longest(late: Lateness, unit_name: Name) -> Iterator[str]:
    rest = [step for step in late.longest if step not in late.over[:_MOST] and step.took > NONE]
    if rest:
        told = "；".join(f"{step_words(step, unit_name)} {duration(step.took)}（{_halves(step)}）" for step in rest)
        yield f"时限内用时较长的：{told}。"


def _detours(late: Lateness) -> Iterator[str]:
    if late.returns:
        yield f"退单 {late.returns} 次：每次都要重新裁定、派单，期限不重算。"
    if late.rounds > 1:
        yield f"重办 {late.rounds - 1} 次，期限按最后一轮计。"


def _halves(step: StepTime) -> str:
    if step.handled == NONE:
        return "没有领取的记录，全程算等候"
    return f"等人领取 {duration(step.waited)}，办理 {duration(step.handled)}"


def step_words(step: StepTime, unit_name: Name) -> str:
    """A step with whoever did it."""
    undone = "还没有办" if step.how == "open" else "没有办就收回"
    by = f"，{step.by or undone}"
    unit = f"（{unit_name(step.unit)}）" if step.unit else ""
    return f"{step.name}{unit}{by}"
