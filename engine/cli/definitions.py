"""`bancheng check` and `bancheng publish`: the gate every diagram goes through."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import click

from engine.bpmn.lint import waiting_of
from engine.bpmn.lint.endings import Ending
from engine.bpmn.lint.law import NO_CLOCK
from engine.bpmn.lint.waiting import Place
from engine.bpmn.proof import Verdict
from engine.cli.plain import PlainCommand
from engine.cli.values import FILE, FOLDER, WordType
from engine.cli.waiting_list import waiting_lines
from engine.definitions.apart import examined_apart
from engine.definitions.examining import Examined, Question
from engine.definitions.gate import publish_folder
from engine.definitions.gathering import FAMILY, Source, gathered, source
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import DiagramRefused, Finding
from engine.house import open_house
from engine.replay.counterexample import Recorded, played, recordings
from engine.replay.memory import files_with
from engine.settings import read_settings

Listed: TypeAlias = tuple[list[Place], list[Ending]]


@click.command(cls=PlainCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--law", type=WordType("closed-loop"), help="closed-loop：另外检查闭环规矩（主流程一族总要检查）。")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：{ok, findings:[{file, code, element, message, run}]}。"
)
@click.option("--waiting", is_flag=True, help="另外列出每个等待处和它的时限、每个结束处和之前的答复。")
@click.option(
    "--counterexample",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把证明找到的反例在内存里走一遍，录成这个文件，可用 bancheng replay --diagram 重放（仅主流程一族）。",
)
def check(files: Sequence[Path], law: str | None, as_json: bool, waiting: bool, counterexample: Path | None) -> None:
    """检查流程图或决策表能否安全执行。

    用到的子流程、表单和决策表依次在参数里、文件旁边、自带文件里找。
    每条问题一行：文件: 代码 元素 说明。没有问题返回 0，有问题返回 1。
    """
    bundles = list(_bundles([source(path) for path in files]))
    found = [_examined(bundle, law is not None) for bundle in bundles]
    findings = list(dict.fromkeys(chain(*(each.findings for each in found))))
    verdicts = [verdict for each in found for verdict in each.verdicts]
    notes = list(dict.fromkeys(chain(*(each.notes for each in found))))
    listed = [_waiting(bundle, own.findings) for bundle, own in zip(bundles, found, strict=True)] if waiting else []
    if counterexample is not None:
        counterexample.write_bytes(recordings([*_played(bundles, found)]))
    if as_json:
        _tell_json(findings, verdicts, notes, listed if waiting else None)
    else:
        tell_findings(findings)
        _tell_beside(verdicts, notes)
        for places, ends in listed:
            click.echo("\n".join(waiting_lines(places, ends)))
    if findings:
        sys.exit(1)


def _played(bundles: Iterable[Sequence[Source]], found: Iterable[Examined]) -> Iterator[tuple[str, Recorded]]:
    """Every run the proof found in the case family, played in memory; one the engine cannot follow says so."""
    for bundle, own in zip(bundles, found, strict=True):
        files = files_with({Path(part.shown).name: part.content for part in bundle})
        for wrong in (each for verdict in own.verdicts for each in verdict.wrong):
            if wrong.steps and wrong.steps[0].process == CASE_PROCESS:
                run = played(files, wrong.steps)
                if run.unplayed is not None:
                    click.echo(f"反例录到“{run.unplayed}”为止：它不能从外面引起。", err=True)
                yield wrong.finding.message, run


def _tell_beside(verdicts: Iterable[Verdict], notes: Iterable[Finding]) -> None:
    """For people, beside the lines programs read: what was looked at, and what does not block."""
    for note in notes:
        click.echo(f"提醒 {' '.join(note.line().split())}", err=True)
    for verdict in verdicts:
        for warning in verdict.warnings:
            click.echo(f"提醒 {warning.line()}", err=True)
        click.echo(verdict.sentence, err=True)


def _tell_json(
    findings: Sequence[Finding], verdicts: Sequence[Verdict], notes: Iterable[Finding], listed: Sequence[Listed] | None
) -> None:
    told: dict[str, Any] = {"ok": not findings, "findings": [asdict(finding) for finding in findings]}
    told["notes"] = [asdict(note) for note in notes]
    told["verdicts"] = [
        {
            "sentence": v.sentence,
            "situations": v.situations,
            "steps": v.steps,
            "warnings": [asdict(w) for w in v.warnings],
        }
        for v in verdicts
    ]
    if listed is not None:
        told["waiting"] = [
            {**asdict(place), "without_clock": place.without_clock} for places, _ in listed for place in places
        ]
        told["endings"] = [asdict(ending) for _, endings in listed for ending in endings]
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def tell_findings(findings: Iterable[Finding]) -> None:
    """One line each, also where an element's name runs over several; the run to it for people."""
    for finding in findings:
        click.echo(" ".join(finding.line().split()))
        if finding.run:
            click.echo("  " + " → ".join(finding.run), err=True)


def _bundles(targets: Sequence[Source]) -> Iterator[list[Source]]:
    """Each target, first, with what it needs; one already gathered along with another does not come again."""
    seen: set[str] = set()
    for target in targets:
        if target.place not in seen:
            bundle = gathered(target, targets)
            seen |= {part.place for part in bundle}
            yield bundle


def _examined(bundle: Sequence[Source], law: bool) -> Examined:
    """What is wrong, told with the names of the files as they were given."""
    shown = {part.place: part.shown for part in bundle}
    in_family = bool(bundle[0].declares & FAMILY)
    found = examined_apart({part.place: part.content for part in bundle}, Question(law=law or in_family))
    named = [replace(finding, file=shown.get(finding.file, finding.file)) for finding in found.findings]
    noted = tuple(replace(note, file=shown.get(note.file, note.file)) for note in found.notes)
    return Examined(named, found.verdicts, noted)


def _waiting(bundle: Sequence[Source], found: Iterable[Finding]) -> Listed:
    """Nothing of what cannot even be read."""
    if any(finding.code != NO_CLOCK for finding in found):
        return [], []
    return waiting_of({part.place: part.content for part in bundle})


@click.command(cls=PlainCommand)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--author", metavar="NAME", default="admin", help="发布人，默认 admin。")
@click.option("--approved-by", metavar="NAME", help="由谁审核：另一位流程管理员或局的用户名；主流程有改动时必须写。")
@click.option("--because", metavar="TEXT", help="时限比承诺的宽时，写明理由；理由随发布留痕。")
def publish(folder: Path, author: str, approved_by: str | None, because: str | None) -> None:
    """发布一个文件夹里的流程图、决策表和表单；检查不通过就不发布，正在运行的版本不变。

    主流程有改动时，要由另一位流程管理员或局审核，审核人随发布留痕。
    """
    engine = open_house(read_settings())
    try:
        version = publish_folder(engine, folder, author, because, approved_by)
    except DiagramRefused as refused:
        tell_findings(refused.findings)
        raise
    click.echo(f"已发布第 {version} 版")
