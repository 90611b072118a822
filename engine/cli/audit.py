"""`bancheng audit`: are the lines still as they were written, and do they lead to what is stored?"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from sqlalchemy import Connection, select

from engine.audit.house import HOUSE
from engine.audit.states import verify_states
from engine.audit.verify import FirstBad, verify_all, verify_case
from engine.cli.plain import PlainGroup
from engine.cli.values import NumberType
from engine.clock import local
from engine.errors import NotFound
from engine.house import enter_house
from engine.queries.replayed import replayed
from engine.settings import read_settings
from engine.storage.models import cases


@click.group(cls=PlainGroup)
def audit() -> None:
    """留痕。"""


@audit.command()
@click.option("--case", "no", metavar="NO", help="只校验这一件。")
def verify(no: str | None) -> None:
    """校验留痕链，以及保存的流程状态是否与最后一行的摘要相符。

    完整返回 0；否则每件有问题的一行“编号 序号”（第一条不符的记录），返回 1。
    """
    engine = enter_house(read_settings(), simulated=False)
    with engine.db.read() as conn:
        bad = list(_bad_lines(conn, no))
        names = {found: _name(conn, found.case_id) for found in bad}
    for found in bad:
        click.echo(f"{names[found]} {found.seq}")
        click.echo(found.reason, err=True)
    if bad:
        sys.exit(1)
    click.echo("留痕完整", err=True)


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


def _bad_lines(conn: Connection, no: str | None) -> Iterable[FirstBad]:
    """The first bad line of every case, by its chain or by what is stored of it."""
    case_id = None if no is None else _case_id(conn, no)
    chains = verify_all(conn) if case_id is None else filter(None, [verify_case(conn, case_id)])
    found = {bad.case_id: bad for bad in chains}
    for bad in verify_states(conn, case_id):
        found.setdefault(bad.case_id, bad)
    return found.values()


def _case_id(conn: Connection, no: str) -> int:
    case_id: int | None = conn.execute(select(cases.c.id).where(cases.c.no == no)).scalar()
    if case_id is None:
        raise NotFound(f"没有编号为 {no} 的反映件。")
    return case_id


def _name(conn: Connection, case_id: int) -> str:
    """The case's number, `house` for what belongs to no case, the row id of a case that is gone or has no number."""
    no = conn.execute(select(cases.c.no).where(cases.c.id == case_id)).scalar()
    return "house" if case_id == HOUSE else str(no or case_id)
