"""Files sent while they are written: what was written since leaves as one piece, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import RawIOBase, TextIOWrapper
from typing import IO, Any, TextIO, TypeVar

W = TypeVar("W")  # how a file has something written to it

_PIECE = 16 * 1024  # bytes


class _Outgoing(RawIOBase):
    """A stream in which nobody can go back: what was taken out is on its way."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def is_piece(self) -> bool:
        return len(self._written) >= _PIECE

    def taken(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


def in_pieces(
    begin: Callable[[Any], AbstractContextManager[W]], fill: Callable[[W], Iterable[object]]
) -> Iterator[bytes]:
    """The file that `begin` opens on a stream of bytes, while `fill` writes to it one thing after another.

    Its head goes before the first of them is read. Of a file in which something fails the end is never sent.
    """
    out = _Outgoing()
    with begin(out) as write:
        yield out.taken()
        for _ in fill(write):
            if out.is_piece():
                yield out.taken()
    yield out.taken()


@contextmanager
def as_text(to: IO[bytes]) -> Iterator[TextIO]:
    """The same stream for text in UTF-8 with its own ends of lines; holds nothing back."""
    file = TextIOWrapper(to, "utf-8", newline="", write_through=True)
    try:
        yield file
    finally:
        file.detach()
