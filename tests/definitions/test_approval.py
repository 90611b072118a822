"""A changed case process is published with a second pair of eyes; what is not changed, or not the case's, without."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select

from engine.definitions.approval import Approval
from engine.definitions.examining import Examined
from engine.definitions.gate import publish_files, publish_folder
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.errors import BadInput, NotYours
from engine.storage.models import audit, bundles
from tests.bpmn import drawing as d
from tests.support.house import House

FORM = "forms/accept.json"
FAMILY = read_folder(SHIPPED)
CHANGED = {**FAMILY, FORM: FAMILY[FORM] + b"\n"}


def publish(house: House, by: str | None) -> int:
    """Only the approval is asked about here: what is examined stands in test_gate."""
    approval = Approval("supervisor", by)
    return publish_files(
        house.engine, CHANGED, "supervisor", approval=approval, examine=lambda files, question: Examined([])
    )


def versions(house: House) -> int:
    rows = select(bundles.c.version).where(bundles.c.key == CASE_PROCESS)
    return len(house.engine.read(lambda ctx: ctx.conn.execute(rows).all()))


@pytest.mark.parametrize("by", ["bureau", "supervisor2"])
def test_another_supervisor_or_the_bureau_approves_and_stands_on_the_trail(any_house: House, by: str) -> None:
    assert publish(any_house, by) == 2
    lines = select(audit.c.actor, audit.c.after).where(audit.c.action == "published").order_by(audit.c.seq)
    actor, after = any_house.engine.read(lambda ctx: ctx.conn.execute(lines).all())[-1]
    assert (actor, json.loads(after)["approved_by"]) == ("supervisor", by)


@pytest.mark.parametrize("by", [None, "", "supervisor"])
def test_nobody_approves_alone(house: House, by: str | None) -> None:
    with pytest.raises(BadInput):
        publish(house, by)
    assert versions(house) == 1


@pytest.mark.parametrize("by", ["w1", "admin", "nobody", "Supervisor2 "])
def test_only_one_of_these_posts_approves(house: House, by: str) -> None:
    with pytest.raises(NotYours):
        publish(house, by)
    assert versions(house) == 1


def test_the_shipped_processes_need_no_approval_where_they_run_already(house: House, tmp_path: Path) -> None:
    folder = copytree(SHIPPED, tmp_path / "processes")
    assert publish_folder(house.engine, folder, "admin") == 1


def test_a_process_that_is_not_the_case_process_needs_none(house: House, tmp_path: Path) -> None:
    (tmp_path / "leave.bpmn").write_bytes(d.straight(d.user("t", bc_groups="window")))
    assert publish_folder(house.engine, tmp_path, "admin") == 1
