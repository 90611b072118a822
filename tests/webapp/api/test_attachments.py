"""Attachments over HTTP: sent as multipart, handed out as downloads and never drawn."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

import pytest

from engine.settings import Settings
from tests.papers.samples import KINDS, docx, pdf, png
from tests.support.house import House, Person
from webapp.app import create_app

NAME = "戴先生的身份证明.pdf"


def send(person: Person, no: str, content: bytes = b"", name: str = NAME, key: str | None = None, **more: str) -> Any:
    """Send a file, `more` texts beside it; `part` gives its field another name."""
    boundary, part = secrets.token_hex(8), more.pop("part", "file")
    parts = [(f'form-data; name="{field}"', text.encode()) for field, text in more.items()]
    parts.append((f'form-data; name="{part}"; filename="{name}"', content or pdf()))
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: {told}\r\n\r\n".encode() + data + b"\r\n" for told, data in parts
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return person.post(
        f"/api/cases/{no}/attachments", data=body + f"--{boundary}--\r\n".encode(), content_type=kind, key=key
    )


def kept(house: House, no: str) -> Any:
    return house.person("w3").get(f"/api/cases/{no}").json["attachments"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_file_of_every_kind_goes_in_and_comes_out_the_same(house: House, name: str) -> None:
    no, w3 = house.register(), house.person("w3")
    [told] = send(w3, no, KINDS[name][0], name).json["attachments"]
    answer = w3.get(f"/api/cases/{no}/attachments/{told['id']}")
    assert (told["name"], told["media_type"], told["size"]) == (name, KINDS[name][1], len(KINDS[name][0]))
    assert (answer.data, answer.mimetype) == KINDS[name]


def test_both_databases_keep_a_paper_and_answer_with_the_case(any_house: House) -> None:
    no, w3 = any_house.register(), any_house.person("w3")
    answer = send(w3, no, description="原件已看")
    assert (answer.status_code, answer.json) == (200, w3.get(f"/api/cases/{no}").json)
    [told] = answer.json["attachments"]
    assert set(told) == {"id", "name", "media_type", "size", "at", "by"}
    assert w3.get(f"/api/cases/{no}/attachments/{told['id']}").data == pdf()


@pytest.mark.checklist(27, 32)
def test_a_paper_is_saved_and_never_drawn(house: House) -> None:
    no, w3 = house.register(), house.person("w3")
    [told] = send(w3, no).json["attachments"]
    headers = w3.get(f"/api/cases/{no}/attachments/{told['id']}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E6%88%B4" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox;")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.pdf", b"<html>"),
        ("a.png", png(9_000, 9_000)),
        ("a.docx", docx(bomb_xml=bytes(4_000_000))),
    ],
)
def test_what_is_not_taken_is_refused_with_a_sentence_and_nothing_kept(house: House, name: str, content: bytes) -> None:
    no = house.register()
    answer = send(house.person("w3"), no, content, name)
    assert (answer.status_code, answer.json["fields"].keys()) == (400, {"file"})
    assert kept(house, no) == []


def test_a_request_without_a_file_or_with_something_else_is_refused(house: House) -> None:
    no, w3 = house.register(), house.person("w3")
    for answer in (
        w3.post(f"/api/cases/{no}/attachments", {"file": "x"}),
        w3.post(f"/api/cases/{no}/attachments", data={"file": "x"}),
        send(w3, no, part="paper"),
        send(w3, no, colour="red"),
    ):
        assert answer.status_code == 400
    assert kept(house, no) == []


def test_a_file_that_is_too_big_is_told_how_big_it_may_be(house: House) -> None:
    app = create_app(house.engine, Settings(demo=True, max_body_bytes=1_000, max_attachment_bytes=5_000_000))
    no, w3 = house.register(), Person(app.test_client(), "w3")
    refused, turned_away = (send(w3, no, b"a" * size, "a.txt") for size in (5_000_001, 6_000_000))
    assert (refused.status_code, turned_away.status_code) == (413, 413)
    assert "5 MB" in refused.json["detail"]
    assert send(w3, no, b"a" * 4_000_000, "a.txt").status_code == 200  # far more than any other body may have


def test_other_requests_stay_small(house: House) -> None:
    no, w3 = house.register(), house.person("w3")
    assert w3.post(f"/api/cases/{no}/supplement", {"text": "a" * 2_000_001}).status_code == 413


# ------------------------------------------------------------------ who
@pytest.mark.parametrize("name", ["auditor", "supervisor", "bureau"])
def test_who_only_reads_leaves_nothing_but_may_look(house: House, name: str) -> None:
    no = house.register()
    [told] = send(house.person("w3"), no).json["attachments"]
    assert send(house.person(name), no, pdf() + b"%").status_code == 403
    assert house.person(name).get(f"/api/cases/{no}").json["attachments"][0]["id"] == told["id"]
    assert house.person(name).get(f"/api/cases/{no}/attachments/{told['id']}").status_code == 403


def test_who_gave_a_reason_may_fetch_papers_for_half_an_hour(house: House) -> None:
    no = house.register()
    [told] = send(house.person("w3"), no).json["attachments"]
    bureau, path = house.person("bureau"), f"/api/cases/{no}/attachments/{told['id']}"
    assert bureau.post(f"/api/cases/{no}/unmask", {"reason": "核对材料"}).status_code == 200
    assert bureau.get(path).status_code == 200
    house.clock.move(house.clock.now() + timedelta(minutes=31))
    assert bureau.get(path).status_code == 403


def test_the_papers_of_a_case_one_may_not_know_of_are_not_found(house: House) -> None:
    secret, restricted = house.register(confidential=True), house.person("restricted")
    [told] = send(restricted, secret).json["attachments"]
    for person in (house.person("w3"), house.person("unit-SC-SS"), house.person("auditor")):
        assert send(person, secret).status_code == 404
        assert person.get(f"/api/cases/{secret}/attachments/{told['id']}").status_code == 404


def test_a_paper_is_not_found_under_another_case(house: House) -> None:
    first, second, w3 = house.register(), house.register(), house.person("w3")
    [told] = send(w3, first).json["attachments"]
    assert w3.get(f"/api/cases/{second}/attachments/{told['id']}").status_code == 404
    assert w3.get(f"/api/cases/{first}/attachments/nothing").status_code == 404


def test_a_unit_sees_the_papers_of_its_cases_alone(house: House) -> None:
    no, w3 = house.register(acceptance="accept"), house.person("w3")
    [told] = send(w3, no).json["attachments"]
    house.complete("w3", no, "classify", grade="general", cause="系统类")
    house.complete("w3", no, "dispatch", lead_unit="SC-SS", onsite_attempt="已协调")
    path = f"/api/cases/{no}/attachments/{told['id']}"
    assert [house.person(name).get(path).status_code for name in ("unit-SC-SS", "unit-SC-MI")] == [200, 404]


# ------------------------------------------------------------------ twice, and in silence
def test_the_same_file_sent_again_under_its_key_gets_the_first_answer(any_house: House) -> None:
    no, w3 = any_house.register(), any_house.person("w3")
    first, again = (send(w3, no, key="k1") for _ in range(2))  # each with a boundary of its own
    assert (again.json, again.headers["Idempotent-Replay"]) == (first.json, "true")


@pytest.mark.parametrize("change", [{"content": pdf() + b"%"}, {"name": "b.pdf"}, {"description": "x"}])
def test_another_file_under_the_same_key_is_refused(house: House, change: dict[str, Any]) -> None:
    no, w3 = house.register(), house.person("w3")
    send(w3, no, key="k1")
    assert send(w3, no, key="k1", **change).status_code == 422


@pytest.mark.checklist(64)
def test_the_name_of_a_file_is_in_no_line_and_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    no, w3 = house.register(), house.person("w3")
    send(w3, no)
    send(w3, no, b"<html>", "戴先生.pdf")
    trail = w3.get(f"/api/cases/{no}/timeline").get_data(as_text=True)
    assert "attached" in trail and "戴先生" not in trail
    assert "戴先生" not in caplog.text
