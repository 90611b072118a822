"""What goes into an evidence pack but for its cover: trail, pictures, papers, proof. Names of files and their bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from io import StringIO
from typing import Any

import orjson
from sqlalchemy import select

from engine.audit.replay import ERASED
from engine.audit.trail import canonical, instant_text
from engine.evidence.proof import inclusion
from engine.exports.event_log import csv_log
from engine.exports.xes_file import xes_log
from engine.facade import ReadContext
from engine.pictures.svg import svg_of
from engine.queries.audit_case import AuditCase, audit_case
from engine.queries.event_log import Selection, traces
from engine.queries.papers import CaseAttachment, attachments_of
from engine.queries.seen_case import seen_case
from engine.queries.sight import sight_of
from engine.storage.models import attachments, audit
from engine.storage.sealed import unsealed
from engine.trail_keys import TrailKeys

Files = dict[str, bytes]
_SAID = ("case_id", "seq", "actor", "on_behalf_of", "action", "element", "before", "after", "digest")


def contents(ctx: ReadContext, keys: TrailKeys, no: str, papers: bool) -> tuple[AuditCase, str, Files]:
    """The case as its last line has it, its uid, and the files; `papers`: with the papers themselves.

    Raises NotFound for a case this person may not know of.
    """
    row = seen_case(ctx, no).row
    page = audit_case(ctx, no)
    found: Files = {
        **_lines(ctx, row["id"]),
        **_logs(ctx, no),
        **_papers(ctx, row, papers),
        **_erased(ctx, row),
        "checkpoint.json": _json(inclusion(ctx.conn, keys, row)),
        "verify.py": files("engine.evidence").joinpath("verify.py").read_bytes(),
        "README.txt": files("engine.evidence").joinpath("readme.txt").read_bytes(),
    }
    for drawn in page.drawings:
        found[f"pictures/{drawn.process}.svg"] = svg_of(drawn.layout, drawn.way, f"{no} {drawn.name}").encode()
    return page, row["uid"], found


def _lines(ctx: ReadContext, case_id: int) -> Files:
    """The lines as they were hashed, byte for byte, and their hashes."""
    query = select(audit).where(audit.c.case_id == case_id).order_by(audit.c.seq)
    rows = ctx.conn.execute(query).mappings().all()
    said = [{**{name: row[name] for name in _SAID}, "at": instant_text(row["at"])} for row in rows]
    return {
        "lines.jsonl": b"".join(orjson.dumps(each, option=orjson.OPT_SORT_KEYS) + b"\n" for each in said),
        "hashes.txt": "".join(f"{row['hash']}\n" for row in rows).encode(),
    }


def _logs(ctx: ReadContext, no: str) -> Files:
    logs = {name: StringIO(newline="") for name in ("lines.csv", "lines.xes")}
    with csv_log(logs["lines.csv"]) as to_csv, xes_log(logs["lines.xes"]) as to_xes:
        for trace in traces(ctx, Selection(numbers=(no,))):
            to_csv(trace)
            to_xes(trace)
    return {name: log.getvalue().encode() for name, log in logs.items()}


def _erased(ctx: ReadContext, row: Mapping[str, Any]) -> Files:
    """Of a case whose personal data was erased: when, on which ground, by whom, and of which lines the answers went."""
    if row["erased_at"] is None:
        return {}
    query = select(audit.c.at, audit.c.actor, audit.c.after).where(
        audit.c.case_id == row["id"], audit.c.action == ERASED
    )
    lines = ctx.conn.execute(query).all()
    told = [{"at": instant_text(line.at), "confirmed_by": line.actor, **json.loads(line.after)} for line in lines]
    return {"erased.json": _json(told)}


# ------------------------------------------------------------------ papers
def _papers(ctx: ReadContext, row: Mapping[str, Any], whole: bool) -> Files:
    """The list of papers, each with the digest that is on the trail; the papers themselves only where asked for."""
    listed = attachments_of(ctx, row["id"], sight_of(ctx, row))
    digests = _digests(ctx, row["id"])
    told = [_told(paper, digests[paper.id], whole) for paper in listed]
    found: Files = {"documents.json": _json(told)}
    if whole:
        query = select(attachments).where(attachments.c.case_id == row["id"])
        for stored in ctx.conn.execute(query).mappings():
            paper = unsealed(ctx.keys, attachments, stored)
            name = next(each["file"] for each in told if each["id"] == paper["id"])
            found[str(name)] = paper["content"]
    return found


def _digests(ctx: ReadContext, case_id: int) -> dict[str, str]:
    query = select(attachments.c.id, attachments.c.digest).where(attachments.c.case_id == case_id)
    return {row.id: row.digest for row in ctx.conn.execute(query)}


def _told(paper: CaseAttachment, digest: str, whole: bool) -> dict[str, Any]:
    """`name` as this person reads it; the file is called by its id, for a name may say who somebody is."""
    ending = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}.get(paper.media_type, "")
    return {
        "id": paper.id,
        "name": paper.name,
        "media_type": paper.media_type,
        "size": paper.size,
        "at": instant_text(paper.at),
        "by": paper.by,
        "digest": digest,
        "file": f"documents/{paper.id}{ending}" if whole else None,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def manifest_of(page: AuditCase, uid: str, found: Files, keys: TrailKeys, made: Mapping[str, str]) -> str:
    """What is signed: every file by its SHA-256, and what the verifier starts from."""
    return canonical(
        {
            "v": 1,
            "no": page.told.no,
            "uid": uid,
            "lines": page.told.lines,
            "key": keys.public[keys.id],
            "older_keys": sorted(public for id, public in keys.public.items() if id != keys.id),
            **made,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(found.items())},
        }
    )
