"""Thirty and more ways to spoil the shipped diagrams, each with what must be found, written down before it was run.

`run`: the elements of the shortest way to it, in order; a timer or message is told by its event. `reaches`: what the
real engine shows at the end of that run. What the lint already finds, or what never happens, has no run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Files = Mapping[str, bytes]
MAIN, ORDER, LADDER = "five_step_loop.bpmn", "work_order.bpmn", "escalation.bpmn"
LIMITS, TIERS = "decisions/time_limits.dmn", "decisions/escalation_tiers.dmn"
ON_SITE = "start classify handle_on_site"
HANDLED = "start classify dispatch acknowledge handle"


@dataclass(frozen=True)
class Reached:
    """`open`: user tasks that are open, all of them. `fails`: the engine says it cannot go on. `ends`: archived."""

    open: tuple[str, ...] | None = None
    fails: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Mutation:
    """One change: of a file, a text (a pattern where `pattern`) by another; what is found first, and how.

    `lint`: code and element of what the lint finds already, where the proof, asked alone, must find it too.
    """

    name: str
    edits: tuple[tuple[str, str, str], ...]
    code: str
    element: str
    run: str = ""
    reaches: Reached | None = None
    also: frozenset[str] = field(default_factory=frozenset)
    lint: tuple[str, str] | None = None

    def applied(self, files: Files) -> dict[str, bytes]:
        """The shipped files with the change; AssertionError where it changes nothing."""
        changed = dict(files)
        for name, before, after in self.edits:
            text = changed[name].decode()
            found = re.sub(before, after, text, count=1, flags=re.DOTALL)
            assert found != text or "flowNodeRef" in before, (self.name, before)
            changed[name] = found.encode()
        return changed


def target(file: str, flow: str, to: str) -> tuple[str, str, str]:
    """A flow leads elsewhere."""
    return file, rf'(<bpmn:sequenceFlow id="{flow}" [^>]*targetRef=")[^"]*"', rf'\g<1>{to}"'


def attribute(file: str, id: str, name: str, value: str | None) -> tuple[str, str, str]:
    """An attribute of an element with another value, or gone."""
    written = f' {name}="{value}"' if value is not None else ""
    return file, rf'(<bpmn:\w+ id="{id}"[^>]*?) {name}="[^"]*"', rf"\g<1>{written}"


def condition(file: str, flow: str, text: str) -> tuple[str, str, str]:
    """A flow with another condition."""
    return file, rf'(<bpmn:sequenceFlow id="{flow}"[^>]*><bpmn:conditionExpression[^>]*>)[^<]*', rf"\g<1>{text}"


def instant(file: str, timer: str, text: str) -> tuple[str, str, str]:
    """A timer that strikes at another instant."""
    return file, rf'(id="{timer}_timer"><bpmn:timeDate[^>]*>)[^<]*', rf"\g<1>{text}"


def no_boundary(file: str, event: str, flow: str) -> tuple[tuple[str, str, str], ...]:
    """A boundary event taken out, with its flow."""
    return (
        (file, rf'<bpmn:boundaryEvent id="{event}".*?</bpmn:boundaryEvent>', ""),
        (file, rf'<bpmn:sequenceFlow id="{flow}"[^>]*?/>', ""),
        (file, rf"<bpmn:incoming>{flow}</bpmn:incoming>", ""),
        (file, rf"<bpmn:flowNodeRef>{event}</bpmn:flowNodeRef>", ""),
    )


def interrupts(file: str, event: str, yes: bool) -> tuple[str, str, str]:
    """A boundary event that now ends the wait, or no longer does."""
    if yes:
        return file, rf'(<bpmn:boundaryEvent id="{event}"[^>]*) cancelActivity="false"', r"\g<1>"
    return file, rf'(<bpmn:boundaryEvent id="{event}")', r'\g<1> cancelActivity="false"'


def set_without(id: str, part: str) -> tuple[str, str, str]:
    """An assignment of the main diagram's start taken out."""
    return MAIN, rf'(<bpmn:startEvent id="{id}"[^>]*bc:set="[^"]*?){re.escape(part)}', r"\g<1>"


LAX = frozenset({"LAXER"})
MEET = (
    '<bpmn:parallelGateway id="meet"><bpmn:incoming>after_feedback__archive</bpmn:incoming>'
    "<bpmn:incoming>satisfied__archive</bpmn:incoming><bpmn:outgoing>meet__archive</bpmn:outgoing>"
    '</bpmn:parallelGateway><bpmn:sequenceFlow id="meet__archive" sourceRef="meet" targetRef="archive"/>'
)

MUTATIONS = (
    # --- (4) feedback and phases
    Mutation(
        "a withdrawal is archived without a word",
        (target(MAIN, "record_withdrawal__give_feedback", "archive"),),
        "NO_FEEDBACK",
        "archived",
        "start withdraw_intake",
        Reached(ends=True),
    ),
    Mutation(
        "what is settled at the counter is archived without feedback",
        (target(MAIN, "conclude_on_site__give_feedback", "archive"),),
        "NO_FEEDBACK",
        "archived",
        ON_SITE,
        Reached(ends=True),
    ),
    Mutation(
        "what was handled is archived without feedback",
        (target(MAIN, "handling_stage__give_feedback", "archive"),),
        "NO_FEEDBACK",
        "archived",
        f"{HANDLED} review",
        Reached(ends=True),
    ),
    Mutation(
        "a consultation is archived without an answer",
        (target(MAIN, "reply_given__give_feedback", "archive"),),
        "NO_FEEDBACK",
        "archived",
        "start",
        Reached(ends=True),
    ),
    Mutation(
        "the feedback is called a step of acceptance",
        (attribute(MAIN, "give_feedback", "bc:phase", "acceptance"),),
        "PHASE_ORDER",
        "give_feedback",
        "start",
        Reached(open=("give_feedback",)),
    ),
    Mutation(
        "the grading is called dispatch",
        (attribute(MAIN, "classification", "bc:phase", "dispatch"),),
        "PHASE_ORDER",
        "classification",
        "start",
        Reached(open=("classify",)),
    ),
    # --- (2) variables and types
    Mutation(
        "what follows the feedback is never set",
        (set_without("start", "course = 'visit'; "),),
        "UNSET",
        "after_feedback",
        f"{ON_SITE} give_feedback",
        Reached(fails=True),
    ),
    Mutation(
        "the visits are never counted from nought",
        (set_without("start", "visits = 0; "),),
        "UNSET",
        "record_visit",
        f"{ON_SITE} give_feedback await_visit return_visit",
        Reached(fails=True),
    ),
    Mutation(
        "an order does not know that nothing has been said yet",
        ((ORDER, r'bc:set="action = null; ', 'bc:set="'),),
        "UNSET",
        "returned_later",
        "start classify dispatch",
        Reached(fails=True),
    ),
    Mutation(
        "a refusal has no outcome",
        ((MAIN, r"outcome = 'declined' if acceptance == 'decline' else 'transferred'; ", ""),),
        "UNSET",
        "conclude_exit",
        "start confirm_exit",
        Reached(fails=True),
    ),
    Mutation(
        "the posts of the dispatch are misspelt",
        (attribute(MAIN, "dispatch", "bc:groups", "${dispatch_groups}"),),
        "UNSET",
        "dispatch",
        "start classify",
        Reached(fails=True),
        lint=("NAME", "dispatch"),
    ),
    Mutation(
        "a satisfaction left out is compared",
        (condition(MAIN, "satisfied__may_redo", "satisfaction &lt;= 2"),),
        "TYPE",
        "satisfied",
        f"{ON_SITE} give_feedback await_visit return_visit",
        Reached(fails=True),
    ),
    Mutation(
        "satisfaction is a word",
        (
            (
                "forms/return_visit.json",
                r'"type": "integer",(.*?)"enum": \[\s*5,\s*4,\s*3,\s*2,\s*1\s*\]',
                r'"type": "string",\g<1>"enum": ["good", "fair", "bad"]',
            ),
        ),
        "TYPE",
        "satisfied",
        f"{ON_SITE} give_feedback await_visit return_visit",
        Reached(fails=True),
        lint=("TYPE", "satisfied__may_redo"),
    ),
    Mutation(
        "the day of a pause may be left out",
        (("forms/handle.json", r'"reason",\s*"until"', '"reason"'),),
        "TYPE",
        "await_resume",
        f"{HANDLED} decide_pause",
        Reached(fails=True),
    ),
    # --- (1) the token game
    Mutation(
        "an alternative that waits for both of its ways",
        (
            target(MAIN, "after_feedback__archive", "meet"),
            target(MAIN, "satisfied__archive", "meet"),
            (MAIN, r'(<bpmn:serviceTask id="archive")', MEET + r"\g<1>"),
        ),
        "DEADLOCK",
        "meet",
        "start give_feedback",
        Reached(open=()),
    ),
    Mutation(
        "the branch that is not urgent runs into the handling too",
        (
            target(MAIN, "is_urgent__not_urgent", "resolution"),
            (MAIN, r'<bpmn:endEvent id="not_urgent">.*?</bpmn:endEvent>', ""),
        ),
        "LACK_SYNC",
        "resolution",
        "start classify",
        Reached(open=("dispatch", "dispatch")),
    ),
    Mutation(
        "sent back and dispatched anew at once",
        (
            (
                MAIN,
                r'<bpmn:exclusiveGateway id="redispatch_wanted"(.*?) default="[^"]*">(.*?)</bpmn:exclusiveGateway>',
                r'<bpmn:parallelGateway id="redispatch_wanted"\g<1>>\g<2></bpmn:parallelGateway>',
            ),
            (
                MAIN,
                r'(id="redispatch_wanted__dispatch"[^>]*>)<bpmn:conditionExpression.*?</bpmn:conditionExpression>',
                r"\g<1>",
            ),
        ),
        "LACK_SYNC",
        "orders",
        f"{HANDLED} review dispatch",
        Reached(open=("acknowledge", "handle")),
    ),
    Mutation(
        "a pending case is never settled",
        (condition(MAIN, "pending_settled__settle_pending", "settled and not settled"),),
        "LIVELOCK",
        "give_feedback",
        f"{HANDLED} review approve_pending",
        Reached(open=("give_feedback",)),
    ),
    Mutation(
        "a unit can answer only with a word nobody knows",
        (("forms/handle.json", r'"reply",\s*"request_extension"', '"answer", "request_extension"'),),
        "LIVELOCK",
        "contact_stage",
        "start classify dispatch",
        Reached(open=("acknowledge",)),
    ),
    Mutation(
        "acceptance by the clock no longer ends the wait",
        (interrupts(MAIN, "accept_auto", False),),
        "LACK_SYNC",
        "acceptance_given",
        "start accept_auto",
        Reached(open=("classify",)),
        LAX,
    ),
    Mutation(
        "the red light no longer ends the counter",
        (interrupts(MAIN, "onsite_red", False),),
        "LACK_SYNC",
        "regrade_general",
        "start classify onsite_red",
        Reached(open=("dispatch", "handle_on_site")),
        LAX,
    ),
    Mutation(
        "a withdrawal goes on beside the case",
        (interrupts(MAIN, "withdraw_intake", False),),
        "LACK_SYNC",
        "record_withdrawal",
        "start withdraw_intake",
        Reached(open=("accept", "give_feedback")),
    ),
    Mutation(
        "the acceptance ends without ending what goes on beside it",
        ((MAIN, r'<bpmn:terminateEventDefinition id="intake_done_terminate" />', ""),),
        "LEFT_BEHIND",
        "escalate_intake",
        "start accept_late accept",
        Reached(open=("supervise",)),
    ),
    Mutation(
        "an order ends without ending what goes on beside it",
        ((ORDER, r'<bpmn:terminateEventDefinition id="contact_done_terminate" />', ""),),
        "LEFT_BEHIND",
        "escalate_ruling",
        "start classify dispatch acknowledge adjudicate_return_late adjudicate_return",
        None,
    ),
    Mutation(
        "an answer nobody can give",
        (condition(MAIN, "chief_decided__start_measure", "decision == 'new_measures'"),),
        "DEAD",
        "chief_decided__start_measure",
    ),
    Mutation(
        "supervision where nobody is named, a notice where somebody is",
        (
            attribute(LADDER, "has_supervisor", "default", "has_supervisor__supervise"),
            (LADDER, r'(<bpmn:sequenceFlow id="has_supervisor__supervise"[^>]*)>.*?</bpmn:sequenceFlow>', r"\g<1>/>"),
            (
                LADDER,
                r'(<bpmn:sequenceFlow id="has_supervisor__noticed"[^>]*?) ?/>',
                r"\g<1>><bpmn:conditionExpression>groups != ''</bpmn:conditionExpression></bpmn:sequenceFlow>",
            ),
        ),
        "EMPTY_GROUP",
        "supervise",
        "start handle_restricted_late",
        Reached(open=("handle_restricted", "supervise")),
    ),
    Mutation(
        "passing is spelt otherwise in the form",
        (("forms/review.json", r'"enum": \[\s*"pass",', '"enum": ["passed",'),),
        "DEAD",
        "review_given__complete_case",
    ),
    Mutation(
        "a signal nobody sends",
        (
            (MAIN, r'(id="reassigned_signal" signalRef=")reassign"', r'\g<1>silence"'),
            (MAIN, r'(<bpmn:signal id="reassign")', r'<bpmn:signal id="silence" name="silence" />\g<1>'),
        ),
        "DEAD",
        "reassigned",
    ),
    Mutation(
        "a second return nobody hears of",
        ((ORDER, r'escalationCode="second_return"', 'escalationCode="third_return"'),),
        "DEAD",
        "second_return",
    ),
    # --- (3) posts
    Mutation(
        "the feedback is for a post that does not exist",
        (attribute(MAIN, "give_feedback", "bc:groups", "window2"),),
        "EMPTY_GROUP",
        "give_feedback",
        "start",
        Reached(open=("give_feedback",)),
    ),
    Mutation(
        "the table of tiers names a post that does not exist",
        ((TIERS, r'"window_lead"', '"window_boss"'),),
        "EMPTY_GROUP",
        "supervise",
        "start give_feedback_late",
        Reached(open=("give_feedback", "supervise")),
    ),
    Mutation(
        "no row for a general case",
        ((LIMITS, r'(<inputEntry id="time_limits_row_3_grade"><text>)"general"', r'\g<1>"common"'),),
        "EMPTY_GROUP",
        "dispatch",
        "start classify",
        Reached(open=("dispatch",)),
        LAX,
    ),
    Mutation(
        "the call-back is for a post that does not exist",
        (attribute(MAIN, "return_visit", "bc:groups", "callback2"),),
        "EMPTY_GROUP",
        "return_visit",
        f"{ON_SITE} give_feedback await_visit",
        Reached(open=("return_visit",)),
    ),
    # --- (5) clocks
    Mutation(
        "the review of a refusal has no due",
        (attribute(MAIN, "confirm_exit", "bc:due", None),),
        "CLOCK_SPENT",
        "confirm_exit",
        "start confirm_exit_late",
        Reached(open=("confirm_exit", "supervise")),
        LAX,
    ),
    Mutation(
        "the call-back has no due",
        (attribute(MAIN, "return_visit", "bc:due", None),),
        "CLOCK_SPENT",
        "return_visit",
        f"{ON_SITE} give_feedback await_visit return_visit_late",
        Reached(open=("return_visit", "supervise")),
        LAX,
    ),
    Mutation(
        "nothing is due when a case waits to be accepted, and the clock no longer accepts it",
        (attribute(MAIN, "accept", "bc:due", None), *no_boundary(MAIN, "accept_auto", "accept_auto__acceptance_given")),
        "CLOCK_SPENT",
        "accept",
        "start accept_late",
        Reached(open=("accept", "supervise")),
        LAX,
    ),
    Mutation(
        "nobody asks the supervisor back", (attribute(LADDER, "supervise", "bc:due", None),), "NO_CLOCK", "supervise"
    ),
    # --- (6) promises
    Mutation(
        "seven days for a general case",
        ((LIMITS, r'(<outputEntry id="time_limits_row_3_limit_days"><text>)5', r"\g<1>7"),),
        "LAXER",
        "time_limits",
    ),
    Mutation("a day more before the third tier", (instant(MAIN, "overdue", "case_due(1)"),), "LAXER", "overdue"),
    Mutation(
        "a whole day for the grading", (attribute(MAIN, "classify", "bc:due", "workdays(1)"),), "LAXER", "classify"
    ),
    Mutation(
        "late feedback is told to nobody",
        no_boundary(MAIN, "give_feedback_late", "give_feedback_late__escalate_feedback"),
        "LAXER",
        "give_feedback",
    ),
    Mutation(
        "the clock of the acceptance runs on the review",
        (attribute(MAIN, "accept_late", "attachedToRef", "confirm_exit"),),
        "LAXER",
        "accept_late",
    ),
    Mutation(
        "the third tier ends the handling, but not what waits beside it",
        (interrupts(MAIN, "overdue", True),),
        "LIVELOCK",
        "escalate_overdue",
        "start classify remind overdue",
        Reached(open=("supervise",)),
        LAX,
    ),
    Mutation(
        "a pause ends only when somebody thinks of it",
        no_boundary(ORDER, "pause_until", "pause_until__resume_clock"),
        "LAXER",
        "await_resume",
    ),
    # --- what the lint finds already
    Mutation(
        "a visit that is recorded for ever",
        (target(MAIN, "third_attempt__await_visit", "record_visit"),),
        "ENDLESS",
        "record_visit",
    ),
    Mutation(
        "a gateway without a default",
        (attribute(MAIN, "reached", "default", None),),
        "NO_DEFAULT",
        "reached",
        also=frozenset({"NO_CONDITION"}),
    ),
    Mutation("a call of nothing", (attribute(MAIN, "orders", "calledElement", "order"),), "CALLED", "orders"),
)
