"""Where a demo keeps its checkpoints: two folders beside its database, so that one sees what such places are for.

A real house has them on other machines; here the second folder only shows that there are two.
"""

from __future__ import annotations

import secrets

from sqlalchemy.engine import make_url

from engine.facade import Engine
from engine.storage.database import WriteTransaction
from engine.storage.kept import keep, kept

_MARK = "demo.places"  # of this database alone: another one of the same name must not go on in its files
_FOLDERS = ("disk", "machine")


def demo_places(engine: Engine, database_url: str) -> tuple[str, ...]:
    """The folders of this demo, the same at every start; none where the database is no file."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return ()
    mark = engine.db.write(_marked)
    return tuple(f"{url.database}.checkpoints-{mark}/{folder}" for folder in _FOLDERS)


def _marked(tx: WriteTransaction) -> str:
    mark = kept(tx.conn, _MARK)
    if mark is None:
        mark = secrets.token_hex(4)
        tx.begin_writing()
        keep(tx.conn, _MARK, mark)
    return mark
