"""Thirty strings in every field of text, every page opened: nothing runs, and no browser reports a broken rule."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import render_template_string
from playwright.sync_api import Dialog
from sqlalchemy import update

from engine.cases.commands import ActOnCase, AttachPaper, CommentTask, CompleteTask, SendMessage, StartProcess
from engine.definitions.gate import publish_files
from engine.definitions.shipped import CASE_PROCESS
from engine.papers import checked
from engine.queries.case_acts import act_form_of
from engine.queries.registration import registration
from engine.queries.variables import open_task
from engine.storage.database import WriteTransaction
from engine.storage.models import people
from tests.browser.site import Desk, Site
from tests.browser.stuffing import STRINGS, offered, packs, prose, stuffed
from tests.papers.samples import pdf
from tests.support.house import REGISTRATION, House
from tests.webapp.engine_rest.test_foreign_process import LEAVE
from webapp.guard import public

APPLICANT = {"kind": "person", "phone": "13812341234", "consent_callback": True}
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("w1", "accept", {"acceptance": "accept"}),
    ("w1", "classify", {"grade": "general", "cause": "系统类", "lead_unit": "SC-SS"}),
    ("w1", "dispatch", {"lead_unit": "SC-SS"}),
    ("unit-SC-SS", "acknowledge", {"action": "sign"}),
    ("unit-SC-SS", "first_contact", {"action": "contact", "contact_method": "phone"}),
    ("unit-SC-SS", "handle", {"action": "reply", "result": "done"}),
)
LAST: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("group2", "review", {"review_result": "pass", "outcome": "done"}),
    ("w1", "give_feedback", {"feedback_method": "phone"}),
)


class Stuffer:
    """Puts a text into every field on the way of a case; `taken` is where it was taken."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.taken: dict[str, set[str]] = {}

    def register(self, text: str) -> str:
        schema = self.house.engine.read(registration).schema
        values = {**REGISTRATION, **stuffed(schema, text)}
        values["applicant"] = {**APPLICANT, **values["applicant"], **APPLICANT}
        begun: list[str] = []
        self._offer("start", values, lambda given: begun.append(self._start(given)))
        return begun[0]

    def _start(self, values: dict[str, Any]) -> str:
        return str(self.house.do("w1", StartProcess(CASE_PROCESS, values)).no)

    def complete(self, who: str, no: str, task: str, text: str, chosen: dict[str, Any]) -> None:
        id = self.house.task(no, task)
        values = {**stuffed(self.house.engine.read(open_task, id).schema, text), **chosen}
        self._offer(task, values, lambda given: self.house.do(who, CompleteTask(id, given)))

    def act(self, no: str, act: str, text: str, **chosen: Any) -> None:
        values = {**stuffed(self.house.engine.read(act_form_of, no, act).schema, text), **chosen}
        command = SendMessage if act == "withdraw" else ActOnCase
        self._offer(act, values, lambda given: self.house.do("w1", command(act, no, given)))

    def _offer(self, form: str, values: dict[str, Any], do: Any) -> None:
        self.taken.setdefault(form, set()).update(offered(do, values))


def named(house: House) -> None:
    """People and a process of somebody else's drawing have such names too."""

    def rename(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for name in ("w1", "group2", "unit-SC-SS"):
            tx.conn.execute(update(people).where(people.c.name == name).values(display="".join(STRINGS)))

    house.engine.db.write(rename)
    escaped = "".join(STRINGS).translate({ord(mark): f"&#{ord(mark)};" for mark in "<>&\"'\u2028\u2029{}"})
    drawn = LEAVE.replace(b"Grant", escaped.encode()).replace(b"Leave", escaped.encode())
    publish_files(house.engine, {"leave.bpmn": drawn}, "supervisor")
    house.do("w3", StartProcess("leave", {"why": "".join(STRINGS)}))


def watched(desk: Desk, ran: list[str]) -> Desk:
    """Whatever opens a dialog has run."""

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    desk.page.on("dialog", note)
    return desk


def look(desk: Desk, *paths: str) -> None:
    for path in paths:
        answer = desk.page.goto(path, wait_until="load")
        assert answer is not None and answer.status < 500, path


@pytest.mark.slow
@pytest.mark.checklist(21, 22)
def test_thirty_strings_in_every_field_are_shown_and_never_run(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    house, ran = site.house, list[str]()
    stuffer = Stuffer(house)
    named(house)
    window, group = watched(site.desk("w1"), ran), watched(site.desk("group2"), ran)
    bureau = watched(site.desk("bureau"), ran)
    for text in packs():
        no = stuffer.register(text)
        house.do("w1", AttachPaper(checked(f"{text}.pdf", pdf(), 10_000), no, description=text))
        house.do("w1", CommentTask(house.task(no, "accept"), {"message": text}))
        for who, task, chosen in STEPS:
            stuffer.complete(who, no, task, text, chosen)
        for act in ("supplement", "urge", "courier"):
            stuffer.act(no, act, text)
        stuffer.act(no, "amend", text, field="description", value=f"{text}又")
        look(group, f"/tasks/{house.task(no, 'review')}")
        for who, task, chosen in LAST:
            stuffer.complete(who, no, task, text, chosen)
        stuffer.act(no, "rating", text, satisfaction=5)
        ended = stuffer.register(text)
        stuffer.act(ended, "withdraw", text, confirmed_by="phone_record")
        look(window, f"/cases/{no}", f"/cases/{no}/courier", f"/cases/{no}/amend/title", f"/cases/{ended}")
        window.page.locator("#diagram").scroll_into_view_if_needed()
        _search(window, text)
        look(window, *(f"/cases?{name}={quote(text)}" for name in ("status", "unit", "from", "after")))
    look(
        window,
        "/inbox",
        "/inbox?queue=done",
        "/cases",
        f"/inbox?done={quote(STRINGS[0])}",
        "/cases/BCS-2026-0001/amend",
    )
    look(bureau, "/inbox?queue=group", f"/sign-in?next={quote(STRINGS[4])}", f"/{quote(STRINGS[0])}")
    leave = next(
        each["id"] for each in house.person("bureau").get("/engine-rest/task").json if "Grant" not in each["name"]
    )
    look(bureau, f"/tasks/{leave}")
    _sent_back(window)
    assert (ran, _broken(site), [r.message for r in caplog.records if "content policy" in r.message]) == ([], [], [])
    assert _missed(stuffer) == {}


def _search(desk: Desk, text: str) -> None:
    desk.page.goto("/cases")
    desk.page.locator("input[name=q]").fill(text)
    desk.follow(desk.page.locator("form:has(input[name=q]) button").first)


def _sent_back(desk: Desk) -> None:
    """A form that was refused shows again what was entered."""
    desk.page.goto("/register")
    desk.fill({"title": "".join(STRINGS)[:200], "description": "".join(STRINGS)})
    desk.send()


def _broken(site: Site) -> list[str]:
    """What browsers complained of; that a page is not there is no complaint."""
    return [each for each in site.complaints if not each.startswith("Failed to load resource")]


def _missed(stuffer: Stuffer) -> dict[str, set[str]]:
    """Fields of prose on the way that no string got into."""
    house, missed = stuffer.house, {}
    schema = house.engine.read(registration).schema
    only_other_ways = {"reason", "refer_to", "reply_text"}  # of acceptance in the same request; `accept` has them too
    if left := set(prose(schema)) - stuffer.taken["start"] - only_other_ways:
        missed["start"] = left
    for act in ("supplement", "urge", "courier", "rating", "withdraw"):
        if left := set(prose(house.engine.read(act_form_of, "BCS-2026-0001", act).schema)) - stuffer.taken[act]:
            missed[act] = left
    return missed


@pytest.mark.checklist(21)
def test_a_page_that_lets_them_through_is_caught(site: Site) -> None:
    """With the policy the browser complains, without it the strings run."""
    ran: list[str] = []

    @public
    def careless() -> str:
        return render_template_string("<p>{{ text|safe }}</p>", text="".join(STRINGS[:4]))

    site.house.app.add_url_rule("/careless", "careless", careless)
    desk = watched(site.desk("w1"), ran)
    look(desk, "/careless")
    assert ran == [] and _broken(site)
    desk.page.route("**/careless", lambda route: route.fulfill(body="".join(STRINGS[:4]), content_type="text/html"))
    look(desk, "/careless")
    assert ran
