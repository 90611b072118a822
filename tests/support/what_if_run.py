"""A what-if that has been answered, as its row stands in the table: for doors and pages that are about one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
_IN_TIME = {"value": 0.5, "numerator": 1, "denominator": 2, "excluded": {"merged": 1}}
_LOAD = [
    {"groups": ["window", "work_group"], "tasks": 4, "hours": 1.5},
    {"groups": ["unit:SC-SS"], "tasks": 6, "hours": 40.0},
]
_FIGURES = {"cases": 3, "late": 1, "signed": 2, "auto_signed": 1, "open": 0, "in_time": _IN_TIME, "raised": {"3": 1}}
_STOOD = {
    "late": False,
    "tier": 0,
    "raised": 0,
    "deadline": "2026-09-30T17:00:00+08:00",
    "counted_at": "2026-09-29T10:00:00+08:00",
    "outcome": "done",
    "ended_at": None,
}
_ASSUMED = {"element": "sign_off", "name": "签批", "groups": ["work_group"], "of": "group"}
_NUMBERS = {"all": 5, "drawn": 5, "restricted": 1, "replayed": 4, "agreeing": 3, "unreached": 0, "lost": 1}


def answer(no: str) -> Mapping[str, Any]:
    """An answer with something in each of its parts, all of it about the case of this number."""
    moved = {**_STOOD, "deadline": "2026-09-28T17:00:00+08:00"}
    turned = {**moved, "late": True, "tier": 3, "raised": 1}
    return {
        "until": AT.isoformat(),
        "version": None,
        "hash": "0" * 64,
        "cases": {**_NUMBERS, "compared": 3, "left": 1, "differ": 2, "weigh": 1},
        "before": {**_FIGURES, "load": _LOAD},
        "after": {**_FIGURES, "late": 2, "raised": {"3": 2, "4": 1}, "load": _LOAD[:1]},
        "deviating": [{"no": no, "fields": ["tier", "deadline"]}],
        "left": [{"no": no, "why": "走到“办理”走不下去：已过到期时间"}],
        "differing": [
            {"no": no, "turned": True, "weighs": True, "before": _STOOD, "after": turned},
            {"no": no, "turned": False, "weighs": False, "before": _STOOD, "after": moved},
        ],
        "assumed": [{**_ASSUMED, "minutes": 7.5, "samples": 12, "times": 3}],
        "asked_anew": ["sign_off_note"],
    }


def answered_run(no: str) -> Mapping[str, Any]:
    """The row."""
    return {
        "asked_by": "supervisor",
        "asked_at": AT,
        "since": "2026-07-01",
        "until": "2026-09-30",
        "draft": 1,
        "called": "草稿“期限”（第 1 次改动）",
        "most": 1000,
        "seed": 1,
        "state": "done",
        "done": 8,
        "steps": 8,
        "heard_at": AT,
        "answer": json.dumps(answer(no), ensure_ascii=False),
    }
