"""Passwords: kept as argon2id hashes, checked in the same time whether the person exists or not."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.directory.password_policy import normalised

# 19 MiB, two passes, one lane: the memory-saving setting of OWASP's password storage sheet.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# What an unknown name is checked against, so that it costs as much as a known one.
_NOBODY = _HASHER.hash(secrets.token_bytes(16))


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(_bytes(password))


def verify_password(name: str, password: str, stored: str | None) -> bool:
    """Whether `password` belongs to `stored`; None (no such person) is checked just as long and is never right."""
    if stored is not None and _RECENT.knows(name, password, stored):
        return True
    try:
        right = _HASHER.verify(_NOBODY if stored is None else stored, _bytes(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
    if right and stored is not None:
        _RECENT.remember(name, password, stored)
    return right


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    # JSON can carry half a surrogate pair: a wrong password, not a failure.
    return normalised(password).encode("utf-8", "surrogatepass")


class _RecentlyRight:
    """Right passwords of this process's last callers, so that HTTP Basic does not cost argon2 on every request.

    Safe because only right answers are kept, as an HMAC under a key that lives and dies with the process, and the
    stored hash is part of what is hashed: after a change of password, old entries are never met again. A person
    who was shut off is refused by the caller, who reads the row each time.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()

    def knows(self, name: str, password: str, stored: str) -> bool:
        mark = self._mark(name, password, stored)
        with self._lock:
            known = mark in self._seen
            if known:
                self._seen.move_to_end(mark)
        return known

    def remember(self, name: str, password: str, stored: str) -> None:
        mark = self._mark(name, password, stored)
        with self._lock:
            self._seen[mark] = None
            if len(self._seen) > self._limit:
                self._seen.popitem(last=False)

    def _mark(self, name: str, password: str, stored: str) -> bytes:
        # Each part is preceded by its length: no two triples read the same.
        parts = (_bytes(name), _bytes(password), _bytes(stored))
        joined = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._key, joined, "sha256")


_RECENT = _RecentlyRight(limit=2_000)
