"""Requests with files as bytes in memory: the test client leaves the temporary file of a big one open."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart


def parcel(words: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> dict[str, Any]:
    """Body and content type; `files`: name and content by the name of their part."""
    parts = {part: FileStorage(BytesIO(content), filename=name) for part, (name, content) in files.items()}
    boundary, body = encode_multipart({**words, **parts})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
