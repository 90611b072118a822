"""`bancheng bench inbox`, `bench search`, `bench heat` and `bench export`, on a small house."""

from __future__ import annotations

from itertools import product

from engine.audit.verify import Against, verify_all
from engine.bench.heat import walk_many
from engine.bench.many import LED_BY, multiply, number_of, samples_of, size
from engine.demo import live_through, past_of
from engine.queries.as_of import as_of
from engine.queries.heat import Selection, heat
from engine.queries.heat_cases import WHICH, steps_behind
from engine.queries.paging import Page
from engine.queries.queues import QUEUES
from tests.cli.conftest import Bancheng
from tests.support.house import House


def test_every_queue_of_every_reader_is_measured(bancheng: Bancheng) -> None:
    done = bancheng("bench", "inbox", "--tasks", "100", "--times", "1", "--plain")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == 4 * (1 + len(QUEUES))
    assert all("p50" in line and "p95" in line and "毫秒" in line and "处理器" in line for line in lines)


def test_both_searches_are_measured_in_a_database_of_ones_own(bancheng: Bancheng, database_url: str) -> None:
    again = ("bench", "search", "--tasks", "100", "--times", "1", "--database", database_url)
    done = bancheng(*again)
    assert done.exit_code == 0, done.output
    assert {"/cases/search", "/inbox/search"} == {line.split("毫秒")[1].split()[0] for line in done.stdout.splitlines()}
    refused = bancheng(*again)
    assert (refused.exit_code, "换一个空的" in refused.stderr, refused.stdout) == (1, True, "")


def test_every_selection_of_the_analysis_and_every_list_behind_it_is_measured(bancheng: Bancheng) -> None:
    done = bancheng("bench", "heat", "--cases", "100", "--times", "1")
    assert done.exit_code == 0, done.output
    lines = {line.split("毫秒")[1].split("（")[0].strip() for line in done.stdout.splitlines() if "处理器 p95" in line}
    assert {"全部", "按单位", "一个月"} <= lines
    assert {f"清单，全部，{which}" for which in ("每一次", *WHICH)} <= lines


def test_the_cases_the_analysis_is_measured_over_differ_in_all_that_is_asked_for(house: House) -> None:
    house.move("2026-11-20 10:00")  # some of the sample cases are under way
    live_through(house.engine, past_of(house.engine), lambda: None)
    there, _ = house.engine.read(size)
    walk_many(house.engine, there + 100)
    found = house.engine.read(heat, Selection())
    assert found.cases > 100 and found.unread == 0
    told = [(each.overdue, *each.late.values()) for each in found.places if each.is_task]
    assert any(overdue for overdue, *_ in told) and any(all(why) for _, *why in told)
    for place, which in product([each.element for each in found.places if each.is_task], WHICH):
        listed = house.engine.read(steps_behind, Selection(), place, which, Page(most=1000))
        assert listed.total == len(listed.items), which
    units = {unit for unit in house.engine.directory.units if house.engine.read(heat, Selection(unit=unit)).cases}
    assert len(units) > 5


def test_the_auditors_page_of_short_and_long_cases_is_measured_at_three_of_their_lines(bancheng: Bancheng) -> None:
    said = bancheng("bench", "audit", "--cases", "100", "--longest", "30", "--times", "1")
    assert said.exit_code == 0, said.stderr
    size, *lines = said.stdout.splitlines()
    assert int(size.split(" 件")[0]) > 100 and int(size.split("，")[1].split(" ")[0]) > 1000
    assert len(lines) == 4 * 3 * 2 * 2  # cases, lines of them, page and interface, cold and warm
    assert all("毫秒" in line and "p95" in line and "处理器" in line for line in lines)
    assert {"样例件", "转了很多轮", "改过很多次"} == {line.split("毫秒")[2].split()[0] for line in lines}


def test_the_cases_it_is_measured_among_are_as_whole_as_those_they_were_copied_from(house: House) -> None:
    live_through(house.engine, past_of(house.engine), lambda: None)
    there, _ = house.engine.read(size)
    multiply(house.engine, samples_of(house.engine, LED_BY), there + 20)
    with house.engine.db.read() as conn:
        assert list(verify_all(conn, Against(house.engine.keys.trail))) == []
    told = [house.engine.read(as_of, number_of(copy)) for copy in range(20)]
    assert [each.no for each in told if not each.holds] == []
    assert len({each.digest for each in told}) > 1


def test_the_trails_of_as_many_cases_as_asked_for_are_exported_while_work_goes_on(bancheng: Bancheng) -> None:
    said = bancheng("bench", "export", "--cases", "100")
    assert said.exit_code == 0, said.stderr
    lines = {line.split()[0]: line for line in said.stdout.splitlines()}
    assert set(lines) == {"xes", "csv"}
    for line in lines.values():
        cases, events = (int(part.split(" ")[0]) for part in line[5:].split("、", 1))
        assert 100 <= cases < events
        assert "内存峰值" in line and int(line.split("其间办了 ")[1].split()[0]) > 0
