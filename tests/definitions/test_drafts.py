"""Drafts of the process: changed in peace, nobody's change is overwritten, every change stands on the trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.audit.house import HOUSE
from engine.definitions.commands import AddFile, BeginDraft, ChangeFile, DiscardDraft, PutFiles, RemoveFile
from engine.definitions.drafts import Draft, hands_of
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import BadInput, DiagramRefused, DraftMoved, EngineError, NotFound, NotNow, NotYours
from engine.queries.definition_drafts import draft_file, drafts_at_work, opened_draft
from engine.storage.models import audit, bundles
from tests.faults.together import at_once
from tests.support.house import START, House

FAMILY = read_folder(SHIPPED)
FORM = "forms/accept.json"
CHANGED = FAMILY[FORM] + b"\n"


def begun(house: House, name: str = "supervisor") -> Draft:
    draft: Draft = house.do(name, BeginDraft(1, "一般件改三天"))
    return draft


def lines(house: House) -> list[tuple[str, str, Any]]:
    """(actor, action, after) of what the house has recorded about drafts."""
    query = select(audit.c.actor, audit.c.action, audit.c.after).where(
        audit.c.case_id == HOUSE, audit.c.action.startswith("draft_")
    )
    found = house.engine.read(lambda ctx: ctx.conn.execute(query.order_by(audit.c.seq)).all())
    return [(line.actor, line.action, orjson.loads(line.after)) for line in found]


def files(house: House, draft: Draft) -> dict[str, bytes]:
    return house.engine.read(opened_draft, draft.id).files


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except EngineError as error:
        return type(error).__name__
    return "done"


def test_a_draft_begins_with_the_files_of_its_version(any_house: House) -> None:
    draft = begun(any_house)
    assert (draft.title, draft.base, draft.author, draft.revision, draft.state) == (
        *("一般件改三天", 1, "supervisor", 1),
        "open",
    )
    assert (draft.created_at, draft.changed_at) == (START, START)
    assert files(any_house, draft) == FAMILY
    assert any_house.engine.read(drafts_at_work) == [draft]


def test_a_change_raises_the_revision_and_touches_nothing_else(any_house: House) -> None:
    draft = begun(any_house)
    changed = any_house.do("supervisor2", ChangeFile(draft.id, FORM, CHANGED, 1))
    assert (changed.revision, changed.changed_by, changed.author) == (2, "supervisor2", "supervisor")
    assert files(any_house, draft) == {**FAMILY, FORM: CHANGED}
    assert any_house.engine.read(draft_file, draft.id, FORM) == (changed, CHANGED)
    versions = any_house.engine.read(lambda ctx: ctx.conn.execute(select(bundles.c.version)).scalars().all())
    assert versions == [1, 1]  # of cases and of 整改


def test_whoever_has_not_seen_the_last_change_overwrites_nothing(any_house: House) -> None:
    draft = begun(any_house)
    any_house.do("supervisor2", ChangeFile(draft.id, FORM, CHANGED, 1))
    late = (
        *(ChangeFile(draft.id, FORM, b"{}", 1), AddFile(draft.id, "forms/new.json", b"{}", 1)),
        *(PutFiles(draft.id, {FORM: b"{}"}, 1), RemoveFile(draft.id, FORM, 1), DiscardDraft(draft.id, 1)),
    )
    for command in late:
        with pytest.raises(DraftMoved) as refused:
            any_house.do("supervisor", command)
        assert (refused.value.by, refused.value.at, refused.value.revision) == ("supervisor2", START, 2)
    assert files(any_house, draft) == {**FAMILY, FORM: CHANGED}


def test_of_many_who_change_the_same_revision_at_once_one_is_first(any_house: House) -> None:
    draft = begun(any_house)
    commands = [ChangeFile(draft.id, FORM, FAMILY[FORM] + b" " * n, 1) for n in range(1, 6)]
    results = at_once([partial(outcome, partial(any_house.do, "supervisor", each)) for each in commands])
    assert sorted(results) == ["DraftMoved"] * 4 + ["done"]


def test_files_come_in_and_go_out(house: House) -> None:
    draft = begun(house)
    house.do("supervisor", AddFile(draft.id, "forms/new.json", b"{}", 1))
    house.do("supervisor", PutFiles(draft.id, {"forms/new.json": b"[]", "more.bpmn": b"<x/>"}, 2))
    house.do("supervisor", RemoveFile(draft.id, FORM, 3))
    expected = {**FAMILY, "forms/new.json": b"[]", "more.bpmn": b"<x/>"}
    del expected[FORM]
    assert files(house, draft) == expected


def test_the_same_content_again_is_no_change(house: House) -> None:
    draft = begun(house)
    assert house.do("supervisor2", ChangeFile(draft.id, FORM, FAMILY[FORM], 1)) == draft
    assert [action for _, action, _ in lines(house)] == ["draft_begun"]


def test_what_is_there_is_not_added_and_what_is_not_there_is_neither_changed_nor_removed(house: House) -> None:
    draft = begun(house)
    with pytest.raises(BadInput):
        house.do("supervisor", AddFile(draft.id, FORM, b"{}", 1))
    for command in (ChangeFile(draft.id, "forms/none.json", b"{}", 1), RemoveFile(draft.id, "forms/none.json", 1)):
        with pytest.raises(NotFound):
            house.do("supervisor", command)
    assert house.engine.read(opened_draft, draft.id).draft.revision == 1


def test_a_discarded_draft_takes_no_more_changes(any_house: House) -> None:
    draft = begun(any_house)
    assert any_house.do("supervisor", DiscardDraft(draft.id, 1)).state == "discarded"
    with pytest.raises(NotNow):
        any_house.do("supervisor", ChangeFile(draft.id, FORM, b"{}", 2))
    assert any_house.engine.read(drafts_at_work) == []


def test_every_change_has_a_line_with_who_and_what_content_it_left(any_house: House) -> None:
    draft = begun(any_house)
    any_house.do("supervisor2", ChangeFile(draft.id, FORM, CHANGED, 1))
    any_house.do("supervisor", DiscardDraft(draft.id, 2))
    found = lines(any_house)
    assert [line[:2] for line in found] == [
        ("supervisor", "draft_begun"),
        ("supervisor2", "draft_changed"),
        ("supervisor", "draft_discarded"),
    ]
    assert (found[1][2]["files"], found[1][2]["revision"]) == ([FORM], 2)
    assert found[0][2]["hash"] != found[1][2]["hash"]
    assert any_house.engine.read(lambda ctx: hands_of(ctx.conn, draft.id)) == {"supervisor", "supervisor2"}


@pytest.mark.parametrize("name", ["w1", "bureau", "auditor", "admin", "lead"])
def test_nobody_but_supervisors_writes_a_draft(house: House, name: str) -> None:
    draft = begun(house)
    for command in (BeginDraft(1, "期限"), ChangeFile(draft.id, FORM, b"{}", 1), DiscardDraft(draft.id, 1)):
        with pytest.raises(NotYours):
            house.do(name, command)
    assert len(lines(house)) == 1


@pytest.mark.parametrize("title", ["", "  ", "一" * 101, "a\nb", "打 13812341234"])
def test_a_title_that_is_none_is_refused(house: House, title: str) -> None:
    with pytest.raises(BadInput) as refused:
        house.do("supervisor", BeginDraft(1, title))
    assert list(refused.value.fields) == ["title"]


def test_a_version_that_is_none_is_no_beginning(house: House) -> None:
    with pytest.raises(NotFound):
        house.do("supervisor", BeginDraft(7, "期限"))
    with pytest.raises(NotFound):
        house.engine.read(opened_draft, 7)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"../x.bpmn": b"<x/>"}, "FILE"),
        ({"a\nb.bpmn": b"<x/>"}, "FILE"),
        ({f"{n}.bpmn": b"" for n in range(200)}, "TOO_BIG"),
        ({f"{n}.bpmn": b" " * 1_900_000 for n in range(5)}, "TOO_BIG"),
    ],
)
def test_names_that_lead_elsewhere_and_what_is_too_big_stay_outside(
    house: House, given: dict[str, bytes], code: str
) -> None:
    draft = begun(house)
    with pytest.raises(DiagramRefused) as refused:
        house.do("supervisor", PutFiles(draft.id, given, 1))
    assert [finding.code for finding in refused.value.findings] == [code]
    assert files(house, draft) == FAMILY
