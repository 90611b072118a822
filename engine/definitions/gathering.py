"""What a diagram on trial needs beside itself: called processes, forms and tables, wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

from engine.definitions.shipped import SHIPPED, read_folder

FAMILY = frozenset({b"five_step_loop", b"work_order", b"escalation"})
MAX_BYTES = 20_000_000  # far beyond what is accepted; nobody reads on from there

_DECLARED = re.compile(rb'<(?:[\w-]+:)?(?:process|decision)\s[^<>]{0,2000}?\bid="([^"<>]{1,200})"')
_REFERRED = re.compile(rb'\b(?:calledElement|form|formKey|formRef|decision|decisionRef)="([^"]+)"')

Pool = Callable[[], "Sequence[Source]"]  # read only when something is missing


@dataclass(frozen=True)
class Source:
    """A file: `place` is its name in a bundle, `shown` the name people know it by."""

    place: str
    shown: str
    content: bytes

    @cached_property
    def declares(self) -> frozenset[bytes]:
        """Ids of its processes or tables; of a form its name."""
        if self.place.startswith("forms/"):
            return frozenset({Path(self.place).stem.encode()})
        return frozenset(_DECLARED.findall(self.content))

    @cached_property
    def refers_to(self) -> frozenset[bytes]:
        """Ids and names of what it needs; whoever belongs to the case family needs all of it."""
        named = frozenset(_REFERRED.findall(self.content))
        return named | FAMILY if self.declares & FAMILY else named


def source(path: Path) -> Source:
    """A file somebody names. Its kind is told by its ending, or by what is in it."""
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES)
    shown = str(path)
    if path.suffix == ".json":
        return Source(f"forms/{path.name}", shown, content)
    if path.suffix in (".bpmn", ".dmn"):
        return Source(shown, shown, content)
    return Source(f"{shown}{'.dmn' if b'/spec/DMN/' in content else '.bpmn'}", shown, content)


def gathered(target: Source, arguments: Sequence[Source]) -> list[Source]:
    """The target and what it needs, directly or through others: looked for among the arguments, beside the target,
    then among the shipped; the first that declares an id is taken, and what nobody declares is left out."""
    bundle, asked = [target], set[bytes]()
    pools: tuple[Pool, ...] = (lambda: arguments, cache(partial(_beside, Path(target.shown).parent)), _shipped)
    while missing := _referred(bundle) - _declared(bundle) - asked:
        asked |= missing
        for name in sorted(missing - {b""}):
            found = _find(name, pools)
            if found is not None and name not in _declared(bundle):
                bundle.append(found)
    return bundle


def _referred(bundle: Iterable[Source]) -> set[bytes]:
    return {name for source in bundle for name in source.refers_to}


def _declared(bundle: Iterable[Source]) -> set[bytes]:
    return {name for source in bundle for name in source.declares}


def _find(name: bytes, pools: Iterable[Pool]) -> Source | None:
    return next((source for pool in pools for source in pool() if name in source.declares), None)


def _beside(folder: Path) -> tuple[Source, ...]:
    paths = (
        path for pattern in ("*.bpmn", "*.dmn", "*/*.dmn", "forms/*.json") for path in sorted(folder.glob(pattern))
    )
    return tuple(source(path) for path in paths if path.is_file())


@cache
def _shipped() -> tuple[Source, ...]:
    return tuple(Source(name, name, content) for name, content in read_folder(SHIPPED).items())
