"""A draft over HTTP: begun from a version, read and written file by file with the revision, checked, given up."""

from __future__ import annotations

from typing import Any

import pytest

from engine.definitions.shipped import SHIPPED, read_folder
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
DRAFT = "/designer/drafts/1"
FORM = f"{DRAFT}/files/forms/accept.json"
CONTENT = FAMILY["forms/accept.json"]


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor who has begun a draft from the first version."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "一般件改三天"})
    assert visitor.page.request.path == DRAFT
    return visitor


def put(visitor: Visitor, path: str, content: bytes, revision: int | None = 1, token: str | None = None) -> Any:
    """What an editor's script sends."""
    given = visitor.hidden()["csrf_token"] if token is None else token
    known = {} if revision is None else {"If-Match": f'"{revision}"'}
    return visitor.client.put(path, data=content, headers={"X-CSRFToken": given, **known})


def test_a_draft_is_begun_and_shows_its_files(supervisor: Visitor) -> None:
    assert supervisor.status == 200
    assert "一般件改三天" in supervisor.text
    assert all(name in supervisor.text for name in FAMILY)


def test_a_file_is_read_as_it_is_kept_with_the_revision_as_its_etag(supervisor: Visitor) -> None:
    answer = supervisor.client.get(FORM)
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, CONTENT, '"1"')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert supervisor.client.get(f"{DRAFT}/files/forms/none.json").status_code == 404


def test_a_file_is_written_by_whoever_knows_the_revision(supervisor: Visitor) -> None:
    answer = put(supervisor, FORM, CONTENT + b"\n")
    assert (answer.status_code, answer.json, answer.headers["ETag"]) == (200, {"revision": 2}, '"2"')
    assert supervisor.client.get(FORM).data == CONTENT + b"\n"


def test_two_who_write_at_once_are_told_who_was_first(supervisor: Visitor, house: House) -> None:
    other = Visitor.of(house.app).sign_in("supervisor2")
    other.open(DRAFT)
    put(other, FORM, CONTENT + b"\n")
    answer = put(supervisor, FORM, b"{}")
    assert answer.status_code == 409
    assert {name: answer.json[name] for name in ("by", "at", "revision")} == {
        "by": "supervisor2",
        "at": "2026-09-23T09:00:00+08:00",
        "revision": 2,
    }
    assert supervisor.client.get(FORM).data == CONTENT + b"\n"


def test_a_write_without_revision_or_token_or_with_a_bad_name_changes_nothing(supervisor: Visitor) -> None:
    assert put(supervisor, FORM, b"{}", None).status_code == 428
    assert put(supervisor, FORM, b"{}", token="x").status_code == 403
    refused = put(supervisor, f"{DRAFT}/files/a%3Cb%3E.bpmn", b"{}")
    assert (refused.status_code, refused.json["findings"][0]["code"]) == (400, "FILE")
    assert supervisor.client.get(FORM).headers["ETag"] == '"1"'


def test_the_check_names_the_element_of_the_stored_draft(supervisor: Visitor) -> None:
    name = "five_step_loop.bpmn"
    broken = FAMILY[name].replace(b'bc:operation="set_clock"', b'bc:operation="set_the_clock"', 1)
    assert put(supervisor, f"{DRAFT}/files/{name}", broken).status_code == 200
    told: Any = supervisor.client.get(f"{DRAFT}/check").json
    (finding,) = told["findings"]
    assert (told["ok"], told["revision"], finding["file"], finding["element"]) == (False, 2, name, "record_grade")
    assert "set_clock" in finding["message"]


def test_a_draft_is_given_up_and_stays_to_be_read(supervisor: Visitor) -> None:
    supervisor.send(f"{DRAFT}/discard", revision="1")
    assert supervisor.page.request.path == "/designer"
    assert "已放弃" in supervisor.open(DRAFT).get_data(as_text=True)
    assert put(supervisor, FORM, b"{}", 2).status_code == 409


def test_a_title_that_is_none_is_said(supervisor: Visitor) -> None:
    supervisor.open("/designer")
    supervisor.send("/designer/drafts", **{"from": "1", "title": ""})
    assert (supervisor.status, "请写一个名称" in supervisor.text) == (400, True)
