"""From the draft to the version on pages alone, without scripts: check, submit, confirm, approve by a second person."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import pytest

from engine.bpmn.definition import content_hash
from engine.definitions.shipped import SHIPPED, read_folder
from engine.queries.versions import published_versions
from tests.support.gate import in_this_process
from tests.support.house import House
from tests.support.parcels import parcel
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
LIMITS = "decisions/time_limits.dmn"
ROW = '<outputEntry id="time_limits_row_3_limit_days"><text>{}<'
THREE = FAMILY[LIMITS].decode().replace(ROW.format(5), ROW.format(3)).encode()
DRAFT = "/designer/drafts/1"
WORDS = "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日。"
MOVED = "10-24 10:05：期限由 2026-10-30 17:00 变为 2026-10-28 17:00。"


@pytest.fixture(autouse=True)
def _gate(monkeypatch: pytest.MonkeyPatch) -> None:
    in_this_process(monkeypatch)


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor with a draft from the first version."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "一般件改三天"})
    return visitor


def upload(visitor: Visitor, name: str, content: bytes, revision: int = 1) -> None:
    visitor.open(DRAFT)
    words = visitor.filled({"revision": str(revision)})
    sent = parcel(words, {"file": (name, content)})
    visitor.page = visitor.client.post(f"{DRAFT}/import", follow_redirects=True, **sent)


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def text(visitor: Visitor) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visitor.text)).split())


def submitted(visitor: Visitor) -> Visitor:
    """The request, once the runs that come out otherwise are confirmed."""
    visitor.open(DRAFT)
    visitor.send(f"{DRAFT}/submit", revision="2", reason="区政府要求提速", confirmed="期限改短，日子自然提前")
    assert visitor.page.request.path == "/designer/approvals/1"
    return visitor


def test_three_days_instead_of_five_from_the_draft_to_the_running_version(supervisor: Visitor, house: House) -> None:
    upload(supervisor, "time_limits.dmn", THREE)
    supervisor.open(f"{DRAFT}?check=1")
    assert (WORDS in text(supervisor), "没有问题。" in text(supervisor)) == (True, True)
    supervisor.send(f"{DRAFT}/submit", revision="2", reason="区政府要求提速")
    assert (supervisor.status, MOVED in text(supervisor)) == (409, True)
    assert "区政府要求提速</textarea>" in supervisor.text
    said = text(submitted(supervisor))
    for expected in (content_hash({**FAMILY, LIMITS: THREE}), WORDS, MOVED, "期限改短，日子自然提前", "区政府要求提速"):
        assert expected in said
    assert "要由另一位流程管理员或区政务服务局审核" in said
    assert "通过并发布" not in said
    bureau = Visitor.of(house.app).sign_in("bureau")
    bureau.open(bureau.link("^/designer/approvals$"))
    bureau.open(bureau.link("/designer/approvals/1"))
    bureau.send("/designer/approvals/1", decision="approve")
    assert "已作为第 2 版发布。运行中的反映件仍按旧版办理。" in text(bureau)
    assert [each.version for each in house.engine.read(published_versions)] == [2, 1]
    supervisor.open("/designer")
    assert re.search(r"第 2 版 正在运行 .* 流程管理员甲 发布 区政务服务局 审核 .* 区政府要求提速", text(supervisor))


def test_what_is_given_back_says_why_on_the_draft(supervisor: Visitor, house: House) -> None:
    upload(supervisor, "time_limits.dmn", THREE)
    submitted(supervisor)
    other = Visitor.of(house.app).sign_in("supervisor2")
    other.open("/designer/approvals/1")
    other.send("/designer/approvals/1", decision="refuse")
    assert (other.status, "退回时请写明要改什么" in text(other)) == (400, True)
    other.send("/designer/approvals/1", decision="refuse", comment="请同时改复杂件")
    supervisor.open(DRAFT)
    assert "上一次申请 已退回：请同时改复杂件" in text(supervisor)


def test_a_finding_is_told_with_the_name_of_its_element(supervisor: Visitor) -> None:
    drawn = FAMILY["five_step_loop.bpmn"].replace(b'bc:operation="set_clock"', b'bc:operation="set_the_clock"', 1)
    upload(supervisor, "five_step_loop.bpmn", drawn)
    supervisor.open(f"{DRAFT}?check=1")
    name = re.search(r'id="record_grade" name="([^"]+)"', drawn.decode())
    assert name is not None
    assert re.search(rf"“{name[1]}” .*set_the_clock", text(supervisor))
    supervisor.send(f"{DRAFT}/submit", revision="2", reason="试一试")
    assert (supervisor.status, "没有提交" in text(supervisor)) == (400, True)


def test_a_draft_goes_out_as_a_zip_and_comes_in_again_under_the_names_it_has(supervisor: Visitor) -> None:
    with zipfile.ZipFile(io.BytesIO(supervisor.client.get(f"{DRAFT}/archive").data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FAMILY
    upload(supervisor, "all.zip", zipped({"my/limits.dmn": THREE, "accept.json": FAMILY["forms/accept.json"] + b"\n"}))
    assert supervisor.page.request.path == DRAFT
    assert supervisor.client.get(f"{DRAFT}/files/{LIMITS}").data == THREE
    assert supervisor.client.get(f"{DRAFT}/files/forms/accept.json").headers["ETag"] == '"2"'
    with zipfile.ZipFile(io.BytesIO(supervisor.client.get("/designer/versions/1/archive").data)) as archive:
        assert archive.read(LIMITS) == FAMILY[LIMITS]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notes.txt", b"x", "只收 .bpmn"),
        ("p.bpmn", b" " * 2_000_001, "一个文件最多 2 MB"),
        ("p.zip", b"PK\x03\x04nonsense", "打不开"),
        ("p.zip", zipped({"notes.txt": b"x"}), "压缩包里只能有"),
        ("p.zip", zipped({"a.bpmn": b" " * 30_000_000}), "一个文件最多 2 MB"),
        ("p.zip", zipped({f"{n}.bpmn": b" " * 1_900_000 for n in range(5)}), "一共最多 8 MB"),
        ("p.zip", zipped({f"{n}.bpmn": b"" for n in range(201)}), "最多 200 个文件"),
        ("p.zip", zipped({}), "没有 .bpmn"),
    ],
)
def test_an_upload_that_is_none_changes_nothing(supervisor: Visitor, name: str, content: bytes, told: str) -> None:
    upload(supervisor, name, content)
    assert (supervisor.status, told in text(supervisor)) == (400, True)
    assert supervisor.client.get(f"{DRAFT}/files/{LIMITS}").headers["ETag"] == '"1"'


def test_a_file_is_taken_out_and_the_draft_is_asked_about_by_the_ladder(supervisor: Visitor) -> None:
    upload(supervisor, "time_limits.dmn", THREE)
    supervisor.open("/designer/ladder?accepted=2026-09-30+17:20&grade=general&stuck=acknowledge&draft=1")
    said = text(supervisor)
    assert "按草稿" in said
    assert "承诺期限 2026-10-10（周六）17:00" in said  # 10-08, 10-09, and 10-10 is worked
    supervisor.open(DRAFT)
    supervisor.send(f"{DRAFT}/remove", revision="2", name=LIMITS)
    supervisor.open("/designer/ladder?draft=1")
    assert "还不能运行" in text(supervisor)
    supervisor.open("/designer/ladder?draft=9")
    assert "没有这份草稿" in text(supervisor)


def test_who_approves_what_was_not_confirmed_confirms_it(supervisor: Visitor, house: House) -> None:
    parts = {"deployment-name": "三天", "time_limits.dmn": (io.BytesIO(THREE), "time_limits.dmn")}
    create = "/engine-rest/deployment/create"
    sent = house.person("supervisor").post(create, data=parts, content_type="multipart/form-data").json
    path = f"/designer/approvals/{sent['approval']['id']}"
    bureau = Visitor.of(house.app).sign_in("bureau")
    bureau.open(path)
    bureau.send(path, decision="approve")
    assert (bureau.status, "提交人没有确认" in text(bureau)) == (400, True)
    bureau.send(path, decision="approve", confirmed="yes", comment="期限改短，日子自然提前")
    assert "已作为第 2 版发布" in text(bureau)
