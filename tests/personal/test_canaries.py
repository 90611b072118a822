"""Private data planted in every text field, through the whole life of cases: found nowhere but where it belongs."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import select, update

from engine.bpmn import state
from engine.cases.commands import AttachPaper, CommentTask, HandOn
from engine.definitions.act_forms import shipped_form
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.papers import checked
from engine.replay.scenario import FOLDER, Step, read_scenario
from engine.storage.models import cases, metadata
from tests.personal.planting import NAME, PERSON, PHONE, TEXT, WORDS, Fields, hits, planting, text_fields
from tests.scenarios.playing import Run
from tests.support.harm import harm
from tests.support.play import Play
from tests.webapp.pages.browserless import Visitor

ALL_WORDS = (*PERSON, WORDS)
# Golden runs that between them fill in every form; what is settled on the spot is registered besides.
RUNS = (
    *("no_consent", "not_reached", "restricted", "nobody_accepts"),
    *("not_satisfied", "pending", "counter_evening", "withdrawn"),
)
ON_THE_SPOT = {
    "grade": "simple",
    "cause": "材料类",
    "services": [{"kind": "bangban"}],
    "outcome": "done",
    "feedback_method": "in_person",
    "satisfaction": 5,
}
OUTSIDERS = ("auditor", "supervisor", "admin", "unit-ZX")
PLANTED_BY_HAND = {"amend", "comment", "attachment", "unmask"}


class Lived:
    """The houses of all golden runs, planted, and what was logged meanwhile."""

    def __init__(self) -> None:
        self.plays: list[Play] = []
        self.fields: Fields = set()
        self.logs = Path()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, furnished_file: Path) -> Iterator[Lived]:
    """Every golden run with canaries in every text field, logged to the last detail."""
    found = Lived()
    found.logs = tmp_path_factory.mktemp("logs") / "all.log"
    handler = logging.FileHandler(found.logs, encoding="utf-8")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in RUNS:
        path = tmp_path_factory.mktemp("house") / "house.db"
        shutil.copy(furnished_file, path)
        play = Play(f"sqlite:///{path}")
        play.harmed = True  # held elsewhere
        found.fields |= _lead(play, name)
        found.plays.append(play)
    yield found
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()
    for play in found.plays:
        play.house.close()


class _Planted(Run):
    """A run of which only the acts count: what the words change on the way is not looked at."""

    def _after(self, step: Step) -> dict[str, Any]:
        self._move(step)
        self._play.no = self._numbers.get(step.case, self._play.no)
        with suppress(EngineError, AssertionError):  # refused on purpose, or by another way taken before
            self._act(step)
        _beside(self._play)
        return {}


def _lead(play: Play, name: str) -> Fields:
    fields = planting(play.engine)
    run = _Planted(play, read_scenario(FOLDER / f"{name}.toml"))
    for step in read_scenario(FOLDER / f"{name}.toml").steps:
        run._after(step)
    with suppress(EngineError):
        play.register(on_the_spot=ON_THE_SPOT)
        play.register()
        play.execute(HandOn(play.case().open_tasks[0].id, "w2"), "lead")
    del play.engine.execute  # planted no more
    return fields


def _beside(play: Play) -> None:
    """What may be done beside the tasks now, by the window."""
    for act, values in {"supplement": {}, "urge": {}, "rating": {"satisfaction": 4}, "courier": {}}.items():
        with suppress(EngineError):
            play.act(act, "w3", **values)
    with suppress(EngineError):
        play.act("hold_escalation", "bureau", activity="overdue")
    open_tasks = play.case().open_tasks
    if not open_tasks:
        return
    paper = checked(f"{NAME}{PHONE}.txt", f"{TEXT}{play.no}".encode(), 10_000)
    for command in (CommentTask(open_tasks[0].id, {"message": TEXT}), AttachPaper(paper, play.no, description=TEXT)):
        with suppress(EngineError):
            play.execute(command, "w3")


def values_in_the_open(ctx: ReadContext) -> Iterator[tuple[str, bytes]]:
    """Every stored value that is not sealed, states unpacked."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if not column.info.get("sealed")]
        for row in ctx.conn.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                yield f"{table.name}.{column.name}", _bytes(column.name, value)


def _bytes(name: str, value: Any) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    if name != "state":
        return value
    body = value[state.HEADER :]
    return zstandard.decompress(body) if value[2] == state.COMPRESSED else body


TITLES = frozenset({"cases.title", "case_words.title"})  # the second: the first as it is searched


def found_in(play: Play) -> set[tuple[str, str]]:
    """Where canaries stand unsealed. A title keeps its words, without what says who it is about."""
    leaks = play.engine.read(
        lambda ctx: {
            (place, canary)
            for place, value in values_in_the_open(ctx)
            for canary in hits(value, PERSON if place in TITLES else ALL_WORDS)
        }
    )
    return leaks


@pytest.mark.checklist(64)
@pytest.mark.slow
def test_every_text_field_of_every_form_was_planted(lived: Lived) -> None:
    forms = {path.stem for path in (FOLDER.parent / "forms").glob("*.json")} - PLANTED_BY_HAND
    wanted = {(form, path) for form in forms for path in text_fields(shipped_form(form))}
    assert wanted - lived.fields == set()


@pytest.mark.checklist(64, 69)
@pytest.mark.slow
def test_nothing_personal_stands_unsealed_in_process_state_trail_facts_or_anywhere(lived: Lived) -> None:
    assert {leak for play in lived.plays for leak in found_in(play)} == set()
    for play in lived.plays:
        file = Path(play.house.settings.database_url.removeprefix("sqlite:///"))
        for part in (file, file.with_name(f"{file.name}-wal")):
            assert not part.exists() or hits(part.read_bytes()) == []


# ------------------------------------------------------------------ eyes that may not see it
def addresses(play: Play) -> Iterator[str]:
    """Everything that can be read of the cases of a house, by pages and both interfaces."""
    yield from ("/cases", "/inbox", "/inbox?queue=group", "/api/cases", "/engine-rest/task", "/engine-rest/incident")
    yield from ("/engine-rest/history/user-operation", "/engine-rest/process-instance", "/engine-rest/history/job-log")
    rows = play.engine.read(lambda ctx: ctx.conn.execute(select(cases.c.no, cases.c.uid)).all())
    for no, uid in rows:
        yield from (f"/cases/{no}", f"/cases/{no}/deadline", f"/cases/{no}/amend", f"/cases/{no}/attachments")
        yield from (f"/api/cases/{no}", f"/api/cases/{no}/timeline", f"/api/cases/{no}/accesses")
        yield from (f"/engine-rest/process-instance/{uid}", f"/engine-rest/process-instance/{uid}/variables")
        yield f"/engine-rest/history/detail?processInstanceId={uid}"
        play.no = no
        for task in play.case().open_tasks:
            yield from (f"/tasks/{task.id}", f"/engine-rest/task/{task.id}/variables")
            yield from (f"/engine-rest/task/{task.id}/form-variables", f"/engine-rest/task/{task.id}/comment")
            yield f"/engine-rest/task/{task.id}/attachment"


def seen_by(play: Play, name: str) -> list[tuple[str, str]]:
    """Addresses at which this person comes upon a canary, header or body."""
    visitor, caller = Visitor.of(play.house.app).sign_in(name), play.house.person(name)
    found = []
    for address in addresses(play):
        api = address.startswith(("/api", "/engine-rest"))
        answer = caller.get(address) if api else visitor.open(address)
        shown = f"{answer.request.path} {answer.headers} {answer.get_data(as_text=True)}"
        found += [(address, canary) for canary in hits(shown)]
    return found


@pytest.mark.checklist(62, 64)
@pytest.mark.slow
@pytest.mark.parametrize("name", OUTSIDERS)
def test_who_is_not_entitled_comes_upon_nothing(lived: Lived, name: str) -> None:
    assert [found for play in lived.plays for found in seen_by(play, name)] == []


@pytest.mark.checklist(64)
@pytest.mark.slow
def test_another_unit_sees_not_even_the_words(lived: Lived) -> None:
    play = lived.plays[RUNS.index("not_satisfied")]
    unit = play.house.person("unit-SC-EE")
    assert all(hits(unit.get(address).text, ALL_WORDS) == [] for address in addresses(play) if "/api/" in address)


@pytest.mark.checklist(64)
@pytest.mark.slow
def test_no_log_names_anybody_whatever_went_wrong(lived: Lived) -> None:
    play = lived.plays[RUNS.index("not_satisfied")]
    w3 = play.house.person("w3")
    w3.post("/api/cases/search", {"q": PHONE, "limit": 0})
    w3.post("/api/cases", {"title": TEXT, "applicant": {"name": NAME, "phone": TEXT}, TEXT: TEXT})
    w3.post("/api/cases", {"title": TEXT}, key="k", headers={"X-Words": "1"})
    w3.post(f"/api/cases/{play.no}/amend", {"field": TEXT, "value": TEXT, "reason": TEXT})
    w3.post(f"/api/cases/{play.no}/unmask", {"reason": TEXT})
    w3.client.post("/api/cases", data=TEXT.encode(), headers=w3._headers({"Content-Type": "application/json"}))
    harm(play, update(cases).values(facts="{}"))  # a failure nobody foresaw
    assert w3.get(f"/api/cases/{play.no}").status_code == 500
    assert w3.post(f"/api/cases/{play.no}/supplement", {"text": TEXT}).status_code == 500
    logged = lived.logs.read_text("utf-8")
    assert "Error" in logged and hits(logged, ALL_WORDS) == []
    assert {place for place, _ in found_in(play)} == set()


@pytest.mark.slow
def test_a_leak_would_be_found(lived: Lived) -> None:
    play = lived.plays[0]
    assert hits(f"x{TEXT}", ALL_WORDS) == list(ALL_WORDS)
    harm(play, update(cases).values(facts=TEXT))
    assert {place for place, _ in found_in(play)} == {"cases.facts"}
