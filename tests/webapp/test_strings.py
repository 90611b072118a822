"""Texts that mean something to a database or a log are texts here; and looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine.storage.models import metadata
from tests.support.house import House
from tests.webapp.doors import Caller, doors
from tests.webapp.pages.browserless import Visitor
from tests.webapp.test_role_table import filled, places
from webapp.api.described import description_of

__all__ = ["places"]

SQL = (
    "'", "''", '"', "`", "\\", "\\'", "%", "_", "%%", ";", "--", "#", "/*", "*/", "()", "(", "||", "1'", "' OR '1'='1",
    "' OR 1=1 --", '" OR ""="', "') OR ('1'='1", "1 OR 1=1", "1; DROP TABLE cases", "'; DROP TABLE cases; --",
    "' UNION SELECT NULL --", "' UNION SELECT name, password FROM people --", "1 UNION ALL SELECT 1,2,3",
    "' AND 1=0 --",
    "' AND SLEEP(5) --", "'; SELECT pg_sleep(5); --", "' || pg_sleep(5) --", "1 AND (SELECT 1 FROM pg_sleep(5))",
    "' HAVING 1=1 --", "' GROUP BY 1 --", "' ORDER BY 99 --", "id) ORDER BY (SELECT 1", "id;", "id desc",
    "id,(SELECT 1)",
    "case when 1=1 then id else no end", "x' AND 1=CAST((SELECT version()) AS int) --", "' AND extractvalue(1,1) --",
    "$1", ":1", "?", "%s", "%(a)s", "{0}", "${jndi:ldap://x}", "\u2019 OR 1=1", "%27%20OR%201=1", "\x1a", "\n' OR '1",
)  # fmt: skip


_ALLOWED = {  # of others w3
    "/api/people": "admin",
    "/api/grants": "admin",
    "/api/incidents": "supervisor",
    "/api/approvals": "supervisor",
    "/api/cases/<no>/as-of": "auditor",
    "/api/rectifications": "auditor",
    "/api/audit/house": "auditor",
    "/api/audit/looks": "auditor",
}


def parameters(house: House) -> Iterator[tuple[str, set[str]]]:
    """(path, its parameters) of every list; one that only counts takes what its list takes."""
    for rule in house.app.url_map.iter_rules():
        query = description_of(house.app.view_functions[rule.endpoint]).query
        if query and "GET" in (rule.methods or ()) and not rule.rule.endswith("/count"):
            yield rule.rule, {each["name"] if isinstance(each, dict) else getattr(each, "name", "") for each in query}
    yield "/cases", {"status", "light", "unit", "grade", "channel", "from", "to", "after"}
    yield "/inbox", {"queue", "after", "done"}


@pytest.mark.checklist(23)
def test_no_parameter_of_a_list_is_read_as_sql(any_house: House) -> None:
    any_house.register()
    browser, odd = Visitor.of(any_house.app).sign_in("w3"), {}
    for path, names in parameters(any_house):
        texts = {name for name in names if _get(any_house, browser, path, {name: "x"}).status_code == 200}
        for text in SQL:
            for together in filter(
                None, (texts, names - texts)
            ):  # refused ones would keep the others from the database
                answer = _get(any_house, browser, path, dict.fromkeys(together, text))
                if answer.status_code not in (200, 400, 404) or _named(answer) - names:
                    odd[f"{path} {sorted(together)} {text}"] = answer.status_code
    assert odd == {}
    assert any_house.person("w3").get("/api/cases").json["total"] == 1


def _named(answer: Any) -> set[str]:
    """The parameters a refusal names."""
    return set(answer.json.get("fields", {})) if answer.status_code == 400 and answer.is_json else set()


def _get(house: House, browser: Visitor, path: str, query: dict[str, str]) -> Any:
    if path.startswith(("/api", "/engine-rest")):
        return house.person(_ALLOWED.get(path, "w3")).get(path, query_string=query)
    return browser.client.get(path, query_string=query)


@pytest.mark.checklist(23)
def test_a_search_finds_the_text_and_nothing_more(any_house: House) -> None:
    any_house.register()
    texts = [text for text in SQL if text.strip()]
    answers = [any_house.person("w3").post("/api/cases/search", {"q": text}) for text in texts]
    found = {text: answer.json for text, answer in zip(texts, answers, strict=True) if answer.status_code != 400}
    assert {text: told["total"] for text, told in found.items() if told["total"]} == {}


@pytest.mark.checklist(17)
def test_looking_changes_nothing(house: House, places: dict[str, str]) -> None:
    callers = [Caller(house, role) for role in ("window", "unit", "auditor")]
    for caller in callers:
        assert caller.csrf and caller.token
    before = rows(house)
    for caller in callers:
        for door in doors(house.app):
            if door.method == "GET":
                caller.ask(door, filled(door, places))
    changed = {name for name, kept in rows(house).items() if kept != before[name]}
    kept_of_looking = {"audit", "settings", "rates", "request_counts"}  # refusals, counts
    kept_of_looking |= {"accesses", "notice_reads"}  # who looked, who followed a notice
    assert changed - kept_of_looking - {"people", "tokens"} == set()  # when they were last used


def rows(house: House) -> dict[str, Any]:
    """All there is, by table."""
    with house.engine.db.read() as conn:
        return {table.name: [tuple(row) for row in conn.execute(select(table))] for table in metadata.sorted_tables}
