"""The long form: many random runs in the engine beside the proof, of the case family and of random diagrams."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from functools import partial

from engine.bpmn.proof.explore import OverBudget
from tests.bpmn.proof.alike import Differs, Twin, generated, the_family

EVENTS = 60


def main() -> int:
    """Exit 1 at the first run that differs, after telling its seed."""
    parser = ArgumentParser(prog="python -m tests.bpmn.proof", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=2_000, help="number of runs")
    given = parser.parse_args()
    visited: Counter[str] = Counter()
    for seed in range(given.first, given.first + given.count):
        for what, explored in (("family", the_family), ("diagram", partial(generated, seed))):
            try:
                twin = Twin(explored(), seed)
                twin.play(EVENTS)
            except OverBudget:
                print(f"seed {seed}: too many situations to be proven, so not published either")
                continue
            except Differs as differs:
                print(f"seed {seed} of the {what}: {differs}")
                return 1
            visited += twin.visited if what == "family" else Counter()
    print(f"{given.count} runs, {visited.total()} events at {len(visited)} elements: no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
