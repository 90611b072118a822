"""F4: the same request under the same key, ten times at once or a day later, has one effect and one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.facade import ReadContext
from engine.storage import idempotency as kept_answers
from engine.storage.models import audit, cases, idempotency
from tests.faults.acts import open_task, register
from tests.faults.courses import Course, start_form, task_form, typed
from tests.faults.invariants import promises_broken
from tests.faults.together import at_once
from tests.support.house import House

_COURSE = Course()
_FORM = start_form(_COURSE, "社保转移报错")
_WITHDRAWN = {"reason": "自己办好了", "confirmed_by": "phone_record"}

Request = tuple[str, dict[str, Any]]  # path and body


def _task(house: House, no: str, what: str) -> str:
    return f"/engine-rest/task/{open_task(house, no, 'accept')}/{what}"


_REQUESTS: dict[str, Callable[[House, str], Request]] = {
    "register": lambda house, no: ("/api/cases", _FORM),
    "start": lambda house, no: (
        "/engine-rest/process-definition/key/five_step_loop/start",
        {"variables": typed(_FORM)},
    ),
    "complete": lambda house, no: (
        _task(house, no, "complete"),
        {"variables": typed(task_form(_COURSE, "accept")), "withVariablesInReturn": True},
    ),
    "claim": lambda house, no: (_task(house, no, "claim"), {}),
    "courier": lambda house, no: (f"/api/cases/{no}/courier", {"tracking_no": "EX1"}),
    "withdraw": lambda house, no: (f"/api/cases/{no}/withdraw", _WITHDRAWN),
    "message": lambda house, no: (
        "/engine-rest/message",
        {"messageName": "withdraw", "businessKey": no, "processVariables": typed(_WITHDRAWN)},
    ),
    "search": lambda house, no: ("/api/cases/search", {"q": no}),
}


def _rows(house: House) -> Counter[str]:
    """How many cases, lines of the trail and kept answers there are."""

    def query(ctx: ReadContext) -> Counter[str]:
        counted = ((t.name, select(func.count()).select_from(t)) for t in (cases, audit, idempotency))
        return Counter({name: ctx.conn.execute(count).scalar_one() for name, count in counted})

    return house.engine.read(query)


def _effect(house: House, kind: str, times: int) -> tuple[list[TestResponse], Counter[str]]:
    """Send one request so many times at once, about a case of its own; the answers, and how many rows came of it."""
    request = _REQUESTS[kind](house, _registered(house))
    house.person("lead").get("/api/cases")  # that somebody comes in is a line of its own
    before = _rows(house)
    answers = at_once([partial(_post, house, request, f"{kind}-{times}")] * times)
    return answers, _rows(house) - before


def _registered(house: House) -> str:
    no: str = house.do("w1", register(_COURSE).command(house, "")).no
    return no


def _post(house: House, request: Request, key: str, who: str = "lead") -> TestResponse:
    path, body = request
    answer: TestResponse = house.person(who).post(path, body, key)
    return answer


def _told(answer: TestResponse) -> tuple[int, bytes]:
    return answer.status_code, answer.data


@pytest.mark.parametrize("kind", _REQUESTS)
def test_ten_at_once_have_one_effect_and_one_answer(kind: str, any_house: House) -> None:
    _, of_one = _effect(any_house, kind, 1)
    answers, of_ten = _effect(any_house, kind, 10)
    assert answers[0].status_code < 300
    assert len({_told(answer) for answer in answers}) == 1
    assert of_ten == of_one
    assert sorted("Idempotent-Replay" in answer.headers for answer in answers) == [False, *[True] * 9]
    assert promises_broken(any_house.settings.database_url) == []


def test_a_house_without_keys_does_not_pass(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "find", lambda *request: None)
    monkeypatch.setattr(kept_answers, "store", lambda *answer: None)
    assert _effect(any_house, "register", 10)[1]["cases"] == 10


def test_a_day_later_the_answer_is_still_the_same(any_house: House) -> None:
    requests = {kind: request(any_house, _registered(any_house)) for kind, request in _REQUESTS.items()}
    first = {kind: _post(any_house, request, kind) for kind, request in requests.items()}
    any_house.move("2026-09-24 10:00")
    rows = _rows(any_house)
    again = {kind: _post(any_house, request, kind) for kind, request in requests.items()}
    assert {kind: _told(answer) for kind, answer in again.items()} == {k: _told(a) for k, a in first.items()}
    assert {answer.headers.get("Idempotent-Replay") for answer in again.values()} == {"true"}
    assert _rows(any_house) == rows


def test_the_same_key_with_another_body_is_refused(any_house: House) -> None:
    path, body = "/api/cases", {**_FORM, "title": "另一件事"}
    assert _post(any_house, ("/api/cases", _FORM), "key").status_code == 201
    rows = _rows(any_house)
    others = at_once([partial(_post, any_house, (path, body), "key")] * 5)
    assert {answer.status_code for answer in others} == {422}
    assert _rows(any_house) == rows


def test_the_same_key_at_another_address_is_refused(any_house: House) -> None:
    first, second = _registered(any_house), _registered(any_house)
    parcel = {"tracking_no": "EX1"}
    assert _post(any_house, (f"/api/cases/{first}/courier", parcel), "key").status_code == 200
    assert _post(any_house, (f"/api/cases/{second}/courier", parcel), "key").status_code == 422


def test_a_key_belongs_to_the_person_who_sent_it(any_house: House) -> None:
    mine, yours = (_post(any_house, ("/api/cases", _FORM), "key", who) for who in ("w1", "w2"))
    assert (mine.status_code, yours.status_code) == (201, 201)
    assert mine.json != yours.json


def test_a_refused_request_may_be_mended_under_its_key(any_house: House) -> None:
    assert _post(any_house, ("/api/cases", {**_FORM, "title": ""}), "key").status_code == 400
    assert _post(any_house, ("/api/cases", _FORM), "key").status_code == 201


def test_of_two_different_requests_under_one_key_at_once_one_is_refused(any_house: House) -> None:
    others: list[Request] = [("/api/cases", {**_FORM, "title": f"第{n}件"}) for n in range(8)]
    before = _rows(any_house)
    answers = at_once([partial(_post, any_house, request, "key") for request in others])
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 7]
    assert (_rows(any_house) - before)["cases"] == 1
