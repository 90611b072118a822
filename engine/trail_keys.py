"""The keys of the audit trail: who owns the database has not got them, so that what they write is told apart.

One secret of at least 32 bytes gives two by HKDF (RFC 5869): a key of BLAKE2s (RFC 7693) that marks every line, and a
key of Ed25519 (RFC 8032) that signs the checkpoints, whose public half lets anybody hold them against the trail.
Lines are never written again, so older secrets stay where they are for as long as their lines.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES = 16  # of a mark


class TrailKeys:
    """Those of one secret, and of `older` ones whose marks and signatures still stand."""

    def __init__(self, secret: bytes, older: Sequence[bytes] = ()) -> None:
        pairs = [_Pair(each) for each in (secret, *older)]
        self._own = pairs[0]
        self._by_id = {pair.id: pair for pair in reversed(pairs)}

    @property
    def id(self) -> str:
        """Of the key in force: the first eight hex digits of SHA-256 over its public half."""
        return self._own.id

    @property
    def fingerprint(self) -> str:
        """Of the key in force, for others to hold a signature against: SHA-256 over its public half."""
        return hashlib.sha256(self._own.public.public_bytes_raw()).hexdigest()

    @property
    def ids(self) -> frozenset[str]:
        """Of every key whose marks can be checked."""
        return frozenset(self._by_id)

    @property
    def public(self) -> dict[str, str]:
        """Id → public half, 64 hex digits, of every key."""
        return {id: pair.public.public_bytes_raw().hex() for id, pair in self._by_id.items()}

    # ------------------------------------------------------------------ lines
    def mark(self, line_hash: str) -> str:
        """The mark of a line by its hash: id of the key, a dot, 32 hex digits."""
        return f"{self._own.id}.{self._own.mark(line_hash)}"

    def marked(self, line_hash: str, mark: str) -> bool:
        """Whether a key of this house made the mark of this line."""
        pair = self._by_id.get(mark[:8])
        return pair is not None and hmac.compare_digest(mark[9:].encode(), pair.mark(line_hash).encode())

    # ------------------------------------------------------------------ checkpoints
    def sign(self, text: str) -> str:
        """The signature of a text, base64."""
        return base64.b64encode(self._own.private.sign(text.encode())).decode()

    def signed(self, text: str, key: str, signature: str) -> bool:
        """Whether the key with this id signed the text."""
        pair = self._by_id.get(key)
        return pair is not None and verified(pair.public, text, signature)


class _Pair:
    def __init__(self, secret: bytes) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(_derived(secret, "checkpoints"))
        self.public = self.private.public_key()
        self.id = hashlib.sha256(self.public.public_bytes_raw()).hexdigest()[:8]
        self._lines = _derived(secret, "lines")

    def mark(self, line_hash: str) -> str:
        return hashlib.blake2s(line_hash.encode(), key=self._lines, digest_size=_BYTES).hexdigest()


def verified(public: Ed25519PublicKey, text: str, signature: str) -> bool:
    """Whether this is the signature of the text; False for what is none at all."""
    try:
        public.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"bancheng trail {purpose}".encode()).derive(secret)
