"""F17: cases whose clock leads into a step that cannot be done, and a sound one drawn alike.

Each is a process of its own, `start → wait → end`; five minutes later a timer at `wait` leads into the step.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.cases.commands import StartProcess
from engine.definitions.versions import publish
from engine.storage.database import WriteTransaction
from tests.bpmn import drawing as d
from tests.support.house import House

SOUND, AT_ONCE = "sound", "fails_at_once"
SHALLOW = 50  # the depth a stored tree may have, in these tests
_DEEP = [f"deep{n}" for n in range(SHALLOW + 10)]

# What the timer leads into: the drawn parts, and the flows from `late` on.
STEPS: Mapping[str, tuple[list[str], list[str]]] = {
    SOUND: ([d.service("step", "", bc_set="y = 1")], ["late step over"]),
    "unknown_name": ([d.service("step", "", bc_set="y = nothing + 1")], ["late step over"]),
    "wrong_type": ([d.service("step", "", bc_set='y = 1 + "a"')], ["late step over"]),
    "endless_loop": (
        [d.service("step", ""), d.xor("again", default="step")],
        ["late step again over: false", "again step"],
    ),
    "unknown_operation": ([d.service("step", "no_such_operation")], ["late step over"]),
    "operation_out_of_place": ([d.service("step", "sign")], ["late step over"]),
    "no_such_table": ([d.node("businessRuleTask", "step", bc_decision="nowhere")], ["late step over"]),
    "script": ([d.node("scriptTask", "step", "<bpmn:script>x = 1</bpmn:script>")], ["late step over"]),
    "too_many": (
        [
            d.service("double", "", bc_set="; ".join(["rest = [1]", *["rest = rest + rest"] * 10])),
            d.node("userTask", "step", d.several("step", "rest"), bc_groups="window"),
        ],
        ["late double step over"],
    ),
    "no_way_out": ([d.xor("step")], ["late step over: 1 > 2"]),
    "too_deep": ([d.service(name, "") for name in _DEEP], [" ".join(["late", *_DEEP, "over"])]),
}
HOSTILE = sorted(STEPS.keys() - {SOUND})


def drawn(name: str) -> bytes:
    """The file of one of these processes."""
    parts, ways = STEPS[name]
    late = d.boundary("late", "wait", d.timer("minutes(5)"), interrupting=False)
    return d.document(
        d.process(
            *(d.start(), d.user("wait", bc_groups="window"), late, *parts, d.end(), d.end("over")),
            d.flows("start wait end", *ways),
            id=name,
        )
    )


def _at_once() -> bytes:
    """One that cannot even begin."""
    step = d.service("step", "no_such_operation")
    return d.document(d.process(d.start(), step, d.end(), d.flows("start step end"), id=AT_ONCE))


def publish_them(house: House, *names: str) -> None:
    """Publish them past the gate, which would refuse most."""

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for name in names:
            file = _at_once() if name == AT_ONCE else drawn(name)
            publish(tx.conn, name, {f"{name}.bpmn": file}, "nobody", house.clock.now())

    house.engine.db.write(work)


def started(house: House, name: str) -> str:
    """A new instance; returns its uid."""
    return str(house.do("w1", StartProcess(name, {})).uid)
