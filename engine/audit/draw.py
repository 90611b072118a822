"""Drawing a sample that anybody can draw again: the cases with the smallest hashes of seed and number.

For each number SHA-256 is taken of the text `seed:number` in UTF-8 (`printf '%s' 'seed:BCS-2026-0001' | sha256sum`);
the hashes, read as hexadecimal digits, are sorted, and the first ones are the sample. Nobody who draws chooses a case,
and a larger sample by the same seed has the smaller one in it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from hashlib import sha256


def lot(seed: str, no: str) -> str:
    """The hash by which a number is drawn, 64 hexadecimal digits."""
    return sha256(f"{seed}:{no}".encode()).hexdigest()


def drawn(seed: str, numbers: Iterable[str], size: int) -> list[str]:
    """Of these numbers `size`, or all where there are no more, in the order in which they were drawn."""
    return heapq.nsmallest(size, numbers, key=lambda no: lot(seed, no))
