"""What differs between two versions, in sentences: one per kind of change, none for what is only drawn otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.definitions.difference import differences
from engine.definitions.shipped import SHIPPED, read_folder

FAMILY = read_folder(SHIPPED)
MAIN, ORDER = "five_step_loop.bpmn", "work_order.bpmn"
LIMITS, TIERS = "decisions/time_limits.dmn", "decisions/escalation_tiers.dmn"
Files = dict[str, bytes]


def changed(name: str, *replaced: tuple[str, str]) -> Files:
    """The shipped files with texts of one of them replaced, each at its first place."""
    text = FAMILY[name].decode()
    for before, after in replaced:
        assert before in text, before
        text = text.replace(before, after, 1)
    return {**FAMILY, name: text.encode()}


def formed(name: str, change: Callable[[dict[str, Any]], object]) -> Files:
    """The shipped files with one form changed."""
    form = json.loads(FAMILY[f"forms/{name}.json"])
    change(form)
    return {**FAMILY, f"forms/{name}.json": json.dumps(form).encode()}


def told(after: Mapping[str, bytes], before: Mapping[str, bytes] = FAMILY) -> list[str]:
    return [each.sentence for each in differences(before, after)]


def kinds(after: Mapping[str, bytes]) -> list[tuple[str, str]]:
    return [(each.change.kind, each.change.element) for each in differences(FAMILY, after)]


# ------------------------------------------------------------------ diagrams
REVIEW = 'bc:form="review" bc:groups="work_group"'
ATTRIBUTES = [
    (MAIN, ("case_due(2)", "case_due(3)"), "“超2日”的时刻：承诺期限后第 2 个工作日下班 → 承诺期限后第 3 个工作日下班"),
    (
        MAIN,
        (
            'bc:form="review" bc:groups="work_group" bc:due="workdays(1)"',
            'bc:form="review" bc:groups="work_group" bc:due="workdays(2)"',
        ),
        "“审核办结”的时限：第 1 个工作日下班 → 第 2 个工作日下班",
    ),
    (
        MAIN,
        (REVIEW, 'bc:form="review" bc:groups="work_group,unit_head:${lead}"'),
        "“审核办结”的办理岗位：工作小组 → 工作小组、科室负责人（主办单位）",
    ),
    (MAIN, ('bc:form="review"', 'bc:form="accept"'), "“审核办结”的表单：“审核办结” → “受理”"),
    (
        MAIN,
        ('name="审核办结" bc:phase="completion"', 'name="审核办结" bc:phase="feedback"'),
        "“审核办结”的阶段：办结 → 反馈",
    ),
    (MAIN, ('name="审核办结"', 'name="审核"'), "“审核办结”改名为“审核”"),
    (MAIN, ('bc:operation="remind"', 'bc:operation="conclude"'), "“催办通知”的自动操作：remind → conclude"),
    (
        MAIN,
        ('name="到期" attachedToRef="resolution" cancelActivity="false"', 'name="到期" attachedToRef="resolution"'),
        "“到期”由不打断原来的环节改为打断原来的环节",
    ),
    (
        MAIN,
        ('name="审核超时" bc:set="tier = 4"', 'name="审核超时" bc:set="tier = 3"'),
        "“审核超时”的赋值：tier = 4 → tier = 3",
    ),
    (
        MAIN,
        ('bc:collection="orders"', 'isSequential="true" bc:collection="orders"'),
        "“各单位工单”由同时办理改为依次办理",
    ),
    (
        MAIN,
        ("is_lead and close_co_units == true", "close_co_units == true"),
        "“各单位工单”的提前结束的条件：是主办单位，并且不再等协办单位是“是” → 不再等协办单位是“是”",
    ),
    (
        MAIN,
        ('messageRef="withdraw"', 'messageRef="lead_closed"'),
        "“撤回”的触发条件：message withdraw → message lead_closed",
    ),
    (
        MAIN,
        ('bc:due="case_due()">', 'bc:due="case_due()" bc:priority="80">'),
        "“现场办理”的优先级：原来没有，改为 80",
    ),
    (
        MAIN,
        ('bc:due="case_due()">', 'bc:due="case_due()" xmlns:x="http://x" x:colour="red">'),
        "“现场办理”的其他设置有变：无 → colour=red",
    ),
]


@pytest.mark.parametrize(("name", "replaced", "sentence"), ATTRIBUTES, ids=[each[2][:14] for each in ATTRIBUTES])
def test_what_an_element_says_otherwise(name: str, replaced: tuple[str, str], sentence: str) -> None:
    assert told(changed(name, replaced)) == [sentence]


def test_a_condition_is_told_by_what_is_asked_and_chosen() -> None:
    after = changed(MAIN, ("review_result == 'pass'", "review_result == 'pass' and outcome != null"))
    assert told(after) == ["从“审核意见？”到“办结”的条件：审核结果是“通过” → 审核结果是“通过”，并且办成情况已填"]


def test_the_way_taken_when_nothing_else_applies() -> None:
    after = changed(MAIN, ('default="review_given__redispatch_wanted"', 'default="review_given__complete_case"'))
    assert told(after) == ["“审核意见？”在别的条件都不符时的去向：“重新派单？” → “办结”"]


def test_a_flow_led_elsewhere() -> None:
    flow = 'id="close_orders__review" sourceRef="close_orders" targetRef="review"'
    after = changed(MAIN, (flow, flow.replace('targetRef="review"', 'targetRef="complete_case"')))
    assert told(after) == ["“汇总工单”之后由“审核办结”改接“办结”"]


def test_a_flow_added_and_taken_away() -> None:
    flow = '<bpmn:sequenceFlow id="extra" sourceRef="close_orders" targetRef="complete_case" />'
    after = changed(
        MAIN, ('<bpmn:sequenceFlow id="orders__close_orders"', flow + '<bpmn:sequenceFlow id="orders__close_orders"')
    )
    assert told(after) == ["新增从“汇总工单”到“办结”的走向"]
    assert told(FAMILY, after) == ["删去从“汇总工单”到“办结”的走向"]


SIGN_OFF = (
    (
        '<bpmn:sequenceFlow id="handling_stage__give_feedback" sourceRef="handling_stage" targetRef="give_feedback" />',
        '<bpmn:userTask id="sign_off" name="科长签批" bc:form="chief_review" bc:groups="window_lead" '
        'bc:due="office_hours(4)" />'
        '<bpmn:sequenceFlow id="a" sourceRef="handling_stage" targetRef="sign_off" />'
        '<bpmn:sequenceFlow id="b" sourceRef="sign_off" targetRef="give_feedback" />',
    ),
)


def test_a_task_put_in_is_told_with_its_place_and_nothing_else() -> None:
    after = changed(MAIN, *SIGN_OFF)
    assert told(after) == [
        "新增用户任务“科长签批”，在“转办与办结”与“反馈”之间，"
        "办理岗位：窗口负责人，时限：满 4 个办公小时，表单：“领导复核”"
    ]
    assert kinds(after) == [("added", "sign_off")]


def test_a_task_taken_out_is_told_with_where_it_was() -> None:
    assert told(FAMILY, changed(MAIN, *SIGN_OFF)) == ["删去用户任务“科长签批”（原在“转办与办结”与“反馈”之间）"]


def test_a_rung_put_on_is_told_with_its_instant() -> None:
    rung = (
        '<bpmn:boundaryEvent id="overdue_9" name="超9日" attachedToRef="resolution" cancelActivity="false">'
        "<bpmn:timerEventDefinition><bpmn:timeDate>case_due(9)</bpmn:timeDate></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:boundaryEvent id="overdue"'
    )
    after = changed(MAIN, ('<bpmn:boundaryEvent id="overdue"', rung))
    assert told(after) == ["新增定时“超9日”，附在“派单、办理、审核”上，时刻：承诺期限后第 9 个工作日下班"]


def test_a_condition_on_the_way_to_what_is_put_in_is_told() -> None:
    place = '<bpmn:sequenceFlow id="review_given__redispatch_wanted"'
    put_in = (
        '<bpmn:manualTask id="talk" name="面谈" /><bpmn:sequenceFlow id="t1" sourceRef="review_given" targetRef="talk">'
        "<bpmn:conditionExpression>redispatch == true</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="t2" sourceRef="talk" targetRef="redispatch_wanted" />'
    )
    assert told(changed(MAIN, (place, put_in + place))) == [
        "新增用户任务“面谈”，在“审核意见？”与“重新派单？”之间",
        "从“审核意见？”到“面谈”的条件：原来没有，改为 重新派单是“是”",
    ]


def test_a_process_and_what_it_is_called() -> None:
    model = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    own = f'<definitions xmlns="{model}"><process id="leave" name="请假"/></definitions>'.encode()
    assert told({**FAMILY, "leave.bpmn": own}) == ["新增流程“请假”"]
    assert told(FAMILY, {**FAMILY, "leave.bpmn": own}) == ["删去流程“请假”"]


# ------------------------------------------------------------------ tables
LIMIT = '<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'
ROW_3 = FAMILY[LIMITS].decode().split('<rule id="time_limits_row_3">')[1].split("</rule>")[0]


def test_a_number_in_the_table_of_limits() -> None:
    assert told(changed(LIMITS, (LIMIT, LIMIT.replace("5", "3")))) == [
        "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"
    ]


def test_groups_in_the_table_of_tiers() -> None:
    assert told(changed(TIERS, ('"work_group,unit_deputy:${lead}"', '"work_group"'))) == [
        "“提级层级”表中层级 3、主办单位性质 区管或垂直管理：督办岗位 工作小组、分管领导（主办单位） → 工作小组"
    ]


def test_a_row_put_in_taken_out_and_tested_otherwise() -> None:
    row = f'<rule id="time_limits_row_3">{ROW_3}</rule>'
    without = changed(LIMITS, (row, ""))
    given = "期限 5、提前催办 2、重办期限 3、派单岗位 窗口、工作小组"
    assert told(without) == [f"“办理期限”表删去一行，等级 一般、第几轮 1：{given}"]
    assert told(FAMILY, without) == [f"“办理期限”表新增一行，等级 一般、第几轮 1：{given}"]
    tested = changed(LIMITS, ('row_3_round"><text>1<', 'row_3_round"><text>&lt;= 1<'))
    assert told(tested) == ["“办理期限”表有一行的条件：等级 一般、第几轮 1 → 等级 一般、第几轮 <= 1"]


def test_columns_and_the_table_itself() -> None:
    assert told(changed(LIMITS, ('label="期限（工作日）"', 'label="办理天数"'))) == [
        "决策表“办理期限”的列“期限（工作日）”改名为“办理天数”"
    ]
    assert told(changed(LIMITS, ('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'))) == [
        "决策表“办理期限”的命中策略：UNIQUE → FIRST"
    ]
    assert told({name: content for name, content in FAMILY.items() if name != LIMITS}) == ["删去决策表“办理期限”"]
    column = '<output id="extra" name="note" label="备注" typeRef="string" />'
    assert told(changed(LIMITS, ("<rule ", f"{column}<rule "))) == ["决策表“办理期限”新增列“备注”"]


def test_a_text_with_marks_of_its_own_is_told_whole() -> None:
    """As a table of answers may have it."""
    cell = '<outputEntry id="time_limits_row_3_dispatch_group"><text>"window,work_group"</text>'
    after = changed(LIMITS, (cell, cell.replace("window,work_group", "甲；乙=丙")))
    assert told(after) == ["“办理期限”表中等级 一般、第几轮 1：派单岗位 窗口、工作小组 → 甲；乙=丙"]


def test_the_order_of_rows_counts_where_the_first_one_wins() -> None:
    row = f'<rule id="time_limits_row_3">{ROW_3}</rule>'
    first = ('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"')
    before = changed(LIMITS, first)
    after = changed(LIMITS, first, (row, ""), ("</decisionTable>", f"{row}</decisionTable>"))
    assert told(after, before) == ["“办理期限”表各行的先后变了，先符合的一行先用"]


# ------------------------------------------------------------------ forms
def test_fields_that_come_and_go() -> None:
    def sign(form: dict[str, Any]) -> None:
        form["properties"]["opinion"] = {"type": "string", "title": "签批意见"}
        form["required"].append("opinion")
        form["ui"]["order"].append("opinion")

    after = formed("review", sign)
    assert told(after) == ["表单“审核办结”新增字段“签批意见”（必填）"]
    assert told(FAMILY, after) == ["表单“审核办结”删去字段“签批意见”"]


FIELDS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("review", lambda f: f["required"].append("reply_text"), "表单“审核办结”的字段“给反映人的答复”改为必填"),
    (
        "review",
        lambda f: f["properties"]["reply_text"].update(title="答复"),
        "表单“审核办结”的字段“答复”的名称：“给反映人的答复” → “答复”",
    ),
    (
        "review",
        lambda f: f["properties"]["outcome"]["enum"].remove("partly"),
        "表单“审核办结”的字段“办成情况”去掉选项“部分办成”",
    ),
    (
        "handle",
        lambda f: f["properties"]["days"].update(maximum=3),
        "表单“办理”的字段“延长几个工作日”的最大值：“5” → “3”",
    ),
    (
        "review",
        lambda f: f["ui"]["show"].update(outcome="review_result != 'send_back'"),
        "表单“审核办结”的字段“办成情况”出现的条件：审核结果是“通过” → 审核结果不是“退回重办”",
    ),
    ("review", lambda f: f["ui"].update(submit="送审"), "表单“审核办结”的提交按钮：“提交” → “送审”"),
    ("review", lambda f: f["ui"]["order"].reverse(), "表单“审核办结”的字段顺序有变"),
    ("review", lambda f: f["allOf"].pop(), "表单“审核办结”的按情况必填的规则有变"),
    (
        "dispatch",
        lambda f: f["ui"]["checks"].pop(),
        "表单“转办派单”删去检查：主办单位不能同时是协办单位，请去掉其中一个。",
    ),
]


@pytest.mark.parametrize(("name", "change", "sentence"), FIELDS, ids=[each[2][4:20] for each in FIELDS])
def test_what_a_form_asks_otherwise(name: str, change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert told(formed(name, change)) == [sentence]


def test_a_form_that_comes_or_goes() -> None:
    without = {name: content for name, content in FAMILY.items() if name != "forms/unmask.json"}
    assert told(without) == ["删去表单“查看联系方式”"]
    assert told(FAMILY, without) == ["新增表单“查看联系方式”"]


# ------------------------------------------------------------------ only drawn otherwise
def redrawn(text: str) -> str:
    """The same diagram moved, its parts in another order, its flows, events and lanes under other ids."""
    root = ElementTree.fromstring(text)
    flows = {flow.get("id"): f"Flow_{place}" for place, flow in enumerate(root.iter(bpmn("sequenceFlow")))}
    for node in root.iter():
        for name in ("id", "default", "bpmnElement"):
            if node.get(name) in flows:
                node.set(name, flows[node.get(name)])
        if node.text in flows:
            node.text = flows[node.text]
        if node.tag.endswith("EventDefinition"):
            node.set("id", f"{node.get('id')}_again")
        if node.tag.endswith(("Bounds", "waypoint")):
            node.set("x", str(float(node.get("x", "0")) + 70))
        if node.tag == bpmn("process") or node.tag == bpmn("subProcess"):
            node[:] = reversed(node)
    return re.sub(r"case_due\((\d)\)", r" case_due( \1 ) ", ElementTree.tostring(root, "unicode"))


def bpmn(name: str) -> str:
    return f"{{http://www.omg.org/spec/BPMN/20100524/MODEL}}{name}"


def resaved(name: str, content: bytes) -> bytes:
    """As another program would save it."""
    if name.endswith(".bpmn"):
        return redrawn(content.decode()).encode()
    if name.endswith(".dmn"):
        return content.replace(b"_row_", b"_line_")
    return json.dumps(json.loads(content), sort_keys=True, indent=7).encode()


def test_layout_order_and_ids_of_flows_make_no_difference() -> None:
    twin = {name: resaved(name, content) for name, content in FAMILY.items()}
    assert all(twin[name] != content for name, content in FAMILY.items())
    assert told(twin) == []


def test_a_difference_is_found_in_the_twin_too() -> None:
    after = changed(MAIN, ("case_due(2)", "case_due(3)"), *SIGN_OFF)
    twin = {name: resaved(name, content) for name, content in after.items()}
    assert sorted(told(twin)) == sorted(told(after))
    assert len(told(twin)) == 2


def test_every_attribute_of_the_shipped_elements_is_named_in_words() -> None:
    """Nothing of what the office draws is told by its code."""
    emptied = re.sub(r' bc:(groups|due|form|phase)="[^"]*"', "", FAMILY[MAIN].decode())
    said = told({**FAMILY, MAIN: emptied.encode()})
    assert len(said) > 40
    assert [each for each in said if re.search(r"的[a-z]", each)] == []
