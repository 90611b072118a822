"""Keyed hashes by which a case is found by its person without opening anybody's data.

A human being is found by surname (戴, 戴先生, 欧阳) or whole name; a company, a trader or a group also by any words of
its name, of which every two neighbouring characters are marked: words all of whose pairs occur are taken as found. A
phone number is found whole or by its last four digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, delete, select

from engine.keys import Keys
from engine.personal.names import NATURAL, folded, surname, without_title
from engine.storage.models import person_marks
from engine.storage.rows import insert_rows

PHONE, TAIL, NAME, SURNAME, PAIR = "phone", "phone tail", "name", "surname", "pair"
_TAIL = 4
_MOBILE = 11
_LEAST_PHONE = 5


def write_marks(conn: Connection, keys: Keys, case_id: int, person: tuple[str, str | None, str | None]) -> None:
    """Mark a case anew by the kind, name and phone of its person."""
    conn.execute(delete(person_marks).where(person_marks.c.case_id == case_id))
    insert_marks(conn, keys, case_id, person)


def insert_marks(conn: Connection, keys: Keys, case_id: int, person: tuple[str, str | None, str | None]) -> None:
    """Mark a case that has no marks yet."""
    found = sorted({keys.mark(text, purpose) for purpose, text in _told(*person)})
    insert_rows(conn, person_marks, [{"mark": mark, "case_id": case_id} for mark in found])


def _told(kind: str, name: str | None, phone: str | None) -> Iterator[tuple[str, str]]:
    if name:
        whole = folded(name)
        yield NAME, without_title(whole)
        if kind in NATURAL:
            yield SURNAME, surname(whole)
        else:
            yield from ((PAIR, pair) for pair in _pairs(whole))
    digits = phone_digits(phone or "")
    if len(digits) >= _LEAST_PHONE:
        yield PHONE, digits
        yield TAIL, digits[-_TAIL:]


def marks_naming(keys: Keys, words: str) -> list[list[list[str]]]:
    """The marks by which these words name a person: one entry for each way to read them, in it one list for each
    secret, whose marks a case bears all of."""
    return [_by_secret(keys, told) for told in _asked(words)]


def of_same_person(conn: Connection, keys: Keys, name: str | None, phone: str | None) -> list[int]:
    """Row ids of the cases of the same citizen: by the whole phone number, without one by the whole name."""
    digits = phone_digits(phone or "")
    told = (PHONE, digits) if len(digits) >= _LEAST_PHONE else (NAME, without_title(folded(name or "")))
    marks = keys.marks(told[1], told[0]) if told[1] else []
    return list(conn.scalars(select(person_marks.c.case_id).where(person_marks.c.mark.in_(marks)).distinct()))


def _asked(words: str) -> Iterator[list[tuple[str, str]]]:
    """The marks that a case must bear all of, one list for each way to read the words."""
    whole, digits = folded(words), phone_digits(words)
    yield [(NAME, without_title(whole))]
    if without_title(whole) == surname(whole):
        yield [(SURNAME, surname(whole))]
    if len(whole) >= len("词语"):
        yield [(PAIR, pair) for pair in _pairs(whole)]
    if re.fullmatch(r"[0-9+ ()-]+", unicodedata.normalize("NFKC", words)):
        yield [(TAIL, digits)] if len(digits) == _TAIL else [(PHONE, digits)]


def _by_secret(keys: Keys, told: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [list(marks) for marks in zip(*(keys.marks(text, purpose) for purpose, text in told), strict=True)]


def _pairs(text: str) -> list[str]:
    return sorted({text[n : n + 2] for n in range(len(text) - 1)})


def missed_digits(phone: str) -> int | None:
    """How many digits a number has that begins as a mobile one and is none: one too few or too many was typed."""
    digits = phone_digits(phone)
    return len(digits) if re.match(r"1[3-9]", digits) and len(digits) != _MOBILE else None


def phone_digits(phone: str) -> str:
    """The digits of a number as they are compared: one width, without the country code before a mobile number."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(?:00)?86(?=1[3-9][0-9]{9}$)", "", digits)
