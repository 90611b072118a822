"""The layouts of published diagrams, read once: what is published never changes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.definitions.versions import Version
from engine.pictures.layout import Layout, layout_of
from engine.storage.models import bundle_files

_MOST = 200
_read: dict[tuple[str, str], Layout] = {}


def layout_in(conn: Connection, version: Version, process: str) -> Layout:
    """How a process of this version is drawn."""
    definition = version.definition
    wanted = (definition.hash, process)
    found = _read.get(wanted)
    if found is None:
        query = select(bundle_files.c.content).where(
            bundle_files.c.bundle_id == version.id, bundle_files.c.name == definition.process_files[process]
        )
        found = layout_of(bytes(conn.execute(query).scalar_one()))
        if len(_read) >= _MOST:
            _read.clear()
        _read[wanted] = found
    return found
