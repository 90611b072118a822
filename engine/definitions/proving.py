"""What the proof is told of this house: what its words may give, what its operations need, who holds which post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from engine.bpmn.definition import content_hash
from engine.bpmn.expressions import parse_template
from engine.bpmn.lint.endings import FIELDS, MESSAGE, OPERATION
from engine.bpmn.proof import Verdict, prove
from engine.bpmn.proof.explore import MOST_SECONDS
from engine.bpmn.proof.house import Answers, Effect, House, Law, counted, instant, maybe, one_of
from engine.bpmn.proof.values import OTHER
from engine.cases.policy import UNIT_POSTS
from engine.definitions.remembered import Remembered
from engine.vocabulary import GROUP, PHASE

_KEPT = Remembered[tuple[str, bool, frozenset[str] | None, float], tuple[Verdict, ...]](16)


def _opening(until: Any) -> Sequence[Any]:
    """`resume_at` reads a day or an instant."""
    if not isinstance(until, str):
        raise TypeError("这里需要日期")
    return instant()


WORDS: Mapping[str, Answers] = {
    "workdays": counted,
    "office_hours": counted,
    "minutes": counted,
    "closing_time": instant,
    "next_opening": instant,
    "month_later": instant,
    "case_due": counted,
    "lead_case_due": maybe,
    "external_due": maybe,
    "accepted_at": maybe,
    "dispatched_at": maybe,
    "feedback_at": maybe,
    "resume_at": _opening,
    "returns": one_of(0, 1, 2, 3),
    "redo_count": one_of(0, 1, 2),
    "extension_used": one_of(False, True),
    "before_due": one_of(True, False),
    "lead": one_of(OTHER, f"{OTHER}2"),
    "lead_kind": one_of("district", "vertical", "none"),
    "warn_days": one_of(2),
    "contact_open": one_of(True, False),
    "open_orders": one_of(1, 0),
}


def _reads(*names: str) -> Effect:
    return Effect(reads=frozenset(names))


def _told(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`notify_tier` fills the present lead into the posts of the table."""
    return {"groups": parse_template(data["groups"] or "").fill({"lead": OTHER}, {})}


_UNIT = _reads("unit")
OPERATIONS: Mapping[str, Effect] = {
    "set_clock": _reads("grade", "limit_days", "warn_days", "redo_days"),
    "regrade": _reads("grade"),
    "pause_for_citizen": _reads("until"),
    "request": _UNIT,
    "decide_extension": _UNIT,
    "decide_pause": _UNIT,
    "decide_regrade": _reads("unit", "grade", "limit_days", "warn_days", "redo_days"),
    "conclude": _reads("outcome"),
    "withdraw": _reads("outcome"),
    "dispatch": _reads("lead_unit", "orders"),
    "sign": _UNIT,
    "auto_sign": _reads("unit", "is_lead"),
    "contact": _UNIT,
    "reply": _UNIT,
    "return_order": _UNIT,
    "reassign_order": _UNIT,
    "uphold_order": _UNIT,
    "notify_tier": Effect(frozenset({"tier", "groups", "notice", "reason"}), frozenset({"groups"}), _told),
    "raise_tier": Effect(writes=frozenset({"reason"})),
    "send_letter": _reads("tier"),
    "put_finding": _UNIT,
    "accept_finding_answer": _UNIT,
    "send_finding_back": _UNIT,
    "withdraw_finding": _UNIT,
    "remind_finding": _UNIT,
    "raise_finding": _UNIT,
    "hand_finding_to_head": _UNIT,
    "report_finding": _UNIT,
}

# Which phase may come after which. Forward in order; a simple case is settled at the counter without being dispatched;
# whoever may end the case early is told at once. Backward as drawn: re-grading, another dispatch, a redo.
FORWARD = {
    (None, "acceptance"),
    ("acceptance", "classification"),
    ("classification", "dispatch"),
    ("dispatch", "completion"),
}
AT_THE_COUNTER = {("classification", "completion")}
TOLD_EARLY = {(phase, "feedback") for phase in PHASE}
BACK = {("completion", "classification"), ("completion", "dispatch"), ("feedback", "dispatch")}

LAW = Law(
    order=frozenset({*FORWARD, *AT_THE_COUNTER, *TOLD_EARLY, *BACK}),
    fields=FIELDS,
    operations=frozenset({OPERATION}),
    vouched=frozenset({MESSAGE}),
    working=frozenset({"acceptance", "classification", "dispatch", "completion"}),
)


def house(law: bool, held: Collection[str] | None = None) -> House:
    """The house as the proof sees it. `held`: groups somebody is in; None asks only whether there are such posts."""
    return House(WORDS, OPERATIONS, frozenset({"deadline_moved"}), _posts(held), LAW if law else None)


def _posts(held: Collection[str] | None) -> Callable[[str], str | None]:
    def why(group: str) -> str | None:
        post, colon, code = group.partition(":")
        if (colon and post not in UNIT_POSTS) or (not colon and (post not in GROUP or post in UNIT_POSTS)):
            return f"没有“{group}”这个岗位"
        some_unit = code.startswith(OTHER)  # whichever it will be
        if held is None or group in held or (some_unit and any(each.startswith(f"{post}:") for each in held)):
            return None
        return f"“{post if some_unit else group}”里还没有人"

    return why


def proven(
    files: Mapping[str, bytes], law: bool, held: frozenset[str] | None = None, seconds: float = MOST_SECONDS
) -> tuple[Verdict, ...]:
    """The verdicts on a bundle that has passed the lint; the same bundle is looked at once."""
    key = (content_hash(files), law, held, seconds)
    found = _KEPT.get(key)
    if found is None:
        found = tuple(prove(files, house(law, held), most_seconds=seconds))
        _KEPT.keep(key, found)
    return found
