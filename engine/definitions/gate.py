"""The one gate through which a definition comes in: checked, then stored and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection

from engine.bpmn.definition import read_definition
from engine.definitions.apart import examined_apart
from engine.definitions.approval import Approval, check_approval
from engine.definitions.examining import Examined, Question, examined, linted
from engine.definitions.fitting import misnamed
from engine.definitions.laxer import LAXER
from engine.definitions.putting import Publication, put_in_force
from engine.definitions.shipped import CASE_PROCESS, read_folder
from engine.definitions.versions import NOTHING, About
from engine.directory.people import groups_held
from engine.errors import DiagramRefused
from engine.facade import Engine
from engine.storage.database import WriteTransaction

Examine: TypeAlias = Callable[[Mapping[str, bytes], Question], Examined]


def publish_folder(
    engine: Engine,
    folder: Path,
    author: str,
    because: str | None = None,
    approved_by: str | None = None,
    examine: Examine = examined_apart,
) -> int:
    """Publish the diagrams, tables and forms of a folder; returns the version number. Raises DiagramRefused.

    The files are examined in a process apart. A changed case process wants the name of another supervisor, or of
    somebody of the bureau: BadInput, NotYours.
    """
    approval = Approval(author, approved_by)
    return publish_files(engine, read_folder(folder), author, because, approval, examine)


def refuse_unfit(files: Mapping[str, bytes]) -> None:
    """Raise DiagramRefused for what cannot be run at all; whether it should be is for the proof to say."""
    found = linted(files)
    if found:
        raise DiagramRefused(found)


def publish_files(
    engine: Engine,
    files: Mapping[str, bytes],
    author: str,
    because: str | None = None,
    approval: Approval | None = None,
    examine: Examine = examined,
    about: About = NOTHING,
) -> int:
    """Publish a bundle under its entry process; the same content again changes nothing and gives its number.

    `because`: why limits are laxer than promised; it is recorded with them, and so is the `approval`; `about` is kept
    with the version. Raises
    DiagramRefused with every finding; the running version stays, and so do the cases that run on it.
    """
    held = engine.read(lambda context: groups_held(context.conn))
    findings = list(misnamed(files)) or examine(files, Question(held=held, one=True)).findings
    excused = [finding for finding in findings if finding.code == LAXER and because and because.strip()]
    if len(findings) > len(excused):
        raise DiagramRefused(findings)
    key = read_definition(files).key
    said = {"because": (because or "").strip(), "laxer": [each.message for each in excused]} if excused else {}
    asked = approval if key == CASE_PROCESS else None
    new = Publication(key, files, author, said)
    return engine.db.write(partial(_store, engine=engine, new=new, asked=asked, about=about))


def _store(tx: WriteTransaction, engine: Engine, new: Publication, asked: Approval | None, about: About) -> int:
    def approved(conn: Connection) -> About:
        return about if asked is None else replace(about, approved_by=check_approval(conn, asked))

    tx.begin_writing()
    return put_in_force(tx.conn, engine.clock.now(), new, approved).version
