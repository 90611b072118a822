"""Whether the trail of the whole house is as it was written, and how its checkpoints stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine.audit.checkpoints import Standing, standing
from engine.audit.contents import verify_contents
from engine.audit.evidence import BadCheckpoint, Evidence, gathered
from engine.audit.guards import missing_guards
from engine.audit.house import HOUSE
from engine.audit.places import Folder, Place, folders
from engine.audit.states import verify_states
from engine.audit.verify import Against, FirstBad, verify_all, verify_case
from engine.facade import ReadContext
from engine.keys import Keys
from engine.queries.visibility import visible
from engine.storage.models import cases, checkpoint_places
from engine.trail_keys import TrailKeys

LEAST_PLACES = 2
UNMARKED = "没有留痕的密钥，伪造的留痕查不出来：请设置 BANCHENG_AUDIT_KEY。"
NO_CHECKPOINT = "还没有检查点，连同链头一起改写或截掉的留痕查不出来：定时进程每 5 分钟做一个。"


@dataclass(frozen=True)
class BadLine:
    """The first line of a chain that is not as it was written. `name`: number of the case, `house`, or a row id."""

    name: str
    seq: int
    reason: str


@dataclass(frozen=True)
class Verified:
    """What verifying found. `checked`: checkpoints looked at; `remarks`: what was not looked at, and why, in words."""

    lines: tuple[BadLine, ...]
    checkpoints: tuple[BadCheckpoint, ...]
    checked: int
    remarks: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is as it was written."""
        return not (self.lines or self.checkpoints)


@dataclass(frozen=True)
class PlaceStands:
    """A place outside: number of the last checkpoint it took, when, and why it did not take the next one."""

    name: str
    readable: bool
    sent: int
    sent_at: datetime | None
    failure: str | None


@dataclass(frozen=True)
class TrailStands:
    """The last checkpoint, the places outside, and what is missing for the trail to be proof, in words."""

    last: Standing
    key: str | None
    places: tuple[PlaceStands, ...]
    remarks: tuple[str, ...]


def trail_stands(ctx: ReadContext, places: Sequence[Place]) -> TrailStands:
    """How the checkpoints stand; looks at no line."""
    found = {row.place: row for row in ctx.conn.execute(select(checkpoint_places))}
    last, keys = standing(ctx.conn), ctx.keys.trail
    return TrailStands(
        last=last,
        key=None if keys is None else keys.id,
        places=tuple(_place(place, found.get(place.name)) for place in places),
        remarks=tuple(_remarks(keys, last.number, places)),
    )


def _place(place: Place, row: Any) -> PlaceStands:
    readable = isinstance(place, Folder)
    if row is None:
        return PlaceStands(place.name, readable, 0, None, None)
    return PlaceStands(place.name, readable, row.sent, row.sent_at, row.failure)


def places_behind(ctx: ReadContext, places: Sequence[Place]) -> list[str]:
    """A sentence for every place that lacks a checkpoint."""
    stands = trail_stands(ctx, places)
    return [
        f"{place.name} 还缺 {stands.last.number - place.sent} 个检查点：{place.failure or '正在写'}"
        for place in stands.places
        if place.sent < stands.last.number
    ]


def verified(
    conn: Connection,
    keys: TrailKeys | None,
    places: Sequence[Place],
    case_id: int | None = None,
    opening: Keys | None = None,
) -> Verified:
    """Verify every chain, or that of one case, with all checkpoints. Reads only; a million lines take some seconds.

    `opening`: what opens the words people entered and the papers, which are then held against their lines as well; it
    takes as long again, with many papers longer. Without it they are looked for and not opened.
    """
    evidence = Evidence() if keys is None else gathered(conn, keys, folders(places))
    found = {bad.case_id: bad for bad in _bad_chains(conn, Against(keys, evidence), case_id)}
    for bad in (*verify_states(conn, case_id), *verify_contents(conn, opening, case_id)):
        found.setdefault(bad.case_id, bad)
    lines = tuple(BadLine(_name(conn, bad.case_id), bad.seq, bad.reason) for bad in found.values())
    remarks = (
        *(f"防止改写留痕的触发器 {name} 不在了：有人能随意改动留痕，请查明后恢复。" for name in missing_guards(conn)),
        *_remarks(keys, evidence.checked, places),
        *(f"读不到 {each}" for each in evidence.unreadable),
    )
    worst = {bad.number: bad for bad in reversed(evidence.bad)}  # of each the first thing that was said
    return Verified(lines, tuple(worst[number] for number in sorted(worst)), evidence.checked, remarks)


def verified_for(ctx: ReadContext, places: Sequence[Place]) -> Verified:
    """The same for a person: a case they may not know of is not named."""
    found = verified(ctx.conn, ctx.keys.trail, places)
    shown = visible(ctx.actor)
    return replace(found, lines=tuple(_hidden(ctx.conn, line, shown) for line in found.lines))


def _hidden(conn: Connection, line: BadLine, shown: ColumnElement[bool]) -> BadLine:
    there = conn.execute(select(shown).where(cases.c.no == line.name)).scalar()
    return line if there in (None, True, 1) else replace(line, name="限密件")


def _bad_chains(conn: Connection, against: Against, case_id: int | None) -> Iterable[FirstBad]:
    if case_id is None:
        return verify_all(conn, against)
    return filter(None, [verify_case(conn, case_id, against)])


def _remarks(keys: TrailKeys | None, checked: int, places: Sequence[Place]) -> Iterable[str]:
    if keys is None:
        yield UNMARKED
    elif not checked:
        yield NO_CHECKPOINT
    elif len(places) < LEAST_PLACES:
        yield (
            f"检查点只存在数据库和 {len(places)} 处外部地方，应至少 {LEAST_PLACES} 处："
            "请在 BANCHENG_CHECKPOINT_PLACES 里写上数据库管理员改不到的地方。"
        )


def _name(conn: Connection, case_id: int) -> str:
    """The case's number, `house` for what belongs to no case, the row id of a case that is gone or has no number."""
    no = conn.execute(select(cases.c.no).where(cases.c.id == case_id)).scalar()
    return "house" if case_id == HOUSE else str(no or case_id)
