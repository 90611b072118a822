"""The columns of the ledger in one table: key, Chinese heading, how a line says it.

The first 29 are those of the paper ledger (DOMAIN.md "Ledger columns"); behind them stand what decides how a case
counts in the rates (统计口径), from which every rate can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine.clock import local
from engine.queries.ledger_lines import LedgerLine
from engine.vocabulary import label

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class LedgerColumn:
    """One column. `width`: in characters of a sheet; `said`: an instant is aware, in Asia/Shanghai.

    `kind`: date or datetime where it says days or instants.
    """

    key: str
    heading: str
    width: int
    said: Callable[[LedgerLine], Cell]
    kind: type = str


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _local(at: datetime | None) -> datetime | None:
    return None if at is None else local(at)


def officer(window: str | None, name: str) -> str:
    """窗口/受理人."""
    return f"{window} {name}" if window else name


def _problem(line: LedgerLine) -> str:
    return f"{line.title}：{line.description}" if line.description else line.title


def _cause(line: LedgerLine) -> str:
    return f"{line.cause}（{line.cause_detail}）" if line.cause and line.cause_detail else line.cause or ""


def _result(line: LedgerLine) -> str:
    return "：".join(filter(None, (label("outcome", line.outcome), line.result if line.outcome else "")))


def _yes(said: bool | None) -> str:
    return {True: "是", False: "否"}.get(said, "") if said is not None else ""


PAPER = (
    LedgerColumn("position", "序号", 6, lambda line: line.position),
    LedgerColumn("no", "编号", 15, lambda line: line.no),
    LedgerColumn("accepted", "受理日期", 11, lambda line: _day(line.accepted_at), date),
    LedgerColumn("channel", "渠道", 12, lambda line: label("channel", line.channel)),
    LedgerColumn("officer", "窗口/受理人", 14, lambda line: officer(line.window, line.officer)),
    LedgerColumn("person", "反映人(脱敏)", 12, lambda line: line.person),
    LedgerColumn("phone", "联系电话(脱敏)", 13, lambda line: line.phone),
    LedgerColumn("kind", "个人/企业", 9, lambda line: label("applicant_kind", line.kind)),
    LedgerColumn("matter", "事项", 18, lambda line: line.matter),
    LedgerColumn("problem", "问题描述", 40, _problem),
    LedgerColumn("cause", "原因", 14, _cause),
    LedgerColumn("grade", "等级", 6, lambda line: label("grade", line.grade)),
    LedgerColumn("lead", "主办", 14, lambda line: line.lead),
    LedgerColumn("co_units", "协办", 16, lambda line: line.co_units),
    LedgerColumn("dispatched", "派单时间", 16, lambda line: line.dispatched_at, datetime),
    LedgerColumn("signed", "签收时间", 16, lambda line: line.signed_at, datetime),
    LedgerColumn("deadline", "到期日", 11, lambda line: _day(line.deadline), date),
    LedgerColumn("course", "办理过程摘要", 40, lambda line: line.course),
    LedgerColumn("result", "办理结果", 30, _result),
    LedgerColumn("completed", "办结日期", 11, lambda line: _day(line.completed_at), date),
    LedgerColumn("days", "用时(工作日)", 9, lambda line: line.days),
    LedgerColumn("in_time", "是否按期", 9, lambda line: _yes(line.counted.in_time)),
    LedgerColumn("moves", "延期/退单/提级", 16, lambda line: line.moves),
    LedgerColumn("feedback", "反馈方式/日期", 16, lambda line: line.feedback),
    LedgerColumn("visit", "回访日期/结果", 22, lambda line: line.visit),
    LedgerColumn("satisfaction", "满意度", 10, lambda line: label("satisfaction", line.counted.satisfaction)),
    LedgerColumn("services", "服务举措", 24, lambda line: line.services),
    LedgerColumn("pain", "痛点及建议", 30, lambda line: line.pain),
    LedgerColumn("remarks", "备注", 20, lambda line: line.remarks),
)
COUNTING = (
    LedgerColumn("received", "收到日期", 11, lambda line: line.received_at.date(), date),
    LedgerColumn("status", "状态", 10, lambda line: label("status", line.status)),
    LedgerColumn("light", "灯色", 8, lambda line: label("light", line.light)),
    LedgerColumn("counted_at", "统计口径：归属时间", 20, lambda line: _local(line.counted.at), datetime),
    LedgerColumn("counted_due", "统计口径：首轮期限", 20, lambda line: _local(line.counted.due), datetime),
    LedgerColumn("closed", "统计口径：已办结", 8, lambda line: _yes(line.counted.closed)),
    LedgerColumn("excluded", "统计口径：不计原因", 10, lambda line: label("uncounted", line.counted.excluded)),
    LedgerColumn("anonymous", "统计口径：匿名", 8, lambda line: _yes(line.counted.anonymous)),
    LedgerColumn("called_back", "统计口径：有效回访", 8, lambda line: _yes(line.counted.called_back)),
    LedgerColumn("contacted", "统计口径：期限内联系", 8, lambda line: _yes(line.counted.contacted_in_time)),
    LedgerColumn("solved", "统计口径：本人认为解决", 8, lambda line: _yes(line.counted.solved)),
    LedgerColumn("rating", "统计口径：评价分", 8, lambda line: line.counted.satisfaction),
)
COLUMNS = (*PAPER, *COUNTING)
