"""What people of a demo have kept at their desks: the liaison directory, canned answers, views of the inbox."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, select

from engine.canned import AddCanned, Wording
from engine.cases.commands import Actor, HandOn
from engine.desk.commands import SaveView
from engine.directory import actor_of, find_person
from engine.directory.commands import ConfirmLiaison
from engine.directory.liaison import entries
from engine.errors import NotFound
from engine.facade import AnyCommand, Engine, ReadContext
from engine.queries.inbox_choice import Choice
from engine.storage.models import canned_answers, cases, tasks

# Every so many units has not confirmed its entry in this quarter, so that there is somebody to remind.
_LATE = 5

_ANSWERS = (  # who keeps it, step, matter, title, text
    (
        "lead",
        "accept",
        None,
        "已受理",
        "您反映的事已受理，编号 {编号}，最晚 {期限} 答复您，有事请打 {窗口电话}。",
    ),
    ("lead", "handle_on_site", None, "当场办好", "已在窗口帮您办好，请核对结果；还有疑问请打 {窗口电话}。"),
    (
        *("lead", "handle_on_site", "M006", "食品经营许可：补正后当场受理"),
        "已逐条讲清还缺的材料，写在大字材料清单上；补齐后拿到本窗口，当场受理。",
    ),
    (
        "lead",
        "dispatch",
        None,
        "窗口试过的办法",
        "窗口核对过材料，重新提交仍办不成，请 {单位} 在 {期限} 前答复。",
    ),
    ("lead", "give_feedback", None, "电话告知结果", "已电话告知办理结果和下一步怎么做，反映人表示清楚。"),
    (
        "head-SC-SS",
        "first_contact",
        None,
        "由谁办、何时答复",
        "已联系，说明由 {单位} 办理，最晚 {期限} 答复。",
    ),
    (
        "head-SC-SS",
        "handle",
        None,
        "数据已更正",
        "是系统数据没有更新，现已更正，请重新提交；有疑问请打 {窗口电话}。",
    ),
    (
        *("head-SC-MI", "handle", "M021", "参保：证明查询不到"),
        "证明数据尚未共享到本系统，已凭纸质证明先行参保，待遇按规定起算。",
    ),
    ("group", "review", None, "办成，材料齐全", "答复清楚、依据完整，同意办结。"),
)
_VIEWS = (  # whose, name, what it shows, with which group it is shared
    ("lead", "超期的先办，紧急的在前", Choice(light="red", sorts=("-urgent",)), "window"),
    ("w1", "还没定级的", Choice(step="classify"), None),
    ("group", "等审核的", Choice(step="review"), None),
    ("unit-SC-SS", "快到期的", Choice(light="yellow"), None),
)


def furnish_desks(engine: Engine) -> None:
    """Do, as the people of the demo and once, what makes its desks look used."""
    if engine.read(_furnished):
        return
    for who, command in [*_confirmations(engine), *_wordings(), *_views()]:
        engine.execute(command, engine.read(_actor, who))


def step_in(engine: Engine) -> None:
    """Let the head of a unit give a task of it to the second liaison, with a reason: auditors see where somebody
    stepped in. Nothing where no unit is handling anything."""
    handled = engine.read(_being_handled)
    if handled is not None:
        task, unit = handled
        given = HandOn(task, f"unit-{unit}-b", "联络员A外出办件，由B接着办。")
        engine.execute(given, engine.read(_actor, f"head-{unit}"))


def _being_handled(ctx: ReadContext) -> tuple[str, str] | None:
    """Id and unit of the first task in which a unit handles an order and that nobody holds."""
    of_unit = (tasks.c.element == "handle", tasks.c.assignee.is_(None), cases.c.restricted.is_(False))
    query = select(tasks.c.id, tasks.c.unit).join(cases, cases.c.id == tasks.c.case_id).where(*of_unit)
    found = ctx.conn.execute(query.order_by(cases.c.id).limit(1)).first()
    return None if found is None else (found.id, found.unit)


def _furnished(ctx: ReadContext) -> bool:
    return bool(ctx.conn.execute(select(exists().select_from(canned_answers))).scalar())


def _actor(ctx: ReadContext, name: str) -> Actor:
    person = find_person(ctx.conn, name)
    if person is None:
        raise NotFound(f"没有名为“{name}”的用户。")
    return actor_of(person)


def _confirmations(engine: Engine) -> Iterator[tuple[str, AnyCommand]]:
    units = engine.read(lambda ctx: list(entries(ctx.conn)))
    for place, unit in enumerate(units, 1):
        if place % _LATE:
            yield f"unit-{unit}", ConfirmLiaison(unit)


def _wordings() -> Iterator[tuple[str, AnyCommand]]:
    for who, element, matter, title, text in _ANSWERS:
        yield who, AddCanned(Wording(element, matter, title, text))


def _views() -> Iterator[tuple[str, AnyCommand]]:
    for who, name, choice, group in _VIEWS:
        yield who, SaveView(name, choice.kept, group)
