"""A case is led again from where it was led to before, and a change anywhere before that is found all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.audit import waypoints
from engine.audit.waypoints import Waypoint, Waypoints
from engine.facade import ReadContext
from engine.queries.as_of import AsOf, as_of
from engine.storage.models import answers, audit
from tests.support.harm import harm
from tests.support.play import Play


def looked(play: Play, seq: int | None = None) -> AsOf:
    return play.engine.read(as_of, play.no, seq)


def from_the_first(play: Play, seq: int | None = None) -> AsOf:
    play.engine.waypoints.forget()
    return looked(play, seq)


@pytest.fixture
def answered(play: Play) -> Play:
    """A case with its answer, led to its end already."""
    play.until("handle")
    assert looked(play).holds
    return play


def test_what_was_led_once_is_not_led_again(answered: Play, done: list[int]) -> None:
    looked(answered)
    assert done == []
    answered.act("amend", "w3", field="title", value="另一个标题", reason="看错了")
    looked(answered)
    assert done == [looked(answered).lines]


def test_after_every_line_it_tells_what_it_tells_from_the_first(answered: Play) -> None:
    lines = range(1, looked(answered).lines + 1)
    fresh = [asdict(from_the_first(answered, seq)) for seq in lines]
    assert [asdict(looked(answered, seq)) for seq in lines] == fresh
    assert [asdict(looked(answered, seq)) for seq in reversed(lines)] == fresh[::-1]


# Whatever is read for a case: a column of a line, of what was entered beside it, and whether the chain is made anew.
_READ = [
    *((audit, name, rehash) for name in ("actor", "action", "element", "after", "digest") for rehash in (False, True)),
    *((answers, name, False) for name in ("variables", "salt", "task_id", "actor", "element")),
]


def test_whatever_is_changed_before_it_is_found_from_there_as_from_the_first(answered: Play) -> None:
    seq = next(line.seq for line in answered.timeline() if line.element == "classify")
    unfound = []
    for table, name, rehash in _READ:
        looked(answered)
        with changed(answered, table, seq, name, rehash):
            told, fresh = looked(answered), from_the_first(answered)
            if told.holds or (told.first_bad, told.problem) != (fresh.first_bad, fresh.problem):
                unfound.append((table.name, name, rehash, told.problem))
        assert looked(answered).holds
    assert unfound == []


def test_the_same_test_finds_out_a_print_that_does_not_hold_everything(
    answered: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_places(read: Any) -> Iterator[str]:
        return (str(number) for number, _ in enumerate(read) if number)

    monkeypatch.setattr("engine.cases.again.prints", of_places)
    looked(answered)
    seq = next(line.seq for line in answered.timeline() if line.element == "classify")
    with changed(answered, answers, seq, "variables", rehash=False):
        assert looked(answered).holds  # overlooked
        assert not from_the_first(answered).holds


def test_the_oldest_are_forgotten() -> None:
    kept, columns = Waypoints(most=2), dict[str, Any]()
    for print in ("a", "b"):
        kept.keep(Waypoint(1, print, columns, None))
    assert _latest(kept, "a") == "a"
    kept.keep(Waypoint(1, "c", columns, None))
    assert [_latest(kept, print) for print in ("a", "b", "c")] == ["a", None, "c"]
    assert _latest(kept, "c", "x", "a", "y") == "a"


def test_a_print_is_of_everything_before_it() -> None:
    lines = [b"ground", b"1", b"2", b"3"]
    one, other = list(waypoints.prints(lines)), list(waypoints.prints([b"ground", b"1", b"x", b"3"]))
    assert [a == b for a, b in zip(one, other, strict=True)] == [True, False, False]
    assert not set(one) & set(waypoints.prints([b"other ground", *lines[1:]]))


def _latest(kept: Waypoints, *prints: str) -> str | None:
    found = kept.latest(prints)
    return None if found is None else found.print


@contextmanager
def changed(play: Play, table: Any, seq: int, name: str, rehash: bool) -> Iterator[None]:
    """A column of a row of case 1 otherwise than it was written, for as long as the block lasts."""
    this = (table.c.case_id == 1) & (table.c.seq == seq)
    was = _row(play, this, table)[name]
    other = _other(play, table, seq, name, was)
    assert other != was
    harm(play, update(table).where(this).values({name: other}), rehash=rehash)
    yield
    harm(play, update(table).where(this).values({name: was}), rehash=rehash)


def _other(play: Play, table: Any, seq: int, name: str, was: str) -> str:
    if name == "variables":  # by somebody who has the key
        place = f"answers.variables:1/{seq}"
        return play.engine.keys.seal(play.engine.keys.open(was, place).replace("general", "simple"), place)
    return was.replace("general", "simple") if name == "after" else f"{was[:-1]}x"


def _row(play: Play, this: Any, table: Any) -> Mapping[str, Any]:
    def read(ctx: ReadContext) -> dict[str, Any]:
        return dict(ctx.conn.execute(select(table).where(this)).mappings().one())

    return play.engine.read(read)
