"""Acts beside the tasks: withdrawing for the citizen, noting a parcel."""

from __future__ import annotations

from io import BytesIO

from engine.cases.commands import AttachPaper, CommentTask
from engine.papers import checked
from tests.papers.samples import pdf
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_forms import registered
from tests.webapp.pages.test_pages import NO, complete, dispatched, tasks

WITHDRAWAL = {"reason": "已自行办成", "confirmed_by": "phone_record"}


def test_a_citizen_who_takes_it_back_ends_the_work_of_the_units(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.open(w3.link("/withdraw$"))
    assert "不能恢复" in w3.text
    w3.send(f"/cases/{NO}/withdraw", **WITHDRAWAL)
    assert w3.page.request.path == f"/cases/{NO}"
    assert "已自行办成" in w3.text and "/withdraw" not in w3.text
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open("/inbox?queue=group")
    assert "/tasks/" not in unit.text


def test_withdrawing_twice_or_by_somebody_else_changes_nothing_and_keeps_the_text(house: House) -> None:
    dispatched(house)
    unit, w3 = Visitor.of(house.app).sign_in("unit-SC-SS"), Visitor.of(house.app).sign_in("w3")
    unit.open(f"/cases/{NO}")
    assert "/withdraw" not in unit.text
    unit.open(f"/cases/{NO}/withdraw")
    unit.send(f"/cases/{NO}/withdraw", **WITHDRAWAL)
    assert unit.status == 403 and "已自行办成" in unit.text
    w3.open(f"/cases/{NO}/withdraw")
    w3.send(f"/cases/{NO}/withdraw", **WITHDRAWAL)
    w3.open(f"/cases/{NO}/withdraw")
    w3.send(f"/cases/{NO}/withdraw", **WITHDRAWAL)
    assert w3.status == 409 and "现在不能" in w3.text


def test_a_parcel_is_noted_and_completed_later(house: House) -> None:
    registered(house, acceptance="accept")
    complete(house, "w3", grade="simple", cause="材料类")
    complete(house, "w3", onsite_result="solved", outcome="done", reply_text="已办")
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.open(w3.link("/courier$"))
    w3.send(f"/cases/{NO}/courier", carrier="邮政", tracking_no="EM123", sent_at="2026-09-23 09:00")
    assert "EM123" in w3.text
    w3.open(f"/cases/{NO}/courier")
    assert 'value="EM123"' in w3.text and 'value="2026-09-23 09:00"' in w3.text
    w3.send(f"/cases/{NO}/courier", sent_at="übermorgen")
    assert w3.status == 400 and 'value="übermorgen"' in w3.text


def test_who_does_not_register_is_not_offered_the_form(house: House) -> None:
    auditor = Visitor.of(house.app).sign_in("auditor")
    assert "/register" not in auditor.text
    auditor.open("/register")
    assert auditor.status == 403 and "请联系窗口" in auditor.text


def test_what_the_citizen_adds_stands_in_the_history(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.open(w3.link("/supplement$"))
    w3.send(f"/cases/{NO}/supplement", text="又送来原单位证明")
    assert "补充的情况：又送来原单位证明" in w3.text


def test_a_window_presses_those_who_have_the_case(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.open(w3.link("/urge$"))
    w3.send(f"/cases/{NO}/urge", reason="")
    assert w3.status == 400
    w3.send(f"/cases/{NO}/urge", reason="已等了两天")
    assert "催办原因：已等了两天" in w3.text and "有人催办" in w3.text


def test_the_bureau_holds_a_rung_back_and_the_page_says_until_when(house: House) -> None:
    dispatched(house)  # due Thursday 10-08
    bureau = Visitor.of(house.app).sign_in("bureau")
    bureau.open(f"/cases/{NO}")
    bureau.open(bureau.link("/hold_escalation$"))
    bureau.send(f"/cases/{NO}/hold_escalation", activity="overdue", reason="")
    assert bureau.status == 400
    bureau.send(f"/cases/{NO}/hold_escalation", activity="overdue", reason="已约次日来办")
    assert "推迟到 2026-10-09（周五）17:00" in bureau.text and "暂缓原因：已约次日来办" in bureau.text
    assert "/hold_escalation" not in bureau.text  # once
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    assert "暂缓提级：到期提到三级" in w3.text and "/hold_escalation" not in w3.text


def test_acts_are_offered_to_those_who_may(house: House) -> None:
    dispatched(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open(f"/cases/{NO}")
    assert "/supplement" in unit.text and "/urge" not in unit.text


def test_there_is_no_page_for_an_act_that_does_not_exist(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}/forgive")
    assert w3.status == 404


# ------------------------------------------------------------------ corrections
def test_a_field_is_corrected_on_its_own_form_and_the_first_entry_stays_readable(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.open(w3.link("/amend$"))
    w3.open(w3.link("/amend/title$"))
    assert 'value="办证被拒"' in w3.text
    w3.send(f"/cases/{NO}/amend/title", value="办居住证被拒", reason="写漏了字")
    assert "<h1>办居住证被拒</h1>" in w3.text
    assert "更正：标题" in w3.text and "原来：办证被拒" in w3.text and "写漏了字" in w3.text


def test_what_was_corrected_stands_among_what_was_told(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}/amend/channel")
    w3.send(f"/cases/{NO}/amend/channel", value="phone", reason="点错了")
    assert "电话" in w3.text and "原来：窗口" in w3.text


def test_personal_data_in_a_correction_shows_to_those_entitled_alone(house: House) -> None:
    registered(house, acceptance="accept")  # the window has the case now
    w3, auditor = Visitor.of(house.app).sign_in("w3"), Visitor.of(house.app).sign_in("auditor")
    w3.open(f"/cases/{NO}/amend/applicant.phone")
    w3.send(f"/cases/{NO}/amend/applicant.phone", value="13900001111", reason="听错了")
    auditor.open(f"/cases/{NO}")
    assert "13900001111" in w3.text and "原来：13800000806" in w3.text
    assert "更正：联系电话" in auditor.text and "听错了" in auditor.text
    assert "13900001111" not in auditor.text and "13800000806" not in auditor.text


def test_the_list_of_corrections_shows_personal_data_to_those_entitled_alone(house: House) -> None:
    dispatched(house)  # the unit has the case now
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}/amend")
    assert "办证被拒" in w3.text and "13800000806" not in w3.text
    w3.open(f"/cases/{NO}/amend/applicant.phone")
    assert "13800000806" not in w3.text


def test_a_correction_that_does_not_fit_keeps_what_was_typed(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}/amend/received_at")
    w3.send(f"/cases/{NO}/amend/received_at", value="gestern", reason="记错了")
    assert w3.status == 400 and 'value="gestern"' in w3.text and "记错了" in w3.text


def test_there_is_no_form_for_what_the_flow_decides(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}/amend/grade")
    assert w3.status == 404


# ------------------------------------------------------------------ papers and remarks
def test_a_paper_is_left_and_fetched_without_scripts(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.send(f"/cases/{NO}/attachments", file=(BytesIO(pdf()), "户口本.pdf"), description="原件已看")
    assert w3.page.request.path == f"/cases/{NO}" and "户口本.pdf" in w3.text
    assert "上传附件" in w3.text and "说明：原件已看" in w3.text
    answer = w3.open(w3.link("/attachments/"))
    assert answer.data == pdf() and answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_paper_is_left_and_opened_at_the_task_where_it_is_needed(house: House) -> None:
    dispatched(house)
    [task] = tasks(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open(f"/tasks/{task}")
    unit.send(unit.link_of_form(rf"/cases/{NO}/attachments"), file=(BytesIO(pdf()), "户口本.pdf"))
    assert unit.page.request.path == f"/tasks/{task}" and "户口本.pdf" in unit.text
    assert "前面各步填写的内容" in unit.text
    assert "户口本.pdf" not in unit.text.partition('id="earlier"')[2].partition("</section>")[0]  # told once
    assert unit.open(unit.link("/attachments/")).data == pdf()


def test_a_file_not_taken_at_a_task_leads_back_to_the_task(house: House) -> None:
    dispatched(house)
    [task] = tasks(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open(f"/tasks/{task}")
    unit.send(unit.link_of_form(rf"/cases/{NO}/attachments"), file=(BytesIO(b"<svg/>"), "a.svg"))
    assert unit.status == 400 and f'href="/tasks/{task}#papers"' in unit.text
    unit.send(unit.link_of_form(rf"/cases/{NO}/attachments"), file=(BytesIO(pdf()), "户口本.pdf"))
    assert unit.page.request.path == f"/tasks/{task}"


def test_who_may_only_look_at_a_task_leaves_no_paper_there(house: House) -> None:
    dispatched(house)
    [task] = tasks(house)
    house.do("w1", AttachPaper(checked("户口本.pdf", pdf(), 10_000), NO))
    auditor = Visitor.of(house.app).sign_in("auditor")
    auditor.open(f"/tasks/{task}")
    assert "户口本.pdf" in auditor.text and 'type="file"' not in auditor.text


def test_a_file_that_is_not_taken_is_explained_on_a_page(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    w3.send(f"/cases/{NO}/attachments", file=(BytesIO(b"<svg/>"), "a.svg"))
    assert w3.status == 400 and "没有上传" in w3.text and "PDF" in w3.text


def test_who_has_nothing_to_do_there_sees_papers_but_no_form(house: House) -> None:
    dispatched(house)
    w3, auditor = Visitor.of(house.app).sign_in("w3"), Visitor.of(house.app).sign_in("auditor")
    w3.open(f"/cases/{NO}")
    w3.send(f"/cases/{NO}/attachments", file=(BytesIO(pdf()), "户口本.pdf"))
    auditor.open(f"/cases/{NO}")
    assert "户口本.pdf" in auditor.text and 'type="file"' not in auditor.text


def test_a_file_from_a_foreign_form_is_not_kept(house: House) -> None:
    dispatched(house)
    w3 = Visitor.of(house.app).sign_in("w3")
    answer = w3.client.post(f"/cases/{NO}/attachments", data={"file": (BytesIO(pdf()), "a.pdf")})
    assert answer.status_code == 403


def test_a_remark_at_a_task_stands_in_the_history(house: House) -> None:
    dispatched(house)
    [task] = tasks(house)
    house.do("unit-SC-SS", CommentTask(task, {"message": "下午再联系"}))
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{NO}")
    assert "备注：下午再联系" in w3.text
