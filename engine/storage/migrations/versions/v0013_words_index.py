"""The index by which cases are found by words of their number, title and description.

The rows of cases that are there already are written when the house is opened (engine/cases/words_index.py): what they
say of descriptions needs the keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# No positions and no lengths: a word is found by its grams, and what they find is looked at again where it can be.
_SQLITE = (
    """
    CREATE VIRTUAL TABLE case_grams USING fts5(
        grams, content='case_words', content_rowid='case_id', detail=none, columnsize=0, tokenize='ascii'
    )
    """,
    """
    CREATE TRIGGER case_words_insert AFTER INSERT ON case_words
    BEGIN INSERT INTO case_grams (rowid, grams) VALUES (NEW.case_id, NEW.grams); END
    """,
    """
    CREATE TRIGGER case_words_delete AFTER DELETE ON case_words
    BEGIN INSERT INTO case_grams (case_grams, rowid, grams) VALUES ('delete', OLD.case_id, OLD.grams); END
    """,
    """
    CREATE TRIGGER case_words_update AFTER UPDATE ON case_words
    BEGIN
        INSERT INTO case_grams (case_grams, rowid, grams) VALUES ('delete', OLD.case_id, OLD.grams);
        INSERT INTO case_grams (rowid, grams) VALUES (NEW.case_id, NEW.grams);
    END
    """,
)

# What waits for the index in a list would be read through by every search.
_POSTGRESQL = ("CREATE INDEX ix_case_words_grams ON case_words USING gin (grams) WITH (fastupdate = off)",)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text() if on_sqlite else sa.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_words_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_words"),
    )
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        op.execute(statement)
