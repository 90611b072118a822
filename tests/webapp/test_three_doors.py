"""What is harmful ends the same way whichever door it comes by: an editor, a deployment, the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from engine.definitions import apart
from engine.definitions.gate import publish_folder
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import DiagramRefused
from engine.queries.deployments import DeploymentFilter, count_deployments
from tests.bpmn import drawing as d
from tests.definitions.test_hostile_uploads import ATTACKS, EXPRESSIONS, assigned
from tests.definitions.zygote import Zygote
from tests.support.house import FURNISHING, House
from tests.support.parcels import parcel
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
NAME = "p.bpmn"
HARM: Mapping[str, Callable[[], bytes]] = {
    **{
        title: (lambda title=title: ATTACKS[title]()[NAME])  # type: ignore[misc]
        for title in (
            *("entities that grow", "elements without end", "a huge file", "a script task", "one id twice"),
            *("null bytes", "a zip", "code of another engine", "a condition of another language"),
        )
    },
    "an expression that reaches for more": lambda: assigned(EXPRESSIONS["dunder names"]),
    "an operation nobody knows": lambda: d.straight(d.service("s", "nobody")),
}
Codes = set[tuple[str, str]]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as started:
        yield started


@pytest.fixture(autouse=True)
def _forked(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is examined in a process with the limits of the house."""
    monkeypatch.setattr(apart, "_told", zygote.told)


def by_editor(house: House, content: bytes, folder: Path) -> Codes:
    """Put into a draft, checked, and submitted."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "有害"})
    draft = visitor.page.request.path
    token = visitor.hidden()["csrf_token"]
    put = visitor.client.put(f"{draft}/files/{NAME}", data=content, headers={"X-CSRFToken": token, "If-Match": '"1"'})
    assert put.status_code == 200
    found = visitor.client.get(f"{draft}/check").json
    assert found is not None and not found["ok"]
    visitor.open(draft)
    visitor.send(f"{draft}/submit", revision="2", reason="就要", because="就要", confirmed="就要")
    assert visitor.status == 400
    return {(each["file"], each["code"]) for each in found["findings"]}


def by_deployment(house: House, content: bytes, folder: Path) -> Codes:
    """Sent as a modeler sends it."""
    sent = parcel({"deployment-name": "有害"}, {NAME: (NAME, content)})
    answer = house.person("supervisor").post("/engine-rest/deployment/create", **sent)
    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    return {(name, each["code"]) for name, told in answer.json["details"].items() for each in told["errors"]}


def by_command(house: House, content: bytes, folder: Path) -> Codes:
    """Published from a folder."""
    (folder / NAME).write_bytes(content)
    with pytest.raises(DiagramRefused) as refused:
        publish_folder(house.engine, folder, "admin", because="就要", approved_by="bureau")
    return {(finding.file, finding.code) for finding in refused.value.findings}


@pytest.mark.parametrize("title", HARM)
def test_what_is_harmful_is_refused_alike_at_every_door_and_nothing_is_live(
    house: House, tmp_path: Path, title: str
) -> None:
    content = HARM[title]()
    found = [door(house, content, tmp_path) for door in (by_editor, by_deployment, by_command)]
    assert found[0] == found[1] == found[2] != set()
    assert house.engine.read(count_deployments, DeploymentFilter()) == FURNISHING
