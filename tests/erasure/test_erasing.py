"""Everything about a person is taken out of their case, and its trail stays whole and goes on telling how it went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.audit.house import HOUSE
from engine.cases.again import lead_again
from engine.cases.commands import (
    SYSTEM,
    AskErasure,
    AttachPaper,
    CommentTask,
    CompleteTask,
    DropErasure,
    EraseCase,
    PreserveCase,
    ReleaseCase,
    StartProcess,
    Unmask,
)
from engine.erasure.wipe import LEFT_ALONE
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.exports.keeping import keep_ledger
from engine.exports.ledger import export_ledger
from engine.facade import ReadContext
from engine.papers import checked
from engine.queries.as_of import as_of
from engine.queries.ledger import LedgerFilter
from engine.queries.trail import verified
from engine.storage.models import answers, audit, cases, ledger_rows, metadata, preservations, tasks
from tests.audit.test_replay import led_again
from tests.erasure.remains import CANARIES, in_the_file, remains, secrets_of
from tests.personal.planting import APPLICANT, NAME, PHONE, TEXT, WORDS, hits, planting
from tests.support.harm import harm
from tests.support.play import Play

EMPTIED = {
    *("answers", "attachments", "case_people", "case_words", "cases", "drafts", "idempotency", "incidents"),
    *("ledger_rows", "outbox", "person_marks", "waypoints"),
}


def lived(play: Play) -> None:
    """A case through the whole course, with canaries in every text field, papers, remarks and acts beside it."""
    planting(play.engine)
    play.until("acknowledge")
    _beside(play)
    for at, by, task, entered in (
        ("10-19 15:00", "unit-SC-MI", "first_contact", {"contact_method": "phone"}),
        ("10-21 11:00", "unit-SC-MI", "handle", {"action": "reply", "reply_text": "已参保"}),
        ("10-21 11:20", "group2", "review", {"review_result": "pass", "outcome": "done"}),
        ("10-21 11:30", "w3", "give_feedback", {"feedback_method": "phone", "feedback_text": "已告知"}),
    ):
        play.at(at)
        play.do(task, by, **entered)
    play.act("rating", "w3", satisfaction=4)
    play.act("courier", "w3", carrier="邮政", tracking_no="1Z-QQ-8842")
    play.at("10-23 10:00")
    play.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=5)
    play.execute(Unmask(play.no, {"reason": TEXT}), "callback")
    del play.engine.execute


def _beside(play: Play) -> None:
    task = play.case().open_tasks[0].id
    paper = checked(f"{NAME}{PHONE}.txt", TEXT.encode(), 10_000)
    play.execute(CommentTask(task, {"message": TEXT, "public": True}), "group")
    play.execute(AttachPaper(paper, play.no, description=TEXT), "w3")
    play.act("supplement", "w3")
    play.act("urge", "w3")
    play.act("amend", "w3", field="title", value=f"{NAME}的新标题{PHONE}", reason=TEXT)
    play.act("amend", "w3", field="external_no", value="HL-QQ-5521", reason=TEXT)


def erased(play: Play, ground: str = "request") -> None:
    request = play.execute(AskErasure(play.no, ground, f"{NAME}来电要求，{PHONE}"), "group")
    play.execute(EraseCase(play.no, request), "bureau")
    play.harmed = True  # its salts are gone on purpose; what holds is looked at here


@pytest.mark.checklist(67)
def test_nothing_of_a_person_is_left_in_any_table_and_the_case_is_led_again_to_its_last_line(any_play: Play) -> None:
    lived(any_play)
    keep_ledger(any_play.engine)
    before, found = any_play.case(), remains(any_play)
    assert {"answers", "attachments", "case_people", "ledger_rows"} <= found.keys()  # what is looked for can be found
    erased(any_play)
    assert remains(any_play) == {}
    _, outcome = led_again(any_play)
    last = any_play.timeline()[-1]
    assert (outcome.mismatch, outcome.seq, last.action) == (None, last.seq, "erased")
    whole = any_play.engine.read(lambda ctx: verified(ctx.conn, ctx.keys.trail, (), None, ctx.keys))
    assert (whole.lines, whole.checkpoints) == ((), ())
    told = any_play.engine.read(as_of, any_play.no, last.seq)
    same = ("status", "phase", "outcome", "deadline", "completed_at", "tier")
    assert told.holds and [getattr(told, name) for name in same] == [getattr(before, name) for name in same]


def test_the_ledger_tells_an_erased_case_without_anybodys_words(any_play: Play, tmp_path: Path) -> None:
    lived(any_play)
    assert keep_ledger(any_play.engine) == 1
    before = _ledger(any_play, tmp_path)
    erased(any_play)
    assert any_play.engine.read(lambda ctx: ctx.conn.scalars(select(ledger_rows.c.case_id)).all()) == []
    after = _ledger(any_play, tmp_path)
    assert (set(hits(before, CANARIES)) >= {WORDS, "HL-QQ-5521"}, hits(after, CANARIES)) == (True, [])
    assert "BCS-2026-0001" in after and "非常满意" in after  # codes stay
    assert (keep_ledger(any_play.engine), _ledger(any_play, tmp_path), remains(any_play)) == (1, after, {})


def _ledger(play: Play, folder: Path) -> str:
    path = folder / "ledger.csv"
    export_ledger(play.engine, SYSTEM, LedgerFilter(), path)
    return path.read_text("utf-8")


def test_what_an_auditor_found_in_the_case_goes_with_it_once_it_is_settled(play: Play) -> None:
    play.until("return_visit", register={"applicant": APPLICANT})
    case = play.no
    found = {"case_no": case, "element": "handle", "text": TEXT, "ask": TEXT, "unit": "SC-MI", "days": 5}
    uid = play.engine.execute(StartProcess("rectification", found), play.house.actor("supervisor")).uid
    play.harmed = True  # salts go on purpose
    with pytest.raises(NotNow, match="整改还没有办完"):
        play.execute(AskErasure(case, "request", "要求"), "group")
    for element, by, entered in (
        ("answer_finding", "unit-SC-MI", {"found": TEXT, "done": TEXT, "done_by": "2026-10-26"}),
        ("check_answer", "bureau", {"verdict": "accept"}),
    ):
        play.engine.execute(CompleteTask(open_task(play, element), entered), play.house.actor(by))
    assert "answers" in remains(play)
    erased(play)
    assert remains(play) == {}
    assert unlike(play, uid) is None


def open_task(play: Play, element: str) -> str:
    query = select(tasks.c.id).where(tasks.c.element == element)
    return play.engine.read(lambda ctx: str(ctx.conn.scalar(query)))


def unlike(play: Play, uid: str) -> object:
    def lead(ctx: ReadContext) -> object:
        row = dict(ctx.conn.execute(select(cases).where(cases.c.uid == uid)).mappings().one())
        return lead_again(ctx.conn, row, ctx.versions, ctx.calendars, ctx.directory, ctx.keys)[1].mismatch

    return play.engine.read(lead)


def test_every_table_is_either_emptied_or_named_with_the_reason_why_not() -> None:
    assert {table.name for table in metadata.sorted_tables} == EMPTIED | LEFT_ALONE.keys()
    assert not EMPTIED & LEFT_ALONE.keys()


# ------------------------------------------------------------------ the trail
@pytest.fixture
def gone(play: Play) -> Play:
    """A case through its plain course, erased."""
    play.until("return_visit")
    erased(play)
    return play


def test_answers_deleted_by_hand_are_still_called_missing_and_not_erased(gone: Play) -> None:
    first = gone.no
    gone.register()
    harm(gone, delete(answers).where(answers.c.case_id == 2, answers.c.seq == 1))
    assert (outcome := led_again(gone)[1].mismatch) is not None and "已不在" in outcome.reason
    gone.no = first
    assert led_again(gone)[1].mismatch is None


def test_an_answer_whose_salt_was_taken_by_hand_is_called_changed(play: Play) -> None:
    play.until("classify")
    harm(play, update(answers).where(answers.c.seq == 1).values(salt=""))
    assert (found := led_again(play)[1].mismatch) is not None and "与留痕不符" in found.reason


def test_a_code_changed_by_hand_after_the_erasure_is_still_found(gone: Play) -> None:
    sealed = gone.engine.read(lambda ctx: ctx.conn.scalar(select(answers.c.variables).where(answers.c.seq == 1)))
    assert sealed is not None
    harm(gone, update(answers).where(answers.c.element == "classify").values(variables=sealed))
    assert led_again(gone)[1].mismatch is not None


def test_the_line_of_an_erasure_cannot_be_taken_away(gone: Play) -> None:
    seq = gone.timeline()[-1].seq
    harm(gone, delete(audit).where(audit.c.case_id == 1, audit.c.seq == seq))
    found = gone.engine.read(lambda ctx: verified(ctx.conn, ctx.keys.trail, ()))
    assert [(line.name, line.seq) for line in found.lines] == [(gone.no, seq)]


def test_who_asked_who_confirmed_and_what_went_stand_on_the_trail_of_the_house(gone: Play) -> None:
    said = [(actor, action, after) for actor, action, after in _house(gone) if "eras" in action]
    assert [(actor, action) for actor, action, _ in said] == [("group", "erasure_asked"), ("bureau", "case_erased")]
    told = said[-1][2]
    assert (told["no"], told["ground"], told["asked_by"]) == (gone.no, "request", "group")
    assert told["removed"]["answers"] == len(told["commitments"]) > 5
    assert hits(str(said), CANARIES) == []


def _house(play: Play) -> list[tuple[str, str, Mapping[str, Any]]]:
    query = select(audit.c.actor, audit.c.action, audit.c.after).where(audit.c.case_id == HOUSE).order_by(audit.c.seq)
    return play.engine.read(lambda ctx: [(a, b, json.loads(c or "{}")) for a, b, c in ctx.conn.execute(query)])


# ------------------------------------------------------------------ the file
def test_what_was_erased_does_not_lie_about_in_the_bytes_of_the_file(play: Play) -> None:
    lived(play)
    secrets, path = secrets_of(play), Path(play.engine.db.pool.url.database or "")
    assert {kind: count for kind, count in in_the_file(path, secrets).items()} == {
        kind: len(wanted) for kind, wanted in secrets.items()
    }
    erased(play)
    assert in_the_file(path, secrets) == {}


# ------------------------------------------------------------------ who, and when
def test_the_same_person_does_not_ask_and_confirm(play: Play) -> None:
    play.until("return_visit")
    request = play.execute(AskErasure(play.no, "request", "本人来信要求"), "bureau")
    with pytest.raises(NotYours, match="不能与提出清除的是同一人"):
        play.execute(EraseCase(play.no, request), "bureau")
    assert play.case().applicant.name == "赵女士"
    play.execute(EraseCase(play.no, request), "leading")
    assert play.case().applicant.name is None
    play.harmed = True


def test_others_can_neither_ask_nor_confirm(play: Play) -> None:
    play.until("return_visit")
    request = play.execute(AskErasure(play.no, "request", "本人来信要求"), "group")
    for name in ("auditor", "admin", "supervisor", "w1", "callback", "unit-SC-MI"):
        for command in (
            EraseCase(play.no, request),
            DropErasure(play.no, request),
            AskErasure(play.no, "request", "x"),
        ):
            with pytest.raises((NotYours, NotFound)):
                play.execute(command, name)


def test_only_an_ended_case_is_erased(play: Play) -> None:
    play.until("review")
    with pytest.raises(NotNow, match="还没有归档"):
        play.execute(AskErasure(play.no, "request", "本人来信要求"), "group")


def test_a_request_says_why_and_its_reason_is_one_that_is_known(play: Play) -> None:
    play.until("return_visit")
    for ground, note, field in (("request", " ", "note"), ("whim", "要求", "ground"), ("restored", "要求", "ground")):
        with pytest.raises(BadInput) as refused:
            play.execute(AskErasure(play.no, ground, note), "group")
        assert set(refused.value.fields) == {field}


def test_before_its_years_are_over_a_case_is_not_due(play: Play) -> None:
    play.until("return_visit")
    with pytest.raises(NotNow, match="保存期还没有满"):
        play.execute(AskErasure(play.no, "retention", "到期"), "group")
    play.at("2036-10-23 10:00")
    play.execute(AskErasure(play.no, "retention", "到期"), "group")


def test_a_request_that_was_given_up_erases_nothing(play: Play) -> None:
    play.until("return_visit")
    request = play.execute(AskErasure(play.no, "request", "本人来信要求"), "group")
    play.execute(DropErasure(play.no, request), "bureau")
    with pytest.raises(NotNow, match="已不在等待确认"):
        play.execute(EraseCase(play.no, request), "bureau")
    assert play.case().applicant.name == "赵女士"


def test_an_erased_case_takes_nothing_new(gone: Play) -> None:
    paper = checked("a.txt", b"words", 10_000)
    for command in (AttachPaper(paper, gone.no), Unmask(gone.no, {"reason": "核对"})):
        with pytest.raises(NotNow, match="已清除"):
            gone.execute(command, "w3")
    with pytest.raises(NotNow, match="已清除"):
        gone.act("amend", "w3", field="title", value="新标题", reason="写错了")
    with pytest.raises(NotNow, match="已清除"):
        gone.execute(AskErasure(gone.no, "request", "再来一次"), "group")


# ------------------------------------------------------------------ preservation
def test_a_preserved_case_is_erased_by_nobody_until_another_person_lifts_it(play: Play) -> None:
    play.until("return_visit")
    request = play.execute(AskErasure(play.no, "request", "本人来信要求"), "group")
    play.execute(PreserveCase(play.no, "court", f"法院调取{NAME}13877665544"), "supervisor")
    with pytest.raises(NotNow, match="保全中"):
        play.execute(EraseCase(play.no, request), "bureau")
    with pytest.raises(NotYours, match="不能与提出保全的是同一人"):
        play.execute(ReleaseCase(play.no, "结案"), "supervisor")
    play.execute(ReleaseCase(play.no, "结案"), "bureau")
    play.execute(EraseCase(play.no, request), "bureau")
    assert [action for _, action, _ in _house(play)][-4:] == [
        *("erasure_asked", "case_preserved", "preservation_lifted", "case_erased")
    ]
    kept = play.engine.read(lambda ctx: ctx.conn.scalars(select(preservations.c.note)).all())
    assert "13877665544" not in kept[0]
    play.harmed = True


def test_a_case_is_preserved_once_and_not_by_everybody(play: Play) -> None:
    play.register()
    play.execute(PreserveCase(play.no, "review", "复议"), "bureau")
    with pytest.raises(NotNow, match="已在保全中"):
        play.execute(PreserveCase(play.no, "review", "复议"), "supervisor")
    for name in ("auditor", "group", "w3", "unit-SC-MI"):
        with pytest.raises((NotYours, NotFound)):
            play.execute(ReleaseCase(play.no, "复议"), name)
