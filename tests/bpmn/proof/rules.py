"""One small diagram per rule that breaks just that rule, and a twin that does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bpmn.definition import Files
from engine.bpmn.proof.house import INSTANT, Effect, House, Law
from tests.bpmn import drawing as d

FEEDBACK = "feedback"
LAW = Law(
    order=frozenset({(None, "acceptance"), ("acceptance", "classification"), ("classification", FEEDBACK)}),
    fields=frozenset({"feedback_text"}),
    operations=frozenset({"feedback"}),
    vouched=frozenset(),
    working=frozenset({"acceptance", "classification"}),
)


def _counted(n: Any = 0) -> Sequence[Any]:
    if not isinstance(n, int | float):
        raise TypeError("这里需要数字")
    return (INSTANT,)


def surroundings(law: bool) -> House:
    """`g` is a post with people, `nobody` one without; `unsure()` is true or false, `never()` null."""
    return House(
        words={"minutes": _counted, "never": lambda: (None,), "unsure": lambda: (True, False)},
        operations={"note": Effect(), "needs": Effect(reads=frozenset({"x"})), "feedback": Effect()},
        posts=lambda group: None if group == "g" else f"“{group}”里还没有人",
        law=LAW if law else None,
    )


@dataclass(frozen=True)
class Rule:
    """`draw(True)` breaks the rule, `draw(False)` is its twin; `run` are the elements of the way there."""

    code: str
    element: str
    run: str
    draw: Callable[[bool], Files]
    law: bool = False
    warns: bool = False
    lint: str = ""  # the code under which the lint finds it already; the proof does not rely on that


def _t(id: str, **attributes: str) -> str:
    return d.user(id, bc_groups="g", **attributes)


def _one(*parts: str, along: Sequence[str], beside: str = "") -> Files:
    return {"p.bpmn": d.document(d.process(*parts, d.flows(*along)), beside)}


def _form(**properties: Any) -> bytes:
    required = [name for name, field in properties.items() if not field.pop("free", False)]
    form = {"type": "object", "additionalProperties": False, "required": required, "properties": properties}
    return json.dumps(form).encode()


def _join(broken: bool) -> Files:
    split = d.xor("g", default="b") if broken else d.node("parallelGateway", "g")
    first = "g a: unsure()" if broken else "g a"
    parts = (d.start(), split, _t("a"), _t("b"), d.node("parallelGateway", "j"), d.end())
    return _one(*parts, along=["start g", first, "g b", "a j", "b j", "j end"])


def _merge(broken: bool) -> Files:
    join = d.xor("j") if broken else d.node("parallelGateway", "j")
    parts = (d.start(), d.node("parallelGateway", "g"), _t("a"), _t("b"), join, _t("c"), d.end())
    return _one(*parts, along=["start g a j c end", "g b j"])


def _circle(broken: bool) -> Files:
    parts = (d.start(), _t("a"), d.xor("g", default="a"), d.end())
    return _one(*parts, along=["start a g a", f"g end: {'1 == 2' if broken else 'unsure()'}"])


def _silence(broken: bool) -> Files:
    wait = d.node("intermediateCatchEvent", "w", d.timer("never()" if broken else "minutes(1)"))
    return _one(d.start(), wait, d.end(), along=["start w end"])


def _beside(broken: bool) -> Files:
    ending = d.end("e") if broken else d.terminate("e")
    late = d.boundary("late", "a", d.timer("minutes(5)"), interrupting=False)
    parts = (d.start(), _t("a"), late, _t("told"), ending, d.end("e2"))
    return _one(*parts, along=["start a e", "late told e2"])


def _joins_main(broken: bool) -> Files:
    late = d.boundary("late", "a", d.timer("minutes(5)"), interrupting=not broken)
    return _one(d.start(), _t("a"), late, _t("b"), d.terminate("e"), along=["start a b e", "late b"])


def _dead(broken: bool) -> Files:
    form = {"forms/f.json": _form(x={"type": "string", "enum": ["yes", "no"]})}
    parts = (d.start(), _t("a", bc_form="f"), d.xor("g", default="end"), _t("b"), d.end())
    return {**_one(*parts, along=["start a g end", f"g b: x == '{'maybe' if broken else 'yes'}'", "b end"]), **form}


def _inner(broken: bool) -> Files:
    inside = d.sub(
        "in",
        d.start("s2"),
        _t("a"),
        d.xor("g", default="a"),
        d.end("e2"),
        d.flows("s2 a g a", f"g e2: {'1 == 2' if broken else 'unsure()'}"),
    )
    return _one(d.start(), inside, d.end(), along=["start in end"])


def _called(broken: bool) -> Files:
    setting = {} if broken else {"bc_set": "x = 1"}
    called = d.process(d.start("s2"), _t("b", bc_due="minutes(x)"), d.end("e2"), d.flows("s2 b e2"), id="q")
    call = d.node("callActivity", "c", calledElement="q", **setting)
    return {"p.bpmn": d.document(d.process(d.start(), _t("a"), call, d.end(), d.flows("start a c end")), called)}


def _unset(broken: bool) -> Files:
    """Set on one of two ways before it is asked for; in the twin on both."""
    other = d.service("u") if broken else d.service("u", bc_set="x = 2")
    parts = (d.start(), d.xor("h", default="u"), d.service("s", bc_set="x = 1"), other, _t("a"))
    rest = (d.xor("g", default="end"), _t("b"), d.end())
    return _one(*parts, *rest, along=["start h", "h s: unsure()", "s a", "h u a", "a g end", "g b: x == 1", "b end"])


def _operation(broken: bool) -> Files:
    setting = {} if broken else {"bc_set": "x = 1"}
    return _one(d.start(**setting), d.service("s", "needs"), d.end(), along=["start s end"])


def _null(broken: bool) -> Files:
    field: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 9, "free": broken}
    parts = (d.start(), _t("a", bc_form="f"), d.xor("g", default="end"), _t("b"), d.end())
    drawn = _one(*parts, along=["start a g end", "g b: n > 5", "b end"])
    return {**drawn, "forms/f.json": _form(n=field)}


def _both(broken: bool) -> Files:
    form = {"forms/f.json": _form(n={"type": "integer", "minimum": 0, "maximum": 9})}
    parts = (d.start(), _t("a", bc_form="f"), d.xor("g", default="end"), _t("b"), _t("c"), d.end())
    second = "n > 3" if broken else "n > 3 and n <= 5"
    return {**_one(*parts, along=["start a g end", "g b: n > 5", f"g c: {second}", "b end", "c end"]), **form}


def _post(broken: bool) -> Files:
    return _one(d.start(), d.user("a", bc_groups="nobody" if broken else "g"), d.end(), along=["start a end"])


def _spent(broken: bool) -> Files:
    due = {} if broken else {"bc_due": "minutes(9)"}
    late = d.boundary("late", "a", d.timer("minutes(5)"), interrupting=False)
    tell = d.service("told")
    end = d.service("f", "feedback", bc_phase="acceptance")
    parts = (d.start(), d.user("a", bc_groups="g", **due), late, tell, end, d.terminate("e"), d.end("e2"))
    return _one(*parts, along=["start a f e", "late told e2"])


def _feedback(broken: bool) -> Files:
    parts = (
        d.start(),
        _t("a", bc_due="minutes(1)", bc_phase="acceptance"),
        d.xor("g", default="f"),
        d.service("f", "feedback"),
        d.end(),
    )
    short = ["g end: unsure()"] if broken else ["g f2: unsure()", "f2 end"]
    more = () if broken else (d.service("f2", "feedback"),)
    return _one(*parts, *more, along=["start a g f end", *short])


def _order(broken: bool) -> Files:
    parts = (
        d.start(),
        _t("a", bc_due="minutes(1)", bc_phase="acceptance"),
        _t("b", bc_due="minutes(1)", bc_phase="feedback" if broken else "classification"),
        d.service("f", "feedback", bc_phase="feedback"),
        d.end(),
    )
    return _one(*parts, along=["start a b f end"])


def _silent(broken: bool) -> Files:
    asked = () if broken else (_t("a"),)
    way = "start s g end" if broken else "start s a g end"
    parts = (d.start(), d.service("s"), *asked, d.xor("g", default="end"), d.end())
    return _one(*parts, along=[way, f"g s: {'1 == 1' if broken else 'unsure()'}"])


def _no_way(broken: bool) -> Files:
    default = {} if broken else {"default": "b"}
    last = "g b: unsure() and not unsure()" if broken else "g b"
    parts = (d.start(), _t("t"), d.xor("g", **default), _t("a"), _t("b"), d.end())
    return _one(*parts, along=["start t g", "g a: unsure()", last, "a end", "b end"])


def _data_object(broken: bool) -> Files:
    reads = "<bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>"
    task = d.node("userTask", "a", reads if broken else "", bc_groups="g")
    beside = '<bpmn:dataObjectReference id="ref" dataObjectRef="o"/><bpmn:dataObject id="o"/>'
    return _one(d.start(), task, d.end(), beside, along=["start a end"])


RULES = {
    "a circle in which nobody is asked": Rule("SILENT_LOOP", "g", "start", _silent, lint="ENDLESS"),
    "a choice that fits nobody": Rule("NO_WAY_OUT", "g", "start t", _no_way, lint="NO_DEFAULT"),
    "a construct the proof has no rule for": Rule("NOT_PROVEN", "a", "", _data_object),
    "a join that waits for a way not taken": Rule("DEADLOCK", "j", "start a", _join),
    "two tokens where one is drawn": Rule("LACK_SYNC", "c", "start a b", _merge),
    "a circle without a way out": Rule("LIVELOCK", "a", "start", _circle),
    "a clock that never strikes": Rule("DEADLOCK", "w", "start", _silence),
    "a reminder that outlives the task": Rule("LEFT_BEHIND", "told", "start late a", _beside),
    "a reminder that goes on as the task": Rule("LACK_SYNC", "b", "start late", _joins_main),
    "a way nobody can take": Rule("DEAD", "g__b", "", _dead),
    "an inner process that never ends": Rule("LIVELOCK", "a", "start", _inner),
    "a called process that is told too little": Rule("UNSET", "b", "start a", _called),
    "a variable set on one way only": Rule("UNSET", "g", "start a", _unset),
    "an operation that misses a variable": Rule("UNSET", "s", "start", _operation),
    "a number that may be left out": Rule("TYPE", "g", "start a", _null),
    "two conditions true at once": Rule("OVERLAP", "g", "", _both, warns=True),
    "a post without people": Rule("EMPTY_GROUP", "a", "start", _post),
    "a wait whose only clock has struck": Rule("CLOCK_SPENT", "a", "start late", _spent, law=True),
    "an end without feedback": Rule("NO_FEEDBACK", "end", "start a", _feedback, law=True),
    "feedback before the grading": Rule("PHASE_ORDER", "b", "start a", _order, law=True),
}
