"""What a modeler or a program deploys: the case process becomes a draft that waits for approval, others are live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import select

from engine.bpmn.definition import content_hash
from engine.cases.commands import Actor
from engine.definitions import apart, approvals, report
from engine.definitions.approvals import Request
from engine.definitions.commands import Deploy
from engine.definitions.deciding import fit_text
from engine.definitions.drafts import LONGEST_TITLE, fit_title
from engine.definitions.fitting import misnamed, too_big
from engine.definitions.gate import publish_files
from engine.definitions.gathering import FAMILY, Source
from engine.definitions.report import Excuses
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.submitting import GATE, Gate, through_the_gate
from engine.definitions.versions import About
from engine.errors import BadInput, DiagramRefused
from engine.facade import Engine, ReadContext
from engine.queries.versions import version_files
from engine.replay.memory import files_with
from engine.storage.models import bundles

UNNAMED = "接口部署"
_FOLDERS = {".json": "forms/"}


@dataclass(frozen=True)
class Parcel:
    """What is sent: files by the name they were sent under, how the sender calls it, and whence it comes.

    `because`: why limits are laxer than promised; `reason`: why it is wanted.
    """

    files: Mapping[str, bytes]
    name: str | None = None
    source: str | None = None
    reason: str | None = None
    because: str = ""


@dataclass(frozen=True)
class Deployed:
    """The row of the version that is live, or the request that waits; `new`: not there before."""

    bundle: int | None
    request: Request | None = None
    new: bool = True


def deploy(engine: Engine, actor: Actor, parcel: Parcel, gate: Gate = GATE) -> Deployed:
    """Take it through the gate. Files of the case process come in the place of those that run, whatever is missing.

    Raises BadInput, DiagramRefused, NotNow, NotYours; nothing is stored then.
    """
    if not parcel.files:
        raise BadInput({"files": "请附上流程图文件。"})
    unfit = [*misnamed(parcel.files), *too_big(parcel.files)]
    if unfit:
        raise DiagramRefused(unfit)
    files = {_placed(name): content for name, content in parcel.files.items()}
    running = engine.read(version_files)
    if _belongs(files, running):
        return _to_be_approved(engine, actor, _whole(files, running), running, parcel, gate)
    before = engine.read(_newest)
    about = About(name=parcel.name, source=parcel.source, reason=parcel.reason)
    version = publish_files(engine, files, actor.name, parcel.because or None, None, apart.examined_apart, about)
    bundle = engine.read(_bundle_of, content_hash(files), version)
    return Deployed(bundle, new=bundle > before)


def _to_be_approved(
    engine: Engine, actor: Actor, files: Mapping[str, bytes], running: Mapping[str, bytes], parcel: Parcel, gate: Gate
) -> Deployed:
    digest = content_hash(files)
    if digest == content_hash(running):
        return Deployed(engine.read(_bundle_of, digest, None), new=False)
    title = fit_title((parcel.name or UNNAMED)[:LONGEST_TITLE])
    reason = fit_text("reason", parcel.reason or f"{UNNAMED}：{title}", "请写明为什么要改，")
    waiting = engine.read(lambda ctx: approvals.all_waiting(ctx.conn, CASE_PROCESS))
    same = next((each for each in waiting if each.hash == digest), None)
    if same is not None:
        return Deployed(None, same, new=False)
    base = engine.read(lambda ctx: ctx.versions.latest(ctx.conn, CASE_PROCESS).version)
    found = through_the_gate(engine, actor, files, base, Excuses(parcel.because, insist=False), gate)
    request = engine.execute(Deploy(title, files, found.against, reason, report.kept(found)), actor)
    return Deployed(None, request)


def _placed(name: str) -> str:
    """Modelers send bare names: a form lies in its folder."""
    return name if "/" in name else f"{_FOLDERS.get(PurePath(name).suffix, '')}{name}"


def _belongs(files: Mapping[str, bytes], running: Mapping[str, bytes]) -> bool:
    """Whether it declares the case process itself, or is nothing but tables and forms of it."""
    declared = {name: Source(name, name, content).declares for name, content in files.items()}
    if any(CASE_PROCESS.encode() in each for each in declared.values()):
        return True
    if any(name.endswith(".bpmn") for name in files):
        return False
    own = {each for name, content in running.items() for each in Source(name, name, content).declares}
    return all(each & own for each in declared.values())


def _whole(files: Mapping[str, bytes], running: Mapping[str, bytes]) -> dict[str, bytes]:
    """As it was sent when every diagram of the family comes with tables and forms; else what runs, with these in it."""
    declared = {each for name, content in files.items() for each in Source(name, name, content).declares}
    others = {name.rpartition(".")[2] for name in files}
    return dict(files) if declared >= FAMILY and others >= {"dmn", "json"} else files_with(files, running)


def _newest(ctx: ReadContext) -> int:
    return int(ctx.conn.scalar(select(bundles.c.id).order_by(bundles.c.id.desc()).limit(1)) or 0)


def _bundle_of(ctx: ReadContext, digest: str, version: int | None) -> int:
    query = select(bundles.c.id).where(bundles.c.hash == digest).order_by(bundles.c.id.desc()).limit(1)
    found = ctx.conn.scalar(query if version is None else query.where(bundles.c.version == version))
    assert found is not None
    return int(found)
