"""Random diagrams of all that is supported run as the book says, stored and read back after every event."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.bpmn.lint import check_files
from tests.bpmn import token_game
from tests.bpmn.by_the_book import Beside
from tests.bpmn.token_game import BPMN, Game, Token
from tests.bpmn.wide import DEEPEST, Wide

SEEDS = range(200)
SUPPORTED = """
startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent userTask manualTask task serviceTask
businessRuleTask sendTask receiveTask subProcess callActivity exclusiveGateway parallelGateway inclusiveGateway
eventBasedGateway multiInstanceLoopCharacteristics standardLoopCharacteristics timerEventDefinition
messageEventDefinition signalEventDefinition escalationEventDefinition errorEventDefinition terminateEventDefinition
"""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_diagram_runs_as_the_book_says(seed: int) -> None:
    Beside(seed).play()


def test_what_is_drawn_is_all_that_is_supported_and_may_be_published() -> None:
    drawn: Counter[str] = Counter()
    for seed in SEEDS:
        files = Wide(seed).files()
        drawn.update(e.tag.removeprefix(BPMN) for e in ElementTree.fromstring(files["p.bpmn"]).iter())
        if seed % 10 == 0:
            assert check_files(files) == [], seed
    assert {kind: drawn[kind] for kind in SUPPORTED.split() if drawn[kind] < 10} == {}
    assert DEEPEST == 5


def test_nearly_all_of_them_come_to_their_end() -> None:
    plays = [Beside(seed) for seed in range(40)]
    for play in plays:
        play.play()
    assert sum(play.game.ended for play in plays) >= 36
    assert sum(play.events for play in plays) > 200


def deaf(game: Game, sort: str, code: str) -> None:
    """Nobody hears anything."""


def hasty(game: Game, join: Token) -> bool:
    """An inclusive gateway that waits for nobody."""
    return True


def stays(game: Game, token: Token, id: str) -> None:
    """A boundary event that never ends its host."""
    token.armed.pop(id, None)
    game._go_on(game._put(token.scope, token.scope.plan.nodes[id]))


@pytest.mark.parametrize(("rule", "otherwise"), [("_heard", deaf), ("_may_pass", hasty), ("_struck", stays)])
def test_a_game_that_plays_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch, rule: str, otherwise: object) -> None:
    monkeypatch.setattr(Game, rule, otherwise)

    def differs(seed: int) -> bool:
        try:
            Beside(seed).play()
        except AssertionError:
            return True
        return False

    assert any(differs(seed) for seed in SEEDS)


def test_the_game_shares_no_line_with_the_engine() -> None:
    tree = ast.parse(Path(token_game.__file__).read_text("utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert [name for name in imported if name.startswith(("engine", "tests", "SpiffWorkflow"))] == []
