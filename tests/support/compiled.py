"""Compiled once per run: the templates of the pages and the statements of the database.

A house serves for years with one web application on one database, and compiles once. The tests open thousands of both,
all of one make; what was compiled for one of them is the same for the next.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


def compile_once() -> None:
    """From here on, in this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
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
