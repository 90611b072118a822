"""Drafts of definitions, as the designer shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.bpmn.xml import XmlRefused, read_xml
from engine.definitions.drafts import OPEN, SUBMITTED, Draft, draft_of, files_of
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.storage.models import definition_drafts

_d = definition_drafts.c


@dataclass(frozen=True)
class OpenedDraft:
    """A draft with what is in it."""

    draft: Draft
    files: dict[str, bytes]


def drafts_at_work(ctx: ReadContext) -> list[Draft]:
    """Every draft that is neither published nor given up, the last changed first."""
    at_work = select(definition_drafts).where(_d.state.in_((OPEN, SUBMITTED)))
    query = at_work.order_by(_d.changed_at.desc(), _d.id.desc())
    return [Draft(**row) for row in ctx.conn.execute(query).mappings()]


def opened_draft(ctx: ReadContext, id: int) -> OpenedDraft:
    """One draft with its files; raises NotFound."""
    return OpenedDraft(draft_of(ctx.conn, id), files_of(ctx.conn, id))


def named_elements(files: Mapping[str, bytes], wanted: Collection[str]) -> dict[str, str]:
    """What these elements are called in the diagrams, by id; what cannot be read or has no name is left out."""
    found: dict[str, str] = {}
    for name, content in files.items():
        if name.endswith((".bpmn", ".dmn")):
            try:
                root = read_xml(content)
            except (XmlRefused, MemoryError):
                continue
            for node in root.iter():
                if node.get("id") in wanted and node.get("name"):
                    found[node.get("id") or ""] = node.get("name") or ""
    return found


def draft_file(ctx: ReadContext, id: int, name: str) -> tuple[Draft, bytes]:
    """A draft and the content of one of its files; raises NotFound."""
    found = opened_draft(ctx, id)
    if name not in found.files:
        raise NotFound(f"草稿里没有“{name}”，可能已经移走，请重新打开草稿。")
    return found.draft, found.files[name]
