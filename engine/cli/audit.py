"""`bancheng audit`: are the lines still as they were written, and do they lead to what is stored?"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from engine.audit.checkpoints import take
from engine.audit.keeping import tell_places
from engine.audit.places import places_of
from engine.audit.rules import RULES
from engine.audit.trail import canonical
from engine.cases.commands import SYSTEM
from engine.cli.plain import PlainGroup
from engine.cli.values import DAY, NumberType, WordType
from engine.clock import local
from engine.errors import NotFound
from engine.exports.event_log import FORMATS, export_events
from engine.facade import ReadContext
from engine.house import enter_house
from engine.queries.heat_cases import WHICH
from engine.queries.house import HouseFilter, HouseLine, every_house_line
from engine.queries.ledger import LedgerFilter
from engine.queries.replayed import replayed
from engine.queries.trail import places_behind, verified
from engine.queries.trails_chosen import Chosen, selected
from engine.settings import read_settings
from engine.storage.models import cases
from engine.vocabulary import CAUSE, CHANNEL, GRADE, HOUSE_KIND, LIGHT, OUTCOME, label

_STEP = 500  # cases between two moves of the bar


@click.group(cls=PlainGroup)
def audit() -> None:
    """留痕。"""


@audit.command()
@click.option("--case", "no", metavar="NO", help="只校验这一件。")
@click.option("--contents", is_flag=True, help="连同填写的内容、附件一份份打开核对；附件多的要很久。")
def verify(no: str | None, contents: bool) -> None:
    """校验留痕链、每行的签名、检查点（数据库里的和外部存放点里的），保存的流程状态是否与最后一行的摘要相符，
    以及留痕里说到的填写内容和附件是否都在（依规清除的除外）；--contents 再打开看是否一字未改。

    完整返回 0；否则每件有问题的一行“编号 序号”（第一条不符的记录），检查点写作“checkpoint 序号”，返回 1。
    """
    settings = read_settings()
    engine = enter_house(settings, simulated=False)
    with engine.db.read() as conn:
        case_id = None if no is None else _case_id(conn, no)
        places = places_of(settings.checkpoint_places)
        found = verified(conn, engine.keys.trail, places, case_id, engine.keys if contents else None)
    for bad in found.checkpoints:
        click.echo(f"checkpoint {bad.number}")
        click.echo(bad.reason, err=True)
    for line in found.lines:
        click.echo(f"{line.name} {line.seq}")
        click.echo(line.reason, err=True)
    for remark in found.remarks:
        click.echo(f"注意：{remark}", err=True)
    if not found.whole:
        sys.exit(1)
    click.echo(f"留痕完整（检查点 {found.checked} 个）", err=True)


@audit.command()
def checkpoint() -> None:
    """现在就对新的留痕做一个签名的检查点，写到 BANCHENG_CHECKPOINT_PLACES 的每一处。

    平时由定时进程每 5 分钟或 1000 行做一个。有一处没写成返回 1。
    """
    settings = read_settings()
    engine = enter_house(settings, simulated=True)
    keys, places = engine.keys.trail, places_of(settings.checkpoint_places)
    if keys is None:
        raise click.ClickException("没有留痕的密钥。请用 bancheng key new 生成一个，放在 BANCHENG_AUDIT_KEY 里。")
    number = engine.db.write(lambda tx: take(tx, keys, engine.clock.now(), whatever=True))
    click.echo("没有新的留痕" if number is None else f"检查点 {number}", err=True)
    tell_places(engine.db, places, engine.clock.now())
    behind = engine.read(places_behind, places)
    for said in behind:
        click.echo(said, err=True)
    if behind:
        sys.exit(1)


@audit.command("export")
@click.option("--format", "kind", metavar="xes|csv", type=WordType(*FORMATS), required=True, help="文件的格式。")
@click.option("-o", "path", metavar="FILE", required=True, help="写到这个文件。")
@click.option("--case", "numbers", metavar="NO", multiple=True, help="只要这一件；可重复。")
@click.option("--from", "since", metavar="DATE", type=DAY, help="收到日期从哪天起。")
@click.option("--to", "until", metavar="DATE", type=DAY, help="收到日期到哪天为止。")
@click.option("--unit", metavar="CODE", help="主办或承办过的单位。")
@click.option("--grade", metavar="GRADE", type=WordType(*GRADE), help="等级。")
@click.option("--cause", metavar="CAUSE", type=WordType(*CAUSE), help="原因。")
@click.option("--channel", metavar="CHANNEL", type=WordType(*CHANNEL), help="渠道。")
@click.option("--outcome", metavar="OUTCOME", type=WordType(*OUTCOME), help="办理结果。")
@click.option("--light", metavar="LIGHT", type=WordType(*LIGHT), help="期限：" + "、".join(LIGHT) + "。")
@click.option("--late", "in_time", flag_value=False, type=bool, default=None, help="只要未按期的。")
@click.option("--in-time", "in_time", flag_value=True, type=bool, default=None, help="只要按期的。")
@click.option("--version", metavar="N", type=NumberType(1, 1_000_000), help="流程的哪一版。")
@click.option("--rule", metavar="RULE", type=WordType(*RULES), help="不符哪条规则：" + "、".join(RULES) + "。")
@click.option("--step", "element", metavar="ID", help="流程分析里到过这一步的件：图上的 id，如 handle。")
@click.option("--which", metavar="WHICH", type=WordType(*WHICH), help="这一步的哪些：" + "、".join(WHICH) + "。")
def export(
    kind: str,
    path: str,
    numbers: tuple[str, ...],
    version: int | None,
    rule: str | None,
    element: str | None,
    which: str | None,
    **narrowed: Any,
) -> None:
    """把选中的件的留痕导出为流程挖掘用的 XES 或 CSV；没有个人信息，不含限密件，导出留痕。

    --step 和 --which 选的是流程分析里一个数字背后的件，还可以按版本、单位、等级、原因、渠道和收到日期筛选。
    """
    engine = enter_house(read_settings(), simulated=True)
    chosen = Chosen(LedgerFilter(**narrowed), numbers, version, rule, element, which)
    selection = engine.read(selected, chosen)
    with click.progressbar(length=1, label="导出留痕", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def on_trace(done: int, of: int) -> None:
            bar.length = of
            if done % _STEP == 0 or done == of:
                bar.update(done - bar.pos)

        written = export_events(engine, SYSTEM, selection, Path(path), kind, on_trace)
    click.echo(f"已导出 {written} 件：{path}", err=True)


@audit.command()
@click.option("--kind", metavar="KIND", type=WordType(*HOUSE_KIND), help="哪一类：" + "、".join(HOUSE_KIND) + "。")
@click.option("--person", metavar="NAME", help="谁做的或对谁做的：登录名或姓名。")
@click.option("--from", "since", metavar="DATE", type=DAY, help="从哪天起。")
@click.option("--to", "until", metavar="DATE", type=DAY, help="到哪天为止。")
def house(**narrowed: Any) -> None:
    """显示不属于任何一件的留痕：登录、拒绝、导出、保全和清除、发布、人员和岗位、换密钥；最近的在前。

    每行用制表符隔开：序号、时刻、谁、做了什么、对什么、其余内容（JSON）。电话和身份证号隐去，限密件不写编号。
    """

    def show(ctx: ReadContext) -> None:
        for line in every_house_line(ctx, HouseFilter(**narrowed)):
            click.echo(_of_the_house(line))

    enter_house(read_settings(), simulated=True).read(show)


def _of_the_house(line: HouseLine) -> str:
    about = "限密件" if line.restricted else line.no or line.element or "-"
    more = {name: side for name, side in (("before", line.before), ("after", line.after)) if side}
    said = canonical(more) if more else "-"
    at = local(line.at).isoformat(timespec="seconds")
    return "\t".join([str(line.seq), at, line.actor, label("house_act", line.action), about, said])


@audit.command("public-key")
@click.option("--fingerprint", is_flag=True, help="显示指纹（SHA-256），给拿到证据包的人对照。")
def public_key(fingerprint: bool) -> None:
    """显示检查点和证据包签名的公钥（Ed25519），每行“编号 公钥”；交给外面的人，凭它就能核对签名。"""
    keys = enter_house(read_settings(), simulated=False).keys.trail
    if keys is None:
        raise click.ClickException("没有留痕的密钥。请用 bancheng key new 生成一个，放在 BANCHENG_AUDIT_KEY 里。")
    for id, public in keys.public.items():
        told = hashlib.sha256(bytes.fromhex(public)).hexdigest() if fingerprint else public
        click.echo(f"{id} {told}")


@audit.command()
@click.argument("no", metavar="NO")
@click.option("--to", "to_seq", metavar="SEQ", type=NumberType(1, 1_000_000_000), help="只回放到这一行。")
def replay(no: str, to_seq: int | None) -> None:
    """按留痕从头回放一件，逐行对照；相符的每行一个 OK，然后是当时的待办和期限。

    有一行不符就停下，显示它的序号和原因，返回 1。
    """
    engine = enter_house(read_settings(), simulated=False)
    then = engine.read(replayed, no, to_seq)
    for line in then.lines:
        click.echo(f"{line.seq} OK {local(line.at).isoformat()} {line.action} {line.element or ''}".rstrip())
    if then.mismatch is not None:
        click.echo(f"{then.mismatch.seq} 不符：{then.mismatch.reason}")
    for task in then.tasks:
        due = "" if task.due is None else f" {local(task.due).isoformat()}"
        click.echo(f"待办 {task.element} {task.unit or ''}".rstrip() + due)
    if then.deadline is not None:
        click.echo(f"期限 {local(then.deadline).isoformat()}")
    if then.mismatch is not None:
        sys.exit(1)


def _case_id(conn: Connection, no: str) -> int:
    case_id: int | None = conn.execute(select(cases.c.id).where(cases.c.no == no)).scalar()
    if case_id is None:
        raise NotFound(f"没有编号为 {no} 的反映件。")
    return case_id
