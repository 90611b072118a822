"""Acts beside the tasks: seen, allowed, possible now, the form in order; then the effect and the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import deeds
from engine.cases.acts import entering
from engine.cases.acts.results import Done
from engine.cases.beside import ACTS
from engine.cases.beside.act import CaseAct
from engine.cases.beside.rating import RATING
from engine.cases.commands import CITIZEN, ActOnCase, RateOwnCase
from engine.cases.deeds import Deed
from engine.cases.live import Live
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.act_forms import act_form
from engine.errors import NotNow, NotYours
from engine.storage.database import WriteTransaction


def act(tx: WriteTransaction, grounds: Grounds, command: ActOnCase) -> Done:
    """Do what the catalogue says of the act; KeyError for one that is not in it."""
    return act_on(tx, open_case(tx, grounds, Address("no", command.no)), ACTS[command.act], command.variables)


def rate_own(tx: WriteTransaction, grounds: Grounds, command: RateOwnCase) -> Done:
    """A rating by whoever holds the receipt code, and by nobody else; raises NotFound for a code that is none."""
    if grounds.actor is not CITIZEN:
        raise NotYours(RATING.refusal)
    return act_on(tx, open_case(tx, grounds, Address("receipt_code", command.receipt_code)), RATING, command.variables)


def act_on(tx: WriteTransaction, opened: Live, wanted: CaseAct, variables: Mapping[str, Any]) -> Done:
    """Do an act to a case that has been opened for it. Raises NotYours, NotNow, BadInput."""
    if not wanted.may(opened.step.actor, opened):
        raise NotYours(wanted.refusal)
    past = wanted.not_now(opened)
    if past is not None:
        raise NotNow(past)
    schema = act_form(opened.version.definition, wanted.name)
    entered = entering.take(schema, variables, opened.step, {})
    said = wanted.say(tx.conn, opened, entered.values)
    deeds.do(opened, Deed(wanted.action, wanted.name, said.entered, said.after, said.before))
    close_case(tx, opened)
    wanted.write(tx.conn, opened, said)
    return Done(opened.no, opened.row["uid"], {}, opened.crosses)
