"""The inbox page: choosing, searching, several at once, later; all of it without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


def at_inbox(house: House, who: str = "w1", queue: str = "group") -> Visitor:
    visitor = Visitor.of(house.app).sign_in(who)
    visitor.open(f"/inbox?queue={queue}")
    return visitor


def shown(visitor: Visitor) -> list[str]:
    return re.findall(r'class="number">(BCS-2026-\d{4})<', visitor.text.partition('class="card items')[2])


def press(visitor: Visitor, path: str, follow: bool = True, **values: Any) -> Visitor:
    """Send a form of the page and look at what comes."""
    data = MultiDict({"csrf_token": visitor.hidden()["csrf_token"]})
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    visitor.page = visitor.client.post(path, data=data, follow_redirects=follow)
    return visitor


# ------------------------------------------------------------------ choosing
def test_a_choice_is_kept_on_return_and_after_signing_in_again(any_house: House) -> None:
    any_house.register("w1", title="一号")
    no = any_house.register("w1", title="二号", acceptance="accept")
    chosen = press(at_inbox(any_house), "/inbox/choose", queue="group", step="classify", sort1="-opened")
    assert shown(chosen) == [no]
    assert shown(at_inbox(any_house)) == [no]
    assert "筛选和排序：分类定级；后到的在前" in at_inbox(any_house).text
    assert len(shown(press(at_inbox(any_house), "/inbox/choose", queue="group", clear="yes"))) == 2


def test_what_was_typed_stands_in_no_address_and_is_not_kept(house: House) -> None:
    no = house.register("w1")
    house.register(
        "w1", applicant={"kind": "person", "name": "欧阳敏", "phone": "13912345678", "consent_callback": True}
    )
    found = press(at_inbox(house), "/inbox/search", queue="group", q="戴建国")
    assert shown(found) == [no]
    assert "里找到 1 件" in found.text
    assert not re.search(r'href="[^"]*(戴|%E6%88%B4)', found.text)
    assert len(shown(at_inbox(house))) == 2


def test_a_view_is_saved_applied_shared_and_dropped(house: House) -> None:
    house.register("w1")
    no = house.register("w1", acceptance="accept")
    lead = press(at_inbox(house, "lead"), "/inbox/choose", queue="group", step="classify")
    press(lead, "/inbox/views", queue="group", name="等分类", group="window")
    assert "已存下" in lead.text
    other = at_inbox(house, "w2")
    view = re.search(r'name="view" value="(\d+)"', other.text)
    assert view is not None
    assert "共享" in other.text
    assert shown(press(other, "/inbox/choose", queue="group", view=view[1])) == [no]
    assert press(other, f"/inbox/views/{view[1]}/drop", queue="group").status == 404
    assert "已删去" in press(lead, f"/inbox/views/{view[1]}/drop", queue="group").text


def test_the_inbox_opens_with_the_view_that_was_set_and_stays_as_it_is_chosen_then(house: House) -> None:
    waiting = house.register("w1")
    other = house.register("w1", acceptance="accept")
    visitor = press(at_inbox(house), "/inbox/choose", queue="group", step="classify")
    press(visitor, "/inbox/views", queue="group", name="等分类")
    view = re.search(r'name="view" value="(\d+)"', visitor.text)
    assert view is not None
    assert "已改名" in press(visitor, f"/inbox/views/{view[1]}/rename", queue="group", name="先分类").text
    assert "以后打开待办" in press(visitor, f"/inbox/views/{view[1]}/open-with", queue="group", opens="yes").text
    press(visitor, "/inbox/choose", queue="group", clear="yes")
    assert sorted(shown(visitor)) == sorted([waiting, other])
    visitor.open("/inbox")
    assert shown(visitor) == [other]
    press(visitor, "/inbox/choose", queue="group", step="accept")
    assert shown(visitor) == [waiting]
    press(visitor, f"/inbox/views/{view[1]}/open-with", queue="group", opens="no")
    visitor.open("/inbox")
    assert shown(visitor) == [waiting]


def test_the_inbox_is_filtered_by_light_and_by_colleague(house: House) -> None:
    no = house.register("w1")
    visitor = press(at_inbox(house), "/inbox/choose", queue="group", light="green", by="")
    assert (shown(visitor), "正常" in visitor.text) == ([no], True)
    press(visitor, "/inbox/choose", queue="group", by="w2")
    assert (shown(visitor), "由2号窗口工作人员办理" in visitor.text) == ([], True)


def test_a_view_without_a_name_says_so_and_keeps_the_page(house: House) -> None:
    visitor = press(at_inbox(house), "/inbox/views", queue="group", name=" ")
    assert (visitor.status, "请起一个名字" in visitor.text) == (400, True)


# ------------------------------------------------------------------ several at once
def test_several_are_claimed_with_a_result_for_each(any_house: House) -> None:
    first, second, third = (any_house.register("w1") for _ in range(3))
    ids = [any_house.task(no, "accept") for no in (first, second, third)]
    visitor = at_inbox(any_house)
    claim = any_house.person("w2").post(f"/engine-rest/task/{ids[1]}/claim", {"userId": "w2"})
    assert claim.status_code == 204
    press(visitor, "/inbox/together", queue="group", act="claim", task=ids)
    results = re.findall(r"<p><strong>(.*?)</strong>(.*?)</p>", visitor.text)
    assert [said.strip() for said, _ in results] == ["✓", "✕ 没有成功：", "✓"]
    assert "w2" in results[1][1] or "2号窗口工作人员" in results[1][1]
    assert sorted(shown(at_inbox(any_house, queue="mine"))) == [first, third]


def test_a_lead_hands_several_to_a_colleague_whose_load_is_shown(house: House) -> None:
    ids = [house.task(house.register("w1"), "accept") for _ in range(2)]
    visitor = at_inbox(house, "lead")
    assert '<option value="w2">2号窗口工作人员（手头 0 件）</option>' in visitor.text
    press(visitor, "/inbox/together", queue="group", act="hand_on", to="w2", task=ids)
    assert visitor.text.count("已转给同事") == 2
    assert len(shown(at_inbox(house, "w2", "mine"))) == 2


def test_who_is_no_lead_gives_nobody_what_is_not_theirs(house: House) -> None:
    ids = [house.task(house.register("w1"), "accept")]
    visitor = press(at_inbox(house), "/inbox/together", queue="group", act="hand_on", to="w2", task=ids)
    assert "没有成功" in visitor.text
    assert shown(at_inbox(house, "w2", "mine")) == []


@pytest.mark.parametrize(
    ("values", "said"), [({"act": "claim"}, "勾选"), ({"act": "hand_on", "task": "x"}, "请选一位同事")]
)
def test_an_act_on_nothing_says_what_is_missing(house: House, values: dict[str, Any], said: str) -> None:
    house.register("w1")
    visitor = press(at_inbox(house), "/inbox/together", queue="group", **values)
    assert (visitor.status, said in visitor.text) == (400, True)


def test_a_task_one_may_not_know_of_is_named_by_nothing(house: House) -> None:
    task = house.task(house.register("w1", title="举报某人", confidential=True), "accept")
    visitor = press(at_inbox(house), "/inbox/together", queue="group", act="claim", task=[task])
    assert "没有成功" in visitor.text
    assert "举报某人" not in visitor.text


# ------------------------------------------------------------------ later
def test_a_task_is_left_until_a_day_and_found_meanwhile(house: House) -> None:
    no = house.register("w1")
    task = house.task(no, "accept")
    house.person("w1").post(f"/engine-rest/task/{task}/claim", {"userId": "w1"})
    visitor = at_inbox(house, queue="mine")
    wrong = press(visitor, f"/inbox/aside/{task}", queue="mine", until="明天", reason="等材料")
    assert (wrong.status, "没有看懂" in wrong.text) == (400, True)
    press(visitor, f"/inbox/aside/{task}", queue="mine", until="2026-09-24", reason="等材料")
    assert "已留到那一天" in visitor.text
    later = at_inbox(house, queue="aside")
    assert shown(later) == [no]
    assert "等材料" in later.text
    press(later, f"/inbox/aside/{task}/back", queue="aside")
    assert shown(at_inbox(house, queue="mine")) == [no]


# ------------------------------------------------------------------ what is new
def test_an_open_page_is_told_counts_and_what_its_queue_begins_with(house: House) -> None:
    visitor = at_inbox(house)
    task = house.task(house.register("w1"), "accept")
    visitor.open("/inbox/live?queue=group")
    assert visitor.page.json == {
        "counts": {
            **dict.fromkeys(("mine", "overdue", "supervised", "aside", "done"), "0"),
            "group": "1",
            "today": "0",
        },
        "tasks": [task],
    }


def test_as_long_as_nothing_has_changed_the_answer_is_short(house: House) -> None:
    visitor = at_inbox(house)
    first = visitor.client.get("/inbox/live?queue=group")
    known = {"If-None-Match": first.headers["ETag"]}
    same = visitor.client.get("/inbox/live?queue=group", headers=known)
    assert (same.status_code, same.data) == (304, b"")
    house.register("w1")
    assert visitor.client.get("/inbox/live?queue=group", headers=known).status_code == 200


# ------------------------------------------------------------------ one after the other
def test_after_a_step_comes_the_next_own_one_as_the_inbox_is_filtered(house: House) -> None:
    """By due a later one would come first: what waits to be classified is due within 2 office hours."""
    first, second = (house.task(house.register("w1"), "accept") for _ in range(2))
    other = house.task(house.register("w1", acceptance="accept"), "classify")
    for task in (first, second, other):
        house.person("group").post(f"/engine-rest/task/{task}/claim", {"userId": "group"})
    visitor = press(at_inbox(house, "group", queue="mine"), "/inbox/choose", queue="mine", step="accept")
    visitor.open(f"/tasks/{first}")
    press(visitor, f"/tasks/{first}", follow=False, acceptance="accept")
    assert visitor.page.location.partition("?")[0] == f"/tasks/{second}"
    visitor.open(f"/tasks/{second}")
    press(visitor, f"/tasks/{second}", follow=False, acceptance="accept")
    assert visitor.page.location.partition("?")[0] == "/inbox"


def test_single_keys_can_be_switched_off_and_on(house: House) -> None:
    visitor = at_inbox(house)
    assert "data-keys" in visitor.text
    assert "data-keys" not in press(visitor, "/inbox/keys", queue="group", single="no").text
    assert "data-keys" not in at_inbox(house).text
    assert "data-keys" in press(visitor, "/inbox/keys", queue="group", single="yes").text
