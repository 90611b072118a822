"""What is told of a pending case every month no longer lies with the leading group.

Those cases are read anew by the worker: until then such a step lies where it lay.
"""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    pending = "SELECT case_id FROM walked_steps WHERE how IS NULL AND element = 'review_pending'"
    op.execute(f"UPDATE cases SET walked_seq = 0 WHERE id IN ({pending})")
