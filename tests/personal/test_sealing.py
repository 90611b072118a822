"""What people are and said stands in the database sealed, also what an earlier version left there in plain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import Connection, delete, select, update

from engine.cases import sealing
from engine.cases.commands import Actor, AttachPaper, StartProcess
from engine.cases.sealing import TABLES
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import SealBroken
from engine.facade import Engine
from engine.house import NotOpened, enter_house, open_house, reseal
from engine.keys import Keys, SecretUnfit, keys_of, looks_sealed, new_secret
from engine.papers import checked
from engine.queries.case import case
from engine.queries.cases import CaseFilter, list_cases
from engine.settings import Settings
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import case_people, cases, person_marks, settings
from engine.storage.sealed import sealed_columns, unsealed
from tests.support.house import House
from tests.support.replayed import unlike_their_trails
from tests.upgrade.make_fixture import FIXTURES

FIRST, SECOND = new_secret(), new_secret()


def stored(conn: Connection) -> list[Any]:
    """Every value of the columns that are to be sealed."""
    return [
        row[column.name]
        for table in TABLES
        for row in conn.execute(select(table)).mappings()
        for column in sealed_columns(table)
        if row[column.name] is not None
    ]


def lived_in(house: House) -> str:
    """A case with something in every sealed column; returns its number."""
    house.person("w3").post("/api/cases", _REGISTERED, key="k1")
    paper = checked("戴建国的证明.txt", "戴建国，13812341234".encode(), 10_000)
    house.do("w3", AttachPaper(paper, "BCS-2026-0001", description="戴建国带来的"))
    return "BCS-2026-0001"


_REGISTERED = {
    "channel": "window",
    "title": "戴建国的社保转移报错",
    "description": "请打 13812341234。",
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": "戴建国", "phone": "13812341234"},
}


@pytest.mark.checklist(69)
def test_every_personal_column_is_sealed_and_bound_to_its_row(any_house: House) -> None:
    no = lived_in(any_house)
    any_house.register(applicant={"kind": "person", "name": "李四", "phone": "13900000000"})
    values = any_house.engine.read(lambda ctx: stored(ctx.conn))
    assert len(values) > 5 and all(looks_sealed(value) for value in values)
    [first, second] = any_house.engine.read(
        lambda ctx: list(ctx.conn.execute(select(case_people).order_by(case_people.c.case_id)).mappings())
    )
    moved = update(case_people).where(case_people.c.case_id == second["case_id"]).values(phone=first["phone"])
    write(any_house.engine.db, moved)
    with pytest.raises(SealBroken, match=r"case_people\.phone:2"):
        any_house.engine.read(case, "BCS-2026-0002")
    assert any_house.engine.read(case, no).applicant.phone == "13812341234"


@pytest.mark.checklist(69)
def test_a_paper_comes_back_as_it_was_left(any_house: House) -> None:
    no = lived_in(any_house)
    [paper] = any_house.engine.read(case, no).attachments
    assert paper.name == "戴建国的证明.txt"
    answer = any_house.person("w3").get(f"/api/cases/{no}/attachments/{paper.id}")
    assert answer.data.decode() == "戴建国，13812341234"


def test_the_key_is_not_in_the_database(house: House, sqlite_url: str, tmp_path: Path) -> None:
    open_house(Settings(sqlite_url, secret_key=FIRST)).db.close()
    assert FIRST.encode() not in (tmp_path / "test.db").read_bytes()


# ------------------------------------------------------------------ what an earlier version left
def old_database(folder: Path) -> Settings:
    """The fixture of version 0.1, in plain."""
    (folder / "old.db").write_bytes(zstandard.decompress((FIXTURES / "v0.1.db.zst").read_bytes()))
    return Settings(f"sqlite:///{folder / 'old.db'}", demo=True)


def test_what_an_earlier_version_left_in_plain_is_sealed_when_the_house_is_opened(tmp_path: Path) -> None:
    engine = open_house(old_database(tmp_path))
    assert all(looks_sealed(value) for value in engine.read(lambda ctx: stored(ctx.conn)))
    assert engine.read(unlike_their_trails) == {}
    [person, *_] = engine.read(lambda ctx: [dict(row) for row in ctx.conn.execute(select(case_people)).mappings()])
    name = unsealed(engine.keys, case_people, person)["name"]
    assert engine.read(list_cases, CaseFilter(words=name)).total >= 1
    engine.db.close()


def test_sealing_that_was_broken_off_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = old_database(tmp_path)
    monkeypatch.setattr(sealing, "_BATCH", 3)
    with monkeypatch.context() as broken_off, pytest.raises(KeyboardInterrupt):
        broken_off.setattr("engine.house.seal_all", _broken_off)
        open_house(old)
    with pytest.raises(NotOpened):
        enter_house(old, simulated=False)
    engine = open_house(old)
    values = engine.read(lambda ctx: stored(ctx.conn))
    assert all(looks_sealed(value) for value in values)
    assert engine.read(unlike_their_trails) == {}
    engine.db.close()


def _broken_off(db: Database, keys: Keys, plain: bool) -> Any:
    batches = sealing.seal_all(db, keys, plain)
    yield next(batches)
    yield next(batches)
    raise KeyboardInterrupt


def test_several_processes_that_open_an_old_house_at_once_seal_it_once(any_house: House) -> None:
    lived_in(any_house)
    unseal(any_house.engine)

    def opened(_: int) -> bool:
        engine = open_house(any_house.settings)
        values = engine.read(lambda ctx: stored(ctx.conn))
        engine.db.close()
        return all(looks_sealed(value) for value in values)

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(opened, range(3))) == [True] * 3
    assert any_house.engine.read(case, "BCS-2026-0001").applicant.name == "戴建国"
    assert any_house.engine.read(list_cases, CaseFilter(words="戴")).total == 1


def unseal(engine: Engine) -> None:
    """Put a house back to where an earlier version left it: in plain, with whole titles and without marks."""

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for table in TABLES:
            for row in tx.conn.execute(select(table)).mappings().all():
                this = [column == row[column.name] for column in table.primary_key]
                plain = unsealed(engine.keys, table, row)
                changes = {column.name: plain[column.name] for column in sealed_columns(table)}
                tx.conn.execute(update(table).where(*this).values(changes))
        tx.conn.execute(delete(person_marks))
        tx.conn.execute(update(cases).values(title="戴建国的社保转移报错，13812341234"))
        tx.conn.execute(delete(settings).where(settings.c.name == "personal.sealed"))

    engine.db.write(work)


def test_the_title_in_lists_loses_the_name_and_the_number(house: House) -> None:
    lived_in(house)
    unseal(house.engine)
    engine = open_house(house.settings)
    [row] = engine.read(list_cases, CaseFilter()).items
    assert row.title == "戴某的社保转移报错，138****1234"
    engine.db.close()


# ------------------------------------------------------------------ another key
def write(db: Database, *statements: Any) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for statement in statements:
            tx.conn.execute(statement)

    db.write(work)


def sealed_with(engine: Engine, keys: Keys) -> list[bool]:
    return [keys.sealed_it(value) for value in engine.read(lambda ctx: stored(ctx.conn))]


@pytest.mark.checklist(69)
def test_an_older_key_may_go_once_everything_is_sealed_anew(database_url: str) -> None:
    engine = open_house(Settings(database_url, secret_key=FIRST))
    engine.execute(StartProcess(CASE_PROCESS, _REGISTERED), Actor("w", "w", frozenset({"window"})))
    engine.db.close()
    engine = open_house(Settings(database_url, secret_key=f"{SECOND}\n{FIRST}"))
    assert not any(sealed_with(engine, keys_of(SECOND)))
    assert engine.read(list_cases, CaseFilter(words="戴")).total == 1  # by a mark of the older key
    with pytest.raises(SecretUnfit, match="key reseal"):
        open_house(Settings(database_url, secret_key=SECOND))
    assert sum(batch.renewed for batch in reseal(engine)) > 1
    assert all(sealed_with(engine, keys_of(SECOND)))
    engine.db.close()
    alone = open_house(Settings(database_url, secret_key=SECOND))
    assert alone.read(case, "BCS-2026-0001").applicant.phone == "13812341234"
    assert alone.read(list_cases, CaseFilter(words="戴")).total == 1
    alone.db.close()


def test_a_key_in_between_is_needed_too_until_everything_is_sealed_anew(sqlite_url: str) -> None:
    third = new_secret()
    for secrets in (FIRST, f"{SECOND}\n{FIRST}", f"{third}\n{SECOND}\n{FIRST}"):
        open_house(Settings(sqlite_url, secret_key=secrets)).db.close()
    with pytest.raises(SecretUnfit):
        open_house(Settings(sqlite_url, secret_key=f"{third}\n{FIRST}"))


def test_what_stands_there_in_plain_later_is_not_taken_over(house: House) -> None:
    lived_in(house)
    write(house.engine.db, update(case_people).values(phone="13900000000"))
    [batch] = [batch for batch in reseal(house.engine) if batch.broken]
    assert batch.broken == ("case_people.phone:1",)
    assert house.engine.read(lambda ctx: ctx.conn.scalar(select(case_people.c.phone))) == "13900000000"
