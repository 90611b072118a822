"""The check as a whole: the shipped diagrams are clean, notes block nothing, and it never raises."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from engine.bpmn.lint import check_files, notes_of
from engine.cases.effects import OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import StepFailed
from tests.bpmn import drawing as d
from tests.bpmn.generated import Generator
from tests.bpmn.lint.asked import codes, notes
from tests.bpmn.plain_host import Play

FAMILY = read_folder(SHIPPED)


def test_the_shipped_diagrams_are_clean_and_keep_the_law() -> None:
    assert check_files(FAMILY, law=True, words=CATALOGUE, operations=OPERATIONS) == []


def test_each_shipped_table_is_clean_by_itself() -> None:
    tables = {name: content for name, content in FAMILY.items() if name.endswith(".dmn")}
    for name, content in tables.items():
        assert check_files({name: content}, words=CATALOGUE) == []
    assert len(tables) == 3


@pytest.mark.parametrize("missing", ["work_order.bpmn", "decisions/time_limits.dmn", "forms/accept.json"])
def test_the_family_without_one_of_its_files_is_refused(missing: str) -> None:
    files = {name: content for name, content in FAMILY.items() if name != missing}
    assert check_files(files, words=CATALOGUE, operations=OPERATIONS)


@pytest.mark.parametrize("seed", range(60))
def test_generated_diagrams_that_run_are_clean(seed: int) -> None:
    assert check_files(Generator(seed).files()) == []


# ------------------------------------------------------------------ the law
def test_by_law_nothing_waits_without_a_clock() -> None:
    assert codes(d.straight(d.user("t")), law=True) == [("NO_CLOCK", "t")]
    assert codes(d.straight(d.user("t", bc_due="workdays(1)")), law=True) == []
    assert codes(d.straight(d.user("t"))) == []


def test_a_timer_around_is_a_clock() -> None:
    inside = d.sub("inside", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"))
    clock = d.boundary("late", "inside", d.timer("minutes(5)"), False) + d.end("told") + d.flows("late told")
    assert codes(d.document(d.process(d.start(), inside, clock, d.end(), d.flows("start inside end"))), law=True) == []


def test_a_message_needs_a_clock_and_a_timer_beside_it_is_one() -> None:
    waiting = d.node("receiveTask", "told", messageRef="news")
    alone = d.process(d.start(), waiting, d.end(), d.flows("start told end"))
    assert codes(d.document(alone, d.message("news")), law=True) == [("NO_CLOCK", "told")]
    race = d.process(
        *(d.start(), d.node("eventBasedGateway", "g"), waiting, d.xor("m"), d.end()),
        d.node("intermediateCatchEvent", "clock", d.timer("minutes(5)")),
        d.flows("start g told m end", "g clock m"),
    )
    assert codes(d.document(race, d.message("news")), law=True) == []


# ------------------------------------------------------------------ notes
CAMUNDA = d.straight(
    d.node(
        "userTask",
        "t",
        "<bpmn:extensionElements><camunda:taskListener/></bpmn:extensionElements>",
        camunda_candidateGroups="window",
        camunda_assignee="w1",
        camunda_followUpDate="x",
        camunda_dueDate="minutes(5)",
        camunda_priority="${p}",
        camunda_asyncBefore="true",
    )
)


def test_what_a_camunda_diagram_loses_is_told_and_blocks_nothing() -> None:
    assert codes(CAMUNDA) == []
    told = [note.message for note in notes_of({"p.bpmn": CAMUNDA})]
    assert len(told) == 4
    for lost in ("followUpDate", "camunda:assignee", "priority", "taskListener"):
        assert any(lost in sentence for sentence in told), lost


def test_a_boundary_event_that_fires_once_only_is_told() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.end(), d.boundary("x", "t", d.event("message", "m"), False), d.end("e")),
        d.flows("start t end", "x e"),
    )
    assert notes(d.document(drawn, d.message("m"))) == [("ONCE", "x")]


def test_a_second_process_nobody_calls_is_told() -> None:
    one = d.process(d.start(), d.user("t"), d.end(), d.flows("start t end"))
    other = d.process(d.start("s"), d.user("u"), d.end("e"), d.flows("s u e"), id="other")
    assert notes(d.document(one, other)) == [("OTHER_PROCESS", "other")]


def test_notes_of_what_cannot_be_read_are_none() -> None:
    assert notes_of({"p.bpmn": b"<"}) == []


# ------------------------------------------------------------------ never raises
def mangled(text: bytes, random: Random) -> bytes:
    """Some quoted values exchanged or emptied, some elements renamed or taken out."""
    parts = text.split(b'"')
    for _ in range(random.randint(1, 6)):
        place = random.randrange(1, len(parts), 2)
        parts[place] = random.choice([b"", parts[random.randrange(1, len(parts), 2)], b"x y", b"${", b"-1"])
    joined = b'"'.join(parts)
    tags = [
        b"userTask",
        b"exclusiveGateway",
        b"sequenceFlow",
        b"boundaryEvent",
        b"endEvent",
        b"subProcess",
        b"timeDate",
    ]
    if random.random() < 0.5:
        one, other = random.sample(tags, 2)
        joined = joined.replace(b"bpmn:" + one, b"bpmn:" + other)
    return joined


@pytest.mark.checklist(25)
@pytest.mark.parametrize("seed", range(150))
def test_a_mangled_diagram_is_a_list_of_findings_or_runs(seed: int) -> None:
    print("seed", seed)
    random = Random(seed)
    files = Generator(seed).files()
    name = random.choice(sorted(files))
    harmed = {**files, name: mangled(files[name], random)}
    found = check_files(harmed)
    assert all(finding.code and finding.message and finding.file in files for finding in found)
    if not found:
        with suppress(StepFailed):
            Play(harmed, x=1, items=["a"])


@pytest.mark.parametrize("seed", range(12))
def test_a_mangled_shipped_diagram_too(seed: int) -> None:
    print("seed", seed)
    random = Random(seed)
    name = random.choice([n for n in sorted(FAMILY) if not n.startswith("forms/")])
    check_files({**FAMILY, name: mangled(FAMILY[name], random)}, True, words=CATALOGUE, operations=OPERATIONS)
