"""What somebody uploads into a draft: one file, or a zip of them; small, plain, and read no further than is kept."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath

from engine.bpmn.xml import MAX_BYTES
from engine.definitions.fitting import MAX_FILES, MAX_TOTAL
from engine.errors import BadInput
from engine.replay.memory import files_with

KINDS = (".bpmn", ".dmn", ".json")
_IGNORED = ("__MACOSX/", ".")  # what archivers of desktops leave beside the files


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """The diagrams, tables and forms of an upload, by name. Raises BadInput."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix == ".zip":
        return _of_archive(content)
    if suffix not in KINDS:
        raise BadInput({"file": "只收 .bpmn、.dmn、.json 文件，或者把它们放在一起的 .zip。"})
    if len(content) > MAX_BYTES:
        raise BadInput({"file": f"一个文件最多 {MAX_BYTES // 1_000_000} MB。"})
    return {PurePosixPath(name).name: content}


def placed(files: Mapping[str, bytes], among: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an upload under the names they have in a draft: that of the namesake, or of what has the same id."""
    together = files_with(files, among)
    return {name: content for name, content in together.items() if among.get(name) != content}


def _of_archive(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise BadInput({"file": "压缩包打不开，可能已损坏或加了密码，请重新压缩成 .zip。"}) from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Sizes that the archive tells are not believed: so much is read, and no more."""
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > MAX_FILES:
        raise BadInput({"file": f"压缩包里最多 {MAX_FILES} 个文件。"})
    found: dict[str, bytes] = {}
    left = MAX_TOTAL
    for entry in entries:
        name = PurePosixPath(entry.filename)
        if entry.filename.startswith(_IGNORED) or name.name.startswith("."):
            continue
        if name.suffix.lower() not in KINDS:
            raise BadInput({"file": f"压缩包里只能有 .bpmn、.dmn、.json，请移走“{name.name[:60]}”。"})
        with archive.open(entry) as stream:
            text = stream.read(min(MAX_BYTES, left) + 1)
        left -= len(text)
        if len(text) > MAX_BYTES or left < 0:
            most = f"一个文件最多 {MAX_BYTES // 1_000_000} MB，解开后一共最多 {MAX_TOTAL // 1_000_000} MB。"
            raise BadInput({"file": most})
        found[name.name] = text
    if not found:
        raise BadInput({"file": "压缩包里没有 .bpmn、.dmn 或 .json 文件。"})
    return found


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip that is the same for the same content."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()
