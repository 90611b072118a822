"""`bancheng migrate-cases`: running cases go over to another version, or what that would mean."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import click

from engine.cases.commands import SYSTEM, Actor, MigrateCase
from engine.cli.incidents import actor_named
from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.table import aligned
from engine.cli.values import NumberType
from engine.definitions.impact import CaseImpact, impacts, running
from engine.definitions.versions import Version
from engine.errors import EngineError
from engine.facade import Engine, ReadContext
from engine.house import enter_house
from engine.settings import read_settings

_STEP = 100  # cases looked at in one transaction
_HEAD = ("no", "state", "from", "to", "reason")
_NUMBER = NumberType(1, 999_999)

Line = tuple[str, ...]


@click.command("migrate-cases", cls=PlainCommand)
@click.argument("key", metavar="KEY")
@click.option("--to", "number", metavar="VERSION", type=_NUMBER, required=True, help="迁移到第几版。")
@click.option("--dry-run", is_flag=True, help="只试算：列出每件会怎样，什么也不改。")
@click.option("--map", "pairs", metavar="FROM=TO", multiple=True, help="停在 FROM 这一步的，由 TO 接续；可以写几次。")
@click.option("--reason", metavar="文字", default="版本更新", help="为什么迁移，随每件留痕；默认“版本更新”。")
@click.option("--user", "name", metavar="NAME", help="以哪位流程管理员的名义；不给就记为 system。")
def migrate_cases(key: str, number: int, dry_run: bool, pairs: Sequence[str], reason: str, name: str | None) -> None:
    """把 KEY 流程在办的件迁移到另一版；不能原样接续的留在原版，写明为什么。

    每件一行：no state from to reason。state：moved 已迁移，moves 会迁移（试算），stays 已在这一版，blocked 迁不过去。
    每件各自提交，中断后再执行一次就接着做。有迁不过去的返回 1。限密件不在其内，按原版办完。
    """
    instructions = _instructions(pairs)
    engine = enter_house(read_settings(), simulated=True)
    try:
        actor = SYSTEM if name is None else actor_named(engine, name)
        target = engine.read(lambda ctx: ctx.versions.numbered(ctx.conn, key, number))
        with progress(engine.read(running, key), "迁移") as step:
            found = _looked_at(engine, target, instructions, step)
            act = MigrateCase("", number, reason, instructions)
            lines = [_line(each, number) if dry_run else _done(engine, actor, each, act) for each in found]
    finally:
        engine.db.close()
    click.echo("\n".join(aligned([_HEAD, *lines])))
    if any(line[1] == "blocked" for line in lines):
        sys.exit(1)


def _instructions(pairs: Sequence[str]) -> Mapping[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if not all(source.strip() and target.strip() for source, _, target in split):
        raise click.UsageError("--map 请写成 FROM=TO，例如 review=second_look。")
    return {source.strip(): target.strip() for source, _, target in split}


def _looked_at(
    engine: Engine, target: Version, instructions: Mapping[str, str], step: Callable[[], None]
) -> Iterator[CaseImpact]:
    last = 0
    while found := engine.read(_page, target, instructions, last):
        for each in found:
            yield each
            step()
        last = found[-1].id


def _page(ctx: ReadContext, target: Version, instructions: Mapping[str, str], last: int) -> list[CaseImpact]:
    return [*islice(impacts(ctx, target, instructions, last), _STEP)]


def _line(each: CaseImpact, to: int) -> Line:
    return each.no or each.uid, each.verdict, str(each.version), str(to), each.reason or "-"


def _done(engine: Engine, actor: Actor, each: CaseImpact, act: MigrateCase) -> Line:
    no, state, was, to, why = _line(each, act.to)
    if state != "moves":
        return no, state, was, to, why
    try:
        engine.execute(replace(act, uid=each.uid), actor)
    except EngineError as refused:  # it has moved on since it was looked at
        return no, "blocked", was, to, refused.message.rstrip("。")
    return no, "moved", was, to, "-"
