"""A draft goes through the gate: lint, proof, golden runs, ladder, cases concerned; then it waits for approval.

The gate is slow and stands outside every transaction; what it found is entered only if the draft and the running
version are still the ones it looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.bpmn.definition import content_hash
from engine.cases import policy
from engine.cases.commands import Actor
from engine.definitions import report
from engine.definitions.approvals import Request
from engine.definitions.checked import checked
from engine.definitions.commands import AskApproval
from engine.definitions.deciding import fit_text
from engine.definitions.drafts import draft_of, files_of
from engine.definitions.examining import Examined
from engine.definitions.ladders import compared_ladders
from engine.definitions.laxer import LAXER
from engine.definitions.rehearsing import Rehearsal, rehearsal
from engine.definitions.report import NO_EXCUSES, Excuses
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version, on_trial
from engine.errors import BadInput, DiagramRefused, NotYours, RunsDiffer
from engine.facade import Engine, ReadContext
from engine.queries.versions import version_files


@dataclass(frozen=True)
class Gate:
    """Its parts that are slow: what is wrong with files, how the golden runs go on them and on those that run now, and
    what the clock will do.
    """

    check: Callable[[Engine, Mapping[str, bytes]], Examined] = checked
    rehearse: Callable[[Mapping[str, bytes], Mapping[str, bytes]], Rehearsal] = rehearsal
    ladders: report.Ladders = compared_ladders


GATE = Gate()


@dataclass(frozen=True)
class Submission:
    """What is to go live, and why."""

    draft: int
    revision: int
    reason: str
    excuses: Excuses = NO_EXCUSES


def submit(engine: Engine, actor: Actor, asked: Submission, gate: Gate = GATE) -> Request:
    """Take the draft through the gate and ask for approval.

    Raises BadInput, DiagramRefused with what blocks, RunsDiffer with what wants confirming, DraftMoved, NotFound,
    NotNow, NotYours; nothing is changed then.
    """
    _refuse_others(actor)
    fit_text("reason", asked.reason, "请写明为什么要改，")
    draft, files = engine.read_as(actor, lambda ctx: (draft_of(ctx.conn, asked.draft), files_of(ctx.conn, asked.draft)))
    found = through_the_gate(engine, actor, files, draft.base, asked.excuses, gate)
    command = AskApproval(
        asked.draft, asked.revision, content_hash(files), found.against, asked.reason, report.kept(found)
    )
    request: Request = engine.execute(command, actor)
    return request


def through_the_gate(
    engine: Engine, actor: Actor, files: Mapping[str, bytes], base: int, excuses: Excuses, gate: Gate = GATE
) -> report.Report:
    """What the gate finds in files made from the version `base`; raises as `submit` does."""
    _refuse_others(actor)
    for name, text in (("because", excuses.because), ("confirmed", excuses.confirmed)):
        if text.strip():
            fit_text(name, text, "")
    running, before = engine.read_as(actor, _running)
    if content_hash(files) == content_hash(before):
        raise BadInput({"draft": "草稿和正在运行的版本一模一样，没有可以发布的改动。"})
    examined = gate.check(engine, files)
    refuse_unsound(examined, excuses.because)
    played = gate.rehearse(files, before)
    if played.findings:
        raise DiagramRefused(played.findings)
    if played.otherwise and excuses.insist and not excuses.confirmed.strip():
        raise RunsDiffer(played.otherwise)
    trial = on_trial(CASE_PROCESS, files, engine.clock.now())
    grounds = report.Grounds(base, running, trial, files, before, examined, played, excuses)
    return engine.read_as(actor, report.made, grounds, gate.ladders)


def _refuse_others(actor: Actor) -> None:
    if not policy.holds(actor, policy.DESIGNING):
        raise NotYours("流程草稿由流程管理员修改。")


def refuse_unsound(examined: Examined, because: str) -> None:
    """Raise DiagramRefused for what blocks: everything found but limits wider than promised, where it is said why."""
    excused = [finding for finding in examined.findings if finding.code == LAXER and because.strip()]
    if len(examined.findings) > len(excused):
        raise DiagramRefused(examined.findings)


def _running(ctx: ReadContext) -> tuple[Version, dict[str, bytes]]:
    """The running version and its files."""
    running = ctx.versions.latest(ctx.conn, CASE_PROCESS)
    return running, version_files(ctx, running.version)
