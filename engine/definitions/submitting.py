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
from engine.definitions.versions import CASE_PROCESS, Version, on_trial
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
    """What is to go live, and why. `because`: why limits are laxer than promised; `confirmed`: why golden runs may come
    out otherwise. `insist`: whoever asks must have confirmed that; else it is left to whoever approves.
    """

    draft: int
    revision: int
    reason: str
    because: str = ""
    confirmed: str = ""
    insist: bool = True


def submit(engine: Engine, actor: Actor, asked: Submission, gate: Gate = GATE) -> Request:
    """Take the draft through the gate and ask for approval.

    Raises BadInput, DiagramRefused with what blocks, RunsDiffer with what wants confirming, DraftMoved, NotFound,
    NotNow, NotYours; nothing is changed then.
    """
    if not policy.holds(actor, policy.DESIGNING):
        raise NotYours("流程草稿由流程管理员修改。")
    fit_text("reason", asked.reason, "请写明为什么要改，")
    for name, text in (("because", asked.because), ("confirmed", asked.confirmed)):
        if text.strip():
            fit_text(name, text, "")
    files, base, running, before = engine.read_as(actor, _read, asked.draft)
    if content_hash(files) == content_hash(before):
        raise BadInput({"draft": "草稿和正在运行的版本一模一样，没有可以发布的改动。"})
    examined = gate.check(engine, files)
    refuse_unsound(examined, asked.because)
    played = gate.rehearse(files, before)
    if played.findings:
        raise DiagramRefused(played.findings)
    confirmed = asked.confirmed.strip()
    if played.otherwise and asked.insist and not confirmed:
        raise RunsDiffer(played.otherwise)
    trial = on_trial(CASE_PROCESS, files, engine.clock.now())
    grounds = report.Grounds(
        base,
        running,
        trial,
        files,
        before,
        examined,
        played,
        asked.because.strip(),
        confirmed if played.otherwise else "",
    )
    made = engine.read_as(actor, report.made, grounds, gate.ladders)
    command = AskApproval(
        asked.draft, asked.revision, content_hash(files), running.version, asked.reason, report.kept(made)
    )
    request: Request = engine.execute(command, actor)
    return request


def refuse_unsound(examined: Examined, because: str) -> None:
    """Raise DiagramRefused for what blocks: everything found but limits wider than promised, where it is said why."""
    excused = [finding for finding in examined.findings if finding.code == LAXER and because.strip()]
    if len(examined.findings) > len(excused):
        raise DiagramRefused(examined.findings)


def _read(ctx: ReadContext, draft: int) -> tuple[dict[str, bytes], int, Version, dict[str, bytes]]:
    """The draft's files, the version it began from, the running one, and its files."""
    running = ctx.versions.latest(ctx.conn, CASE_PROCESS)
    return files_of(ctx.conn, draft), draft_of(ctx.conn, draft).base, running, version_files(ctx, running.version)
