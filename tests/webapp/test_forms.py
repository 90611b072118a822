"""Forms of the process as pages: what is typed comes back as JSON values, what is wrong stands beside its field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from webapp.form_fields import kind_of
from webapp.forms import parse_form, render_form, row_asked, with_row

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "processes" / "forms").glob("*.json"))
CHOICES = {"unit": [("X1", "甲单位"), ("X2", "乙单位")], "matter": [("X1", "某事项")], "case": [("X1", "某件")]}

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["decision", "applicant"],
    "properties": {
        "decision": {"type": "string", "title": "决定", "enum": ["accept", "decline"]},
        "reason": {"type": "string", "title": "理由", "maxLength": 2000},
        "applicant": {
            "type": "object",
            "title": "反映人",
            "properties": {
                "name": {"type": "string", "title": "姓名", "maxLength": 100},
                "consent": {"type": "boolean", "title": "同意回访"},
            },
        },
        "attempts": {
            "type": "array",
            "title": "办过",
            "items": {
                "type": "object",
                "properties": {
                    "where": {"type": "string", "title": "在哪里", "maxLength": 100},
                    "count": {"type": "integer", "title": "次数"},
                },
            },
        },
        "documents": {"type": "array", "title": "材料", "items": {"type": "string"}},
        "units": {"type": "array", "title": "协办", "items": {"type": "string"}},
        "day": {"type": "string", "title": "日期", "format": "date"},
        "at": {"type": "string", "title": "时间", "format": "date-time"},
        "urgent": {"type": "boolean", "title": "紧急"},
        "rating": {"type": "integer", "title": "满意度"},
        "share": {"type": "number", "title": "比例"},
    },
    "ui": {
        "order": ["applicant", "decision"],
        "widgets": {"units": "units", "urgent": "checkbox"},
        "vocabulary": {"decision": "acceptance", "rating": "satisfaction"},
        "show": {"reason": "decision == 'decline'"},
        "help": {"attempts.where": "写明网址或窗口"},
    },
}


def shipped(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def page_of(schema: Mapping[str, Any], **given: Any) -> Any:
    markup = render_form(schema, given.get("values"), given.get("errors"), CHOICES)
    return lxml.html.fromstring(f'<form action="/" method="post">{markup}</form>')


def typed(*pairs: tuple[str, str]) -> dict[str, Any]:
    return parse_form(SCHEMA, MultiDict(pairs))


def sample(schema: Mapping[str, Any], ui: Mapping[str, Any], path: str) -> Any:
    """Some value for every field, so that a form can be filled in whole."""
    kind = kind_of(schema)
    if kind == "object":
        return {name: sample(part, ui, f"{path}.{name}".strip(".")) for name, part in schema["properties"].items()}
    if kind == "objects":
        return [sample(schema["items"], ui, path)] * 2
    if kind == "strings":
        return ["X1", "X2"] if path in ui.get("widgets", {}) else ["营业执照", "备案卡 <b>&"]
    if kind in ("boolean", "integer", "number"):
        return {"boolean": True, "integer": 3, "number": 0.5}[kind]
    if path in ui.get("widgets", {}) and ui["widgets"][path] in ("unit", "matter", "case"):
        return "X1"
    formats = {"date": "2026-10-08", "date-time": "2026-10-08T17:00:00+08:00"}
    return schema["enum"][0] if "enum" in schema else formats.get(schema.get("format", ""), "他说“不行”\n<i>& 再来")


def one_line(value: Any, many_lines: set[str], path: str = "") -> Any:
    """Text fields of one line hold no line break: what a person can type there."""
    if isinstance(value, dict):
        return {name: one_line(part, many_lines, f"{path}.{name}") for name, part in value.items()}
    if isinstance(value, list):
        return [one_line(part, many_lines, f"{path}.{number}") for number, part in enumerate(value)]
    if isinstance(value, str) and path.strip(".") not in many_lines:
        return value.replace("\n", " ")
    return value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_was_entered_in_a_shipped_form_comes_back_from_the_page_unchanged(path: Path) -> None:
    schema = shipped(path)
    values = sample(schema, schema["ui"], "")
    lines = {area.name for area in page_of(schema, values=values).iter("textarea")}
    values = one_line(values, lines)

    form = page_of(schema, values=values)

    assert parse_form(schema, MultiDict(form.form_values())) == values


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_an_untouched_form_says_nothing_but_that_no_box_is_ticked(path: Path) -> None:
    schema = shipped(path)
    boxes = [name for name, widget in schema["ui"].get("widgets", {}).items() if widget == "checkbox"]
    assert parse_form(schema, MultiDict(page_of(schema).form_values())) == dict.fromkeys(boxes, False)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_control_of_a_shipped_form_has_a_name_people_can_read_and_ids_are_unique(path: Path) -> None:
    schema = shipped(path)
    form = page_of(schema, values=sample(schema, schema["ui"], ""), errors=dict.fromkeys(schema["properties"], "请改"))
    ids = [element.get("id") for element in drawn(form) if element.get("id")]

    assert len(ids) == len(set(ids))
    for control in drawn(form):
        if control.tag in ("select", "textarea") or (control.tag == "input" and control.get("type") != "hidden"):
            assert control.getparent().tag == "label" or form.xpath("//label[@for=$id]", id=control.get("id"))
            assert set((control.get("aria-describedby") or "").split()) <= set(ids)


def drawn(form: Any) -> Iterator[Any]:
    """Elements in the page: a <template> is only a pattern."""
    return (element for element in form.iter() if not any(above.tag == "template" for above in element.iterancestors()))


def test_what_was_left_empty_is_missing() -> None:
    assert typed(("reason", "  "), ("rating", ""), ("applicant.name", ""), ("documents", "\r\n \r\n")) == {}


def test_names_outside_the_schema_are_not_read() -> None:
    pairs = [("decision", "accept"), ("assignee", "w1"), ("applicant.role", "admin"), ("attempts.0.by", "w1")]
    assert typed(*pairs) == {"decision": "accept"}


def test_rows_keep_their_order_and_blank_ones_are_left_out() -> None:
    pairs = [("attempts.7.where", "综合窗口"), ("attempts.0.where", "网上"), ("attempts.3.where", " ")]
    assert typed(*pairs)["attempts"] == [{"where": "网上"}, {"where": "综合窗口"}]


def test_rows_numbered_in_odd_ways_are_not_read() -> None:
    assert typed(("attempts.007.where", "甲"), ("attempts.-1.where", "乙"), ("attempts.99999.where", "丙")) == {}


def test_yes_no_and_not_answered_differ() -> None:
    assert typed(("urgent", ""), ("urgent", "true")) == {"urgent": True}
    assert typed(("urgent", "")) == {"urgent": False}
    assert typed() == {}


def test_an_unticked_box_alone_makes_no_applicant() -> None:
    assert typed(("applicant.consent", "")) == {}
    assert typed(("applicant.consent", ""), ("applicant.name", "戴")) == {"applicant": {"name": "戴", "consent": False}}


@pytest.mark.parametrize(
    ("text", "value"), [("５", 5), ("-1", -1), ("3天", "3天"), ("1e9", "1e9"), ("1" * 40, "1" * 40)]
)
def test_a_number_is_read_and_what_is_none_stays_as_typed(text: str, value: Any) -> None:
    assert typed(("rating", text)) == {"rating": value}


def test_a_share_may_have_decimals() -> None:
    assert typed(("share", "0.5")) == {"share": 0.5}


@pytest.mark.parametrize("text", ["2026-10-08", "2026/10/8", "2026.10.08", "2026年10月8日", "２０２６－１０－０８"])
def test_dates_are_read_in_the_usual_ways_of_writing(text: str) -> None:
    assert typed(("day", text)) == {"day": "2026-10-08"}


@pytest.mark.parametrize("text", ["2026-10-08 17:00", "2026年10月8日17:00", "2026-10-08T17:00:00", "2026/10/8 17：00"])
def test_a_time_without_zone_is_local(text: str) -> None:
    assert typed(("at", text)) == {"at": "2026-10-08T17:00:00+08:00"}


@pytest.mark.parametrize("text", ["明天", "2026-10-08 25:00", "2026-13-08 10:00", "2026-10-08T09:00:00+00:00"])
def test_a_time_that_cannot_be_read_stays_for_the_schema_to_judge(text: str) -> None:
    assert typed(("at", text)) == {"at": text}


def test_a_time_of_day_alone_is_of_today() -> None:
    data = MultiDict([("at", "17：05")])
    assert parse_form(SCHEMA, data, date(2026, 10, 8)) == {"at": "2026-10-08T17:05:00+08:00"}
    assert parse_form(SCHEMA, data) == {"at": "17：05"}


def test_an_instant_is_shown_as_local_time() -> None:
    form = page_of(SCHEMA, values={"at": "2026-10-08T09:00:00+00:00"})
    assert form.fields["at"] == "2026-10-08 17:00"


def test_a_refused_value_stands_in_its_field_again_with_the_error() -> None:
    form = page_of(SCHEMA, values={"rating": 9, "day": "明天"}, errors={"day": "请按 2026-10-08 的样子写。"})

    assert form.fields["day"] == "明天"
    field = form.get_element_by_id("f-day")
    assert field.get("aria-invalid") == "true"
    assert "请按 2026-10-08 的样子写。" in form.get_element_by_id(field.get("aria-describedby")).text_content()


def test_the_summary_leads_to_every_field_that_is_wrong() -> None:
    errors = {"attempts.1.count": "请填数字。", "decision": "请选择。", "applicant": "请填写。", "units": "请重选。"}
    form = page_of(SCHEMA, values={"attempts": [{"where": "甲"}, {"where": "乙"}]}, errors=errors)

    links = form.xpath("//div[@class='problems']//a")
    assert [link.text for link in links] == ["反映人：请填写。", "决定：请选择。", "次数：请填数字。", "协办：请重选。"]
    targets = [form.get_element_by_id(link.get("href")[1:]) for link in links]
    assert [target.name for target in targets] == ["applicant.name", "decision", "attempts.1.count", "units"]


def test_an_error_of_no_field_is_still_said() -> None:
    form = page_of(SCHEMA, errors={"extension": "每件只能延期一次。"})
    assert "每件只能延期一次。" in form.xpath("string(//div[@class='problems'])")


def test_a_form_without_errors_has_no_summary() -> None:
    assert not page_of(SCHEMA).xpath("//div[@class='problems']")


def test_fields_stand_in_the_order_asked_for() -> None:
    fields = page_of(SCHEMA).xpath("//*[@data-field and not(ancestor::fieldset[@data-field])]")
    assert [field.get("data-field") for field in fields][:3] == ["applicant", "decision", "reason"]


def test_options_carry_the_words_of_the_vocabulary_narrowed_to_the_enum() -> None:
    labels = page_of(SCHEMA).xpath("//fieldset[@data-field='decision']//label")
    assert [label.text_content().strip() for label in labels] == ["受理", "不予受理"]


def test_an_optional_choice_can_be_taken_back() -> None:
    assert page_of(SCHEMA, values={"rating": 5}).xpath("//select[@name='rating']/option/@value")[0] == ""


def test_units_come_from_the_caller() -> None:
    form = page_of(SCHEMA, values={"units": ["X2"]})
    assert form.xpath("//input[@name='units']/@value") == ["X1", "X2"]
    assert form.xpath("//input[@name='units'][@checked]/@value") == ["X2"]


def test_help_of_a_row_is_given_once_per_row() -> None:
    form = page_of(SCHEMA, values={"attempts": [{}, {}]})
    ids = [form.get_element_by_id(f"f-attempts-{row}-where").get("aria-describedby") for row in (0, 1)]
    assert [form.get_element_by_id(one).text_content() for one in ids] == ["写明网址或窗口"] * 2


def test_hostile_text_is_shown_not_run() -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    values = {"reason": hostile, "applicant": {"name": hostile}, "documents": [hostile], "day": hostile}
    form = page_of(SCHEMA, values=values, errors={"reason": hostile, hostile: hostile})

    assert not form.xpath("//script | //img")
    assert form.fields["reason"].strip() == hostile


def test_without_javascript_a_conditional_field_says_when_it_is_for() -> None:
    note = page_of(SCHEMA).xpath("//*[@data-field='reason']//*[@class='without-js']")[0]
    assert note.text == "“决定”为“不予受理”时填写"


def test_a_condition_only_the_server_can_decide_leaves_the_field_shown() -> None:
    schema = {**SCHEMA, "ui": {**SCHEMA["ui"], "show": {"reason": "returns() > 1 and decision == 'decline'"}}}
    assert page_of(schema).xpath("//*[@data-field='reason']")[0].get("data-show") is None


def test_one_more_row_can_be_asked_for_without_javascript() -> None:
    data = MultiDict([("_add_row", "attempts"), ("attempts.0.where", "网上")])
    asked = row_asked(SCHEMA, data)
    assert asked == "attempts"
    form = page_of(SCHEMA, values=with_row(parse_form(SCHEMA, data), asked))
    assert form.fields["attempts.0.where"] == "网上"
    assert form.fields["attempts.1.where"] == ""


def test_a_new_row_names_who_fills_it_in_and_one_that_was_sent_is_left_alone() -> None:
    schema = {**SCHEMA, "ui": {**SCHEMA["ui"], "widgets": {"attempts.where": "me"}}}
    markup = render_form(schema, {"attempts": [{"count": 1}, {}]}, {}, {"me": [("w1", "1号窗口工作人员")]})
    form: Any = lxml.html.fromstring(f"<form>{markup}</form>")
    assert [form.fields[f"attempts.{row}.where"] for row in (0, 1)] == ["", "1号窗口工作人员"]


def test_a_list_begins_without_a_row() -> None:
    assert not [name for name in page_of(SCHEMA).fields if name.startswith("attempts.0")]


@pytest.mark.parametrize("name", ["reason", "nothing", ""])
def test_rows_are_only_added_where_there_are_rows(name: str) -> None:
    assert row_asked(SCHEMA, MultiDict([("_add_row", name)])) is None


@pytest.fixture
def desk(page: Page) -> Page:
    """The form of SCHEMA in a browser, with the page's script."""
    load(page, SCHEMA)
    return page


def load(page: Page, schema: Mapping[str, Any]) -> None:
    script = (ROOT / "webapp" / "static" / "app.js").read_text("utf-8")
    markup = render_form(schema, {}, {}, CHOICES)
    page.set_content(f"<script>{script}</script><form>{markup}<button>提交</button></form>")


def sent(page: Page) -> list[str]:
    """Names the browser would send now."""
    names: list[str] = page.evaluate("[...new FormData(document.forms[0]).keys()]")
    return names


def test_a_conditional_field_appears_when_needed_and_only_then_is_sent(desk: Page) -> None:
    reason = desk.get_by_label("理由")
    assert not reason.is_visible() and "reason" not in sent(desk)
    desk.get_by_label("不予受理").check()
    assert reason.is_visible() and "reason" in sent(desk)
    desk.get_by_label("受理", exact=True).check()
    assert not reason.is_visible() and "reason" not in sent(desk)


def test_what_is_required_only_sometimes_says_so_when_it_is(page: Page) -> None:
    rule = {"if": {"required": ["decision"], "properties": {"decision": {"const": "decline"}}}}
    load(page, {**SCHEMA, "allOf": [{**rule, "then": {"required": ["day"]}}]})
    mark = page.locator("[data-field=day] .must")
    assert not mark.is_visible()
    page.get_by_label("不予受理").check()
    assert mark.inner_text() == "必填"
    page.get_by_label("受理", exact=True).check()
    assert not mark.is_visible()


def test_what_several_choices_require_says_so_at_each_of_them_and_at_no_other(page: Page) -> None:
    handle = json.loads((ROOT / "processes" / "forms" / "handle.json").read_text("utf-8"))
    load(page, handle)
    mark, reason = page.locator("[data-field=reason] .must"), page.locator("[name=reason]")
    for act in ("退单", "申请延期", "申请挂起", "申请调为复杂"):
        page.get_by_label(act).check()
        assert (act, mark.inner_text()) == (act, "必填")
    page.get_by_label("答复", exact=True).check()
    assert not reason.is_visible()


def test_rows_are_added_and_taken_away_in_the_page(desk: Page) -> None:
    for _ in range(2):
        desk.get_by_role("button", name="加一条").click()
    assert [name for name in sent(desk) if name.endswith("where")] == ["attempts.0.where", "attempts.1.where"]
    desk.get_by_role("button", name="删去这一条").first.click()
    assert [name for name in sent(desk) if name.endswith("where")] == ["attempts.1.where"]
    assert desk.locator(".rows > .row > legend").all_inner_texts() == ["办过 1"]


def test_a_long_list_of_units_can_be_narrowed(desk: Page) -> None:
    desk.get_by_text("选协办（可以不选）").click()
    desk.get_by_label("筛选协办").fill("乙")
    assert desk.locator(".choices-many .choice:visible").all_inner_texts() == [" 乙单位"]
