"""What browsers report of broken rules is counted in the log, and repeats nothing into it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.house import House

RULE = "a page broke its content policy: "


def sent(house: House, body: Any, content_type: str = "application/csp-report") -> int:
    data = body if isinstance(body, bytes) else json.dumps({"csp-report": body}).encode()
    status: int = house.app.test_client().post("/csp-report", data=data, content_type=content_type).status_code
    return status


@pytest.mark.checklist(18, 29)
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"effective-directive": "script-src-elem", "document-uri": "http://x/cases/BCS-2026-0001"}, "script-src"),
        ({"violated-directive": "style-src 'self'"}, "style-src"),
        ({"effective-directive": "img-src\n2026-01-01 admin signed in"}, "unknown"),
        ({"effective-directive": {"a": 1}}, "unknown"),
        (b"[]", "unknown"),
        (b"{", "unknown"),
        (b'{"csp-report": 5}', "unknown"),
    ],
)
def test_the_log_gets_the_rule_and_no_word_of_the_report(
    house: House, caplog: pytest.LogCaptureFixture, told: Any, kept: str
) -> None:
    assert sent(house, told) == 204
    assert [record.getMessage() for record in caplog.records] == [RULE + kept]


def test_what_is_no_report_is_refused(house: House) -> None:
    assert sent(house, b"x" * 20_001) == 413
    assert sent(house, {}, "text/html") == 415
