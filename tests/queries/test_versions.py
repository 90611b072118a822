"""The published versions of the case process, on both databases."""

from __future__ import annotations

from functools import partial

import pytest

from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.errors import NotFound
from engine.queries.versions import compared, published_versions, version_files
from engine.storage.database import WriteTransaction
from tests.support.house import START, House

FAMILY = read_folder(SHIPPED)
TABLE = "decisions/time_limits.dmn"
LIMIT = b'<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'


def shorter(tx: WriteTransaction) -> None:
    """A version in which a general case has three working days."""
    assert LIMIT in FAMILY[TABLE]
    tx.begin_writing()
    files = {**FAMILY, TABLE: FAMILY[TABLE].replace(LIMIT, LIMIT.replace(b"5", b"3"))}
    publish(tx.conn, CASE_PROCESS, files, "supervisor", START)


def test_versions_with_the_cases_that_run_on_them(any_house: House) -> None:
    any_house.register()
    withdrawn = any_house.register(acceptance="consult", description="问一问")
    any_house.complete("w3", withdrawn, "give_feedback", feedback_method="phone", feedback_text="已答复")
    any_house.engine.db.write(shorter)
    any_house.register()
    any_house.register()
    found = any_house.engine.read(published_versions)
    assert [(each.version, each.author, each.running, each.open_cases) for each in found] == [
        (2, "supervisor", True, 2),
        (1, "system", False, 1),
    ]


def test_two_of_them_are_compared_and_one_that_is_none_is_refused(house: House) -> None:
    house.engine.db.write(shorter)
    sentence = "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"
    assert [each.sentence for each in house.engine.read(compared, 1, 2)] == [sentence]
    assert house.engine.read(compared, 1) == house.engine.read(compared, 1, 2)
    assert house.engine.read(version_files, 1) == FAMILY
    for wrong in (partial(version_files, version=3), partial(compared, before=3)):
        with pytest.raises(NotFound, match="没有第 3 版"):
            house.engine.read(wrong)
