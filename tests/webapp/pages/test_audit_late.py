"""Why a case was late, as its auditor reads it: whose doing each late step is, and in whose hands what is open lies."""

from __future__ import annotations

from engine.cases.commands import ClaimTask, HandOn
from tests.support.play import Play, play
from tests.webapp.pages.test_audit_case import auditor, page, part

__all__ = ["play"]


def test_a_step_past_its_limit_by_hours_in_which_nobody_works_is_late_by_person_and_said_so(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 20:00")  # the office closed at 17:00, when the time was up
    said = part(page(play), "late")
    assert "有 1 步超期（本步人为 1 步）" in said and "没有哪一步" not in said
    assert "过了时限，之后还没有上班" in said and "本步人为。" in said
    sheet = auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text
    assert "超期：本步人为" in part(page(play), "outline") and '<span class="mark">本步人为</span>' in sheet


def test_a_review_reached_in_the_last_hour_is_late_by_design_although_within_its_own_limit(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 16:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.at("10-27 10:00")
    said = part(page(play), "late")
    assert "有 1 步超期（设计所致 1 步）" in said
    assert "用了 2 小时，在自己的时限内，过了答复期限" in said and "设计所致。" in said


def test_a_task_claimed_after_hours_was_claimed(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 19:00")
    play.execute(ClaimTask(play.task("handle").id, "unit-SC-MI"), "unit-SC-MI")
    play.at("10-26 20:00")
    said = part(page(play), "late")
    assert "在医保分中心联络员A手里，还没有办：" in said
    assert "等人领取 34 小时 30 分，办理 0 分" in said


def test_whoever_was_handed_a_task_and_has_done_nothing_is_told_with_the_line_of_it(play: Play) -> None:
    play.until("first_contact")
    play.at("10-22 09:00")
    task = play.task("handle").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI-b", "出差"), "unit-SC-MI")
    handed = next(line.seq for line in play.timeline() if line.action == "handed_on")
    hands = part(page(play), "hands")
    assert f"没有办，只由别人转到手里： {handed}" in hands and "只领取" not in hands
    sheet = auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text
    assert f"没有办，只由别人转到手里：{handed}" in sheet
