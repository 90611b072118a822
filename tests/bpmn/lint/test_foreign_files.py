"""The reference models of the BPMN Model Interchange Working Group, drawn for other engines, are decided with sense.

fixtures/miwg.zip holds them as published (bpmn-miwg-test-suite, CC BY 3.0, the licence is inside).
"""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from engine.bpmn.lint import check_files, notes_of
from engine.errors import Finding

with ZipFile(Path(__file__).parents[1] / "fixtures" / "miwg.zip") as _archive:
    MODELS = {name[:-5]: _archive.read(name) for name in _archive.namelist() if name.endswith(".bpmn")}

# What a reader of the drawing finds wrong first, by what our engine can do (SPIFFWORKFLOW.md, 2).
EXPECTED = {
    "A.1.0": "NO_PROCESS",
    "A.2.0": "NO_PROCESS",
    "A.2.1": "NO_PROCESS",
    "A.3.0": "NO_PROCESS",
    "A.4.0": "NO_PROCESS",
    "A.4.1": "NO_PROCESS",
    "B.1.0": "NO_PROCESS",
    "B.2.0": "NO_PROCESS",
    "C.1.0": "NO_DEFAULT START_EVENT",
    "C.1.1": "NO_DEFAULT",
    "C.2.0": "NO_PROCESS",
    "C.3.0": "END NO_CONDITION NO_DEFAULT START START_EVENT",
    "C.4.0": "DATA DATA_STORE LOOP MESSAGE_REF NO_CONDITION NO_DEFAULT START_EVENT",
    "C.5.0": "DATA DATA_STORE NO_CONDITION NO_DEFAULT SIGNAL_END",
    "C.6.0": "COMPENSATION DATA EVENT_SUBPROCESS MESSAGE_REF START_EVENT TIMER",
    "C.7.0": "COLLECTION DATA NO_CONDITION NO_DEFAULT",
    "C.8.0": "NO_PROCESS",
    "C.8.1": "DATA MESSAGE_REF",
    "C.9.0": "EVENT_SUBPROCESS MESSAGE_REF NO_DEFAULT",
    "C.9.1": "CYCLE_TIMER MESSAGE_REF",
    "C.9.2": "EVENT_SUBPROCESS",
}


def decided(content: bytes) -> list[Finding]:
    """Every finding names an element of the file, in one Chinese line."""
    found = check_files({"p.bpmn": content})
    notes_of({"p.bpmn": content})
    ids = {node.get("id") for node in etree.fromstring(content).iter() if isinstance(node.tag, str)}
    for finding in found:
        assert finding.element in ids, finding
        assert finding.code != "PARSE", finding
        assert "\n" not in finding.line(), finding
        assert any(word in finding.message for word in ("请", "应", "只能")), finding
    return found


def test_there_are_twenty_one() -> None:
    assert len(MODELS) == 21
    assert MODELS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_foreign_model_is_decided_with_sense(name: str) -> None:
    assert " ".join(sorted({finding.code for finding in decided(MODELS[name])})) == EXPECTED[name]


def executable(content: bytes) -> bytes:
    return re.sub(rb'isExecutable="false"', b'isExecutable="true"', content)


@pytest.mark.parametrize("name", [name for name, codes in EXPECTED.items() if codes == "NO_PROCESS"])
def test_so_is_one_that_is_made_executable(name: str) -> None:
    assert "NO_PROCESS" not in {finding.code for finding in decided(executable(MODELS[name]))}


def test_the_simplest_of_them_can_be_executed_as_it_is_drawn() -> None:
    assert decided(executable(MODELS["A.1.0"])) == []
