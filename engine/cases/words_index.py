"""The row by which a case is found by words: of its number and title in plain, of its description by keyed marks.

The title stands unsealed in `cases` as well, with numbers and the name of the person masked. The description is sealed:
of it, masked alike, only marks of every two neighbouring characters are kept, in no order. Of the person stand the
marks (marks.py), each as two numbers, so that one look into the index finds whatever the words may mean. Rows lie in
the order of receipt. Written in the transaction of the case; for those of earlier versions when the house is opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, select, type_coerce

from engine.cases.case_person import person_of
from engine.definitions.shipped import CASE_PROCESS
from engine.keys import Keys
from engine.personal import grams
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import answers, case_words, cases, person_marks
from engine.storage.models.search import place_of
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows
from engine.storage.sealed import unsealed

_BATCH = 200
_HALF = 8  # hex digits: 32 bits
_DESCRIBED = "word of a description"  # what the marks are for


_AT = type_coerce(cases.c.received_at, BigInteger).label("received_at")
_RECEIVED = Prepared(select(_AT).where(cases.c.id == bindparam("of_case")))
_MARKS = Prepared(select(person_marks.c.mark).where(person_marks.c.case_id == bindparam("of_case")))


def insert_words(conn: Connection, keys: Keys, case_id: int, no: str, title: str, description: str) -> None:
    """Index a case that is not indexed yet, after its row and the marks of its person; `title` and `description` with
    numbers and the person's name masked."""
    number, shown = grams.folded_text(no), grams.folded_text(title)
    plain = _plain("no", grams.of_number(number)) | _plain("title", grams.of_text(shown))
    described = {_number(keys.mark(pair, _DESCRIBED)) for pair in grams.pairs(grams.folded_text(description))}
    person = mark_grams(row["mark"] for row in _MARKS.fetch(conn, {"of_case": case_id}))
    (received,) = _RECEIVED.fetch(conn, {"of_case": case_id})
    place = place_of(received["received_at"], case_id)
    found = sorted(plain | described | person)
    insert_rows(conn, case_words, [{"case_id": case_id, "no": number, "title": shown, "grams": found, "place": place}])


def write_words(conn: Connection, keys: Keys, case_id: int, description: str | None = None) -> None:
    """Index a case anew as it stands, under its lock; `description` where it is not among the answers yet."""
    conn.execute(delete(case_words).where(case_words.c.case_id == case_id))
    no, title = conn.execute(select(cases.c.no, cases.c.title).where(cases.c.id == case_id)).one()
    told = _described(conn, keys, case_id) if description is None else description
    insert_words(conn, keys, case_id, no, title or "", person_of(conn, keys, case_id).masked(told))


def title_grams(word: str) -> set[int]:
    """The grams of every case in whose title this folded word lies."""
    return _plain("title", grams.asked_of_text(word))


def number_grams(word: str) -> set[int]:
    """The grams of every case in whose number this folded word lies."""
    return _plain("no", grams.asked_of_number(word))


def description_grams(keys: Keys, word: str) -> list[set[int]]:
    """The same for the description, one set for every secret; none for a single character, which is not marked."""
    if len(word) < grams.LEAST_DESCRIBED:
        return []
    by_secret = zip(*(keys.marks(pair, _DESCRIBED) for pair in sorted(grams.pairs(word))), strict=True)
    return [set(map(_number, marks)) for marks in by_secret]


def mark_grams(marks: Iterable[str]) -> set[int]:
    """The grams of every case that bears these marks of a person: one number would do for two marks now and then."""
    return {_number(part) for mark in marks for part in (mark, mark[_HALF:])}


def _plain(kind: str, found: Iterable[str]) -> set[int]:
    return {_hashed(kind, gram) for gram in found}


@lru_cache(maxsize=20_000)
def _hashed(kind: str, gram: str) -> int:
    text = f"{kind}:{gram}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), signed=True)


def _number(mark: str) -> int:
    return int.from_bytes(bytes.fromhex(mark[:8]), signed=True)


# ------------------------------------------------------------------ what was entered
def _described(conn: Connection, keys: Keys, case_id: int) -> str:
    """The description as it was entered at registration and corrected since."""
    columns = [answers.c[name] for name in ("case_id", "seq", "element", "variables")]
    query = select(*columns).where(answers.c.case_id == case_id, answers.c.element.in_(["start", "amend"]))
    told = ""
    for row in conn.execute(query.order_by(answers.c.seq)).mappings():
        values = json.loads(unsealed(keys, answers, row)["variables"])
        if row["element"] == "start":
            told = values.get("description") or told
        elif values["field"] == "description":
            told = values.get("value") or ""
    return told


# ------------------------------------------------------------------ many cases
def index_cases(db: Database, keys: Keys, anew: bool) -> Iterator[int]:
    """Index the cases that are not indexed yet, or all of them `anew`, a transaction per batch as they are asked for.

    Gives the number of cases of each batch. It may be broken off anywhere, and several processes may do it at once.
    """
    last = 0
    while found := db.write(partial(_batch, keys, last, anew)):
        last = found[-1]
        yield len(found)


def _batch(keys: Keys, after: int, anew: bool, tx: WriteTransaction) -> Sequence[int]:
    tx.begin_writing()
    query = select(cases.c.id).where(cases.c.key == CASE_PROCESS, cases.c.id > after)
    if not anew:
        query = query.where(cases.c.id.not_in(select(case_words.c.case_id)))
    ids: Sequence[Any] = tx.conn.scalars(query.order_by(cases.c.id).limit(_BATCH).with_for_update()).all()
    for case_id in ids:
        write_words(tx.conn, keys, case_id)
    return ids
