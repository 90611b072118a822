"""Engine: the one object the outside holds. `execute` is one write transaction, `read` one read transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, and_, exists, select

from engine import canned, drafts
from engine.accesses import Access, unnoted, write_down
from engine.audit import house as trail
from engine.audit.lines import CARRIED
from engine.audit.waypoints import Waypoints
from engine.canned import CannedCommand
from engine.cases import door, failing
from engine.cases.commands import SYSTEM, Actor, Command, EraseCase, FireTimers, RetryIncident, SendMessage
from engine.cases.live import Fired
from engine.cases.opening import Grounds
from engine.clock import Clock, SimulatedClock
from engine.definitions import acts as definition_acts
from engine.definitions.commands import DefinitionCommand
from engine.definitions.versions import Versions
from engine.desk import desk
from engine.desk.commands import DeskCommand
from engine.directory import Directory, load_directory, office
from engine.directory.calendars import Calendars, add_notice, latest_version
from engine.directory.changes import Changes
from engine.directory.commands import ChangeLiaison, OfficeCommand
from engine.drafts import DraftCommand
from engine.erasure.retention import Retention
from engine.errors import Busy, ClockRefused, EngineError, NobodyWaits, NoRoom, StateCorrupt, StepFailed, StillFails
from engine.keys import Keys
from engine.outbox.messages import OnFailure, OutboxMessage, deliver_due
from engine.scheduler.sweep import due_cases, fire, next_due, swept
from engine.storage import idempotency, models
from engine.storage.database import Database, WriteTransaction
from engine.storage.idempotency import StoredAnswer
from engine.storage.kept import keep_clock
from engine.worktime import WorkTime
from engine.worktime.notices import YearNotice

log = logging.getLogger(__name__)


def log_failure(message: OutboxMessage, error: Exception) -> None:
    """What could not be delivered comes again; the log says which."""
    log.warning("outbox message %s not delivered: %s", message.key, type(error).__name__)


P = ParamSpec("P")
T = TypeVar("T")
AnyCommand = Command | OfficeCommand | DeskCommand | DraftCommand | CannedCommand | DefinitionCommand
_OF_NO_CASE = OfficeCommand | DeskCommand | DraftCommand | CannedCommand | DefinitionCommand


@dataclass(frozen=True)
class ReadContext:
    """What a query stands on."""

    conn: Connection
    now: datetime
    worktime: WorkTime  # by the calendar in force
    directory: Directory
    versions: Versions
    actor: Actor
    calendars: Calendars
    keys: Keys
    changes: Changes  # of the directory
    waypoints: Waypoints  # of this process, for leading cases again
    retention: Retention = field(default_factory=Retention)
    seen: list[Access] = field(default_factory=list)  # what this query hands out that is noted

    def saw(self, case_id: int, what: str) -> None:
        """Say that the actor is being shown a case, `what` a key of vocabulary.ACCESS; the system sees nothing."""
        if self.actor is not SYSTEM:
            self.seen.append(Access(case_id, what))


@dataclass(frozen=True)
class Once:
    """A request that must have one effect: its key, its fingerprint, and how its result is told.

    `answer` runs inside the transaction, after the act, so that the same answer can be given again.
    """

    key: str
    fingerprint: str
    answer: Callable[[ReadContext, Any], StoredAnswer]


@dataclass(frozen=True)
class Answered:
    """What a request was answered; `replayed` when it had been made before."""

    answer: StoredAnswer
    replayed: bool


@dataclass(frozen=True)
class Followed:
    """A case that came to a newer calendar, and its deadline before and after."""

    no: str | None
    before: datetime | None
    after: datetime | None


class Engine:
    """Cases on one database, by one clock."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        keys: Keys,
        worktime: WorkTime | None = None,
        retention: Retention | None = None,
    ) -> None:
        self.db = db
        self.clock = clock
        self.keys = keys
        db.carry(**{CARRIED: keys.trail})
        self.calendars = Calendars(worktime)
        self.versions = Versions()
        self.changes = Changes()
        self.waypoints = Waypoints()
        self.retention = retention or Retention()
        self._directory: Directory | None = None
        self._moving = threading.Lock()

    @property
    def directory(self) -> Directory:
        """Units and matters, read once; `forget_directory` after a change."""
        if self._directory is None:
            with self.db.read() as conn:
                self._directory = load_directory(conn)
        return self._directory

    def forget_directory(self) -> None:
        """Read the directory anew at its next use."""
        self._directory = None

    @property
    def worktime(self) -> WorkTime:
        """Working time by the calendar in force."""
        with self.db.read() as conn:
            return self.calendars.latest(conn)

    # ------------------------------------------------------------------ reading and writing
    def read(self, query: Callable[Concatenate[ReadContext, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query in one read transaction, as the system; `read_as` for a person's eyes."""
        with self.db.read() as conn:
            return query(self._context(conn, SYSTEM), *args, **kwargs)

    def read_as(
        self, actor: Actor, query: Callable[Concatenate[ReadContext, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query in one read transaction with what `actor` may see; what they saw is noted."""
        with self.db.read() as conn:
            ctx = self._context(conn, actor)
            found = query(ctx, *args, **kwargs)
            seen = unnoted(conn, ctx.seen, actor.name, ctx.now)
        if seen:
            self.db.write(partial(_note, seen, ctx))
        return found

    def read_along(
        self,
        actor: Actor,
        query: Callable[Concatenate[ReadContext, P], Iterator[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Iterator[T]:
        """What a query gives piece by piece, in one read transaction that ends with the iteration; no data in clear."""
        with self.db.read() as conn:
            yield from query(self._context(conn, actor), *args, **kwargs)

    def execute(self, command: AnyCommand, actor: Actor) -> Any:
        """Carry out a command; returns what the door returns. Raises EngineError, nothing is changed then."""
        result = self._guarded(
            command, lambda held: self.db.write(lambda tx: self._carry_out(tx, command, actor, held))
        )
        self._tell_others(result)
        self._look_again(command)
        return result

    def execute_once(self, command: AnyCommand, actor: Actor, once: Once) -> Answered:
        """The same, once per key: a repeated request gets the stored answer."""
        answered, result = self._guarded(
            command, lambda held: self.db.write(lambda tx: self._once(tx, command, actor, once, held))
        )
        self._tell_others(result)
        self._look_again(command)
        return answered

    def _tell_others(self, result: Any) -> None:
        """What an act means for another case reaches it at once, not at the next sweep."""
        if getattr(result, "crosses", False):
            self.deliver()

    def _look_again(self, command: AnyCommand) -> None:
        """What the directory says of a unit may have changed; what was erased must not lie in a log of the database."""
        if isinstance(command, ChangeLiaison):
            self.forget_directory()
        if isinstance(command, EraseCase):
            self.db.leave_no_trace()

    def _carry_out(self, tx: WriteTransaction, command: AnyCommand, actor: Actor, held: frozenset[str]) -> Any:
        if isinstance(command, OfficeCommand):
            return office.carry_out(tx, command, actor, self.clock.now())
        if isinstance(command, DeskCommand):
            return desk.carry_out(tx, command, actor, self.clock.now(), self.keys)
        if isinstance(command, DraftCommand):
            return drafts.carry_out(tx, self.keys, command, actor, self.clock.now())
        if isinstance(command, CannedCommand):
            return canned.carry_out(tx, command, actor, self.clock.now())
        if isinstance(command, DefinitionCommand):
            return definition_acts.carry_out(tx, command, actor, self.clock.now())
        calendar = latest_version(tx.conn)
        worktime = self.calendars.get(tx.conn, calendar)
        now, directory = self.clock.now(), self.directory
        grounds = Grounds(
            *(self.versions, worktime, calendar, self.calendars, directory),
            *(now, actor, self.keys, held, self.retention),
        )
        return door.carry_out(tx, grounds, command)

    def _once(
        self, tx: WriteTransaction, command: AnyCommand, actor: Actor, once: Once, held: frozenset[str]
    ) -> tuple[Answered, Any]:
        if isinstance(command, OfficeCommand):
            office.begin(tx)  # else the same request, sent twice at once, would meet its own effect
        stored = idempotency.find(tx.conn, self.keys, actor.name, once.key, once.fingerprint)
        if stored is not None:
            return Answered(stored, True), None
        result = self._carry_out(tx, command, actor, held)
        ctx = self._context(tx.conn, actor)
        answer = once.answer(ctx, result)
        tx.begin_writing()
        _note(unnoted(tx.conn, ctx.seen, actor.name, ctx.now), ctx, tx)
        idempotency.store(tx.conn, self.keys, actor.name, once.key, once.fingerprint, answer, self.clock.now())
        return Answered(answer, False), result

    def answer_once(self, actor: Actor, key: str, fingerprint: str, work: Callable[[], StoredAnswer]) -> Answered:
        """For what is no command of a case: a repeated request gets the stored answer, `work` does not run again.

        `work` stands outside the transaction that keeps its answer: it reads, or does what may be done twice.
        """
        stored = self.read(lambda ctx: idempotency.find(ctx.conn, self.keys, actor.name, key, fingerprint))
        if stored is not None:
            return Answered(stored, True)
        answer = work()
        return self.db.write(lambda tx: self._keep(tx, actor, key, fingerprint, answer))

    def _keep(self, tx: WriteTransaction, actor: Actor, key: str, fingerprint: str, answer: StoredAnswer) -> Answered:
        stored = idempotency.find(tx.conn, self.keys, actor.name, key, fingerprint)
        if stored is not None:  # the same request was faster
            return Answered(stored, True)
        tx.begin_writing()
        idempotency.store(tx.conn, self.keys, actor.name, key, fingerprint, answer, self.clock.now())
        return Answered(answer, False)

    def within(self, tx: WriteTransaction) -> ReadContext:
        """What a query stands on in the midst of a write, as the system."""
        return self._context(tx.conn, SYSTEM)

    def _context(self, conn: Connection, actor: Actor) -> ReadContext:
        worktime = self.calendars.latest(conn)
        grounds = (self.directory, self.versions, actor, self.calendars, self.keys, self.changes, self.waypoints)
        return ReadContext(conn, self.clock.now(), worktime, *grounds, self.retention)

    def _guarded(self, command: AnyCommand, act: Callable[[frozenset[str]], T]) -> T:
        """A refusal must not swallow a timer that was due; a failure a human must look at becomes an incident.

        `act` is given the timers that may not strike: those that have just failed.
        """
        if isinstance(command, _OF_NO_CASE):
            return act(frozenset())
        held: frozenset[str] = frozenset()
        while True:
            try:
                return act(held)
            except (StepFailed, StateCorrupt) as error:
                if self._keep_failure(command, error):
                    held |= {error.timer} if isinstance(error, StepFailed) and error.timer else set()
                    continue
                if isinstance(command, RetryIncident):
                    raise StillFails(error.message) from error
                raise
            except EngineError:
                if not isinstance(command, FireTimers):
                    self._fire_overdue()
                raise

    def _fire_overdue(self) -> None:
        with suppress(EngineError):
            self.fire_due()

    def _keep_failure(self, command: Command, error: Exception) -> bool:
        """Keep it for whoever looks after it; returns whether the command can go on without the timer that failed."""
        log.warning("%s: %s", type(command).__name__, failing.cause_of(error))
        now = self.clock.now()
        return self.db.write(lambda tx: failing.keep(tx, door.case_of(tx, command), command, error, now))

    # ------------------------------------------------------------------ calendar
    def import_notice(self, notice: YearNotice, actor: Actor) -> int:
        """Put a year's notice in force for good; returns the version of the calendar.

        Every case follows with its next act; `follow_calendar` brings all of them at once.
        """

        def add(tx: WriteTransaction) -> int:
            tx.begin_writing()
            now = self.clock.now()
            version = add_notice(tx.conn, notice, now, actor.name)
            said = {"version": version, "year": notice.year, "days": len(notice.days), "source": notice.source}
            trail.record(tx.conn, now, actor.name, "calendar_imported", "calendar", said)
            return version

        return self.db.write(add)

    def follow_calendar(self) -> Iterator[Followed]:
        """Bring every open case to the calendar in force, each in its own transaction, as they are asked for."""
        last = 0
        while behind := self.read(_behind_calendar, last):
            for last, no, before in behind:
                self._fire(last)
                yield Followed(no, before, self.read(_deadline, last))

    # ------------------------------------------------------------------ outbox
    def deliver(self, on_failure: OnFailure = log_failure) -> int:
        """Deliver what the outbox holds due; returns how many messages went out."""
        return deliver_due(self.db, self.clock.now(), self._send, on_failure)

    def _send(self, message: OutboxMessage) -> None:
        """Notices wait in the application; what crosses cases is a command to the other case."""
        if message.kind == "lead_closed":
            with suppress(NobodyWaits):  # told before
                self.execute(SendMessage("lead_closed", message.payload["no"]), SYSTEM)
        elif message.kind == "lead_moved":
            self._fire(message.payload["case"])

    # ------------------------------------------------------------------ time
    def fire_due(self, limit: int = 20) -> list[Fired]:
        """Fire what is due now, one case per transaction; returns what struck."""
        with self.db.read() as conn:
            due = due_cases(conn, self.clock.now(), limit)
        return [fired for case_id, _ in due for fired in self._fire(case_id)]

    def _fire(self, case_id: int) -> list[Fired]:
        return [each for fired in fire(self, case_id, self.cannot_fire) for each in fired]

    def cannot_fire(self, case_id: int, error: Exception) -> None:
        """A case that cannot go on must not stop its neighbours: the log says why, and its incident.

        What is the database's trouble and not the case's comes again by itself; a clock moved by hand must not pass it.
        """
        log.error("the timers of case row %s cannot fire", case_id, exc_info=error)
        if isinstance(error, Busy | NoRoom) and self.clock.simulated:
            raise error
        if not isinstance(error, EngineError):
            self._keep_failure(FireTimers(case_id), error)

    def move_clock(self, to: datetime) -> list[Fired]:
        """Move a simulated clock: everything that falls due on the way fires, each at its own instant."""
        clock = self.clock
        if not isinstance(clock, SimulatedClock):
            raise ClockRefused("时钟不能设置：现在用的是真实时间。")
        with self._moving:
            if to < clock.now():
                raise ClockRefused("时钟只能向前拨，请填不早于现在的时刻。")
            for _ in self.follow_calendar():
                pass
            fired = self._fire_all()
            while (due := self._next_due(to)) is not None:
                self._stand_at(clock, due)
                fired.extend(self._fire_all())
            self._stand_at(clock, to)
        return fired

    def _stand_at(self, clock: SimulatedClock, instant: datetime) -> None:
        """Kept before anything happens at that instant: after a restart the clock is never behind what was done."""

        def keep_it(tx: WriteTransaction) -> None:
            tx.begin_writing()
            keep_clock(tx.conn, instant)

        self.db.write(keep_it)
        clock.move(instant)

    def _fire_all(self) -> list[Fired]:
        """Fire until nothing more strikes; what cannot fire is tried again at its instant, then it is an incident."""
        fired = [each for of_case in swept(self, self.clock.now(), self.cannot_fire) for each in of_case]
        self.deliver()
        return fired

    def _next_due(self, until: datetime) -> datetime | None:
        with self.db.read() as conn:
            due = next_due(conn, self.clock.now())
        return due if due is not None and due <= until else None


def _note(seen: list[Access], ctx: ReadContext, tx: WriteTransaction) -> None:
    tx.begin_writing()
    write_down(tx.conn, seen, ctx.actor.name, ctx.now)


def _behind_calendar(ctx: ReadContext, last: int) -> list[tuple[int, str | None, datetime | None]]:
    """The next open cases whose instants were computed by an older calendar: row id, number, deadline.

    A case that cannot be read back follows when it is repaired.
    """
    latest = latest_version(ctx.conn)
    if latest == 0:  # nothing was ever imported
        return []
    cases, incidents = models.cases, models.incidents
    corrupt = and_(incidents.c.kind == failing.CORRUPT, incidents.c.resolved_at.is_(None))
    older = and_(
        cases.c.ended_at.is_(None),
        cases.c.calendar < latest,
        cases.c.id > last,
        ~exists().where(incidents.c.case_id == cases.c.id, corrupt),
    )
    found = select(cases.c.id, cases.c.no, cases.c.deadline).where(older).order_by(cases.c.id).limit(200)
    return [(row.id, row.no, row.deadline) for row in ctx.conn.execute(found)]


def _deadline(ctx: ReadContext, case_id: int) -> datetime | None:
    found: datetime | None = ctx.conn.scalar(select(models.cases.c.deadline).where(models.cases.c.id == case_id))
    return found
