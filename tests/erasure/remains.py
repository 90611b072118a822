"""What a database still holds of somebody: every table as people know its rows, and the bytes of the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import Table, select

from engine.bpmn import state
from engine.facade import ReadContext
from engine.storage.models import answers, attachments, case_people, case_words, metadata, person_marks
from engine.storage.sealed import sealed_columns, unsealed
from tests.personal.planting import PERSON, WORDS, hits
from tests.support.play import Play

CANARIES = (*PERSON, WORDS, "1Z-QQ-8842", "HL-QQ-5521")


def remains(play: Play) -> dict[str, list[str]]:
    """Table → the canaries that stand in it, sealed ones opened and packed states unpacked."""
    found = {table.name: hits(_all(play, table), CANARIES) for table in metadata.sorted_tables}
    return {name: each for name, each in found.items() if each}


def _all(play: Play, table: Table) -> bytes:
    return b"\n".join(part for row in play.engine.read(_rows, table) for part in _parts(table, row))


def _rows(ctx: ReadContext, table: Table) -> list[dict[str, Any]]:
    rows = ctx.conn.execute(select(table)).mappings()
    return [dict(unsealed(ctx.keys, table, row) if sealed_columns(table) else row) for row in rows]


def _parts(table: Table, row: dict[str, Any]) -> list[bytes]:
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in row.values() if value is not None]
    if table.name == "cases":
        parts.append(_unpacked(row["state"]))
    return parts


def _unpacked(stored: bytes) -> bytes:
    body = stored[state.HEADER :]
    return body if stored[2] == state.PLAIN else zstandard.decompress(body)


# ------------------------------------------------------------------ the file
def secrets_of(play: Play) -> dict[str, list[bytes]]:
    """What stands in the file of the person of all cases, as it stands there: sealed values, salts, marks."""
    return play.engine.read(_secrets)


def _secrets(ctx: ReadContext) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {"salt": [], "sealed": [], "mark": [], "title": []}
    for table in (answers, attachments, case_people):
        names = [column.name for column in sealed_columns(table)]
        for row in ctx.conn.execute(select(table)).mappings():
            found["sealed"] += [_bytes(row[name])[:200] for name in names if row[name] is not None]
    found["salt"] = [_bytes(salt) for salt in ctx.conn.scalars(select(answers.c.salt)) if salt]
    found["mark"] = [_bytes(mark) for mark in ctx.conn.scalars(select(person_marks.c.mark))]
    found["title"] = [_bytes(title) for title in ctx.conn.scalars(select(case_words.c.title))]
    return found


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def in_the_file(path: Path, secrets: dict[str, list[bytes]]) -> dict[str, int]:
    """Kind → how many of them stand in the file or in the log beside it."""
    beside = path.with_name(path.name + "-wal")
    text = path.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
    found = {kind: sum(each in text for each in wanted) for kind, wanted in secrets.items()}
    return {kind: count for kind, count in found.items() if count}
