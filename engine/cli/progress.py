"""The bar that long work shows on a terminal, on stderr so that output stays output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[], None]]:
    """A bar of `length` steps; call what it gives after each. Nothing is shown where nobody watches."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda: bar.update(1)
