"""Where the variables of a bundle come from, and what kinds of values they may hold: forms, tables, assignments,
lists gone through, and what operations of the house write.

A step without a form takes any variables (the interface of other programs): then a name nobody gives may still come.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.decisions import read_decision
from engine.bpmn.elements import USER_TASKS, Element, read_elements
from engine.bpmn.expressions import parse, parse_assignments
from engine.bpmn.lint.bundle import Bundle
from engine.bpmn.lint.events import definitions
from engine.bpmn.lint.kinds import ANY, NULL, Judging, Kinds, of_items, of_schema
from engine.bpmn.xml import bc, bpmn, local_name

ROUNDS = 4  # assignments of assignments: what is not settled then may be anything


@dataclass
class Sources:
    """`kinds` per name; `items` of lists; `open`: any other name may come too."""

    kinds: dict[str, Kinds] = field(default_factory=dict)
    items: dict[str, Kinds] = field(default_factory=dict)
    open: bool = False

    def give(self, name: str, kinds: Kinds) -> None:
        self.kinds[name] = self.kinds.get(name, frozenset()) | kinds


def sources_of(bundle: Bundle) -> Sources:
    """All variables of a bundle. It has passed the rules on forms, tables and expressions."""
    found = Sources()
    elements = [each for process in bundle.processes.values() for each in read_elements(process.node)]
    for element in elements:
        _from_form(bundle, element, found)
    _from_messages(bundle, found)
    for name in (each for process in bundle.processes.values() for each in _drawn_names(process.node)):
        found.give(name, ANY)
    written = bundle.gives.variables if bundle.gives is not None else {}
    for element in elements:
        for name, kinds in written.get(element.operation or "", {}).items():
            found.give(name, kinds)
    _settle(bundle, elements, found)
    return found


def _settle(bundle: Bundle, elements: list[Element], found: Sources) -> None:
    """Assignments, tables and list items may build on one another."""
    for _ in range(ROUNDS):
        before = dict(found.kinds)
        _from_tables(bundle, elements, found)
        for element in elements:
            _from_assignments(bundle, element, found)
        for process in bundle.processes.values():
            for loop in process.node.iter(bpmn("multiInstanceLoopCharacteristics")):
                _from_loop(loop, found)
        if found.kinds == before:
            return
    for element in elements:
        for name, _ in parse_assignments(element.assign or ""):
            found.give(name, ANY)


def _from_form(bundle: Bundle, element: Element, found: Sources) -> None:
    if element.kind in USER_TASKS or (element.kind == "startEvent" and _is_entry(bundle, element)):
        form = _form(bundle, element.form)
        if form is None:
            found.open = True
        else:
            _fields(form, found, bundle)


def _is_entry(bundle: Bundle, element: Element) -> bool:
    return element.process in bundle.entries and element.scope == element.process


def _from_messages(bundle: Bundle, found: Sources) -> None:
    """A message brings the fields of the form that has its name; without one, whatever it likes."""
    for scope in bundle.scopes:
        for node in scope.nodes.values():
            for part in (node, *definitions(node)):
                if part.get("messageRef") is not None and local_name(node) not in ("endEvent", "sendTask"):
                    _from_message(bundle, part.get("messageRef") or "", found)


def _from_message(bundle: Bundle, reference: str, found: Sources) -> None:
    names = {each.get("id"): each.get("name") for _, root in bundle.diagrams() for each in root.iter(bpmn("message"))}
    form = _form(bundle, names.get(reference))
    if form is not None:
        _fields(form, found, bundle)


def _form(bundle: Bundle, name: str | None) -> Mapping[str, Any] | None:
    content = bundle.files.get(f"forms/{name}.json")
    form: Mapping[str, Any] | None = json.loads(content) if content else None
    return form if form and (form.get("properties") or "additionalProperties" in form) else None


def _fields(form: Mapping[str, Any], found: Sources, bundle: Bundle) -> None:
    for name, schema in form.get("properties", {}).items():
        found.give(name, of_schema(schema))
        found.items[name] = found.items.get(name, frozenset()) | of_items(schema)
    own = {name: of_schema(schema) for name, schema in form.get("properties", {}).items()}
    for name, text in form.get("ui", {}).get("flags", {}).items():
        found.give(name, Judging(text, own, bundle.word_kinds).kinds)


def _drawn_names(process: Any) -> Iterator[str]:
    """Data objects, and the items and outputs of lists gone through the standard's own way."""
    for tag in ("dataObject", "dataObjectReference", "inputDataItem", "outputDataItem"):
        for node in process.iter(bpmn(tag)):
            yield from (value for value in (node.get("id"), node.get("name")) if value)
    for node in process.iter(bpmn("loopDataOutputRef")):
        yield (node.text or "").strip()


def _from_tables(bundle: Bundle, elements: list[Element], found: Sources) -> None:
    used = {element.decision for element in elements}
    for _, root in bundle.decision_files():
        decision = read_decision(root)
        if decision.id not in used:
            continue
        listing = decision.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
        for place, name in enumerate(decision.outputs):
            cells = [rule.outputs[place] for rule in decision.rules]
            kinds = [NULL if cell is None else _judged(bundle, cell.source, found) for cell in cells]
            found.give(name, _result(listing, decision.aggregator) or frozenset().union(NULL, *kinds))


def _result(listing: bool, aggregator: str | None) -> Kinds | None:
    if not listing:
        return None
    return frozenset({"list"}) if aggregator is None else frozenset({"number", "null"})


def _from_assignments(bundle: Bundle, element: Element, found: Sources) -> None:
    for name, value in parse_assignments(element.assign or ""):
        found.give(name, _judged(bundle, value.source, found))


def _judged(bundle: Bundle, source: str, found: Sources) -> Kinds:
    """What is not known yet is left out for now: the next round knows more."""
    unknown = parse(source).names - found.kinds.keys()
    return ANY if unknown and found.open else Judging(source, found.kinds, bundle.word_kinds).kinds


def _from_loop(loop: Any, found: Sources) -> None:
    element, collection = loop.get(bc("element")), loop.get(bc("collection"))
    if element:
        found.give(element, found.items.get(collection or "", ANY) or ANY)
