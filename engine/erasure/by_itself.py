"""Erasing what is past its time without anybody's asking, where the house wants it so (BANCHENG_RETENTION_AUTO)."""

from __future__ import annotations

from sqlalchemy import true

from engine.cases.commands import SYSTEM, AskErasure, EraseCase
from engine.facade import Engine
from engine.queries.keeping import due_cases

_AT_ONCE = 10  # in one beat: the clocks come first
_NOTE = "保存期满，按设置自动清除。"


def erase_due(engine: Engine) -> int:
    """Erase some of what is past its time; returns how many. What was asked for waits for its second person."""
    if not engine.retention.by_itself:
        return 0
    due = engine.read(lambda ctx: due_cases(ctx.conn, ctx.retention, ctx.now, true(), _AT_ONCE, unasked=True))
    for each in due:
        engine.execute(EraseCase(each.no, engine.execute(AskErasure(each.no, "retention", _NOTE), SYSTEM)), SYSTEM)
    return len(due)
