"""The second factor: a code of six digits that a telephone computes anew every thirty seconds (TOTP, RFC 6238).

The shared secret is sealed in the table. A code works once, and so does each of ten recovery codes for who has lost
the telephone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Literal

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from engine.audit import house as trail
from engine.errors import BadInput, SealBroken
from engine.keys import Keys
from engine.storage.models import recovery_codes, second_factors
from engine.storage.rows import insert_new

SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
_PART, _PARTS = 4, 4  # 4 × 4 signs of 31: 79 bits, which a plain hash keeps well
_ISSUER = "Bancheng"


def offer(keys: Keys, name: str) -> tuple[str, str]:
    """A secret for a telephone, and the same sealed, to come back with the code that proves it arrived."""
    secret = pyotp.random_base32()
    return secret, keys.seal(secret, _place(name))


def offered(keys: Keys, name: str, sealed: str) -> str:
    """The secret that was offered to this person. Raises BadInput."""
    try:
        return keys.open(sealed, _place(name))
    except SealBroken:
        raise BadInput({"code": "页面放得太久，请重新扫码。"}) from None


def enrol(conn: Connection, keys: Keys, name: str, sealed: str, code: str, now: datetime) -> list[str] | None:
    """With the first right code the second factor counts; returns the recovery codes, shown this once.

    None for a wrong code, or when there is a second factor already. Raises BadInput.
    """
    step = _step_of(offered(keys, name, sealed), code, now)
    row = {"person": name, "secret": sealed, "enrolled_at": now, "last_step": step}
    if step is None or not insert_new(conn, second_factors, row):
        return None
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    conn.execute(insert(recovery_codes), [{"person": name, "hash": _digest(code)} for code in codes])
    trail.record(conn, now, name, "second_factor_enrolled", name)
    return codes


def use_code(conn: Connection, keys: Keys, name: str, code: str, now: datetime) -> Literal["totp", "recovery"] | None:
    """Take a code for good; says which kind it was, None for a wrong or used one. Only for who is enrolled."""
    if _right_code(conn, keys, name, code, now):
        return "totp"
    mine = (recovery_codes.c.person == name) & (recovery_codes.c.hash == _digest(code))
    return "recovery" if conn.execute(delete(recovery_codes).where(mine)).rowcount == 1 else None


def reset_second_factor(conn: Connection, name: str) -> bool:
    """Forget the second factor and its recovery codes; whether there was one."""
    conn.execute(delete(recovery_codes).where(recovery_codes.c.person == name))
    return conn.execute(delete(second_factors).where(second_factors.c.person == name)).rowcount == 1


def recovery_codes_left(conn: Connection, name: str) -> int:
    """How many recovery codes still work."""
    return len(conn.scalars(select(recovery_codes.c.hash).where(recovery_codes.c.person == name)).all())


def enrolment_address(secret: str, name: str) -> str:
    """The `otpauth:` address that a telephone reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def _right_code(conn: Connection, keys: Keys, name: str, code: str, now: datetime) -> bool:
    """Whether it is a code of the telephone that was not used, nor one before it; uses it up."""
    sealed = conn.execute(select(second_factors.c.secret).where(second_factors.c.person == name)).scalar_one()
    step = _step_of(keys.open(sealed, _place(name)), code, now)
    if step is None:
        return False
    unused = (second_factors.c.person == name) & (second_factors.c.last_step < step)
    return conn.execute(update(second_factors).where(unused).values(last_step=step)).rowcount == 1


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The half minute a code belongs to, the present one or its neighbours."""
    digits, present = re.sub(r"\s", "", code).encode("utf-8", "surrogatepass"), int(now.timestamp()) // SECONDS
    codes = ((step, pyotp.TOTP(secret).at(step * SECONDS)) for step in (present - 1, present, present + 1))
    return next((step for step, right in codes if hmac.compare_digest(right.encode(), digits)), None)


def _place(name: str) -> str:
    return f"second_factors.secret:{name}"


def _new_recovery_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_PART)) for _ in range(_PARTS))


def _digest(code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
