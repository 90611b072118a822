"""By what a row of the ledger was worked out, beside its case: another edition of the program, units and matters by
other names or another calendar may say something else of the same case."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import engine
from engine.audit.trail import canonical
from engine.directory.calendars import latest_version
from engine.facade import ReadContext

_LENGTH = 16  # hex digits
_WRITTEN_IN = ("*.py", "*.json")  # the rules, and the days the calendar is made of


def form_of(ctx: ReadContext) -> str:
    """Sixteen hex digits that tell one way of working rows out from any other."""
    known = ctx.directory
    units = {code: unit.short for code, unit in known.units.items()}
    matters = {code: matter.name for code, matter in known.matters.items()}
    told = canonical([edition(), latest_version(ctx.conn), units, matters])
    return hashlib.sha256(told.encode()).hexdigest()[:_LENGTH]


@cache
def edition() -> str:
    """A digest of the program as it is installed."""
    root = Path(engine.__path__[0])
    files = sorted(path for pattern in _WRITTEN_IN for path in root.rglob(pattern))
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
