"""Who may see a case and do its tasks (PROCESS.md "Who sees and does what"). Pure: facts in, verdict out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from engine.cases.commands import CITIZEN, Actor

EVERYWHERE = frozenset(
    {"window", "window_lead", "callback", "work_group", "bureau", "leading_group", "auditor", "supervisor"}
)
UNIT_POSTS = ("unit", "unit_head", "unit_deputy", "unit_chief")

READ_FINDINGS = frozenset({"auditor", "supervisor", "bureau"})  # all of 整改; a unit reads those it was asked
READ_ALONE = frozenset({"auditor"})  # whoever has no other post writes nowhere

# Posts that may do what is no task of a group; those of a unit hold it as unit:CODE.
REGISTER = frozenset({"window", "window_lead", "callback", "work_group", "bureau", "restricted", "unit", "unit_head"})
WITHDRAW = frozenset({"window", "window_lead", "callback", "work_group", "bureau", "restricted"})
COURIER = frozenset({"window", "window_lead", "work_group", "restricted", "unit"})
SUPPLEMENT = frozenset({"window", "window_lead", "callback", "work_group", "restricted", "unit", "unit_head"})
ATTACH = frozenset({"window", "window_lead", "callback", "work_group", "restricted"})
AMEND = frozenset({"window", "window_lead", "work_group", "restricted"})
RATE = frozenset({"window", "window_lead", "callback", "work_group", "bureau", "restricted", *CITIZEN.groups})
OVERSEE = frozenset({"bureau", "leading_group", "supervisor"})  # how much lies with everybody
HOLD = frozenset({"bureau"})
LEDGER = frozenset(
    {"window", "window_lead", "work_group", "bureau", "leading_group", "auditor", "supervisor", *UNIT_POSTS}
)
RECEPTION = LEDGER - frozenset(UNIT_POSTS)
STATISTICS = LEDGER | {"callback"}
UNMASK = frozenset({*WITHDRAW, "leading_group", *UNIT_POSTS})
SUPERVISION = frozenset({"window_lead", "work_group", "bureau", "leading_group", "auditor", "supervisor", *UNIT_POSTS})
DIRECTING = frozenset({"bureau", "leading_group", "unit_deputy", "unit_chief"})
DESIGNING = frozenset({"supervisor"})
RECTIFY = frozenset({"supervisor", "bureau"})  # put what was found in a case to a unit
LIAISE = frozenset({"unit", "unit_head"})  # keep the entry of their unit in the liaison directory
TOLD = REGISTER | {"leading_group", *UNIT_POSTS}  # who is ever told something in the application
KEEP_CANNED = frozenset({"window_lead", "work_group", "bureau", "supervisor"})  # 常用答复 of every step
KEEP_CANNED_OF_UNITS = frozenset({"unit_head"})  # those of the steps of units
PRESERVE = frozenset({"bureau", "supervisor", "restricted"})  # 保全; a restricted case only those who know of it
ASK_ERASURE = frozenset({"window_lead", "work_group", "bureau", "restricted"})
CONFIRM_ERASURE = frozenset({"bureau", "leading_group", "restricted"})  # the second pair of eyes
URGE = frozenset({"window", "window_lead", "callback", "work_group", "bureau", "leading_group"})


@dataclass(frozen=True)
class CaseFacts:
    """What visibility depends on. `units`: those that have or had an order, and the one that registered it."""

    restricted: bool
    units: frozenset[str]


def sees(actor: Actor, case: CaseFacts) -> bool:
    """Whether the case exists for this person; if not, the answer is 404."""
    if case.restricted:
        return "restricted" in actor.groups
    return not EVERYWHERE.isdisjoint(actor.groups) or not case.units.isdisjoint(units_of(actor.groups))


def units_of(groups: Iterable[str]) -> frozenset[str]:
    """Unit codes named by groups such as `unit_head:SC-SS`."""
    split = (group.partition(":") for group in groups)
    return frozenset(code for post, _, code in split if code and post in UNIT_POSTS)


def sees_everywhere(actor: Actor) -> bool:
    """Whether every unrestricted case exists for this person."""
    return not EVERYWHERE.isdisjoint(actor.groups)


def in_group(actor: Actor, groups: Collection[str]) -> bool:
    """Whether the task lies in one of this person's inboxes."""
    return not actor.groups.isdisjoint(groups)


def holds(actor: Actor, posts: Collection[str]) -> bool:
    """Whether this person has one of the posts, at whatever unit."""
    return any(group.partition(":")[0] in posts for group in actor.groups)


def holds_at(actor: Actor, posts: Collection[str], units: Collection[str]) -> bool:
    """Whether this person has one of the posts; one of a unit counts at these units alone."""
    split = (group.partition(":") for group in actor.groups)
    return any(post in posts and (not code or code in units) for post, _, code in split)


def may_see_clear(actor: Actor) -> bool:
    """Whether personal data may ever be shown in clear to this person: never to auditors, supervisors, administrators.

    Whoever has another post as well sees by that one.
    """
    return holds(actor, UNMASK)


def acts_on(actor: Actor, tasks: Iterable[Collection[str]]) -> bool:
    """Whether this person acts on a case: sees to all of them, or has one of these tasks, by its groups, to do."""
    return holds(actor, ATTACH) or any(in_group(actor, groups) for groups in tasks)


def leads(actor: Actor, groups: Collection[str]) -> bool:
    """Whether this person may reassign a colleague's task: the lead of a group that has it."""
    return not led_by(actor).isdisjoint(groups)


def led_by(actor: Actor) -> frozenset[str]:
    """The groups whose tasks this person may give to another."""
    own = {"window_lead": {"window", "window_lead"}, "bureau": {"work_group", "callback"}}
    return frozenset().union(
        *(members for group, members in own.items() if group in actor.groups), _posts_under(actor, UNIT_POSTS[:2])
    )


def answers_for(actor: Actor) -> frozenset[str]:
    """The groups whose work in hand this person sees to: those they lead, and at a unit all posts under their own."""
    return led_by(actor) | _posts_under(actor, UNIT_POSTS)


def _posts_under(actor: Actor, posts: Sequence[str]) -> frozenset[str]:
    """At each unit where this person has one of the posts, which rise from the liaison to the chief, those below it."""
    split = (group.partition(":") for group in actor.groups)
    held = [(posts.index(post), code) for post, _, code in split if code and post in posts]
    return frozenset(f"{under}:{code}" for rank, code in held for under in posts[:rank])
