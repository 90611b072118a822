"""The library as it was shipped, playing a diagram in memory: the yardstick of benchmark and differential test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import patches
from engine.bpmn.xml import read_xml


class StockSpecs:
    """A bundle parsed by the library's own parser and dialect."""

    def __init__(self, files: Mapping[str, bytes], key: str) -> None:
        parser = SpiffBpmnParser()
        for name, content in files.items():
            if name.endswith(".dmn"):
                parser.add_dmn_xml(read_xml(content), name)
        for name, content in files.items():
            if name.endswith(".bpmn"):
                parser.add_bpmn_xml(read_xml(content), name)
        self.spec = parser.get_spec(key)
        self.specs = parser.get_subprocess_specs(key)


class StockRun:
    """One instance on the stock library: no storage, no clock of ours, its own evaluation of expressions."""

    def __init__(self, specs: StockSpecs, variables: Mapping[str, Any]) -> None:
        with patches.stock():
            self._workflow = BpmnWorkflow(specs.spec, dict(specs.specs))
            self._workflow.task_tree.set_data(**variables)
            self._workflow.do_engine_steps()

    def complete(self, element: str, variables: Mapping[str, Any]) -> None:
        """Complete the open user task of that element and run on."""
        with patches.stock():
            self.complete_on_stock(element, variables)

    def complete_on_stock(self, element: str, variables: Mapping[str, Any]) -> None:
        """The same for a caller that has put the stock library in place itself, around what it times."""
        ready = self._workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(t for t in ready if t.task_spec.name == element)
        task.set_data(**variables)
        task.run()
        self._workflow.do_engine_steps()

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return bool(self._workflow.is_completed())
