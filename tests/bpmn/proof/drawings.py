"""Small diagrams, one for each thing a token can do, and what surrounds them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.proof.house import INSTANT, House
from tests.bpmn import drawing as d

DRAWN = House(words={"minutes": lambda *_: (INSTANT,), "never": lambda: (None,)})
# The words of tests/bpmn/generated.py: a fact may be anything.
GENERATED = House(
    words={
        "minutes": lambda *_: (INSTANT,),
        "never": lambda: (None,),
        "fact": lambda *_: (None, True, False, 0, 1, 2, 3),
    }
)
NEWS = d.message("news")
PAIR = (d.user("a", bc_groups="g"), d.user("b", bc_groups="g"))

DRAWINGS: Mapping[str, bytes] = {
    "a choice": d.document(
        d.process(
            d.start(bc_set="n = 0"),
            *PAIR,
            d.xor("g", default="end"),
            d.service("s", bc_set="n = n + 1"),
            d.end(),
            d.flows("start a s g end", "g b: n < 3", "b a"),
        )
    ),
    "two ways at once": d.document(
        d.process(
            d.start(),
            *PAIR,
            d.node("parallelGateway", "split"),
            d.node("parallelGateway", "join"),
            d.end(),
            d.flows("start split a join end", "split b join"),
        )
    ),
    "one way or both": d.document(
        d.process(
            d.start(bc_set="x = 1"),
            *PAIR,
            d.node("inclusiveGateway", "split", default="split__b"),
            d.node("inclusiveGateway", "join"),
            d.end(),
            d.flows("start split", "split a: x == 1", "split b", "a join", "b join", "join end"),
        )
    ),
    "a clock that tells": d.document(
        d.process(
            d.start(),
            *PAIR,
            d.boundary("late", "a", d.timer("minutes(5)"), interrupting=False),
            d.user("told", bc_groups="g"),
            d.end(),
            d.end("end2"),
            d.flows("start a b end", "late told end2"),
        )
    ),
    "a clock that ends": d.document(
        d.process(
            d.start(),
            *PAIR,
            d.boundary("late", "a", d.timer("minutes(5)"), bc_set="late = true"),
            d.boundary("never", "a", d.timer("never()")),
            d.end(),
            d.end("end2"),
            d.end("end3"),
            d.flows("start a end", "late b end2", "never end3"),
        )
    ),
    "a race": d.document(
        d.process(
            d.start(),
            d.user("a", bc_groups="g"),
            d.node("eventBasedGateway", "race"),
            d.node("intermediateCatchEvent", "wait", d.timer("minutes(5)")),
            d.node("intermediateCatchEvent", "hear", d.event("message", "news")),
            d.end(),
            d.flows("start race", "race wait a end", "race hear end"),
        ),
        NEWS,
    ),
    "an inner process that is broken off": d.document(
        d.process(
            d.start(bc_set="v = 1"),
            d.sub(
                "in",
                d.start("s2"),
                *PAIR,
                d.boundary("late", "a", d.timer("minutes(5)"), interrupting=False, bc_set="v = 2"),
                d.user("told", bc_groups="g"),
                d.terminate("e2"),
                d.end("e3"),
                d.flows("s2 a b e2", "late told e3"),
            ),
            d.boundary("stop", "in", d.event("message", "news")),
            d.user("after", bc_groups="g"),
            d.end(),
            d.flows("start in after end", "stop after"),
        ),
        NEWS,
    ),
}
