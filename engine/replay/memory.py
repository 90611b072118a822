"""The engine itself as a stage, and a throw-away house for diagrams on trial."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import orjson
from sqlalchemy import select

from engine.cases.beside import ACTS
from engine.cases.commands import ActOnCase, Actor, CompleteTask, SendMessage, StartProcess
from engine.clock import SimulatedClock, local
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.directory import actor_of, find_person, load_directory, seed_directory
from engine.directory.demo import seed_demo_people
from engine.errors import NotFound
from engine.facade import Engine, ReadContext
from engine.keys import demo_keys
from engine.queries.case import case as case_query
from engine.settings import DEMO_PASSWORD
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import cases, tasks

_DECLARED = re.compile(rb'<(?:[\w-]+:)?(?:process|decision)\s[^<>]{0,2000}?\bid="([^"<>]{1,200})"')


class EngineStage:
    """Plays through the door of an engine whose clock is simulated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        return self._engine.clock.now()

    def move_clock(self, to: datetime) -> None:
        self._engine.move_clock(to)

    def register(self, who: str, variables: Mapping[str, Any]) -> str:
        no: str = self._engine.execute(StartProcess(CASE_PROCESS, variables), self._actor(who)).no
        return no

    def complete(self, who: str, no: str, task: str, unit: str | None, variables: Mapping[str, Any]) -> None:
        task_id = self._engine.read(open_task, no, task, unit)
        self._engine.execute(CompleteTask(task_id, variables), self._actor(who))

    def act(self, who: str, no: str, name: str, variables: Mapping[str, Any]) -> None:
        command = ActOnCase(name, no, variables) if name in ACTS else SendMessage(name, no, variables)
        self._engine.execute(command, self._actor(who))

    def case(self, who: str, no: str) -> Mapping[str, Any]:
        found = self._engine.read_as(self._actor(who), case_query, no)
        told: dict[str, Any] = orjson.loads(orjson.dumps(found, _local_text, orjson.OPT_PASSTHROUGH_DATETIME))
        return told

    def _actor(self, who: str) -> Actor:
        return self._engine.read(_actor_named, who)


def _actor_named(context: ReadContext, name: str) -> Actor:
    person = find_person(context.conn, name)
    if person is None:
        raise NotFound(f"没有名为“{name}”的用户。")
    return actor_of(person)


def _local_text(value: Any) -> str:
    """How JSON tells an instant here; nothing else needs telling."""
    if isinstance(value, datetime):
        return local(value).isoformat()
    raise TypeError(type(value))


def open_task(context: ReadContext, no: str, element: str, unit: str | None) -> str:
    """The id of the open task of a case at this element, of this unit where one is named; raises NotFound."""
    query = select(tasks.c.id).join(cases).where(cases.c.no == no, tasks.c.element == element)
    found: str | None = context.conn.scalars(query if unit is None else query.where(tasks.c.unit == unit)).first()
    if found is None:
        raise NotFound(no_such_task(element, unit))
    return found


def no_such_task(element: str, unit: str | None) -> str:
    """What a stage says when the task to complete is not open."""
    return f"没有打开的待办 {element}" + (f"（{unit}）" if unit else "")


def files_with(trial: Mapping[str, bytes], base: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The shipped files, or those of `base`, with those on trial in place of their namesakes; one that declares the id
    of such a diagram or table takes its place whatever it is called, any other comes beside them."""
    files = read_folder(SHIPPED) if base is None else dict(base)
    for name, content in trial.items():
        files[_place(name, content, files)] = content
    return files


def _place(name: str, content: bytes, files: Mapping[str, bytes]) -> str:
    same_name = [place for place in files if PurePath(place).name == name]
    same_id = [place for place, other in files.items() if _ids(content) & _ids(other)]
    folder = {".dmn": "decisions/", ".json": "forms/"}.get(PurePath(name).suffix, "")
    return next(iter([*same_name, *same_id]), folder + name)


def _ids(content: bytes) -> set[bytes]:
    return set(_DECLARED.findall(content))


@contextmanager
def throw_away_houses(files: Mapping[str, bytes], start: datetime) -> Iterator[Callable[[datetime], Engine]]:
    """Many such houses, furnished once: each call gives a new one whose clock stands at an instant after `start`.

    Raises the reader's own errors when a diagram cannot even be read.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        model = Path(folder, "model.db")
        with closing(Database(f"sqlite:///{model}")) as db:
            db.upgrade()
            db.write(partial(_furnish, files, start))

        def another(at: datetime) -> Engine:
            opened.close()  # one at a time
            copied = shutil.copy(model, Path(folder, "replay.db"))
            db = Database(f"sqlite:///{copied}")
            opened.callback(db.close)
            return Engine(db, SimulatedClock(at), demo_keys())

        yield another


@contextmanager
def throw_away_engine(files: Mapping[str, bytes], start: datetime) -> Iterator[Engine]:
    """A demo house on a temporary database that runs on these files as they are, unchecked; its clock is at `start`.

    Raises the reader's own errors when a diagram cannot even be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder, 'replay.db')}")
        try:
            db.upgrade()
            db.write(partial(_furnish, files, start))
            yield Engine(db, SimulatedClock(start), demo_keys())
        finally:
            db.close()


def _furnish(files: Mapping[str, bytes], start: datetime, tx: WriteTransaction) -> None:
    tx.begin_writing()
    seed_directory(tx.conn)
    seed_demo_people(tx.conn, load_directory(tx.conn), DEMO_PASSWORD, start)
    publish(tx.conn, CASE_PROCESS, files, "replay", start)
