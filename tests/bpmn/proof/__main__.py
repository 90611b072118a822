"""The long form: many random runs in the engine beside the proof, of the case family and of random diagrams; and as
many verdicts on small diagrams, each held against all plays of the token game.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from functools import partial

from engine.bpmn.proof.explore import OverBudget
from tests.bpmn.proof.alike import Differs, Twin, generated, the_family
from tests.bpmn.proof.spoilt import judged

EVENTS = 60


def main() -> int:
    """Exit 1 at the first run that differs, after telling its seed."""
    parser = ArgumentParser(prog="python -m tests.bpmn.proof", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=2_000, help="number of runs")
    parser.add_argument("--only", choices=["runs", "verdicts"], help="one of the two")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.count)
    wrong = given.only != "verdicts" and _runs(seeds)
    return int(wrong or (given.only != "runs" and _verdicts(seeds)))


def _verdicts(seeds: range) -> bool:
    said: Counter[str] = Counter()
    for seed in seeds:
        try:
            verdict = judged(seed)
        except AssertionError as differs:
            print(f"seed {seed}: the plays do not agree with the verdict: {differs}")
            return True
        said["too large" if verdict is None else verdict or "sound"] += 1
    print(f"{len(seeds)} verdicts, no difference: {', '.join(f'{n} {what}' for what, n in said.most_common())}")
    return False


def _runs(seeds: range) -> bool:
    visited: Counter[str] = Counter()
    for seed in seeds:
        for what, explored in (("family", the_family), ("diagram", partial(generated, seed))):
            try:
                twin = Twin(explored(), seed)
                twin.play(EVENTS)
            except OverBudget:
                print(f"seed {seed}: too many situations to be proven, so not published either")
                continue
            except Differs as differs:
                print(f"seed {seed} of the {what}: {differs}")
                return True
            visited += twin.visited if what == "family" else Counter()
    print(f"{len(seeds)} runs, {visited.total()} events at {len(visited)} elements: no difference")
    return False


if __name__ == "__main__":
    sys.exit(main())
