"""What an act has to tell leaves the house after it, once it is certain, and not only once tried."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.outbox.messages import OutboxMessage, deliver_due, deliver_in_app, enqueue
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import outbox
from tests.storage.samples import NOON


def notice(key: str, **more: Any) -> OutboxMessage:
    return OutboxMessage(key, None, "remind", ("unit:SC-SS", "window"), {"标题": "催办"}, **more)


def put(db: Database, *messages: OutboxMessage) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        enqueue(tx.conn, messages, NOON)

    db.write(work)


class Carrier:
    """Takes messages; refuses those whose key is in `refuses`."""

    def __init__(self, *refuses: str) -> None:
        self.refuses = set(refuses)
        self.taken: list[OutboxMessage] = []
        self.failed: list[str] = []

    def take(self, message: OutboxMessage) -> None:
        if message.key in self.refuses:
            raise ConnectionError
        self.taken.append(message)

    def deliver(self, db: Database, minutes: float = 0) -> list[str]:
        before = len(self.taken)
        deliver_due(db, NOON + timedelta(minutes=minutes), self.take, lambda m, error: self.failed.append(m.key))
        return [message.key for message in self.taken[before:]]


def rows(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(outbox).order_by(outbox.c.id)))


def test_messages_are_sent_whole_in_order_and_once(database: Database) -> None:
    put(database, *[notice(f"k{number}") for number in range(45)])
    carrier = Carrier()
    assert carrier.deliver(database) == [f"k{number}" for number in range(45)]
    assert carrier.taken[0] == notice("k0")
    assert carrier.deliver(database, minutes=1000) == []
    assert {row.sent_at for row in rows(database)} == {NOON}


def test_a_message_of_an_act_that_was_taken_back_is_never_sent(database: Database) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        enqueue(tx.conn, [notice("k")], NOON)
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)
    assert Carrier().deliver(database) == []


def test_the_same_key_is_the_same_message(database: Database) -> None:
    put(database, notice("k"), notice("k"))
    put(database, notice("k"))
    assert Carrier().deliver(database) == ["k"]


def test_a_refused_message_comes_again_after_a_pause_that_grows(database: Database) -> None:
    put(database, notice("k"))
    carrier = Carrier("k")
    for minutes in (0, 0.5, 1, 2, 3, 4):
        carrier.deliver(database, minutes)
    assert len(carrier.failed) == 3  # at once, after one minute, after two more
    carrier.refuses.clear()
    assert carrier.deliver(database, 8) == ["k"]
    assert rows(database)[0].attempts == 4


def test_a_refused_message_does_not_stop_the_others(database: Database) -> None:
    put(database, *[notice(f"k{number}") for number in range(25)])
    carrier = Carrier("k0", "k3")
    assert len(carrier.deliver(database)) == 23
    assert carrier.failed == ["k0", "k3"]


def test_a_message_whose_sender_died_comes_again(database: Database) -> None:
    put(database, notice("k"))

    def dies(message: OutboxMessage) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver_due(database, NOON, dies, lambda message, error: None)
    assert Carrier().deliver(database, minutes=1) == ["k"]


def test_a_message_written_by_a_clock_that_stood_ahead_is_not_waited_for(database: Database) -> None:
    put(database, notice("k"), notice("refused"))
    assert Carrier("refused").deliver(database, minutes=-1) == ["k"]
    assert Carrier().deliver(database, minutes=-1000) == ["refused"]


def test_a_skipped_message_is_recorded_and_not_sent(database: Database) -> None:
    put(database, notice("k", skipped="期限已过"))
    assert Carrier().deliver(database, minutes=1000) == []
    assert [(row.skipped, row.sent_at) for row in rows(database)] == [("期限已过", None)]


def test_several_senders_at_once_send_each_message_once(database: Database) -> None:
    put(database, *[notice(f"k{number}") for number in range(60)])
    carriers = [Carrier() for _ in range(3)]
    together = threading.Barrier(3)

    def deliver(carrier: Carrier) -> list[str]:
        together.wait()
        return carrier.deliver(database)

    with ThreadPoolExecutor(3) as pool:
        sent = [key for keys in pool.map(deliver, carriers) for key in keys]
    assert sorted(sent) == sorted(f"k{number}" for number in range(60))


def test_a_house_that_sends_nothing_outside_counts_its_notices_as_delivered(database: Database) -> None:
    put(database, notice("k"))
    assert deliver_due(database, NOON, deliver_in_app, lambda message, error: None) == 1
