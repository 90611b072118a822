"""Where the courses of a case end, and what has answered the citizen before: read off the drawings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.lint.bundle import Bundle, Scope
from engine.bpmn.lint.waiting import hosts
from engine.bpmn.xml import bc, camunda

# What answers: a form that takes the feedback, the step that records it, the end of the lead case of a duplicate.
FIELDS = frozenset({"feedback_text", "feedback_method"})
OPERATION = "feedback"
MESSAGE = "lead_closed"


@dataclass(frozen=True)
class Ending:
    """One end event.

    `back_to`: the sub-process or process it hands back to. `beside`: only a course beside these activities ends.
    Where the case itself ends both are empty, and `answers` are the elements that answer last on the ways into it.
    """

    file: str
    process: str
    element: str
    name: str
    back_to: str | None
    beside: tuple[str, ...]
    answers: tuple[str, ...]


def endings(bundle: Bundle) -> Iterator[Ending]:
    """Every end event, in the order drawn, inner scopes after the scope around them."""
    for scope in bundle.scopes:
        for id, node in scope.of_kind("endEvent"):
            back_to = scope.id if scope.level or scope.process in bundle.called else None
            beside = tuple(hosts(scope, id))
            answers = () if back_to or beside else tuple(dict.fromkeys(_answers(bundle, scope, id, set())))
            yield Ending(scope.file, scope.process, id, node.get("name") or "", back_to, beside, answers)


def _answers(bundle: Bundle, scope: Scope, id: str, seen: set[str]) -> Iterator[str]:
    """The nearest answering elements on the ways back from a node, those inside a sub-process included."""
    seen.add(id)
    host = scope.nodes[id].get("attachedToRef")
    for before in [flow.get("sourceRef") or "" for flow in scope.incoming(id)] + ([host] if host else []):
        found = list(_inside(bundle, scope, before))
        yield from found
        if not found and before not in seen:
            yield from _answers(bundle, scope, before, seen)


def _inside(bundle: Bundle, scope: Scope, id: str) -> Iterator[str]:
    """The node itself where it answers, or what answers in the sub-process it is."""
    if _is_answer(bundle, scope.nodes[id]):
        yield id
    inner = bundle.scope_of.get((scope.process, id))
    for each in inner.nodes if inner else ():
        yield from _inside(bundle, inner, each) if inner else ()


def _is_answer(bundle: Bundle, node: etree._Element) -> bool:
    form = bundle.files.get(f"forms/{node.get(bc('form')) or node.get(camunda('formKey'))}.json")
    fields = json.loads(form).get("properties", {}) if form else {}
    return node.get(bc("operation")) == OPERATION or node.get("messageRef") == MESSAGE or not FIELDS.isdisjoint(fields)
