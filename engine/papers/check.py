"""A file is kept when its name and its content agree on one of the kinds we take (OWASP ASVS 5.2.1–5.2.3)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from engine.errors import BadInput, TooLarge
from engine.papers import images, office, texts
from engine.papers.unfit import Unfit

LONGEST_NAME = 150
_FORBIDDEN = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True)
class Paper:
    """A checked file; `size` in bytes, `digest` is SHA-256 of the content."""

    name: str
    media_type: str
    content: bytes
    digest: str

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class _Kind:
    """`check` raises Unfit for content that is not of this kind."""

    media_type: str
    check: Callable[[bytes], None]


_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS: Mapping[str, _Kind] = {
    "pdf": _Kind("application/pdf", office.check_pdf),
    "jpg": _Kind("image/jpeg", images.check_jpeg),
    "jpeg": _Kind("image/jpeg", images.check_jpeg),
    "png": _Kind("image/png", images.check_png),
    "doc": _Kind("application/msword", office.check_compound),
    "xls": _Kind("application/vnd.ms-excel", office.check_compound),
    "docx": _Kind(f"{_OFFICE}wordprocessingml.document", office.check_docx),
    "xlsx": _Kind(f"{_OFFICE}spreadsheetml.sheet", office.check_xlsx),
    "ofd": _Kind("application/ofd", office.check_ofd),
    "txt": _Kind("text/plain", texts.check_text),
    "csv": _Kind("text/csv", texts.check_text),
}
ALLOWED = "PDF、OFD、JPG、PNG、Word（doc、docx）、Excel（xls、xlsx）、文本（txt、csv）"
EXTENSIONS = tuple(f".{name}" for name in _KINDS)


def checked(name: str, content: bytes, most: int) -> Paper:
    """The file as it may be kept, `most` bytes at the utmost; raises TooLarge, or BadInput for `file`."""
    if len(content) > most:
        raise TooLarge(f"文件最大 {most / 1_000_000:.0f} MB，请压缩或分成几个文件后再传。")
    if not content:
        raise BadInput({"file": "文件是空的，请重新选择。"})
    tidy = clean_name(name)
    kind = _KINDS.get(PurePath(tidy).suffix.lower().removeprefix("."))
    if kind is None:
        raise BadInput({"file": f"不能上传这种文件，请换成 {ALLOWED}。"})
    try:
        kind.check(content)
    except Unfit as unfit:
        raise BadInput({"file": str(unfit)}) from None
    return Paper(tidy, kind.media_type, content, hashlib.sha256(content).hexdigest())


def renamed(paper: Paper, name: str) -> Paper:
    """The same paper under another name, which keeps the ending."""
    ending, tidy = PurePath(paper.name).suffix, clean_name(name)
    return replace(paper, name=tidy if tidy.lower().endswith(ending.lower()) else clean_name(f"{tidy}{ending}"))


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen or stands for something else in a file system."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(mark for mark in last if unicodedata.category(mark)[0] != "C")  # control, format, surrogate
    plain = PurePath(_FORBIDDEN.sub("_", seen).strip().strip("."))
    stem = plain.stem[: LONGEST_NAME - len(plain.suffix)].strip() or "附件"
    return f"{stem}{plain.suffix[:LONGEST_NAME]}"
