"""The stored form: it comes back exactly, says when it has been touched, and is readable for ever."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.bpmn import state
from engine.bpmn.definition import read_definition
from engine.bpmn.runtime import ProcessRun
from engine.errors import StateCorrupt
from tests.bpmn import drawing as d
from tests.bpmn.generated import Generator
from tests.bpmn.plain_host import BASE, PlainHost, Play
from tests.bpmn.shipped import ANSWERS, START, shipped

FIXTURES = Path(__file__).parent / "fixtures"


def everything() -> dict[str, bytes]:
    """A call per item, a boundary event on a sub-process, a race, a parallel join that waits."""
    called = d.process(
        *(d.start("s"), d.user("t"), d.end("e"), d.boundary("late", "t", d.timer("minutes(30)"), False)),
        d.end("late_end") + d.flows("s t e", "late late_end"),
        id="called",
    )
    inside = d.sub("inside", d.start("is"), d.user("a"), d.user("b"), d.end("ie"), d.flows("is a b ie"))
    drawn = d.process(
        *(
            d.start(),
            d.node("parallelGateway", "split"),
            d.node("callActivity", "each", d.several("each"), calledElement="called"),
        ),
        *(inside, d.boundary("clock", "inside", d.timer("minutes(90)")), d.xor("m"), d.node("parallelGateway", "join")),
        *(d.node("eventBasedGateway", "race"), d.node("intermediateCatchEvent", "news", d.event("message", "news"))),
        *(d.node("intermediateCatchEvent", "wait", d.timer("minutes(5)")), d.xor("m2"), d.end()),
        d.flows(
            "start split each join end", "split inside m join", "clock m", "split race news m2 join", "race wait m2"
        ),
    )
    return {"p.bpmn": d.document(drawn, d.message("news")), "called.bpmn": d.document(called)}


def test_every_step_comes_back_exactly() -> None:
    play = Play(everything(), "p", items=["a", "b"], nested={"list": [1, {"x": None}]})
    play.do("t", {"item": "b"}, answer={"deep": [1]}).do("a").fire("late").send("news", told=True).do("b").do("t")
    assert play.run.ended


@pytest.mark.parametrize("seed", range(40))
def test_reading_and_writing_again_gives_the_same_bytes(seed: int) -> None:
    random = Random(seed)
    definition = read_definition(Generator(seed).files(), "p")
    host = PlainHost()
    run = ProcessRun.started(definition, host, BASE, {"x": 0, "items": ["a", "b"]})
    for _ in range(8):
        stored = run.dump()
        assert ProcessRun.loaded(definition, host, BASE, stored).dump() == stored
        run = ProcessRun.loaded(definition, host, BASE, stored)
        tasks = run.open_tasks()
        if not tasks:
            break
        run.complete(random.choice(tasks).id, {"x": random.randint(0, 2), "note": {"n": [seed]}})


def test_the_same_acts_give_the_same_bytes_and_the_same_ids() -> None:
    one, other = (Play(everything(), "p", items=["a"]).do("a").do("t", answer=1) for _ in range(2))
    assert one.state == other.state
    assert [task.id for task in one.run.open_tasks()] == [task.id for task in other.run.open_tasks()]


def test_values_that_python_holds_equal_are_told_apart() -> None:
    values: dict[str, Any] = {"a": 1, "b": [1], "c": {"x": 1}, "d": 0, "e": 1.0}
    changed: dict[str, Any] = {"a": True, "b": [True], "c": {"x": 1.0}, "d": False, "e": 1}
    play = Play(d.straight(d.user("t"), d.user("u")), **values).do("t", **changed)
    assert json.dumps(dict(play.task("u").data)) == json.dumps(changed)


def test_what_was_taken_away_stays_away() -> None:
    drawn = d.process(
        *(d.start(), d.node("userTask", "each", d.several("each")), d.user("u"), d.end()), d.flows("start each u end")
    )
    play = Play(d.document(drawn), items=["a"]).do("each")
    assert "item" not in play.task("u").data


def test_texts_of_all_kinds_come_back() -> None:
    texts = ["办成", "line\nline", "\u0000", "𠮷", '"quoted"', "", " "]
    assert Play(d.straight(d.user("t")), texts=texts).task("t").data["texts"] == texts


def test_finished_sub_processes_are_left_out() -> None:
    inside = d.sub(
        "inside",
        d.start("s"),
        *(d.service(f"n{i}") for i in range(30)),
        d.end("e"),
        d.flows("s " + " ".join(f"n{i}" for i in range(30)) + " e"),
    )
    long = Play(d.document(d.process(d.start(), inside, d.user("t"), d.end(), d.flows("start inside t end"))))
    short = Play(d.straight(d.service("inside"), d.user("t")))
    assert len(long.state) < len(short.state) + 200


# ------------------------------------------------------------------ touched
def some_state() -> bytes:
    return Play(everything(), "p", items=["a", "b"], text="反映件").do("a").state


def harmed(stored: bytes, random: Random) -> bytes:
    """A bit flipped, a stretch cut out, the tail lost, bytes put in or swapped."""
    place = random.randrange(len(stored))
    kind = random.randrange(5)
    if kind == 0:
        return stored[:place] + bytes([stored[place] ^ (1 << random.randrange(8))]) + stored[place + 1 :]
    if kind == 1:
        return stored[:place] + stored[place + random.randint(1, 20) :]
    if kind == 2:
        return stored[:place]
    if kind == 3:
        return stored[:place] + random.randbytes(random.randint(1, 8)) + stored[place:]
    other = random.randrange(len(stored))
    changed = bytearray(stored)
    changed[place], changed[other] = changed[other], changed[place]
    return bytes(changed)


@pytest.mark.parametrize("packed", [False, True])
def test_no_flip_and_no_cut_goes_unnoticed(packed: bool) -> None:
    """3,000 harms. A packed state has a few bits without meaning: what is read then is exactly what was written."""
    written = some_state()
    stored = state.compress(written) if packed else written
    definition = read_definition(everything(), "p")
    seed = 20261019
    print("seed", seed)
    random = Random(seed)
    unnoticed = 0
    for touched in (harmed(stored, random) for _ in range(3_000)):
        try:
            run = ProcessRun.loaded(definition, PlainHost(), BASE, touched)
        except StateCorrupt:
            continue
        assert run.dump() == written
        unnoticed += touched != stored
    assert unnoticed <= (30 if packed else 0)


@pytest.mark.parametrize("stored", [b"", b"BC", b"BC\x01", b"\x80\x04K\x01.", b"{}", b"BC\x01" + b"\x00" * 32])
def test_what_was_never_a_state_is_refused(stored: bytes) -> None:
    with pytest.raises(StateCorrupt):
        ProcessRun.loaded(read_definition(everything(), "p"), PlainHost(), BASE, stored)


def test_a_version_nobody_knows_is_refused_with_a_sentence() -> None:
    stored = some_state()
    with pytest.raises(StateCorrupt, match="更新的版本"):
        ProcessRun.loaded(read_definition(everything(), "p"), PlainHost(), BASE, stored[:2] + b"\x09" + stored[3:])


def test_a_state_of_another_diagram_is_refused() -> None:
    with pytest.raises(StateCorrupt, match="流程定义"):
        ProcessRun.loaded(read_definition({"p.bpmn": d.straight(d.user("z"))}), PlainHost(), BASE, some_state())


# ------------------------------------------------------------------ packed
def test_a_packed_state_is_the_same_state_in_fewer_bytes() -> None:
    stored = some_state()
    packed = state.compress(stored)
    definition = read_definition(everything(), "p")
    assert len(packed) < len(stored) / 2
    assert state.digest_of(packed) == state.digest_of(stored)
    assert ProcessRun.loaded(definition, PlainHost(), BASE, packed).dump() == stored
    assert state.compress(packed) == packed


# ------------------------------------------------------------------ for ever
def golden() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FIXTURES / "version_1.json").read_text())
    return loaded


@pytest.mark.parametrize("name", ["acted", "begun", "ended", "packed"])
def test_a_state_stored_by_the_first_version_is_still_read(name: str) -> None:
    kept = golden()
    definition = read_definition({n: text.encode() for n, text in kept["files"].items()}, "p")
    stored = base64.b64decode(kept["states"][name]["stored"])
    run = ProcessRun.loaded(definition, PlainHost(), BASE, stored)
    open_tasks = [[t.id, t.element.id, t.since.isoformat(), dict(t.data)] for t in run.open_tasks()]
    timers = [[t.id, t.element.id, t.since.isoformat(), t.due.isoformat()] for t in run.timers()]
    assert open_tasks == kept["states"][name]["tasks"]
    assert timers == kept["states"][name]["timers"]


def test_a_state_stored_by_the_first_version_plays_on_to_its_end() -> None:
    kept = golden()
    definition = read_definition({n: text.encode() for n, text in kept["files"].items()}, "p")
    run = ProcessRun.loaded(definition, PlainHost(), BASE, base64.b64decode(kept["states"]["acted"]["stored"]))
    run.send("news", {})
    while tasks := run.open_tasks():
        run.complete(tasks[0].id, {})
    assert run.ended


# ------------------------------------------------------------------ the whole contract
def test_the_state_of_a_running_case_stays_small() -> None:
    """The target of the house is 16 KB for a lead and one co-unit, 4 KB more per redo round."""
    definition = shipped()
    host = PlainHost()
    run = ProcessRun.started(definition, host, BASE, START)
    sizes = []
    while tasks := run.open_tasks():
        run.complete(tasks[0].id, ANSWERS[tasks[0].element.id][0])
        sizes.append(len(run.dump()))
    assert len(sizes) >= 8
    assert max(sizes) < 16_000
