"""What the editors of a draft's files share: the file with what is around it, its words, and storing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from engine.definitions.commands import ChangeFile
from engine.definitions.difference import differences
from engine.definitions.difference.spoken import names_of
from engine.definitions.drafts import OPEN, Draft
from engine.errors import DraftMoved, NotFound, NotNow
from engine.facade import ReadContext
from engine.queries.definition_drafts import opened_draft
from engine.queries.people import displays, names_in
from engine.queries.versions import version_files
from webapp.guard import actor, engine

MOST_SENTENCES = 30


@dataclass(frozen=True)
class Edited:
    """A file of a draft that is being edited. `base`: the files of the version the draft began from."""

    draft: Draft
    name: str
    files: Mapping[str, bytes]
    base: Mapping[str, bytes]
    hands: Mapping[str, str]  # sign-in name -> what the person is called

    @property
    def content(self) -> bytes:
        return self.files[self.name]

    @property
    def readable(self) -> dict[str, bytes]:
        """Tables and forms that can be read: they say what variables are called."""
        return {name: content for name, content in self.files.items() if _is_readable(name, content)}

    def with_content(self, content: bytes) -> dict[str, bytes]:
        """The files of the draft with another content of this one."""
        return {**self.files, self.name: content}


def _is_readable(name: str, content: bytes) -> bool:
    try:
        names_of([{name: content}])
    except ValueError:
        return False
    return True


def edited(id: int, name: str, ending: str) -> Edited:
    """The file to edit; raises NotFound, also for one this editor is not for, NotNow for a draft that is closed."""
    if not name.endswith(ending):
        raise NotFound
    found = engine().read_as(actor(), _read, id, name)
    if found.draft.state != OPEN:
        raise NotNow("这份草稿已提交或已结束，不能再改；请回到草稿看它的情况。")
    return found


def _read(ctx: ReadContext, id: int, name: str) -> Edited:
    opened = opened_draft(ctx, id)
    if name not in opened.files:
        raise NotFound(f"草稿里没有“{name}”，可能已经移走，请重新打开草稿。")
    draft = opened.draft
    hands = {**names_in(ctx, "supervisor"), **displays(ctx.conn, [draft.author, draft.changed_by])}
    return Edited(draft, name, opened.files, version_files(ctx, draft.base), hands)


def sentences(before: Mapping[str, bytes], after: Mapping[str, bytes], name: str) -> list[str]:
    """What differs in one file, in words; nothing of what cannot be read."""
    try:
        found = differences(dict(before), dict(after))
    except ValueError:
        return []
    return [each.sentence for each in found if each.change.place == name][:MOST_SENTENCES]


def head(found: Edited) -> dict[str, Any]:
    """What stands above every editor."""
    draft = found.draft
    return {
        "title": draft.title,
        "base": draft.base,
        "revision": draft.revision,
        "href": url_for("definition_drafts.show", id=draft.id),
        "versions_href": url_for("designer.show"),
        "changed_by": found.hands[draft.changed_by],
        "changed_at": draft.changed_at,
        "file": found.name,
    }


def known_revision() -> int:
    """The revision a form was read at; 0, which is none, for anything else."""
    given = request.form.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def store(found: Edited, content: bytes) -> DraftMoved | None:
    """Store the file at the revision that was read; returns who was faster instead of overwriting anything."""
    try:
        engine().execute(ChangeFile(found.draft.id, found.name, content, known_revision()), actor())
    except DraftMoved as moved:
        return moved
    return None


def revision_of(ctx: ReadContext, id: int) -> int:
    """The revision a draft has now."""
    return opened_draft(ctx, id).draft.revision


def conflict(found: Edited, moved: DraftMoved, typed: bytes) -> dict[str, Any]:
    """Who was faster, and where what was typed differs from what is stored now."""
    return {
        "by": found.hands.get(moved.by or "", moved.by),
        "at": moved.at,
        "differences": sentences(found.files, found.with_content(typed), found.name),
    }
