"""The way a case took, as the drawing and as words."""

from __future__ import annotations

from engine.cases.commands import CompleteTask
from engine.queries.case_page import CasePage, case_page
from engine.queries.paging import Page
from engine.queries.tasks import TaskFilter, find_tasks
from engine.queries.walk import Walk
from tests.support.house import House
from tests.webapp.pages.test_forms import registered
from tests.webapp.pages.test_pages import NO, complete, dispatched


def page(house: House) -> CasePage:
    return house.engine.read_as(house.actor("w3"), case_page, NO)


def walk(house: House, process: str = "five_step_loop") -> Walk:
    return next(each.walk for each in page(house).drawings if each.walk.process == process)


def said(taken: Walk) -> list[tuple[str, str, bool]]:
    return [(stride.name, stride.place, stride.current) for stride in taken.strides]


def test_of_a_split_only_the_way_taken_is_marked(house: House) -> None:
    registered(house, acceptance="accept")
    done = walk(house).done
    assert "decided__acceptance_given" in done
    assert "decided__accept" not in done and "accept" not in done


def test_one_stands_on_a_task_and_not_on_the_frames_around_it(house: House) -> None:
    registered(house)
    taken = walk(house)
    assert taken.current == ("accept",)
    assert "intake" not in taken.done
    assert said(taken) == [("登记", "", False), ("受理", "窗口、工作小组", True)]


def test_a_called_process_has_a_way_of_its_own_and_the_caller_stands_at_the_call(house: House) -> None:
    dispatched(house)
    assert walk(house).current == ("orders",)
    assert said(walk(house))[-1] == ("各单位工单", "", True)
    assert said(walk(house, "work_order")) == [("签收", "社保分中心", True)]


def test_who_did_a_step_of_an_order_is_named_and_a_task_is_late_after_its_due(house: House) -> None:
    dispatched(house)
    [task] = house.engine.read(find_tasks, TaskFilter(element="acknowledge"), Page())
    house.do("unit-SC-SS", CompleteTask(task.id, {"action": "sign"}))
    assert walk(house).late == ()
    house.move("2026-09-24 17:00:01")
    assert said(walk(house, "work_order"))[0] == ("签收", "社保分中心", False)
    assert walk(house, "work_order").late[:1] == ("first_contact",)
    assert walk(house).late == ("orders",)


def test_steps_the_case_did_not_need_are_skipped_and_an_ended_case_stands_nowhere(house: House) -> None:
    registered(house, acceptance="consult", reply_text="请带身份证来")
    found = page(house)
    assert [phase.state for phase in found.phases] == ["done", "skipped", "skipped", "skipped", "done"]
    assert walk(house).current == () and "archived" in walk(house).done


def test_a_simple_case_has_no_dispatch(house: House) -> None:
    registered(house, acceptance="accept")
    complete(house, "w3", grade="simple", cause="材料类")
    complete(house, "w3", onsite_result="solved", outcome="done", reply_text="已办")
    states = {phase.phase: phase.state for phase in page(house).phases}
    assert (states["dispatch"], states["completion"], states["feedback"]) == ("skipped", "done", "current")
