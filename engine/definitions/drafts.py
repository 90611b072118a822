"""Drafts of definitions: files that a supervisor changes in peace. No case ever runs on a draft.

A draft may hold anything that has a plain name and is not too big, finished or not: what is wrong with it is said by
the check, and the gate lets nothing of that kind through. Every change raises its revision and has a line in the trail
of the house; a change made from an older revision is refused, with who was faster and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.audit import house as trail
from engine.bpmn.definition import content_hash
from engine.definitions.approvals import void_waiting
from engine.definitions.commands import (
    AddFile,
    BeginDraft,
    ChangeFile,
    Deploy,
    DiscardDraft,
    DraftChange,
    PutFiles,
    RemoveFile,
)
from engine.definitions.fitting import misnamed, too_big
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput, DiagramRefused, DraftMoved, NotFound, NotNow
from engine.personal.numbers import personal_numbers
from engine.storage.locks import lock_name
from engine.storage.models import (
    bundle_files,
    bundles,
    definition_draft_files,
    definition_draft_hands,
    definition_drafts,
)
from engine.storage.rows import insert_new

LONGEST_TITLE = 100
OPEN, SUBMITTED, PUBLISHED, DISCARDED = "open", "submitted", "published", "discarded"

_d, _f, _h = definition_drafts.c, definition_draft_files.c, definition_draft_hands.c


@dataclass(frozen=True)
class Draft:
    """One draft without its files; `base` is the version it began from, `state` one of the four above."""

    id: int
    key: str
    title: str
    base: int
    author: str
    created_at: datetime
    revision: int
    changed_at: datetime
    changed_by: str
    state: str

    @property
    def ended(self) -> bool:
        """Whether it takes no more changes."""
        return self.state in (PUBLISHED, DISCARDED)


# ------------------------------------------------------------------ reading
def draft_of(conn: Connection, id: int, lock: bool = False) -> Draft:
    """One draft; with `lock` nobody else changes it until the end of the transaction. Raises NotFound."""
    query = select(definition_drafts).where(_d.id == id)
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这份草稿，可能编号有误。")
    return Draft(**row)


def files_of(conn: Connection, id: int) -> dict[str, bytes]:
    """The files of a draft by name, in the order of their names."""
    query = select(_f.name, _f.content).where(_f.draft_id == id).order_by(_f.name)
    return {name: bytes(content) for name, content in conn.execute(query)}


def hands_of(conn: Connection, id: int) -> frozenset[str]:
    """Everybody who has begun or changed it."""
    return frozenset(conn.scalars(select(_h.person).where(_h.draft_id == id)))


# ------------------------------------------------------------------ changing
def change(conn: Connection, command: DraftChange, person: str, now: datetime) -> Draft:
    """Carry out one command of a supervisor; returns the draft as it is then.

    Raises BadInput, DiagramRefused for names and sizes, DraftMoved, NotFound, NotNow.
    """
    match command:
        case BeginDraft():
            return _begin(conn, command, person, now)
        case ChangeFile() | AddFile():
            return _put(conn, command, {command.name: command.content}, person, now)
        case PutFiles():
            return _put(conn, command, command.files, person, now)
        case RemoveFile():
            return _remove(conn, command, person, now)
        case DiscardDraft():
            return _discard(conn, command, person, now)


def _begin(conn: Connection, command: BeginDraft, person: str, now: datetime) -> Draft:
    wanted = (bundles.c.key == CASE_PROCESS, bundles.c.version == command.base)
    bundle_id = conn.scalar(select(bundles.c.id).where(*wanted))
    if bundle_id is None:
        raise NotFound(f"没有第 {command.base} 版，请从版本列表里选。")
    stored = select(bundle_files.c.name, bundle_files.c.content).where(bundle_files.c.bundle_id == bundle_id)
    files = {name: bytes(content) for name, content in conn.execute(stored)}
    return _store(conn, fit_title(command.title), command.base, files, person, now)


def deployed(conn: Connection, command: Deploy, person: str, now: datetime) -> Draft:
    """A draft with the files a program sent. Raises BadInput, DiagramRefused for names and sizes."""
    unfit = [*misnamed(command.files), *too_big(command.files)]
    if unfit:
        raise DiagramRefused(unfit)
    return _store(conn, fit_title(command.title), command.against, command.files, person, now)


def _store(conn: Connection, title: str, base: int, files: Mapping[str, bytes], person: str, now: datetime) -> Draft:
    row = {"key": CASE_PROCESS, "title": title, "base": base, "author": person, "created_at": now, "revision": 1}
    changed = {"changed_at": now, "changed_by": person, "state": OPEN}
    id = conn.execute(insert(definition_drafts).values(**row, **changed).returning(_d.id)).scalar_one()
    _write(conn, id, files)
    insert_new(conn, definition_draft_hands, {"draft_id": id, "person": person})
    said = {"draft": id, "base": base, "revision": 1, "hash": content_hash(files)}
    trail.record(conn, now, person, "draft_begun", CASE_PROCESS, said)
    return draft_of(conn, id)


def _put(
    conn: Connection, command: ChangeFile | AddFile | PutFiles, given: Mapping[str, bytes], person: str, now: datetime
) -> Draft:
    draft, files = to_change(conn, command.draft, command.revision)
    if isinstance(command, ChangeFile) and command.name not in files:
        raise NotFound(f"草稿里没有“{command.name}”，可能已经移走，请重新打开草稿。")
    if isinstance(command, AddFile) and command.name in files:
        raise BadInput({"name": f"草稿里已经有“{command.name}”，请换一个名称。"})
    changed = {name: content for name, content in given.items() if files.get(name) != content}
    after = {**files, **changed}
    unfit = [*misnamed(changed), *too_big(after)]
    if unfit:
        raise DiagramRefused(unfit)
    if not changed:
        return draft
    _delete(conn, draft.id, changed)
    _write(conn, draft.id, changed)
    return _changed(conn, draft, after, changed, person, now)


def _remove(conn: Connection, command: RemoveFile, person: str, now: datetime) -> Draft:
    draft, files = to_change(conn, command.draft, command.revision)
    if command.name not in files:
        raise NotFound(f"草稿里没有“{command.name}”，可能已经移走，请重新打开草稿。")
    _delete(conn, draft.id, [command.name])
    after = {name: content for name, content in files.items() if name != command.name}
    return _changed(conn, draft, after, [command.name], person, now)


def _discard(conn: Connection, command: DiscardDraft, person: str, now: datetime) -> Draft:
    draft, _ = to_change(conn, command.draft, command.revision)
    void_waiting(conn, draft.id, person, now, "草稿已放弃")
    _revise(conn, draft, person, now, DISCARDED)
    said = {"draft": draft.id, "revision": draft.revision + 1}
    trail.record(conn, now, person, "draft_discarded", draft.key, said)
    return draft_of(conn, draft.id)


def to_change(conn: Connection, id: int, revision: int) -> tuple[Draft, dict[str, bytes]]:
    """The draft as it stands, kept from others; nobody changes what they have not read."""
    lock_name(conn, "definition_draft", str(id))
    draft = draft_of(conn, id, lock=True)
    if draft.ended:
        ended = "已经发布" if draft.state == PUBLISHED else "已经放弃"
        raise NotNow(f"这份草稿{ended}，不能再改；请从版本列表另起一份草稿。")
    if draft.revision != revision:
        raise DraftMoved(draft.changed_by, draft.changed_at, draft.revision)
    return draft, files_of(conn, id)


def _changed(
    conn: Connection, draft: Draft, after: Mapping[str, bytes], names: Iterable[str], person: str, now: datetime
) -> Draft:
    insert_new(conn, definition_draft_hands, {"draft_id": draft.id, "person": person})
    void_waiting(conn, draft.id, person, now, "草稿又改过")
    _revise(conn, draft, person, now, OPEN)
    said = {"draft": draft.id, "revision": draft.revision + 1, "files": sorted(names), "hash": content_hash(after)}
    trail.record(conn, now, person, "draft_changed", draft.key, said)
    return draft_of(conn, draft.id)


def _revise(conn: Connection, draft: Draft, person: str, now: datetime, state: str) -> None:
    values: dict[str, Any] = {"revision": draft.revision + 1, "changed_at": now, "changed_by": person, "state": state}
    conn.execute(update(definition_drafts).where(_d.id == draft.id).values(**values))


def mark(conn: Connection, id: int, state: str) -> None:
    """Write where a draft stands; its content and revision stay."""
    conn.execute(update(definition_drafts).where(_d.id == id).values(state=state))


def _write(conn: Connection, id: int, files: Mapping[str, bytes]) -> None:
    rows = [{"draft_id": id, "name": name, "content": content} for name, content in files.items()]
    if rows:
        conn.execute(insert(definition_draft_files), rows)


def _delete(conn: Connection, id: int, names: Iterable[str]) -> None:
    conn.execute(delete(definition_draft_files).where(_f.draft_id == id, _f.name.in_([*names])))


def fit_title(title: str) -> str:
    """The title as it is kept; raises BadInput. It stands in lists and on the trail of others: no person in it."""
    plain = title.strip()
    if not plain or len(plain) > LONGEST_TITLE or not plain.isprintable():
        raise BadInput({"title": f"请写一个名称，不超过 {LONGEST_TITLE} 个字。"})
    if personal_numbers(plain):
        raise BadInput({"title": "名称里不能写手机号或身份证号。"})
    return plain
