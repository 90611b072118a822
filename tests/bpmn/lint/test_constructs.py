"""Constructs the library would ignore, hang on or break are refused, each with its element and the way out."""

from __future__ import annotations

import pytest

from engine.bpmn.lint.shapes import MAX_LEVEL, MAX_NODES
from tests.bpmn import drawing as d
from tests.bpmn.lint.asked import codes, findings


def test_a_sound_diagram_has_no_findings() -> None:
    assert codes(d.straight(d.user("t", bc_groups="window"), d.service("s"))) == []


def thrown(inner: str) -> bytes:
    return d.straight(d.node("intermediateThrowEvent", "x", inner))


def caught(inner: str) -> bytes:
    return d.straight(d.node("intermediateCatchEvent", "x", inner))


def at_the_border(inner: str, interrupting: bool = True, then: str = "") -> bytes:
    after = then or d.service("then")
    return d.document(
        d.process(
            *(d.start(), d.user("t"), d.end(), d.boundary("x", "t", inner, interrupting), after, d.end("e2")),
            d.flows("start t end", "x then e2"),
        )
    )


def ended(inner: str) -> bytes:
    return d.document(d.process(d.start(), d.user("t"), d.end("x", inner), d.flows("start t x")))


CYCLE = d.timer("R3/PT1H", "timeCycle")
REFUSED = {
    "link throw": (thrown(d.event("link")), "LINK"),
    "link catch": (caught(d.event("link")), "LINK"),
    "compensation throw": (thrown(d.event("compensate")), "COMPENSATION"),
    "compensation end": (ended(d.event("compensate")), "COMPENSATION"),
    "compensation boundary": (at_the_border(d.event("compensate")), "COMPENSATION"),
    "conditional catch": (caught(d.event("conditional")), "CONDITIONAL"),
    "conditional boundary": (at_the_border(d.event("conditional")), "CONDITIONAL"),
    "cancel end": (ended(d.event("cancel")), "TRANSACTION"),
    "signal end": (ended(d.event("signal", "s")), "SIGNAL_END"),
    "timer throw": (thrown(d.timer("minutes(1)")), "EVENT"),
    "error throw": (thrown(d.event("error", "e")), "EVENT"),
    "terminate throw": (thrown(d.event("terminate")), "EVENT"),
    "error catch": (caught(d.event("error", "e")), "EVENT"),
    "empty catch": (caught(""), "EVENT"),
    "empty boundary": (at_the_border(""), "EVENT"),
    "interrupting cycle": (at_the_border(CYCLE), "CYCLE_TIMER"),
    "cycle before a waiting step": (at_the_border(CYCLE, False, d.user("then")), "CYCLE_TIMER"),
    "cycle in the flow": (caught(CYCLE), "CYCLE_TIMER"),
    "timer without a time": (caught("<bpmn:timerEventDefinition/>"), "TIMER"),
    "two triggers": (caught(d.event("message", "m") + d.timer("minutes(1)")), "MULTIPLE_EVENTS"),
    "message without a message": (caught(d.event("message")), "MESSAGE_REF"),
    "message that is not there": (caught(d.event("message", "nowhere")), "MESSAGE_REF"),
    "signal without a signal": (thrown(d.event("signal")), "SIGNAL_REF"),
    "escalation that is not there": (thrown(d.event("escalation", "nowhere")), "ESCALATION_REF"),
    "send task without a message": (d.straight(d.node("sendTask", "x")), "MESSAGE_REF"),
    "receive task without a message": (d.straight(d.node("receiveTask", "x")), "MESSAGE_REF"),
    "script task": (d.straight(d.node("scriptTask", "x", "<bpmn:script>1</bpmn:script>")), "SCRIPT"),
    "ad-hoc": (d.straight(d.node("adHocSubProcess", "x", d.user("t"))), "ADHOC"),
    "transaction": (d.straight(d.node("transaction", "x", d.start("s") + d.end("e") + d.flows("s e"))), "TRANSACTION"),
    "for compensation": (d.straight(d.user("x", isForCompensation="true")), "COMPENSATION"),
    "pre-script": (
        d.straight(
            d.node(
                "userTask",
                "x",
                "<bpmn:extensionElements><spiffworkflow:preScript>1</spiffworkflow:preScript></bpmn:extensionElements>",
            )
        ),
        "PRE_POST_SCRIPT",
    ),
    "loop without a limit": (d.straight(d.node("userTask", "x", "<bpmn:standardLoopCharacteristics/>")), "LOOP"),
    "loop with an absurd limit": (
        d.straight(d.node("userTask", "x", '<bpmn:standardLoopCharacteristics loopMaximum="1e9"/>')),
        "LOOP",
    ),
    "loop and several": (
        d.straight(
            d.node("userTask", "x", d.several("x") + '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'),
        ),
        "LOOP",
    ),
    "several of several": (d.straight(d.node("userTask", "x", d.several("x") + d.several("y"))), "LOOP"),
    "several over nothing": (
        d.straight(d.node("userTask", "x", "<bpmn:multiInstanceLoopCharacteristics/>")),
        "COLLECTION",
    ),
    "several over an expression": (d.straight(d.node("userTask", "x", d.several("x", "a + b"))), "COLLECTION"),
    "several over two things": (
        d.straight(d.node("userTask", "x", d.several("x", inner="<bpmn:loopCardinality>3</bpmn:loopCardinality>"))),
        "COLLECTION",
    ),
    "a service that does nothing": (d.straight(d.node("serviceTask", "x")), "OPERATION"),
    "an operation nobody knows": (d.straight(d.service("x", "notify")), "OPERATION"),
    "a table nobody sent": (d.straight(d.node("businessRuleTask", "x", bc_decision="limits")), "DECISION"),
    "a rule without a table": (d.straight(d.node("businessRuleTask", "x")), "DECISION"),
    "a form nobody sent": (d.straight(d.user("x", bc_form="accept")), "FORM"),
    "a form nobody sent, by Camunda": (d.straight(d.user("x", camunda_formKey="embedded:app:a.html")), "FORM"),
    "a call to nowhere": (d.straight(d.node("callActivity", "x", calledElement="nowhere")), "CALLED"),
    "a call to nothing": (d.straight(d.node("callActivity", "x")), "CALLED"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_not_run_as_drawn_is_refused(name: str) -> None:
    drawn, code = REFUSED[name]
    assert codes(drawn) == [(code, "x")]


@pytest.mark.parametrize("kind", ["complexGateway", "dataStoreReference", "choreographyTask"])
def test_what_the_library_drops_in_silence_is_refused_though_nothing_leads_to_it(kind: str) -> None:
    drawn = d.document(d.process(d.start(), d.user("t"), d.end(), d.node(kind, "x"), d.flows("start t end")))
    assert "x" in [element for _, element in codes(drawn)]


def test_an_event_sub_process_is_refused() -> None:
    inside = d.node("startEvent", "s", d.event("message", "m"))
    hidden = d.sub("x", inside, d.user("u"), d.end("e"), d.flows("s u e"), triggeredByEvent="true")
    drawn = d.document(d.process(d.start(), d.user("t"), d.end(), hidden, d.flows("start t end")), d.message("m"))
    assert ("EVENT_SUBPROCESS", "x") in codes(drawn)


@pytest.mark.parametrize("inner", [d.timer("minutes(1)"), d.event("message", "m"), d.event("signal", "s")])
def test_a_process_starts_when_it_is_told_to_not_by_an_event(inner: str) -> None:
    begin = d.node("startEvent", "x", inner)
    drawn = d.process(begin, d.user("t"), d.end(), d.flows("x t end"))
    assert codes(d.document(drawn, d.message("m"), d.signal("s"))) == [("START_EVENT", "x")]


def test_an_error_nobody_catches_is_refused_where_the_process_would_go_on() -> None:
    inside = d.sub("inside", d.start("s"), d.user("t"), d.end("x", d.event("error", "e")), d.flows("s t x"))
    uncaught = d.process(d.start(), inside, d.end(), d.flows("start inside end"))
    assert codes(d.document(uncaught, d.error("e"))) == [("UNCAUGHT_ERROR", "x")]
    border = d.boundary("b", "inside", d.event("error", "e")) + d.end("e2") + d.flows("b e2")
    caught = d.process(d.start(), inside, d.end(), border, d.flows("start inside end"))
    assert codes(d.document(caught, d.error("e"))) == []


def test_an_error_is_caught_around_the_call() -> None:
    called = d.document(
        d.process(d.start("s"), d.user("t"), d.end("x", d.event("error", "e")), d.flows("s t x"), id="called"),
        d.error("e"),
    )
    call = d.node("callActivity", "call", calledElement="called")
    border = d.boundary("b", "call", d.event("error")) + d.end("e2") + d.flows("b e2")
    main = d.document(d.process(d.start(), call, d.end(), border, d.flows("start call end")))
    assert codes({"p.bpmn": main, "c.bpmn": called}) == []
    bare = d.document(d.process(d.start(), call, d.end(), d.flows("start call end")))
    assert codes({"p.bpmn": bare, "c.bpmn": called}) == [("UNCAUGHT_ERROR", "x")]


def test_an_error_that_ends_the_whole_process_needs_nobody_to_catch_it() -> None:
    drawn = d.process(d.start(), d.user("t"), d.end("x", d.event("error", "e")), d.flows("start t x"))
    assert codes(d.document(drawn, d.error("e"))) == []


def test_a_specific_and_a_general_border_on_one_activity_would_both_fire() -> None:
    inside = d.sub("inside", d.start("s"), d.user("t"), d.end("x", d.event("escalation", "e")), d.flows("s t x"))
    borders = "".join(
        d.boundary(id, "inside", d.event("escalation", reference)) + d.end(f"end_{id}") + d.flows(f"{id} end_{id}")
        for id, reference in (("one", "e"), ("any", ""))
    )
    drawn = d.process(d.start(), inside, d.end(), borders, d.flows("start inside end"))
    assert codes(d.document(drawn, d.escalation("e"))) == [("CATCH_ALL", "inside")]


def data(task_in: str, object_in: str) -> bytes:
    """A task reads a data object; each stands in the process, in `outer` or in `inner`."""
    pointer = '<bpmn:dataObjectReference id="ref" dataObjectRef="obj"/><bpmn:dataObject id="obj"/>'
    reads = "<bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>"

    def inside(where: str, node: str, id: str) -> list[str]:
        task = d.node("userTask", "x", reads) if task_in == where else d.user(f"t_{where}")
        held = pointer if object_in == where else ""
        name = "x" if task_in == where else f"t_{where}"
        return [
            d.start(f"s_{where}"),
            task,
            node,
            d.end(f"e_{where}"),
            held,
            d.flows(f"s_{where} {name} {id} e_{where}".replace("  ", " ")),
        ]

    inner = d.sub("inner", *inside("inner", "", ""))
    outer = d.sub("outer", *inside("outer", inner, "inner"))
    return d.document(d.process(*inside("process", outer, "outer")))


@pytest.mark.parametrize(
    ("task_in", "object_in", "refused"),
    [
        ("process", "process", False),
        ("outer", "outer", False),
        ("outer", "process", False),
        ("inner", "outer", False),
        ("inner", "process", True),
        ("process", "inner", True),
    ],
)
def test_a_data_object_two_levels_away_would_hang_the_library(task_in: str, object_in: str, refused: bool) -> None:
    assert codes(data(task_in, object_in)) == ([("DATA", "x")] if refused else [])


# ------------------------------------------------------------------ size and names
def test_too_many_nodes_in_one_scope_are_refused() -> None:
    assert codes(d.straight(*(d.service(f"s{n}") for n in range(MAX_NODES - 2)))) == []
    assert codes(d.straight(*(d.service(f"s{n}") for n in range(MAX_NODES)))) == [("TOO_BIG", "p")]


def test_too_deep_nesting_is_refused() -> None:
    def nested(levels: int) -> bytes:
        inside = d.user("t")
        id = "t"
        for level in range(levels):
            inside = d.sub(
                f"n{level}", d.start(f"s{level}"), inside, d.end(f"e{level}"), d.flows(f"s{level} {id} e{level}")
            )
            id = f"n{level}"
        return d.document(d.process(d.start(), inside, d.end(), d.flows(f"start {id} end")))

    assert codes(nested(MAX_LEVEL)) == []
    assert codes(nested(MAX_LEVEL + 1)) == [("TOO_DEEP", "n0")]


def test_the_same_id_twice_is_refused() -> None:
    twice = d.process(d.start(), d.user("x"), d.user("x"), d.end(), d.flows("start x end"))
    assert codes(d.document(twice)) == [("DUPLICATE_ID", "x")]


def test_two_files_may_not_hold_a_process_of_the_same_id() -> None:
    assert codes({"a.bpmn": d.straight(d.user("t")), "b.bpmn": d.straight(d.user("u"))}) == [("DUPLICATE_ID", "p")]


@pytest.mark.parametrize("id", ["", "1a", "a b", "a/b", "a:b", "x" * 101, "a\n"])
def test_an_id_must_be_a_name(id: str) -> None:
    assert [code for code, _ in codes(d.straight(d.user(id)))][:1] in (["ID"], ["DUPLICATE_ID"])


def test_a_chinese_id_is_a_name() -> None:
    assert codes(d.straight(d.user("受理"))) == []


# ------------------------------------------------------------------ what cannot be read
HOSTILE = {
    "no xml": b"hello",
    "nothing": b"",
    "cut off": d.straight(d.user("t"))[:-40],
    "doctype": b"<!DOCTYPE x>" + d.straight(d.user("t")),
    "entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + d.straight(d.user("t")),
    "laughs": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + d.straight(d.user("t")),
    "too big": d.straight(d.user("t", name="x" * 2_100_000)),
    "too deep": b"<a>" * 5_000 + b"</a>" * 5_000,
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_safely_is_a_finding(name: str) -> None:
    found = findings(HOSTILE[name])
    assert [(finding.code, finding.element) for finding in found] == [("XML", "-")]


def test_another_file_type_is_a_finding() -> None:
    files = {"p.bpmn": d.straight(d.user("t")), "run.sh": b"rm -rf /"}
    assert [(finding.file, finding.code) for finding in findings(files)] == [("run.sh", "FILE")]


def test_a_drawing_without_an_executable_process_is_a_finding() -> None:
    drawn = d.straight(d.user("t")).replace(b'isExecutable="true"', b'isExecutable="false"')
    assert codes(drawn) == [("NO_PROCESS", "p")]
    assert codes(d.document()) == [("NO_PROCESS", "-")]
    assert codes(b"<html/>") == [("NO_PROCESS", "-")]


def test_a_pool_that_is_not_executed_may_hold_anything() -> None:
    other = d.node("process", "other", d.node("complexGateway", "g"), isExecutable="false")
    sound = d.process(d.start(), d.user("t"), d.end(), d.flows("start t end"))
    assert codes(d.document(sound, other)) == []
