"""附件 with an answer to a finding: kept with it, refused without losing a word, handed out as papers of cases are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.commands import AttachPaper
from engine.errors import NotYours
from engine.papers import checked
from engine.storage.models import attachments
from tests.papers.samples import pdf, png
from tests.support.play import Play, play
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_rectifications import ANSWER, Office
from webapp.app import create_app

__all__ = ["play"]

FOUND = "经办人把登记表放错了柜子"


class Answered(Office):
    """The same office, where answers have papers."""

    def at_the_task(self) -> tuple[Visitor, str]:
        unit = self.visitor("unit-SC-MI")
        unit.open("/unit")
        task = unit.link(r"^/tasks/")
        unit.open(task)
        return unit, unit.link_of_form(r"/with-papers")

    def answer_with(self, *files: tuple[bytes, str], **values: str) -> Visitor:
        unit, address = self.at_the_task()
        sent: dict[str, Any] = {**ANSWER, "found": FOUND, **values}
        unit.send(address, **sent, file=[(BytesIO(content), name) for content, name in files])
        return unit

    def fetch(self, by: str, href: str) -> int:
        return int(self.visitor(by).open(href).status_code)


@pytest.fixture
def office(play: Play) -> Iterator[Answered]:
    play.until("return_visit")  # the case is over: nobody sees its person in clear any more
    yield Answered(play)


def test_an_answer_goes_off_with_its_papers_and_the_bureau_opens_them_while_it_checks(office: Answered) -> None:
    no = office.put()
    office.answer_with((pdf(), "培训记录.pdf"), (png(), "现场.png"))
    auditor = office.visitor("auditor")
    page = auditor.open(f"/audit/rectifications/{no}").get_data(as_text=True)
    assert "待复核" in page and FOUND in page
    for told in ("培训记录.pdf", "现场.png", "只有正在办理的人和上传的人能打开"):
        assert told in page, told
    assert "/attachments/" not in page  # no link that would be refused
    bureau = office.visitor("bureau")
    bureau.open(f"/audit/rectifications/{no}")
    [href] = re.findall(r'href="([^"]+)">培训记录.pdf', bureau.text)
    got = bureau.open(href)
    assert (got.data, got.headers["Content-Disposition"].startswith("attachment")) == (pdf(), True)
    office.check(no, "supervisor2", verdict="accept")
    assert [office.fetch(by, href) for by in ("unit-SC-MI", "unit-SC-MI-b", "bureau", "supervisor", "auditor")] == [
        *(200, 403, 403, 403, 403)
    ]
    assert [office.fetch(by, href) for by in ("unit-SC-SS", "w1")] == [404, 403]


def test_who_gives_a_reason_on_the_case_opens_its_papers_for_a_while_and_is_noted(office: Answered) -> None:
    no = office.put()
    office.answer_with((pdf(), "培训记录.pdf"))
    office.check(no, verdict="accept")
    api = office.play.house.person("bureau")
    [paper] = api.get(f"/api/rectifications/{no}").json["attachments"]
    path = f"/api/rectifications/{no}/attachments/{paper['id']}"
    assert api.get(path).status_code == 403
    api.post(f"/api/cases/{office.no}/unmask", {"reason": "核对整改凭据"})
    assert api.get(path).data == pdf()
    told = office.play.house.person("auditor").get(f"/api/cases/{office.no}/accesses").json["items"]
    assert [each["person"] for each in told if each["what"] == "paper"] == ["bureau"]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"MZ", "工具.exe", "不能上传这种文件"),
        (png(), "其实是图.pdf", "文件内容不是 PDF"),
        (b"", "空的.pdf", "文件是空的"),
        (pdf() + b"\n" * 5_000, "太大.pdf", "文件最大"),
    ],
    ids=["kind", "content", "empty", "big"],
)
def test_a_refused_file_loses_no_text_keeps_no_other_file_and_sends_nothing(
    office: Answered, content: bytes, name: str, why: str
) -> None:
    office.app = create_app(office.play.engine, replace(office.play.house.settings, max_attachment_bytes=4_000))
    no = office.put()
    unit = office.answer_with((pdf(), "好的.pdf"), (content, name))
    assert unit.status == 400
    assert why in unit.text and f"“{name}”没有附上" in unit.text
    assert FOUND in unit.text and ANSWER["done"] in unit.text
    assert "好的.pdf" not in unit.text
    assert "待单位答复" in office.visitor("auditor").open(f"/audit/rectifications/{no}").get_data(as_text=True)
    again, _ = office.at_the_task()
    assert FOUND in again.text  # as a draft, whatever becomes of this page


def test_a_form_to_mend_keeps_the_papers_that_came_with_it(office: Answered) -> None:
    office.put()
    unit = office.answer_with((pdf(), "培训记录.pdf"), done=" ")
    assert (unit.status, "请填写采取的措施" in unit.text, "培训记录.pdf" in unit.text) == (400, True, True)
    unit = office.answer_with((pdf(), "培训记录.pdf"))
    papers = office.play.engine.read(lambda ctx: ctx.conn.execute(select(attachments.c.id)).all())
    assert (unit.status, len(papers)) == (200, 1)  # the same content is kept once


def test_more_files_than_are_taken_at_once_are_refused_with_the_text_kept(office: Answered) -> None:
    office.put()
    unit = office.answer_with(*((png(width), f"{width}.png") for width in range(1, 6)))
    assert (unit.status, "一次最多附 4 个文件" in unit.text, FOUND in unit.text) == (400, True, True)


def test_only_whom_a_finding_lies_with_leaves_papers_with_it(office: Answered) -> None:
    office.put()
    _, address = office.at_the_task()
    [task] = re.findall(r"/tasks/([^/]+)/", address)
    for by in ("w1", "group", "supervisor", "head-SC-MI"):
        with pytest.raises(NotYours):
            office.play.execute(AttachPaper(checked("a.pdf", pdf(), 10_000), None, task), by)


def test_a_paper_is_sealed_and_its_name_stands_on_no_line(office: Answered) -> None:
    office.put()
    office.answer_with((pdf(), "赵女士13300000806.pdf"))
    [row] = office.play.engine.read(lambda ctx: ctx.conn.execute(select(attachments)).all())
    assert pdf() not in bytes(row.content) and "赵" not in row.name
    assert "133****0806.pdf" in office.visitor("auditor").open("/audit/rectifications/ZG-2026-0001").text
