"""Forms: each file is the JSON Schema of one object."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.bpmn.lint.bundle import Bundle
from engine.errors import Finding


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every form file of the bundle."""
    for name, content in bundle.files.items():
        if name.startswith("forms/"):
            yield from _form(name, content)


def _form(name: str, content: bytes) -> Iterator[Finding]:
    id = name.removeprefix("forms/").removesuffix(".json")
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        yield Finding(name, "FORM", id, "表单不是完整的 JSON，请检查括号、引号和逗号")
        return
    if not isinstance(form, dict) or form.get("type") != "object" or not isinstance(form.get("properties", {}), dict):
        yield Finding(name, "FORM", id, "表单应是一个 JSON Schema 对象（type 为 object，properties 列出各项）")
