"""The second pair of eyes: who approves a version of the case process before it is published from the command line."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.cases import policy
from engine.directory import actor_of, find_person
from engine.errors import BadInput, NotYours

APPROVE = frozenset({"supervisor", "bureau"})


@dataclass(frozen=True)
class Approval:
    """Sign-in names: who publishes, and who is said to have approved."""

    author: str
    by: str | None


def check_approval(conn: Connection, approval: Approval) -> str:
    """The name of somebody other than the author, a supervisor or of the bureau, who has approved.

    Raises BadInput where nobody is named or the name is the author's, NotYours for one who may not.
    """
    if not approval.by:
        raise BadInput({"approved_by": "主流程须由另一位流程管理员或局审核，请用 --approved-by 写明是谁。"})
    person = find_person(conn, approval.by)
    if person is None or not person.active or not policy.holds(actor_of(person), APPROVE):
        raise NotYours(f"“{approval.by}”不是在用的流程管理员，也不在局里，不能审核发布。")
    author = find_person(conn, approval.author)
    if person.name == (approval.author if author is None else author.name):
        raise BadInput({"approved_by": "发布人不能审核自己发布的版本，请由另一位流程管理员或局审核。"})
    return person.name
