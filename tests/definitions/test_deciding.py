"""Approval is bound to content: another supervisor or the bureau, for exactly these files, and no way round it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.audit.house import HOUSE
from engine.bpmn.definition import content_hash
from engine.definitions.approval import Approval
from engine.definitions.approvals import Request, request_of
from engine.definitions.commands import AskApproval, BeginDraft, ChangeFile, Decide, DiscardDraft
from engine.definitions.drafts import Draft
from engine.definitions.examining import Examined
from engine.definitions.gate import publish_files
from engine.definitions.ladders import compared_ladders
from engine.definitions.laxer import LAXER
from engine.definitions.rehearsing import Rehearsal
from engine.definitions.report import Excuses, Ladders, Over, read_back
from engine.definitions.shipped import SHIPPED, read_folder
from engine.definitions.submitting import Gate, Submission, submit
from engine.errors import (
    BadInput,
    DiagramRefused,
    DraftMoved,
    EngineError,
    Finding,
    NotNow,
    NotYours,
    RunsDiffer,
    TakenByOther,
)
from engine.queries.case import case
from engine.queries.definition_drafts import opened_draft
from engine.queries.versions import published_versions, version_files
from engine.replay.otherwise import Rehearsed
from engine.storage.models import audit
from tests.faults.together import at_once
from tests.support.house import House
from tests.support.source import modules

FAMILY = read_folder(SHIPPED)
LIMITS = "decisions/time_limits.dmn"
ROW = '<outputEntry id="time_limits_row_3_limit_days"><text>{}<'
THREE = {**FAMILY, LIMITS: FAMILY[LIMITS].decode().replace(ROW.format(5), ROW.format(3)).encode()}
MOVED = Rehearsed("周六受理", ("期限由 2026-10-30 17:00 变为 2026-10-28 17:00",))
STUCK = Finding("scenarios", "SCENARIO", "-", "场景“周六受理”：走不到归档")
QUIET = Rehearsal(41, ())
WIDE = Finding(LIMITS, LAXER, "time_limits", "一般件的期限比承诺的宽")


def begun(house: House, content: bytes = THREE[LIMITS], by: str = "supervisor") -> Draft:
    """A draft in which one file has been changed."""
    draft = house.do(by, BeginDraft(1, "一般件改三天"))
    changed: Draft = house.do(by, ChangeFile(draft.id, LIMITS, content, 1))
    return changed


def asked(
    house: House,
    draft: Draft,
    by: str = "supervisor",
    found: tuple[Finding, ...] = (),
    runs: Rehearsal = QUIET,
    ladders: Ladders = lambda *_: (),
    **more: Any,
) -> Request:
    """Submitted; what lint, proof and golden runs find is asked about in their own tests."""
    submission = Submission(draft.id, draft.revision, "区政府要求提速", Excuses(**more))
    gate = Gate(lambda engine, files: Examined([*found]), lambda *_: runs, ladders)
    return submit(house.engine, house.actor(by), submission, gate)


def versions(house: House) -> list[int]:
    return [each.version for each in house.engine.read(published_versions)]


def state(house: House, request: Request) -> str:
    return house.engine.read(lambda ctx: request_of(ctx.conn, request.id)).state


def lines(house: House, begins: str) -> list[tuple[str, str, Any]]:
    query = select(audit.c.actor, audit.c.action, audit.c.after).where(
        audit.c.case_id == HOUSE, audit.c.action.startswith(begins)
    )
    found = house.engine.read(lambda ctx: ctx.conn.execute(query.order_by(audit.c.seq)).all())
    return [(line.actor, line.action, orjson.loads(line.after)) for line in found]


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except EngineError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize("by", ["supervisor2", "bureau"])
def test_another_supervisor_or_the_bureau_approves_and_exactly_that_goes_live(any_house: House, by: str) -> None:
    house = any_house
    request = asked(house, begun(house))
    assert (request.state, request.hash, versions(house)) == ("waiting", content_hash(THREE), [1])
    decided = house.do(by, Decide(request.id, True))
    assert (decided.state, decided.decided_by, decided.version) == ("approved", by, 2)
    assert house.engine.read(version_files) == THREE
    running = house.engine.read(published_versions)[0]
    assert (running.author, running.approved_by, running.reason) == ("supervisor", by, "区政府要求提速")
    assert house.engine.read(opened_draft, request.draft_id).draft.state == "published"


def test_asking_approving_and_publishing_have_their_lines(any_house: House) -> None:
    request = asked(any_house, begun(any_house))
    any_house.do("supervisor2", Decide(request.id, True))
    asking, approving = lines(any_house, "approval_")
    assert (asking[:2], asking[2]["reason"]) == (("supervisor", "approval_asked"), "区政府要求提速")
    assert (approving[:2], approving[2]["version"]) == (("supervisor2", "approval_approved"), 2)
    actor, _, said = lines(any_house, "published")[-1]
    assert (actor, said["approved_by"], said["hash"]) == ("supervisor", "supervisor2", request.hash)


@pytest.mark.checklist(7)
def test_whoever_has_touched_it_does_not_approve_it(any_house: House) -> None:
    house = any_house
    draft = begun(house)
    draft = house.do("supervisor2", ChangeFile(draft.id, LIMITS, THREE[LIMITS] + b"\n", draft.revision))
    request = asked(house, draft)
    for name in ("supervisor", "supervisor2"):
        with pytest.raises(NotYours):
            house.do(name, Decide(request.id, True))
    other = asked(house, begun(house), by="supervisor2")
    with pytest.raises(NotYours):
        house.do("supervisor2", Decide(other.id, True))
    assert versions(house) == [1]


@pytest.mark.parametrize("name", ["w1", "lead", "leading", "auditor", "admin"])
def test_nobody_of_another_post_decides(house: House, name: str) -> None:
    request = asked(house, begun(house))
    for approve in (True, False):
        with pytest.raises(NotYours):
            house.do(name, Decide(request.id, approve, "不行"))
    assert state(house, request) == "waiting"


def test_one_changed_byte_voids_the_request(any_house: House) -> None:
    house = any_house
    draft = begun(house)
    request = asked(house, draft)
    house.do("supervisor", ChangeFile(draft.id, LIMITS, THREE[LIMITS] + b" ", draft.revision))
    house.do("supervisor", ChangeFile(draft.id, LIMITS, THREE[LIMITS], draft.revision + 1))  # also when it is put back
    assert state(house, request) == "void"
    with pytest.raises(TakenByOther) as refused:
        house.do("supervisor2", Decide(request.id, True))
    assert refused.value.by == "supervisor"
    assert versions(house) == [1]
    assert [line[:2] for line in lines(house, "approval_void")] == [("supervisor", "approval_void")]


def test_a_draft_that_is_given_up_is_no_longer_asked_about(house: House) -> None:
    draft = begun(house)
    request = asked(house, draft)
    house.do("supervisor2", DiscardDraft(draft.id, draft.revision))
    assert state(house, request) == "void"


def test_what_is_given_back_with_a_comment_is_open_again(any_house: House) -> None:
    house = any_house
    draft = begun(house)
    request = asked(house, draft)
    with pytest.raises(BadInput):
        house.do("bureau", Decide(request.id, False, " "))
    house.do("bureau", Decide(request.id, False, "请同时改复杂件"))
    found = house.engine.read(lambda ctx: request_of(ctx.conn, request.id))
    assert (found.state, found.comment, versions(house)) == ("refused", "请同时改复杂件", [1])
    assert house.engine.read(opened_draft, draft.id).draft.state == "open"
    again = asked(house, draft)
    assert house.do("bureau", Decide(again.id, True)).version == 2


def test_of_many_who_decide_at_once_one_is_first(any_house: House) -> None:
    request = asked(any_house, begun(any_house))
    deciding = [partial(any_house.do, name, Decide(request.id, True)) for name in ("bureau", "supervisor2") * 3]
    results = at_once([partial(outcome, each) for each in deciding])
    assert sorted(results) == ["TakenByOther"] * 5 + ["done"]
    assert versions(any_house) == [2, 1]


def test_another_version_that_goes_live_meanwhile_voids_what_waits(any_house: House) -> None:
    house = any_house
    first = asked(house, begun(house))
    other = asked(house, begun(house, FAMILY[LIMITS] + b"\n", "supervisor2"), by="supervisor2")
    house.do("bureau", Decide(first.id, True))
    assert state(house, other) == "void"
    assert house.engine.read(opened_draft, other.draft_id).draft.state == "open"
    again = asked(house, house.engine.read(opened_draft, other.draft_id).draft, by="supervisor2")
    approval = Approval("supervisor", "bureau")
    publish_files(house.engine, FAMILY, "supervisor", approval=approval, examine=lambda *_: Examined([]))
    assert state(house, again) == "void"


def test_old_content_comes_back_as_a_new_version(any_house: House) -> None:
    house = any_house
    house.do("bureau", Decide(asked(house, begun(house)).id, True))
    restored = house.do("supervisor", BeginDraft(1, "恢复五天"))
    assert house.do("bureau", Decide(asked(house, restored).id, True)).version == 3
    assert house.engine.read(version_files) == FAMILY


def test_running_cases_stay_on_their_version_while_new_ones_take_the_next(any_house: House) -> None:
    house = any_house
    old = house.register("w1", acceptance="accept")
    house.do("bureau", Decide(asked(house, begun(house)).id, True))
    new = house.register("w1", acceptance="accept")
    for no in (old, new):
        house.complete("w1", no, "classify", grade="general", cause="系统类")
    found = [house.engine.read(case, no) for no in (old, new)]
    assert [f"{each.deadline:%m-%d}" for each in found] == ["10-08", "09-29"]


# ------------------------------------------------------------------ what does not come through
def test_the_same_as_runs_is_not_submitted(house: House) -> None:
    with pytest.raises(BadInput):
        asked(house, house.do("supervisor", BeginDraft(1, "没有改动")))


def test_a_submission_without_a_reason_or_from_an_older_revision_is_refused(house: House) -> None:
    draft = begun(house)
    for reason in ("", "  ", "因 13812341234 反映", "长" * 501):
        with pytest.raises(BadInput) as refused:
            submit(house.engine, house.actor("supervisor"), Submission(draft.id, draft.revision, reason))
        assert list(refused.value.fields) == ["reason"]
    house.do("supervisor2", ChangeFile(draft.id, LIMITS, THREE[LIMITS] + b"\n", draft.revision))
    with pytest.raises(DraftMoved):
        asked(house, draft)


@pytest.mark.parametrize("name", ["w1", "bureau", "auditor", "admin"])
def test_nobody_but_supervisors_submits(house: House, name: str) -> None:
    draft = begun(house)
    with pytest.raises(NotYours):
        asked(house, draft, by=name)


def test_the_content_that_was_looked_at_is_the_content_that_is_asked_for(house: House) -> None:
    draft = begun(house)
    with pytest.raises(NotNow):
        house.do("supervisor", AskApproval(draft.id, draft.revision, "0" * 64, 1, "提速", "{}"))
    with pytest.raises(NotNow):
        house.do("supervisor", AskApproval(draft.id, draft.revision, content_hash(THREE), 7, "提速", "{}"))


def test_more_time_than_promised_wants_a_reason_that_stays_on_the_trail(house: House) -> None:
    draft = begun(house)
    with pytest.raises(DiagramRefused):
        asked(house, draft, found=(WIDE,))
    request = asked(house, draft, found=(WIDE,), because="区政府批准试行")
    house.do("bureau", Decide(request.id, True))
    said = lines(house, "published")[-1][2]
    assert (said["because"], said["laxer"]) == ("区政府批准试行", [WIDE.message])


def test_a_finding_of_another_kind_is_excused_by_nothing(house: House) -> None:
    wrong = Finding("five_step_loop.bpmn", "EXPRESSION", "accept", "写错了")
    with pytest.raises(DiagramRefused):
        asked(house, begun(house), found=(WIDE, wrong), because="就要", confirmed="就要")


def test_golden_runs_that_come_out_otherwise_want_confirming_and_the_reason_is_kept(house: House) -> None:
    draft, runs = begun(house), Rehearsal(41, (MOVED,))
    with pytest.raises(RunsDiffer) as differing:
        asked(house, draft, runs=runs)
    assert differing.value.runs == (MOVED,)
    request = asked(house, draft, runs=runs, confirmed="期限改短，日子自然提前")
    report = read_back(request.report)
    assert (report.otherwise, report.confirmed) == ((MOVED,), "期限改短，日子自然提前")
    house.do("bureau", Decide(request.id, True))
    assert lines(house, "published")[-1][2]["confirmed"] == "期限改短，日子自然提前"


def test_a_golden_run_that_cannot_be_finished_blocks_whatever_is_said(house: House) -> None:
    with pytest.raises(DiagramRefused) as refused:
        asked(house, begun(house), runs=Rehearsal(41, (), (STUCK,)), confirmed="就要")
    assert refused.value.findings == (STUCK,)


def test_the_report_says_what_differs_what_the_clock_will_do_and_whom_it_concerns(house: House) -> None:
    house.register("w1")
    report = read_back(asked(house, begun(house), ladders=compared_ladders).report)
    assert report.differences == (("决策表", "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"),)
    assert [(each.version, each.cases) for each in report.impact] == [(1, 1)]
    assert report.over == Over(looked=1, move=1, earlier=0, held_up=(), more=0)
    general = next(each for each in report.ladders if each.title.startswith("一般件，2026-09-23 09:00"))
    moved = {
        rung.name: (f"{rung.before:%m-%d %H:%M}", f"{rung.after:%m-%d %H:%M}") for rung in general.rungs if rung.moved
    }
    assert moved == {
        "催办": ("09-29 09:00", "09-24 09:00"),
        "超期提级": ("10-08 17:00", "09-29 17:00"),
        "超期2个工作日提级": ("10-10 17:00", "10-08 17:00"),
        "超期5个工作日提级": ("10-14 17:00", "10-12 17:00"),
    }
    eve = next(each for each in report.ladders if "长假前" in each.title)
    assert eve.title == "一般件，长假前 2026-09-30 17:20 受理"


def test_nothing_goes_live_but_by_the_one_place_where_it_is_recorded() -> None:
    """The others store the first version of a house: one that is opened, thrown away, or measured."""
    storing = {module.path for module in modules() if re.search(r"versions import [^\n]*\bpublish\b", module.text)}
    others = {"engine/house.py", "engine/replay/memory.py", "engine/bench/step.py"}
    assert storing == {"engine/definitions/putting.py", *others}
