"""Documents: PDF, the old and the new office formats, OFD (GB/T 33190)."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from engine.papers.unfit import Unfit, must_be

MOST_ENTRIES = 1_000
MOST_UNPACKED = 200_000_000  # bytes
MOST_RATIO = 100  # unpacked to packed
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\x05\x06"  # of the central directory
_DIRECTORY = 1_000_000  # bytes of central directory that so many entries may take
_CHUNK = 1 << 16
_BOMB = "文件里压缩的内容太多，不能接收，请拆开或另存后再传。"
_HIDDEN = frozenset({"vbaproject.bin"})


def check_pdf(content: bytes) -> None:
    """Raises Unfit."""
    must_be(content.startswith(b"%PDF-"), "PDF")


def check_compound(content: bytes) -> None:
    """Word and Excel up to 2003. Raises Unfit."""
    must_be(content.startswith(_COMPOUND) and len(content) >= 512, "旧版 Word 或 Excel 文件")


def check_docx(content: bytes) -> None:
    """Raises Unfit."""
    _check_package(content, {"[Content_Types].xml", "word/document.xml"}, "Word 文件（docx）")


def check_xlsx(content: bytes) -> None:
    """Raises Unfit."""
    _check_package(content, {"[Content_Types].xml", "xl/workbook.xml"}, "Excel 文件（xlsx）")


def check_ofd(content: bytes) -> None:
    """Raises Unfit."""
    _check_package(content, {"OFD.xml"}, "OFD")


# ------------------------------------------------------------------ what is a zip file inside
def _check_package(content: bytes, parts: set[str], kind: str) -> None:
    must_be(content.startswith(b"PK\x03\x04"), kind)
    _check_directory(content, kind)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _check_entries(package, len(content))
            must_be(parts <= set(package.namelist()), kind)
            _check_unpacked(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        must_be(False, kind)


def _check_directory(content: bytes, kind: str) -> None:
    """Before anything reads it: a directory of a million entries is a trap by itself."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    must_be(0 <= end <= len(content) - 22, kind)
    entries, length = struct.unpack("<HI", content[end + 10 : end + 16])
    if entries > MOST_ENTRIES or length > _DIRECTORY:
        raise Unfit(_BOMB)


def _check_entries(package: zipfile.ZipFile, size: int) -> None:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size or packed > size:
        raise Unfit(_BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unfit("文件加了密码，请去掉密码后再传。")
    if any(entry.filename.rpartition("/")[2].lower() in _HIDDEN for entry in entries):
        raise Unfit("文件里带有宏，请另存为不带宏的文件后再传。")


def _check_unpacked(package: zipfile.ZipFile) -> None:
    """What the directory says of sizes holds: `zipfile` compares length and checksum while it reads."""
    for entry in package.infolist():
        with package.open(entry) as stream:
            while stream.read(_CHUNK):
                pass
