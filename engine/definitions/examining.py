"""What is found in a bundle before it may be published: by the lint, then by the proof and against the promises.

Pure: files in, findings out. `apart.py` has the same done in a process with limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.lint import check_files, notes_of
from engine.bpmn.lint.bundle import Gives, read_bundle
from engine.bpmn.proof import Verdict
from engine.bpmn.proof.explore import MOST_SECONDS
from engine.cases.effects import OPERATIONS, WRITES
from engine.cases.words import CATALOGUE, KINDS
from engine.definitions.laxer import laxer
from engine.definitions.proving import proven
from engine.definitions.shipped import CASE_PROCESS, PARTS_OF_THE_CASE
from engine.errors import Finding

GIVES = Gives(KINDS, WRITES)


@dataclass(frozen=True)
class Examined:
    """What was found, and what the proof says; no verdicts where the lint has found something already.

    `notes`: what will be ignored, or be otherwise than one may expect; they do not block.
    """

    findings: list[Finding]
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Question:
    """How to examine. `law`: the laws of the loop too; the case family is always held to them. `held`: the groups
    somebody is in, None where that is not known. `one`: as a bundle to be stored, of one process alone. `seconds` of
    the processor: the most that the proof may take.
    """

    law: bool = False
    held: frozenset[str] | None = None
    one: bool = False
    seconds: float = MOST_SECONDS


PLAIN = Question()


def examined(files: Mapping[str, bytes], question: Question = PLAIN) -> Examined:
    """The findings of the lint; where there are none, those of the proof and of the promises, with its verdicts."""
    found = linted(files, question.law) or (list(_entry_findings(files)) if question.one else [])
    noted = tuple(notes_of(files))
    if found:
        return Examined(found, (), noted)
    in_family = _in_family(files)
    verdicts = proven(files, question.law or in_family, question.held, question.seconds)
    found = [finding for verdict in verdicts for finding in verdict.findings]
    return Examined([*found, *(laxer(read_bundle(files)[0]) if in_family else ())], verdicts, noted)


def linted(files: Mapping[str, bytes], law: bool = False) -> list[Finding]:
    """What the lint alone finds, with the words and operations of this house; `law` as in `Question`."""
    return check_files(files, law or _in_family(files), words=CATALOGUE, operations=OPERATIONS, gives=GIVES)


def _in_family(files: Mapping[str, bytes]) -> bool:
    return CASE_PROCESS in read_bundle(files)[0].processes


def _entry_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """A bundle is stored under one key: the one process that nobody in it calls."""
    bundle, _ = read_bundle(files)
    if not bundle.entries:
        yield Finding(next(iter(files), "-"), "NO_PROCESS", "-", "没有可以启动的流程，请把流程图一起放进来")
    for entry in bundle.entries[1:]:
        other = f"“{bundle.entries[0]}”和“{entry}”互不调用，一次只能发布一个流程，请分开发布"
        yield bundle.processes[entry].finding("ENTRY", entry, other)
    for entry in PARTS_OF_THE_CASE.intersection(bundle.entries):
        part = f"“{entry}”是反映件流程的一部分，请和 {CASE_PROCESS} 一起发布，或换一个标识"
        yield bundle.processes[entry].finding("ENTRY", entry, part)
