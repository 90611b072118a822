"""One line of the ledger, made of the row of a case, its record, its clock and what was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.cases import clock_ledger
from engine.cases.clock_ledger import ClockLedger
from engine.cases.heard import Heard
from engine.cases.services import served
from engine.clock import local
from engine.directory import Directory
from engine.facade import ReadContext
from engine.personal.masking import masked_name, masked_phone
from engine.personal.numbers import masked_numbers
from engine.queries import ledger_words as words
from engine.queries.counted import Counted, counted
from engine.queries.ledger_words import Entered
from engine.queries.seen_case import light_of
from engine.storage.models import people
from engine.vocabulary import label
from engine.worktime import WorkTime

LONGEST = 1000  # characters of a text in the ledger


@dataclass(frozen=True)
class LedgerLine:
    """A case in the ledger. Codes are codes, people and free texts masked; instants in Asia/Shanghai."""

    position: int
    no: str
    received_at: datetime
    accepted_at: datetime | None
    channel: str
    window: str | None
    officer: str
    person: str
    phone: str
    kind: str
    matter: str
    title: str
    description: str
    cause: str | None
    cause_detail: str
    grade: str | None
    lead: str
    co_units: str
    dispatched_at: datetime | None
    signed_at: datetime | None
    deadline: datetime | None
    course: str
    outcome: str | None
    result: str
    completed_at: datetime | None
    days: int | None
    moves: str
    feedback: str
    visit: str
    services: str
    pain: str
    remarks: str
    status: str
    light: str | None
    remaining: int | None
    counted: Counted


@dataclass(frozen=True)
class Book:
    """What every line is written with."""

    now: datetime
    worktime: WorkTime
    directory: Directory
    officers: Mapping[str, str]

    @classmethod
    def of(cls, ctx: ReadContext) -> Book:
        """The book as this reader has it open."""
        named = ctx.conn.execute(select(people.c.name, people.c.display))
        return cls(ctx.now, ctx.worktime, ctx.directory, {name: display for name, display in named})

    def officer(self, account: str) -> str:
        """Who registered a case, by name."""
        return self.officers.get(account, account)

    def unit(self, code: str | None) -> str:
        """A unit as the ledger calls it."""
        known = self.directory.units.get(code or "")
        return code or "" if known is None else known.short


@dataclass(frozen=True)
class LineSource:
    """What the line of one case is made of; `record` is the stored one (record_form.py) as JSON."""

    book: Book
    row: Mapping[str, Any]
    record: Mapping[str, Any]
    clock: ClockLedger
    entered: Entered

    def line(self, position: int) -> LedgerLine:
        """The line as the book has it at its instant."""
        return _line_of(self.book, position, self.row, self.record, self.clock, self.entered)

    def at(self, instant: datetime) -> LineSource:
        """The same at another instant, as far as nothing happens to the case."""
        return replace(self, book=replace(self.book, now=instant))

    @property
    def colour(self) -> str | None:
        """The light at the instant of the book."""
        return light_of(self.book, self.row, self.clock).colour


def _line_of(
    book: Book, position: int, row: Mapping[str, Any], record: Mapping[str, Any], clock: ClockLedger, entered: Entered
) -> LedgerLine:
    facts, orders = record["facts"], record["orders"]
    light = light_of(book, row, clock)
    lead: Mapping[str, Any] = next((order for order in reversed(orders) if order["is_lead"]), {})
    return LedgerLine(
        position=position,
        no=row["no"],
        received_at=_here(row["received_at"]),
        accepted_at=_here(row["accepted_at"]),
        channel=row["channel"],
        window=row["window"],
        officer=book.officer(row["registered_by"]),
        person=masked_name(row["name"], row["kind"]) or "",
        phone=masked_phone(row["phone"]) or "",
        kind=row["kind"],
        matter=_matter(book, row["matter_code"]),
        title=_plain(row["title"]),
        description=_plain(entered.text(words.START, "description")),
        cause=row["cause"],
        cause_detail=_plain(entered.text("classify", "cause_detail")),
        grade=row["grade"],
        lead=book.unit(row["lead_unit"]),
        co_units="、".join(dict.fromkeys(book.unit(order["unit"]) for order in _co_orders(orders))),
        dispatched_at=_instant(lead.get("dispatched_at")),
        signed_at=_instant(lead.get("signed_at")),
        deadline=_here(row["deadline"]),
        course=_plain(_course(book, orders, entered)),
        outcome=row["outcome"],
        result=_plain(_said_to_the_citizen(entered)),
        completed_at=_here(row["completed_at"]),
        days=_days(book.worktime, row, clock),
        moves=_moves(facts, clock, row["tier"]),
        feedback=_feedback(facts),
        visit=_visit(facts, entered),
        services=_plain(_services(facts, entered)),
        pain=_plain(_pain(facts, entered)),
        remarks=_plain(_remarks(row, clock, entered)),
        status=row["status"],
        light=light.colour,
        remaining=light.remaining,
        counted=counted(row, Heard.of(facts, record["anonymous"]), book.now),
    )


def _days(worktime: WorkTime, row: Mapping[str, Any], clock: ClockLedger) -> int | None:
    """Working days from acceptance to completion, the day of acceptance and those of pauses left out."""
    begun, done = row["accepted_at"], row["completed_at"]
    if begun is None or done is None:
        return None
    stood = sum(clock_ledger.pause_days(pause, worktime) for pause in clock.pauses)
    return worktime.count(_day(begun), _day(done)) - stood


# ------------------------------------------------------------------ in words
def _matter(book: Book, code: str | None) -> str:
    known = book.directory.matters.get(code or "")
    return code or "" if known is None else known.name


def _co_orders(orders: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Those of assisting units in the last round, but for what was passed on to somebody else."""
    last = orders[-1]["round"] if orders else 0
    return (each for each in orders if each["round"] == last and not each["is_lead"] and each["status"] != "returned")


def _course(book: Book, orders: Sequence[Mapping[str, Any]], entered: Entered) -> str:
    """办理过程摘要: the orders in their steps, then the answers."""
    told = [_order(book, order) for order in orders]
    answered = entered.replies or [entered.text("handle_on_site", "reply_text")]
    return "；".join(part for part in (*told, *answered) if part)


def _order(book: Book, order: Mapping[str, Any]) -> str:
    steps = (("dispatched_at", "派单"), ("signed_at", "签收"), ("first_contact_at", "联系"), ("replied_at", "答复"))
    done = [f"{_short(_instant(order[name]))}{word}" for name, word in steps if order.get(name)]
    ended = {"returned": "，已退单", "withdrawn": "，已撤回"}.get(order["status"], "")
    return f"{book.unit(order['unit'])} {'，'.join(done)}{ended}"


def _said_to_the_citizen(entered: Entered) -> str:
    """The answer that was reviewed, else what was fed back, else what was said when the case was decided on."""
    said = (
        entered.text("review", "reply_text"),
        entered.text("handle_on_site", "reply_text"),
        entered.text("give_feedback", "feedback_text"),
        *(entered.text(step, name) for step in ("accept", words.START) for name in ("reply_text", "reason")),
    )
    return next(filter(None, said), "")


def _moves(facts: Mapping[str, Any], clock: ClockLedger, tier: int) -> str:
    """延期/退单/提级, and what else moved the case."""
    extension = facts.get("extension")
    extended = f"延期 {extension['days']} 个工作日" if extension and extension.get("approved") else ""
    returned = f"退单 {clock.returns} 次" if clock.returns else ""
    raised = f"提级 {tier} 级" if tier else ""
    return "；".join(filter(None, (extended, returned, raised)))


def _feedback(facts: Mapping[str, Any]) -> str:
    given = facts.get("feedback")
    if given is None:
        return ""
    how = label("feedback_method", given.get("feedback_method")) or "未能反馈"
    return f"{how} {_instant(given['at']).date().isoformat()}"


def _visit(facts: Mapping[str, Any], entered: Entered) -> str:
    visit = facts.get("visit")
    if visit is None or entered.visited_at is None:
        return ""
    found = {True: "，已解决", False: "，未解决"}.get(visit.get("resolved"), "") if visit["contacted"] else ""
    return f"{_day(entered.visited_at).isoformat()} {'已联系上' if visit['contacted'] else '未联系上'}{found}"


def _services(facts: Mapping[str, Any], entered: Entered) -> str:
    told = entered.of("handle_on_site").get("services") or ()
    others = set(served(facts)) - {each["kind"] for each in told}
    given = [*map(_service, told), *(label("service_kind", kind) for kind in sorted(others))]
    sent = "、".join(entered.of(words.COURIER).get("documents") or ())
    return "；".join([*given, *([f"寄递：{sent}" if sent else "寄递"] if facts.get("courier") else [])])


def _service(given: Mapping[str, Any]) -> str:
    told = [given[name] for name in ("staff", "place", "device", "note") if given.get(name)]
    return label("service_kind", given["kind"]) + (f"（{'，'.join(told)}）" if told else "")


def _pain(facts: Mapping[str, Any], entered: Entered) -> str:
    """Where it failed before, why the person was not satisfied, what was decided since."""
    start = entered.of(words.START)
    failed = [f"{label('port', start['port'])}没办成"] if start.get("port") else []
    tried = [_attempt(each) for each in start.get("prior_attempts") or ()]
    unhappy = label("dissatisfied_reason", (facts.get("visit") or {}).get("dissatisfied_reason"))
    measures = [entered.text("approve_redo", "measure"), entered.text("approve_pending", "plan")]
    return "；".join(filter(None, [*failed, *tried, f"不满意：{unhappy}" if unhappy else "", *measures]))


def _attempt(tried: Mapping[str, Any]) -> str:
    count = f"{tried['count']} 次" if tried.get("count") else ""
    return " ".join(filter(None, (tried.get("when"), tried.get("where"), count, tried.get("result"))))


def _remarks(row: Mapping[str, Any], clock: ClockLedger, entered: Entered) -> str:
    external = entered.text(words.START, "external_no")
    remarks = (
        "紧急" if row["urgent"] else "",
        f"来单编号 {external}" if external else "",
        f"并入 {row['merged_into']}" if row["merged_into"] else "",
        f"重办 {clock.round - 1} 次" if clock.round > 1 else "",
        entered.text("withdraw", "reason"),
        entered.text("review_pending", "progress"),
    )
    return "；".join(filter(None, remarks))


def _plain(text: str) -> str:
    """Free text as it may leave the house."""
    masked = masked_numbers(text)
    return masked if len(masked) <= LONGEST else f"{masked[: LONGEST - 1]}…"


# ------------------------------------------------------------------ instants
def _here(at: datetime | None) -> Any:
    """In Asia/Shanghai; None stays None."""
    return None if at is None else local(at)


def _day(at: datetime) -> date:
    return local(at).date()


def _instant(text: str | None) -> Any:
    return None if text is None else local(datetime.fromisoformat(text))


def _short(at: datetime) -> str:
    return at.isoformat(" ", "minutes")[5:16]
