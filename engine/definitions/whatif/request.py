"""What the replaying process is told and what it answers, as JSON: bytes as base64, instants as ISO texts."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from engine.bpmn.definition import read_definition
from engine.definitions.examining import linted
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version, on_trial
from engine.definitions.whatif.case import Ground
from engine.definitions.whatif.comparing import Compared, Progress, compared
from engine.definitions.whatif.guesses import Assumed, Guess
from engine.definitions.whatif.pairs import pair_from
from engine.definitions.whatif.recorded import Recorded, recorded_from
from engine.directory import Directory
from engine.directory.matters import Material, Matter
from engine.directory.units import Unit
from engine.errors import DiagramRefused, Finding
from engine.worktime import Calendar, OfficeHours, WorkTime
from engine.worktime.notices import from_data, to_data

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Request:
    """Everything a comparison needs. `versions` and `calendars` by number; `trial` on trial, `new` when it has not been
    published and is to be looked at first. `seconds` of the processor: the time the replays may take."""

    versions: Mapping[int, Files]
    trial: Files
    new: bool
    directory: Directory
    calendars: Mapping[int, WorkTime]
    until: datetime
    cases: Sequence[Recorded]
    seconds: float

    @property
    def ground(self) -> Ground:
        """What its cases stand on."""
        return Ground(self.directory, self.calendars.__getitem__, self.until)

    def version(self, files: Files) -> Version:
        """Some of its files as a version; raises the reader's own errors."""
        return on_trial(CASE_PROCESS, files, self.until)


def answered(request: Request, on_case: Progress = lambda done, of: None) -> Compared:
    """Do what is asked, here and now. Raises DiagramRefused with the findings for a draft that cannot be run."""
    findings = list(_unfit(request.trial)) if request.new else []
    if findings:
        raise DiagramRefused(findings)
    versions = {number: request.version(files) for number, files in request.versions.items()}
    trial = request.version(request.trial)
    return compared(request.ground, versions, trial, request.cases, request.seconds, on_case)


def _unfit(files: Files) -> Iterator[Finding]:
    """Why it cannot be run, or is not the process of cases."""
    found = linted(files)
    yield from found
    if not found and read_definition(files).key != CASE_PROCESS:
        yield Finding(next(iter(files)), "PROCESS", CASE_PROCESS, "里面没有反映件的流程图，不能重放")


def told(request: Request) -> bytes:
    """As the process reads it."""
    return orjson.dumps(
        {
            "versions": {str(number): _encoded(files) for number, files in request.versions.items()},
            "trial": _encoded(request.trial),
            "new": request.new,
            "units": list(request.directory.units.values()),
            "matters": list(request.directory.matters.values()),
            "calendars": {str(number): _calendar(each) for number, each in request.calendars.items()},
            "until": request.until,
            "cases": list(request.cases),
            "seconds": request.seconds,
        }
    )


def request_from(text: bytes) -> Request:
    """As it was told."""
    it = orjson.loads(text)
    return Request(
        versions={int(number): _decoded(files) for number, files in it["versions"].items()},
        trial=_decoded(it["trial"]),
        new=it["new"],
        directory=_directory(it),
        calendars={int(number): _worktime(each) for number, each in it["calendars"].items()},
        until=datetime.fromisoformat(it["until"]),
        cases=[recorded_from(case) for case in it["cases"]],
        seconds=it["seconds"],
    )


def compared_from(it: Mapping[str, Any]) -> Compared:
    """The answer, as JSON gives it back."""
    return Compared(
        pairs=tuple(map(pair_from, it["pairs"])),
        assumed=tuple(map(_assumed, it["assumed"])),
        asked_anew=tuple(it["asked_anew"]),
        unreached=it["unreached"],
    )


def answer_of(found: Compared) -> bytes:
    """The answer as it is written."""
    return orjson.dumps(found, default=_seconds)


def _seconds(value: Any) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value))


def _assumed(it: Mapping[str, Any]) -> Assumed:
    guess = Guess(timedelta(seconds=it["guess"]["time"]), it["guess"]["of"], it["guess"]["samples"])
    return Assumed(**{**it, "groups": tuple(it["groups"]), "guess": guess})


# ------------------------------------------------------------------ parts
def _encoded(files: Files) -> dict[str, str]:
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def _decoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(content) for name, content in files.items()}


def _calendar(worktime: WorkTime) -> dict[str, Any]:
    hours = worktime.hours
    return {"notices": [to_data(notice) for notice in worktime.calendar.notices], "hours": hours.to_data()}


def _worktime(it: Mapping[str, Any]) -> WorkTime:
    return WorkTime(Calendar(tuple(map(from_data, it["notices"]))), OfficeHours.from_data(it["hours"]))


def _directory(it: Mapping[str, Any]) -> Directory:
    units = (Unit(**{**unit, "topics": tuple(unit["topics"])}) for unit in it["units"])
    matters = (_matter(matter) for matter in it["matters"])
    return Directory({unit.code: unit for unit in units}, {}, {matter.code: matter for matter in matters})


def _matter(it: Mapping[str, Any]) -> Matter:
    materials = tuple(Material(**each) for each in it["materials"])
    return Matter(**{**it, "materials": materials, "plain_list": tuple(it["plain_list"])})
