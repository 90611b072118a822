"""The one gate through which a definition comes in: checked, then stored and recorded in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.audit import house
from engine.bpmn.definition import content_hash, read_definition
from engine.bpmn.lint import check_files
from engine.bpmn.lint.bundle import read_bundle
from engine.cases.effects import OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.versions import CASE_PROCESS, publish, read_folder
from engine.errors import DiagramRefused, Finding
from engine.facade import Engine
from engine.storage.database import WriteTransaction

_NAME = re.compile(r"[\w(][\w.\- ()/]{0,199}")
PARTS_OF_THE_CASE = frozenset({"work_order", "escalation"})


def findings_of(files: Mapping[str, bytes], law: bool = False) -> list[Finding]:
    """Every reason against publishing these files, with the words and operations of this house.

    `law` asks for the laws of the loop too; the case family is always held to them.
    """
    in_family = CASE_PROCESS in read_bundle(files)[0].processes
    return check_files(files, law or in_family, words=CATALOGUE, operations=OPERATIONS)


def publish_folder(engine: Engine, folder: Path, author: str) -> int:
    """Publish the diagrams, tables and forms of a folder; returns the version number. Raises DiagramRefused."""
    return publish_files(engine, read_folder(folder), author)


def publish_files(engine: Engine, files: Mapping[str, bytes], author: str) -> int:
    """Publish a bundle under its entry process; the same content again changes nothing and gives its number.

    Raises DiagramRefused with every finding; the running version stays, and so do the cases that run on it.
    """
    findings = list(_name_findings(files)) or findings_of(files) or list(_entry_findings(files))
    if findings:
        raise DiagramRefused(findings)
    key = read_definition(files).key
    return engine.db.write(lambda tx: _store(tx, engine, key, files, author))


def _store(tx: WriteTransaction, engine: Engine, key: str, files: Mapping[str, bytes], author: str) -> int:
    tx.begin_writing()
    published = publish(tx.conn, key, files, author, engine.clock.now())
    if published.new:
        after = {"version": published.version, "hash": content_hash(files), "files": sorted(files)}
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
