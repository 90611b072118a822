"""How strictly a house takes signing in: its password policy, and what a demonstration is spared."""

from __future__ import annotations

from dataclasses import dataclass

from engine.directory.password_policy import DENGBAO, POLICIES, PasswordPolicy
from engine.settings import Settings

SECOND_FACTOR = frozenset({"admin", "supervisor", "auditor"})  # groups that need one (GB/T 22239-2019, 8.1.4.1 d)


@dataclass(frozen=True)
class Rules:
    """`strict` is false in a demonstration (API.md, "Demo users"): there nobody is locked out, asked for a second
    factor, made to change or confirm a password, or shut off for not coming."""

    policy: PasswordPolicy = DENGBAO
    strict: bool = True


def rules_of(settings: Settings) -> Rules:
    """The rules of this house; the one place where a demo is exempt."""
    return Rules(POLICIES[settings.password_policy], strict=not settings.demo)
