"""Where the rows of a decision table stand in its file, byte for byte, so that only what changes is written anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate

from engine.bpmn.xml import read_xml

_OUTSIDE = "utf-8"


@dataclass
class Place:
    """One element: from its first byte to after its last. `inner` is what stands between its tags, None for `<a/>`."""

    tag: str  # as written, with its prefix
    attributes: dict[str, str]
    start: int
    inner: tuple[int, int] | None = None
    end: int = 0
    parts: list[Place] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The tag without its prefix."""
        return self.tag.rpartition(":")[2]

    def own(self, name: str) -> list[Place]:
        """The elements of this name directly in it."""
        return [part for part in self.parts if part.name == name]

    def first(self, name: str) -> Place | None:
        """The first element of this name anywhere in it, itself included."""
        if self.name == name:
            return self
        return next((found for part in self.parts if (found := part.first(name)) is not None), None)


def as_utf8(content: bytes) -> bytes:
    """The same document in UTF-8, untouched when it is. Raises XmlRefused for what is not to be read."""
    tree = read_xml(content).getroottree()
    encoding = (tree.docinfo.encoding or _OUTSIDE).lower()
    if encoding in ("utf-8", "us-ascii", "ascii"):
        return content.removeprefix(b"\xef\xbb\xbf")
    text = content.decode(encoding).removeprefix("\ufeff")
    head, closing, rest = text.partition("?>")
    declared = head.startswith("<?xml") and closing
    return f'<?xml version="1.0" encoding="UTF-8"?>{rest if declared else text}'.encode()


def places(content: bytes) -> Place:
    """The root element with all that is in it; `content` is UTF-8 and was read before."""
    open_ones = [Place("", {}, 0)]
    parser = ParserCreate(_OUTSIDE)

    def begin(tag: str, attributes: dict[str, str]) -> None:
        place = Place(tag, attributes, parser.CurrentByteIndex)
        open_ones[-1].parts.append(place)
        open_ones.append(place)

    def finish(_: str) -> None:
        place, at = open_ones.pop(), parser.CurrentByteIndex
        after_tag = _after_tag(content, place.start)
        if content[after_tag - 2 : after_tag] == b"/>":
            place.end = after_tag
        else:
            place.inner, place.end = (after_tag, at), content.index(b">", at) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.Parse(content, True)
    return open_ones[0].parts[0]


def _after_tag(content: bytes, start: int) -> int:
    """Just after the tag that begins at `start`; a `>` may stand in an attribute."""
    quote = 0
    for at in range(start, len(content)):
        byte = content[at]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return at + 1
    raise ValueError("unclosed tag")  # expat has read it before
