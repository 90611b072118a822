"""Uploads are examined in a process apart: the same is found there, and what would break or hang it is a finding."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.definitions import apart, examiner
from engine.definitions.apart import LIMITS, examined_apart
from engine.definitions.examining import Examined, Question, examined
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import Finding
from tests.bpmn import drawing as d

FAMILY = read_folder(SHIPPED)
SMALL = {"p.bpmn": d.straight(d.user("t", bc_groups="window"))}


def codes(found: Examined) -> list[str]:
    """Each with a sentence that says what to do."""
    assert all("请" in finding.message for finding in found.findings), found.findings
    return [finding.code for finding in found.findings]


def test_the_shipped_family_is_found_clean_apart() -> None:
    """In how many seconds says `bancheng bench check`."""
    found = examined_apart(FAMILY)
    assert (found.findings, len(found.verdicts)) == ([], 1)
    assert found.verdicts[0].situations > 1_000


def test_a_machine_is_given_the_seconds_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_CHECK_SECONDS", "0")
    (found,) = examined_apart(FAMILY).findings
    assert (found.code, "超过 0 秒" in found.message) == ("TOO_SLOW", True)
    monkeypatch.setenv("BANCHENG_CHECK_SECONDS", "很多")
    with pytest.raises(ValueError, match="BANCHENG_CHECK_SECONDS 应是数字，现在是“很多”"):
        examined_apart(FAMILY)


def test_the_examiner_starts_without_the_libraries_of_a_database() -> None:
    """Half a second of a slow processor, at every check."""
    asked = "import sys, engine.definitions.examiner; print({'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", asked], text=True, cwd=SHIPPED.parent) == "set()\n"


def test_findings_verdicts_and_runs_come_back_as_they_were_found() -> None:
    name, before = "five_step_loop.bpmn", b'sourceRef="record_withdrawal" targetRef="give_feedback"'
    spoilt = {**FAMILY, name: FAMILY[name].replace(before, before.replace(b"give_feedback", b"archive"))}
    found = examined_apart(spoilt)
    assert [finding.code for finding in found.findings] == ["NO_FEEDBACK"]
    assert found.verdicts[0].wrong[0].steps[0].sort == "start"
    assert found == examined(spoilt)


def test_the_posts_of_the_house_and_the_rule_of_one_process_reach_the_examiner() -> None:
    held = Question(held=frozenset({"bureau"}))
    assert [each.code for each in examined_apart(SMALL, held).findings] == ["EMPTY_GROUP"]
    table = {"routing.dmn": FAMILY["decisions/routing.dmn"]}
    assert codes(examined_apart(table, Question(one=True))) == ["NO_PROCESS"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (replace(LIMITS, megabytes=1), "TOO_HEAVY"),
        (replace(LIMITS, seconds=0), "TOO_SLOW"),
        (replace(LIMITS, patience=0), "TOO_SLOW"),
    ],
    ids=["memory", "processor", "clock"],
)
def test_what_needs_too_much_is_refused_with_the_reason(limits: apart.Limits, code: str) -> None:
    assert codes(examined_apart(FAMILY, limits=limits)) == [code]


@pytest.mark.parametrize(
    ("code", "output", "errors", "trouble"),
    [
        (-11, b"", b"", "crash"),
        (-9, b"", b"", "crash"),
        (-24, b"", b"", "time"),
        (1, b"", b"MemoryError", "memory"),
        (0, b"nonsense", b"", "crash"),
        (0, b"[]", b"", "crash"),
    ],
)
def test_however_the_examiner_ends_there_is_a_reason(code: int, output: bytes, errors: bytes, trouble: str) -> None:
    assert apart._understood(code, output, errors) == {"trouble": trouble}
    assert codes(Examined([Finding("p", *apart.trouble(trouble, LIMITS))]))


def test_too_many_or_too_big_files_are_not_even_handed_over() -> None:
    assert codes(examined_apart({f"{n}.bpmn": b"" for n in range(201)})) == ["TOO_BIG"]
    assert codes(examined_apart({f"{n}.bpmn": b" " * 1_900_000 for n in range(5)})) == ["TOO_BIG"]


@pytest.mark.parametrize(
    "reach",
    [
        lambda place: os.open(place, os.O_RDONLY),
        lambda place: Path(place).write_text("x"),
        lambda place: socket.create_connection(("127.0.0.1", 9)),
        lambda place: subprocess.run(["/bin/true"], check=False),
        lambda place: os.remove(place),
    ],
    ids=["read", "write", "connect", "start", "remove"],
)
def test_the_door_of_the_examiner_is_shut(reach: Callable[[str], object], tmp_path: Path) -> None:
    place = tmp_path / "secret"
    place.write_text("secret")
    child = os.fork()  # a hook once added stays
    if child == 0:
        reached = examiner.shut_the_door()
        try:
            reach(str(place))
        except examiner.ReachedOut:
            os._exit(0 if reached else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert place.read_text() == "secret"
