"""附件 and 备注: who may leave them with a case, and that they move nothing."""

from __future__ import annotations

import json

import pytest

from engine.cases.commands import AttachPaper, CommentTask
from engine.cases.services import LARGE_PRINT
from engine.errors import NotFound, NotYours, TakenByOther
from engine.papers import Paper, checked
from tests.papers.samples import jpeg, pdf
from tests.support.play import Play, refused

MOST = 20_000_000


def paper(name: str = "赵女士身份证明.pdf", content: bytes | None = None) -> Paper:
    return checked(name, pdf() if content is None else content, MOST)


def attach(play: Play, by: str = "w3", **more: object) -> str:
    """Leave a paper with the case; returns its id."""
    command = AttachPaper(**{"paper": paper(), "no": play.no, **more})  # type: ignore[arg-type]
    return str(play.execute(command, by).id)


@pytest.fixture
def dispatched(any_play: Play) -> Play:
    """A general case at SC-MI, signed, not yet contacted."""
    any_play.until("acknowledge")
    return any_play


# ------------------------------------------------------------------ papers
def test_a_paper_is_kept_with_its_case_and_moves_nothing(dispatched: Play) -> None:
    before = dispatched.case()
    id = attach(dispatched)
    [kept] = dispatched.case().attachments
    assert (kept.id, kept.name, kept.media_type, kept.by) == (id, "赵女士身份证明.pdf", "application/pdf", "w3")
    assert (dispatched.case().open_tasks, dispatched.timers) == (before.open_tasks, dispatched.timers)


def test_the_line_of_a_paper_says_which_bytes_and_not_its_name(dispatched: Play) -> None:
    id = attach(dispatched, description="赵女士送来")
    [line] = [each for each in dispatched.timeline() if each.action == "attached"]
    after = dict(line.after or {})
    assert after.pop("commitment")
    assert after == {"id": id, "media_type": "application/pdf", "size": paper().size, "digest": paper().digest}
    assert "赵女士" not in json.dumps(after, ensure_ascii=False)


def test_the_same_content_again_is_kept_once(dispatched: Play) -> None:
    first = attach(dispatched)
    lines = len(dispatched.timeline())
    assert attach(dispatched, paper=paper("另一个名字.pdf")) == first
    assert (len(dispatched.case().attachments), len(dispatched.timeline())) == (1, lines)


def test_other_content_of_the_same_name_is_kept_beside_it(dispatched: Play) -> None:
    attach(dispatched)
    attach(dispatched, paper=paper(content=pdf() + b"%"))
    assert len(dispatched.case().attachments) == 2


@pytest.mark.parametrize("who", ["w1", "lead", "callback", "group", "unit-SC-MI"])
def test_who_acts_on_the_case_may_leave_a_paper(play: Play, who: str) -> None:
    play.until("acknowledge")
    attach(play, by=who)
    assert [each.by for each in play.case().attachments] == [who]


@pytest.mark.parametrize("who", ["bureau", "leading", "auditor", "supervisor", "head-SC-MI"])
def test_who_has_nothing_to_do_there_may_not(play: Play, who: str) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        attach(play, by=who)


def test_a_unit_that_has_replied_leaves_no_more_papers(play: Play) -> None:
    play.until("handle")
    with pytest.raises(NotYours):
        attach(play, by="unit-SC-MI")


def test_the_papers_of_a_restricted_case_are_its_own_peoples(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", confidential=True)
    attach(play, by="restricted")
    with pytest.raises(NotFound):
        attach(play, by="w3")


def test_a_paper_may_come_after_the_case_is_archived(play: Play) -> None:
    play.until("return_visit")
    attach(play, paper=paper("签收单.jpg", jpeg()))
    assert [each.name for each in play.case().attachments] == ["签收单.jpg"]


def test_a_paper_is_left_at_an_open_task_alone(play: Play) -> None:
    play.until("dispatch")
    open_one = play.task("acknowledge").id
    attach(play, by="unit-SC-MI", no=None, task_id=open_one)
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    with pytest.raises(TakenByOther):
        attach(play, by="unit-SC-MI", task_id=open_one, paper=paper(content=pdf() + b"%"))


def test_a_paper_is_not_left_at_a_task_of_another_case(play: Play) -> None:
    play.until("accept")
    foreign = play.task("classify").id
    play.register()
    with pytest.raises(NotFound):
        attach(play, task_id=foreign)


# ------------------------------------------------------------------ a paper that is a service
def services(play: Play) -> list[tuple[str, str]]:
    return [(line.actor, line.element or "") for line in play.timeline() if line.action == "served"]


def test_a_list_in_large_characters_is_a_service_of_the_case_by_a_line_of_its_own(dispatched: Play) -> None:
    attach(dispatched, service=LARGE_PRINT)
    assert services(dispatched) == [("w3", "large_print")]
    assert [line.action for line in dispatched.timeline()][-2:] == ["attached", "served"]


def test_the_case_counts_the_service_once_however_many_lists_there_are(play: Play) -> None:
    play.until("acknowledge")
    attach(play, service=LARGE_PRINT)
    attach(play, service=LARGE_PRINT, paper=paper(content=pdf() + b"%"))
    assert (len(play.case().attachments), services(play)) == (2, [("w3", "large_print")])


def test_a_paper_kept_before_becomes_a_service_when_it_is_given_as_one(play: Play) -> None:
    play.until("acknowledge")
    first = attach(play)
    assert attach(play, service=LARGE_PRINT, by="w1") == first
    assert (len(play.case().attachments), services(play)) == (1, [("w1", "large_print")])


def test_who_may_leave_no_paper_gives_no_service_either(play: Play) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        attach(play, by="bureau", service=LARGE_PRINT)
    assert services(play) == []


# ------------------------------------------------------------------ remarks
def test_a_remark_stands_beside_the_trail_and_moves_nothing(dispatched: Play) -> None:
    before, task = dispatched.case(), dispatched.task("first_contact").id
    dispatched.execute(CommentTask(task, {"message": "赵女士下午不在家"}), "unit-SC-MI")
    [line] = [each for each in dispatched.timeline() if each.action == "commented"]
    assert (line.actor, dispatched.case()) == ("unit-SC-MI", before)
    assert "赵女士" not in json.dumps(line.after, ensure_ascii=False)


@pytest.mark.parametrize("who", ["bureau", "auditor", "head-SC-MI"])
def test_who_has_nothing_to_do_there_remarks_nothing(play: Play, who: str) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        play.execute(CommentTask(play.task("first_contact").id, {"message": "请看"}), who)


def test_an_empty_or_endless_remark_is_refused(play: Play) -> None:
    play.until("acknowledge")
    for message in (" ", "长" * 4001):
        with refused("message"):
            play.execute(CommentTask(play.task("first_contact").id, {"message": message}), "unit-SC-MI")


def test_a_finished_task_takes_no_remark(play: Play) -> None:
    play.until("dispatch")
    task = play.task("acknowledge").id
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    with pytest.raises(TakenByOther):
        play.execute(CommentTask(task, {"message": "晚了"}), "unit-SC-MI")
