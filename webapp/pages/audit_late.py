"""为什么超期: a late case told in sentences, from its steps' working time against what they were given.

Whose doing a late step is, is said in the words of the figures of many cases (engine/heat/lateness.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from engine.heat.lateness import WHY
from engine.queries.step_times import NONE, Lateness, StepTime
from engine.vocabulary import label
from webapp.pages.audit_words import duration

_MOST = 5
HOW = {"completed": "办完", "withdrawn": "没有办就收回", "open": "还没有办完"}  # how a step stands


Name = Callable[[str], str]


def why_late(late: Lateness, unit_name: Name) -> list[str]:
    """Sentences, the sum first."""
    told = (_sum(late), _late(late, unit_name), _longest(late, unit_name), _detours(late), _supervision(late))
    return [sentence for sentences in told for sentence in sentences]


def _sum(late: Lateness) -> Iterator[str]:
    over = late.took - late.given
    stood = f"（暂停的 {duration(late.paused)} 不算在内）" if late.paused > NONE else ""
    yield (
        f"自受理起给了 {duration(late.given)} 工作时间，用了 {duration(late.took)}{stood}，"
        f"超出 {duration(max(over, NONE))}。"
    )


def _late(late: Lateness, unit_name: Name) -> Iterator[str]:
    if not late.late:
        yield "没有哪一步单独超期。"
        return
    counted = Counter(step.late for step in late.late)
    why = "、".join(f"{label('late', each)} {counted[each]} 步" for each in WHY if counted[each])
    total = sum((step.over for step in late.late), NONE)
    beyond = f"，共超自己的时限 {duration(total)}" if total > NONE else ""
    yield f"有 {len(late.late)} 步超期（{why}）{beyond}："
    for step in late.late[:_MOST]:
        yield f"· {step_words(step, unit_name)}：{_against(step)}，{_halves(step)}。{label('late', step.late)}。"


def _against(step: StepTime) -> str:
    """What it took, held against its own limit."""
    if step.allowed is None:
        return f"没有自己的时限，用了 {duration(step.took)}，过了答复期限"
    said = f"时限 {duration(step.allowed)}，用了 {duration(step.took)}"
    if step.over > NONE:
        return f"{said}，超 {duration(step.over)}"
    return f"{said}，{'过了时限，之后还没有上班' if step.past_due else '在自己的时限内，过了答复期限'}"


def _longest(late: Lateness, unit_name: Name) -> Iterator[str]:
    rest = [step for step in late.longest if step not in late.late and step.took > NONE]
    if rest:
        told = "；".join(f"{step_words(step, unit_name)} {duration(step.took)}（{_halves(step)}）" for step in rest)
        yield f"时限内用时较长的：{told}。"


def _detours(late: Lateness) -> Iterator[str]:
    if late.returns:
        yield f"退单 {late.returns} 次：每次都要重新裁定、派单，期限不重算。"
    if late.rounds > 1:
        yield f"重办 {late.rounds - 1} 次，期限按最后一轮计。"


def _supervision(late: Lateness) -> Iterator[str]:
    """Why nothing above is a task of supervision."""
    if late.supervised:
        counted = Counter(step.how for step in late.supervised)
        stood = "、".join(f"{HOW[how]} {counted[how]} 次" for how in HOW if counted[how])
        beside = "督办与办理同时进行，不占答复的时间，不在上面的步骤里。"
        over = sum(bool(step.late) for step in late.supervised)
        beyond = f"，其中 {over} 次超过督办自己的时限" if over else ""
        yield f"督办 {len(late.supervised)} 次：{stood}{beyond}。{beside}"


def _halves(step: StepTime) -> str:
    if step.begun_at is None:
        return "还没有人领取，全程算等候" if step.how == "open" else "没有领取的记录，全程算等候"
    return f"等人领取 {duration(step.waited)}，办理 {duration(step.handled)}"


def step_words(step: StepTime, unit_name: Name) -> str:
    """A step with whoever did it, or has it in hand."""
    unit = f"（{unit_name(step.unit)}）" if step.unit else ""
    return f"{step.name}{unit}，{step.by or how_words(step)}"


def how_words(step: StepTime) -> str:
    """How a step stands that nobody has completed."""
    if step.how != "open":
        return HOW[step.how]
    return f"在{step.holder}手里，还没有办" if step.holder else "还没有办"
