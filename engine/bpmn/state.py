"""The stored form of a running process: state alone, compact, versioned, with a digest. Readable for ever.

Layout: `BC`, one version byte, 32 bytes SHA-256 of the payload, payload. Version 1 is orjson, version 2 the same
payload compressed with zstd (archived cases). A new layout gets a new version; old ones stay readable.

Payload (positional JSON):
    [task counter, change counter, [task spec names], [workflow, …]]
    workflow = [host task, success, completed, last task, data, correlations, [task, …]]   parents before children
    task     = [number, parent, spec name, state, change, triggered, internal, updates, deletions]   tail trimmed
Numbers count the tasks of the case; outside, a task's id is the case's id plus its number. Data is kept as the
difference to the parent task (for the first task of a sub-process: to its host); deletions 1 means no data at all.
Finished sub-processes are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.workflow import CaseWorkflow, SubWorkflow
from engine.errors import StateCorrupt

MAGIC = b"BC"
PLAIN, COMPRESSED = 1, 2
HEADER = len(MAGIC) + 1 + 32
MAX_DEPTH = 900  # the library silently loses tasks below 1,000
MAX_PAYLOAD = 64_000_000  # bytes a compressed state may claim to unpack to
EMPTY = 1
_FINISHED = TaskState.FINISHED_MASK
_MISSING = object()
# What is not given at the tail of a task.
_DEFAULTS: tuple[Any, ...] = (0, 0, 0, 0, 0, 0, 0, 0, 0)


def encode(workflow: CaseWorkflow) -> bytes:
    """The stored form of `workflow`."""
    names: dict[str, int] = {}
    kept = _kept(workflow)
    workflows = [_workflow(workflow, each, names) for each in kept]
    payload = orjson.dumps([workflow.task_counter, workflow.change_counter, list(names), workflows])
    return _framed(PLAIN, payload, hashlib.sha256(payload).digest())


def _framed(version: int, body: bytes, digest: bytes) -> bytes:
    return MAGIC + bytes([version]) + digest + body


def digest_of(stored: bytes) -> str:
    """Hex digest of the state, the same whether compressed or not."""
    return stored[3:HEADER].hex()


def is_whole(stored: bytes) -> bool:
    """Whether the bytes are still those that were written."""
    try:
        _payload(stored)
    except StateCorrupt:
        return False
    return True


def compress(stored: bytes) -> bytes:
    """The same state in fewer bytes, for an archived case."""
    if stored[2] == COMPRESSED:
        return stored
    return _framed(COMPRESSED, zstandard.compress(stored[HEADER:], 12), stored[3:HEADER])


def _payload(stored: bytes) -> bytes:
    if len(stored) <= HEADER or stored[:2] != MAGIC or stored[2] not in (PLAIN, COMPRESSED):
        raise StateCorrupt("保存的流程状态无法识别，可能由更新的版本写入或已损坏。")
    body = stored[HEADER:]
    payload = _unpacked(body) if stored[2] == COMPRESSED else body
    if hashlib.sha256(payload).digest() != stored[3:HEADER]:
        raise StateCorrupt("保存的流程状态已损坏：校验值不符。")
    return payload


def _unpacked(body: bytes) -> bytes:
    try:
        if zstandard.frame_content_size(body) > MAX_PAYLOAD:
            raise StateCorrupt("保存的流程状态已损坏：长度不可信。")
        unpacking = zstandard.ZstdDecompressor().decompressobj()
        payload = unpacking.decompress(body)
    except zstandard.ZstdError:
        raise StateCorrupt("保存的流程状态已损坏：无法解压。") from None
    if not unpacking.eof or unpacking.unused_data:
        raise StateCorrupt("保存的流程状态已损坏：长度不符。")
    return payload


def _kept(workflow: CaseWorkflow) -> list[Any]:
    """The workflow and its live sub-processes, outer before inner."""
    kept: list[Any] = [workflow]
    known = {id(workflow)}
    for sub in sorted(workflow.subprocesses.values(), key=lambda each: each.depth):
        host = sub.host
        if id(host.workflow) in known and host.id in host.workflow.tasks and not host.has_state(_FINISHED):
            kept.append(sub)
            known.add(id(sub))
    return kept


def _workflow(top: CaseWorkflow, workflow: Any, names: dict[str, int]) -> list[Any]:
    host = workflow.parent_task_id
    last = workflow.last_task
    return [
        host or 0,
        workflow.success,
        workflow.completed,
        0 if last is None or last.id not in workflow.tasks else last.id,
        workflow.data or 0,
        workflow.correlations or 0,
        [_task(task, names, _inherited(top, task)) for task in workflow.tasks.values()],
    ]


def _source(top: CaseWorkflow, task: Task) -> Task | None:
    """The task whose data a task's own are told against; None for the first of the case."""
    if task._parent is not None:
        return task.workflow.tasks[task._parent]
    return None if task.workflow is top else task.workflow.host


def _inherited(top: CaseWorkflow, task: Task) -> dict[str, Any]:
    source = _source(top, task)
    data: dict[str, Any] = {} if source is None else source.data
    return data


def _task(task: Task, names: dict[str, int], inherited: dict[str, Any]) -> list[Any]:
    updates, deletions = (0, 0) if task.data is inherited else _difference(task.data, inherited)
    row = [
        task.id,
        task._parent or 0,
        names.setdefault(task.task_spec.name, len(names)),
        task._state,
        task.last_state_change,
        1 if task.triggered else 0,
        task.internal_data or 0,
        updates,
        deletions,
    ]
    while row[-1] == 0 and len(row) > 5:
        row.pop()
    return row


def _difference(data: dict[str, Any], inherited: dict[str, Any]) -> tuple[Any, Any]:
    """What was set, what was taken away; EMPTY for everything."""
    updates = {k: v for k, v in data.items() if (old := inherited.get(k, _MISSING)) is not v and not _same(old, v)}
    deletions: Any = [key for key in inherited if key not in data] if data else EMPTY if inherited else 0
    return updates or 0, deletions or 0


def _same(old: Any, new: Any) -> bool:
    """Equal as JSON: 1 and true differ, inside lists and objects as well."""
    if type(old) is not type(new) or old != new:
        return False
    return not isinstance(old, list | dict) or orjson.dumps(old) == orjson.dumps(new)


# ------------------------------------------------------------------ reading
def decode(stored: bytes, spec: Any, specs: dict[str, Any], on_change: Callable[..., None]) -> CaseWorkflow:
    """The workflow written as `stored`; raises StateCorrupt when it cannot be exactly that."""
    try:
        counter, changes, names, workflows = orjson.loads(_payload(stored))
        top = CaseWorkflow(spec, specs, on_change, deserializing=True)
        top.task_counter, top.change_counter = counter, changes
        _fill(top, top, workflows[0], names)
        for row in workflows[1:]:
            _read_subprocess(top, row, names)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, WorkflowException) as error:
        raise StateCorrupt(f"保存的流程状态与流程定义不符：{error}") from None
    return top


def _read_subprocess(top: CaseWorkflow, row: list[Any], names: list[str]) -> None:
    host = top.get_task_from_id(row[0])
    sub = SubWorkflow(top.subprocess_specs[host.task_spec.spec], host, top, deserializing=True)
    _fill(top, sub, row, names)
    top.subprocesses[host.id] = sub
    sub.completed_event.connect(host.task_spec._on_subworkflow_completed, host)


def _fill(top: CaseWorkflow, workflow: Any, row: list[Any], names: list[str]) -> None:
    _, workflow.success, workflow.completed, last, data, correlations, tasks = row
    workflow.data = data or {}
    workflow.correlations = correlations or {}
    specs = workflow.spec.task_specs
    for values in tasks:
        _read_task(top, workflow, (*values, *_DEFAULTS[len(values) :]), names, specs)
    workflow.task_tree = next(iter(workflow.tasks.values()))
    workflow.last_task = workflow.tasks[last] if last else None


def _read_task(top: CaseWorkflow, workflow: Any, row: Iterable[Any], names: list[str], specs: dict[str, Any]) -> None:
    number, parent, name, state, change, triggered, internal, updates, deletions = row
    task: Task = Task.__new__(Task)
    task.id = number
    task.workflow = workflow
    task._parent = parent or None
    task._children = []
    task._state = state
    task.triggered = bool(triggered)
    task.task_spec = specs[names[name]]
    task.thread_id = 0
    task.internal_data = internal or {}
    task.last_state_change = change
    workflow.tasks[task.id] = task
    if task._parent is not None:
        workflow.tasks[task._parent]._children.append(task.id)
    task.data = {} if deletions == EMPTY else _read_data(_source(top, task), task, updates or {}, deletions or [])
    if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
        top.event_manager.add_task(task)


def _read_data(source: Task | None, task: Task, updates: dict[str, Any], deletions: list[str]) -> dict[str, Any]:
    if source is None:
        return updates
    if not updates and not deletions and (task._state & _FINISHED) and (source._state & _FINISHED):
        unchanging: dict[str, Any] = source.data  # neither will change any more: they may share
        return unchanging
    data = {**source.data, **updates}
    for key in deletions:
        del data[key]
    return data


def depth_of(workflow: CaseWorkflow) -> int:
    """Levels of the deepest task tree; beyond MAX_DEPTH a case must not go on."""
    deepest = 0
    for each in (workflow, *workflow.subprocesses.values()):
        levels: dict[int | None, int] = {None: 0}
        for task in each.tasks.values():
            levels[task.id] = 1 + levels[task._parent]
        deepest = max(deepest, *levels.values()) if levels else deepest
    return deepest
