"""Random courses, led again to every line of their trails: the digest on the line, and what the case then was.

Each line is led to from the first one, from where the process rested, and, as by a process that never saw the case,
from where the worker rested. The auditors' page and the interface are asked for one line in ten, and have to say the
same; of a restricted case they tell an auditor nothing.

python -m tests.audit.every_line --first 0 --count 200
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from sqlalchemy import select

from engine.cases.resting import keep_waypoints
from engine.facade import ReadContext
from engine.storage.models import audit, cases
from tests.audit.album import Album
from tests.scenarios.random_courses import TURNS, Course, furnished_copy
from tests.support.play import Play
from tests.webapp.pages.browserless import Visitor


def unlike(play: Play, seed: int, turns: int = TURNS) -> list[str]:
    """Play the course of a seed, a picture after every turn; what the trail afterwards tells otherwise."""
    album, course = Album(), Course(play, seed)
    for turn in range(turns):
        album.take(play.engine)
        course.take(turn)
    album.take(play.engine)
    engine = play.engine
    near = album.unlike(engine)
    while keep_waypoints(engine.db, engine.versions, engine.calendars, engine.directory, engine.keys):
        pass
    return near + [f"as the worker kept it: {each}" for each in album.unlike(engine, engine.waypoints.forget)]


def shown_otherwise(play: Play, seed: int) -> list[str]:
    """Where the page or the interface does not say the digest on the line, or the page what is open by the other."""
    visitor, reader = Visitor.of(play.house.app).sign_in("auditor"), play.house.person("auditor")
    wrong = []
    for no, seq, digest in play.engine.read(_every_tenth, seed % 10):
        told = reader.get(f"/api/cases/{no}/as-of?seq={seq}").get_json()
        text = visitor.open(f"/audit/cases/{no}?at={seq}").text
        if not told["holds"] or told["replayed"] != digest:
            wrong.append(f"{no} {seq} interface: {told['problem']}")
        wanted = [f"第 {seq} 行之后", f'相符 <span class="hash">{digest[:16]}', *(t["name"] for t in told["tasks"])]
        wrong.extend(f"{no} {seq} page: without {each}" for each in wanted if each not in text)
    return wrong


def _every_tenth(ctx: ReadContext, rest: int) -> list[tuple[str, int, str]]:
    query = select(cases.c.no, audit.c.seq, audit.c.digest).join(audit, audit.c.case_id == cases.c.id)
    wanted = query.where(audit.c.seq % 10 == rest, cases.c.restricted.is_(False))
    return [(row.no, row.seq, row.digest) for row in ctx.conn.execute(wanted.order_by(cases.c.id, audit.c.seq))]


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
            wrong = unlike(play, seed, asked.turns) + shown_otherwise(play, seed)
            play.close()
            failed += bool(wrong)
            print("\n".join(f"seed {seed}: {each}" for each in wrong), end="\n" if wrong else "", flush=True)
    print(f"{asked.count} courses from seed {asked.first}: {failed} told otherwise by their trails")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
