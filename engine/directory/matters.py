"""Matters: what people come to get done, who does it, and which papers it needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.directory.initials import initials
from engine.personal.grams import folded_text
from engine.personal.names import folded

_COLUMNS = ("code", "name", "unit")
_EXAMPLE = "(示例)"


@dataclass(frozen=True)
class Material:
    """One paper a matter needs; `when` says in which case, `can_share` that offices can fetch it themselves."""

    name: str
    form: str
    copies: int
    required: bool
    when: str
    can_share: bool


@dataclass(frozen=True)
class Matter:
    """One matter of the service guide. `plain_list` is the large-character list, a line each.

    `for_whom`: persons, companies or both, in words; `limit`: the promised time, in words; `commitment`: a written
    promise may stand in for a missing paper (告知承诺); `elder`: often asked for by older people; `initials`: of the
    pinyin of its name; `also_called`: what people say who do not know its name.
    """

    code: str
    name: str
    unit: str
    category: str
    for_whom: str
    kind: str
    limit: str
    online: bool
    window: str | None
    elder: bool
    commitment: bool
    materials: tuple[Material, ...]
    plain_list: tuple[str, ...]
    tips: str
    initials: str
    also_called: tuple[str, ...]

    @property
    def told_limit(self) -> str:
        """The promised time as people are told it, without the remark that the shipped figure is an example."""
        return self.limit.replace(_EXAMPLE, "")


def matters_named(matters: Iterable[Matter], words: str) -> list[Matter]:
    """The matters that a part of the name, a code or the first letters of its pinyin name, the surest first; after
    them those that people call so (饭馆), and those that need a paper called so: people name the paper they were asked
    for.
    """
    sought = folded(words)
    found = [(rank, matter) for matter in matters if (rank := _rank(matter, sought)) is not None]
    return [matter for _, matter in sorted(found, key=lambda each: each[0])]


def _rank(matter: Matter, sought: str) -> int | None:
    name = folded_text(matter.name)
    sure = (matter.code.lower() == sought, name.startswith(sought), matter.initials.startswith(sought))
    likely = (sought in name, sought in matter.initials, _in_order(sought, name), _abbreviates(sought, matter.initials))
    papers = len(sought) > 1 and any(sought in folded_text(paper.name) for paper in matter.materials)
    told = (_calls(sought, matter.also_called), papers)
    return next((rank for rank, holds in enumerate((*sure, *likely, *told)) if holds), None) if sought else None


def _calls(sought: str, words: Iterable[str]) -> bool:
    """Whether a word begins so or stands in what is sought: 饭, 饭馆, 开饭馆."""
    return any(word.startswith(sought) or word in sought for word in map(folded_text, words))


def _in_order(sought: str, text: str) -> bool:
    """Whether all of it stands in the text, in this order: 社保 in 社会保险."""
    rest = iter(text)
    return all(mark in rest for mark in sought)


def _abbreviates(sought: str, letters: str) -> bool:
    return len(sought) > 1 and letters.startswith(sought[0]) and _in_order(sought, letters)


def matter_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """The row of table `matters` for one record of the shipped `matters.json`."""
    details = {key: value for key, value in record.items() if key not in _COLUMNS}
    return {**{key: record[key] for key in _COLUMNS}, "details": json.dumps(details, ensure_ascii=False)}


def matter_from(row: Mapping[str, Any]) -> Matter:
    """The matter in one row of table `matters`."""
    details = json.loads(row["details"])
    return Matter(
        code=row["code"],
        name=row["name"],
        unit=row["unit"],
        category=details["category"],
        for_whom=details["object"],
        kind=details["type"],
        limit=details["legal_or_promise_limit"],
        online=details["online"],
        window=details["window_zone"],
        elder=details["elder_high_freq"],
        commitment=details["promise_allowed"],
        materials=tuple(Material(**material) for material in details["materials"]),
        plain_list=tuple(details["plain_list"]),
        tips=details["tips"],
        initials=initials(row["name"]),
        also_called=tuple(details.get("also_called", ())),  # a list entered before there were such words has none
    )
