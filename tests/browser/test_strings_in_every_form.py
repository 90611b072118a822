"""Every form of the house filled in with strings that would run, on every way a case can take; nothing of it runs.

Fields that are long enough take all thirty strings at once, the shorter ones a few of them, others at each act.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from engine.definitions.act_forms import shipped_form
from engine.replay.scenario import FOLDER
from tests.browser.site import Site, running
from tests.browser.stuffing import STRINGS, packs
from tests.browser.test_strings_that_would_run import look, watched
from tests.personal import planting
from tests.personal.planting import text_fields
from tests.personal.test_canaries import PLANTED_BY_HAND, RUNS, _lead
from tests.support.play import Play

WHOLE = "".join(STRINGS)
LOOKING = ("w1", "restricted")


@pytest.fixture
def strings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strings that would run in place of canaries."""
    short = cycle(packs())

    def text(part: Any) -> str:
        most = part.get("maxLength", len(WHOLE))
        return WHOLE if most >= len(WHOLE) else next(pack for pack in short if len(pack) <= most)

    monkeypatch.setattr(planting, "_text", text)
    monkeypatch.setattr(planting, "_holds", lambda sent, path: any(mark in str(sent) for mark in "<'\"{&"))


def pages(play: Play) -> Iterator[str]:
    """The cases of a house, their open tasks and what may be done with them."""
    for case in play.house.person("w1").get("/api/cases").json["items"]:
        yield f"/cases/{case['no']}"
        yield from (f"/tasks/{task['id']}" for task in case_of(play, case["no"])["open_tasks"])
    yield from (
        "/cases",
        "/inbox",
        "/inbox?queue=group",
        "/ledger?cols=position&cols=pain&cols=remarks",
        "/reception-book",
    )


def case_of(play: Play, no: str) -> Any:
    return play.house.person("w1").get(f"/api/cases/{no}").json


def looked_through(site: Site, play: Play) -> list[str]:
    """What ran, and what a browser complained of, on every page that these people can open."""
    ran: list[str] = []
    for name in LOOKING:
        desk = watched(site.desk(name), ran)
        for path in pages(play):
            look(desk, path)
    return ran + [each for each in site.complaints if not each.startswith("Failed to load resource")]


@pytest.mark.slow
@pytest.mark.checklist(21)
def test_what_was_entered_in_every_form_on_every_way_is_shown_and_never_runs(
    strings: None, browser: Browser, furnished_file: Path, tmp_path: Path
) -> None:
    taken: set[tuple[str, str]] = set()
    for name in RUNS:
        shutil.copy(furnished_file, tmp_path / f"{name}.db")
        play = Play(f"sqlite:///{tmp_path / name}.db")
        play.harmed = True  # held elsewhere
        taken |= _lead(play, name)
        with running(play.house, browser) as site:
            assert looked_through(site, play) == [], name
        play.house.close()
    forms = {path.stem for path in (FOLDER.parent / "forms").glob("*.json")} - PLANTED_BY_HAND
    assert {(form, path) for form in forms for path in text_fields(shipped_form(form))} - taken == set()
