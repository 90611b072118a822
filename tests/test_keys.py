"""Sealing: what was sealed opens at its place with its key, and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SealBroken
from engine.house import enter_house, open_house
from engine.keys import Keys, SecretUnfit, keys_of, new_secret, trail_keys_of
from engine.settings import Settings

KEYS = Keys(b"one secret of more than thirty-two bytes")
OTHERS = Keys(b"another secret of more than thirty-two bytes")
PLACE = "case_people.phone:17"


@given(st.text())
def test_what_was_sealed_opens_as_it_was(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, PLACE), PLACE) == text


def test_the_same_text_never_looks_the_same_and_never_shows() -> None:
    sealed = {KEYS.seal("13812341234", PLACE) for _ in range(100)}
    assert (len(sealed), any("1381234" in each for each in sealed)) == (100, False)


@pytest.mark.parametrize("place", ["case_people.phone:18", "case_people.name:17", ""])
def test_what_was_moved_to_another_place_does_not_open(place: str) -> None:
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal("13812341234", PLACE), place)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        OTHERS.open(KEYS.seal("13812341234", PLACE), PLACE)


def test_a_changed_letter_anywhere_is_noticed() -> None:
    sealed = KEYS.seal("13812341234", PLACE)
    for n, letter in enumerate(sealed.rstrip("=")[:-1]):
        changed = sealed[:n] + ("A" if letter != "A" else "B") + sealed[n + 1 :]
        with pytest.raises(SealBroken):
            KEYS.open(changed, PLACE)


@pytest.mark.parametrize("plain", ["", "13812341234", "~", "~~", "~12345678~", "~12345678~not base64!"])
def test_what_was_never_sealed_is_not_taken_for_sealed(plain: str) -> None:
    with pytest.raises(SealBroken):
        KEYS.open(plain, PLACE)


def test_a_new_secret_opens_what_an_older_one_sealed_and_seals_with_itself() -> None:
    renewed = keys_of(f"{new_secret()}\none secret of more than thirty-two bytes\n")
    assert renewed.open(KEYS.seal("13812341234", PLACE), PLACE) == "13812341234"
    with pytest.raises(SealBroken):
        KEYS.open(renewed.seal("13812341234", PLACE), PLACE)


def test_a_mark_is_the_same_for_the_same_value_and_says_nothing_without_the_key() -> None:
    assert KEYS.mark("1234", "phone tail") == KEYS.mark("1234", "phone tail")
    others = {KEYS.mark("1235", "phone tail"), KEYS.mark("1234", "surname"), OTHERS.mark("1234", "phone tail")}
    assert KEYS.mark("1234", "phone tail") not in others


@pytest.mark.checklist(15)
@pytest.mark.parametrize("text", ["", "\n", "short", "x" * 31, f"{'x' * 32}\nshort"])
def test_a_short_secret_is_refused(text: str) -> None:
    with pytest.raises(SecretUnfit):
        keys_of(text)


# ------------------------------------------------------------------ of a house
@pytest.mark.checklist(15)
def test_a_house_on_a_server_does_not_open_without_a_secret(postgres_url: str) -> None:
    with pytest.raises(SecretUnfit, match="bancheng key new"):
        open_house(Settings(postgres_url))


@pytest.mark.checklist(15)
def test_a_house_in_a_file_gets_a_secret_of_its_own_that_nobody_else_reads(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_house(Settings(sqlite_url))
    file = tmp_path / "test.db.key"
    assert (stat.S_IMODE(file.stat().st_mode), keys_of(file.read_text()).id) == (0o600, engine.keys.id)
    again = enter_house(Settings(sqlite_url), simulated=False)
    assert again.keys.id == engine.keys.id
    again.db.close()
    engine.db.close()


def test_a_house_whose_key_file_is_gone_says_so_and_makes_no_other(sqlite_url: str, tmp_path: Path) -> None:
    open_house(Settings(sqlite_url)).db.close()
    (tmp_path / "test.db.key").unlink()
    with pytest.raises(SecretUnfit, match="读不到密钥文件"):
        open_house(Settings(sqlite_url))
    assert not (tmp_path / "test.db.key").exists()


def test_a_house_does_not_open_with_another_secret_but_with_a_newer_one_over_the_old(database_url: str) -> None:
    first, second = new_secret(), new_secret()
    open_house(Settings(database_url, secret_key=first)).db.close()
    with pytest.raises(SecretUnfit, match="原来用的"):
        open_house(Settings(database_url, secret_key=second))
    engine = open_house(Settings(database_url, secret_key=f"{second}\n{first}"))
    assert engine.keys.id == keys_of(second).id
    engine.db.close()


# ------------------------------------------------------------------ of the trail
def test_a_house_in_a_file_gets_a_secret_of_its_trail_that_is_not_that_of_its_people(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_house(Settings(sqlite_url))
    file = tmp_path / "test.db.audit-key"
    assert engine.keys.trail is not None
    assert (stat.S_IMODE(file.stat().st_mode), trail_keys_of(file.read_text()).id) == (0o600, engine.keys.trail.id)
    assert file.read_text() != (tmp_path / "test.db.key").read_text()
    engine.db.close()
    file.unlink()
    with pytest.raises(SecretUnfit, match="读不到留痕的密钥文件"):
        enter_house(Settings(sqlite_url), simulated=False)


def test_a_house_on_a_server_marks_its_lines_once_it_is_given_a_secret_and_never_without_again(
    postgres_url: str,
) -> None:
    secret, first, second = new_secret(), new_secret(), new_secret()
    unmarked = open_house(Settings(postgres_url, secret_key=secret))
    assert unmarked.keys.trail is None
    unmarked.db.close()
    open_house(Settings(postgres_url, secret_key=secret, audit_key=first)).db.close()
    for forgotten in (None, second):
        with pytest.raises(SecretUnfit, match="留痕的密钥"):
            enter_house(Settings(postgres_url, secret_key=secret, audit_key=forgotten), simulated=False)
    renewed = open_house(Settings(postgres_url, secret_key=secret, audit_key=f"{second}\n{first}"))
    assert renewed.keys.trail is not None
    assert renewed.keys.trail.id == trail_keys_of(second).id
    renewed.db.close()
