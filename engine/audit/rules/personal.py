"""Access to personal data: whoever had it shown goes on to do something about the case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from engine.audit.rules.told import Finding, Told, breaks

_TIME_TO_ACT = timedelta(days=1)


def who_unmasks_goes_on_to_act(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """查看联系方式: within a day they do something in the case."""
    for place, line in enumerate(lines):
        if line.action != "unmasked":
            continue
        in_time = (each for each in lines[place + 1 :] if each.at - line.at <= _TIME_TO_ACT)
        acted = any(each.who & line.who and each.action != "unmasked" for each in in_time)
        words = f"{line.actor} 查看了反映人的联系方式，一天内没有办理本件。"
        yield None if acted else breaks(line, words, ripe=_TIME_TO_ACT)
