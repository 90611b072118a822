"""What a diagram may refer to, in words: everything there is, and nothing that is not."""

from __future__ import annotations

import pytest

from engine.cases.effects import OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.catalogue import OPERATION_WORDS, Variable, catalogue_of
from engine.definitions.shipped import SHIPPED, read_folder
from engine.vocabulary import GRADE

FAMILY = read_folder(SHIPPED)
FOUND = catalogue_of(FAMILY)


def variable(name: str) -> Variable:
    return next(each for each in FOUND.variables if each.name == name)


def test_every_operation_of_the_house_has_words() -> None:
    assert OPERATION_WORDS.keys() == OPERATIONS.keys()


def test_forms_tables_processes_and_messages_are_named() -> None:
    assert {each.file for each in FOUND.forms} == {name for name in FAMILY if name.endswith(".json")}
    assert {each.file for each in FOUND.decisions} == {name for name in FAMILY if name.endswith(".dmn")}
    assert ("escalation", "提级督办") in [(each.id, each.title) for each in FOUND.processes]
    assert ("withdraw", "撤回") in [(each.id, each.title) for each in FOUND.messages]


def test_a_variable_tells_its_kind_and_the_values_it_may_have() -> None:
    assert variable("grade").choices == tuple(GRADE.items())
    assert (variable("approved").kind, variable("approved").title) == ("boolean", "同意")
    assert variable("limit_days").kind == "number"
    assert variable("co_units").kind == "list"


def test_facts_are_words_that_expressions_may_call() -> None:
    facts = {each.name.removesuffix("()") for each in FOUND.variables if each.name.endswith("()")}
    assert facts and facts <= set(CATALOGUE)
    assert variable("returns()").kind == "number"


@pytest.mark.parametrize("content", [b"", b"{", b"<a", b"[]", b"\xff"])
def test_a_draft_with_files_that_cannot_be_read_still_has_the_rest(content: bytes) -> None:
    broken = {**FAMILY, "forms/accept.json": content, "decisions/routing.dmn": content, "work_order.bpmn": content}
    found = catalogue_of(broken)
    assert "forms/review.json" in {each.file for each in found.forms}
    assert "grade" in {each.name for each in found.variables}
