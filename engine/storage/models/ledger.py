"""The table derived from cases for handing out long ledgers: what a line says, worked out beforehand."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from engine.storage.models.columns import SEALED, metadata

ledger_rows = Table(  # one row per case that is no restricted one (engine/exports/keeping.py)
    "ledger_rows",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, nullable=False),  # the last audit line that is in it: behind it, it counts for nothing
    Column("form", String(16), nullable=False),  # what else it was worked out from (engine/exports/kept.py)
    Column("cells", LargeBinary, nullable=False, info=SEALED),  # JSON
    Index(None, "form"),
)
