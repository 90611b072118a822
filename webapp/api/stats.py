"""The rates and counts of a period."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from engine.cases import policy
from engine.queries.statistics import Period, Statistics, statistics
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.limits import SEARCH, limited
from webapp.request import Parameter, query

blueprint = Blueprint("stats", __name__, url_prefix="/api")

PERIOD = (
    Parameter("from", "day", "统计日期起（含），不填为从头"),
    Parameter("to", "day", "统计日期止（含），不填为到今天"),
)


@blueprint.get("/stats")
@guarded(*policy.STATISTICS)
@limited(SEARCH)
@described(query=PERIOD, answers={200: Statistics})
def stats() -> Response:
    """按期率、响应率、解决率、满意率：分子、分母和不计的件数，以及各类件数。"""
    asked = query(PERIOD)
    period = Period(asked["from"], asked["to"])
    weights = current_app.extensions["settings"].rate_weights
    return json_answer(as_json(engine().read_as(actor(), statistics, period, weights)))
