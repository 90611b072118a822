"""A line's hash covers everything it says, and can be recomputed by anybody with the standard library."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit.trail import Line, canonical, chain, commitment, genesis, instant_text, line_hash

AT = datetime(2026, 10, 8, 17, 0, tzinfo=timezone(timedelta(hours=8)))
HEAD = genesis("0f8fad5b")

texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def line(**changes: Any) -> Line:
    said: dict[str, Any] = {"at": AT, "actor": "w1", "action": "complete", "element": "accept", "after": {"a": 1}}
    return chain(HEAD, 7, 1, **{**said, **changes})


def by_the_standard_library(written: Line) -> str:
    """How an outsider recomputes a line from an export."""
    said = {name: value for name, value in written.row().items() if name not in ("prev", "hash")}
    said["at"] = written.at.astimezone(UTC).isoformat(timespec="microseconds")
    said_as_json = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((written.prev + said_as_json).encode()).hexdigest()


@given(after=json_values, actor=texts)
def test_an_outsider_computes_the_same_hash(after: Any, actor: str) -> None:
    written = line(after=after, actor=actor)
    assert by_the_standard_library(written) == written.hash


@pytest.mark.parametrize(
    "changes",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"actor": "w2"},
        {"on_behalf_of": "w2"},
        {"action": "claim"},
        {"element": "classify"},
        {"before": {"a": 1}},
        {"after": {"a": 2}},
        {"after": None},
        {"digest": "d"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_hash_covers(changes: dict[str, Any]) -> None:
    assert line(**changes).hash != line().hash


def test_the_hash_covers_case_number_and_the_line_before() -> None:
    said: dict[str, Any] = {"at": AT, "actor": "w1", "action": "complete"}
    hashes = {
        chain(head, case_id, seq, **said).hash
        for head in (HEAD, genesis("other"))
        for case_id in (7, 8)
        for seq in (1, 2)
    }
    assert len(hashes) == 8


def test_the_same_instant_in_another_zone_gives_the_same_line() -> None:
    assert line(at=AT.astimezone(UTC)).hash == line().hash


def test_the_same_values_in_another_order_give_the_same_text() -> None:
    assert canonical({"乙": [1, True, None], "a": "甲"}) == canonical({"a": "甲", "乙": [1, True, None]})
    assert canonical({"b": 1, "a": "甲"}) == '{"a":"甲","b":1}'


def test_instants_among_the_values_are_written_in_utc() -> None:
    assert canonical({"due": AT}) == '{"due":"2026-10-08T09:00:00.000000+00:00"}'


@pytest.mark.parametrize("value", [datetime(2026, 10, 8), {1, 2}, object()])
def test_what_is_no_json_has_no_place_in_a_line(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"x": value})


def test_a_chain_starts_from_its_case() -> None:
    assert genesis("a") != genesis("b")


def test_a_commitment_binds_to_text_and_salt() -> None:
    assert (
        len({commitment("s", "张三"), commitment("s", "李四"), commitment("t", "张三"), commitment("s1", "张三")}) == 4
    )
    assert commitment("s", "1x") != commitment("s1", "x")


def test_the_stored_hash_is_the_one_of_what_is_said() -> None:
    written = line()
    said = {name: value for name, value in written.row().items() if name not in ("prev", "hash")}
    assert line_hash(HEAD, {**said, "at": instant_text(AT)}) == written.hash
    assert replace(written, actor="w2").hash == written.hash
