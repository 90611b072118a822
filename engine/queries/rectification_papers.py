"""附件 of findings: left with an answer, told to whoever reads the finding, handed out as papers of cases are.

What stands in a paper cannot be masked. It opens for who has the finding to do, who left it, and who may see the person
of the case in clear: handling the case, or a short while after giving a reason there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.papers import Download, attachments_of, content_of, unmasked_lately
from engine.queries.people import displays
from engine.queries.rectifications import newest, read
from engine.queries.sight import Sight, in_clear
from engine.storage.models import attachments, cases, rectifications


@dataclass(frozen=True)
class FindingPaper:
    """A paper left with a finding: `size` in bytes, `by` as on screens; `opens`: this person may fetch it now."""

    id: str
    name: str
    size: int
    at: datetime
    by: str
    opens: bool


def papers_of(ctx: ReadContext, no: str) -> tuple[FindingPaper, ...]:
    """The papers of a finding, oldest first; raises NotFound, also for whoever may not know of it."""
    instance, sight = _seen(ctx, no)
    opens = sight.clear or unmasked_lately(ctx, sight.case_id)
    found = attachments_of(ctx, instance, Sight(False, ctx.conn, ctx.keys, sight.case_id))
    names = displays(ctx.conn, {each.by for each in found})
    return tuple(
        FindingPaper(each.id, each.name, each.size, each.at, names[each.by], opens or each.by == ctx.actor.name)
        for each in found
    )


def download(ctx: ReadContext, no: str, id: str) -> Download:
    """One of them; raises NotFound, NotYours."""
    instance, sight = _seen(ctx, no)
    return content_of(ctx, sight, attachments.c.case_id == instance, id)


def _seen(ctx: ReadContext, no: str) -> tuple[int, Sight]:
    """The instance, and what the actor sees of the person its case is about."""
    found = read(ctx, newest(ctx, cases.c.no == no))
    if not found:
        raise NotFound("没有这件整改：可能编号有误，也可能您无权查看。")
    [finding] = found
    about_id = ctx.conn.scalar(select(rectifications.c.about_id).where(rectifications.c.case_id == finding.id))
    assert about_id is not None
    clear = any(in_clear(ctx, _row(ctx.conn, each)) for each in (finding.id, about_id))
    return finding.id, Sight(clear, ctx.conn, ctx.keys, about_id)


def _row(conn: Connection, case_id: int) -> dict[str, object]:
    return dict(conn.execute(select(cases).where(cases.c.id == case_id)).mappings().one())
