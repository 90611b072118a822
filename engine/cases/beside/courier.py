"""寄递: what is known of the parcel with the person's documents."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.cases import courier, policy
from engine.cases.beside.act import CaseAct, Said, Values
from engine.cases.live import Live


def _say(conn: Connection, live: Live, entered: Values) -> Said:
    return Said(entered, after={"fields": sorted(entered)})


def _do(live: Live, said: Said) -> None:
    courier.sent(live.step.record, said.entered)


COURIER = CaseAct(
    name="courier",
    action="courier",
    posts=policy.COURIER,
    refusal="您所在的组不登记寄递信息，请联系窗口或承办单位。",
    say=_say,
    do=_do,
)
