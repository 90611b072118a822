"""The proof and the engine play the same runs: what is open, what may still strike, and the data that matter."""

from __future__ import annotations

import pytest

from engine.bpmn.proof.properties import violations
from tests.bpmn.proof.alike import Differs, Twin, drawn, generated, the_family
from tests.bpmn.proof.drawings import DRAWINGS
from tests.bpmn.proof.exhaust import exhausted
from tests.bpmn.proof.rules import RULES


@pytest.mark.parametrize("seed", range(30))
def test_a_random_run_of_the_case_family(seed: int) -> None:
    Twin(the_family(), seed).play(40)


@pytest.mark.parametrize("name", sorted(DRAWINGS))
@pytest.mark.parametrize("seed", range(5))
def test_a_random_run_of_a_small_diagram(name: str, seed: int) -> None:
    Twin(drawn(name), seed).play(30)


@pytest.mark.parametrize("seed", range(200))
def test_a_random_run_of_a_random_diagram(seed: int) -> None:
    Twin(generated(seed), seed).play(25)


def test_a_proof_that_forgot_an_event_would_be_seen() -> None:
    """The comparison itself: without what the model knows of a boundary event it must fail."""
    twin = Twin(the_family(), 1)
    twin.forget("accept_late")
    with pytest.raises(Differs):
        twin.play(60)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.code in ("DEADLOCK", "LIVELOCK")])
def test_what_can_never_end_never_ends_in_any_play(name: str) -> None:
    assert exhausted(RULES[name].draw(True)).stuck
    assert not exhausted(RULES[name].draw(False)).stuck


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.code in ("UNSET", "TYPE")])
def test_what_fails_somewhere_fails_in_some_play(name: str) -> None:
    assert exhausted(RULES[name].draw(True)).failed
    assert not exhausted(RULES[name].draw(False)).failed


@pytest.mark.parametrize("name", RULES)
def test_a_clean_diagram_ends_from_everywhere_in_every_play(name: str) -> None:
    played = exhausted(RULES[name].draw(False))
    assert (played.stuck, played.failed) == (False, False)


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_a_small_diagram_that_is_proven_ends_in_every_play(name: str) -> None:
    _, explorer = drawn(name)
    found = {violation.code for violation in violations(explorer)}
    played = exhausted({"p.bpmn": DRAWINGS[name]})
    assert (played.stuck, played.failed) == (False, False)
    assert found <= {"LEFT_BEHIND", "DEAD", "LACK_SYNC"}
