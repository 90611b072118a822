"""Every way to spoil the shipped diagrams is found, by the shortest way, and shows in the real engine."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.bpmn.elements import read_elements
from engine.bpmn.lint import check_files
from engine.bpmn.lint.bundle import read_bundle
from engine.bpmn.proof import prove
from engine.cases.effects import OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.examining import Examined, examined
from engine.definitions.laxer import laxer
from engine.definitions.proving import house
from engine.definitions.shipped import SHIPPED, read_folder
from engine.replay.counterexample import Recorded, played
from tests.bpmn.proof.mutations import MUTATIONS, Mutation, Reached

FAMILY = read_folder(SHIPPED)


def test_there_are_thirty_of_them() -> None:
    assert sum(bool(mutation.run and mutation.reaches) for mutation in MUTATIONS) >= 30  # played in the engine
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name.replace(" ", "_"))
def test_what_was_spoilt_is_found_and_shows_in_the_engine(mutation: Mutation) -> None:
    files = mutation.applied(FAMILY)
    found = looked_at(files, mutation)
    first = found.findings[0]
    assert (first.code, first.element) == (mutation.code, mutation.element), first.message
    assert {finding.code for finding in found.findings} == {mutation.code} | mutation.also
    assert way(found) == mutation.run
    if mutation.reaches is not None:
        shows(files, found, mutation.element, mutation.reaches)


def looked_at(files: Mapping[str, bytes], mutation: Mutation) -> Examined:
    """What is found; where only a promise is broken the proof, which finds nothing, is left out for its time."""
    if mutation.lint is not None:
        (linted,) = examined(files).findings
        assert (linted.code, linted.element) == mutation.lint
        verdicts = tuple(prove(files, house(True)))
        return Examined([finding for verdict in verdicts for finding in verdict.findings], verdicts)
    if mutation.code != "LAXER":
        return examined(files)
    assert check_files(files, True, words=CATALOGUE, operations=OPERATIONS) == []
    return Examined(list(laxer(read_bundle(files)[0])))


def test_the_shipped_family_is_proven_clean() -> None:
    """In how many seconds says `bancheng bench check`."""
    (verdict,) = prove(FAMILY, house(True))
    assert (verdict.findings, verdict.warnings) == ([], ())
    assert 5_000 < verdict.situations < 20_000


def way(found: Examined) -> str:
    """The elements of the first run."""
    runs = (wrong.steps for verdict in found.verdicts for wrong in verdict.wrong)
    return " ".join(step.element for step in next(runs, ()))


def shows(files: Mapping[str, bytes], found: Examined, element: str, reached: Reached) -> None:
    """The run, played in the real engine, comes to what was expected: to the situation the finding names."""
    recorded: Recorded = played(files, found.verdicts[0].wrong[0].steps)
    assert recorded.unplayed is None
    assert recorded.ended == reached.ends
    assert (recorded.failure is not None) == reached.fails
    if reached.open is not None:
        assert tuple(recorded.waiting) == reached.open
    code = found.findings[0].code
    if code == "EMPTY_GROUP":
        assert all(house(True).posts(group) for group in recorded.groups[element])
    if code == "CLOCK_SPENT":
        assert recorded.dues[element] is None
        assert borders(files, element).isdisjoint(recorded.armed)


def borders(files: Mapping[str, bytes], host: str) -> set[str]:
    """Boundary events of an activity."""
    processes = read_bundle(files)[0].processes.values()
    return {e.id for process in processes for e in read_elements(process.node) if e.attached_to == host}
