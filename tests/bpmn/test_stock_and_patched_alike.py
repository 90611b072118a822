"""Our drive loop, patches and codec against the library as it was shipped: the same acts, the same course.

Both sides use our parser, elements and interpreter; stock drives them with its own classes, its own order and its
own ids, in memory, ours with the state written and read back after every act. Compared after each act: open tasks
with their data, armed timers, every element completed and in which order, what the operations were, the result.

Three things stock does are not agreed with, and end a comparison there (ours plays on): it raises over what an
interrupted multi-instance left behind, it keeps such sub-processes alive without a host, and it runs a task that
an earlier one in the same sweep had ended. Few courses come to that; a test holds how few.
"""

from __future__ import annotations

from random import Random

import pytest

from engine.bpmn.definition import Definition, read_definition
from tests.bpmn import drawing as d
from tests.bpmn.generated import Generator
from tests.bpmn.shipped import ANSWERS, START, shipped
from tests.bpmn.side_by_side import SideBySide, StockCannotPlay

GENERATED = range(150)
SHIPPED_COURSES = range(30)


def play_generated(seed: int, acts: int = 25) -> SideBySide:
    """A random diagram, random acts; both from the seed."""
    print("seed", seed)
    random = Random(seed)
    definition = read_definition(Generator(seed).files(), "p")
    both = SideBySide(definition, {"x": 1, "items": ["a", "b", "c"][: random.randint(1, 3)]})
    for _ in range(acts):
        if both.ended:
            break
        _act(both, random)
    return both


def _act(both: SideBySide, random: Random) -> None:
    tasks, timers = both.tasks(), both.timers()
    answer = {"x": random.randint(0, 2)}
    if tasks and (not timers or random.random() < 0.7):
        both.complete(random.randrange(len(tasks)), answer)
    elif both.ours.waits_for("news") and random.random() < 0.5:
        both.send("news", answer)
    else:
        both.fire(0)


@pytest.mark.parametrize("seed", GENERATED)
def test_a_generated_diagram_takes_the_same_course(seed: int) -> None:
    try:
        play_generated(seed)
    except StockCannotPlay as reason:
        print(reason)


def test_stock_can_play_nearly_all_generated_diagrams_to_their_end() -> None:
    ended = 0
    for seed in range(40):
        try:
            ended += play_generated(seed).ended
        except StockCannotPlay:
            continue
    assert ended >= 36


def test_a_course_that_differs_is_noticed() -> None:
    both = SideBySide(read_definition({"p.bpmn": d.straight(d.user("t"), d.user("u"))}), {})
    both.ours.complete(both.tasks()[0].id, {})
    with pytest.raises(AssertionError):
        both.signal("anything")


@pytest.fixture(scope="module")
def family() -> Definition:
    return shipped()


@pytest.mark.parametrize("seed", SHIPPED_COURSES)
def test_the_shipped_diagrams_take_the_same_random_course(family: Definition, seed: int) -> None:
    print("seed", seed)
    random = Random(seed)
    both = SideBySide(family, START)
    try:
        for _ in range(50):
            if both.ended:
                break
            _act_on_case(both, random)
    except StockCannotPlay as reason:
        print(reason)


def _act_on_case(both: SideBySide, random: Random) -> None:
    tasks, timers = both.tasks(), both.timers()
    roll = random.random()
    if roll < 0.03 and both.ours.waits_for("withdraw"):
        both.send("withdraw", {"reason": "已自行解决"})
    elif roll < 0.06:
        both.signal("deadline_moved")
    elif tasks and (roll < 0.8 or not timers):
        place = random.randrange(len(tasks))
        both.complete(place, random.choice(ANSWERS[tasks[place].element.id]))
    elif timers:
        both.fire(0)
    else:
        both.send("lead_closed", {})


# Element, or `!timer`, or `?message`; with the number of the answer in `shipped.ANSWERS`.
_DISPATCHED = "accept classify dispatch acknowledge acknowledge first_contact "
_REVIEWED = _DISPATCHED + "handle handle review "
COURSES = {
    "on the spot": "accept classify:2 handle_on_site give_feedback !await_visit return_visit",
    "waiting for the citizen": "accept classify:2 handle_on_site:2 await_citizen handle_on_site give_feedback",
    "red on the spot": "accept classify:2 !onsite_yellow !onsite_red dispatch",
    "to the call-back": _REVIEWED + "give_feedback !await_visit return_visit",
    "sent back": "accept classify dispatch !unsigned !unsigned first_contact handle handle review:2 handle review",
    "every rung": "accept classify dispatch !remind !overdue !overdue_2 !overdue_5 supervise supervise supervise:1",
    "returned twice": "accept classify dispatch acknowledge:2 adjudicate_return acknowledge:2 adjudicate_return:1",
    "a redo": _REVIEWED + "give_feedback !await_visit return_visit:1 approve_redo dispatch acknowledge acknowledge "
    "first_contact handle handle review give_feedback",
    "pending for months": _DISPATCHED + "handle handle review:4 approve_pending give_feedback !await_month "
    "review_pending:1 !await_month review_pending give_feedback !await_visit return_visit",
    "paused and extended": _DISPATCHED + "handle:5 decide_pause await_resume handle:4 decide_extension handle:6 "
    "decide_regrade handle",
    "declined": "!accept_late accept:3 !confirm_exit_late confirm_exit:1 accept:3 confirm_exit give_feedback",
    "merged": "accept:5 !await_lead_late ?lead_closed",
    "withdrawn": "accept classify dispatch acknowledge !uncontacted ?withdraw give_feedback",
    "restricted": "accept:6 !handle_restricted_late handle_restricted",
}


@pytest.mark.parametrize("name", COURSES)
def test_the_shipped_diagrams_take_the_same_scripted_course(family: Definition, name: str) -> None:
    both = SideBySide(family, START)
    for step in COURSES[name].split():
        element, _, number = step.lstrip("!?").partition(":")
        if step.startswith("?"):
            both.send(element, {})
        elif step.startswith("!"):
            both.fire([timer.element.id for timer in both.timers()].index(element))
        else:
            place = [task.element.id for task in both.tasks()].index(element)
            both.complete(place, ANSWERS[element][int(number or 0)])
