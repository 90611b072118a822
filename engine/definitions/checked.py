"""What is wrong with a set of files: looked at apart, and remembered, for pages ask again for the same content."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.definition import content_hash
from engine.definitions import apart
from engine.definitions.examining import Examined, Question
from engine.definitions.fitting import misnamed
from engine.definitions.remembered import Remembered
from engine.directory.people import groups_held
from engine.facade import Engine

_KEPT = Remembered[tuple[str, frozenset[str] | None], Examined](32)


def checked(engine: Engine, files: Mapping[str, bytes]) -> Examined:
    """What the gate says of these files as one bundle, with the groups somebody of this house is in."""
    unfit = list(misnamed(files))
    if unfit:
        return Examined(unfit)
    held = engine.read(lambda ctx: groups_held(ctx.conn))
    key = (content_hash(files), held)
    found = _KEPT.get(key)
    if found is None:
        found = apart.examined_apart(files, Question(held=held, one=True))
        if not any(each.code in apart.PASSING for each in found.findings):
            _KEPT.keep(key, found)
    return found


def known(engine: Engine, files: Mapping[str, bytes]) -> Examined | None:
    """The same when it was looked at before; None where it would have to be looked at now."""
    unfit = list(misnamed(files))
    if unfit:
        return Examined(unfit)
    held = engine.read(lambda ctx: groups_held(ctx.conn))
    return _KEPT.get((content_hash(files), held))
