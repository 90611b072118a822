"""What the rates ask of a case is a column, so that cases that are alike are counted off an index."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
_AT_ONCE = 1000
_NOTHING = "[false,false,null,null,null]"


def upgrade() -> None:
    op.add_column("cases", sa.Column("heard", sa.String(60), nullable=False, server_default=_NOTHING))
    _read_the_facts()
    counted = sa.text("counted_at IS NOT NULL")
    op.drop_index("ix_cases_counted_at_id", "cases")
    op.create_index(
        "ix_cases_counted",
        "cases",
        [
            *("counted_at", "id", "key", "restricted", "counted_due", "heard"),
            *("lead_unit", "cause", "channel", "grade", "outcome"),
        ],
        sqlite_where=counted,
        postgresql_where=counted,
    )


def _read_the_facts() -> None:
    conn, after = op.get_bind(), 0
    some = sa.text("SELECT id, facts FROM cases WHERE id > :after ORDER BY id LIMIT :most")
    change = sa.text("UPDATE cases SET heard = :heard WHERE id = :id")
    while found := conn.execute(some, {"after": after, "most": _AT_ONCE}).all():
        told = [{"id": id, "heard": _heard(json.loads(facts))} for id, facts in found]
        if unlike := [each for each in told if each["heard"] != _NOTHING]:
            conn.execute(change, unlike)
        after = found[-1].id


def _heard(record: dict[str, Any]) -> str:
    """Anonymous, reached, contacted in time, solved, satisfaction."""
    facts = record["facts"]
    visit = facts.get("visit") or {}
    in_time = False if facts.get("contacts_missed") else facts.get("contacted_in_time")
    called_back = bool(visit.get("contacted"))
    said = (record["anonymous"], called_back, in_time, visit.get("resolved"), facts.get("satisfaction"))
    return json.dumps(said, separators=(",", ":"))
