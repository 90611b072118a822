"""联络簿 as people see it: every unit with its contacts, to whom it reports, and how fresh its entry is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.directory import Unit
from engine.directory.liaison import Contact, LiaisonEntry, entries, may_keep
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.people import displays


@dataclass(frozen=True)
class LiaisonLine:
    """One unit. `parent`: the short name of the unit above it, `state` a key of vocabulary.FRESHNESS.

    `confirmed_by` as on screens; `own`: whoever asks keeps this entry.
    """

    unit: Unit
    parent: str | None
    contacts: Mapping[str, Contact]
    confirmed_at: datetime | None
    confirmed_by: str | None
    state: str
    own: bool


def liaison_book(ctx: ReadContext) -> tuple[LiaisonLine, ...]:
    """Every unit with a desk, in the order of the directory."""
    found = entries(ctx.conn)
    names = displays(ctx.conn, {entry.confirmed_by for entry in found.values() if entry.confirmed_by})
    return tuple(_line(ctx, entry, names) for entry in found.values() if entry.unit in ctx.directory.units)


def liaison_line(ctx: ReadContext, code: str) -> LiaisonLine:
    """The entry of one unit; raises NotFound."""
    line = next((line for line in liaison_book(ctx) if line.unit.code == code), None)
    if line is None:
        raise NotFound(f"没有代码为“{code}”的承办单位，请核对。")
    return line


def _line(ctx: ReadContext, entry: LiaisonEntry, names: Mapping[str, str]) -> LiaisonLine:
    unit = ctx.directory.unit(entry.unit)
    above = ctx.directory.units.get(unit.parent or "")
    return LiaisonLine(
        unit=unit,
        parent=None if above is None else above.short,
        contacts=entry.contacts,
        confirmed_at=entry.confirmed_at,
        confirmed_by=names[entry.confirmed_by] if entry.confirmed_by else None,
        state=entry.state(ctx.now),
        own=may_keep(ctx.actor, entry.unit),
    )
