"""What a password must be like. Pure: the profile, the password and the names around it say yes or no.

`dengbao` follows GB/T 22239-2019, 8.1.4.1 a: composition and regular change. `nist` follows NIST SP 800-63B-4 and
OWASP ASVS 5.0, 6.2: length instead of composition, no regular change. They contradict each other, so a house chooses.
Both refuse what everybody tries first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engine.settings import DEMO_PASSWORD

LEAST = 12  # characters; ASVS 6.2.1 asks 8, both profiles more
MOST = 256  # nothing is cut off, but hashing a megabyte is nobody's password
RECOMMENDED = 15
_LEAST_DIFFERENT = 5  # characters that differ: "aaaaaaaaaaa1" is long and no secret
_OFFICE = ("bancheng", "办成", "办不成事", "政务服务", "政务中心", "昌平", "changping")
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^a-zA-Z0-9]"))
_LEET = str.maketrans("01345$@!7", "oleassait")


@dataclass(frozen=True)
class PasswordPolicy:
    """One profile. `classes` of small and capital letters, digits and others; `days` a password lasts, 0 for ever;
    `kept`: how many earlier ones may not come back."""

    name: str
    classes: int
    days: int
    kept: int


DENGBAO = PasswordPolicy("dengbao", classes=3, days=90, kept=5)
NIST = PasswordPolicy("nist", classes=0, days=0, kept=0)
POLICIES = {policy.name: policy for policy in (DENGBAO, NIST)}


def normalised(password: str) -> str:
    """The password as it is hashed: NFC, so that every keyboard writes the same."""
    return unicodedata.normalize("NFC", password)


def advice(policy: PasswordPolicy) -> str:
    """What to tell somebody who is about to choose one."""
    composed = "大写字母、小写字母、数字、其他符号至少用三种；" if policy.classes else ""
    return f"至少 {LEAST} 个字符，建议 {RECOMMENDED} 个以上，可以用一句话；{composed}不要用姓名、单位名或常见口令。"


def problem(policy: PasswordPolicy, password: str, names: Collection[str]) -> str | None:
    """What to do about a password somebody chose for themselves; None when it is sound.

    `names` are those that others know too: of the person, the unit, the office.
    """
    chosen = normalised(password)
    return _length_problem(chosen) or _composition_problem(policy, chosen) or _guess_problem(chosen, (*names, *_OFFICE))


def initial_problem(password: str) -> str | None:
    """The same of a password an operator gives for one day, to be changed by its owner: its length alone matters."""
    chosen = normalised(password)
    if chosen == DEMO_PASSWORD:
        return "这是演示用的公开口令，请换一个。"
    return _length_problem(chosen)


def _length_problem(password: str) -> str | None:
    if len(password) < LEAST:
        return f"口令至少 {LEAST} 个字符，建议 {RECOMMENDED} 个以上；可以用一句话。"
    return f"口令最多 {MOST} 个字符。" if len(password) > MOST else None


def _composition_problem(policy: PasswordPolicy, password: str) -> str | None:
    used = sum(1 for kind in _CLASSES if kind.search(password))
    if used < policy.classes:
        return "大写字母、小写字母、数字、其他符号（汉字也算）至少用三种。"
    return None


def _guess_problem(password: str, names: Collection[str]) -> str | None:
    plain = password.casefold()
    if plain == DEMO_PASSWORD or len(set(plain)) < _LEAST_DIFFERENT or not common_passwords().isdisjoint(_cores(plain)):
        return "这个口令太常见，很容易被猜到，请换一个。"
    if any(name in plain for name in _telling(names)):
        return "口令里不要有姓名、登录名、单位名或办成的名字。"
    return None


def _cores(plain: str) -> Iterator[str]:
    """The password itself, and what is left of it without the usual decoration: Passw0rd2026! is password."""
    for text in (plain, plain.translate(_LEET)):
        yield text
        yield re.sub(r"[\W\d_]+$", "", text)
        yield re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    yield re.sub(r"[\W\d_]+$", "", plain).translate(_LEET)


def _telling(names: Collection[str]) -> Iterator[str]:
    """Names long enough that meeting them in a password is no accident: two characters in Chinese, four otherwise."""
    for name in names:
        plain = normalised(name).casefold()
        if len(plain) >= (4 if plain.isascii() else 2):
            yield plain


@cache
def common_passwords() -> frozenset[str]:
    """The three thousand that are tried first."""
    text = files("engine.directory").joinpath("data/common_passwords.txt").read_text("utf-8")
    return frozenset(text.split("\n")) - {""}
