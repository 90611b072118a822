"""The table of places from which a long case is led again (engine/cases/resting.py); what it holds may be deleted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table

from engine.storage.models.columns import metadata

waypoints = Table(
    "waypoints",
    metadata,
    Column("case_id", BigInteger, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the last line that is in it
    Column("print", String(64), nullable=False),  # of everything read up to that line (engine/audit/waypoints.py)
    Column("kept", LargeBinary, nullable=False),  # the case as it then was, without anything personal
    Column("mark", String(32), nullable=False),  # by a key of the house: it was the house that led it there
)
