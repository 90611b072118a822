"""Every rate computed again from the lines of an exported ledger, by nothing but what stands in them.

By hand: python tests/queries/rates_oracle.py ledger.csv 2026-10-01 2026-10-31
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

Line = dict[str, str]
Figures = dict[str, tuple[int, int, dict[str, int]]]  # rate → numerator, denominator, why others do not count

LEFT_OUT = {
    "不予受理": "declined",
    "转出": "transferred",
    "咨询": "consulted",
    "并单": "merged",
    "撤回": "withdrawn",
    "限密移送": "restricted",
}


def recomputed(path: Path, since: str = "", until: str = "9999") -> Figures:
    """The figures of a period, days inclusive."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file) if since <= line["统计口径：归属时间"][:10] <= until]
    of_period = [line for line in lines if line["统计口径：归属时间"]]
    return {rate: _figures([part(line) for line in of_period]) for rate, part in _PARTS.items()}


def _figures(parts: list[str]) -> tuple[int, int, dict[str, int]]:
    counts = Counter(parts)
    met, missed = counts.pop("yes", 0), counts.pop("no", 0)
    return met, met + missed, dict(counts)


def _left_out(line: Line) -> str | None:
    found = LEFT_OUT.get(line["办理结果"].partition("：")[0])
    assert bool(found) == bool(line["统计口径：不计原因"]), line
    return found


def _in_time(line: Line) -> str:
    if found := _left_out(line):
        return found
    closed = line["统计口径：已办结"] == "是"
    return "yes" if closed and line["统计口径：归属时间"] <= line["统计口径：首轮期限"] else "no"


def _responded(line: Line) -> str:
    if (settled := _before_asking(line)) is not None:
        return settled
    if line["统计口径：匿名"] == "是":
        return "anonymous"
    return _by_call_back(line, "统计口径：期限内联系")


def _solved(line: Line) -> str:
    settled = _before_asking(line)
    return settled if settled is not None else _by_call_back(line, "统计口径：本人认为解决")


def _satisfied(line: Line) -> str:
    if (settled := _before_asking(line)) is not None:
        return settled
    if line["统计口径：匿名"] == "是":
        return "anonymous"
    rating = line["统计口径：评价分"]
    return "unrated" if not rating else "yes" if int(rating) >= 3 else "no"


def _before_asking(line: Line) -> str | None:
    found = _left_out(line)
    return found or (None if line["统计口径：已办结"] == "是" else "open")


def _by_call_back(line: Line, column: str) -> str:
    if line["统计口径：有效回访"] != "是":
        return "no_call_back"
    return {"是": "yes", "否": "no", "": "not_asked"}[line[column]]


_PARTS = {"in_time": _in_time, "responded": _responded, "solved": _solved, "satisfied": _satisfied}


# ------------------------------------------------------------------ the columns of counting against the plain ones
RATINGS = {"非常满意": "5", "满意": "4", "基本满意": "3", "不满意": "2", "非常不满意": "1", "": ""}


def contradictions(path: Path) -> list[str]:
    """Lines whose columns of counting (统计口径) say another thing than the columns people read."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    return [f"{line['编号']} {what}" for line in lines for what, holds in _as_people_read(line).items() if not holds]


def _as_people_read(line: Line) -> dict[str, bool]:
    visit, at, due = line["回访日期/结果"], line["统计口径：归属时间"], line["统计口径：首轮期限"]
    counts = bool(at) and _left_out(line) is None
    closed = line["统计口径：已办结"] == "是"
    one_round = counts and closed and at[:10] == line["办结日期"]  # a redo is completed on a later day
    return {
        "匿名": (line["统计口径：匿名"] == "是") == (line["个人/企业"] == "匿名"),
        "有效回访": (line["统计口径：有效回访"] == "是") == ("已联系上" in visit),
        "本人认为解决": line["统计口径：本人认为解决"]
        == ("是" if "已解决" in visit else "否" if "未解决" in visit else ""),
        "评价分": line["统计口径：评价分"] == RATINGS[line["满意度"]],
        "是否按期": line["是否按期"] == ({"yes": "是", "no": "否"}[_in_time(line)] if counts else ""),
        "已办结": closed or not counts or not line["办结日期"],
        "归属时间": closed or not counts or at[:10] == line["到期日"],
        "首轮期限": not one_round or due[:10] == line["到期日"],
    }


def _said_solved(visit: str) -> str:
    return "是" if "已解决" in visit else "否" if "未解决" in visit else ""


if __name__ == "__main__":
    for contradiction in contradictions(Path(sys.argv[1])):
        print("contradiction:", contradiction)
    for name, (numerator, denominator, reasons) in recomputed(Path(sys.argv[1]), *sys.argv[2:4]).items():
        print(name, f"{numerator}/{denominator}", reasons)
