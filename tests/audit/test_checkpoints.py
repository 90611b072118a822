"""Checkpoints are taken when they are due, say how far each chain has come, and reach the places outside."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select, text

from engine.audit.checkpoints import MOST_LINES, take
from engine.audit.house import record
from engine.audit.keeping import keep_checkpoints
from engine.audit.merkle import root
from engine.audit.places import Address, Folder, Place, places_of
from engine.audit.verify import Against, verify_all
from engine.queries.trail import Verified, trail_stands, verified
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, checkpoints, incidents
from tests.support.harm import drop_triggers
from tests.support.house import START, House

MINUTE = timedelta(minutes=1)


def keep(house: House, places: list[Place], at: datetime = START) -> list[int]:
    """A beat's worth of keeping; returns the numbers of all checkpoints."""
    keep_checkpoints(house.engine.db, house.engine.keys.trail, places, at)
    with house.engine.db.read() as conn:
        return list(conn.scalars(select(checkpoints.c.number).order_by(checkpoints.c.number)))


def look(house: House, places: list[Place]) -> Verified:
    with house.engine.db.read() as conn:
        return verified(conn, house.engine.keys.trail, places)


def open_incidents(house: House) -> list[tuple[str, str]]:
    with house.engine.db.read() as conn:
        query = select(incidents.c.element, incidents.c.cause).where(incidents.c.resolved_at.is_(None))
        return [(row.element, row.cause) for row in conn.execute(query)]


def kept_in(place: Folder) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.file.read_text().splitlines()]


@pytest.fixture
def folders(tmp_path: Path) -> list[Place]:
    return [Folder(str(tmp_path / "disk")), Folder(str(tmp_path / "machine"))]


# ------------------------------------------------------------------ when
def test_one_is_taken_five_minutes_after_the_last_if_anything_is_new(any_house: House, folders: list[Place]) -> None:
    assert keep(any_house, folders) == [1]
    assert keep(any_house, folders, START + 9 * MINUTE) == [1]  # nothing is new
    any_house.register()
    assert keep(any_house, folders, START + 4 * MINUTE) == [1]
    assert keep(any_house, folders, START + 5 * MINUTE) == [1, 2]
    assert keep(any_house, folders, START + 20 * MINUTE) == [1, 2]


def test_a_thousand_new_lines_do_not_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_LINES == 1000
    monkeypatch.setattr("engine.audit.checkpoints.MOST_LINES", 10)
    keep(house, [])

    def write(tx: WriteTransaction, lines: int) -> None:
        tx.begin_writing()
        for _ in range(lines):
            record(tx.conn, START, "w1", "signed_in")

    house.engine.db.write(lambda tx: write(tx, 9))
    assert keep(house, [], START + timedelta(seconds=1)) == [1]
    house.engine.db.write(lambda tx: write(tx, 1))
    assert keep(house, [], START + timedelta(seconds=1)) == [1, 2]


def test_a_clock_that_was_set_back_holds_none_up(house: House) -> None:
    keep(house, [], START + timedelta(days=30))
    house.register()
    assert keep(house, []) == [1, 2]


def test_two_processes_take_one(any_house: House) -> None:
    db, keys, done = any_house.engine.db, any_house.engine.keys.trail, list[int | None]()
    assert keys is not None

    def at_once() -> None:
        done.append(db.write(lambda tx: take(tx, keys, START)))

    threads = [threading.Thread(target=at_once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=str) == [1, None, None]


# ------------------------------------------------------------------ what
def test_an_outsider_checks_it_with_the_public_key_and_the_standard_words_alone(
    house: House, folders: list[Place]
) -> None:
    no = house.register()
    keep(house, folders)
    place = folders[0]
    assert isinstance(place, Folder) and house.engine.keys.trail is not None
    (told,) = kept_in(place)
    head = {name: told[name] for name in ("v", "n", "at", "lines", "chains", "prev", "root", "key")}
    signed = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()

    public = bytes.fromhex(house.engine.keys.trail.public[told["key"]])
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(told["sig"]), signed)
    assert hashlib.sha256(public).hexdigest()[:8] == told["key"]
    with house.engine.db.read() as conn:
        last = conn.execute(text("SELECT id, audit_seq, audit_head FROM cases WHERE no = :no"), {"no": no}).one()
    assert list(last) in told["leaves"]
    assert told["lines"] == sum(leaf[1] for leaf in told["leaves"])


def test_the_root_is_that_of_rfc_6962() -> None:
    """The test vectors of the certificate transparency log (RFC 6962, as published with its reference code)."""
    leaves = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243")]
    assert [root(leaves[:n]) for n in (0, 1, 2, 3, 6)] == [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    ]


def test_lines_from_before_there_was_a_key_need_no_mark_and_later_ones_do(house: House) -> None:
    no = house.register()

    def forget_the_marks(tx: WriteTransaction) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)
        tx.conn.execute(text("UPDATE audit SET mark = NULL"))

    house.engine.db.write(forget_the_marks)
    keep(house, [])
    house.complete("w3", no, "accept", acceptance="accept")
    assert look(house, []).whole
    house.engine.db.write(forget_the_marks)
    assert [(bad.name, bad.seq) for bad in look(house, []).lines] == [(no, 2)]


def test_a_key_that_was_replaced_still_proves_its_lines(house: House) -> None:
    from engine.keys import DEMO_SECRET
    from engine.trail_keys import TrailKeys

    house.register()
    keep(house, [])
    house.engine.keys.trail = renewed = TrailKeys(b"another secret of more than thirty-two bytes", [DEMO_SECRET])
    house.engine.db.carry(trail_keys=renewed)
    house.register()
    keep(house, [], START + 6 * MINUTE)
    assert look(house, []).whole
    with house.engine.db.read() as conn:
        forgotten = Against(TrailKeys(b"another secret of more than thirty-two bytes"))
        assert len(list(verify_all(conn, forgotten))) == 2  # of the house, and of the first case


# ------------------------------------------------------------------ where
def test_every_place_has_every_checkpoint_once_also_a_new_one(any_house: House, folders: list[Place]) -> None:
    keep(any_house, folders[:1])
    any_house.register()
    keep(any_house, folders, START + 5 * MINUTE)
    one, two = (kept_in(place) for place in folders if isinstance(place, Folder))
    assert one == two
    assert ([told["n"] for told in one], one[1]["prev"] != one[0]["prev"]) == ([1, 2], True)
    assert look(any_house, folders).whole


def test_a_place_that_cannot_be_written_is_an_incident_until_it_can(
    any_house: House, folders: list[Place], tmp_path: Path
) -> None:
    (tmp_path / "disk").write_text("a file stands where the folder should")
    keep(any_house, folders)
    ((element, cause),) = open_incidents(any_house)
    assert (element, "检查点写不到" in cause) == (str(tmp_path / "disk"), True)
    keep(any_house, folders, START + timedelta(seconds=1))  # its pause is not over
    (tmp_path / "disk").unlink()
    keep(any_house, folders, START + timedelta(seconds=2))
    assert len(open_incidents(any_house)) == 1
    keep(any_house, folders, START + timedelta(seconds=6))
    assert open_incidents(any_house) == []
    assert look(any_house, folders).whole
    stands = any_house.engine.read(trail_stands, folders)
    assert [place.sent for place in stands.places] == [1, 1]


def test_a_file_that_was_cut_off_or_replaced_is_not_written_on(house: House, folders: list[Place]) -> None:
    keep(house, folders)
    house.register()
    keep(house, folders, START + 5 * MINUTE)
    place = folders[0]
    assert isinstance(place, Folder)
    lines = place.file.read_bytes().splitlines(keepends=True)
    place.file.write_bytes(lines[0])
    assert [bad.number for bad in look(house, folders).checkpoints] == [2]
    house.register()
    keep(house, folders, START + 10 * MINUTE)
    ((_, cause),) = open_incidents(house)
    assert "被截短或换掉" in cause
    assert len(place.file.read_bytes().splitlines()) == 1


def test_a_line_torn_by_a_power_failure_is_followed_by_the_whole_one(house: House, folders: list[Place]) -> None:
    keep(house, [])
    place = folders[0]
    assert isinstance(place, Folder)
    place.file.parent.mkdir()
    place.file.write_bytes(b'{"at":"2026')
    keep(house, folders)
    assert len(place.file.read_bytes().splitlines()) == 2
    assert look(house, folders).whole


def test_what_was_written_but_not_noted_is_not_written_twice(house: House, folders: list[Place]) -> None:
    keep(house, folders)

    def forget(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(text("UPDATE checkpoint_places SET sent = 0"))

    house.engine.db.write(forget)
    keep(house, folders, START + MINUTE)
    assert [len(kept_in(place)) for place in folders if isinstance(place, Folder)] == [1, 1]
    assert open_incidents(house) == []


class _Listener(BaseHTTPRequestHandler):
    status = 204
    heard: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.status == 204:
            self.heard.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[type[_Listener]]:
    class Here(_Listener):
        address = ""

    Here.heard = []
    server = HTTPServer(("127.0.0.1", 0), Here)
    Here.address = f"http://127.0.0.1:{server.server_port}/checkpoints"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Here
    server.shutdown()
    server.server_close()


def test_an_address_is_sent_each_until_it_says_it_has_it(house: House, listener: Any) -> None:
    place = Address(listener.address)
    listener.status = 503
    keep(house, [place])
    ((_, cause),) = open_incidents(house)
    assert "对方答复 503" in cause
    listener.status = 204
    keep(house, [place], START + timedelta(seconds=5))
    assert [told["n"] for told in listener.heard] == [1]
    assert open_incidents(house) == []


def test_an_address_nobody_listens_at_is_an_incident(house: House) -> None:
    keep(house, [Address("http://127.0.0.1:9/")])
    ((_, cause),) = open_incidents(house)
    assert "连不上" in cause


def test_places_are_told_apart_by_how_they_are_written() -> None:
    assert places_of(["/mnt/a", "https://b.example/c"]) == (Folder("/mnt/a"), Address("https://b.example/c"))


def test_every_line_the_house_writes_is_marked(any_house: House) -> None:
    any_house.register()
    with any_house.engine.db.read() as conn:
        assert conn.execute(select(audit.c.seq).where(audit.c.mark.is_(None))).all() == []


def test_triggers_that_were_taken_away_are_told(any_house: House, folders: list[Place]) -> None:
    keep(any_house, folders)
    assert look(any_house, folders).remarks == ()

    def take_away(tx: WriteTransaction) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)

    any_house.engine.db.write(take_away)
    assert ["触发器" in remark for remark in look(any_house, folders).remarks] == [True] * 3
