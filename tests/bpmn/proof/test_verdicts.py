"""The verdicts on small random diagrams, sound and spoilt, agree with all their plays in the token game."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bpmn.proof.spoilt import SHOWN, judged
from tests.bpmn.token_game import Game, Token

SEEDS = range(200)


@pytest.fixture(scope="module")
def judgements() -> Counter[str | None]:
    """How often the proof said what; whichever seed disagrees is named by its number."""
    return Counter(judged(seed) for seed in SEEDS)


def test_what_the_proof_says_of_a_random_diagram_is_what_its_plays_show(judgements: Counter[str | None]) -> None:
    assert sum(judgements.values()) == len(SEEDS)
    assert judgements[None] < 20  # too large to be played in every way


def test_every_verdict_is_among_them(judgements: Counter[str | None]) -> None:
    assert judgements[""] > 50
    assert {code: judgements[code] for code in SHOWN if judgements[code] < 5} == {}


def test_a_verdict_that_is_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A game in which whoever comes first to a gateway goes on."""

    def hasty(game: Game, token: Token) -> None:
        game._pass(token, [token], token.scope.plan.out[token.node.id])

    monkeypatch.setattr(Game, "_join", hasty)
    with pytest.raises(AssertionError):
        for seed in SEEDS:
            judged(seed)
