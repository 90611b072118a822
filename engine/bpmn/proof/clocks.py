"""Whether a clock still runs over every wait of a situation."""

from __future__ import annotations

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Net
from engine.bpmn.proof.tokens import Marking, Token


def without_clock(model: Model, net: Net, marking: Marking) -> Token | None:
    """A token that waits while nothing of this net that would ever strike runs over it; None when there is none.

    A due of its own is a clock that stays. A message awaited beside a host is excused, and one that comes from a case
    with clocks of its own.
    """
    if model.house.law is None:
        return None
    return next((token for token in marking.tokens if _bare(model, net, token)), None)


def _bare(model: Model, net: Net, token: Token) -> bool:
    node = net.nodes[token.node]
    if token.via is not None or any(net.nodes[id].trigger == "timer" for id in token.armed):
        return False
    if token.inner is not None:
        return token.inner.bare
    vouched = model.house.law is not None and node.code in model.house.law.vouched
    excused = vouched or (token.beside and node.kind not in USER_TASKS)
    return not (node.drawn.due or excused)
