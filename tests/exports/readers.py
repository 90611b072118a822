"""The long form: files of the house as programs of other people read them; PM4Py the logs, LibreOffice the tables.

PM4Py is under the AGPL, so it has an environment of its own and is never a dependency; `make readers` makes it.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import select

from engine.cases.commands import SYSTEM, Actor, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.demo import live_through, past_of
from engine.directory import find_person
from engine.directory.substitution import acting
from engine.exports.event_log import export_events
from engine.exports.ledger import export_ledger
from engine.facade import Engine, ReadContext
from engine.house import open_house
from engine.queries.event_log import Selection
from engine.queries.ledger import LedgerFilter
from engine.replay.recording import sample_cases
from engine.settings import Settings
from engine.storage.models import audit, cases
from tests.support.house import REGISTRATION

RUNS = ("=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", '=HYPERLINK("http://127.0.0.1:9/","1")', "'=1+1")
# Comma, quotation mark, UTF-8, from line 1; the last word has formulas run, which is what must not happen.
READ_CSV = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
_CELL = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
_FORMULA = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_SECONDS = 240


@contextmanager
def lived_in(folder: Path) -> Iterator[Engine]:
    """A demo house with all sample cases, and one case for each text that a spreadsheet would run."""
    newest = max(step.at for recording in sample_cases() for step in recording.steps)
    engine = open_house(Settings(database_url=f"sqlite:///{folder}/house.db", demo=True), newest + timedelta(days=1))
    try:
        live_through(engine, past_of(engine), lambda: None)
        for text in RUNS:
            said = {**REGISTRATION, "title": text, "description": text}
            engine.execute(StartProcess(CASE_PROCESS, said), engine.read(_clerk))
        yield engine
    finally:
        engine.db.close()


def _clerk(ctx: ReadContext) -> Actor:
    person = find_person(ctx.conn, "w3")
    assert person is not None
    return acting(ctx.conn, person, ctx.now)


# ------------------------------------------------------------------ PM4Py
def told_by_the_trail(engine: Engine) -> dict[str, list[list[Any]]]:
    """Number of a case → instant, actor and number of each line, straight from the table."""
    rows = select(cases.c.no, audit.c.at, audit.c.actor, audit.c.seq).join(audit, audit.c.case_id == cases.c.id)
    found: dict[str, list[list[Any]]] = {}
    with engine.db.read() as conn:
        for no, at, actor, seq in conn.execute(rows.order_by(cases.c.no, audit.c.seq)):
            found.setdefault(no, []).append([_milliseconds(at), actor, seq])
    return found


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def differs_in_pm4py(engine: Engine, python: str, folder: Path) -> Iterator[str]:
    """What PM4Py finds otherwise in the log than stands in the trail and in the CSV of the same selection."""
    log, table = folder / "log.xes", folder / "log.csv"
    for path in (log, table):
        export_events(engine, SYSTEM, Selection(), path, path.suffix[1:])
    script = str(Path(__file__).with_name("in_pm4py.py"))
    ran = subprocess.run([python, "-I", script, str(log)], capture_output=True, check=True, timeout=_SECONDS)
    read = json.loads(ran.stdout)
    found = {
        no: [[_milliseconds(datetime.fromisoformat(at)), actor, seq] for _, at, actor, seq in events]
        for no, events in read["cases"].items()
    }
    trail = told_by_the_trail(engine)
    if found != trail:
        yield f"cases or events differ: {sorted(no for no in {*found, *trail} if found.get(no) != trail.get(no))}"
    variants = {tuple(path): count for path, count in read["variants"]}
    if variants != (wanted := _variants(table)):
        yield f"variants differ: {len(variants)} read, {len(wanted)} in the table"
    print(f"PM4Py: {len(found)} cases, {sum(map(len, found.values()))} events, {len(variants)} variants")


def _variants(table: Path) -> dict[tuple[str, ...], int]:
    paths: dict[str, list[str]] = {}
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            paths.setdefault(row["case:concept:name"], []).append(row["concept:name"])
    return dict(Counter(tuple(path) for path in paths.values()))


# ------------------------------------------------------------------ LibreOffice
def differs_in_libreoffice(engine: Engine, folder: Path) -> Iterator[str]:
    """What LibreOffice runs of the tables, or does not show of them; and whether it would run an unguarded one."""
    export_ledger(engine, SYSTEM, LedgerFilter(), folder / "ledger.csv")
    export_ledger(engine, SYSTEM, LedgerFilter(), folder / "ledger.xlsx")
    with (folder / "unguarded.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([text] for text in RUNS)
    for name in ("ledger.csv", "ledger.xlsx", "log.csv"):
        formulas, shown = _in_libreoffice(folder / name, folder)
        if formulas:
            yield f"{name}: formulas run: {formulas}"
        missing = (
            [] if name == "log.csv" else [text for text in RUNS if not any(text.strip() in each for each in shown)]
        )
        if missing:
            yield f"{name}: not shown: {missing}"
        print(f"LibreOffice: {name}: {len(shown)} cells, {len(formulas)} formulas")
    if not _in_libreoffice(folder / "unguarded.csv", folder)[0]:
        yield "an unguarded table was not run either: the check sees nothing"


def _in_libreoffice(path: Path, folder: Path) -> tuple[list[str], list[str]]:
    """The formulas and the texts of the cells, as LibreOffice has read the file."""
    asked = [f"-env:UserInstallation=file://{folder}/office", "--headless", "--norestore"]
    if path.suffix == ".csv":
        asked.append(f"--infilter={READ_CSV}")
    out = folder / f"read-{path.suffix[1:]}"
    _run(["soffice", *asked, "--convert-to", "fods", "--outdir", str(out), str(path)])
    cells = list(ElementTree.parse(out / f"{path.stem}.fods").iter(_CELL))
    formulas = [formula for cell in cells if (formula := cell.get(_FORMULA)) is not None]
    return formulas, ["\n".join(_text(each) for each in cell.iter(_PARAGRAPH)) for cell in cells if len(cell)]


def _text(paragraph: ElementTree.Element) -> str:
    return "".join(paragraph.itertext())


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)


def main() -> int:
    """Exit 1 with every difference."""
    parser = ArgumentParser(prog="python -m tests.exports.readers", description=__doc__)
    parser.add_argument("--pm4py", required=True, metavar="PYTHON", help="the interpreter that has PM4Py")
    given = parser.parse_args()
    with TemporaryDirectory() as place, lived_in(Path(place)) as engine:
        found = [*differs_in_pm4py(engine, given.pm4py, Path(place)), *differs_in_libreoffice(engine, Path(place))]
    print("\n".join(found) or "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
