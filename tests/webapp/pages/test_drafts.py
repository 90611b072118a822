"""草稿: what was typed is there again, for whoever typed it and for nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from engine.cases.commands import ClaimTask, CompleteTask
from engine.drafts import DRAFTS_LIVE, KeepDraft, Typed, forget_older_than
from engine.errors import NotFound, NotYours, TooLarge
from engine.facade import ReadContext
from engine.queries.drafts import own_draft, with_draft
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, drafts
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor

WORDS = "戴建国说系统报错，打 13812341234 找他"


def at_desk(house: House, name: str) -> Visitor:
    return Visitor.of(house.app).sign_in(name)


def typing(house: House, visitor: Visitor, task: str, **values: str) -> None:
    """What the script sends while somebody types."""
    visitor.open(f"/tasks/{task}")
    answer = visitor.client.post(
        f"/tasks/{task}/draft", data=visitor.filled(values), headers={"Accept": "application/json"}
    )
    assert (answer.status_code, json.loads(answer.text)) == (200, {"at": "09:00"})


def kept(house: House, name: str, place: str) -> dict[str, str]:
    found = house.engine.read_as(house.actor(name), own_draft, place)
    return {} if found is None else {each.path: each.text for each in found.fields}


def test_what_was_typed_is_in_the_form_again_after_signing_in_anew(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    typing(any_house, at_desk(any_house, "w1"), task, acceptance="decline", reason=WORDS)
    again = at_desk(any_house, "w1")
    again.open(f"/tasks/{task}")
    assert WORDS in again.text and "存的草稿已填在下面" in again.text
    assert re.search(r'name="acceptance" value="decline" checked', again.text)


def test_the_button_keeps_it_without_scripts(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    visitor = at_desk(any_house, "w1")
    visitor.open(f"/tasks/{task}")
    assert f'formaction="/tasks/{task}/draft"' in visitor.text
    visitor.send(f"/tasks/{task}/draft", reason=WORDS)
    assert visitor.page.request.path == f"/tasks/{task}" and WORDS in visitor.text


def test_nobody_else_sees_a_draft(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    typing(any_house, at_desk(any_house, "w1"), task, reason=WORDS)
    for name in ("w2", "lead", "auditor", "supervisor"):
        other = at_desk(any_house, name)
        assert WORDS not in other.open(f"/tasks/{task}").text + other.open("/drafts").text
        assert kept(any_house, name, task) == {}


def test_a_draft_goes_when_its_step_is_sent_and_stays_when_a_colleague_sends_it(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    for name in ("w1", "w2"):
        typing(any_house, at_desk(any_house, name), task, reason=WORDS)
    any_house.do("w1", CompleteTask(task, {"acceptance": "accept"}))
    assert (kept(any_house, "w1", task), kept(any_house, "w2", task)) == ({}, {"reason": WORDS})
    late = at_desk(any_house, "w2")
    late.open(f"/tasks/{task}")
    assert "1号窗口工作人员" in late.text and WORDS in late.text
    late.open("/drafts")
    assert WORDS in late.text and "已经由同事办完" in late.text


def test_what_a_conflict_or_a_mistake_sent_back_is_a_draft_too(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    visitor = at_desk(any_house, "w2")
    visitor.open(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", acceptance="", reason=WORDS)
    assert visitor.status == 400 and kept(any_house, "w2", task) == {"reason": WORDS}
    any_house.do("w1", ClaimTask(task, "w1"))
    visitor.send(f"/tasks/{task}", acceptance="decline", reason=f"{WORDS}。")
    assert visitor.status == 409 and "1号窗口工作人员" in visitor.text and f"{WORDS}。" in visitor.text
    assert kept(any_house, "w2", task) == {"acceptance": "decline", "reason": f"{WORDS}。"}
    visitor.open(f"/tasks/{task}")
    assert f"{WORDS}。" in visitor.text, "held by a colleague: to read and copy"


def test_a_late_message_of_the_browser_does_not_bring_back_what_was_sent(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    visitor = at_desk(any_house, "w1")
    visitor.open(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", acceptance="accept")
    answer = visitor.client.post(f"/tasks/{task}/draft", data=visitor.filled({"reason": WORDS}))
    assert answer.status_code == 404 and kept(any_house, "w1", task) == {}


def test_what_the_newer_form_has_no_field_for_is_shown_and_never_lost(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    older = KeepDraft(task, (Typed("old_note", "旧说明", WORDS),), frozenset({"old_note"}))
    any_house.do("w1", older)
    visitor = at_desk(any_house, "w1")
    visitor.open(f"/tasks/{task}")
    assert "表单已更新" in visitor.text and "旧说明" in visitor.text and WORDS in visitor.text
    typing(any_house, visitor, task, reason="再写一句")
    assert kept(any_house, "w1", task) == {"reason": "再写一句", "old_note": WORDS}


def test_a_draft_is_thrown_away_on_purpose_alone(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    visitor = at_desk(any_house, "w1")
    typing(any_house, visitor, task, reason=WORDS)
    visitor.open(f"/tasks/{task}")
    visitor.send("/drafts/discard", place=task, back="task")
    assert visitor.page.request.path == f"/tasks/{task}" and WORDS not in visitor.text
    assert kept(any_house, "w1", task) == {}


def test_several_registrations_may_be_begun_and_each_goes_with_its_own(any_house: House) -> None:
    visitor = at_desk(any_house, "w1")
    for title in ("写到一半的第一件", "写到一半的第二件"):
        visitor.open("/register")
        visitor.send("/register/draft", title=title, description=WORDS, _draft=_word_on(visitor))
    visitor.open("/register")
    assert "还有 2 份没登记完的草稿" in visitor.text and WORDS not in visitor.text
    visitor.open("/drafts")
    link = re.search(r'href="(/register\?draft=[^"]+)">登记：写到一半的第一件', visitor.text)
    assert link is not None
    visitor.open(unescape(link[1]))
    assert "写到一半的第一件" in visitor.text and WORDS in visitor.text
    visitor.send(
        "/register",
        **{"channel": "window", "title": "写到一半的第一件", "description": WORDS, "appeal_type": "undone"},
        **{"applicant__kind": "anonymous"},
        _draft=_word_on(visitor),
    )
    assert visitor.page.request.path.endswith("/registered"), visitor.text
    visitor.open("/drafts")
    assert "写到一半的第二件" in visitor.text and "写到一半的第一件" not in visitor.text


def test_a_registration_begun_with_its_matter_alone_is_told_by_the_matter(house: House) -> None:
    visitor = at_desk(house, "w1")
    visitor.open("/register")
    visitor.send("/register/draft", matter_code="M006", channel="window", _draft=_word_on(visitor))
    visitor.open("/drafts")
    assert "登记：食品经营许可证核发(新办)" in visitor.text and "还没有标题" not in visitor.text


def _word_on(visitor: Visitor) -> str:
    found = re.search(r'name="_draft" value="([^"]+)"', visitor.text)
    assert found is not None
    return found[1]


def test_a_registration_sent_back_keeps_its_draft(any_house: House) -> None:
    visitor = at_desk(any_house, "w1")
    visitor.open("/register")
    word = _word_on(visitor)
    visitor.send("/register", title="只写了标题", _draft=word)
    assert visitor.status == 400 and _word_on(visitor) == word
    assert kept(any_house, "w1", f"register:{word}")["title"] == "只写了标题"


@pytest.mark.parametrize("word", ["", "x", "../../etc/passwd"])
def test_a_registration_without_a_fit_word_is_not_kept(house: House, word: str) -> None:
    visitor = at_desk(house, "w1")
    visitor.open("/register")
    visitor.send("/register/draft", title="写", _draft=word)
    assert visitor.status == 404


def test_a_draft_needs_the_token_of_its_page(house: House) -> None:
    task = house.task(house.register(), "accept")
    visitor = at_desk(house, "w1")
    answer = visitor.client.post(f"/tasks/{task}/draft", data={"reason": WORDS})
    assert answer.status_code == 403 and kept(house, "w1", task) == {}


def test_refusals_of_the_door(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    with pytest.raises(TooLarge):
        any_house.do("w1", KeepDraft(task, (Typed("reason", "理由", "长" * 200_001),), frozenset()))
    with pytest.raises(NotFound):
        any_house.do("w1", KeepDraft("no such task", (Typed("reason", "理由", "短"),), frozenset()))
    with pytest.raises(NotYours):
        any_house.do("auditor", KeepDraft(task, (Typed("reason", "理由", "短"),), frozenset()))
    with pytest.raises(NotYours):
        any_house.do("leading", KeepDraft("register:somebody-elses", (Typed("title", "标题", "短"),), frozenset()))


def test_a_draft_is_sealed_leaves_no_line_and_is_told_of_by_task(any_house: House) -> None:
    task, other = (any_house.task(any_house.register(), "accept") for _ in range(2))
    lines = any_house.engine.read(_stored)["lines"]
    typing(any_house, at_desk(any_house, "w1"), task, reason=WORDS)
    stored = any_house.engine.read(_stored)
    assert WORDS not in stored["content"] and "13812341234" not in stored["content"]
    assert any_house.engine.read_as(any_house.actor("w1"), with_draft, [task, other]) == {task}
    assert any_house.engine.read_as(any_house.actor("w2"), with_draft, [task, other]) == set()
    assert stored["lines"] == lines


def _stored(ctx: ReadContext) -> Mapping[str, str]:
    actions = [row for row in ctx.conn.scalars(select(audit.c.action)) if row not in ("signed_in",)]
    return {"content": "".join(ctx.conn.scalars(select(drafts.c.content))), "lines": "\n".join(actions)}


def test_what_nobody_goes_on_with_is_forgotten_after_half_a_year(any_house: House) -> None:
    task = any_house.task(any_house.register(), "accept")
    any_house.do("w1", KeepDraft(task, (Typed("reason", "理由", WORDS),), frozenset()))

    def forget(days: int) -> int:
        return any_house.engine.db.write(lambda tx: _forgotten(tx, START + timedelta(days=days)))

    assert (forget(179), forget(181)) == (0, 1)
    assert kept(any_house, "w1", task) == {}


def _forgotten(tx: WriteTransaction, now: datetime) -> int:
    tx.begin_writing()
    return forget_older_than(tx.conn, now - DRAFTS_LIVE)
