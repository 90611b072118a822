"""规则检查 as auditors see it: figures, findings, and the way to the case."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import insert

from engine.cases.commands import Unmask
from engine.heat.keeping import keep_walked
from engine.queries.rules import MANY_LOOKS
from engine.storage.database import WriteTransaction
from engine.storage.models import accesses
from tests.support.house import House
from tests.support.play import Play, any_play, play, postgres_play, when
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

__all__ = ["any_play", "play", "postgres_play"]


def text(play: Play, address: str = "/audit/rules", name: str = "auditor") -> str:
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass
    visitor = Visitor.of(create_app(play.engine, play.house.settings)).sign_in(name)
    return visitor.open(address).text


def row(page: str, rule: str) -> list[str]:
    cells = re.search(rf"<tr><th scope=\"row\">{rule}</th>(.*?)</tr>", page)
    assert cells is not None, rule
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells[1])]


def test_a_plain_case_keeps_every_rule_that_had_anything_to_check(any_play: Play) -> None:
    any_play.until("return_visit")
    page = text(any_play)
    for rule in ("回访的人没有办过本件", "五步按先后办", "归档前给过反馈"):
        assert row(page, rule)[:2] == ["1 件", "没有"]
    assert row(page, "挂账由另一人批准")[0] == "0 件"
    assert "没有人一天看过" in page


def test_a_timer_nobody_was_there_for_is_found_and_leads_to_the_case(any_play: Play) -> None:
    any_play.until("dispatch")
    any_play.after_downtime("10-21 09:00")  # the signature fell due on 10-20 10:10
    page = text(any_play, "/audit/rules?rule=punctual")
    assert row(page, "到时按时处理")[1].startswith("1 件")
    assert "2026-10-20 10:10 到时，2026-10-21 09:00 才处理。" in page
    assert f'href="/audit/cases/{any_play.no}"' in page


def test_only_cases_received_in_the_period_are_told_of(play: Play) -> None:
    play.until("dispatch")
    play.after_downtime("10-21 09:00")
    assert "不符之处" in text(play, "/audit/rules?rule=punctual&from=2026-10-19&to=2026-10-19")
    later = text(play, "/audit/rules?rule=punctual&from=2026-10-20", "supervisor")
    assert row(later, "到时按时处理")[:2] == ["0 件", "没有"]


def test_a_date_that_cannot_be_read_is_told(play: Play) -> None:
    assert "“到”没有看懂" in text(play, "/audit/rules?to=gestern")


def test_a_citizen_unmasked_and_then_left_alone_is_found_a_day_later(play: Play) -> None:

    play.until("accept")
    play.execute(Unmask(play.no, {"reason": "核对电话"}), "w1")
    assert row(text(play), "查看联系方式后办了本件")[1] == "没有"
    play.at("10-20 14:06")
    assert row(text(play), "查看联系方式后办了本件")[1].startswith("1 件")


def test_who_looks_into_very_many_cases_on_one_day_is_named(house: House) -> None:
    numbers = [house.register() for _ in range(MANY_LOOKS)]

    def look(tx: WriteTransaction) -> None:
        tx.begin_writing()
        at = [when("09-23 09:00") + timedelta(minutes=minute) for minute in range(len(numbers))]
        seen = [{"case_id": id, "person": "w2", "what": "case", "at": each} for id, each in enumerate(at, 1)]
        tx.conn.execute(insert(accesses), seen)

    house.engine.db.write(look)
    page = Visitor.of(house.app).sign_in("auditor").open("/audit/rules").text
    assert f'<td class="number">{MANY_LOOKS}</td>' in page
