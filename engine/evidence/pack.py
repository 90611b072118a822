"""An evidence pack of one case, made and signed. Who took it, and with what, stands on the trail of the house."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from engine.accesses import Access, write_down
from engine.audit import house as trail
from engine.audit.checkpoints import take
from engine.audit.trail import instant_text
from engine.cases.commands import Actor
from engine.errors import NotNow
from engine.evidence.contents import Files, contents, manifest_of
from engine.facade import Engine, ReadContext
from engine.queries.audit_case import AuditCase
from engine.queries.seen_case import seen_case
from engine.storage.database import WriteTransaction
from engine.storage.models import attachments

Cover = Callable[[AuditCase], Files]

_SAME_DAY = (1980, 1, 1, 0, 0, 0)  # the zip says nothing that its signed list does not
_NO_KEY = "没有留痕的密钥，不能签名：请用 bancheng key new 生成一个，放在 BANCHENG_AUDIT_KEY 里。"


def make_pack(engine: Engine, actor: Actor, no: str, cover: Cover, papers: str | None = None) -> bytes:
    """The pack as a zip; `cover` draws its first sheet, `papers`: the reason why the papers themselves go with it, a
    key of vocabulary.PACK_REASON.

    Whoever makes it, it tells what an auditor sees: personal data masked, no restricted case. What the newest
    checkpoint does not cover yet gets one first. Raises NotFound, NotNow.
    """
    keys = engine.keys.trail
    if keys is None:
        raise NotNow(_NO_KEY)
    reader = Actor(actor.name, groups=frozenset({"auditor"}))
    case_id, covered = engine.read_as(reader, _covered, no)
    now = engine.clock.now()
    if not covered:
        engine.db.write(lambda tx: take(tx, keys, now, whatever=True))
    page, uid, found = engine.read_as(reader, contents, keys, no, papers is not None)
    found |= cover(page)
    said = manifest_of(page, uid, found, keys, {"made_at": instant_text(now), "made_by": actor.name})
    taken = {"no": no, "lines": page.told.lines, "manifest": hashlib.sha256(said.encode()).hexdigest()}
    if papers is not None:
        taken["papers"] = papers
    engine.db.write(partial(_record, engine=engine, actor=actor, case_id=case_id, taken=taken))
    return _zipped({"manifest.json": said.encode(), "manifest.sig": keys.sign(said).encode(), **found})


def _covered(ctx: ReadContext, no: str) -> tuple[int, bool]:
    row = seen_case(ctx, no).row
    return row["id"], row["checked_seq"] == row["audit_seq"]


def _record(tx: WriteTransaction, engine: Engine, actor: Actor, case_id: int, taken: dict[str, object]) -> None:
    """On the trail of the house, and among those who looked at the case."""
    tx.begin_writing()
    now = engine.clock.now()
    trail.record(tx.conn, now, actor.name, "evidence_packed", "case", taken)
    any_paper = select(attachments.c.id).where(attachments.c.case_id == case_id).limit(1)
    seen = [Access(case_id, "pack")]
    if "papers" in taken and tx.conn.execute(any_paper).first() is not None:
        seen.append(Access(case_id, "paper"))
    write_down(tx.conn, seen, actor.name, now)


def _zipped(found: Files) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in found.items():
            packed.writestr(zipfile.ZipInfo(name, _SAME_DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
