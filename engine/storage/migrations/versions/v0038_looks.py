"""Who looked at which cases can be read newest first, of everybody and of one person.

Every case is read anew by the worker: there are new rules to hold them against.
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_index("ix_accesses_at_id", "accesses", ["at", "id"])
    op.create_index("ix_accesses_person_at_id", "accesses", ["person", "at", "id"])
    op.execute("UPDATE cases SET walked_seq = 0")
