"""The long form: many random diagrams, each played in the engine beside the token game."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from tests.bpmn.by_the_book import Beside


def main() -> int:
    """Exit 1 at the first difference, after telling its seed."""
    parser = ArgumentParser(prog="python -m tests.bpmn", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=2_000, help="number of diagrams")
    given = parser.parse_args()
    events = scopes = 0
    for seed in range(given.first, given.first + given.count):
        try:
            beside = Beside(seed)
            beside.play()
        except Exception as error:  # whatever it is, the seed is what one needs
            print(f"seed {seed}: {type(error).__name__} {error}")
            return 1
        events, scopes = events + beside.events, scopes + len(beside.game.plans)
    print(f"{given.count} diagrams with {scopes} processes and sub-processes, {events} events: no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
