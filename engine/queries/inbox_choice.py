"""Which tasks of a queue somebody wants to see, and in which order: what is kept, and what a saved view holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select

from engine.facade import ReadContext
from engine.queries.colleagues import Colleague
from engine.queries.queue_sources import BUILT, PRESENT, TOMORROW
from engine.storage.models import desk_settings, inbox_choices, inbox_views, people, task_groups
from engine.storage.prepared import Prepared
from engine.storage.rows import NO_DUE
from engine.vocabulary import GRADE, LIGHT, TASK, TIER

Holder = Literal["", "free", "held"]
MOST_SORTS = 3
LIGHTS = {light: LIGHT[light] for light in ("red", "yellow", "green")}  # of a task: engine/queries/dues.py


@dataclass(frozen=True)
class Choice:
    """Every value given narrows the queue; `tier`: at least; `by`: who has claimed it, by sign-in name.

    `light`: of the task's due, green, yellow or red; `sorts`: of SORT_WORDS, a minus before one turns it round.
    `words` are what a person typed; they are never kept.
    """

    step: str = ""
    unit: str = ""
    grade: str = ""
    tier: str = ""
    urgent: bool = False
    holder: Holder = ""
    by: str = ""
    light: str = ""
    sorts: tuple[str, ...] = ()
    words: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is the whole queue by due."""
        return self == Choice()

    @property
    def kept(self) -> dict[str, Any]:
        """What of it may be kept."""
        return {name: value for name, value in asdict(self).items() if value and name != "words"}


@dataclass(frozen=True)
class View:
    """A choice with a name; `by` whom it was shared, None for one's own. `opens`: the reader's inbox opens with it."""

    id: int
    name: str
    by: str | None
    choice: Choice
    opens: bool = False


@dataclass(frozen=True)
class Desk:
    """How a person sees their inbox, and with whom they share its tasks."""

    choice: Choice
    views: tuple[View, ...]
    single_keys: bool
    colleagues: tuple[Colleague, ...] = ()


@dataclass(frozen=True)
class Rank:
    """One of the columns by which tasks are ordered."""

    column: ColumnElement[Any]
    down: bool = False


_LIES = task_groups.c
_SORTS: Mapping[str, ColumnElement[Any]] = {
    "due": _LIES.due,
    "opened": _LIES.opened_at,
    "tier": _LIES.tier,
    "urgent": _LIES.urgent,
    "grade": func.coalesce(_LIES.grade, "z"),  # complex, general, simple: as their codes stand; none yet comes last
}
SORT_WORDS: Mapping[str, str] = {
    "due": "期限早的在前",
    "-due": "期限晚的在前",
    "opened": "先到的在前",
    "-opened": "后到的在前",
    "-tier": "层级高的在前",
    "-urgent": "紧急的在前",
    "grade": "复杂的在前",
}


def choice_from(given: Mapping[str, Any]) -> Choice:
    """A choice from what a form or a kept text says; what cannot be is left out."""
    sorts = given.get("sorts")
    wanted = sorts if isinstance(sorts, list | tuple) else [given.get(f"sort{n}") for n in range(1, MOST_SORTS + 1)]
    holder = given.get("holder")
    return Choice(
        step=_of(given, "step", TASK),
        unit=str(given.get("unit") or "")[:20],
        grade=_of(given, "grade", GRADE),
        tier=_of(given, "tier", TIER),
        urgent=given.get("urgent") in (True, "yes"),
        holder="free" if holder == "free" else "held" if holder == "held" else "",
        by=str(given.get("by") or "")[:200].replace("\0", ""),
        light=_of(given, "light", LIGHTS),
        sorts=tuple(dict.fromkeys(str(each) for each in wanted if each in SORT_WORDS))[:MOST_SORTS],
        words=" ".join(str(given.get("words") or "")[:100].split()),
    )


def _of(given: Mapping[str, Any], name: str, known: Mapping[str, str]) -> str:
    value = str(given.get(name) or "")
    return value if value in known else ""


# ------------------------------------------------------------------ as conditions
def narrowed(choice: Choice) -> list[ColumnElement[bool]]:
    """What a choice asks of a row of `task_groups`, but for its words; `moment` of queue_sources gives its instants."""
    asked: list[ColumnElement[bool] | None] = [
        _LIES.element == choice.step if choice.step else None,
        or_(_LIES.unit == choice.unit, _LIES.lead_unit == choice.unit) if choice.unit else None,
        _LIES.grade == choice.grade if choice.grade else None,
        _LIES.tier >= int(choice.tier) if choice.tier else None,
        _LIES.urgent.is_(True) if choice.urgent else None,
        _LIES.assignee.is_(None) if choice.holder == "free" else None,
        _LIES.assignee.is_not(None) if choice.holder == "held" else None,
        _LIES.assignee == choice.by if choice.by else None,
        _has_light(choice.light) if choice.light else None,
    ]
    return [condition for condition in asked if condition is not None]


def _has_light(light: str) -> ColumnElement[bool]:
    """As `dues.task_due` says it: red once late, yellow on the day of the due, green before; none without a due."""
    conditions = {
        "red": _LIES.due < PRESENT,
        "yellow": and_(_LIES.due >= PRESENT, _LIES.due < TOMORROW),
        "green": and_(_LIES.due >= TOMORROW, _LIES.due < NO_DUE),
    }
    return conditions[light]


def order(choice: Choice) -> list[Rank]:
    """By what was chosen, then by due, then by the task's id, so that every order is whole."""
    by_due = any(each.removeprefix("-") == "due" for each in choice.sorts)
    sorts = choice.sorts if by_due else (*choice.sorts, "due")
    return [*(Rank(_SORTS[each.removeprefix("-")], each.startswith("-")) for each in sorts), Rank(_LIES.task_id)]


# ------------------------------------------------------------------ what is kept
_READER = bindparam("reader", type_=people.c.name.type)
_CHOICE = Prepared(select(inbox_choices.c.choice).where(inbox_choices.c.person == _READER))
_SETTINGS = Prepared(select(desk_settings.c.single_keys).where(desk_settings.c.person == _READER))


def desk_of(ctx: ReadContext) -> Desk:
    """How the actor sees their inbox."""
    mine = {"reader": ctx.actor.name}
    kept, settings = _CHOICE.fetch(ctx.conn, mine), _SETTINGS.fetch(ctx.conn, mine)
    return Desk(_read(kept[0]["choice"]) if kept else Choice(), _views(ctx), not settings or settings[0]["single_keys"])


def _read(kept: str) -> Choice:
    return choice_from(orjson.loads(kept))


def _views(ctx: ReadContext) -> tuple[View, ...]:
    """One's own by name, then those shared with one's groups."""
    mine = ctx.actor.name
    return tuple(
        View(
            row["id"],
            row["name"],
            None if row["owner"] == mine else row["display"],
            _read(row["choice"]),
            row["opens"] and row["owner"] == mine,
        )
        for row in _shown_to(ctx.actor.groups).fetch(ctx.conn, {"reader": mine})
    )


@lru_cache(BUILT)
def _shown_to(groups: frozenset[str]) -> Prepared:
    """The views that a person of these groups may choose."""
    v = inbox_views.c
    shared = [v.group == literal(group) for group in sorted(groups)]
    query = select(inbox_views, people.c.display).join(people, people.c.name == v.owner)
    return Prepared(query.where(or_(v.owner == _READER, *shared)).order_by(v.owner != _READER, v.name, v.id))
