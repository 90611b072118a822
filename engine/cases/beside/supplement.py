"""补充情况: what the citizen brings or tells later. It completes no task: that is for whoever waits for it."""

from __future__ import annotations

from engine.cases import policy
from engine.cases.beside.act import CaseAct, Said, notify_handlers, unless_archived
from engine.cases.live import Live


def _do(live: Live, said: Said) -> None:
    notify_handlers(live, "supplemented")


SUPPLEMENT = CaseAct(
    name="supplement",
    action="supplemented",
    posts=policy.SUPPLEMENT,
    refusal="您所在的组不登记补充情况，请联系窗口，或由正在办理的单位登记。",
    do=_do,
    not_now=unless_archived("补充情况"),
    only_with_order=True,
)
