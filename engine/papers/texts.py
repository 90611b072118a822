"""Plain text in the two encodings people here use."""

from __future__ import annotations

import re
from contextlib import suppress

from engine.papers.unfit import Unfit

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def check_text(content: bytes) -> None:
    """UTF-8 or GBK without control characters. Raises Unfit."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            if not _UNPRINTABLE.search(content.decode(encoding)):
                return
    raise Unfit("文件内容不是文本，请另存为 UTF-8 或 GBK 编码的文本后再传。")
