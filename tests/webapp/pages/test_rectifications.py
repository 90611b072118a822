"""整改 on the pages: from a case to a finding, to the desk of the unit, to its check; what each role sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from engine.heat.keeping import keep_walked
from tests.support.play import Play, play
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

__all__ = ["play"]

TEXT = "首次联系没有电话记录"
ANSWER = {"found": "漏记", "done": "已补记录并培训", "done_by": "2026-10-26"}


class Office:
    """A house with one case reviewed, and whoever signs in to it."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.app = create_app(play.engine, play.house.settings)
        self.no = play.no

    def visitor(self, name: str) -> Visitor:
        return Visitor.of(self.app).sign_in(name)

    def put(self, **changes: str) -> str:
        """A supervisor puts a finding; returns its number."""
        visitor = self.visitor("supervisor")
        visitor.open(f"/audit/findings/new?no={self.no}&element=first_contact&rule=order")
        given = {"text": TEXT, "ask": "说明原因并改正", "unit": "SC-MI", "days": "5", "rule": "order", **changes}
        visitor.send(visitor.link_of_form("/audit/findings/new"), **given)
        found = re.fullmatch(r"/audit/rectifications/(ZG-\d{4}-\d{4})", visitor.page.request.path)
        assert found is not None, visitor.text
        return found[1]

    def answer(self, by: str = "unit-SC-MI") -> Visitor:
        """The unit answers by way of its desk."""
        visitor = self.visitor(by)
        visitor.open("/unit")
        address = visitor.link(r"^/tasks/")
        visitor.open(address)
        visitor.send(address, **ANSWER)
        return visitor

    def check(self, no: str, by: str = "supervisor2", **values: str) -> Visitor:
        visitor = self.visitor(by)
        visitor.open(f"/audit/rectifications/{no}")
        address = visitor.link(r"^/tasks/")
        visitor.open(address)
        visitor.send(address, **values)
        return visitor


def chosen(page: str) -> list[str]:
    """The units that are selected on the form of a finding."""
    select = re.search(r'<select[^>]*name="unit".*?</select>', page, re.S)
    assert select is not None
    return [value for value in re.findall(r'<option value="([^"]*)" selected', select[0]) if value]


def test_the_unit_whose_step_it_was_is_chosen_already_and_of_two_the_one_of_the_link(play: Play) -> None:
    play.until("dispatch", dispatch={"co_units": ["SC-SS"]})
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    play.do("acknowledge", "unit-SC-SS", "SC-SS", action="sign")
    visitor = Office(play).visitor("supervisor")

    def shown(asked: str) -> list[str]:
        return chosen(visitor.open(f"/audit/findings/new?no={play.no}&{asked}").text)

    assert shown("element=acknowledge") == [] and shown("element=classify") == []
    assert shown("element=acknowledge&unit=SC-SS") == ["SC-SS"] and shown("element=acknowledge&unit=XFJ") == []
    visitor.open(f"/audit/cases/{play.no}")
    links = re.findall(r"/audit/findings/new\?no=[^\"]*element=acknowledge[^\"]*", visitor.text)
    assert sorted(link.rpartition("unit=")[2] for link in links) == ["SC-MI", "SC-SS"]
    assert shown("element=first_contact") == ["SC-MI"]  # which the one that leads has to make, open still


@pytest.fixture
def office(play: Play) -> Iterator[Office]:
    play.until("review")
    yield Office(play)


def test_from_the_case_to_the_unit_and_back_with_a_second_answer(office: Office) -> None:
    supervisor = office.visitor("supervisor")
    supervisor.open(f"/audit/cases/{office.no}")
    supervisor.open(supervisor.link(r"/audit/findings/new\?no=BCS-2026-0001&(amp;)?element=first_contact"))
    assert "流程图里的“首次联系”" in supervisor.text
    no = office.put()
    desk = office.visitor("unit-SC-MI").open("/unit").get_data(as_text=True)
    assert no in desk and "待单位答复" not in desk
    office.answer()
    office.check(no, verdict="send_back", reason="没有附凭据")
    task = office.visitor("unit-SC-MI")
    task.open("/unit")
    task.open(task.link(r"^/tasks/"))
    for shown in (TEXT, "没有附凭据", f"/cases/{office.no}", "流程图里的“首次联系”"):
        assert shown in task.text, shown
    assert task.text.index("没有附凭据") < task.text.index('name="found"')  # read before answering again
    office.answer("unit-SC-MI-b")
    office.check(no, "bureau", verdict="accept")
    page = office.visitor("auditor").open(f"/audit/rectifications/{no}").get_data(as_text=True)
    assert "已认可" in page and page.count("已补记录并培训") == 2


def test_a_finding_is_pinned_on_the_case_for_auditors(office: Office) -> None:
    auditor = office.visitor("auditor")
    assert "◆ 问题 1" not in auditor.open(f"/audit/cases/{office.no}").get_data(as_text=True)
    no = office.put()
    page = auditor.open(f"/audit/cases/{office.no}").get_data(as_text=True)
    assert "◆ 问题 1" in page
    assert page.count(f'href="/audit/rectifications/{no}"') == 2  # in the list and at the step of the outline


def test_two_steps_of_one_name_are_told_apart_where_one_is_chosen(office: Office) -> None:
    page = office.visitor("auditor").open(f"/audit/findings/new?no={office.no}").get_data(as_text=True)
    names = re.findall(r"<a href=\"/audit/findings/new[^>]*>([^<]+)</a>", page)
    assert len(names) > 20 and len(set(names)) == len(names), names


def test_the_steps_a_case_came_by_are_offered_first_in_their_order(play: Play) -> None:
    play.until("dispatch")
    page = Office(play).visitor("auditor").open(f"/audit/findings/new?no={play.no}").get_data(as_text=True)
    came_by, others = (re.findall(r"element=(\w+)", each) for each in page.split("没有走到的步骤"))
    assert came_by == ["accept", "classify", "dispatch", "acknowledge"]
    assert len(others) > 15 and not set(came_by) & set(others)


def test_an_auditor_reads_the_filled_in_page_and_hands_on_its_link(office: Office) -> None:
    auditor = office.visitor("auditor")
    page = auditor.open(f"/audit/findings/new?no={office.no}&element=first_contact&rule=order").get_data(as_text=True)
    assert "请流程管理员或局提出" in page
    assert f"/audit/findings/new?no={office.no}&amp;element=first_contact&amp;rule=order</p>" in page
    assert "<textarea" not in page
    assert auditor.send("/audit/findings/new", text="x").status_code == 403


def test_without_a_step_the_steps_to_choose_from_are_shown(office: Office) -> None:
    page = office.visitor("supervisor")
    page.open(f"/audit/findings/new?no={office.no}")
    assert "先选哪一步" in page.text
    page.link(r"element=give_feedback")


def test_an_unknown_case_or_step_is_not_found(office: Office) -> None:
    visitor = office.visitor("supervisor")
    for asked in ("no=BCS-2026-0099", f"no={office.no}&element=nowhere", "no=BCS-2026-0099&element=accept"):
        assert visitor.open(f"/audit/findings/new?{asked}").status_code == 404, asked


def test_what_is_missing_is_told_beside_its_field_and_nothing_is_sent(office: Office) -> None:
    visitor = office.visitor("bureau")
    visitor.open(f"/audit/findings/new?no={office.no}&element=first_contact")
    page = visitor.send(visitor.link_of_form("/audit/findings/new"), text=TEXT, ask="", unit="SC-MI", days="5")
    assert page.status_code == 400
    assert "请填写要求。" in visitor.text and TEXT in visitor.text
    assert "没有这样的问题" in visitor.open("/audit/rectifications").get_data(as_text=True)


def test_the_list_tells_open_late_answered_and_accepted_apart(office: Office) -> None:
    no = office.put(days="1")
    auditor = office.visitor("auditor")

    def listed(which: str) -> bool:
        return no in auditor.open(f"/audit/rectifications?which={which}").get_data(as_text=True)

    assert [listed(each) for each in ("asked", "late", "answered", "accepted")] == [True, False, False, False]
    office.play.at("10-22 17:01")
    assert [listed(each) for each in ("asked", "late", "answered", "accepted")] == [True, True, False, False]
    office.answer()
    assert [listed(each) for each in ("asked", "late", "answered", "accepted")] == [False, False, True, False]
    office.check(no, verdict="accept")
    assert [listed(each) for each in ("asked", "late", "answered", "accepted")] == [False, False, False, True]


def test_another_unit_knows_nothing_of_it_and_the_head_only_when_it_is_late(office: Office) -> None:
    no = office.put(days="1")
    head = office.visitor("head-SC-MI")
    assert "由本单位联络员答复" in head.open("/unit").get_data(as_text=True)
    office.play.at("10-23 17:01")
    head.open("/unit")
    head.link(r"^/tasks/")
    assert office.visitor("unit-SC-SS").open(f"/audit/rectifications/{no}").status_code == 404


def test_a_notice_about_it_leads_to_the_task_and_afterwards_to_the_finding(office: Office) -> None:
    no = office.put()
    unit = office.visitor("unit-SC-MI")

    def followed() -> str:
        unit.open("/notices")
        newest = re.findall(r'href="(/notices/\d+)"', unit.text)[0]
        return str(unit.open(newest).request.path)

    assert followed().startswith("/tasks/")
    office.answer()
    office.check(no, verdict="withdraw", reason="当时有电话记录")
    assert followed() == f"/audit/rectifications/{no}"


def test_who_put_it_takes_it_back_on_its_page_and_the_unit_reads_why(office: Office) -> None:
    no = office.put()
    unit = office.visitor("unit-SC-MI").open("/unit").get_data(as_text=True)
    assert no in unit
    for by in ("auditor", "unit-SC-MI"):
        assert "/withdraw" not in office.visitor(by).open(f"/audit/rectifications/{no}").get_data(as_text=True), by
    supervisor = office.visitor("supervisor")
    supervisor.open(f"/audit/rectifications/{no}")
    address = supervisor.link_of_form(r"/withdraw$")
    refused = supervisor.send(address, reason=" ")
    assert (refused.status_code, "请填写撤销的理由" in supervisor.text) == (400, True)
    supervisor.send(address, reason="当时有电话记录")
    assert "已撤销" in supervisor.text and "/withdraw" not in supervisor.text
    visitor = office.visitor("unit-SC-MI")
    assert "抽查发现的问题，请答复" not in visitor.open("/unit").get_data(as_text=True)
    assert "当时有电话记录" in visitor.open(f"/audit/rectifications/{no}").get_data(as_text=True)


def test_a_finding_is_counted_nowhere_as_a_case(office: Office) -> None:
    def seen() -> list[str]:
        engine = office.play.engine
        while keep_walked(engine.db, engine.versions, engine.calendars, engine.clock.now()):
            pass
        client = office.play.house.person("supervisor")
        pages = ("/audit/rules", "/audit/cases", "/statistics", "/supervision", "/ledger", "/audit/samples?seed=1")
        visitor = office.visitor("supervisor")
        own = re.compile(r'(csrf_token|_key)" value="[^"]*"')
        shown = [own.sub("", visitor.open(each).get_data(as_text=True)) for each in pages]
        told = ("/api/stats", "/api/cases", "/api/public/counter")
        return [*shown, *(str(client.get(each).json) for each in told)]

    before = seen()
    no = office.put(days="1")
    office.answer()
    after = seen()
    assert [place for place, (was, now) in enumerate(zip(before, after, strict=True)) if was != now] == []
    assert not any(no in each for each in after)
