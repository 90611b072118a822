"""A case that has been migrated can be read like any other, also what it passed and is drawn no more."""

from __future__ import annotations

from html import unescape

from tests.cases.migrations.stands import migrate, plain, undo
from tests.support.play import Play, play
from tests.support.redrawn import given, put_in_force, redrawn, step, without
from tests.webapp.pages.browserless import Visitor

__all__ = ["play"]


def test_its_page_tells_of_a_step_that_is_drawn_no_more_and_of_the_migration(play: Play) -> None:
    plain("first_contact")(play)
    put_in_force(play.engine, redrawn(without("dispatch")))
    migrate(play, 2, reason="派单并入分类")
    undo(play, reason="换早了")
    migrate(play, 2, reason="派单并入分类")
    visitor = Visitor.of(play.house.app).sign_in("group")
    visitor.open(f"/cases/{play.no}")
    page = unescape(visitor.text)
    assert visitor.status == 200
    assert "转办派单" in page
    assert "流程由第 1 版迁移到第 2 版" in page
    assert "撤销迁移：流程由第 2 版回到第 1 版" in page
    assert "原因：派单并入分类" in page


def test_both_interfaces_tell_the_version_it_is_on_and_its_steps_by_it(play: Play) -> None:
    plain("handle")(play)
    put_in_force(play.engine, redrawn(given("review", name="联合审核"), step("review__review_given")))
    migrate(play, 2)
    group = play.house.person("group")
    assert group.get(f"/api/cases/{play.no}").json["definition_version"].split(":")[1] == "2"
    task = group.get(f"/engine-rest/task?processInstanceBusinessKey={play.no}").json[0]
    assert (task["name"], task["processDefinitionId"].split(":")[1]) == ("联合审核", "2")
    history = group.get(f"/engine-rest/history/task?processInstanceBusinessKey={play.no}").json
    assert {each["name"] for each in history} >= {"转办派单", "联合审核"}
    lines = group.get(f"/api/cases/{play.no}/timeline").json["items"]
    line = next(each for each in lines if each["action"] == "migrated")
    assert (line["before"], line["after"]["version"]) == ({"version": 1}, 2)
    variables = group.get(f"/engine-rest/task/{task['id']}/variables").json
    assert variables.get("reason", {}).get("value") is None
