"""A real server process, as it is run: what it writes, where it leads, and the files it leaves name nobody."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from engine.settings import DEMO_PASSWORD
from tests.personal.planting import APPLICANT, IDENTITY, NAME, PERSON, PHONE, TEXT, WORDS, hits
from tests.support.processes import Process, running

ALL_WORDS = (*PERSON, WORDS)
CASE = {
    "channel": "window",
    "title": "社保转移报错",
    "description": TEXT,
    "appeal_type": "undone",
    "applicant": APPLICANT,
    "acceptance": "accept",
}


def asked(process: Process, path: str, name: str = "w3", body: Any = None) -> tuple[int, str, str]:
    """Status, headers and body of one request, by Basic; a body is posted as JSON, text as it is."""
    sent = None if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    basic = base64.b64encode(f"{name}:{DEMO_PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    try:
        with urlopen(Request(process.url.rstrip("/") + path, sent, headers)) as answer:
            return answer.status, str(answer.headers), answer.read().decode()
    except HTTPError as refused:
        return refused.code, str(refused.headers), refused.read().decode()


@pytest.mark.checklist(63, 64)
@pytest.mark.slow
def test_neither_output_nor_headers_nor_metrics_nor_files_name_anybody(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, "run", "--demo", "--no-cases", "--clock", "2026-08-18T08:00+08:00") as process:
        status, heads, text = asked(process, "/api/cases", body=CASE)
        no = json.loads(text)["no"]
        assert status == 201
        answers = [
            asked(process, "/api/cases/search", body={"q": PHONE}),
            asked(process, "/api/cases/search", body={"q": NAME}),
            asked(process, f"/api/cases/{no}/supplement", body={"text": TEXT}),
            asked(process, f"/api/cases/{no}/amend", body={"field": "description", "value": TEXT * 2, "reason": TEXT}),
            asked(process, f"/api/cases/{no}/unmask", "callback", {"reason": TEXT}),
            asked(process, f"/api/cases/{no}/unmask", "auditor", {"reason": TEXT}),
            asked(process, "/api/cases", body={**CASE, "applicant": {"kind": TEXT, IDENTITY: NAME}}),
            asked(process, "/api/cases", body=TEXT),
            asked(process, f"/engine-rest/task/{TEXT[:3].encode().hex()}/complete", body={"variables": {NAME: TEXT}}),
        ]
        assert [status for status, *_ in answers] == [200, 200, 200, 200, 200, 403, 400, 400, 400]
        metrics = asked(process, "/metrics", "supervisor")[2]
        process.stop()
    heads += "".join(head for _, head, _ in answers)
    assert hits(process.said + heads + metrics, ALL_WORDS) == []
    files = [path for path in tmp_path.iterdir() if path.name.startswith("test.db")]
    assert files and all(hits(path.read_bytes(), ALL_WORDS) == [] for path in files)
