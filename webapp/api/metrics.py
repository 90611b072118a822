"""/metrics: how the house is doing, in the format Prometheus reads. No names, no numbers of cases.

Every figure comes from the database, so that several web processes tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from engine.queries.figures import Figures, figures
from engine.storage.request_counts import Answered, counts
from webapp.api.described import described
from webapp.guard import engine, guarded_outside
from webapp.limits import unlimited
from webapp.tally import tally

blueprint = Blueprint("metrics", __name__)

_TEXT = {"type": "string"}


@blueprint.get("/metrics")
@guarded_outside("admin", "supervisor")
@unlimited
@described(answers={200: _TEXT})
def metrics() -> Response:
    """各项运行数字（Prometheus 格式）；内部地址，或系统管理员、流程管理员可看。"""
    tally().hand_over()
    registry = CollectorRegistry()
    registry.register(_House(*engine().read(lambda ctx: (figures(ctx), counts(ctx.conn)))))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _House(Collector):
    """What was counted, as Prometheus takes it."""

    def __init__(self, figures: Figures, answered: dict[Answered, int]) -> None:
        self._figures = figures
        self._answered = answered

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("bancheng_requests", "答复过的请求", labels=Answered._fields)
        for each, count in self._answered.items():
            requests.add_metric([each.route, each.method, str(each.status)], count)
        yield requests
        now = self._figures
        yield GaugeMetricFamily("bancheng_open_tasks", "待办", now.open_tasks)
        yield GaugeMetricFamily("bancheng_overdue_tasks", "已超期的待办", now.overdue_tasks)
        yield GaugeMetricFamily("bancheng_waiting_timers", "等待中的定时器", now.waiting_timers)
        yield GaugeMetricFamily("bancheng_suspended_timers", "随件暂停的定时器", now.suspended_timers)
        yield GaugeMetricFamily("bancheng_timer_lag_seconds", "定时器最多晚了几秒", now.timer_lag.total_seconds())
        yield GaugeMetricFamily("bancheng_open_incidents", "等人处理的故障", now.open_incidents)
        yield GaugeMetricFamily("bancheng_outbox_waiting", "待发的消息", now.outbox_waiting)
