"""Random courses, led again to every line of their trails: the digest on the line, and what the case then was.

Each line is led to from the first one on, from where the process rested before, and, as by a process that never saw the
case, from where the worker rested.

python -m tests.audit.every_line --first 0 --count 200
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from engine.cases.resting import keep_waypoints
from tests.audit.album import Album
from tests.scenarios.random_courses import TURNS, Course, furnished_copy
from tests.support.play import Play


def unlike(play: Play, seed: int, turns: int = TURNS) -> list[str]:
    """Play the course of a seed, a picture after every turn; what the trail afterwards tells otherwise."""
    album, course = Album(), Course(play, seed)
    for turn in range(turns):
        album.take(play.engine)
        course.take(turn)
    album.take(play.engine)
    engine = play.engine
    afar = [f"from the first line: {each}" for each in album.unlike(engine, engine.waypoints.forget)]
    near = [f"from line to line: {each}" for each in album.unlike(engine)]
    while keep_waypoints(engine.db, engine.versions, engine.calendars, engine.directory, engine.keys):
        pass
    rested = [f"from what was kept: {each}" for each in album.unlike(engine, engine.waypoints.forget)]
    return afar + near + rested


def main(arguments: list[str] | None = None) -> int:
    """Play many; prints what differs, exit code 1 for any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--turns", type=int, default=TURNS)
    asked = parser.parse_args(arguments)
    failed, seeds = 0, range(asked.first, asked.first + asked.count)
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            play = Play(f"sqlite:///{furnished_copy(Path(folder), seed)}")
            wrong = unlike(play, seed, asked.turns)
            play.close()
            failed += bool(wrong)
            print("\n".join(f"seed {seed}: {each}" for each in wrong), end="\n" if wrong else "", flush=True)
    print(f"{asked.count} courses from seed {asked.first}: {failed} told otherwise by their trails")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
