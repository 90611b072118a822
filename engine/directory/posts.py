"""Posts and how they go together: separation of duties, and what a substitute is lent. Pure.

A group is a post, or a post at a unit: `window`, `unit_head:SC-SS`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.cases.policy import UNIT_POSTS
from engine.vocabulary import GROUP, label

# Who enters people, who changes the flow, who looks at both: never one person, and never somebody who handles cases.
APART = frozenset({"admin", "supervisor", "auditor"})
NOT_LENT = APART | {"restricted"}  # what a confidential report says is for the one person who was trusted with it


def unknown_groups(groups: Iterable[str], codes: Collection[str]) -> list[str]:
    """Those that are no group of a house with these units."""

    def known(group: str) -> bool:
        post, colon, code = group.partition(":")
        return code in codes and post in UNIT_POSTS if colon else group in GROUP and group not in UNIT_POSTS

    return sorted(group for group in groups if not known(group))


def why_apart(groups: Collection[str]) -> str | None:
    """The sentence why one person may not hold all of these; None when they may."""
    apart = sorted(APART.intersection(groups))
    if not apart or len(set(groups)) == 1:
        return None
    kept = label("group", apart[0])
    if len(apart) > 1:
        others = "、".join(label("group", group) for group in apart[1:])
        return f"“{kept}”和“{others}”不能由同一人担任：管人员、管流程、审计三者分开。"
    return f"“{kept}”不能同时担任办件的岗位：管理和审计的人不办件，办件的人不管理、不审计。"


def lent(groups: Iterable[str]) -> frozenset[str]:
    """What a substitute is lent of an absent person's groups."""
    return frozenset(group for group in groups if group not in NOT_LENT)
