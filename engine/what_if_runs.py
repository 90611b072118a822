"""What-if runs of the house: asked for by a supervisor, made beside their request, kept with their answer.

One run at a time: it takes a processor of the machine for a while. What it does is in a process apart; a thread of this
process reads the cases for it and writes down how far it is. A run whose process has ended is told by its silence.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from engine.audit import house as trail
from engine.cases import policy
from engine.cases.commands import Actor
from engine.clock import SystemClock
from engine.definitions.drafts import draft_of, files_of
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.whatif.apart import compared_apart
from engine.errors import EngineError, NotFound, NotNow, NotYours
from engine.facade import Engine, ReadContext
from engine.queries.statistics import Period
from engine.queries.versions import version_of
from engine.queries.what_if import MOST_CASES, Compare, Question, what_if
from engine.queries.what_if_told import told
from engine.storage.database import WriteTransaction
from engine.storage.locks import lock_name
from engine.storage.models import what_if_runs

log = logging.getLogger(__name__)

RUNNING, DONE, FAILED = "running", "done", "failed"
SILENCE = timedelta(minutes=2)  # after which a run has ended without a word
_BETWEEN = 1.0  # seconds between two notes on how far it is
_BROKEN = "重放时出了意外，没有做完；已记入系统日志，请联系管理员。"
_SHOWN = 10

_r = what_if_runs.c


@dataclass(frozen=True)
class Asked:
    """The cases received on these days, over a published version, or over a draft."""

    since: date
    until: date
    version: int | None = None
    draft: int | None = None
    most: int = MOST_CASES
    seed: int = 1


@dataclass(frozen=True)
class Run:
    """One run. `called`: what was on trial, in words; `state`: running, done, failed; `done` of `steps` replays;
    `silent`: it should be running and is not heard of; `answer` as `what_if_told` has it."""

    id: int
    asked_by: str
    asked_at: datetime
    since: str
    until: str
    version: int | None
    draft: int | None
    called: str
    most: int
    seed: int
    state: str
    done: int
    steps: int
    silent: bool
    answer: Mapping[str, Any] | None
    failure: str | None


# ------------------------------------------------------------------ reading
def run_of(ctx: ReadContext, id: int) -> Run:
    """One run; raises NotFound."""
    row = ctx.conn.execute(select(what_if_runs).where(_r.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这次试算，可能编号有误。")
    return _run(row)


def last_runs(ctx: ReadContext) -> list[Run]:
    """The last few, the newest first, without their answers."""
    columns = [column for column in _r if column.name != "answer"]
    found = ctx.conn.execute(select(*columns).order_by(_r.id.desc()).limit(_SHOWN)).mappings()
    return [_run({**row, "answer": None}) for row in found]


def _run(row: Mapping[Any, Any]) -> Run:
    values = {name: value for name, value in row.items() if name != "heard_at"}
    answer = None if row["answer"] is None else orjson.loads(row["answer"])
    return Run(**{**values, "silent": row["state"] == RUNNING and _silent(row["heard_at"]), "answer": answer})


def _silent(heard_at: datetime) -> bool:
    return SystemClock().now() - heard_at > SILENCE


# ------------------------------------------------------------------ making
def start_run(engine: Engine, actor: Actor, asked: Asked, compare: Compare = compared_apart) -> int:
    """Begin a run and return its number; it goes on beside whoever asked.

    Raises NotYours, NotFound for a version or draft there is none of, NotNow while another one is under way.
    """
    if not policy.holds(actor, policy.DESIGNING):
        raise NotYours("试算由流程管理员来做。")
    question, called = engine.read_as(actor, _question, asked)
    id = engine.db.write(partial(_begin, engine, actor, asked, called))
    run = partial(_make, engine, actor, id, question, compare)
    threading.Thread(target=run, name=f"what-if-{id}", daemon=True).start()
    return id


def _question(ctx: ReadContext, asked: Asked) -> tuple[Question, str]:
    period = Period(asked.since, asked.until)
    if asked.draft is not None:
        draft = draft_of(ctx.conn, asked.draft)
        files = files_of(ctx.conn, draft.id)
        question = Question(period, files=files, most=asked.most, seed=asked.seed)
        return question, f"草稿“{draft.title}”（第 {draft.revision} 次改动）"
    version = version_of(ctx, asked.version).version
    return Question(period, version, most=asked.most, seed=asked.seed), f"第 {version} 版"


def _begin(engine: Engine, actor: Actor, asked: Asked, called: str, tx: WriteTransaction) -> int:
    tx.begin_writing()
    lock_name(tx.conn, "what_if")
    under_way = tx.conn.execute(select(_r.heard_at, _r.asked_by).where(_r.state == RUNNING)).all()
    busy = next((row for row in under_way if not _silent(row.heard_at)), None)
    if busy is not None:
        raise NotNow(f"{busy.asked_by} 的试算正在进行，一次只做一个；请等它做完再来。")
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat()}
    tried = {"version": asked.version, "draft": asked.draft}
    row = {
        **days,
        **tried,
        "asked_by": actor.name,
        "asked_at": engine.clock.now(),
        "called": called,
        "most": asked.most,
        "seed": asked.seed,
        "state": RUNNING,
        "done": 0,
        "steps": 0,
        "heard_at": SystemClock().now(),
    }
    id: int = tx.conn.execute(insert(what_if_runs).values(**row).returning(_r.id)).scalar_one()
    said = {"run": id, **days, **{name: value for name, value in tried.items() if value is not None}}
    trail.record(tx.conn, engine.clock.now(), actor.name, "what_if_asked", CASE_PROCESS, said)
    return id


def _make(engine: Engine, actor: Actor, id: int, question: Question, compare: Compare) -> None:
    """The thread of a run: whatever comes of it is written down."""
    try:
        found = what_if(engine, question, actor, _Noting(engine, id), compare)
        _write(engine, id, state=DONE, answer=orjson.dumps(told(found)).decode())
    except EngineError as refused:
        _write(engine, id, state=FAILED, failure=_said(refused))
    except Exception:
        log.exception("what-if run %s", id)
        _write(engine, id, state=FAILED, failure=_BROKEN)


def _said(refused: EngineError) -> str:
    findings = getattr(refused, "findings", ())
    return "；".join([f"{each.file} {each.element}：{each.message}" for each in findings[:5]]) or str(refused)


def _write(engine: Engine, id: int, **values: Any) -> None:
    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        heard = {"heard_at": SystemClock().now(), **values}
        tx.conn.execute(update(what_if_runs).where(_r.id == id).values(**heard))

    engine.db.write(write)


class _Noting:
    """Writes down now and then how far a run is."""

    def __init__(self, engine: Engine, id: int) -> None:
        self._engine, self._id = engine, id
        self._last = monotonic()

    def __call__(self, done: int, of: int) -> None:
        if monotonic() - self._last >= _BETWEEN or done == of:
            self._last = monotonic()
            _write(self._engine, self._id, done=done, steps=of)
