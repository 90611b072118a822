"""The same request twice has one effect and one answer, also when both come at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import KeyReused
from engine.keys import demo_keys
from engine.storage.database import Database, WriteTransaction
from engine.storage.idempotency import StoredAnswer, find, forget_older_than, store
from engine.storage.models import bundles, idempotency
from engine.storage.rows import insert_rows
from tests.storage.samples import NOON

KEYS = demo_keys()
PRINT = "f" * 64
OTHER_PRINT = "0" * 64


def request(db: Database, key: str, version: int, fingerprint: str = PRINT, actor: str = "w1") -> StoredAnswer:
    """A request that publishes a bundle and answers with its version, as a door with idempotency keys does it."""

    def work(tx: WriteTransaction) -> StoredAnswer:
        known = find(tx.conn, KEYS, actor, key, fingerprint)
        if known is not None:
            return known
        tx.begin_writing()
        row = {"key": key, "version": version, "hash": PRINT, "author": actor, "published_at": NOON}
        insert_rows(tx.conn, bundles, [row])
        answer = StoredAnswer(201, {"版本": version})
        store(tx.conn, KEYS, actor, key, fingerprint, answer, NOON)
        return answer

    return db.write(work)


def effects(db: Database) -> int:
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(bundles)).scalar_one()


def test_a_repeated_request_gets_the_first_answer_and_has_no_effect(database: Database) -> None:
    assert request(database, "k", 1) == request(database, "k", 2) == StoredAnswer(201, {"版本": 1})
    assert effects(database) == 1


def test_a_key_that_comes_with_another_request_is_refused(database: Database) -> None:
    request(database, "k", 1)
    with pytest.raises(KeyReused):
        request(database, "k", 2, OTHER_PRINT)
    assert effects(database) == 1


def test_the_same_key_of_two_people_is_two_keys(database: Database) -> None:
    request(database, "k", 1)
    assert request(database, "k", 2, OTHER_PRINT, actor="w2").body == {"版本": 2}


def test_ten_duplicates_at_once_have_one_effect_and_one_answer(database: Database) -> None:
    together = threading.Barrier(10)

    def send(version: int) -> StoredAnswer:
        together.wait()
        return request(database, "k", version)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(1, 11)))
    assert effects(database) == 1
    assert all(answer == answers[0] for answer in answers)


def test_a_request_that_failed_may_come_again_with_its_key(database: Database) -> None:
    def fails(tx: WriteTransaction) -> None:
        find(tx.conn, KEYS, "w1", "k", PRINT)
        tx.begin_writing()
        store(tx.conn, KEYS, "w1", "k", PRINT, StoredAnswer(201, None), NOON)
        raise LookupError

    with pytest.raises(LookupError):
        database.write(fails)
    assert request(database, "k", 1).body == {"版本": 1}


def test_answers_are_kept_for_as_long_as_promised_and_then_forgotten(database: Database) -> None:
    request(database, "k", 1)

    def forget(days: int) -> int:
        def work(tx: WriteTransaction) -> int:
            tx.begin_writing()
            return forget_older_than(tx.conn, NOON + timedelta(days=days))

        return database.write(work)

    assert (forget(0), forget(1)) == (0, 1)
    with database.read() as conn:
        assert conn.execute(select(idempotency)).all() == []
