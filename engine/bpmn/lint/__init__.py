"""What must be right before a bundle may be published: every refusal names its element and says the way out.

`check_files` never raises: whatever goes wrong while reading is a finding itself. `notes_of` tells what the engine
will ignore without harm, such as a modeler's own attributes; notes do not block publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from engine.bpmn.definition import Files
from engine.bpmn.lint import (
    attributes,
    events,
    expressions,
    flows,
    forms,
    law,
    loading,
    loops,
    names,
    notes,
    references,
    shapes,
    tables,
)
from engine.bpmn.lint.bundle import Bundle, Gives, read_bundle
from engine.bpmn.lint.endings import Ending, endings
from engine.bpmn.lint.waiting import Place, places
from engine.errors import Finding

Rules: TypeAlias = Callable[[Bundle], Iterable[Finding]]

# Later rules stand on what earlier ones have made sure of: a stage with findings is the last one.
STAGES: tuple[tuple[Rules, ...], ...] = (
    (shapes.sizes, shapes.identities),
    (shapes.constructs, events.rules, flows.rules, forms.rules, tables.rules, attributes.rules),
    (flows.graph_rules, loops.rules, references.rules, expressions.rules),
    (names.rules,),
    (loading.rules,),
)


def check_files(
    files: Files,
    law: bool = False,
    *,
    words: Iterable[str] | None = None,
    operations: Iterable[str] | None = None,
    gives: Gives | None = None,
) -> list[Finding]:
    """Every reason why these files cannot be published together; empty when they can.

    `words` and `operations` are what the house knows; None leaves them unchecked; `gives` tells what kinds
    of values they give. `law` asks in addition that nothing waits without a clock. Names: `*.bpmn`, `*.dmn`,
    `forms/*.json`.
    """
    bundle, findings = read_bundle(files, words, operations, gives)
    for stage in STAGES:
        if findings:
            break
        findings = _all_of(stage, bundle)
    return findings or (_laws(bundle) if law else [])


def notes_of(files: Files) -> list[Finding]:
    """What the engine will ignore in these files, or do otherwise than one may expect."""
    bundle, findings = read_bundle(files)
    return [] if findings else _all_of((notes.rules,), bundle)


def waiting_of(files: Files) -> tuple[list[Place], list[Ending]]:
    """Where a case can wait in these files and where it ends; they must have passed the check, but for the law."""
    bundle, _ = read_bundle(files)
    return list(places(bundle)), list(endings(bundle))


def _laws(bundle: Bundle) -> list[Finding]:
    return _all_of((law.rules,), bundle)


def _all_of(rules: Iterable[Rules], bundle: Bundle) -> list[Finding]:
    found = (finding for rule in rules for finding in _safely(rule, bundle))
    return list(dict.fromkeys(found))


def _safely(rule: Rules, bundle: Bundle) -> Iterator[Finding]:
    try:
        yield from rule(bundle)
    except MemoryError:  # there is none left to go on with
        raise
    except Exception as error:  # strangers' files: what nobody thought of is a finding, never a crash
        name = next(iter(bundle.documents), "")
        yield Finding(name, "PARSE", "-", f"检查时遇到意外的写法（{type(error).__name__}），请用建模工具重新保存后再试")
