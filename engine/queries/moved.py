"""What a migration moved: where a case stood when it went over to another version, and which step took another's place.

The trail says which versions and which instructions; where the case stood, it says when it is led again to there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.cases.again import lead_again
from engine.cases.deeds import MIGRATION_UNDONE
from engine.cases.resting import Kept
from engine.facade import ReadContext
from engine.queries.as_of import LedTo
from engine.queries.history import HistoryLine
from engine.queries.readable import MIGRATIONS, readable
from engine.queries.walk import walks


@dataclass(frozen=True)
class Jump:
    """What was open at one step went on at another: ids, and as they are drawn."""

    source: str
    target: str
    source_name: str
    target_name: str


@dataclass(frozen=True)
class Moved:
    """By one line: the elements on which the case stood before and after, and those of them that are jumps."""

    elements: frozenset[str]
    jumps: tuple[Jump, ...]


def moved_by(ctx: ReadContext, led: LedTo, lines: Sequence[HistoryLine]) -> Mapping[int, Moved]:
    """Line of a migration, or of one taken back → what it moved; of lines that hold."""
    migrations = [line for line in lines if line.action in MIGRATIONS and line.seq <= len(led.lines)]
    return dict(_moved(ctx, led, migrations)) if migrations else {}


def _moved(ctx: ReadContext, led: LedTo, migrations: Sequence[HistoryLine]) -> Iterator[tuple[int, Moved]]:
    latest = ctx.versions.get(ctx.conn, led.row["bundle_id"]).definition
    names = {each.id: each.name for each in readable(ctx, led.row["id"], latest).elements.values()}
    last: Mapping[str, str] = {}
    for line in migrations:
        before, after = (_stood(ctx, led, seq) for seq in (line.seq - 1, line.seq))
        said: Mapping[str, str] = line.after["instructions"]
        if line.action == MIGRATION_UNDONE and line.after["restored"]:  # by none: what was led astray is as it was
            said = {target: source for source, target in last.items()}
        last = {source: target for source, target in said.items() if source in before}
        jumps = (Jump(a, b, names.get(a, a), names.get(b, b)) for a, b in last.items() if a != b)
        yield line.seq, Moved(before | after, tuple(jumps))


def _stood(ctx: ReadContext, led: LedTo, seq: int) -> frozenset[str]:
    """What the case stood on after a line, in every process; nothing where it cannot be led there."""
    grounds = (ctx.versions, ctx.calendars, ctx.directory, ctx.keys)
    known = Kept(ctx.conn, ctx.keys, led.row["id"], ctx.waypoints)
    again, outcome = lead_again(ctx.conn, dict(led.row), *grounds, seq, known)
    if outcome.mismatch is not None or not again.columns:
        return frozenset()
    at: datetime = again.lines[seq - 1].at
    live = again.case(at)
    tokens = live.run.elements_open()
    return frozenset(id for walk in walks(live.version.definition, (), tokens, ()) for id in walk.current)
