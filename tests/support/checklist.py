"""Which tests hold which rows of the security checklist, read from their marks without running them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from tests.support.source import Function, Module, modules

ROWS = range(1, 71)


@cache
def held() -> Mapping[int, dict[str, str]]:
    """Row → path of each test module that holds it → text of its marked tests."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for module in modules("tests"):
        for row, text in marked(module):
            found[row][module.path] = found[row].get(module.path, "") + text
    return found


def marked(module: Module) -> Iterator[tuple[int, str]]:
    """(row, text of the test) of every `@pytest.mark.checklist(row, …)` on a test of the module."""
    if "checklist(" not in module.text:
        return
    for function in module.functions():
        if function.name.startswith("test_"):
            text = ast.get_source_segment(module.text, function) or ""
            decorated = "".join(ast.unparse(each) for each in function.decorator_list)
            yield from ((row, decorated + text) for row in _rows(function))


def _rows(function: Function) -> Iterator[int]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.checklist":
            yield from (each.value for each in mark.args if isinstance(each, ast.Constant))  # type: ignore[misc]
