"""Rebuilding what is stored of a case from its trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.replay import lines_of
from engine.cases import live, saving
from engine.cases.again import lead_again
from engine.cases.opening import Grounds
from engine.errors import NotNow
from engine.storage.database import WriteTransaction


def rebuild(tx: WriteTransaction, grounds: Grounds, row: Mapping[str, Any], incident: int) -> int:
    """Lead the case again by its trail and write what that comes to; returns how many lines it went by.

    Every line must hold, so the state is to the last bit the one that was lost; the line that tells of the repair
    bears the same digest. Raises NotNow when the trail does not hold, for nothing is guessed.
    """
    led, outcome = lead_again(tx.conn, row, grounds.versions, grounds.calendars, grounds.directory, grounds.keys)
    if outcome.mismatch is not None:
        seq, reason = outcome.mismatch.seq, outcome.mismatch.reason
        raise NotNow(f"留痕从第 {seq} 行起不能回放（{reason}），不能按它修复；请从备份恢复后再重试。")
    last = lines_of(tx.conn, grounds.keys, row["id"])[-1].at
    worktime = grounds.calendars.get(tx.conn, led.columns["calendar"])
    version = grounds.versions.get(tx.conn, led.columns["bundle_id"])
    opened = live.load({**row, **led.columns}, version, grounds.now, grounds.actor, worktime, grounds.directory)
    opened.keys = grounds.keys
    opened.step.not_before(last)
    opened.step.note("repaired", None, None, {"incident": incident, "line": outcome.seq})
    tx.begin_writing()
    saving.write_anew(tx.conn, opened, led.columns)
    return outcome.seq
