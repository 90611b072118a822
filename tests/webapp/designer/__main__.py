"""What takes Node or long: the round trip of many diagrams, and how soon designer and viewer are ready."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from tests.webapp.designer import ready, round_trip

NEW = "not known before"
MOST = 1.5  # times a bare one


def main() -> int:
    """Exit 1 where something is lost, or where one takes too long; 2 without what it needs."""
    parser = ArgumentParser(prog="python -m tests.webapp.designer", description=__doc__)
    parser.add_argument("what", choices=("round-trip", "ready"))
    parser.add_argument("--times", type=int, default=7, help="how often each page is opened")
    given = parser.parse_args()
    if not ready.BARE.is_dir():
        print(round_trip.NODE_MISSING)
        return 2
    return _round_trip() if given.what == "round-trip" else _ready(given.times)


def _round_trip() -> int:
    given, lost = round_trip.models(), 0
    ways = (("bpmn-js", round_trip.by_bpmn_js(given)), ("camunda-bpmn-moddle", round_trip.by_camunda(given)))
    for way, name, found in round_trip.told(ways, given):
        limit = round_trip.LIMITS.get((way, name))
        lost += bool(found) and limit is None
        print(f"{way} {name}: {'the same' if not found else f'{len(found)} differences ({limit or NEW})'}")
        for line in found if limit is None else ():
            print(f"    {line[:300]}")
    print(f"{2 * len(given)} round trips, {len(round_trip.LIMITS)} known limits, {lost} other differences")
    return 1 if lost else 0


def _ready(times: int) -> int:
    slow = 0
    for what in ready.PAIRS:
        ours, bare = ready.measured(what, times)
        slow += ours > MOST * bare
        print(
            f"{what} {ours:.0f} ms, bare bpmn-js {bare:.0f} ms, {ours / bare:.2f} times (median of {times}, in turns)"
        )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
