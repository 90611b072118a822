"""An executable definition: a set of files parsed once, immutable, shared by every case that runs on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.bpmn.called import called
from engine.bpmn.decisions import Decision, read_decision
from engine.bpmn.dialect import DialectParser, expressions_of
from engine.bpmn.elements import USER_TASKS, Element, Flow, is_executable, read_elements, read_flows
from engine.bpmn.expressions import parse, parse_template
from engine.bpmn.xml import bc, bpmn, read_xml

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Definition:
    """A parsed bundle. `key` is its entry process; elements and flows are keyed by their id within a process."""

    key: str
    name: str
    hash: str
    spec: Any
    specs: dict[str, Any]
    elements: Mapping[tuple[str, str], Element]
    flows: tuple[Flow, ...]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, Mapping[str, Any]]
    process_files: Mapping[str, str]  # process id -> file name
    process_names: Mapping[str, str]
    read_names: frozenset[str]

    def element(self, process: str, id: str) -> Element:
        """One flow node; raises KeyError."""
        return self.elements[(process, id)]

    def form(self, name: str | None) -> Mapping[str, Any]:
        """The form of that name, or one without fields."""
        return self.forms.get(name or "", {"type": "object", "properties": {}})

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """Process and id of every element → what people call it, also where it was drawn without a name."""
        return called(self.elements, self.flows)

    @cached_property
    def start(self) -> Element:
        """The start event of the entry process."""
        return next(
            e
            for e in self.elements.values()
            if e.kind == "startEvent" and e.scope == self.key and e.process == self.key
        )

    @cached_property
    def start_form(self) -> Mapping[str, Any]:
        """The form of the start event."""
        return self.form(self.start.form)

    @cached_property
    def user_tasks(self) -> tuple[Element, ...]:
        """Every user task of every process."""
        return tuple(e for e in self.elements.values() if e.kind in USER_TASKS)


def content_hash(files: Files) -> str:
    """SHA-256 over names and contents, in order of names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def read_definition(files: Files, key: str | None = None) -> Definition:
    """Parse a bundle; raises the reader's own errors (XmlRefused, TableRefused, ValidationException, …).

    `lint.check` says the same in words, with file and element; publish only what it passed.
    """
    roots = {name: read_xml(content) for name, content in files.items() if name.endswith(".bpmn")}
    processes = {
        process.get("id", ""): (name, process)
        for name, root in roots.items()
        for process in root.iter(bpmn("process"))
        if is_executable(process)
    }
    entry = key or _entry(processes)
    spec, specs = _specs(roots, entry)
    elements = {(e.process, e.id): e for _, p in processes.values() for e in read_elements(p)}
    _attach(spec, specs, elements)
    decisions = {d.id: d for d in (read_decision(read_xml(files[name])) for name in files if name.endswith(".dmn"))}
    flows = tuple(flow for _, process in processes.values() for flow in read_flows(process))
    return Definition(
        key=entry,
        name=processes[entry][1].get("name") or entry,
        hash=content_hash(files),
        spec=spec,
        specs=specs,
        elements=elements,
        flows=flows,
        decisions=decisions,
        forms=_forms(files),
        process_files={process: name for process, (name, _) in processes.items()},
        process_names={process: node.get("name") or process for process, (_, node) in processes.items()},
        read_names=_read_names(elements.values(), flows, decisions.values(), roots.values()),
    )


def _entry(processes: Mapping[str, tuple[str, etree._Element]]) -> str:
    """The executable process no other one calls; the first when there are several."""
    called = {
        call.get("calledElement") for _, process in processes.values() for call in process.iter(bpmn("callActivity"))
    }
    if not processes:
        raise ValueError("文件里没有可执行的流程（process）")
    return next((id for id in processes if id not in called), next(iter(processes)))


def _specs(roots: Mapping[str, etree._Element], entry: str) -> tuple[Any, dict[str, Any]]:
    parser = DialectParser()
    for name, root in roots.items():
        for task in [*root.iter(bpmn("businessRuleTask"))]:
            task.attrib.pop("{http://camunda.org/schema/1.0/bpmn}resultVariable", None)
        parser.add_bpmn_xml(root, name)
    return parser.get_spec(entry), parser.get_subprocess_specs(entry)


def _attach(spec: Any, specs: Mapping[str, Any], elements: Mapping[tuple[str, str], Element]) -> None:
    """Give every task spec its element, and every loop its listener (stock connects it only when a child starts)."""
    by_scope = {(e.scope, e.id): e for e in elements.values()}
    for each in (spec, *specs.values()):
        for task_spec in each.task_specs.values():
            task_spec.drawn = by_scope.get((each.name, getattr(task_spec, "bpmn_id", None) or ""))
            if isinstance(task_spec, LoopTask):
                child = each.task_specs[task_spec.task_spec]
                child.drawn = task_spec.drawn = by_scope.get((each.name, task_spec.bpmn_id))
                if not child.completed_event.is_connected(task_spec.merge_child):
                    child.completed_event.connect(task_spec.merge_child)


def _forms(files: Files) -> dict[str, Mapping[str, Any]]:
    return {
        name.removeprefix("forms/").removesuffix(".json"): json.loads(content)
        for name, content in files.items()
        if name.startswith("forms/") and name.endswith(".json")
    }


def _read_names(elements: Any, flows: Any, decisions: Any, roots: Any) -> frozenset[str]:
    """Every variable a diagram or table reads: the only ones process data needs to hold."""
    names: set[str] = set()
    for element in elements:
        names.update(*(expression.names for expression in expressions_of(element)))
        names.update(parse_template(element.groups).names if element.groups else ())
    for flow in flows:
        names.update(parse(flow.condition).names if flow.condition else ())
    for decision in decisions:
        names.update(decision.names)
    for root in roots:
        names.update(_loop_names(root))
    return frozenset(names)


def _loop_names(root: etree._Element) -> set[str]:
    names: set[str] = set()
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        names.update(value for name in ("collection", "element") if (value := loop.get(bc(name))))
        reference = loop.findtext(bpmn("loopDataInputRef"))
        names.update([reference.strip()] if reference else [])
    for tag in ("completionCondition", "loopCardinality", "loopCondition", "condition", "timeDuration", "timeCycle"):
        for node in root.iter(bpmn(tag)):
            names.update(parse(node.text).names if node.text and node.text.strip() else ())
    return names
