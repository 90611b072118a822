"""Is what is stored of each case still what its last line says of it? Reads only, streams."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, select

from engine.audit.verify import FirstBad
from engine.bpmn import state
from engine.storage.models import audit, cases

_BATCH = 500  # a state has some kilobytes
_UNLIKE = "保存的流程状态与最后一行的摘要不符"


def verify_states(conn: Connection, case_id: int | None = None) -> Iterator[FirstBad]:
    """Compare the digest of every stored state, or of one, with that on the last line of its case."""
    last = and_(audit.c.case_id == cases.c.id, audit.c.seq == cases.c.audit_seq)
    query = select(cases.c.id, cases.c.audit_seq, cases.c.state, audit.c.digest).join(audit, last)
    if case_id is not None:
        query = query.where(cases.c.id == case_id)
    for row in conn.execute(query.order_by(cases.c.id), execution_options={"yield_per": _BATCH}):
        if not state.is_whole(row.state) or state.digest_of(row.state) != row.digest:
            yield FirstBad(row.id, row.audit_seq, _UNLIKE)
