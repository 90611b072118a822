"""Words find the newest receipts first: the rows of their index are numbered by receipt, and bear who a case is about.

The full-text table of SQLite is walked from its last row on and left as soon as a page is full. Beside it stand the
indexes by which lists leave out what somebody may not know of.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# Two numbers of 32 bits for each mark of a person, as engine/cases/words_index.py writes them from now on; the place is
# the second of its receipt, then its id.
_WRITE = """
    UPDATE case_words SET grams = grams || coalesce({marks}, {none}), place = (
        SELECT (coalesce(received_at, started_at) / 1000000) * 2147483648 + id
        FROM cases WHERE cases.id = case_words.case_id
    )
"""
_MARKS = {
    "sqlite": """
        (SELECT ' ' || group_concat(substr(mark, 1, 8) || ' ' || substr(mark, 9, 8), ' ')
         FROM person_marks WHERE person_marks.case_id = case_words.case_id)
    """,
    "postgresql": """
        (SELECT array_agg(('x' || part)::bit(32)::integer)
         FROM person_marks, LATERAL (VALUES (substr(mark, 1, 8)), (substr(mark, 9, 8))) AS parts (part)
         WHERE person_marks.case_id = case_words.case_id)
    """,
}
_NONE = {"sqlite": "''", "postgresql": "'{}'::integer[]"}
_TAKE_DOWN = {
    "sqlite": (*(f"DROP TRIGGER case_words_{act}" for act in ("insert", "delete", "update")), "DROP TABLE case_grams"),
    "postgresql": ("DROP INDEX ix_case_words_grams",),
}
# As in 0013, but for the number of a row.
_PUT_UP_ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE case_grams USING fts5(
        grams, content='case_words', content_rowid='place', detail=none, columnsize=0, tokenize='ascii'
    )
    """,
    """
    CREATE TRIGGER case_words_insert AFTER INSERT ON case_words
    BEGIN INSERT INTO case_grams (rowid, grams) VALUES (NEW.place, NEW.grams); END
    """,
    """
    CREATE TRIGGER case_words_delete AFTER DELETE ON case_words
    BEGIN INSERT INTO case_grams (case_grams, rowid, grams) VALUES ('delete', OLD.place, OLD.grams); END
    """,
    """
    CREATE TRIGGER case_words_update AFTER UPDATE ON case_words
    BEGIN
        INSERT INTO case_grams (case_grams, rowid, grams) VALUES ('delete', OLD.place, OLD.grams);
        INSERT INTO case_grams (rowid, grams) VALUES (NEW.place, NEW.grams);
    END
    """,
    "INSERT INTO case_grams (case_grams) VALUES ('rebuild')",
)
_PUT_UP = {
    "sqlite": _PUT_UP_ON_SQLITE,
    "postgresql": ("CREATE INDEX ix_case_words_grams ON case_words USING gin (grams) WITH (fastupdate = off)",),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in _TAKE_DOWN[dialect]:
        op.execute(statement)
    op.add_column("case_words", sa.Column("place", sa.BigInteger()))
    op.execute(_WRITE.format(marks=_MARKS[dialect], none=_NONE[dialect]))
    with op.batch_alter_table("case_words") as batch:
        batch.alter_column("place", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_case_words_place", "case_words", ["place"])
    for statement in _PUT_UP[dialect]:
        op.execute(statement)
    restricted = sa.text("restricted")
    op.create_index("ix_cases_restricted", "cases", ["id"], sqlite_where=restricted, postgresql_where=restricted)
    op.create_index("ix_work_orders_unit_case_id", "work_orders", ["unit", "case_id"])
