"""The two stories of the article, from the greeting to the paper in hand, and how little they may take."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.queries.case import Case, case
from tests.browser.hand import Effort
from tests.browser.site import Site
from tests.browser.stories import CLASSIFY, LARGE_LIST, REGISTER, mr_dai, table, the_couple
from tests.support.house import instant

MOST_REQUIRED = 12  # from the greeting to the classification
MOST_ACTS = 6  # to the large-character list


def quick(parts: Mapping[str, Effort]) -> bool:
    """Whether the counter asks for no more than it may, and the list is as near as it must be."""
    asked = parts[REGISTER].asked + parts[CLASSIFY].asked
    return 5 < asked <= MOST_REQUIRED and (LARGE_LIST not in parts or 0 < parts[LARGE_LIST].acts <= MOST_ACTS)


def ended(site: Site, no: str) -> Case:
    found = site.house.engine.read(case, no)
    assert (found.status, found.outcome, found.light, found.open_tasks) == ("archived", "done", "blue", ())
    assert (found.satisfaction, found.contacted_in_time) == (5, True)
    return found


@pytest.mark.slow
def test_mr_dai_who_came_after_work_is_served_and_his_licence_comes_by_courier(site: Site) -> None:
    no, parts = mr_dai(site)
    assert quick(parts), table(no, (no, parts))
    found = ended(site, no)
    assert (found.grade, found.lead_unit) == ("simple", "SCJG")
    assert found.courier is not None
    assert (found.courier.carrier, found.courier.signed_at) == ("邮政", instant("2026-09-28 08:40"))
    assert site.complaints == []


@pytest.mark.slow
def test_the_couple_gets_its_list_in_large_characters_and_then_the_licence(site: Site) -> None:
    no, parts = the_couple(site)
    assert quick(parts), table(no, (no, parts))
    found = ended(site, no)
    assert [(order.unit, order.status) for order in found.work_orders] == [("SCJG", "replied")]
    (kept,) = found.attachments
    assert kept.name.startswith("大字材料清单 2026-09-23")
    assert site.complaints == []
