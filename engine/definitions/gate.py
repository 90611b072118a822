"""The one gate through which a definition comes in: checked, then stored and recorded in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.audit import house
from engine.bpmn.definition import content_hash, read_definition
from engine.bpmn.lint import check_files
from engine.bpmn.lint.bundle import Gives, read_bundle
from engine.bpmn.proof import Verdict
from engine.cases.effects import OPERATIONS, WRITES
from engine.cases.words import CATALOGUE, KINDS
from engine.definitions.laxer import LAXER, laxer
from engine.definitions.proving import groups_held, proven
from engine.definitions.versions import CASE_PROCESS, publish, read_folder
from engine.errors import DiagramRefused, Finding
from engine.facade import Engine
from engine.storage.database import WriteTransaction

_NAME = re.compile(r"[\w(][\w.\- ()/]{0,199}")
GIVES = Gives(KINDS, WRITES)
PARTS_OF_THE_CASE = frozenset({"work_order", "escalation"})


@dataclass(frozen=True)
class Examined:
    """What was found, and what the proof says; no verdicts where the lint has found something already."""

    findings: list[Finding]
    verdicts: tuple[Verdict, ...] = ()


def findings_of(files: Mapping[str, bytes], law: bool = False) -> list[Finding]:
    """Every reason against publishing these files, with the words and operations of this house.

    `law` asks for the laws of the loop too; the case family is always held to them.
    """
    return examined(files, law).findings


def examined(files: Mapping[str, bytes], law: bool = False) -> Examined:
    """The findings of the lint; where there are none, those of the proof and of the promises, with its verdicts."""
    found = _linted(files, law)
    return Examined(found) if found else _proved(files, law, None)


def _linted(files: Mapping[str, bytes], law: bool = False) -> list[Finding]:
    return check_files(files, law or _in_family(files), words=CATALOGUE, operations=OPERATIONS, gives=GIVES)


def _proved(files: Mapping[str, bytes], law: bool, held: frozenset[str] | None) -> Examined:
    """`held`: the groups somebody is in, None where that is not known. For what has passed the lint."""
    in_family = _in_family(files)
    verdicts = proven(files, law or in_family, held)
    found = [finding for verdict in verdicts for finding in verdict.findings]
    return Examined([*found, *(laxer(read_bundle(files)[0]) if in_family else ())], verdicts)


def _in_family(files: Mapping[str, bytes]) -> bool:
    return CASE_PROCESS in read_bundle(files)[0].processes


def publish_folder(engine: Engine, folder: Path, author: str, because: str | None = None) -> int:
    """Publish the diagrams, tables and forms of a folder; returns the version number. Raises DiagramRefused."""
    return publish_files(engine, read_folder(folder), author, because)


def publish_files(engine: Engine, files: Mapping[str, bytes], author: str, because: str | None = None) -> int:
    """Publish a bundle under its entry process; the same content again changes nothing and gives its number.

    `because`: why limits are laxer than promised; it is recorded with them. Raises DiagramRefused with every finding;
    the running version stays, and so do the cases that run on it.
    """
    held = engine.read(lambda context: groups_held(context.conn))
    findings = list(_name_findings(files)) or _linted(files) or list(_entry_findings(files))
    findings = findings or _proved(files, False, held).findings
    excused = [finding for finding in findings if finding.code == LAXER and because and because.strip()]
    if len(findings) > len(excused):
        raise DiagramRefused(findings)
    key = read_definition(files).key
    said = {"because": (because or "").strip(), "laxer": [each.message for each in excused]} if excused else {}
    return engine.db.write(lambda tx: _store(tx, engine, key, files, author, said))


def _store(
    tx: WriteTransaction, engine: Engine, key: str, files: Mapping[str, bytes], author: str, said: Mapping[str, Any]
) -> int:
    tx.begin_writing()
    published = publish(tx.conn, key, files, author, engine.clock.now())
    if published.new:
        after = {"version": published.version, "hash": content_hash(files), "files": sorted(files), **said}
        house.record(tx.conn, engine.clock.now(), author, "published", element=key, after=after)
    return published.version


def _name_findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Names are stored and given out again: plain and relative ones only."""
    for name in files:
        if not _NAME.fullmatch(name) or ".." in name:
            yield Finding(name[:200], "FILE", "-", "文件名太长或含有特殊字符，请改用字母、数字、- 和 _")


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
