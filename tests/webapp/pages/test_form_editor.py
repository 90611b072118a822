"""改表单: a supervisor changes the fields of a form and sees at once what people will see, without scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html

from engine.definitions.shipped import SHIPPED, read_folder
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
NAME = "forms/review.json"
PAGE = f"/designer/drafts/1/form/{NAME}"
STORED = f"/designer/drafts/1/files/{NAME}"


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor looking at a form of a draft."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "审核加意见"})
    visitor.open(PAGE)
    return visitor


def send(visitor: Visitor, act: str = "save", **changed: str) -> Visitor:
    """Send what stands on the page with some fields changed; `title__2` is given for `title.2`."""
    form = html.fromstring(visitor.text).xpath("//form[@data-preview]")[0]
    new = {name.replace("__", "."): value for name, value in changed.items()}
    given: dict[str, list[Any]] = {}
    for name, value in form.form_values():
        if name not in ("act", "csrf_token"):
            given.setdefault(name, []).append(new.pop(name, value))
    visitor.send(visitor.page.request.path, **given, **{name: [value] for name, value in new.items()}, act=act)
    return visitor


def stored(visitor: Visitor) -> Any:
    return json.loads(visitor.client.get(STORED).data)


def preview(visitor: Visitor) -> list[str]:
    labels = html.fromstring(visitor.text).xpath("//div[@id='preview']//*[self::label or self::legend]")
    return [label.text_content().strip() for label in labels]


def test_a_form_that_nobody_changed_is_stored_as_it_was(supervisor: Visitor) -> None:
    send(supervisor)
    assert "已保存" in supervisor.text
    assert supervisor.client.get(STORED).data == FAMILY[NAME]


def test_a_field_is_added_seen_in_the_preview_and_told_in_words(supervisor: Visitor) -> None:
    number = len(json.loads(FAMILY[NAME])["properties"])
    send(supervisor, "add")
    given = {f"title__{number}": "签批意见", f"name__{number}": "sign_opinion", f"required__{number}": "1"}
    send(supervisor, "preview", **given)
    assert any(label.startswith("签批意见") for label in preview(supervisor))
    assert "sign_opinion" not in stored(supervisor)["properties"]
    send(supervisor)
    assert stored(supervisor)["properties"]["sign_opinion"] == {"type": "string", "title": "签批意见", "maxLength": 200}
    assert "表单“审核办结”新增字段“签批意见”（必填）" in supervisor.text


def test_what_is_wrong_with_a_field_is_said_beside_it_and_nothing_is_stored(supervisor: Visitor) -> None:
    number = len(json.loads(FAMILY[NAME])["properties"])
    send(supervisor, "add")
    send(
        supervisor,
        **{f"name__{number}": "签批", f"kind__{number}": "choice", "show__0": "nothing == 1", "title__1": ""},
    )
    assert supervisor.status == 400
    said = [link.get("href") for link in html.fromstring(supervisor.text).xpath("//div[@class='problems']//a")]
    assert said == ["#f-0-show", "#f-1-title", f"#f-{number}-name", f"#f-{number}-title", f"#f-{number}-choices"]
    assert "“nothing”不是这张表单的一栏" in supervisor.text
    assert supervisor.client.get(STORED).data == FAMILY[NAME]


def test_fields_are_moved_and_taken_away(supervisor: Visitor) -> None:
    names = [name for name in json.loads(FAMILY[NAME])["ui"]["order"]]
    send(supervisor, "down.0")
    send(supervisor, f"remove.{len(names) - 1}")
    send(supervisor)
    assert stored(supervisor)["ui"]["order"] == [names[1], names[0], *names[2:-1]]


def test_a_field_that_the_rules_of_the_form_ask_for_stays(supervisor: Visitor) -> None:
    send(supervisor, "remove.1")
    send(supervisor)
    assert supervisor.status == 400
    assert "“办成情况”还在这张表单按情况必填的规则里" in supervisor.text
    assert supervisor.client.get(STORED).data == FAMILY[NAME]


def test_a_list_of_words_offers_only_its_words(supervisor: Visitor) -> None:
    page = html.fromstring(supervisor.text)
    (choices,) = page.xpath("//fieldset[@id='f-0-choices']")
    assert [label.text_content().strip() for label in choices.find_class("choice")] == ["通过", "退回重办", "挂账"]


def test_what_was_typed_stays_when_somebody_was_faster(supervisor: Visitor, house: House) -> None:
    other = Visitor.of(house.app).sign_in("supervisor2")
    other.open(PAGE)
    send(other, title="审核")
    send(supervisor, title__0="结论")
    assert supervisor.status == 409
    assert stored(supervisor)["title"] == "审核"
    assert html.fromstring(supervisor.text).xpath("//input[@id='f-0-title']/@value") == ["结论"]
    assert "没有保存" in supervisor.text


def test_what_is_no_form_is_not_found(supervisor: Visitor) -> None:
    assert supervisor.open("/designer/drafts/1/form/escalation.bpmn").status_code == 404
    assert supervisor.open("/designer/drafts/1/form/forms/none.json").status_code == 404
