"""Many citizens erased, one after the other; then the command verifies the trail, and evidence from before still holds.

python -m tests.erasure.many --count 100
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.audit.checkpoints import take
from engine.audit.lines import CARRIED
from engine.cases.commands import SYSTEM, AskErasure, AttachPaper, EraseCase
from engine.evidence.pack import make_pack
from engine.house import open_house
from engine.papers import checked
from engine.settings import Settings
from tests.erasure.remains import in_the_file, remains, secrets_of
from tests.personal.planting import NAME, PHONE, TEXT, planting
from tests.support.house import START
from tests.support.play import Play

FILE = "test.db"  # as the fixture of an SQLite address has it


@dataclass(frozen=True)
class Erased:
    """How many cases; what was found of their people before and after, in tables and in the file."""

    cases: int
    before: dict[str, list[str]]
    after: dict[str, list[str]]
    in_file_before: dict[str, int]
    in_file_after: dict[str, int]
    seconds: float  # for one erasure


def erase_many(folder: Path, count: int) -> tuple[Erased, bytes, bytes]:
    """Register, plant, end and erase so many cases; with an evidence pack of the first, made before and after."""
    path = folder / FILE
    opened = open_house(Settings(database_url=f"sqlite:///{path}", demo=True), START)
    opened.db.close()
    play = Play(f"sqlite:///{path}")
    play.harmed = True  # salts go on purpose
    play.engine.keys = opened.keys
    play.engine.db.carry(**{CARRIED: opened.keys.trail})
    numbers = _lived(play, count)
    _checkpoint(play)
    first = _pack(play, numbers[0])
    before, secrets = remains(play), secrets_of(play)
    in_file = in_the_file(path, secrets)
    began = time.process_time()
    for no in numbers:
        play.engine.execute(
            EraseCase(no, play.engine.execute(AskErasure(no, "request", f"{NAME}来电要求，{PHONE}"), SYSTEM)), SYSTEM
        )
    seconds = (time.process_time() - began) / count
    _checkpoint(play)
    second, after, in_file_after = _pack(play, numbers[0]), remains(play), in_the_file(path, secrets)
    play.house.close()
    return Erased(count, before, after, in_file, in_file_after, seconds), first, second


def _lived(play: Play, count: int) -> list[str]:
    planting(play.engine)
    play.at("10-19 14:00")
    numbers = []
    for number in range(count):
        numbers.append(play.register(on_the_spot=_ON_THE_SPOT, acceptance="accept"))
        paper = checked(f"{NAME}{PHONE}.txt", f"{TEXT}{number}".encode(), 10_000)
        play.engine.execute(AttachPaper(paper, play.no, description=TEXT), play.house.actor("w3"))
    play.at("10-20 10:00")
    for no in numbers:
        play.no = no
        if play.case().ended_at is None:
            play.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=5)
    del play.engine.execute
    return numbers


_ON_THE_SPOT = {
    "grade": "simple",
    "cause": "材料类",
    "services": [{"kind": "bangban"}],
    "outcome": "done",
    "feedback_method": "in_person",
    "satisfaction": 5,
}


def _checkpoint(play: Play) -> None:
    keys, now = play.engine.keys.trail, play.engine.clock.now()
    assert keys is not None
    play.engine.db.write(lambda tx: take(tx, keys, now, whatever=True))


def _pack(play: Play, no: str) -> bytes:
    return make_pack(play.engine, SYSTEM, no, lambda page: {"cover.txt": page.title.encode()})


def _verified(path: Path) -> tuple[int, str]:
    """The command, as whoever runs the house would call it."""
    surroundings = {**os.environ, "BANCHENG_DATABASE_URL": f"sqlite:///{path}"}
    command = [sys.executable, "-m", "webapp.command", "audit", "verify"]
    ran = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def main(arguments: list[str] | None = None) -> int:
    """Erase many; prints what was found, exit code 1 where anything is left or the trail is not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found, _, _ = erase_many(Path(folder), asked.count)
        code, said = _verified(Path(folder) / FILE)
    print(f"{found.cases} cases, {found.seconds * 1000:.1f} ms of the processor for each")
    print(f"before: canaries in {sorted(found.before)}, in the file {found.in_file_before}")
    print(f"after:  canaries in {sorted(found.after)}, in the file {found.in_file_after}")
    print(f"bancheng audit verify: {code} {said.strip()}")
    return 1 if found.after or found.in_file_after or code else 0


if __name__ == "__main__":
    sys.exit(main())
