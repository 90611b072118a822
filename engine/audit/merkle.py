"""The root of a Merkle tree, as RFC 6962 section 2.1 makes it: SHA-256, leaves and nodes told apart by their prefix."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def root(leaves: Sequence[bytes]) -> str:
    """The root over these leaves in their order, 64 hex digits; of none, the hash of nothing."""
    row = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    if not row:
        return hashlib.sha256(b"").hexdigest()
    while len(row) > 1:
        pairs = [hashlib.sha256(b"\1" + row[n] + row[n + 1]).digest() for n in range(0, len(row) - 1, 2)]
        row = [*pairs, row[-1]] if len(row) % 2 else pairs
    return row[0].hex()


def proof(leaves: Sequence[bytes], place: int) -> list[tuple[str, str]]:
    """What leads from the leaf at `place` to the root: (`left` or `right`, hash of the node beside it), from below."""
    row = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    path: list[tuple[str, str]] = []
    while len(row) > 1:
        beside = place ^ 1
        if beside < len(row):
            path.append(("left" if beside < place else "right", row[beside].hex()))
        pairs = [hashlib.sha256(b"\1" + row[n] + row[n + 1]).digest() for n in range(0, len(row) - 1, 2)]
        row, place = [*pairs, row[-1]] if len(row) % 2 else pairs, place // 2
    return path
