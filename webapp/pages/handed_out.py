"""A file handed out while it is read: the first byte at once, and what broke off is seen to be no whole file."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

# In a table the last line says it; a log of XES without its end is none. Sent over HTTP/1.1 the end is missing as well.
_BROKEN = "\r\n导出没有写完，上面的不全，请重新导出。\r\n".encode()


def handed_out(pieces: Iterator[bytes], media_type: str, name: str) -> Response:
    """Answer with `pieces` as a file of this name; what fails before the first one is answered as anything else is."""
    answer = Response(_on(next(pieces), pieces), content_type=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _on(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    try:
        yield from pieces
    except Exception:  # the answer is half sent: no page can say it any more
        yield _BROKEN
        raise
