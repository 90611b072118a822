"""For every rule of the lint a small diagram that breaks just that rule, and a twin that does not.

The rules of the proof have theirs in tests/bpmn/proof/rules.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tests.bpmn import drawing as d
from tests.bpmn.test_decisions import dmn

Files: TypeAlias = Mapping[str, bytes]


@dataclass(frozen=True)
class Pair:
    """`note`: told, and blocks nothing; `law`: a rule for the case process alone."""

    element: str
    broken: Files
    twin: Files
    note: bool = False
    law: bool = False


def _one(drawn: bytes) -> Files:
    return {"p.bpmn": drawn}


def _straight(*parts: str, rest: str = "") -> Files:
    return _one(d.straight(*parts).replace(b"</bpmn:definitions>", rest.encode() + b"</bpmn:definitions>"))


def _drawn(*parts: str, along: tuple[str, ...], rest: str = "") -> Files:
    return _one(d.document(d.process(d.start(), *parts, d.end(), d.flows(*along)), rest))


X = d.user("x")
SOUND = _straight(X)


def _beside(part: str) -> Files:
    """A sound process with something in it that nothing leads to."""
    return _drawn(X, part, along=("start x end",))


def _thrown(inner: str, rest: str = "") -> Files:
    return _straight(d.node("intermediateThrowEvent", "x", inner), rest=rest)


def _caught(inner: str, rest: str = "") -> Files:
    return _straight(d.node("intermediateCatchEvent", "x", inner), rest=rest)


def _on_the_border(*inner: str, rest: str = "", interrupting: bool = True) -> Files:
    """A task with a boundary event `x` for each of these."""
    ids = ["x", "y"][: len(inner)]
    events = [d.boundary(id, "t", each, interrupting) + d.end(f"e_{id}") for id, each in zip(ids, inner, strict=True)]
    return _drawn(d.user("t"), *events, along=("start t end", *(f"{id} e_{id}" for id in ids)), rest=rest)


def _inside(*parts: str, way: str, around: str = "", along: tuple[str, ...] = (), rest: str = "") -> Files:
    """A sub-process `sub` over these parts, its start `s` and end `e` among them."""
    return _drawn(d.sub("sub", *parts, d.flows(way)), around, along=("start sub end", *along), rest=rest)


def _ended(inner: str, around: str = "", along: tuple[str, ...] = (), rest: str = "") -> Files:
    return _inside(d.start("s"), d.user("t"), d.end("x", inner), way="s t x", around=around, along=along, rest=rest)


def _choice(*flows: str, default: str = "b") -> Files:
    return _drawn(d.xor("x", default=default), d.user("a"), d.user("b"), along=("start x", *flows, "a end", "b end"))


def _loop(*inside: str) -> Files:
    way = " ".join(part.split('id="', 1)[1].split('"', 1)[0] for part in inside)
    return _drawn(*inside, d.xor("g", default="end"), along=(f"start {way} g end", "g x: returns() == 1"))


def _race(*lines: str) -> Files:
    return _drawn(
        *(d.node("eventBasedGateway", "g"), d.xor("m"), d.user("t")),
        *(d.node("intermediateCatchEvent", id, d.timer(f"minutes({n})")) for n, id in enumerate(("x", "two"), 1)),
        d.node("receiveTask", "told", messageRef="news"),
        along=("start g", *lines),
        rest=d.message("news"),
    )


def _placed(y: str) -> Files:
    """Drawn at this height."""
    bounds = f'<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="0" y="{y}"/>'
    shape = f'<di:BPMNShape bpmnElement="x">{bounds}</di:BPMNShape>'
    space = 'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
    return _straight(X, rest=f"<di:BPMNDiagram {space}><di:BPMNPlane>{shape}</di:BPMNPlane></di:BPMNDiagram>")


def _forked(*along: str) -> Files:
    return _drawn(X, d.node("parallelGateway", "g"), along=along)


def _form(**properties: object) -> bytes:
    return json.dumps({"type": "object", "additionalProperties": False, "properties": properties}).encode()


def _asked(condition: str) -> Files:
    """A diagram every step of which has a form, and so all names are known."""
    parts = (d.start(bc_form="f"), d.xor("g", default="end"), d.service("s"), d.end())
    drawn = d.document(d.process(*parts, d.flows("start g end", f"g s: {condition}", "s end")))
    return {**_one(drawn), "forms/f.json": _form(grade={"type": "string"})}


def _ruled(table: bytes) -> Files:
    return {**_straight(d.node("businessRuleTask", "x", bc_decision="t")), "t.dmn": table}


def _nested(levels: int) -> Files:
    inside, id = d.user("t"), "t"
    for level in range(levels):
        parts = (d.start(f"s{level}"), inside, d.end(f"e{level}"), d.flows(f"s{level} {id} e{level}"))
        id = f"n{level}"
        inside = d.sub(id, *parts)
    return _drawn(inside, along=(f"start {id} end",))


def _calling(id: str, called: str | None) -> str:
    step = d.user(f"{id}_t") if called is None else d.node("callActivity", f"{id}_t", calledElement=called)
    return d.process(d.start(f"{id}_s"), step, d.end(f"{id}_e"), d.flows(f"{id}_s {id}_t {id}_e"), id=id)


def _data(near: bool) -> Files:
    pointer = '<bpmn:dataObjectReference id="ref" dataObjectRef="obj"/><bpmn:dataObject id="obj"/>'
    reads = "<bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>"
    inner = d.sub("inner", d.start("s2"), d.node("userTask", "x", reads), d.end("e2"), d.flows("s2 x e2"))
    held = ("", pointer) if near else (pointer, "")
    return _drawn(
        d.sub("outer", d.start("s"), inner, d.end("e"), held[1], d.flows("s inner e")),
        held[0],
        along=("start outer end",),
    )


CALLS = _one(d.document(_calling("p", "q"), _calling("q", None)))
DUE, OWN = _straight(d.user("x", bc_due="workdays(1)")), _straight(d.user("x", bc_groups="window"))
HELP, WRONG = d.event("escalation", "help"), d.event("error", "wrong")
TASK = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
SCRIPT = "<bpmn:extensionElements><spiffworkflow:{0}>1</spiffworkflow:{0}></bpmn:extensionElements>"
HEARING = d.sub("y", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"), triggeredByEvent="true")
NEWS, FLAG = d.message("news"), d.signal("flag")

PAIRS: Mapping[str, Pair] = {
    # --- what can be read at all
    "XML": Pair("-", _one(b"<!DOCTYPE x>" + SOUND["p.bpmn"]), SOUND),
    "FILE": Pair("-", {**SOUND, "x.sh": b"true"}, SOUND),
    "NO_PROCESS": Pair("p", _one(SOUND["p.bpmn"].replace(b'isExecutable="true"', b'isExecutable="false"')), SOUND),
    "PARSE": Pair("-", _placed("low"), _placed("100")),
    # --- size and names
    "TOO_BIG": Pair("p", _straight(*(d.service(f"s{n}") for n in range(299))), _straight(*map(d.service, "abc"))),
    "TOO_DEEP": Pair("n0", _nested(9), _nested(8)),
    "ID": Pair("a b", _straight(d.user("a b")), _straight(d.user("a_b"))),
    "DUPLICATE_ID": Pair("x", _drawn(X, X, along=("start x end",)), _drawn(X, d.user("y"), along=("start x y end",))),
    # --- constructs that do not run
    "SCRIPT": Pair("x", _straight(d.node("scriptTask", "x")), _straight(d.service("x", bc_set="n = 1"))),
    "PRE_POST_SCRIPT": Pair("x", _straight(d.node("userTask", "x", SCRIPT.format("preScript"))), SOUND),
    "ADHOC": Pair(
        "x",
        _straight(d.node("adHocSubProcess", "x", d.user("t"))),
        _straight(d.sub("x", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"))),
    ),
    "TRANSACTION": Pair(
        "x",
        _straight(d.node("transaction", "x", d.start("s") + d.user("t") + d.end("e") + d.flows("s t e"))),
        _straight(d.sub("x", d.start("s"), d.user("t"), d.end("e"), d.flows("s t e"))),
    ),
    "EVENT_SUBPROCESS": Pair("y", _beside(HEARING), SOUND),
    "COMPLEX_GATEWAY": Pair(
        "x", _straight(d.node("complexGateway", "x"), d.user("t")), _straight(d.xor("x"), d.user("t"))
    ),
    "DATA_STORE": Pair("y", _beside(d.node("dataStoreReference", "y")), _beside(d.node("textAnnotation", "y"))),
    "DATA": Pair("x", _data(False), _data(True)),
    "UNKNOWN": Pair("y", _beside(d.node("choreographyTask", "y")), _beside(d.node("group", "y"))),
    "COMPENSATION": Pair("x", _straight(d.user("x", isForCompensation="true")), SOUND),
    "LINK": Pair("x", _thrown(d.event("link")), _thrown(d.event("message", "news"), NEWS)),
    "CONDITIONAL": Pair("x", _caught(d.event("conditional")), _caught(d.timer("minutes(1)"))),
    "LOOP": Pair(
        "x",
        _straight(d.node("userTask", "x", "<bpmn:standardLoopCharacteristics/>")),
        _straight(d.node("userTask", "x", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>')),
    ),
    "COLLECTION": Pair(
        "x",
        _straight(d.node("userTask", "x", d.several("x", "a + b"))),
        _straight(d.node("userTask", "x", d.several("x", "a"))),
    ),
    # --- events
    "START_EVENT": Pair(
        "start",
        _one(SOUND["p.bpmn"].replace(b"</bpmn:startEvent>", d.timer("minutes(1)").encode() + b"</bpmn:startEvent>")),
        SOUND,
    ),
    "EVENT": Pair("x", _caught(""), _caught(d.timer("minutes(1)"))),
    "MULTIPLE_EVENTS": Pair(
        "x", _caught(d.timer("minutes(1)") + d.event("message", "news"), NEWS), _caught(d.timer("minutes(1)"))
    ),
    "BOUNDARY": Pair(
        "x",
        _drawn(X.replace('"x"', '"t"'), d.boundary("x", "u", d.timer("minutes(1)")), along=("start t end", "x end")),
        _on_the_border(d.timer("minutes(1)")),
    ),
    "TIMER": Pair("x", _caught("<bpmn:timerEventDefinition/>"), _caught(d.timer("minutes(1)"))),
    "CYCLE_TIMER": Pair("x", _caught(d.timer("R3/PT1H", "timeCycle")), _caught(d.timer("PT1H", "timeDuration"))),
    "SIGNAL_END": Pair("x", _ended(d.event("signal", "flag"), rest=FLAG), _ended("")),
    "MESSAGE_REF": Pair("x", _caught(d.event("message")), _caught(d.event("message", "news"), NEWS)),
    "SIGNAL_REF": Pair("x", _thrown(d.event("signal", "flag")), _thrown(d.event("signal", "flag"), FLAG)),
    "ERROR_REF": Pair("x", _on_the_border(WRONG), _on_the_border(WRONG, rest=d.error("wrong"))),
    "ESCALATION_REF": Pair("x", _on_the_border(HELP), _on_the_border(HELP, rest=d.escalation("help"))),
    "CATCH_ALL": Pair(
        "t",
        _on_the_border(HELP, d.event("escalation"), rest=d.escalation("help")),
        _on_the_border(HELP, d.event("escalation", "more"), rest=d.escalation("help") + d.escalation("more")),
    ),
    "UNCAUGHT_ERROR": Pair(
        "x",
        _ended(WRONG, rest=d.error("wrong")),
        _ended(WRONG, d.boundary("b", "sub", WRONG) + d.end("e2"), ("b e2",), d.error("wrong")),
    ),
    # --- flows
    "START": Pair(
        "p",
        _drawn(d.start("again"), X, along=("start x end", "again x")),
        _drawn(d.service("again"), X, along=("start again x end",)),
    ),
    "END": Pair("p", _one(d.document(d.process(d.start(), X, d.flows("start x")))), SOUND),
    "FLOW": Pair(
        "x__s",
        _drawn(X, d.sub("sub", d.start("s"), d.end("e"), d.flows("s e")), along=("start sub x end", "x s")),
        _drawn(X, d.sub("sub", d.start("s"), d.end("e"), d.flows("s e")), along=("start sub x end",)),
    ),
    "FLOW_CONDITION": Pair(
        "x__end",
        _drawn(X, along=("start x", "x end: returns() == 1")),
        _drawn(X, along=("start x", "x end")),
    ),
    "NO_DEFAULT": Pair(
        "x",
        _choice("x a: returns() == 1", "x b: returns() == 2", default=""),
        _choice("x a: returns() == 1", "x b"),
    ),
    "NO_CONDITION": Pair("x__a", _choice("x a", "x b"), _choice("x a: returns() == 1", "x b")),
    "MANY_OUTGOING": Pair(
        "x",
        _drawn(X, d.user("a"), d.user("b"), along=("start x a end", "x b end")),
        _drawn(X, d.xor("g", default="b"), d.user("a"), d.user("b"), along=("start x g b end", "g a: 1 > 2", "a end")),
    ),
    "DEAD_END": Pair("x", _forked("start g x", "g end"), _forked("start g x end", "g end")),
    "UNREACHABLE": Pair("y", _drawn(X, d.user("y"), along=("start x end", "y end")), SOUND),
    "TWO_TIMERS": Pair(
        "g",
        _race("g x m t end", "g two m", "g told m"),
        _race("g x m t two end", "g told m"),
    ),
    "EVENT_GATEWAY": Pair(
        "t",
        _race("g x m two end", "g t m", "g told m"),
        _race("g x m two t end", "g told m"),
    ),
    "LOOP_EXIT": Pair(
        "x",
        _drawn(d.xor("g", default="end"), X, d.xor("m"), along=("start g end", "g m: returns() == 1", "m x m")),
        _loop(X),
    ),
    "ENDLESS": Pair("x", _loop(d.service("x")), _loop(X)),
    "RECURSION": Pair(
        "p_t", _one(d.document(_calling("p", "p"))), _one(d.document(_calling("p", "q"), _calling("q", None)))
    ),
    # --- what is named exists
    "CALLED": Pair("p_t", _one(d.document(_calling("p", "q"))), CALLS),
    "DECISION": Pair("x", _straight(d.node("businessRuleTask", "x", bc_decision="t")), _ruled(dmn((["-"], ["1"])))),
    "FORM": Pair(
        "x", _straight(d.user("x", bc_form="f")), {**_straight(d.user("x", bc_form="f")), "forms/f.json": _form()}
    ),
    "OPERATION": Pair("x", _straight(d.service("x", "nobody")), _straight(d.service("x", "note"))),
    "NOT_BY": Pair(
        "x", _straight(d.user("a"), d.user("x", bc_notBy="b")), _straight(d.user("a"), d.user("x", bc_notBy="a"))
    ),
    "ATTRIBUTE": Pair("x", _straight(d.user("x", bc_group="window")), _straight(d.user("x", bc_groups="window"))),
    # --- expressions and tables
    "EXPRESSION": Pair(
        "x", _straight(d.user("x", bc_due="tomorrow at noon")), _straight(d.user("x", bc_due="workdays(1)"))
    ),
    "WORD": Pair("x", _straight(d.user("x", bc_due="workday(1)")), DUE),
    "NAME": Pair("g__s", _asked("grades == 'simple'"), _asked("grade == 'simple'")),
    "TYPE": Pair("g__s", _asked("grade < 5"), _asked("grade < 'b'")),
    "TABLE": Pair("t", _ruled(dmn((["-"], ["1"]), policy="PRIORITY")), _ruled(dmn((["-"], ["1"]), policy="FIRST"))),
    "CELL": Pair("-", _ruled(dmn((["城管局"], ["1"]))), _ruled(dmn((['"城管局"'], ["1"])))),
    "TABLE_OVERLAP": Pair(
        "t",
        _ruled(dmn((["> 1"], ["1"]), (["> 2"], ["2"]))),
        _ruled(dmn((["<= 2"], ["1"]), (["> 2"], ["2"]))),
    ),
    # --- the law of the case process
    "NO_CLOCK": Pair("x", SOUND, DUE, law=True),
    # --- what is told, and blocks nothing
    "IGNORED": Pair(
        "x",
        _straight(d.user("x", camunda_followUpDate="x")),
        _straight(d.user("x", camunda_dueDate="minutes(1)")),
        note=True,
    ),
    "ONCE": Pair(
        "x",
        _on_the_border(d.event("message", "news"), rest=NEWS, interrupting=False),
        _on_the_border(d.event("message", "news"), rest=NEWS),
        note=True,
    ),
    "LOOP_DATA": Pair(
        "x",
        _straight(d.node("userTask", "x", TASK.format("<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"))),
        _straight(d.node("userTask", "x", d.several("x", "items"))),
        note=True,
    ),
    "OTHER_PROCESS": Pair(
        "q",
        _one(d.document(_calling("p", None), _calling("q", None))),
        _one(d.document(_calling("p", "q"), _calling("q", None))),
        note=True,
    ),
}
