"""`bench trail`: what it takes to verify a trail of a million lines with its checkpoints (PERFORMANCE.md), and what was
entered beside them.

The lines are written as the door writes them, marked and chained, ten to a case, a checkpoint for every thousand; four
of ten commit themselves to answers kept beside. The cases themselves are rows with nothing in them. Verifying runs in a
process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert, select, text

from engine.audit.checkpoints import MOST_LINES, take
from engine.audit.contents import verify_contents
from engine.audit.evidence import gathered
from engine.audit.keeping import tell_places
from engine.audit.lines import append
from engine.audit.places import Folder
from engine.audit.trail import Line, canonical, chain, commitment, genesis
from engine.audit.verify import Against, verify_all
from engine.bench.many import OnProgress, peak
from engine.clock import SystemClock
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import Engine
from engine.house import enter_house, open_house
from engine.keys import Keys
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import answers, bundles, cases
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed

TARGET = 15  # seconds for a million lines
PER_CASE = 10
_FIRST = 1_000_000  # row id of the first case
_SIZE = {  # in bytes
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}
_ACTS = ("registered", "completed", "decided", "notice", "claimed")
_ENTERING = frozenset({"completed", "decided"})
_ENTERED = canonical({"action": "reply", "reply_text": "材料已补齐，窗口当场受理，请本人持身份证领取。" * 4})
_SALT = "0123456789abcdef" * 2


@dataclass(frozen=True)
class Verified:
    """Seconds `of_checkpoints` and `of_lines`, `busy`: of the processor alone; `of_contents`, `busy_contents`: the same
    of opening what was entered, which comes on top; `size` of the database in bytes, `grown`: by how much the peak of
    memory lay above where it began; `bad`: faults found."""

    lines: int
    checkpoints: int
    of_checkpoints: float
    of_lines: float
    of_contents: float
    busy: float
    busy_contents: float
    size: int
    grown: int
    bad: int


def measure(lines: int, on_progress: OnProgress = lambda made: None, url: str | None = None) -> Verified:
    """Make a house with so many lines in cases, and verify them; `url`: an empty database to use."""
    with tempfile.TemporaryDirectory() as folder:
        outside = Folder(str(Path(folder) / "outside"))
        settings = Settings(database_url=url or f"sqlite:///{Path(folder) / 'trail.db'}", demo=True)
        engine = open_house(settings)
        fill_lines(engine, lines, on_progress)
        tell_places(engine.db, [outside], SystemClock().now())
        with engine.db.read() as conn:
            size = int(conn.execute(_SIZE[engine.db.dialect]).scalar_one())
        engine.db.close()
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            found: Verified = alone.apply(_verify, (settings, outside, lines, size))
    return found


def _verify(settings: Settings, outside: Folder, lines: int, size: int) -> Verified:
    engine = enter_house(settings, simulated=False)
    keys, before = engine.keys.trail, peak()
    assert keys is not None
    with engine.db.read() as conn:
        began, worked = perf_counter(), process_time()
        evidence = gathered(conn, keys, [outside])
        between = perf_counter()
        bad = len(list(verify_all(conn, Against(keys, evidence)))) + len(evidence.bad)
        bad += len(list(verify_contents(conn, None)))
        told, so_far = perf_counter(), process_time()
        bad += len(list(verify_contents(conn, engine.keys)))
        ended, done = perf_counter(), process_time()
    engine.db.close()
    return Verified(
        lines=lines,
        checkpoints=evidence.checked,
        of_checkpoints=between - began,
        of_lines=told - between,
        of_contents=ended - told,
        busy=so_far - worked,
        busy_contents=done - so_far,
        size=size,
        grown=peak() - before,
        bad=bad,
    )


# ------------------------------------------------------------------ many lines
def fill_lines(engine: Engine, lines: int, on_progress: OnProgress) -> None:
    """Write so many lines in cases of ten, with a checkpoint for every thousand."""
    at_once = MOST_LINES // PER_CASE
    keys, now = engine.keys.trail, engine.clock.now()
    assert keys is not None
    with engine.db.read() as conn:
        bundle = conn.execute(select(bundles.c.id).limit(1)).scalar_one()
    for first in range(0, lines // PER_CASE, at_once):
        numbers = range(first, min(first + at_once, lines // PER_CASE))
        engine.db.write(partial(_write, sealing=engine.keys, numbers=numbers, bundle=bundle))
        engine.db.write(partial(take, keys=keys, now=now + timedelta(minutes=first), whatever=True))
        on_progress(len(numbers) * PER_CASE)


def _write(tx: WriteTransaction, sealing: Keys, numbers: range, bundle: int) -> None:
    tx.begin_writing()
    chains = {str(uuid.uuid4()): _FIRST + number for number in numbers}
    written = {uid: list(_lines(case_id, uid)) for uid, case_id in chains.items()}
    tx.conn.execute(insert(cases), [_case(uid, own[-1], bundle) for uid, own in written.items()])
    lines = [line for own in written.values() for line in own]
    append(tx.conn, lines)
    insert_rows(tx.conn, answers, [_answer(sealing, line) for line in lines if line.action in _ENTERING])


def _answer(sealing: Keys, line: Line) -> dict[str, Any]:
    beside = {name: getattr(line, name) for name in ("case_id", "seq", "element", "actor", "at")}
    return sealed(sealing, answers, {**beside, "task_id": None, "variables": _ENTERED, "salt": _SALT})


def _lines(case_id: int, uid: str) -> Iterator[Line]:
    head, at = genesis(uid), SystemClock().now()
    said = {"path": ["five_step_loop/accept", "five_step_loop/gateway_1"], "unit": "SC-SS"}
    for seq in range(1, PER_CASE + 1):
        act = _ACTS[seq % len(_ACTS)]
        after = {**said, "commitment": commitment(_SALT, _ENTERED)} if act in _ENTERING else said
        line = chain(head, case_id, seq, at=at, actor="w3", action=act, element="accept", after=after, digest=head)
        head = line.hash
        yield line


def _case(uid: str, last: Line, bundle: int) -> dict[str, Any]:
    return {
        "id": last.case_id,
        "uid": uid,
        "no": f"BCS-2020-{last.case_id}",
        "bundle_id": bundle,
        "key": CASE_PROCESS,
        "revision": 1,
        "state": b"",
        "ledger": "{}",
        "facts": "{}",
        "audit_seq": last.seq,
        "audit_head": last.hash,
        "started_at": last.at,
        "received_at": last.at,
    }
