"""Compiled once per run: the templates of the pages, the routes and the statements of the database.

A house serves for years with one web application on one database, and compiles once. The tests open thousands of both,
all of one make; what was compiled for one of them is the same for the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart


def compile_once() -> None:
    """From here on, in this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Rule._parse_rule = _parsed_once  # type: ignore[method-assign]
    registry.register("sqlite.pysqlite", __name__, _SQLite.__name__)
    registry.register("postgresql.psycopg", __name__, _PostgreSQL.__name__)


class _Templates(BytecodeCache):
    """Jinja holds the text of a template against what was compiled before."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_parse = Rule._parse_rule
_PARSED: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, Any]]] = {}


def _parsed_once(self: Rule, rule: str) -> Iterable[RulePart]:
    """The parts of an address, and what reading them leaves in the route; every house has the same few hundred."""
    if rule not in _PARSED:
        before = len(self._trace)
        parts = list(_parse(self, rule))
        _PARSED[rule] = parts, self._trace[before:], dict(self._converters)
        return parts
    parts, trace, converters = _PARSED[rule]
    self._trace.extend(trace)
    self._converters.update(converters)
    self.arguments.update(converters)
    return parts


_STATEMENTS: dict[Any, Any] = {}


class _OfOneMake:
    """Dialects of one class are equal, so that a statement compiled for one is found by the next."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_STATEMENTS)


class _SQLite(_OfOneMake, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class _PostgreSQL(_OfOneMake, PGDialect_psycopg):
    supports_statement_cache = True
