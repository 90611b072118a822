"""What was entered, as people read it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.queries.entered import Fact, facts_of
from tests.queries.desk import Desk

SCHEMA = {
    "properties": {
        "note": {"title": "说明"},
        "urgent": {"title": "加急"},
        "lead_unit": {"title": "主办单位"},
        "co_units": {"title": "协办单位"},
        "grade": {"title": "等级"},
        "at": {"title": "时间", "format": "date-time"},
        "days": {"title": "天数", "type": "integer"},
        "services": {
            "title": "服务",
            "type": "array",
            "items": {"properties": {"kind": {"title": "种类"}, "staff": {"title": "人员"}}},
        },
    },
    "ui": {
        "order": ["grade", "note"],
        "widgets": {"lead_unit": "unit", "co_units": "units"},
        "vocabulary": {"grade": "grade", "services.kind": "service_kind"},
    },
}


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ({"note": "已核对"}, [Fact("说明", "已核对")]),
        ({"urgent": True}, [Fact("加急", "是")]),
        ({"urgent": False}, [Fact("加急", "否")]),
        ({"days": 0}, [Fact("天数", "0")]),
        ({"lead_unit": "SC-SS"}, [Fact("主办单位", "昌平区社保分中心")]),
        ({"lead_unit": "GONE"}, [Fact("主办单位", "GONE")]),
        ({"co_units": ["SC-MI", "SC-RE"]}, [Fact("协办单位", "昌平区医保分中心、昌平区不动产登记分中心")]),
        ({"at": "2026-10-08T09:00:00+00:00"}, [Fact("时间", "2026-10-08 17:00")]),
        (
            {"services": [{"staff": "甲", "kind": "bangban"}, {"kind": "daiban"}]},
            [Fact("服务", "种类 帮办，人员 甲\n种类 代办")],
        ),
        ({"note": "x", "grade": "simple"}, [Fact("等级", "简单"), Fact("说明", "x")]),
        ({"note": "", "co_units": [], "grade": None}, []),
        ({"unlisted": "x"}, [Fact("unlisted", "x")]),
    ],
)
def test_values_are_put_into_words(desk: Desk, values: dict[str, Any], facts: list[Fact]) -> None:
    assert list(facts_of(SCHEMA, values, desk.engine.directory)) == facts
