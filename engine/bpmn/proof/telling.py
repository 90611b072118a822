"""Runs in words: what people do and which clocks strike, with the names of the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import vocabulary
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.trace import Step
from engine.bpmn.proof.values import OTHER

MOST_VALUES = 3


def told(model: Model, steps: Iterable[Step]) -> tuple[str, ...]:
    """Each step in a few words: `分类定级（等级：一般）`, `时钟“受理超时”到了`."""
    return tuple(_step(model, step) for step in steps)


def _step(model: Model, step: Step) -> str:
    name = step.node.name
    if step.sort == "timer":
        return f"时钟“{name}”到了"
    if step.sort in ("message", "signal", "escalation"):
        return f"“{name}”"
    form = model.forms.get(step.node.drawn.form or "", {})
    values = [] if step.answer is None else list(_values(form, step.answer.sets))
    return f"{name}（{'，'.join(values)}）" if values else name


def _values(form: Mapping[str, Any], sets: Mapping[str, Any]) -> Iterable[str]:
    fields = form.get("properties", {})
    named = {n: v for n, v in sets.items() if n in fields and v is not None and v != OTHER and not isinstance(v, list)}
    for name in list(named)[:MOST_VALUES]:
        yield f"{fields[name].get('title', name)}：{_label(form, name, named[name])}"


def _label(form: Mapping[str, Any], name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    words = form.get("ui", {}).get("vocabulary", {}).get(name)
    return vocabulary.label(words, str(value)) if words else str(value)
