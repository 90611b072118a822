"""How PostgreSQL is told to plan a part of what one reads, and that the rest is planned as always."""

from __future__ import annotations

from sqlalchemy import Connection, text

from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.inbox import inbox
from engine.queries.inbox_choice import Choice
from engine.storage.plans import planned
from tests.support.house import House

_SETTINGS = ("enable_seqscan", "cpu_operator_cost", "plan_cache_mode")


def settings(conn: Connection) -> list[str]:
    return [conn.scalar(text(f"SHOW {name}")) or "" for name in _SETTINGS]


def test_settings_hold_meanwhile_and_are_as_before_afterwards(postgres_house: House) -> None:
    with postgres_house.engine.db.read() as conn:
        before = settings(conn)
        with planned(conn, enable_seqscan="off", cpu_operator_cost="0.2"):
            assert settings(conn)[:2] == ["off", "0.2"] != before[:2]
        assert settings(conn) == before


def test_whatever_is_searched_for_and_counted_leaves_them_as_they_were(postgres_house: House) -> None:
    postgres_house.register(title="社保转移报错")
    before, after = postgres_house.engine.read_as(postgres_house.actor("lead"), _searched)
    assert before == after


def _searched(ctx: ReadContext) -> tuple[list[str], list[str]]:
    before = settings(ctx.conn)
    for words in ("社保", "不存在的词"):
        inbox(ctx, "group", choice=Choice(words=words))
        list_cases(ctx, CaseFilter(words=words))
    return before, settings(ctx.conn)


def test_sqlite_knows_no_such_settings(house: House) -> None:
    with house.engine.db.read() as conn, planned(conn, enable_seqscan="off"):
        assert conn.scalar(text("SELECT 1")) == 1
