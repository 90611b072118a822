"""An evidence pack proves itself: the verifier runs alone in an empty folder, finds it whole, and names every harm."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import g
from pypdf import PdfReader
from sqlalchemy import select

from engine.audit.house import HOUSE
from engine.cases.commands import SYSTEM
from engine.evidence.pack import make_pack
from engine.house import open_house
from engine.settings import Settings
from engine.storage.models import accesses, audit
from engine.trail_keys import TrailKeys
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app
from webapp.pages.audit_sheet import cover

Files = dict[str, bytes]
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A pack with papers, as the command makes it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('house') / 'house.db'}"
    open_house(Settings(database_url=url, demo=True), START).db.close()
    house = House(url)
    no = house.register(description="戴建国来电 13812341234。")
    house.register(title="另一件")
    house.complete("w3", no, "accept", acceptance="accept")
    upload = {"file": (io.BytesIO(PAPER), "戴建国.pdf", "application/pdf")}
    answer = house.person("w3").post(f"/api/cases/{no}/attachments", data=upload)
    assert answer.status_code == 200, answer.text
    with create_app(house.engine, house.settings).test_request_context():
        g.actor = SYSTEM
        found = unzipped(make_pack(house.engine, SYSTEM, no, cover, "court"))
    house.close()
    return found


def unzipped(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zip_up(files: Files, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)


def verified(files: Files, folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and words of the verifier, alone: no packages, no environment, nothing but the pack."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    command = [sys.executable, "-I", "-S", "-X", "utf8", "verify.py", *words]
    ran = subprocess.run(command, cwd=folder, capture_output=True, env={}, check=False, timeout=60)
    assert not ran.stderr, ran.stderr.decode()
    return ran.returncode, ran.stdout.decode()


def signed_anew(files: Files, secret: bytes) -> Files:
    """The same with a list and a signature by somebody else's key, checkpoint included."""
    keys, manifest, proof = TrailKeys(secret), json.loads(files["manifest.json"]), json.loads(files["checkpoint.json"])
    key = keys.public[keys.id]
    proof |= {"key": key, "sig": keys.sign(proof["head"])}
    changed = {**files, "checkpoint.json": json.dumps(proof).encode()}
    manifest["files"] = {name: hashlib.sha256(changed[name]).hexdigest() for name in manifest["files"]}
    said = json.dumps({**manifest, "key": key, "older_keys": []})
    return {**changed, "manifest.json": said.encode(), "manifest.sig": keys.sign(said).encode()}


def hashed_anew(files: Files) -> Files:
    """The chain made anew over what the lines now say, hashes in the table too."""
    head = hashlib.sha256(f"bancheng audit 1 {json.loads(files['manifest.json'])['uid']}".encode()).hexdigest()
    table, hashes = files["lines.csv"], []
    for line, old in zip(files["lines.jsonl"].splitlines(), files["hashes.txt"].decode().split(), strict=True):
        head = hashlib.sha256(head.encode() + line).hexdigest()
        hashes.append(head)
        table = table.replace(old.encode(), head.encode())
    return {**files, "hashes.txt": "".join(f"{each}\n" for each in hashes).encode(), "lines.csv": table}


# ------------------------------------------------------------------ whole
def test_a_pack_is_found_whole_on_a_machine_without_this_software(packed: Files, tmp_path: Path) -> None:
    code, said = verified(packed, tmp_path)
    assert (code, "全部相符" in said) == (0, True)
    fingerprint = re.findall(r"指纹 (\w{64})", said)[0]
    assert verified({}, tmp_path, "--key", fingerprint)[0] == 0
    assert verified({}, tmp_path, "--key", "0" * 64)[0] == 1


def test_so_it_is_as_the_file_itself(packed: Files, tmp_path: Path) -> None:
    zip_up(packed, tmp_path / "pack.zip")
    code, said = verified({"verify.py": packed["verify.py"]}, tmp_path, "pack.zip")
    assert (code, "✓ BCS-2026-0001" in said) == (0, True)


def test_the_zip_left_beside_what_was_unpacked_from_it_is_no_harm_another_one_is(packed: Files, tmp_path: Path) -> None:
    zip_up(packed, tmp_path / "证据包.zip")
    assert verified(packed, tmp_path)[0] == 0
    for name, content in (("documents/假.txt", b"x"), ("README.txt", b"x")):
        zip_up({name: content}, tmp_path / "证据包.zip")
        code, said = verified({}, tmp_path)
        assert (code, "证据包.zip 不在清单里" in said) == (1, True)
    code, said = verified({"证据包.zip": b"no zip"}, tmp_path)
    assert code == 1


def test_it_says_so_also_where_the_terminal_knows_no_such_letters(packed: Files, tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(packed["verify.py"])
    zip_up(packed, tmp_path / "pack.zip")
    command = [sys.executable, "-I", "-S", "-X", "utf8=0", "verify.py", "pack.zip"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, env={"LC_ALL": "C"}, check=False, timeout=60)
    assert (ran.returncode, ran.stderr, b"BCS-2026-0001" in ran.stdout) == (0, b"", True)


def test_what_is_in_it(packed: Files) -> None:
    names = {re.sub(r"[0-9a-f-]{36}", "ID", name) for name in packed}
    assert names == {
        *("manifest.json", "manifest.sig", "verify.py", "README.txt", "审计单.pdf", "checkpoint.json"),
        *("lines.jsonl", "hashes.txt", "lines.csv", "lines.xes", "documents.json", "documents/ID.pdf"),
        "pictures/five_step_loop.svg",
    }
    assert PAPER in packed.values()
    assert len(packed["verify.py"].decode().splitlines()) <= 150


def test_the_verifier_needs_nothing_but_python(packed: Files) -> None:
    imported = set(re.findall(r"^(?:import|from) (\w+)", packed["verify.py"].decode(), re.M))
    assert imported <= {*sys.stdlib_module_names}


def test_the_sheet_has_number_and_page_on_every_page(packed: Files) -> None:
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(packed["审计单.pdf"])).pages]
    assert all("BCS-2026-0001" in text for text in pages) and len(pages) >= 1
    assert all(f"第{n}页/共{len(pages)}页" in text for n, text in enumerate(pages, 1))


def test_nothing_but_the_paper_itself_says_who_the_citizen_is(packed: Files) -> None:
    sheet = "".join(page.extract_text() for page in PdfReader(io.BytesIO(packed["审计单.pdf"])).pages)
    told = b"".join(content for name, content in packed.items() if not name.startswith("documents/")) + sheet.encode()
    assert ("戴建国".encode() in told, b"13812341234" in told) == (False, False)


# ------------------------------------------------------------------ harmed
def edited(name: str, was: bytes, becomes: bytes) -> Callable[[Files], Files]:
    def harm(files: Files) -> Files:
        assert was in files[name], name
        return {**files, name: files[name].replace(was, becomes, 1)}

    return harm


def without_line(files: Files, n: int, *names: str) -> Files:
    lines = {name: files[name].splitlines(keepends=True) for name in names}
    return {**files, **{name: b"".join([*each[: n - 1], *each[n:]]) for name, each in lines.items()}}


def renumbered(files: Files) -> Files:
    """The second line gone, the rest numbered and hashed anew."""
    cut = without_line(files, 2, "lines.jsonl", "hashes.txt")
    lines = [json.loads(line) for line in cut["lines.jsonl"].splitlines()]
    said = [json.dumps({**line, "seq": n}, ensure_ascii=False) for n, line in enumerate(lines, 1)]
    return hashed_anew({**cut, "lines.jsonl": "".join(f"{each}\n" for each in said).encode()})


def paper_of(files: Files) -> str:
    return next(name for name in files if name.startswith("documents/"))


OTHER = b"somebody else's secret, long enough"
HARMS: dict[str, tuple[Callable[[Files], Files], str]] = {
    "an edited line": (edited("lines.jsonl", b'"actor":"w3"', b'"actor":"w4"'), "第 1 行与哈希链不符"),
    "an edited later line": (
        edited("lines.jsonl", b'"action":"completed"', b'"action":"message"'),
        "第 2 行与哈希链不符",
    ),
    "a removed line": (lambda files: without_line(files, 2, "lines.jsonl"), "第 2 行与哈希链不符"),
    "the last line cut off": (
        lambda files: without_line(files, 3, "lines.jsonl", "hashes.txt"),
        "第 3 行起多出或不见了",
    ),
    "a removed line, numbered and hashed anew": (renumbered, "lines.jsonl 与清单不符"),
    "an edited line, the chain made anew": (
        lambda files: hashed_anew(edited("lines.jsonl", b'"actor":"w3"', b'"actor":"w4"')(files)),
        "与检查点不符",
    ),
    "the same, signed by another key": (
        lambda files: signed_anew(hashed_anew(edited("lines.jsonl", b'"w3"', b'"w4"')(files)), OTHER),
        "与检查点不符",
    ),
    "a swapped paper": (lambda files: {**files, paper_of(files): b"%PDF-other"}, "不是当时上传的那一份"),
    "a swapped paper, signed by another key": (
        lambda files: signed_anew({**files, paper_of(files): b"%PDF-other"}, OTHER),
        "不是当时上传的那一份",
    ),
    "a paper that is gone": (lambda files: {n: c for n, c in files.items() if n != paper_of(files)}, "不见了"),
    "an edited picture": (edited("pictures/five_step_loop.svg", b"<svg", b"<svg "), "five_step_loop.svg 与清单不符"),
    "another sheet": (lambda files: {**files, "审计单.pdf": b"%PDF"}, "审计单.pdf 与清单不符"),
    "an edited table": (edited("lines.csv", b"registered", b"completed"), "lines.csv 第 1 行与留痕不符"),
    "an edited list": (edited("manifest.json", b'"lines":3', b'"lines":4'), "清单的签名不符"),
    "another key on the list": (
        lambda files: {**files, "manifest.json": signed_anew(files, OTHER)["manifest.json"]},
        "清单的签名不符",
    ),
    "a spoilt signature": (lambda files: {**files, "manifest.sig": base64.b64encode(b"\0" * 64)}, "清单的签名不符"),
    "an edited checkpoint": (edited("checkpoint.json", b'\\"root\\":\\"', b'\\"root\\":\\"0'), "检查点的签名不符"),
    "a proof of something else": (edited("checkpoint.json", b'"path": [', b'"path": [["left", "00"],'), "证明路径"),
    "a file that was put in": (lambda files: {**files, "extra.txt": b"x"}, "extra.txt 不在清单里"),
    "no list": (lambda files: {n: c for n, c in files.items() if n != "manifest.json"}, "核对不下去"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_pack_is_found_out_and_the_harm_is_named(packed: Files, tmp_path: Path, harm: str) -> None:
    change, named = HARMS[harm]
    code, said = verified(change(dict(packed)), tmp_path)
    assert (code, named in said) == (1, True), said


def test_a_pack_forged_from_end_to_end_is_told_by_the_fingerprint(packed: Files, tmp_path: Path) -> None:
    """Somebody who makes everything anew has a key of their own: what is published says that it is not ours."""
    ours = hashlib.sha256(bytes.fromhex(json.loads(packed["manifest.json"])["key"])).hexdigest()
    code, said = verified(signed_anew(dict(packed), OTHER), tmp_path, "--key", ours)
    assert (code, "公钥不是给定的那一把" in said) == (1, True)


def test_one_bit_changed_in_any_of_its_files_is_found_out(packed: Files, tmp_path: Path) -> None:
    """The first, and one in the middle, where files are read by what stands at their beginning."""
    ours = hashlib.sha256(bytes.fromhex(json.loads(packed["manifest.json"])["key"])).hexdigest()
    assert verified(dict(packed), tmp_path, "--key", ours)[0] == 0
    missed = []
    for name, content in packed.items():
        for place in (0, len(content) // 2):
            if name == "verify.py":  # whoever doubts the verifier runs another copy of it
                place = content.index("核对".encode())
            flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            if verified({name: flipped}, tmp_path, "--key", ours)[0] != 1:
                missed.append((name, place))
        (tmp_path / name).write_bytes(content)
    assert missed == []


@pytest.mark.parametrize("harm", ["half of it", "spoilt within", "none there"])
def test_a_zip_that_came_over_harmed_is_told_in_words(packed: Files, tmp_path: Path, harm: str) -> None:
    zip_up(packed, tmp_path / "pack.zip")
    whole = (tmp_path / "pack.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "pack.zip", "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("manifest.json", packed["manifest.json"])
    packing = (tmp_path / "pack.zip").read_bytes()
    spoilt = packing.replace(packing[60:80], b"\xff" * 20, 1)
    (tmp_path / "pack.zip").write_bytes(
        {"half of it": whole[: len(whole) // 2], "spoilt within": spoilt}.get(harm, b"")
    )
    name = "elsewhere.zip" if harm == "none there" else "pack.zip"
    code, said = verified({"verify.py": packed["verify.py"]}, tmp_path, name)
    assert (code, "核对不下去" in said, "没有下载完整" in said) == (1, True, True), said


def test_where_a_line_is_gone_the_checks_after_it_are_made_all_the_same(packed: Files, tmp_path: Path) -> None:
    for n, cut in ((2, ("lines.jsonl",)), (3, ("lines.jsonl",)), (3, ("hashes.txt",)), (3, ("lines.csv",))):
        code, said = verified(without_line(dict(packed), n, *cut), tmp_path)
        assert (code, "核对不下去" in said) == (1, False), said


def test_without_the_fingerprint_it_says_that_nobody_compared_it_and_which_it_is(packed: Files, tmp_path: Path) -> None:
    forged = signed_anew(dict(packed), OTHER)
    theirs = hashlib.sha256(bytes.fromhex(json.loads(forged["manifest.json"])["key"])).hexdigest()
    code, said = verified(forged, tmp_path)
    assert (code, theirs in said, "没有对照是谁签的" in said) == (0, True, True)
    assert "没有对照" not in verified({}, tmp_path, "--key", theirs.upper())[1]


@pytest.mark.parametrize("words", [("--key",), ("--key", ""), ("--key", "1234"), (".", "--key")])
def test_a_fingerprint_that_is_none_is_asked_for_again(packed: Files, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, said = verified(dict(packed), tmp_path, *words)
    assert (code, "--key 后面要写公布的指纹" in said) == (1, True)


# ------------------------------------------------------------------ who makes one
def test_an_auditor_takes_one_from_the_page_and_that_stands_on_the_trail(house: House) -> None:
    no = house.register()
    visitor = Visitor.of(house.app).sign_in("auditor")
    assert "出具证据包" in visitor.open(f"/audit/cases/{no}").text
    found = unzipped(visitor.send(f"/audit/cases/{no}/pack").data)
    assert json.loads(found["manifest.json"])["made_by"] == "auditor"
    with house.engine.db.read() as conn:
        last = conn.execute(select(audit).where(audit.c.case_id == HOUSE).order_by(audit.c.seq.desc())).mappings()
        line = next(row for row in last if row["action"] == "evidence_packed")
        seen = conn.execute(select(accesses.c.person, accesses.c.what)).all()
    digest = hashlib.sha256(found["manifest.json"]).hexdigest()
    assert (line["actor"], json.loads(line["after"])) == ("auditor", {"lines": 1, "manifest": digest, "no": no})
    assert ("auditor", "pack") in [tuple(row) for row in seen]


def test_the_papers_do_not_go_with_an_auditors_pack(house: House) -> None:
    no = house.register()
    house.person("w3").post(f"/api/cases/{no}/attachments", data={"file": (io.BytesIO(PAPER), "a.pdf")})
    visitor = Visitor.of(house.app).sign_in("auditor")
    visitor.open(f"/audit/cases/{no}")
    found = unzipped(visitor.send(f"/audit/cases/{no}/pack").data)
    [told] = json.loads(found["documents.json"])
    assert (told["file"], told["digest"]) == (None, hashlib.sha256(PAPER).hexdigest())
    assert [name for name in found if name.startswith("documents/")] == []


def test_there_is_none_of_a_restricted_case(house: House) -> None:
    no = house.register("restricted", acceptance="restricted", reason="涉密")
    visitor = Visitor.of(house.app).sign_in("auditor")
    visitor.open("/audit/cases")
    assert visitor.send(f"/audit/cases/{no}/pack").status_code == 404
