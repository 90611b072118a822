"""A bundle as the rules see it: documents, processes, and each scope's own graph of nodes and flows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.bpmn.definition import Files
from engine.bpmn.elements import FLOW_NODES, is_executable
from engine.bpmn.xml import BPMN, XmlRefused, bpmn, local_name, read_xml
from engine.errors import Finding


@dataclass(frozen=True)
class Scope:
    """A process or sub-process: the flow nodes and flows drawn directly in it."""

    file: str
    process: str
    node: etree._Element
    level: int  # 0 for a process

    @property
    def id(self) -> str:
        return self.node.get("id") or ""

    @cached_property
    def nodes(self) -> Mapping[str, etree._Element]:
        """Flow nodes by id."""
        return {child.get("id") or "": child for child in self.node if is_bpmn(child, FLOW_NODES)}

    @cached_property
    def flows(self) -> tuple[etree._Element, ...]:
        return tuple(self.node.iterchildren(bpmn("sequenceFlow")))

    @cached_property
    def boundary(self) -> Mapping[str, tuple[str, ...]]:
        """Boundary events by the id of their host."""
        found: dict[str, tuple[str, ...]] = {}
        for id, node in self.nodes.items():
            host = node.get("attachedToRef")
            if host is not None:
                found[host] = (*found.get(host, ()), id)
        return found

    def outgoing(self, id: str) -> list[etree._Element]:
        return [flow for flow in self.flows if flow.get("sourceRef") == id]

    def incoming(self, id: str) -> list[etree._Element]:
        return [flow for flow in self.flows if flow.get("targetRef") == id]

    def targets(self, id: str) -> list[str]:
        """Ids its flows lead to."""
        return [flow.get("targetRef") or "" for flow in self.outgoing(id)]

    @cached_property
    def steps(self) -> Mapping[str, tuple[str, ...]]:
        """Node id -> where the token may be next: along a flow, or out of a boundary event."""
        return {id: (*self.targets(id), *self.boundary.get(id, ())) for id in self.nodes}

    def kind(self, id: str) -> str:
        """BPMN tag of a node of this scope."""
        return local_name(self.nodes[id])

    @cached_property
    def main_path(self) -> set[str]:
        """What is reached without a non-interrupting boundary event: where the scope itself is, not beside it."""
        steps = {
            id: tuple(target for target in targets if self.nodes[target].get("cancelActivity") != "false")
            for id, targets in self.steps.items()
        }
        return reached(steps, self.starts)

    @property
    def starts(self) -> list[str]:
        """Ids of the start events."""
        return [id for id, _ in self.of_kind("startEvent")]

    def of_kind(self, *kinds: str) -> Iterator[tuple[str, etree._Element]]:
        return ((id, node) for id, node in self.nodes.items() if local_name(node) in kinds)

    def finding(self, code: str, element: str, message: str) -> Finding:
        return Finding(self.file, code, element or "-", message)


@dataclass(frozen=True)
class Gives:
    """What the house gives: kinds of values per word, and per operation the variables it writes."""

    words: Mapping[str, frozenset[str]]
    variables: Mapping[str, Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Bundle:
    """Everything to be published together. None for words or operations: any will do."""

    files: Files
    documents: Mapping[str, etree._Element]
    words: Collection[str] | None = None
    operations: Collection[str] | None = None
    forms: Collection[str] = field(default_factory=frozenset)
    gives: Gives | None = None

    @property
    def word_kinds(self) -> Mapping[str, frozenset[str]]:
        """Kinds of values the words give; one that is not told of may give any."""
        return {} if self.gives is None else self.gives.words

    def diagrams(self) -> Iterator[tuple[str, etree._Element]]:
        return ((name, root) for name, root in self.documents.items() if name.endswith(".bpmn"))

    def decision_files(self) -> Iterator[tuple[str, etree._Element]]:
        return ((name, root) for name, root in self.documents.items() if name.endswith(".dmn"))

    @cached_property
    def processes(self) -> Mapping[str, Scope]:
        """Executable processes by id."""
        found = {}
        for name, root in self.diagrams():
            for node in root.iter(bpmn("process")):
                if is_executable(node):
                    found[node.get("id") or ""] = Scope(name, node.get("id") or "", node, 0)
        return found

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Every executable process and, after it, the sub-processes that are executed."""
        return tuple(scope for process in self.processes.values() for scope in _with_inner(process))

    @cached_property
    def scope_of(self) -> Mapping[tuple[str, str], Scope]:
        """(process, id of a process or sub-process) -> its scope."""
        return {(scope.process, scope.id): scope for scope in self.scopes}

    @cached_property
    def called(self) -> frozenset[str]:
        """Ids of processes some call activity names."""
        calls = (node for scope in self.scopes for _, node in scope.of_kind("callActivity"))
        return frozenset(node.get("calledElement") or "" for node in calls)

    @property
    def entries(self) -> tuple[str, ...]:
        """Processes nobody calls: the ones that can be started."""
        return tuple(id for id in self.processes if id not in self.called)


def _with_inner(scope: Scope) -> Iterator[Scope]:
    yield scope
    for child in scope.nodes.values():
        if local_name(child) == "subProcess" and child.get("triggeredByEvent") != "true":
            yield from _with_inner(Scope(scope.file, scope.process, child, scope.level + 1))


def reached(steps: Mapping[str, tuple[str, ...]], starts: Iterable[str]) -> set[str]:
    """Every node one comes to from `starts`, themselves included."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        id = todo.pop()
        if id not in seen:
            seen.add(id)
            todo.extend(steps[id])
    return seen


def is_bpmn(node: etree._Element, names: Collection[str]) -> bool:
    """Whether a node is one of these BPMN elements."""
    if not isinstance(node.tag, str):
        return False
    name = etree.QName(node)
    return name.namespace == BPMN and name.localname in names


def label(node: etree._Element) -> str:
    """How a sentence speaks of an element: by its name, else by its id."""
    named = " ".join((node.get("name") or "").split())  # modelers break long names
    return f"“{named or node.get('id') or local_name(node)}”"


def read_bundle(
    files: Files,
    words: Iterable[str] | None = None,
    operations: Iterable[str] | None = None,
    gives: Gives | None = None,
) -> tuple[Bundle, list[Finding]]:
    """The bundle, and what could not be read at all."""
    documents: dict[str, etree._Element] = {}
    findings: list[Finding] = []
    for name, content in files.items():
        if name.endswith((".bpmn", ".dmn")):
            try:
                documents[name] = read_xml(content)
            except XmlRefused as refused:
                findings.append(Finding(name, "XML", "-", str(refused)))
        elif not (name.startswith("forms/") and name.endswith(".json")):
            findings.append(Finding(name, "FILE", "-", "只能发布 .bpmn、.dmn 和 forms/ 下的 .json，请移走这个文件"))
    bundle = Bundle(
        files,
        documents,
        None if words is None else frozenset(words),
        None if operations is None else frozenset(operations),
        frozenset(n.removeprefix("forms/").removesuffix(".json") for n in files if n.startswith("forms/")),
        gives,
    )
    diagram = next((name for name, _ in bundle.diagrams()), None)
    if not findings and diagram is not None and not bundle.processes:
        drawn = next((node.get("id") or "-" for node in documents[diagram].iter(bpmn("process"))), "-")
        findings.append(Finding(diagram, "NO_PROCESS", drawn, "没有可执行的流程，请在流程属性里勾选“可执行”"))
    return bundle, findings
