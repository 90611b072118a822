"""The directory as the engine uses it: units, windows and matters, read whole into one frozen value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert, select

from engine.directory.matters import Matter, matter_from, matter_row
from engine.directory.units import Unit, Window, unit_from, unit_row, window_from, window_row
from engine.errors import NotFound
from engine.storage import models
from engine.storage.prepared import Prepared

_UNITS = Prepared(select(models.units).order_by(models.units.c.position))
_MATTERS = Prepared(select(models.matters).order_by(models.matters.c.code))
_T = TypeVar("_T")


@dataclass(frozen=True)
class Directory:
    """Units, windows and matters by code, each in the order of the directory."""

    units: Mapping[str, Unit]
    windows: Mapping[str, Window]
    matters: Mapping[str, Matter]

    def unit(self, code: str) -> Unit:
        """The unit with this code; raises NotFound."""
        return _found(self.units, code, "单位")

    def matter(self, code: str) -> Matter:
        """The matter with this code; raises NotFound."""
        return _found(self.matters, code, "事项")

    def desks(self) -> tuple[Unit, ...]:
        """The units that can be lead or co-unit of a case."""
        return tuple(unit for unit in self.units.values() if unit.has_desk)

    def has_desk(self, code: str | None) -> bool:
        """Whether this code names a unit that can be lead or co-unit."""
        return code is not None and code in self.units and self.units[code].has_desk


def _found(things: Mapping[str, _T], code: str, what: str) -> _T:
    if code not in things:
        raise NotFound(f"没有代码为“{code}”的{what}，请核对代码。")
    return things[code]


def load_directory(conn: Connection) -> Directory:
    """Read the whole directory from the tables `units` and `matters`."""
    return _directory(_UNITS.fetch(conn, {}), _MATTERS.fetch(conn, {}))


def shipped_directory() -> Directory:
    """The directory as it is shipped, for what needs no house."""
    units, matters = _shipped_rows()
    return _directory(units, sorted(matters, key=itemgetter("code")))


def _directory(units: Iterable[Mapping[str, Any]], matters: Iterable[Mapping[str, Any]]) -> Directory:
    units = list(units)
    return Directory(
        units={row["code"]: unit_from(row) for row in units if row["kind"] != "window"},
        windows={row["code"]: window_from(row) for row in units if row["kind"] == "window"},
        matters={row["code"]: matter_from(row) for row in matters},
    )


def seed_directory(conn: Connection) -> None:
    """Enter the shipped units, windows and matters that the tables lack; what is there already stays as it is."""
    units, matters = _shipped_rows()
    _enter(conn, models.units, units)
    _enter(conn, models.matters, matters)


def _shipped_rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the tables `units`, windows among them, and `matters`."""
    shipped = _shipped("units.json")
    units = [unit_row(record, position) for position, record in enumerate(shipped["units"])]
    windows = [window_row(record, len(units) + place) for place, record in enumerate(shipped["windows"])]
    return units + windows, [matter_row(record) for record in _shipped("matters.json")["matters"]]


def _shipped(name: str) -> Any:
    return json.loads(files("engine.directory").joinpath("data", name).read_text(encoding="utf-8"))


def _enter(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    present = set(conn.scalars(select(table.c.code)))
    missing = [row for row in rows if row["code"] not in present]
    if missing:
        conn.execute(insert(table), missing)
