"""A small real file of every kind that is taken, and the traps that are not."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def png(width: int = 2, height: int = 2) -> bytes:
    """A white picture; only as many rows as fit a small file, its header as asked."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * min(width, 8)) * min(height, 8))
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int = 2, height: int = 2, frame: int = 0xC0) -> bytes:
    """The segments of a grey picture: application data, a table, the frame header, the scan."""
    head = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    table = b"\xff\xdb\x00\x43\x00" + bytes([1]) * 64
    sof = b"\xff" + bytes([frame]) + b"\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + head + table + b"\xff\xff" + sof[1:] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"


def pdf() -> bytes:
    """One empty page."""
    body = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj"
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def package(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return stream.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document; `more` are further parts, `_` in their names standing for a dot."""
    further = {name.replace("_", "."): content for name, content in more.items()}
    return package({"[Content_Types].xml": _TYPES, "word/document.xml": b"<w:document/>", **further})


def compound() -> bytes:
    """The first sectors of a Word or Excel file up to 2003."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + bytes(992)


KINDS: Mapping[str, tuple[bytes, str]] = {  # name → content, media type
    "照片.png": (png(), "image/png"),
    "照片.jpg": (jpeg(), "image/jpeg"),
    "照片.JPEG": (jpeg(frame=0xC2), "image/jpeg"),
    "证明.pdf": (pdf(), "application/pdf"),
    "申请.docx": (docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "名单.xlsx": (
        package({"[Content_Types].xml": _TYPES, "xl/workbook.xml": b"<workbook/>"}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "公文.ofd": (package({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<d/>"}), "application/ofd"),
    "申请.doc": (compound(), "application/msword"),
    "名单.xls": (compound(), "application/vnd.ms-excel"),
    "说明.txt": ("先到三号窗口\r\n\t再到二楼".encode(), "text/plain"),
    "旧说明.txt": ("先到三号窗口".encode("gbk"), "text/plain"),
    "名单.csv": ("\ufeff姓名,日期\n戴先生,2026-09-23\n".encode(), "text/csv"),
}
