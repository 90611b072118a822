"""督办 and 领导一页: what is late, at which tier, since when, who was told, what they did, what waits for whom.

The ladder of a general case accepted Wed 2026-09-23 (PROCESS.md, "Golden facts"): due Thu 10-08 17:00; reminded at the
opening of the second working day before, 09-29 9:00; tier 3 when due, tier 4 two working days later (Sat 10-10 works),
tier 5 after five (Wed 10-14); not contacted within a working day of 派单, 09-24 17:00: tier 2.
"""

from __future__ import annotations

import re

import pytest

from engine.cases.commands import ActOnCase, ClaimTask, CompleteTask
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.inbox import inbox
from engine.queries.load import load_of_people, load_of_units
from engine.queries.supervision import WatchFilter, WatchList, watch_list
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_unit_desk import here


def at_unit(house: House, unit: str = "SC-SS", grade: str = "general", urgent: bool = False) -> str:
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade=grade, urgent=urgent, cause="系统类", lead_unit=unit)
    house.complete("group", no, "dispatch", lead_unit=unit, onsite_attempt="试过")
    return no


def watched(house: House, watch: str = "late", who: str = "bureau", **wanted: object) -> WatchList:
    return house.engine.read_as(house.actor(who), watch_list, watch, WatchFilter(**wanted))  # type: ignore[arg-type]


def page(house: House, who: str, path: str = "/supervision") -> Visitor:
    visitor = Visitor.of(house.app).sign_in(who)
    visitor.open(path)
    return visitor


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts stand in the text one after the other."""
    return re.search(".*?".join(map(re.escape, parts)), text, re.DOTALL) is not None


# ------------------------------------------------------------------ the ladder
def test_a_case_climbs_through_the_watches(any_house: House) -> None:
    no = at_unit(any_house)
    seen = []
    for to in ("2026-09-24 16:59", "2026-09-24 17:00", "2026-09-30 09:00", "2026-10-08 17:01", "2026-10-10 17:00"):
        any_house.move(to)
        found = watched(any_house)
        row = [item for item in found.items if item.case.no == no]
        seen.append((found.counts, found.tiers, [item.next and item.next.element for item in row]))
    empty = {"late": 0, "raised": 0, "soon": 0, "pending": 0}
    assert seen == [
        (empty, {}, []),
        ({**empty, "raised": 1}, {}, []),
        ({**empty, "raised": 1, "soon": 1}, {}, []),
        ({**empty, "late": 1}, {3: 1}, ["overdue_2"]),
        ({**empty, "late": 1}, {4: 1}, ["overdue_5"]),
    ]


def test_the_page_tells_since_when_who_was_told_and_what_they_did(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    heads = house.engine.read_as(house.actor("head-SC-SS"), inbox, "group").items
    supervise = next(item.task_id for item in heads if item.element == "supervise")
    house.do("head-SC-SS", CompleteTask(supervise, {"action": "instruct", "instruction": "今天联系反映人"}))
    house.do("lead", ActOnCase("urge", no, {"reason": "又来电"}))
    text = page(house, "bureau").text
    assert "超期·超 1 个工作日" in text
    assert in_order(
        text,
        *("2026-09-24（周四）17:00", "提级到 2 级", "2026-09-29（周二）09:00", "催办通知"),
        *("2026-10-08（周四）17:00", "提级到 3 级", "今天联系反映人", "又来电"),
    )
    assert in_order(text, "下一次", "超期2个工作日提级", "2026-10-10（周六）17:00")


def test_urging_and_holding_back_are_one_click_from_the_list(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    bureau, group = page(house, "bureau").text, page(house, "group").text
    for act in ("urge", "hold_escalation"):
        assert f'href="/cases/{no}/{act}?back=' in bureau
    assert f'href="/cases/{no}/urge?back=' in group
    assert f"/cases/{no}/hold_escalation" not in group  # the bureau's alone


def test_an_act_from_the_list_leads_back_to_the_case_in_the_list_as_it_was_filtered(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    bureau = page(house, "bureau", "/supervision?watch=late&unit=SC-SS")
    bureau.open(bureau.link(f"/cases/{no}/urge"))
    assert here(bureau) == ["督办"]
    bureau.send(bureau.link_of_form(f"/cases/{no}/urge"), reason="又来电")
    assert (bureau.page.request.path, bureau.page.request.args["unit"]) == ("/supervision", "SC-SS")
    assert "又来电" in bureau.text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example"])
def test_an_act_leads_nowhere_but_to_this_site(house: House, back: str) -> None:
    no = at_unit(house)
    bureau = page(house, "bureau", f"/cases/{no}/urge?back={back}")
    filled = bureau.filled({"reason": "又来电"})
    sent = bureau.client.post(f"/cases/{no}/urge?back={back}", data=filled)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/")


def supervising(house: House, who: str) -> str | None:
    """Who has the 督办 task that lies in the inbox of this person."""
    items = [*house.engine.read_as(house.actor(who), inbox, "supervised").items]
    (found,) = [item for item in items if item.element == "supervise"]
    return found.holder


def test_supervision_is_taken_over_from_the_list_and_seen_by_those_who_share_it(house: House) -> None:
    at_unit(house)
    house.move("2026-10-08 17:01")
    deputy = page(house, "deputy-SC-SS")
    deputy.send(deputy.link_of_form(r"/tasks/.*/claim"))
    assert deputy.page.request.path == "/supervision"
    assert (supervising(house, "group"), supervising(house, "deputy-SC-SS")) == ("社保分中心主管单位分管领导",) * 2
    assert "/claim?" not in page(house, "group").text  # a colleague has it now


def test_what_a_colleague_holds_is_taken_over_only_after_one_has_read_from_whom(house: House) -> None:
    """Late at acceptance a case is supervised by the leads of the window, who lead each other too."""
    no = house.register("w1")
    house.move("2026-09-25 10:00")
    task = house.task(no, "supervise")
    house.do("lead2", ClaimTask(task, "lead2"))
    text = page(house, "lead", "/supervision?watch=raised").text
    folded = re.search(r"<details[^>]*><summary>接管.*?</details>", text, re.DOTALL)
    assert folded is not None
    assert "现在由 窗口负责人乙 办理" in folded[0]
    assert f"/tasks/{task}/claim?" in folded[0]


def test_who_has_it_gives_it_to_a_colleague_and_the_list_says_so_with_the_reason(house: House) -> None:
    at_unit(house)
    house.move("2026-10-08 17:01")
    group = page(house, "group")
    assert "/hand-on?" not in group.text  # nobody has it yet: first taken over
    group.send(group.link_of_form(r"/tasks/.*/claim"))
    group.send(group.link_of_form(r"/tasks/.*/hand-on"), to="group2", reason="明天外出开会")
    assert group.page.request.path == "/supervision"
    assert "明天外出开会" in group.text
    assert "/hand-on?" not in group.text
    assert "/hand-on?" in page(house, "group2").text


@pytest.mark.parametrize("who", ["auditor", "supervisor", "leading", "head-SC-SS"])
def test_who_is_not_asked_to_supervise_takes_nothing_over(house: House, who: str) -> None:
    no = at_unit(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    house.move("2026-10-08 17:01")  # tier 3 alone: the work group and the deputy
    visitor = page(house, who)
    assert no in visitor.text
    assert "/claim?" not in visitor.text
    task = house.task(no, "supervise")
    assert visitor.client.post(f"/tasks/{task}/claim", data=visitor.filled({})).status_code == 403


def test_the_instruction_given_from_the_list_leads_back_to_it(house: House) -> None:
    no = at_unit(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    house.move("2026-10-08 17:01")
    group = page(house, "group")
    task = house.task(no, "supervise")
    group.open(group.link(f"/tasks/{task}"))
    group.send(group.link_of_form(f"/tasks/{task}\\?"), action="instruct", instruction="两日内答复")
    assert group.page.request.path == "/supervision"
    assert "两日内答复" in group.text


def test_a_rung_held_back_strikes_a_working_day_later(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    house.do("bureau", ActOnCase("hold_escalation", no, {"activity": "overdue_2", "reason": "材料今天到"}))
    (item,) = watched(house).items
    assert item.next is not None
    assert item.next.due.isoformat() == "2026-10-12T09:00:00+00:00"  # Mon 10-12 17:00 in Asia/Shanghai
    assert "hold_escalation" not in item.acts  # once per case


def test_a_case_that_is_done_is_watched_no_more(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    for task, values in (
        ("first_contact", {"action": "contact", "contact_method": "phone"}),
        ("handle", {"action": "reply", "reply_text": "已办", "result": "done"}),
    ):
        house.do("unit-SC-SS", CompleteTask(house.task(no, task), values))
    house.complete("group2", no, "review", review_result="pass", outcome="done", reply_text="已办")
    assert watched(house).counts == {"late": 0, "raised": 0, "soon": 0, "pending": 0}


def pending(house: House, next_report: str = "2026-10-23") -> str:
    no = at_unit(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    house.complete("unit-SC-SS", no, "handle", action="reply", reply_text="历史遗留", result="undone")
    house.complete("group2", no, "review", review_result="pending")
    plan = {"approved": True, "plan": "分三步补办", "owner": "区人社局", "next_report": next_report}
    house.do("leading", CompleteTask(house.task(no, "approve_pending"), plan))
    house.complete("w1", no, "give_feedback", feedback_method="phone", feedback_text="已告知计划")
    return no


def test_a_pending_case_is_listed_with_its_next_report(house: House) -> None:
    no = pending(house)
    assert [item.case.no for item in watched(house, "pending").items] == [no]
    text = page(house, "leading", "/supervision?watch=pending").text
    assert in_order(text, "最近一次挂账进展，2026-09-23", "分三步补办", "区人社局", "下次更新", "2026-10-23（周五）")


def test_a_pending_case_shows_one_date_of_the_next_report_whatever_an_interface_hoped_for(any_house: House) -> None:
    no = pending(any_house, next_report="2026-12-14")
    text = page(any_house, "leading", "/supervision?watch=pending").text
    assert "2026-10-23（周五）" in text
    assert "2026-12-14" not in text
    any_house.move("2026-10-23 10:00")
    asked = page(any_house, "leading", f"/tasks/{any_house.task(no, 'review_pending')}").text
    assert "下月同日（遇休息日顺延）" in asked
    assert "下次更新日期" not in asked.partition('id="earlier"')[0]


def test_a_pending_case_tells_the_last_progress_and_that_the_months_update_is_late(any_house: House) -> None:
    no = pending(any_house)
    any_house.move("2026-10-23 10:00")  # the same day next month has come: the update is open
    any_house.do("leading", CompleteTask(any_house.task(no, "review_pending"), {"progress": "已补一步"}))
    (item,) = watched(any_house, "pending").items
    assert item.pledge is not None
    assert [fact.text for fact in item.pledge.told] == ["已补一步"]
    any_house.move("2026-12-18 10:00")  # opened Mon 11-23, nobody wrote
    (item,) = watched(any_house, "pending").items
    assert item.pledge is not None and item.pledge.due is not None
    assert item.pledge.due.light == "red"


# ------------------------------------------------------------------ filters and pages
def test_filters_narrow_the_list(any_house: House) -> None:
    at_unit(any_house)
    other = at_unit(any_house, "SC-MI")
    any_house.move("2026-10-09 10:00")
    assert [item.case.no for item in watched(any_house, unit="SC-MI").items] == [other]
    assert watched(any_house, tier=4).items == ()
    assert len(watched(any_house, tier=3, grade="general").items) == 2


def test_more_than_one_page_is_gone_through_without_gap_or_repetition(house: House) -> None:
    numbers = [at_unit(house) for _ in range(12)]
    house.move("2026-10-09 10:00")
    first = page(house, "bureau")
    second = re.search(r'href="([^"]*after=[^"]*)"', first.text)
    assert second is not None
    first_page = set(re.findall(r"BCS-2026-\d{4}", first.text))
    first.open(second[1].replace("&amp;", "&"))
    second_page = set(re.findall(r"BCS-2026-\d{4}", first.text))
    assert (first_page | second_page, first_page & second_page) == (set(numbers), set())


@pytest.mark.parametrize("path", ["/supervision?watch=nothing", "/supervision?after=x"])
def test_what_is_no_watch_and_no_page_is_refused(house: House, path: str) -> None:
    assert page(house, "bureau", path).status == 400


def test_the_list_goes_by_deadline_by_tier_or_by_receipt(any_house: House) -> None:
    complex_one = at_unit(any_house, "SC-MI", grade="complex", urgent=True)
    any_house.complete("bureau", complex_one, "supervise", action="escalate")  # urgent: at tier 4 at once
    general = at_unit(any_house)
    any_house.do("bureau", ActOnCase("hold_escalation", general, {"activity": "overdue_5", "reason": "材料今天到"}))
    any_house.move("2026-10-14 17:01")  # both late, due on this day and on 10-08; the general one held at tier 4
    assert [(item.case.no, item.case.tier) for item in watched(any_house).items] == [(general, 4), (complex_one, 5)]
    assert ordered(any_house, "tier") == [complex_one, general]
    assert ordered(any_house, "received") == [complex_one, general]


def ordered(house: House, order: str) -> list[str]:
    return [item.case.no for item in watched(house, order=order).items]


@pytest.mark.parametrize("order", ["deadline", "tier", "received"])
def test_in_every_order_the_pages_hold_each_case_once(any_house: House, order: str) -> None:
    numbers = [at_unit(any_house) for _ in range(12)]
    any_house.move("2026-10-09 10:00")
    read, bureau = any_house.engine.read_as, any_house.actor("bureau")
    first = read(bureau, watch_list, "late", WatchFilter(order=order))
    second = read(bureau, watch_list, "late", WatchFilter(order=order), first.next)
    assert [item.case.no for item in (*first.items, *second.items)] == numbers
    assert second.next is None


# ------------------------------------------------------------------ who
def test_a_unit_watches_its_own_cases_alone(any_house: House) -> None:
    own = at_unit(any_house)
    at_unit(any_house, "SC-MI")
    any_house.move("2026-10-09 10:00")
    found = watched(any_house, who="deputy-SC-SS")
    assert ([item.case.no for item in found.items], found.counts["late"]) == ([own], 1)


def test_the_watches_hold_what_the_light_of_each_case_says(any_house: House) -> None:
    """Counted off an index, and in pages; held against the light that is worked out for each case alone."""
    for day in ("09-23", "09-24", "09-27", "09-29", "09-30"):
        any_house.move(f"2026-{day} 11:00")
        for grade in ("general", "complex"):
            at_unit(any_house, grade=grade)
    any_house.register("w1")  # without a clock yet
    for to in ("2026-09-30 17:00", "2026-10-08 09:00", "2026-10-09 17:00", "2026-10-12 09:00", "2026-10-20 09:00"):
        any_house.move(to)
        for who in ("bureau", "deputy-SC-SS"):
            rows = any_house.engine.read_as(any_house.actor(who), list_cases, CaseFilter(), None, 100).items
            for watch, colour in (("late", "red"), ("soon", "yellow")):
                wanted = {row.no for row in rows if row.light == colour}
                first = watched(any_house, watch, who)
                rest = () if first.next is None else after(any_house, watch, who, first.next).items
                assert {each.case.no for each in (*first.items, *rest)} == wanted
                assert first.counts[watch] == len(wanted)


def after(house: House, watch: str, who: str, mark: str) -> WatchList:
    return house.engine.read_as(house.actor(who), watch_list, watch, WatchFilter(), mark)


def test_a_late_case_is_not_told_as_one_raised_in_time(house: House) -> None:
    at_unit(house)
    house.move("2026-10-09 10:00")
    counts = re.findall(r'>([^<>]+) <span class="count">(\d+)', page(house, "bureau").text)
    assert dict(counts) == {"已超期": "1", "未超期已提级": "0", "将到期": "0", "挂账": "0"}


def test_a_restricted_case_is_on_no_list(house: House) -> None:
    house.register("w1", confidential=True)
    house.move("2026-10-30 10:00")
    for watch in ("late", "raised", "soon", "pending"):
        assert watched(house, watch, "bureau").items == ()


@pytest.mark.parametrize("who", ["w1", "callback", "admin", "restricted"])
def test_others_have_no_such_page(house: House, who: str) -> None:
    assert page(house, who).status == 403


def test_an_auditor_looks_on(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-09 10:00")
    text = page(house, "auditor").text
    assert no in text
    assert f"/cases/{no}/urge" not in text


# ------------------------------------------------------------------ load
def test_the_load_of_units_and_people_is_counted(any_house: House) -> None:
    no = at_unit(any_house)
    at_unit(any_house, "SC-MI")
    units = any_house.engine.read_as(any_house.actor("bureau"), load_of_units)
    assert sorted((each.open, each.late, each.week) for each in units) == [(1, 0, 0), (1, 0, 0)]
    any_house.move("2026-10-09 10:00")
    claim = f"/engine-rest/task/{any_house.task(no, 'first_contact')}/claim"
    assert any_house.person("unit-SC-SS").post(claim, {"userId": "unit-SC-SS"}).status_code == 204
    units = any_house.engine.read_as(any_house.actor("head-SC-SS"), load_of_units)
    assert [(each.open, each.late) for each in units] == [(1, 1)]
    people = any_house.engine.read_as(any_house.actor("head-SC-SS"), load_of_people)
    assert sorted((each.open, each.late) for each in people)[-1] == (1, 1)


def test_how_long_a_colleague_takes_is_counted_in_office_hours(any_house: House) -> None:
    no = at_unit(any_house)  # dispatched at 9:00, so signed by the clock after four office hours, at 14:30
    any_house.move("2026-09-23 17:30")  # closed at 17:00
    any_house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    loads = any_house.engine.read_as(any_house.actor("head-SC-SS"), load_of_people)
    assert sorted(each.hours for each in loads if each.hours is not None) == [2.5]


def test_the_load_is_seen_by_who_answers_for_those_it_lies_with(any_house: House) -> None:
    """Bureau, leading group and supervision: everybody with something in hand; at a unit the posts above; a lead."""
    waiting, sent = any_house.register("w1"), at_unit(any_house)
    for who, task in (("w2", any_house.task(waiting, "accept")), ("unit-SC-SS", any_house.task(sent, "acknowledge"))):
        any_house.do(who, ClaimTask(task, who))
    readers = ("bureau", "leading", "supervisor", "lead", "chief-SC-SS", "deputy-SC-SS", "chief-SC-MI", "w1")
    busy = {who: _in_hand(any_house, who) for who in readers}
    at_window, at_the_unit = ("2号窗口工作人员", 1), (_display(any_house, "unit-SC-SS"), 1)
    overseen = {who: [at_the_unit, at_window] for who in ("bureau", "leading", "supervisor")}
    expected = {**overseen, "lead": [at_window], "chief-SC-SS": [at_the_unit], "deputy-SC-SS": [at_the_unit]}
    assert busy == {who: sorted(expected.get(who, [])) for who in readers}


def _in_hand(house: House, who: str) -> list[tuple[str, int]]:
    loads = house.engine.read_as(house.actor(who), load_of_people)
    return sorted((each.name, each.open) for each in loads if each.open)


def _display(house: House, name: str) -> str:
    return house.actor(name).display


def test_a_chief_sees_the_idle_of_the_own_unit_and_the_leading_group_does_not_list_the_idle_of_all(
    house: House,
) -> None:
    idle = {each.name for each in house.engine.read_as(house.actor("chief-SC-SS"), load_of_people)}
    assert idle == {_display(house, f"{post}-SC-SS") for post in ("unit", "head", "deputy")} | {
        _display(house, "unit-SC-SS-b")
    }
    assert house.engine.read_as(house.actor("leading"), load_of_people) == ()


def test_what_is_restricted_is_counted_in_nobodys_load_but_for_who_may_know_of_it(house: House) -> None:
    task = house.task(house.register("w1", confidential=True), "accept")
    house.do("restricted", ClaimTask(task, "restricted"))
    assert _in_hand(house, "bureau") == []


def test_from_the_load_of_a_colleague_one_comes_to_what_they_hold(house: House) -> None:
    house.do("w2", ClaimTask(house.task(house.register("w1"), "accept"), "w2"))
    assert 'href="/inbox?queue=held&amp;by=w2"' in page(house, "lead").text
    assert "by=w2" not in page(house, "leading").text  # knows how much, and has no part in it


def test_who_leads_nobody_sees_nobodys_load(house: House) -> None:
    assert house.engine.read_as(house.actor("group"), load_of_people) == ()


# ------------------------------------------------------------------ the director
def test_the_director_sees_what_is_late_whose_and_what_waits_for_a_signature(house: House) -> None:
    at_unit(house)
    house.move("2026-10-10 17:30")
    director = page(house, "bureau", "/director")
    text = director.text
    assert in_order(text, "已超期", "等我签办", "督办：社保转移报错", "4 级（区政务服务局和承办单位主要领导）", "社保")
    task = re.search(r'href="(/tasks/[^"]+)"', text)
    assert task is not None
    director.open(task[1])
    assert "督办措施" in director.text


def test_a_chief_sees_the_own_unit_alone(house: House) -> None:
    at_unit(house, "SC-MI")
    house.move("2026-10-10 17:30")
    assert "现在没有超期的件" in page(house, "chief-SC-SS", "/director").text
    assert "现在没有超期的件" not in page(house, "chief-SC-MI", "/director").text


@pytest.mark.parametrize("who", ["w1", "lead", "group", "unit-SC-SS", "auditor", "admin"])
def test_who_signs_nothing_has_no_directors_page(house: House, who: str) -> None:
    assert page(house, who, "/director").status == 403
