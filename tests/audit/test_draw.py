"""Drawing a sample: by the hash of seed and number alone, so that anybody can draw it again."""

from __future__ import annotations

import random
import subprocess

from engine.audit.draw import drawn, lot

NUMBERS = [f"BCS-2026-{n:04d}" for n in range(1, 61)]


def by_hand(seed: str, no: str) -> str:
    """What the page tells to do on any Linux computer."""
    done = subprocess.run(["sha256sum"], input=f"{seed}:{no}".encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split()[0]


def test_the_lot_of_a_number_is_what_sha256sum_gives() -> None:
    assert lot("抽查 2026-10-08", "BCS-2026-0001") == by_hand("抽查 2026-10-08", "BCS-2026-0001")


def test_the_smallest_lots_are_drawn_in_their_order() -> None:
    assert drawn("七号", NUMBERS, 3) == sorted(NUMBERS, key=lambda no: by_hand("七号", no))[:3]


def test_neither_the_order_of_the_cases_nor_a_larger_sample_changes_who_is_drawn() -> None:
    shuffled = random.Random(7).sample(NUMBERS, len(NUMBERS))
    assert drawn("a", shuffled, 20)[:5] == drawn("a", NUMBERS, 5)


def test_another_seed_draws_others_and_of_few_all_are_drawn() -> None:
    assert drawn("a", NUMBERS, 10) != drawn("b", NUMBERS, 10)
    assert sorted(drawn("a", NUMBERS[:4], 10)) == NUMBERS[:4]
