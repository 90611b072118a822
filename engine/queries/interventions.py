"""Where somebody stepped in: which lines of a trail are no step of the diagram and yet bear on how a case goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.definition import Definition
from engine.cases.beside.amendable import amendables
from engine.queries.history import HistoryLine
from engine.queries.moved import Moved

INTERVENTIONS = frozenset(
    {
        "amended",
        "delegated",
        "erased",
        "escalation_held",
        "handed_on",
        "migrated",
        "migration_undone",
        "repaired",
        "resolved",
        "unclaimed",
        "unmasked",
        "urged",
    }
)
_REASSIGNED = "escalation/reassign_signal"  # whoever supervises takes the orders away


def intervenes(line: HistoryLine) -> bool:
    """Whether somebody stepped in by a line."""
    return line.action in INTERVENTIONS or _REASSIGNED in line.after.get("path", ())


@dataclass(frozen=True)
class Touch:
    """The elements of a diagram that one intervention bears on; `jumped`: those between which something jumped."""

    elements: frozenset[str]
    jumped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Touched:
    """A diagram: element → how often somebody stepped in, and how often something jumped from or to it; by how many
    interventions, and how many of these were jumps."""

    flags: Mapping[str, int]
    jumps: Mapping[str, int]
    interventions: int
    jumped: int


def touches(definition: Definition, lines: Iterable[HistoryLine], moved: Mapping[int, Moved]) -> Iterator[Touch]:
    """What those of the lines bear on by which somebody stepped in."""
    for line in lines:
        if line.seq in moved:
            jumped = frozenset(id for jump in moved[line.seq].jumps for id in (jump.source, jump.target))
            yield Touch(moved[line.seq].elements - jumped, jumped)
        elif intervenes(line) and (element := _touched(definition, line)) is not None:
            yield Touch(frozenset({element}))


def drawn_in(process: str, definition: Definition, found: Iterable[Touch]) -> Touched:
    """What of it is drawn in one process."""
    drawn = {id for of, id in definition.elements if of == process}
    own = [(each.elements & drawn, each.jumped & drawn) for each in found]
    return Touched(
        flags=Counter(id for elements, _ in own for id in elements),
        jumps=Counter(id for _, jumped in own for id in jumped),
        interventions=sum(bool(elements or jumped) for elements, jumped in own),
        jumped=sum(bool(jumped) for _, jumped in own),
    )


def _touched(definition: Definition, line: HistoryLine) -> str | None:
    if line.action == "handed_on":
        task: str | None = line.after.get("task")
        return task
    if line.action == "escalation_held":
        rung: str | None = line.after.get("activity")
        return rung
    if line.action == "amended":
        field = amendables(definition).get(line.after.get("field", ""))
        forms = {element.form: element.id for element in definition.elements.values() if element.form}
        return None if field is None else forms.get(field.form)
    return line.element
