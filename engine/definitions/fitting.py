"""What a set of files may look like at all, before anything is read in it: plain names, not too many, not too big."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.errors import Finding

MAX_FILES = 200
MAX_TOTAL = 8_000_000

_NAME = re.compile(r"[\w(][\w.\- ()/]{0,199}")


def misnamed(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Names are stored and given out again: plain and relative ones only."""
    for name in files:
        if not _NAME.fullmatch(name) or ".." in name:
            yield Finding(name[:200], "FILE", "-", "文件名太长或含有特殊字符，请改用字母、数字、- 和 _")


def too_big(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """More than is ever looked at together."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_TOTAL:
        many = f"一次最多 {MAX_FILES} 个文件、共 {MAX_TOTAL // 1_000_000} MB，请分成几次发布"
        yield Finding(next(iter(files), "-")[:200], "TOO_BIG", "-", many)
