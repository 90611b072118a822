"""The auditors' page of one case: any moment of it, the whole trail, why it was late, and who may look."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import insert, select, update

from engine.cases.commands import ClaimTask, HandOn
from engine.clock import SimulatedClock
from engine.demo import live_through, past_of
from engine.directory.commands import ChangePerson
from engine.house import open_house
from engine.queries.audit_case import audit_case
from engine.replay.recording import busy_cases, sample_cases
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases, incidents, people
from tests.cases.migrations.stands import migrate, undo
from tests.support.harm import harm
from tests.support.house import House
from tests.support.play import APPLICANT, Play, play, when
from tests.support.redrawn import given, put_in_force, redrawn, step
from tests.webapp.pages.browserless import Visitor

__all__ = ["play"]


def auditor(house: House) -> Visitor:
    return Visitor.of(house.app).sign_in("auditor")


def page(play: Play, **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return auditor(play.house).open(f"/audit/cases/{play.no}?{query}").text


def part(text: str, of: str) -> str:
    """The section with this heading, as text without tags."""
    found = re.search(rf'id="{of}">.*?</section>', text, re.S)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


@pytest.fixture
def late(play: Play) -> Play:
    """Answered two working days late, by a unit that claimed it on the third day."""
    play.until("first_contact")
    play.at("10-22 09:00")
    play.execute(ClaimTask(play.task("handle").id, "unit-SC-MI"), "unit-SC-MI")
    play.at("10-28 10:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")
    return play


def test_the_page_tells_what_the_interface_tells(late: Play) -> None:
    person = late.house.person("auditor")
    for seq in (1, 5, 12, len(late.timeline())):
        told = person.get(f"/api/cases/{late.no}/as-of?seq={seq}").get_json()
        text = page(late, at=seq)
        assert told["holds"] and told["digest"][:16] in text
        assert f"第 {seq} 行之后" in text
        tasks = part(text, "open-then")
        assert all(task["name"] in tasks for task in told["tasks"]) and (bool(told["tasks"]) != ("没有待办" in tasks))
        assert f'data-id="{told["path"][-1].partition("/")[2]}"' in text


def test_the_picture_shows_the_way_until_then_and_where_it_stood(late: Play) -> None:
    seq = next(line.seq for line in late.timeline() if line.element == "classify")
    before, after = page(late, at=seq - 1), page(late, at=seq)
    assert 'data-id="classify" data-here' in before and 'data-id="dispatch" data-here' in after
    assert 'data-id="classify" data-here' not in after


def test_why_it_was_late_is_said_with_whose_step_took_how_long(late: Play) -> None:
    """Office hours are 9:00 to 12:00 and 13:30 to 17:00: accepted on the 19th at 14:05, due on the 26th at 17:00."""
    said = part(page(late), "late")
    assert "给了 35 小时 25 分工作时间，用了 42 小时 55 分，超出 7 小时 30 分" in said.replace(" 工作", "工作")
    assert "办理（医保分中心），医保分中心联络员A：时限 34 小时 30 分，用了 42 小时" in said
    assert "等人领取 15 小时，办理 27 小时" in said


def test_why_it_was_late_says_that_supervision_is_not_among_the_steps(play: Play) -> None:
    """Tier 3 on the 26th at 17:00, answered half an hour later; tier 4 on the 28th at 17:00, open still."""
    play.until("first_contact")
    play.at("10-26 17:30")
    play.do("supervise", "group", action="instruct", instruction="两日内答复")
    play.at("10-29 10:00")
    said = "督办 2 次：办完 1 次、还没有办完 1 次。督办与办理同时进行，不占答复的时间，不在上面的步骤里"
    assert said in part(page(play), "late")
    assert said in re.sub(r"<[^>]+>", "", auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text)
    play.at("10-30 10:00")  # the second was due on the 29th at 17:00
    assert "督办 2 次：办完 1 次、还没有办完 1 次，其中 1 次超过督办自己的时限。" in part(page(play), "late")


def test_an_open_case_is_late_by_now_although_its_last_line_was_in_time(play: Play) -> None:
    """The last line is of the very instant of the deadline; three office hours later nobody has done anything."""
    play.until("first_contact")
    play.at("10-27 12:00")
    last = len(play.timeline())
    assert play.timeline()[-1].at == when("10-26 17:00")
    said = part(page(play), "late")
    assert "算到现在，2026-10-27（周二）12:00" in said and "用了 38 小时 25 分，超出 3 小时" in said
    assert "办理（医保分中心），还没有办：时限 34 小时 30 分，用了 37 小时 30 分" in said
    assert "超期" in part(page(play), "stood") and "已超时限" in part(page(play), "open-then")
    assert 'id="late"' not in page(play, at=last - 1)


def test_every_rung_says_why_who_was_told_and_what_supervision_did(play: Play) -> None:
    play.until("first_contact")
    play.at("10-26 17:00")
    assert "督办：还没有办" in part(page(play), "ladder-then")
    play.at("10-26 17:30")
    play.do("supervise", "group", action="instruct", instruction="两日内答复")
    play.at("10-28 17:00")
    said = part(page(play), "ladder-then")
    assert "提级到 3 级" in said and "已到答复期限" in said and "提级到 4 级" in said and "超期2个工作日" in said
    assert "督办：办完，工作小组甲" in said and "两日内答复" in said
    assert "提级到 4 级" not in part(page(play, at=len(play.timeline()) - 5), "ladder-then")


def test_orders_taken_away_by_whoever_supervises_are_an_intervention(play: Play) -> None:
    play.until("first_contact")
    play.at("10-27 10:00")
    play.do("supervise", "group", action="reassign", instruction="改派")
    text = page(play)
    assert "办理（医保分中心），没有办就收回：" in part(text, "late")  # and not by who took it away
    assert "其中干预 1 行" in text and "⚑ 干预 1" in text


def test_a_rung_held_back_is_told_among_the_rungs_with_who_and_why(play: Play) -> None:
    play.until("first_contact")
    play.act("hold_escalation", "bureau", activity="overdue", reason="反映人约定周二来窗口")
    text = page(play)
    said = part(text, "ladder-then")
    assert "暂缓提级" in said and "推迟到 2026-10-27（周二）17:00" in said and "反映人约定周二来窗口" in said
    assert "⚑ 干预" in said and "⚑ 干预 1" in text


def test_a_migration_is_marked_and_each_moment_says_the_version_it_was_on(play: Play) -> None:
    play.until("classify")
    before = len(play.timeline())
    migrate(play, put_in_force(play.engine, redrawn(step("classify__grade_limits"))))
    text = page(play)
    assert "流程由第 1 版迁移到第 2 版" in part(text, "all") and "⚑ 干预" in part(text, "all")
    assert "第 2 版（" in part(text, "stood") and "第 1 版（" in part(page(play, at=before), "stood")


def test_a_migration_is_marked_on_what_stood_open_in_every_picture(play: Play) -> None:
    """The unit was handling: the order in the case's own diagram, the handling in that of the order."""
    play.until("first_contact")
    migrate(play, put_in_force(play.engine, redrawn(step("classify__grade_limits"))))
    seq = next(line.seq for line in play.timeline() if line.action == "migrated")
    found = {each.process: each.way for each in play.engine.read(audit_case, play.no).drawings}
    marked = {process: dict(way.flags) for process, way in found.items()}
    assert marked == {"five_step_loop": {"orders": 1}, "work_order": {"handle": 1}}
    assert [dict(way.jumps) for way in found.values()] == [{}, {}]
    before = play.engine.read(audit_case, play.no, seq - 1).drawings
    assert [dict(each.way.flags) for each in before] == [{}, {}]
    text = page(play)
    assert text.count(">⚑ 干预 1</text>") == 2 and "跳转" not in part(text, "outline") + part(text, "all")[200:]
    assert f"第 {seq} 行 流程由第 1 版迁移到第 2 版，流程管理员甲 ⚑ 干预" in part(text, "outline")


def test_a_step_that_took_the_place_of_another_is_marked_as_a_jump_in_list_outline_picture_and_sheet(
    play: Play,
) -> None:
    play.until("handle")
    play.at("10-21 11:10")
    strokes = (step("review__review_given", "second_look", "复审"), given("second_look", form="review"))
    migrate(play, put_in_force(play.engine, redrawn(*strokes)), review="second_look")
    way = next(each.way for each in play.engine.read(audit_case, play.no).drawings if each.process == "five_step_loop")
    assert (dict(way.jumps), dict(way.flags)) == ({"review": 1, "second_look": 1}, {})
    text, sheet = page(play), auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text
    assert ">⚑ 跳转 1</text>" in text and "⚑ 干预 1（跳转 1）" in text
    assert "⚑ 干预·跳转" in part(text, "all") and "跳转：审核办结 → 复审" in part(text, "all")
    told = "流程由第 1 版迁移到第 2 版；跳转：审核办结 → 复审，流程管理员甲 ⚑ 干预·跳转"
    assert told in part(text, "outline")
    assert "⚑ 干预·跳转" in sheet and "跳转：审核办结 → 复审" in sheet
    undo(play)
    back = part(page(play), "all")
    assert "跳转：复审 → 审核办结" in back and back.count("⚑ 干预·跳转") == 2


def test_instructions_for_steps_the_case_did_not_stand_at_are_no_jump(play: Play) -> None:
    play.until("first_contact")
    strokes = (step("review__review_given", "second_look", "复审"), given("second_look", form="review"))
    migrate(play, put_in_force(play.engine, redrawn(*strokes)), review="second_look")
    assert "跳转：" not in part(page(play), "all")


def test_a_task_given_to_a_colleague_is_marked_where_it_lay(play: Play) -> None:
    play.until("dispatch")
    task = play.task("acknowledge").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI-b", None), "unit-SC-MI")
    text = page(play)
    assert "签收：转给同事" in part(text, "all") and "其中干预 1 行" in text
    assert "医保分中心联络员B" in part(text, "open-then")


def test_a_failed_step_says_when_and_what_was_done_and_counts_as_intervention(play: Play) -> None:
    play.until("first_contact")
    failed = {"case_id": 1, "element": "handle", "kind": "step", "cause": "条件算不出来"}
    times = {"opened_at": when("10-19 14:45"), "resolved_at": when("10-19 14:50")}
    done = {"resolved_by": "supervisor", "resolution": "重试成功", "retries": 1}

    def fail(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(incidents).values(**failed, **times, **done))

    play.engine.db.write(fail)
    text = page(play)
    said = part(text, "failed")
    assert (
        "办理 ：条件算不出来 ⚑ 干预" in said
        and "2026-10-19（周一）14:50 流程管理员" in said
        and "有人重试 1 次" in said
    )
    assert "⚑ 干预 1" in text


def test_a_case_in_time_says_nothing_of_lateness(play: Play) -> None:
    play.until("handle")
    assert 'id="late"' not in page(play)


def test_what_somebody_put_right_is_marked_on_the_line_and_in_the_picture(play: Play) -> None:
    play.until("classify")
    play.act("amend", "w3", field="cause", value="材料类", reason="看错了")
    text = page(play)
    assert "⚑ 干预 1" in text and "其中干预 1 行" in text
    assert "内容：系统类 → 材料类" in part(text, "all") and "看错了" in part(text, "all")


def test_page_and_sheet_of_a_moment_have_the_title_of_that_moment(play: Play) -> None:
    play.until("register", register={"title": "赵小燕新生儿参保", "applicant": {**APPLICANT, "name": "赵小燕"}})
    play.act("amend", "w3", field="applicant.name", value="赵晓燕", reason="名字写错")
    play.act("amend", "w3", field="title", value="医保缴费年限不符", reason="写错了事由")
    visitor = auditor(play.house)

    def headings(seq: int) -> list[str]:
        pages = (f"/audit/cases/{play.no}?at={seq}", f"/audit/cases/{play.no}/sheet?at={seq}")
        texts = [visitor.open(each).text for each in pages]
        assert "赵小燕" not in texts[0] + texts[1]
        return [re.findall(pattern, text)[0] for pattern, text in zip(_HEADINGS, texts, strict=True)]

    assert headings(1) == headings(2) == ["赵某新生儿参保"] * 2
    assert headings(3) == ["医保缴费年限不符"] * 2


_HEADINGS = ("<h1>(.*?)</h1>", "<h2>(.*?)</h2>")


# ------------------------------------------------------------------ in words
CODE = re.compile(r"[A-Za-z][\w:./-]*")
# No codes: what things are called by everybody, and the commands and files that are typed.
NAMES = {"CSV", "XES", "PDF", "JPEG", "SHA-256", "Ctrl", "P", "pdf"}


def codes_on(text: str, known: set[str]) -> set[str]:
    """The words in Latin letters that people read in the body of a page, but for sign-in names, numbers, digests."""
    plain = re.sub(r"<(script|style|svg|code).*?</\1>|<[^>]+>", " ", text[max(0, text.find("<main")) :], flags=re.S)
    plain = re.sub(r"BCS-\d{4}-\d{4}|\b(?=\S*\d)[0-9a-f-]{12,}\b|联络员[AB]", " ", unescape(plain))
    return {word for word in CODE.findall(plain)} - NAMES - known


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Every case of a busy demo, which has the sample cases in it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('busy') / 'house.db'}"
    steps = [step for recording in (*sample_cases(), *busy_cases()) for step in recording.steps]
    open_house(Settings(database_url=url, demo=True), min(step.at for step in steps)).db.close()
    house = House(url)
    house.clock = house.engine.clock = SimulatedClock(max(step.at for step in steps))
    live_through(house.engine, past_of(house.engine, busy=True), lambda: None)
    yield house
    house.close()


def test_no_line_of_any_demo_case_has_a_code_on_page_or_sheet(busy: House) -> None:
    with busy.engine.db.read() as conn:
        numbers = conn.execute(select(cases.c.no).where(cases.c.no.is_not(None))).scalars().all()
        known = {*conn.execute(select(people.c.name)).scalars()}
    visitor = auditor(busy)
    found = {
        path: codes
        for no in numbers
        for path in (f"/audit/cases/{no}", f"/audit/cases/{no}?at=2", f"/audit/cases/{no}/sheet")
        if (codes := codes_on(visitor.open(path).text, known))
    }
    assert found == {} and len(numbers) >= 20


def test_nor_has_a_line_of_an_act_beside_the_steps(play: Play) -> None:
    """What the demo has no case of: corrections of codes, papers, courier, rungs held back, migration, hand-over."""
    play.until("first_contact", register={"matter_code": "M014"}, dispatch={"co_units": ["SC-SS"]})
    play.act("amend", "w3", field="channel", value="电话", reason="看错了")
    play.act("amend", "w3", field="matter_code", value="M016", reason="看错了")
    play.act("urge", "group", reason="请快办")
    play.courier(carrier="顺丰", sent_at="2026-10-19T15:00:00+08:00")
    play.act("hold_escalation", "bureau", activity="overdue", reason="反映人约定周二来窗口")
    paper = {"file": (io.BytesIO(PAPER), "清单.pdf", "application/pdf")}
    assert play.house.person("w3").post(f"/api/cases/{play.no}/attachments", data=paper).status_code == 200
    task = play.task("handle").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI-b", "出差"), "unit-SC-MI")
    migrate(play, put_in_force(play.engine, redrawn(step("classify__grade_limits"))))
    play.at("10-30 17:00")
    with play.engine.db.read() as conn:
        known = {*conn.execute(select(people.c.name)).scalars()}
    text = page(play)
    assert codes_on(text, known) == set()
    assert codes_on(auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text, known) == set()
    said = part(text, "all")
    told = (
        "内容：窗口 → 电话",
        "哪几项：快递公司、寄出时间",
        "决策表：办理期限",
        "起因：已到答复期限",
        "通知：提级通知",
    )
    assert [each for each in told if each not in said] == []


PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_an_answer_of_another_step_is_no_correction_and_a_correction_is_called_one(play: Play) -> None:
    """The unit's forms ask for what was done: `action` of the signature and of the handling, in a row of its step."""
    play.until("handle")
    play.act("amend", "w3", field="cause", value="材料类", reason="看错了")
    said = part(page(play), "known")
    assert "更正前：系统类" in said and said.count("更正前：") == 1 and "前一次（" not in said
    assert "签收（医保分中心） 签收 — 医保" in said and "办理（医保分中心） 答复 — 医保" in said
    assert "来源渠道 登记 窗口 — " in said


def test_who_was_only_given_a_task_is_said_to_have_been_given_it(play: Play) -> None:
    play.until("first_contact")
    task = play.task("handle").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI-b", "出差"), "unit-SC-MI")
    given = len(play.timeline())
    play.execute(HandOn(task, "unit-SC-MI", None), "unit-SC-MI-b")
    text, paper = page(play, at=given), auditor(play.house).open(f"/audit/cases/{play.no}/sheet?at={given}").text
    assert f"没有办，只由别人转到手里： {given}" in part(text, "hands")
    assert f"没有办，只由别人转到手里：{given}" in paper and "只领取" not in text + paper
    later = part(page(play), "hands")
    assert f"由别人转到手里： {given + 1}" in later and "unit-SC-MI-b" in later


def test_the_sheet_has_the_diagram_the_orders_the_rungs_and_why_a_task_was_handed_on(play: Play) -> None:
    play.until("first_contact")
    task = play.task("handle").id
    play.execute(ClaimTask(task, "unit-SC-MI"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI-b", "出差"), "unit-SC-MI")
    play.execute(HandOn(task, "unit-SC-MI", None), "unit-SC-MI-b")
    play.at("10-26 17:30")
    play.do("supervise", "group", action="instruct", instruction="两日内答复")
    paper = auditor(play.house).open(f"/audit/cases/{play.no}/sheet").text
    assert 'data-id="handle"' in paper and 'data-id="classify"' in paper
    text = re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", paper, flags=re.S))
    told = (
        "工单",
        "医保分中心（主办",
        "提级与督办",
        "提级到 3 级",
        "已到答复期限",
        "两日内答复",
        "原因：出差",
        "原因：没有写",
    )
    assert [each for each in told if each not in text] == []
    as_file = auditor(play.house).client.get(f"/audit/cases/{play.no}/sheet.pdf").data
    printed = re.sub(r"\s", "", "".join(each.extract_text() for each in PdfReader(io.BytesIO(as_file)).pages))
    assert "分类定级" in printed and "提级与督办" in printed and "两日内答复" in printed


def test_every_page_of_the_auditors_marks_where_one_is_in_the_navigation(play: Play) -> None:
    play.until("classify")
    visitor = auditor(play.house)
    places = (
        *("/audit/cases", "/audit/samples", "/audit/rectifications", "/audit/rules", "/audit/trail", "/keeping"),
        *(f"/audit/findings/new?no={play.no}&element=classify", f"/audit/cases/{play.no}"),
        f"/cases/{play.no}/accesses",
    )
    marked = {
        each: re.findall(r'<a[^>]*aria-current="page"[^>]*>(.*?)</a>', visitor.open(each).text) for each in places
    }
    assert [each for each, found in marked.items() if not found or not found[0].startswith("审计")] == []


def test_the_outline_says_step_by_step_who_and_how_long(late: Play) -> None:
    said = part(page(late), "outline")
    assert "签收 （医保分中心） 办完，医保分中心联络员A" in said.replace("签收（", "签收 （")
    assert "等候 15 小时，办理 27 小时，时限 34 小时 30 分，超 7 小时 30 分" in said.replace("， ", "，")


def test_who_had_their_hands_in_it_is_said_as_they_then_were_on_page_and_paper(late: Play) -> None:
    late.house.do("admin", ChangePerson("unit-SC-MI", "李新名", "SC-MI"))
    late.at("10-28 11:00")
    late.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    answered = next(line.seq for line in late.timeline() if line.element == "handle")
    then = part(page(late, at=answered - 1), "hands")
    assert "医保分中心联络员A" in then and "unit-SC-MI，现在叫李新名" in then and "w3" in then and "group2" not in then
    assert "李新名 unit-SC-MI 医保分中心" in re.sub(r"\s+", " ", part(page(late), "hands"))
    paper = auditor(late.house).open(f"/audit/cases/{late.no}/sheet").text
    assert "李新名（unit-SC-MI）" in paper


def test_of_lines_that_share_an_instant_each_tells_only_the_steps_until_then(play: Play) -> None:
    play.at("10-19 14:00")
    play.register()
    play.do("accept", "w3", acceptance="accept")
    play.do("classify", "w3", grade="general", cause="系统类")
    accepted = next(line.seq for line in play.timeline() if line.element == "accept")
    outline = [part(page(play, at=seq), "outline") for seq in (1, accepted, len(play.timeline()))]
    begun = [[name for name in ("受理 ", "分类定级 ", "转办派单 ") if f"{name}" in said] for said in outline]
    assert begun == [["受理 "], ["受理 ", "分类定级 "], ["受理 ", "分类定级 ", "转办派单 "]]
    assert "分类定级 还没有办完" in outline[1] and "分类定级 办完" in outline[2]


def test_nothing_on_it_says_who_the_citizen_is(play: Play) -> None:
    play.at("10-19 14:00")
    person = {"kind": "person", "name": "戴建国", "phone": "13812341234"}
    play.register(applicant=person, description="戴建国来电 13812341234，说查不到。")
    text = page(play)
    assert ("戴建国" in text, "13812341234" in text, "138****1234" in text) == (False, False, True)


def test_a_moment_may_be_given_and_what_cannot_be_is_said(late: Play) -> None:
    assert "第 2 行之后" in page(late, when="2026-10-19 14:05")
    visitor = auditor(late.house)
    for asked in ("at=x", "at=999", "at=0", "when=gestern", "when=2020-01-01"):
        assert visitor.client.get(f"/audit/cases/{late.no}?{asked}").status_code == 400


def test_at_a_moment_between_two_lines_page_sheet_and_interface_tell_what_the_clock_had_come_to(play: Play) -> None:
    """Accepted on the 19th at 14:05, given 35:25 until the 26th at 17:00; the 27th at 10:30 is 1:30 office hours on."""
    play.until("first_contact")
    play.at("10-29 12:00")
    at = "2026-10-27 10:30"
    told = play.house.person("auditor").get(f"/api/cases/{play.no}/as-of?at=2026-10-27T10:30:00%2B08:00").get_json()
    text, visitor = page(play, when=at), auditor(play.house)
    assert (told["light"], told["at"]) == ("red", "2026-10-27T10:30:00+08:00")
    assert f"第 {told['seq']} 行之后，共 {told['lines']} 行（到 2026-10-27（周二）10:30）" in text
    assert "用了 36 小时 55 分，超出 1 小时 30 分" in part(text, "late") and "算到 2026-10-27（周二）10:30" in text
    assert "已超时限" in part(text, "open-then") and "超期" in part(text, "stood") and "到现在" not in text
    by_line = page(play, at=told["seq"])
    assert 'id="late"' not in by_line and "已超时限" not in part(by_line, "open-then")
    sheet = re.findall(r'href="(/audit/cases/[^"]*/sheet[^"]*)"', text)[0]
    assert "看的是 2026-10-27（周二）10:30 的样子" in visitor.open(unescape(sheet)).text


def test_of_a_moment_that_lies_ahead_page_and_sheet_say_so_and_what_they_show_instead(late: Play) -> None:
    late.at("10-29 12:00")
    visitor = auditor(late.house)
    said = "2030-01-01（周二）09:00 还没有到，下面是现在（2026-10-29（周四）12:00）的样子"
    for place, asked, ahead in (("", "2030-01-01 09:00", True), ("/sheet", "2030-01-01 09:00", True), ("", "", False)):
        text = re.sub(r"<[^>]+>", "", visitor.open(f"/audit/cases/{late.no}{place}?when={asked}").text)
        assert (said in text) == ahead


@pytest.mark.parametrize("place", ["", "/sheet", "/sheet.pdf"])
@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ("at=999", "at", "没有第 999 行"),
        ("at=x", "at", "“x”不是行号"),
        ("when=gestern", "at-instant", "时间写成 2026-10-08 17:00"),
        ("when=2020-01-01", "at-instant", "那时还没有登记"),
    ],
)
def test_of_a_moment_there_is_none_of_it_says_so_at_the_field_and_keeps_what_was_asked(
    late: Play, place: str, asked: str, field: str, sentence: str
) -> None:
    text = auditor(late.house).client.get(f"/audit/cases/{late.no}{place}?{asked}").get_data(as_text=True)
    error = re.search(rf'id="{field}-error">(.*?)</p>', text)
    assert error is not None and sentence in error[1]
    wrong = re.findall(rf'<(?:select|input)[^>]*id="{field}"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in wrong and f'aria-describedby="{field}-error"' in wrong
    assert f"第 {len(late.timeline())} 行之后" in text and (asked.startswith("at=") or f'value="{asked[5:]}"' in wrong)
    summary = re.search(r'<div class="problems"[^>]*tabindex="-1" autofocus>.*?</div>', text, re.S)
    assert summary is not None and f'<a href="#{field}">' in summary[0] and sentence in summary[0]


def test_a_line_that_was_changed_is_said_at_once(late: Play) -> None:
    harm(late, update(audit).where(audit.c.case_id == 1, audit.c.seq == 7).values(actor="w4"))
    text = page(late)
    assert "第 7 行对不上" in text and "内容与哈希不符" in text


def test_a_case_is_found_by_number_days_unit_and_lateness(late: Play) -> None:
    visitor = auditor(late.house)
    href = f'href="/audit/cases/{late.no}"'
    found = {
        asked: href in visitor.open(f"/audit/cases?{asked}").text
        for asked in ("", f"no={late.no}", "late=1", "unit=SC-MI", "unit=SC-SS", "from=2026-10-20", "to=2026-10-19")
    }
    assert [asked for asked, there in found.items() if not there] == ["unit=SC-SS", "from=2026-10-20"]
    assert "按姓名或词查" in visitor.open("/audit/cases?no=赵女士").text


def test_a_restricted_case_is_neither_found_nor_opened(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", acceptance="restricted", reason="涉密")
    visitor = auditor(play.house)
    assert f"/audit/cases/{play.no}" not in visitor.open("/audit/cases").text
    assert visitor.client.get(f"/audit/cases/{play.no}").status_code == 404


def test_a_unit_that_was_given_the_case_twice_has_its_steps_under_the_order_they_were_done_by(play: Play) -> None:
    play.until("handle")
    play.do("review", "group2", review_result="send_back", send_back_reason="再派", redispatch=True)
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="再派")
    play.do("acknowledge", "unit-SC-MI", action="sign")
    first, second = part(page(play), "orders-then").split("医保分中心（")[1:]
    assert [first.count(f"{name}：") for name in ("签收", "首次联系", "办理")] == [1, 1, 1]
    assert [second.count(f"{name}：") for name in ("签收", "首次联系", "办理")] == [1, 1, 0]
    assert ("还没有办完" in first, "还没有办完" in second) == (False, True)
