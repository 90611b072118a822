"""The trails of a selection of cases as a file. Who took it and by which selection stands on the trail of the house."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TextIO

from engine.audit import house as trail
from engine.cases.commands import Actor
from engine.clock import local
from engine.errors import BadInput
from engine.exports.noting import on_the_line
from engine.exports.pieces import as_text, in_pieces
from engine.exports.xes_file import xes_log
from engine.facade import Engine, ReadContext
from engine.queries.event_log import Event, Selection, Trace, count_traces, traces
from engine.spreadsheet import BOM, harmless
from engine.storage.database import WriteTransaction

TITLE = "留痕"
FORMATS = ("xes", "csv")
OnTrace = Callable[[int, int], object]  # cases written, cases in all
WriteTrace = Callable[[Trace], object]

_OF_CASE: Mapping[str, Callable[[Trace], Any]] = {
    "case:concept:name": lambda trace: trace.no,
    "case:definition_version": lambda trace: trace.version,
    **{
        f"case:{name}": lambda trace, name=name: trace.facts.get(name)  # type: ignore[misc]
        for name in ("status", "channel", "grade", "cause", "matter_code", "lead_unit", "outcome", "tier")
    },
}
_OF_EVENT: Mapping[str, Callable[[Event], Any]] = {
    "seq": lambda event: event.seq,
    "time:timestamp": lambda event: event.at,
    "concept:name": lambda event: event.activity,
    "lifecycle:transition": lambda event: event.transition,
    "org:resource": lambda event: event.actor,
    "org:group": lambda event: event.unit,
    "on_behalf_of": lambda event: event.on_behalf_of,
    "action": lambda event: event.action,
    "element": lambda event: event.element,
    "before": lambda event: event.before,
    "after": lambda event: event.after,
    "hash": lambda event: event.hash,
}


def export_events(
    engine: Engine,
    actor: Actor,
    wanted: Selection,
    path: Path,
    kind: str,
    on_trace: OnTrace = lambda done, of: None,
) -> int:
    """Write the trails of the cases the selection lets through; returns how many cases there are.

    Raises BadInput for another format. Everything is of one instant; nothing is kept in memory but a batch.
    """
    log = _log(kind)
    with path.open("w", encoding="utf-8", newline="") as file, log(file) as write:
        written = engine.read_as(actor, _fill, wanted, write, on_trace)
    engine.db.write(lambda tx: _record(tx, engine, actor, wanted, kind, written))
    return written


def stream_events(engine: Engine, actor: Actor, wanted: Selection, kind: str) -> Iterator[bytes]:
    """The same file piece by piece as it is read, its head at once; raises BadInput for another format.

    That it was taken stands on the trail before the first piece leaves the house, whoever breaks off later.
    """
    return engine.read_along(actor, _pieces, engine, wanted, kind, _log(kind))


def _log(kind: str) -> Callable[[TextIO], AbstractContextManager[WriteTrace]]:
    if kind not in FORMATS:
        raise BadInput({"format": f"请写 {' 或 '.join(FORMATS)}。"})
    return xes_log if kind == "xes" else csv_log


def _fill(ctx: ReadContext, wanted: Selection, write: WriteTrace, on_trace: OnTrace) -> int:
    total, written = count_traces(ctx, wanted), 0
    for written, trace in enumerate(traces(ctx, wanted), 1):
        write(trace)
        on_trace(written, total)
    return written


def _pieces(
    ctx: ReadContext,
    engine: Engine,
    wanted: Selection,
    kind: str,
    log: Callable[[TextIO], AbstractContextManager[WriteTrace]],
) -> Iterator[bytes]:
    total, actor = count_traces(ctx, wanted), ctx.actor
    engine.db.write(lambda tx: _record(tx, engine, actor, wanted, kind, total))

    @contextmanager
    def begin(to: IO[bytes]) -> Iterator[WriteTrace]:
        with as_text(to) as file, log(file) as write:
            yield write

    yield from in_pieces(begin, lambda write: map(write, traces(ctx, wanted)))


@contextmanager
def csv_log(file: TextIO) -> Iterator[WriteTrace]:
    """A row per event, the facts of its case before it; instants in Asia/Shanghai, to the millisecond.

    `file` leaves line ends as they are.
    """
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow([*_OF_CASE, *_OF_EVENT])
    of_event = tuple(_OF_EVENT.values())

    def write(trace: Trace) -> None:
        of_case = [_cell(say(trace)) for say in _OF_CASE.values()]
        writer.writerows([*of_case, *[_cell(say(event)) for say in of_event]] for event in trace.events)

    yield write


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    return local(value).isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def _record(tx: WriteTransaction, engine: Engine, actor: Actor, wanted: Selection, kind: str, written: int) -> None:
    tx.begin_writing()
    said = {"format": kind, "cases": written, "filter": on_the_line(wanted)}
    trail.record(tx.conn, engine.clock.now(), actor.name, "events_exported", "trail", said)
