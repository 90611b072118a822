"""What may be kept as an attachment is told by name and content together; everything else is refused."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from io import BytesIO

import pytest

from engine.errors import BadInput, TooLarge
from engine.papers import EXTENSIONS, checked, renamed
from engine.papers.check import clean_name
from tests.papers.samples import KINDS, compound, docx, jpeg, package, pdf, png

MOST = 20_000_000


def refused(name: str, content: bytes) -> str:
    """The sentence a file is refused with."""
    with pytest.raises(BadInput) as refusal:
        checked(name, content, MOST)
    assert refusal.value.fields.keys() == {"file"}
    return refusal.value.fields["file"]


# ------------------------------------------------------------------ kinds
@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_file_of_every_kind_is_taken(name: str) -> None:
    content, media_type = KINDS[name]
    paper = checked(name, content, MOST)
    assert (paper.name, paper.media_type, paper.size) == (name, media_type, len(content))
    assert paper.digest == hashlib.sha256(content).hexdigest()


def test_there_is_a_sample_of_every_extension() -> None:
    assert {"." + name.rpartition(".")[2].lower() for name in KINDS} == set(EXTENSIONS)


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.exe", "a.zip", "a.docm", "a.pdf.exe", "a", ".pdf", "a.js", "a."]
)
def test_other_kinds_are_refused_with_what_is_taken(name: str) -> None:
    assert "PDF" in refused(name, pdf())


@pytest.mark.checklist(31)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00" + bytes(600)),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.png", jpeg()),
        ("a.png", png()[:20]),
        ("a.jpg", b"\xff\xd8\xff\xe0\xff\xff"),
        ("a.jpg", b"\xff\xd8\xff" + bytes(40)),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.doc", docx()),
        ("a.doc", compound()[:100]),
        ("a.docx", compound()),
        ("a.docx", package({"xl/workbook.xml": b"<w/>", "[Content_Types].xml": b""})),
        ("a.docx", docx()[:-30]),
        ("a.docx", b"PK\x03\x04" + bytes(100)),
        ("a.ofd", docx()),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.txt", b"\xff\xfe\xff\xff\xff"),
        ("a.csv", pdf() + b"\x00\x01"),
    ],
)
def test_content_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    assert "不是" in refused(name, content)


def test_an_empty_file_is_refused() -> None:
    assert "空" in refused("a.txt", b"")


def test_a_file_that_is_too_big_is_told_how_big_it_may_be() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        checked("a.txt", b"a" * (MOST + 1), MOST)


# ------------------------------------------------------------------ traps
@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (65_535, 65_535)])
def test_a_picture_of_too_many_pixels_is_refused(width: int, height: int) -> None:
    assert "像素" in refused("a.png", png(width, height))
    assert "像素" in refused("a.jpg", jpeg(width, height))


def test_a_picture_just_small_enough_is_taken() -> None:
    assert checked("a.png", png(10_000, 5_000), MOST)
    assert checked("a.jpg", jpeg(10_000, 5_000), MOST)


@pytest.mark.checklist(31)
def test_a_document_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    assert "太多" in refused("a.docx", docx(bomb_xml=bytes(5_000_000)))


def test_a_document_of_more_than_a_thousand_parts_is_refused() -> None:
    parts = {"[Content_Types].xml": b"", "word/document.xml": b"", **{f"{n}.xml": b"" for n in range(999)}}
    assert "太多" in refused("a.docx", package(parts))


def test_a_directory_that_hides_its_length_is_refused() -> None:
    content = docx()
    end = content.rfind(b"PK\x05\x06")
    forged = content[: end + 12] + struct.pack("<I", 900_000_000) + content[end + 16 :]
    assert "太多" in refused("a.docx", forged)


def test_a_document_that_lies_about_its_size_is_refused() -> None:
    content = docx(big_xml=bytes(90_000))
    small, big = struct.pack("<I", 10), struct.pack("<I", 90_000)
    assert content.count(big) == 2  # local header and directory
    assert "不是" in refused("a.docx", content.replace(big, small))


def test_parts_that_share_their_bytes_are_refused() -> None:
    content = docx(a_xml=bytes(range(256)) * 40, b_xml=bytes(range(256)) * 40)
    with zipfile.ZipFile(BytesIO(content)) as read:
        first, second = read.getinfo("a.xml"), read.getinfo("b.xml")
    same = content.replace(struct.pack("<I", second.header_offset), struct.pack("<I", first.header_offset))
    assert "不是" in refused("a.docx", same)


def test_a_document_with_macros_or_a_password_is_refused() -> None:
    assert "宏" in refused("a.docx", package({"[Content_Types].xml": b"", "word/vbaProject.bin": b"x"}))
    content = bytearray(docx())
    for start in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[start] |= 1
    assert "密码" in refused("a.docx", bytes(content))


# ------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("证明.pdf", "证明.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\用户\\桌面\\证明.pdf", "证明.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("abc\u202efdp.exe", "abcfdp.exe"),
        ('证"明<1>.pdf', "证_明_1_.pdf"),
        ("  .证明.pdf. ", "证明.pdf"),
        ("/.pdf", "pdf"),
        ("", "附件"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("长" * 500 + ".pdf")
    assert (len(name), name[-4:]) == (150, ".pdf")


@pytest.mark.parametrize(
    ("name", "kept"), [("授权书", "授权书.pdf"), ("授权书.PDF", "授权书.PDF"), ("a/b.exe", "b.exe.pdf")]
)
def test_another_name_keeps_the_ending(name: str, kept: str) -> None:
    assert renamed(checked("证明.pdf", pdf(), MOST), name).name == kept
