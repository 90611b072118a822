"""`bancheng audit verify`: are the chained lines still as they were written?"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from sqlalchemy import Connection, select

from engine.audit.house import HOUSE
from engine.audit.verify import FirstBad, verify_all, verify_case
from engine.cli.plain import PlainGroup
from engine.errors import NotFound
from engine.house import enter_house
from engine.settings import read_settings
from engine.storage.models import cases


@click.group(cls=PlainGroup)
def audit() -> None:
    """留痕。"""


@audit.command()
@click.option("--case", "no", metavar="NO", help="只校验这一件。")
def verify(no: str | None) -> None:
    """校验留痕链。完整返回 0；否则每条坏链一行“编号 序号”（第一条不符的记录），返回 1。"""
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


def _bad_lines(conn: Connection, no: str | None) -> Iterable[FirstBad]:
    if no is None:
        return verify_all(conn)
    case_id = conn.execute(select(cases.c.id).where(cases.c.no == no)).scalar()
    if case_id is None:
        raise NotFound(f"没有编号为 {no} 的反映件。")
    found = verify_case(conn, case_id)
    return [] if found is None else [found]


def _name(conn: Connection, case_id: int) -> str:
    """The case's number, `house` for what belongs to no case, the row id of a case that is gone or has no number."""
    no = conn.execute(select(cases.c.no).where(cases.c.id == case_id)).scalar()
    return "house" if case_id == HOUSE else str(no or case_id)
