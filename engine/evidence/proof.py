"""That a case's chain is in a signed checkpoint: the head that was signed, and the way from the case's leaf to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.audit.checkpoints import Leaf, read
from engine.audit.merkle import proof
from engine.audit.trail import canonical
from engine.errors import NotNow
from engine.storage.models import audit, checkpoints
from engine.trail_keys import TrailKeys

_HEAD = ("v", "n", "at", "lines", "chains", "prev", "root", "key")


def inclusion(conn: Connection, keys: TrailKeys, row: Mapping[str, Any]) -> dict[str, Any]:
    """The newest checkpoint that has the chain of a row of `cases`; raises NotNow where there is none."""
    here = (audit.c.case_id == row["id"], audit.c.seq == row["checked_seq"])
    head = conn.execute(select(audit.c.hash).where(*here)).scalar()
    said = canonical([row["id"], row["checked_seq"], head])[:-1]  # as a leaf begins in the text of a checkpoint
    query = select(checkpoints.c.text).where(checkpoints.c.text.contains(said, autoescape=True))
    text: str | None = conn.execute(query.order_by(checkpoints.c.number.desc()).limit(1)).scalar()
    if text is None:
        raise NotNow("没有包含这一件的检查点，不能出具证据包：请先运行 bancheng audit checkpoint。")
    found = read(text, keys)
    if found.problem is not None:
        raise NotNow(f"第 {found.number} 个检查点{found.problem}，不能出具证据包：请先校验留痕。")
    told = orjson.loads(text)
    place = next(n for n, leaf in enumerate(found.leaves) if leaf.chain == row["id"])
    return {
        "head": canonical({name: told[name] for name in _HEAD}),
        "sig": told["sig"],
        "key": keys.public[told["key"]],
        "leaf": _said(found.leaves[place]),
        "path": proof([leaf.said for leaf in found.leaves], place),
    }


def _said(leaf: Leaf) -> str:
    return leaf.said.decode()
