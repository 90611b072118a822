"""常用答复: kept by those who lead, offered beside the form with what differs from case to case filled in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.canned import AddCanned, ChangeCanned, RetireCanned, Wording
from engine.errors import BadInput, NotFound, NotYours, TakenByOther
from engine.queries.canned import canned_for
from engine.storage.models import audit, canned_answers
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

TITLE, TEXT = "受理告知", "您反映的 {编号} 已受理，由{单位}办理，{期限}前答复。有事请打 {窗口电话}。"


def wording(element: str = "accept", matter: str | None = None, title: str = TITLE, text: str = TEXT) -> Wording:
    return Wording(element, matter, title, text)


def at_desk(house: House, name: str) -> Visitor:
    return Visitor.of(house.app).sign_in(name)


def titles(house: House, element: str, matter: str | None = None) -> list[str]:
    return [each.title for each in house.engine.read(canned_for, element, matter)]


def test_the_lead_adds_changes_and_retires_one_on_the_page(any_house: House) -> None:
    lead = at_desk(any_house, "lead")
    assert 'href="/canned-answers"' in lead.open("/inbox").get_data(as_text=True)
    lead.open("/canned-answers")
    assert "还没有常用答复" in lead.text
    lead.send("/canned-answers", element="accept", title=TITLE, text=TEXT)
    assert (lead.status, lead.page.request.path, titles(any_house, "accept")) == (200, "/canned-answers", [TITLE])
    lead.open(one := lead.link(r"^/canned-answers/\d+$"))
    lead.send(one, element="accept", title="受理短信", text=TEXT, revision="1")
    assert titles(any_house, "accept") == ["受理短信"]
    lead.open(one)
    assert 'name="revision" value="2"' in lead.text
    lead.send(f"{one}/retire", revision="2")
    assert (lead.status, titles(any_house, "accept")) == (200, [])
    assert lead.open(one).status_code == 404


def test_every_change_has_one_line_in_the_trail_of_the_house_without_the_words(any_house: House) -> None:
    id = any_house.do("lead", AddCanned(wording()))
    any_house.do("bureau", ChangeCanned(id, 1, wording(title="改过", matter="M006")))
    any_house.do("group", RetireCanned(id, 2))
    query = select(audit.c.actor, audit.c.action, audit.c.element, audit.c.before, audit.c.after)
    with any_house.engine.db.read() as conn:
        lines = conn.execute(query.where(audit.c.case_id == 0, audit.c.action.startswith("canned_"))).all()
    assert [line[:3] for line in lines] == [
        ("lead", "canned_added", "accept"),
        ("bureau", "canned_changed", "accept"),
        ("group", "canned_retired", "accept"),
    ]
    assert "M006" in str(lines[1].after)
    assert not any(word in str(lines) for word in (TITLE, "改过", "已受理"))


def test_it_is_offered_at_its_step_with_the_placeholders_of_the_case_filled_in(any_house: House) -> None:
    any_house.do("lead", AddCanned(wording("acknowledge")))
    no = any_house.register("w1", acceptance="accept")
    any_house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    any_house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    unit = at_desk(any_house, "unit-SC-SS")
    unit.open(f"/tasks/{any_house.task(no, 'acknowledge')}")
    # five working days after Wednesday 23 September: 24, 28 to 30 (the 25th is Mid-Autumn), then 8 October
    told = f"您反映的 {no} 已受理，由昌平区社保分中心办理，2026年10月8日前答复。有事请打 010-"
    assert told in unit.text and "维护常用答复" not in unit.text


def test_what_is_not_known_yet_stays_to_be_seen(any_house: House) -> None:
    any_house.do("lead", AddCanned(wording()))
    no = any_house.register()
    window = at_desk(any_house, "w1")
    window.open(f"/tasks/{any_house.task(no, 'accept')}")
    assert f"您反映的 {no} 已受理，由【单位待填】办理，【期限待填】前答复" in window.text


def test_it_is_offered_for_its_matter_first_and_not_for_another(any_house: House) -> None:
    any_house.do("lead", AddCanned(wording(title="通用")))
    any_house.do("lead", AddCanned(wording(title="专用", matter="M006")))
    assert titles(any_house, "accept", "M006") == ["专用", "通用"]
    assert titles(any_house, "accept", "M001") == titles(any_house, "accept") == ["通用"]
    assert titles(any_house, "review", "M006") == []


def test_whoever_may_not_fill_in_the_form_is_offered_nothing(house: House) -> None:
    house.do("lead", AddCanned(wording()))
    task = house.task(house.register(), "accept")
    assert "您反映的" in at_desk(house, "w1").open(f"/tasks/{task}").get_data(as_text=True)
    assert "您反映的" not in at_desk(house, "auditor").open(f"/tasks/{task}").get_data(as_text=True)


@pytest.mark.parametrize("who", ["lead", "group", "bureau", "supervisor"])
def test_these_keep_those_of_every_step(house: House, who: str) -> None:
    house.do(who, AddCanned(wording("review")))
    assert titles(house, "review") == [TITLE]


def test_a_section_head_keeps_those_of_the_steps_of_units_alone(any_house: House) -> None:
    id = any_house.do("lead", AddCanned(wording("review")))
    any_house.do("head-SC-SS", AddCanned(wording("handle")))
    for command in (
        AddCanned(wording("review")),
        RetireCanned(id, 1),
        ChangeCanned(id, 1, wording("handle")),
        ChangeCanned(any_house.do("lead", AddCanned(wording("handle"))), 1, wording("review")),
    ):
        with pytest.raises(NotYours, match="科室负责人维护"):
            any_house.do("head-SC-SS", command)
    assert TITLE in at_desk(any_house, "head-SC-SS").open("/canned-answers").get_data(as_text=True)
    assert at_desk(any_house, "head-SC-SS").open(f"/canned-answers/{id}").status_code == 404


@pytest.mark.parametrize("who", ["w1", "callback", "unit-SC-SS", "auditor", "admin", "leading"])
def test_all_others_keep_none(house: House, who: str) -> None:
    with pytest.raises(NotYours):
        house.do(who, AddCanned(wording("handle")))
    visitor = at_desk(house, who)
    assert visitor.open("/canned-answers").status_code == 403
    assert 'href="/canned-answers"' not in visitor.open("/inbox").get_data(as_text=True)


@pytest.mark.parametrize(
    "text", ["请看 {姓名}", "请看 ｛电话｝", "请看 {编号", "请看 编号}", "请看 {{编号}}", "请看 {}", "请看 { 编号 }"]
)
def test_an_unknown_placeholder_is_refused(house: House, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        house.do("lead", AddCanned(wording(text=text)))
    assert list(refused.value.fields) == ["text"]
    assert "{编号}、{期限}、{单位}、{窗口电话}" in refused.value.fields["text"]
    assert titles(house, "accept") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"title": "打13812341234"}, "title"),
        ({"text": ""}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "请打 138 1234 1234"}, "text"),
        ({"element": "start"}, "element"),
        ({"matter": "M999"}, "matter_code"),
    ],
)
def test_what_does_not_fit_is_refused(house: House, changes: dict[str, str], field: str) -> None:
    for who in ("lead", "head-SC-SS"):
        with pytest.raises(BadInput) as refused:
            house.do(who, AddCanned(wording(**{"element": "handle", **changes})))
        assert list(refused.value.fields) == [field]


def test_what_was_entered_stands_in_the_form_again_with_what_to_mend(house: House) -> None:
    lead = at_desk(house, "lead")
    lead.open("/canned-answers")
    lead.send("/canned-answers", element="accept", title=TITLE, text="请 {姓名} 来")
    assert lead.status == 400
    assert "不认识“{姓名}”" in lead.text and "请 {姓名} 来</textarea>" in lead.text


def test_nobody_changes_what_a_colleague_has_just_changed(any_house: House) -> None:
    id = any_house.do("lead", AddCanned(wording()))
    any_house.do("lead2", ChangeCanned(id, 1, wording(title="改过")))
    for command in (ChangeCanned(id, 1, wording()), RetireCanned(id, 1)):
        with pytest.raises(TakenByOther):
            any_house.do("lead", command)
    any_house.do("lead", RetireCanned(id, 2))
    with pytest.raises(TakenByOther):
        any_house.do("lead", ChangeCanned(id, 3, wording()))
    with pytest.raises(NotFound):
        any_house.do("lead", RetireCanned(id + 1, 1))


def test_a_second_click_adds_no_second_one(any_house: House) -> None:
    lead = at_desk(any_house, "lead")
    lead.open("/canned-answers")
    sent = lead.filled({"element": "accept", "title": TITLE, "text": TEXT})
    assert [lead.client.post("/canned-answers", data=sent).status_code for _ in range(2)] == [303, 303]
    with any_house.engine.db.read() as conn:
        assert len(conn.execute(select(canned_answers.c.id)).all()) == 1


def test_how_cases_alike_were_solved_stands_beside_the_form_masked_with_a_link(any_house: House) -> None:
    said = {"onsite_result": "solved", "outcome": "done", "reply_text": "已替戴建国办好，电话 13812341234。"}
    alike, no = (any_house.register("w1", acceptance="accept", matter_code="M006") for _ in range(2))
    for each in (alike, no):
        any_house.complete("w1", each, "classify", grade="simple", cause="系统类")
    any_house.complete("w1", alike, "handle_on_site", **said)
    window = at_desk(any_house, "w2")
    window.open(f"/tasks/{any_house.task(no, 'handle_on_site')}")
    beside = window.text.partition('id="alike"')[2].partition("</section>")[0]
    assert "办结过 1 件" in beside and "已替戴某办好，电话 138****1234。" in beside
    assert f'href="/cases/{alike}"' in beside and "戴建国" not in beside
