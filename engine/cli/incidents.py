"""`bancheng incident`: what could not go on by itself, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from engine.cases.commands import SYSTEM, Actor, OnIncident, RepairCase, ResolveIncident, RetryIncident
from engine.cli.plain import PlainGroup
from engine.cli.table import aligned
from engine.cli.values import NumberType
from engine.clock import local
from engine.directory import actor_of, find_person
from engine.errors import NotFound
from engine.facade import Engine
from engine.house import enter_house
from engine.queries.incidents import Incident, IncidentFilter, open_incidents
from engine.queries.incidents import incident as one_incident
from engine.queries.paging import MOST, Page
from engine.settings import read_settings

_ID = NumberType(1, 999_999_999)
_USER = click.option("--user", "name", metavar="NAME", help="以哪位流程管理员的名义；不给就记为 system。")


@click.group(cls=PlainGroup)
def incident() -> None:
    """需要处理的故障。"""


@incident.command("list")
def list_incidents() -> None:
    """列出需要处理的故障，最早的在前；没有就什么也不显示。"""
    found = _engine().read(open_incidents, IncidentFilter(), Page(most=MOST))
    if found:
        for line in aligned([("编号", "反映件", "发生", "负责", "重试", "原因"), *map(_line, found)]):
            click.echo(line)


@incident.command()
@click.argument("id", metavar="ID", type=_ID)
@_USER
def retry(id: int, name: str | None) -> None:
    """立即再试一次；成功则故障结束，不成返回 1，故障保留。"""
    _do(RetryIncident, id, name)


@incident.command()
@click.argument("id", metavar="ID", type=_ID)
@click.option("--reason", metavar="文字", required=True, help="怎样处理的。")
@_USER
def resolve(id: int, reason: str, name: str | None) -> None:
    """写明怎样处理的，故障结束；相关的定时器恢复，仍然不成就是新的故障。"""
    _do(lambda found: ResolveIncident(found, reason), id, name)


@incident.command()
@click.argument("id", metavar="ID", type=_ID)
@_USER
def repair(id: int, name: str | None) -> None:
    """流程状态损坏的，按留痕从头重建；留痕有一行不符就不修复，返回 1。"""
    _do(RepairCase, id, name)


def _engine() -> Engine:
    return enter_house(read_settings(), simulated=False)


def _do(command: Callable[[int], OnIncident], id: int, name: str | None) -> None:
    engine = _engine()
    engine.execute(command(id), SYSTEM if name is None else actor_named(engine, name))
    click.echo(f"故障 {id} 已处理：{engine.read(one_incident, id).resolution}")


def actor_named(engine: Engine, name: str) -> Actor:
    """The person of that sign-in name, as one who acts; raises NotFound."""
    person = engine.read(lambda ctx: find_person(ctx.conn, name))
    if person is None:
        raise NotFound(f"没有名为 {name} 的用户。")
    return actor_of(person)


def _line(found: Incident) -> tuple[Any, ...]:
    at = local(found.opened_at).isoformat(timespec="seconds")
    return str(found.id), found.no or "-", at, found.owner or "-", str(found.retries), found.cause
