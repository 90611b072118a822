"""What people entered and attached, changed, taken away or put there by hand, is found and the line of it named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from engine.audit.contents import verify_contents
from engine.cases.commands import AskErasure, AttachPaper, EraseCase
from engine.keys import Keys
from engine.papers import checked
from engine.queries.trail import verified
from engine.storage.models import answers, attachments
from engine.storage.sealed import sealed
from tests.cases.migrations.stands import migrate, reviewing
from tests.support.harm import harm
from tests.support.play import Play

__all__ = ["reviewing"]
Harm = Callable[[Connection, Keys], Any]
_OTHER = "别的内容".encode()


@pytest.fixture
def two(any_play: Play) -> Play:
    """Two cases with a paper each; what is harmed is of the second, and the first is never blamed."""
    for text in ("第一份", "第二份"):
        any_play.register(acceptance="accept")
        any_play.execute(AttachPaper(checked("材料.txt", text.encode(), 10_000), any_play.no, description=text), "w3")
    return any_play


def found(play: Play, opened: bool = False) -> list[tuple[str, int, str]]:
    told = play.engine.read(lambda ctx: verified(ctx.conn, ctx.keys.trail, (), None, ctx.keys if opened else None))
    return [(line.name, line.seq, line.reason) for line in told.lines]


def line(play: Play, action: str) -> int:
    return next(each.seq for each in play.timeline() if each.action == action)


def row(conn: Connection, table: Any) -> dict[str, Any]:
    query = select(table).where(table.c.case_id == 2).order_by(*table.primary_key).limit(1)
    return dict(conn.execute(query).mappings().one())


def sealed_anew(conn: Connection, keys: Keys) -> Any:
    """By somebody who has the key of the house, and not what the trail committed itself to."""
    values = sealed(keys, answers, {**row(conn, answers), "variables": '{"title": "别的"}'})["variables"]
    return update(answers).where(answers.c.case_id == 2, answers.c.seq == 1).values(variables=values)


def another_cases(conn: Connection, keys: Keys) -> Any:
    other = select(answers.c.variables).where(answers.c.case_id == 1, answers.c.seq == 1).scalar_subquery()
    return update(answers).where(answers.c.case_id == 2, answers.c.seq == 1).values(variables=other)


def of_answer(**values: Any) -> Harm:
    return lambda conn, keys: update(answers).where(answers.c.case_id == 2, answers.c.seq == 1).values(**values)


def added_answer(conn: Connection, keys: Keys) -> Any:
    return insert(answers).values({**row(conn, answers), "seq": 99})


ENTERED: dict[str, tuple[Harm, str]] = {
    "taken away": (lambda conn, keys: delete(answers).where(answers.c.case_id == 2, answers.c.seq == 1), "已不在"),
    "without its salt": (of_answer(salt=""), "与留痕不符"),
    "said to be another's": (of_answer(actor="w4"), "与留痕不符"),
}
OPENED: dict[str, tuple[Harm, str]] = {
    "written over in plain": (of_answer(variables='{"title": "别的"}'), "打不开"),
    "that of another case": (another_cases, "打不开"),
    "sealed anew": (sealed_anew, "与留痕不符"),
    "with another salt": (of_answer(salt="0" * 32), "与留痕不符"),
}


@pytest.mark.parametrize("how", ENTERED)
def test_what_was_entered_and_is_not_as_its_line_says_is_named(two: Play, how: str) -> None:
    change, reason = ENTERED[how]
    harm(two, two.engine.read(lambda ctx: change(ctx.conn, ctx.keys)))
    for opened in (False, True):
        [(no, seq, said)] = found(two, opened)
        assert (no, seq, reason in said) == (two.no, 1, True), said


@pytest.mark.parametrize("how", OPENED)
def test_words_that_are_there_and_not_those_of_their_line_are_named_when_they_are_opened(two: Play, how: str) -> None:
    change, reason = OPENED[how]
    harm(two, two.engine.read(lambda ctx: change(ctx.conn, ctx.keys)))
    assert found(two) == []
    [(no, seq, said)] = found(two, opened=True)
    assert (no, seq, reason in said) == (two.no, 1, True), said


def test_what_no_line_speaks_of_is_named_too(two: Play) -> None:
    harm(two, two.engine.read(lambda ctx: added_answer(ctx.conn, ctx.keys)))
    [(no, seq, said)] = found(two)
    assert (no, seq, "不是本系统写下的" in said) == (two.no, 99, True)


def of_paper(**values: Any) -> Harm:
    return lambda conn, keys: update(attachments).where(attachments.c.case_id == 2).values(**values)


def added_paper(conn: Connection, keys: Keys) -> Any:
    return insert(attachments).values({**row(conn, attachments), "id": "0" * 36})


PAPERS: dict[str, tuple[Harm, str]] = {
    "taken away": (lambda conn, keys: delete(attachments).where(attachments.c.case_id == 2), "已不在"),
    "said to be of other content": (of_paper(digest="0" * 64), "与留痕不符"),
    "given to another case": (of_paper(case_id=1), "已不在"),
    "put there by hand": (added_paper, "不是本系统写下的"),
}


@pytest.mark.parametrize("how", PAPERS)
def test_a_paper_that_is_gone_other_or_not_of_the_house_is_named(two: Play, how: str) -> None:
    change, reason = PAPERS[how]
    harm(two, two.engine.read(lambda ctx: change(ctx.conn, ctx.keys)))
    named = {no: (seq, reason in said) for no, seq, said in found(two)}
    assert named[two.no] == (line(two, "attached"), True)


def resealed_paper(conn: Connection, keys: Keys) -> Any:
    return of_paper(content=sealed(keys, attachments, {**row(conn, attachments), "content": _OTHER})["content"])(
        conn, keys
    )


@pytest.mark.parametrize(("change", "reason"), [(of_paper(content=_OTHER), "打不开"), (resealed_paper, "与留痕不符")])
def test_the_content_of_papers_is_opened_where_it_is_asked_for(two: Play, change: Harm, reason: str) -> None:
    harm(two, two.engine.read(lambda ctx: change(ctx.conn, ctx.keys)))
    assert found(two) == []
    [(no, seq, said)] = found(two, opened=True)
    assert (no, seq, reason in said) == (two.no, line(two, "attached"), True)


# ------------------------------------------------------------------ no false alarm
def test_a_whole_house_is_not_blamed(two: Play) -> None:
    assert found(two, opened=True) == []


def test_what_was_erased_by_right_is_not_missed_and_what_was_taken_by_hand_beside_it_is(play: Play) -> None:
    play.until("give_feedback")
    play.execute(AttachPaper(checked("材料.txt", b"1", 10_000), play.no), "w3")
    play.at("10-23 10:00")
    play.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=5)
    play.execute(EraseCase(play.no, play.execute(AskErasure(play.no, "request", "本人要求"), "group")), "bureau")
    play.harmed = True  # its salts are gone on purpose
    assert found(play, opened=True) == []
    gone = play.engine.read(lambda ctx: ctx.conn.scalar(select(func.count()).select_from(attachments)))
    assert gone == 0
    play.register()
    harm(play, delete(answers).where(answers.c.case_id == 2))
    assert [(no, seq) for no, seq, _ in found(play)] == [(play.no, 1)]


def test_a_case_that_went_over_to_another_version_is_not_blamed(reviewing: Play) -> None:
    migrate(reviewing, 2)
    reviewing.do("review", "group2", review_result="pass", outcome="done")
    assert found(reviewing, opened=True) == []


def test_one_case_is_verified_alone(two: Play) -> None:
    harm(two, delete(attachments).where(attachments.c.case_id == 2))
    with two.engine.db.read() as conn:
        assert list(verify_contents(conn, None, 1)) == []
        assert [bad.case_id for bad in verify_contents(conn, None, 2)] == [2]
