"""The inbox page: choosing, searching, several at once, later; all of it without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.cases.commands import ClaimTask
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


def test_what_is_saved_is_one_press_away_and_stands_in_no_fold(house: House) -> None:
    visitor = press(at_inbox(house), "/inbox/choose", queue="group", step="accept")
    press(visitor, "/inbox/views", queue="group", name="等受理的")
    press(visitor, "/inbox/choose", queue="group", clear="yes")
    before_the_fold = visitor.text.partition("<summary>筛选和排序")[0].rpartition("<details")[0]
    assert "等受理的" in before_the_fold
    assert before_the_fold.count("<details") == before_the_fold.count("</details>")


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


def test_what_a_colleague_took_meanwhile_is_not_given_away_from_the_list_of_what_is_free(any_house: House) -> None:
    """w3 claimed the first while the lead looked at the list; both stand in it as free."""
    taken, free = (any_house.task(any_house.register("w1"), "accept") for _ in range(2))
    lead = at_inbox(any_house, "lead")
    any_house.do("w3", ClaimTask(taken, "w3"))
    press(lead, "/inbox/together", queue="group", act="hand_on", to="w1", task=[taken, free])
    assert "✕ 没有成功：</strong> 3号窗口工作人员 已领取这件待办" in lead.text
    assert "✓</strong> 已转给同事：1号窗口工作人员" in lead.text
    assert (len(shown(at_inbox(any_house, "w3", "mine"))), len(shown(at_inbox(any_house, "w1", "mine")))) == (1, 1)


def test_who_was_faster_is_named_as_on_screens_and_not_by_sign_in(any_house: House) -> None:
    task = any_house.task(any_house.register("w1"), "accept")
    visitor = at_inbox(any_house)
    any_house.do("w2", ClaimTask(task, "w2"))
    press(visitor, "/inbox/together", queue="group", act="claim", task=[task])
    assert "2号窗口工作人员 已领取这件待办" in visitor.text
    assert "w2 已领取" not in visitor.text
    lead = at_inbox(any_house, "lead", "held")
    press(lead, "/inbox/together", queue="held", act="hand_on", to="callback", task=[task])
    assert "回访专员甲 不在这件待办的组里" in lead.text


def test_a_claim_of_several_takes_nothing_from_a_colleague_even_for_a_lead(any_house: House) -> None:
    task = any_house.task(any_house.register("w1"), "accept")
    any_house.do("w2", ClaimTask(task, "w2"))
    lead = at_inbox(any_house, "lead", "held")
    press(lead, "/inbox/together", queue="held", act="claim", task=[task])
    assert "2号窗口工作人员 已领取这件待办" in lead.text
    assert len(shown(at_inbox(any_house, "w2", "mine"))) == 1
    press(lead, "/inbox/together", queue="held", act="take", task=[task])
    assert "已接管" in lead.text
    assert (len(shown(at_inbox(any_house, "w2", "mine"))), len(shown(at_inbox(any_house, "lead", "mine")))) == (0, 1)


def test_what_a_colleague_has_in_hand_goes_to_another_from_the_list_of_what_is_held(any_house: House) -> None:
    """w2 is ill: the lead looks at what they hold alone, and gives all of it to w3."""
    of_w2 = [any_house.register("w1") for _ in range(2)]
    of_w4 = any_house.register("w1")
    for who, no in (("w2", of_w2[0]), ("w2", of_w2[1]), ("w4", of_w4)):
        any_house.do(who, ClaimTask(any_house.task(no, "accept"), who))
    lead = Visitor.of(any_house.app).sign_in("lead")
    lead.open("/inbox?queue=held&by=w2")
    assert sorted(shown(lead)) == of_w2
    assert "由2号窗口工作人员办理" in lead.text
    ids = [any_house.task(no, "accept") for no in of_w2]
    press(lead, "/inbox/together", queue="held", by="w2", act="hand_on", to="w3", task=ids)
    assert lead.text.count("已转给同事") == 2
    assert shown(lead) == []
    assert sorted(shown(at_inbox(any_house, "w3", "mine"))) == of_w2
    assert sorted(shown(at_inbox(any_house, "lead", "held"))) == [*of_w2, of_w4]


def test_looking_at_one_colleague_in_passing_changes_nothing_that_is_kept(house: House) -> None:
    for _ in range(21):
        house.do("w2", ClaimTask(house.task(house.register("w1"), "accept"), "w2"))
    lead = press(at_inbox(house, "lead"), "/inbox/choose", queue="group", step="accept")
    lead.open("/inbox?queue=held&by=w2")
    onward = re.search(r'href="(/inbox\?[^"]*after=20[^"]*)"', lead.text)
    assert onward is not None
    lead.open(onward[1].replace("&amp;", "&"))
    assert (len(shown(lead)), "由2号窗口工作人员办理" in lead.text) == (1, True)
    press(lead, "/inbox/views", queue="held", by="w2", name="二号手头的")
    assert "由2号窗口工作人员办理" not in lead.text
    assert "筛选和排序：受理" in at_inbox(house, "lead").text
    view = re.search(r'name="view" value="(\d+)"', lead.text)
    assert view is not None
    assert "由2号窗口工作人员办理" in press(lead, "/inbox/choose", queue="held", view=view[1]).text


def test_a_row_says_who_holds_it_and_since_when(house: House) -> None:
    house.move("2026-09-23 10:40")
    house.do("w2", ClaimTask(house.task(house.register("w1"), "accept"), "w2"))
    text = at_inbox(house, queue="held").text
    row = re.search(r"2号窗口工作人员 已领取(.*?)</div>", text, re.DOTALL)
    assert row is not None
    assert "2026-09-23（周三）10:40 起" in re.sub("<.*?>", "", row[1])


def test_an_officer_is_offered_nothing_together_that_they_may_not_do(house: House) -> None:
    """Giving on is for whoever holds a task, and for a lead; what a colleague holds only a lead takes over."""
    offered = {}
    for no, who in ((house.register("w1"), None), (house.register("w1"), "w2"), (house.register("w1"), "w1")):
        if who is not None:
            house.do(who, ClaimTask(house.task(no, "accept"), who))
    for who in ("w1", "lead"):
        for queue in ("group", "held", "mine"):
            offered[who, queue] = re.findall(r'name="act" value="(\w+)"', at_inbox(house, who, queue).text)
    assert offered == {
        ("w1", "group"): ["claim"],
        ("w1", "held"): [],
        ("w1", "mine"): ["hand_on"],
        ("lead", "group"): ["claim", "hand_on"],
        ("lead", "held"): ["hand_on", "take"],
        ("lead", "mine"): [],
    }
    assert 'name="task"' not in at_inbox(house, "w1", "held").text


def test_who_looks_for_a_holder_among_what_is_free_is_told_where_held_tasks_are(house: House) -> None:
    house.register("w1")
    visitor = press(at_inbox(house), "/inbox/choose", queue="group", holder="held")
    assert (shown(visitor), "看“本组在办”" in visitor.text) == ([], True)


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


@pytest.mark.parametrize(
    ("until", "reason", "wrong", "said"),
    [
        ("", "等医院补章", "until", "请填写留到哪天"),
        ("明天", "等医院补章", "until", "没有看懂"),
        ("2026-09-24", " ", "reason", "请写明原因"),
    ],
)
def test_who_is_refused_to_leave_a_task_finds_what_they_typed_beside_it(
    house: House, until: str, reason: str, wrong: str, said: str
) -> None:
    for _ in range(2):
        task = house.task(house.register("w1"), "accept")
        house.do("w1", ClaimTask(task, "w1"))
    visitor = press(at_inbox(house, queue="mine"), f"/inbox/aside/{task}", queue="mine", until=until, reason=reason)
    beside = visitor.text.partition(f'data-task="{task}"')[2].partition("</li>")[0]
    assert visitor.status == 400 and visitor.text.count('<details class="fold aside" open>') == 1
    assert all(f'name="{name}" value="{text}"' in beside for name, text in (("until", until), ("reason", reason)))
    field = re.search(rf'<input [^>]*name="{wrong}"[^>]*>', beside)
    assert field is not None and 'aria-invalid="true"' in field[0]
    assert said in re.sub("<.*?>", "", beside)


_LEFT: dict[str, Any] = {"until": "2026-09-28", "reason": "等材料", "late": "yes"}


def test_who_leaves_a_task_beyond_its_due_is_told_and_asked(house: House) -> None:
    """It is due on 09-24 at 17:00, the close of the next working day."""
    no = house.register("w1")
    task = house.task(no, "accept")
    house.do("w1", ClaimTask(task, "w1"))
    visitor = at_inbox(house, queue="mine")
    asked = press(visitor, f"/inbox/aside/{task}", queue="mine", until="2026-09-28", reason="等材料")
    said = re.sub("<.*?>", "", asked.text)
    assert (asked.status, "2026-09-24（周四）17:00 到期，您要留到 2026-09-28（周一）" in said) == (200, True)
    assert shown(asked) == [no]
    kept = {name: f'name="{name}" value="{value}"' for name, value in _LEFT.items()}
    assert [name for name, field in kept.items() if field not in asked.text] == []
    press(visitor, f"/inbox/aside/{task}", queue="mine", **_LEFT)
    assert "已留到那一天" in visitor.text
    assert shown(at_inbox(house, queue="aside")) == [no]


# ------------------------------------------------------------------ what is new
def test_an_open_page_is_told_counts_and_what_its_queue_begins_with(house: House) -> None:
    visitor = at_inbox(house)
    task = house.task(house.register("w1"), "accept")
    visitor.open("/inbox/live?queue=group")
    assert visitor.page.json == {
        "counts": {
            **dict.fromkeys(("mine", "held", "overdue", "supervised", "aside", "done"), "0"),
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
