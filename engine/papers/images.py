"""Photographs and scans: kind and number of pixels, read from the header alone."""

from __future__ import annotations

import struct

from engine.papers.unfit import Unfit, must_be

MOST_PIXELS = 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF markers: those between mean something else
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length


def check_png(content: bytes) -> None:
    """Raises Unfit."""
    must_be(content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 33, "PNG")
    width, height = struct.unpack(">II", content[16:24])
    _check_pixels(width, height)


def check_jpeg(content: bytes) -> None:
    """Raises Unfit."""
    must_be(content.startswith(b"\xff\xd8\xff"), "JPG")
    size = _jpeg_size(content)
    must_be(size is not None, "JPG")
    if size is not None:
        _check_pixels(*size)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the first frame header; None when the segments lead nowhere (ITU-T T.81, annex B)."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        if marker == 0xFF:  # fill byte
            place += 1
        elif marker in _STANDALONE:
            place += 2
        else:
            place += 2 + max(2, struct.unpack(">H", content[place + 2 : place + 4])[0])
    return None


def _check_pixels(width: int, height: int) -> None:
    must_be(width > 0 and height > 0, "图片")
    if width * height > MOST_PIXELS:
        raise Unfit("图片太大，最多 5000 万像素，请缩小后再传。")
