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


if __name__ == "__main__":
    for name, (numerator, denominator, reasons) in recomputed(Path(sys.argv[1]), *sys.argv[2:4]).items():
        print(name, f"{numerator}/{denominator}", reasons)
