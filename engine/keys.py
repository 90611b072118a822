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
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import SealBroken

LEAST_BYTES = 32
DEMO_SECRET = b"bancheng-demo: public, seals nothing but invented people"
_NONCE_BYTES = 12
_MARK = "~"  # what is sealed begins with it, then the id of its key


class SecretUnfit(ValueError):
    """A secret is missing, too short, or not the one this house was sealed with."""


class Keys:
    """The keys of one secret; `older` secrets still open what they sealed, nothing new is sealed with them."""

    def __init__(self, secret: bytes, older: Sequence[bytes] = ()) -> None:
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

    def seal(self, text: str, place: str) -> str:
        """The text as it is stored at `place`, such as `case_people.phone:17`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + _cipher(self._secret).encrypt(nonce, _bytes(text), place.encode())
        return f"{_MARK}{self.id}{_MARK}{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """What was sealed at this place. Raises SealBroken."""
        _, id, text = (*sealed.split(_MARK, 2), "", "")[:3]
        try:
            packed = base64.urlsafe_b64decode(text.encode())
            opened = _cipher(self._by_id[id]).decrypt(packed[:_NONCE_BYTES], packed[_NONCE_BYTES:], place.encode())
        except (KeyError, ValueError, binascii.Error, InvalidTag):
            raise SealBroken(place) from None
        return opened.decode("utf-8", "surrogatepass")

    def mark(self, text: str, purpose: str) -> str:
        """A keyed hash by which a value is found without opening anything: 32 hex digits."""
        return hmac.digest(_derived(self._secret, f"mark {purpose}"), _bytes(text), "sha256").hex()[:32]

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return _derived(self._secret, purpose)


def demo_keys() -> Keys:
    """Of a demonstration, whose people are invented."""
    return Keys(DEMO_SECRET)


def read_secrets(text: str) -> list[bytes]:
    """The secrets of a setting or key file, one per line, the one in force first. Raises SecretUnfit."""
    found = [line.strip().encode() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not found or any(len(secret) < LEAST_BYTES for secret in found):
        raise SecretUnfit(f"密钥至少要有 {LEAST_BYTES} 个字节，请用 bancheng key new 生成一个。")
    return found


def keys_of(text: str) -> Keys:
    """The keys of a setting or key file. Raises SecretUnfit."""
    secret, *older = read_secrets(text)
    return Keys(secret, older)


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
