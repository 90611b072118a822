"""Playing a cell of the table of branches: what is found against what is written."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import pytest

from engine.errors import NobodyWaits, TakenByOther
from engine.queries.case import CaseTask, case
from tests.scenarios.branch import Act, Branch, Cell, Seen, Times
from tests.support.play import Play, shown, when

CONFLICT = (TakenByOther, NobodyWaits)  # both are answered 409
COLLEAGUE = {
    "w3": "w1",
    "group": "group2",
    "group2": "group",
    "lead": "lead2",
    "lead2": "lead",
    "callback": "callback2",
}


def play_before(play: Play, branch: Branch) -> None:
    """Bring a fresh case to where the branch begins."""
    for each in branch.before:
        play.at(each.at)
        match each.task:
            case "wait":
                pass
            case "register":
                play.register(each.by, **each.variables)
            case _:
                _doing(play, each)(each.by)


def in_time(play: Play, branch: Branch) -> None:
    """The act comes before the instant."""
    _with_the_house_running(play, branch, branch.in_time)


def late(play: Play, branch: Branch) -> None:
    """The clock is moved onto the instant, or past it, then the act comes."""
    _with_the_house_running(play, branch, branch.late)


def downtime(play: Play, branch: Branch) -> None:
    """Nothing runs until days later."""
    cell, watch = branch.downtime, Watch(play)
    play.after_downtime(cell.at)
    watch.fired(cell.fired, struck_at=cell.at)
    watch.sees(cell.now)
    assert play.after_downtime(cell.at) == [], "something struck twice"


def raced(play: Play, branch: Branch) -> None:
    """The act is faster than the sweep; a second person at the same task is not."""
    cell, watch = branch.raced, Watch(play)
    doing, by = _doing(play, cell.act or branch.act), (cell.act or branch.act).by
    play.house.clock.move(when(cell.at))
    _do(doing, by, cell.refused)
    watch.fired(cell.fired, struck_at=cell.at)
    watch.timers_came_first()
    watch.sees(cell.then)
    with pytest.raises(CONFLICT):
        doing(COLLEAGUE.get(by, by))


def at_once_with_the_sweep(play: Play, branch: Branch) -> None:
    """The act and the sweep meet: whoever is first, it comes out as if the act had raced the sweep."""
    cell, watch = branch.raced, Watch(play)
    doing, by = _doing(play, cell.act or branch.act), (cell.act or branch.act).by
    play.house.clock.move(when(cell.at))
    with ThreadPoolExecutor() as pool:
        sweep = pool.submit(play.engine.fire_due)
        _do(doing, by, cell.refused)
        sweep.result()
    watch.fired(cell.fired, struck_at=cell.at)
    watch.timers_came_first()
    watch.sees(cell.then)


def _with_the_house_running(play: Play, branch: Branch, cell: Cell) -> None:
    watch, doer = Watch(play), cell.act or branch.act
    doing = _doing(play, doer)
    play.at(cell.at)
    watch.fired(cell.fired)
    watch.sees(cell.now)
    _do(doing, doer.by, cell.refused)
    watch.sees(cell.then)


def _do(doing: Callable[[str], None], by: str, refused: bool) -> None:
    with pytest.raises(CONFLICT) if refused else nullcontext():
        doing(by)


def _doing(play: Play, act: Act) -> Callable[[str], None]:
    """The act, on the task that is open now, whatever becomes of it until somebody does it."""
    if act.task == "withdraw":
        return lambda by: play.withdraw(by, **act.variables)
    name, _, unit = act.task.partition(" ")
    task = _task(play, act.case or play.no, name, unit or None)
    return lambda by: play.complete(task.id, by, **act.variables)


def _task(play: Play, no: str, name: str, unit: str | None) -> CaseTask:
    found = [each for each in play.engine.read(case, no).open_tasks if each.task == name]
    return next(each for each in reversed(found) if unit in (None, each.unit))


class Watch:
    """What happens to the case from now on."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._lines = len(play.timeline())

    def _new(self) -> list[Any]:
        return list(self.play.timeline()[self._lines :])

    def fired(self, wanted: Times, struck_at: str | None = None) -> None:
        """Exactly these timers struck, in this order, each line with when it was due and when it really struck."""
        lines = [line for line in self._new() if line.action == "timer_fired"]
        found = [(line.element, _shown(line.after["due"]), _shown(line.after["at"])) for line in lines]
        assert found == [_strike(name, text, struck_at) for name, text in wanted.items()]

    def timers_came_first(self) -> None:
        """No timer struck behind the back of the act."""
        actors = [line.actor for line in self._new() if line.action in ("timer_fired", "completed", "message")]
        assert actors == sorted(actors, key=lambda actor: actor != "system")

    def sees(self, wanted: Seen | None) -> None:
        """The case is as written."""
        if wanted is None:
            return
        plain = {"timers": dict(wanted.timers), "tier": wanted.tier, "light": wanted.light, "status": wanted.status}
        expected = {**plain, **wanted.more, "tasks": sorted(map(_normal, wanted.tasks))}
        case = self.play.case()
        found = {name: self._found(case, name, expected[name]) for name in (*plain, *wanted.more)}
        assert {**found, "tasks": _as_written(case.open_tasks, expected["tasks"])} == expected

    def _found(self, case: Any, name: str, wanted: Any) -> Any:
        if name == "timers":
            return self.play.timers()
        if name == "notices":
            return {kind: self._told(kind) for kind in wanted}
        value = getattr(case, name)
        return shown(value) if isinstance(value, datetime) else value

    def _told(self, kind: str) -> list[list[str]]:
        """Whom the notices of this kind went to."""
        told = [line.after for line in self._new() if line.action == "notice"]
        return [after["groups"] for after in told if after["kind"] == kind]


def _strike(name: str, text: str, struck_at: str | None) -> tuple[str, str, str]:
    due, _, at = text.partition(" @ ")
    return name, due, struck_at or at or due


def _shown(instant: str) -> str | None:
    return shown(datetime.fromisoformat(instant))


def _normal(task: str) -> str:
    name, *rest = task.split(" | ")
    return " | ".join([name, ",".join(sorted(rest[0].split(","))), rest[1]]) if rest else name


def _as_written(tasks: tuple[CaseTask, ...], wanted: list[str]) -> list[str]:
    """The open tasks, each in as much detail as the table has it."""
    by_name = {each for each in wanted if " | " not in each}
    found = [_written(task) for task in tasks]
    return sorted(text.partition(" | ")[0] if text.partition(" | ")[0] in by_name else text for text in found)


def _written(task: CaseTask) -> str:
    name = f"{task.task} {task.unit}" if task.unit else task.task
    return f"{name} | {','.join(sorted(task.groups))} | {shown(task.due)}"
