"""The keys of a house: they seal personal data at rest and are never in the database.

One secret of at least 32 bytes (README, "密钥") gives every key by HKDF (RFC 5869), one per purpose. What is sealed
is bound to its place: moved to another row or column it does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import SealBroken
from engine.trail_keys import TrailKeys

LEAST_BYTES = 32
DEMO_SECRET = b"bancheng-demo: public, seals nothing but invented people"
_NONCE_BYTES = 12
_MARK = "~"  # what is sealed begins with it, then the id of its key
_STANDARD = bytes.maketrans(b"-_", b"+/")
_SEALED = re.compile(rb"~[0-9a-f]{8}~")


class SecretUnfit(ValueError):
    """A secret is missing, too short, or not the one this house was sealed with."""


class Keys:
    """The keys of one secret; `older` secrets still open what they sealed, nothing new is sealed with them.

    `trail` are those of the audit trail, of a secret of their own; None: the lines of this house are not marked.
    """

    def __init__(self, secret: bytes, older: Sequence[bytes] = (), trail: TrailKeys | None = None) -> None:
        self.trail = trail
        self._secret = secret
        self._by_id = {_id(each): each for each in (*older, secret)}

    @property
    def id(self) -> str:
        """Eight hex digits that tell secrets apart and say nothing of them."""
        return _id(self._secret)

    @property
    def ids(self) -> frozenset[str]:
        """Of every secret that opens something."""
        return frozenset(self._by_id)

    # ------------------------------------------------------------------ sealing
    def seal(self, text: str, place: str) -> str:
        """The text as it is stored at `place`, such as `case_people.phone:17`."""
        packed = _packed(self._secret, _bytes(text), place)
        return f"{_MARK}{self.id}{_MARK}{base64.urlsafe_b64encode(packed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed at this place. Raises SealBroken."""
        _, id, text = (*sealed.split(_MARK, 2), "", "")[:3]
        try:  # as base64.b64decode does it; a ledger opens a million of them
            packed = binascii.a2b_base64(text.encode().translate(_STANDARD), strict_mode=True)
        except ValueError:
            raise SealBroken(place) from None
        return self._unpacked(id, packed, place).decode("utf-8", "surrogatepass")

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """The same for what is no text; it grows by 38 bytes."""
        return f"{_MARK}{self.id}{_MARK}".encode() + _packed(self._secret, content, place)

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """What `seal_bytes` sealed at this place. Raises SealBroken."""
        _, id, packed = (*sealed.split(_MARK.encode(), 2), b"", b"")[:3]
        return self._unpacked(id.decode("ascii", "replace"), packed, place)

    def _unpacked(self, id: str, packed: bytes, place: str) -> bytes:
        try:
            return _cipher(self._by_id[id]).decrypt(packed[:_NONCE_BYTES], packed[_NONCE_BYTES:], place.encode())
        except (KeyError, ValueError, InvalidTag):
            raise SealBroken(place) from None

    def sealed_it(self, stored: str | bytes) -> bool:
        """Whether a stored value looks as if the secret in force had sealed it."""
        mine = f"{_MARK}{self.id}{_MARK}"
        return stored.startswith(mine) if isinstance(stored, str) else bytes(stored).startswith(mine.encode())

    # ------------------------------------------------------------------ marks
    def mark(self, text: str, purpose: str) -> str:
        """A keyed hash by which a value is found without opening anything: 32 hex digits."""
        return _mark(self._secret, text, purpose)

    def marks(self, text: str, purpose: str) -> list[str]:
        """By every secret: what an older one marked is found as well."""
        return [_mark(secret, text, purpose) for secret in self._by_id.values()]

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return _derived(self._secret, purpose)


def looks_sealed(stored: str | bytes) -> bool:
    """Whether a stored value looks as if any secret had sealed it."""
    start = stored[:10].encode("utf-8", "replace") if isinstance(stored, str) else bytes(stored[:10])
    return _SEALED.match(start) is not None


def demo_keys() -> Keys:
    """Of a demonstration, whose people are invented."""
    return Keys(DEMO_SECRET, trail=TrailKeys(DEMO_SECRET))


def read_secrets(text: str) -> list[bytes]:
    """The secrets of a setting or key file, one per line, the one in force first. Raises SecretUnfit."""
    found = [line.strip().encode() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not found or any(len(secret) < LEAST_BYTES for secret in found):
        raise SecretUnfit(f"密钥至少要有 {LEAST_BYTES} 个字节，请用 bancheng key new 生成一个。")
    return found


def keys_of(text: str, trail: TrailKeys | None = None) -> Keys:
    """The keys of a setting or key file. Raises SecretUnfit."""
    secret, *older = read_secrets(text)
    return Keys(secret, older, trail)


def trail_keys_of(text: str) -> TrailKeys:
    """The keys of the trail, of such a text. Raises SecretUnfit."""
    secret, *older = read_secrets(text)
    return TrailKeys(secret, older)


def new_secret() -> str:
    """A secret nobody has: 48 random bytes as text."""
    return secrets.token_urlsafe(48)


def create_key_file(path: Path) -> None:
    """Write a new secret where nobody else on the machine reads it; leaves a file that is there alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_secret() + "\n")


def _packed(secret: bytes, content: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, content, place.encode())


def _mark(secret: bytes, text: str, purpose: str) -> str:
    return hmac.digest(_derived(secret, f"mark {purpose}"), _bytes(text), "sha256").hex()[:32]


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"bancheng", info=purpose.encode()).derive(secret)


@lru_cache(maxsize=16)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(_derived(secret, "seal"))


def _id(secret: bytes) -> str:
    return hashlib.sha256(_derived(secret, "id")).hexdigest()[:8]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
