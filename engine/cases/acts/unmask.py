"""查看联系方式: who is not handling a case may see whose it is, with a reason that stays beside the trail."""

from __future__ import annotations

from engine import accesses
from engine.accesses import Access
from engine.cases import policy
from engine.cases.acts import entering
from engine.cases.acts.results import Done
from engine.cases.commands import Unmask
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.act_forms import act_form
from engine.errors import NotYours
from engine.storage.database import WriteTransaction


def unmask(tx: WriteTransaction, grounds: Grounds, command: Unmask) -> Done:
    """Write down who asked and why; what they asked for is for a query to tell. Each time is noted."""
    opened = open_case(tx, grounds, Address("no", command.no))
    if not policy.may_see_clear(grounds.actor):
        raise NotYours("您的岗位只看隐去个人信息的内容；需要联系反映人的，请通过窗口或承办单位。")
    form = act_form(opened.version.definition, "unmask")
    entered = entering.take(form, command.variables, opened.step, {}).values
    opened.step.note("unmasked", "unmask", entered=entered)
    close_case(tx, opened)
    accesses.write_down(tx.conn, [Access(opened.row["id"], "unmask")], grounds.actor.name, opened.step.now)
    return Done(opened.no, opened.row["uid"], {})
