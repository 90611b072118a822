"""Our dialect of BPMN on top of the library's parser: own task kinds, timers and multi-instance collections.

What differs from stock, and why, is written at each class. Elements carry their `Element` (own attributes read
from the XML) as `task_spec.drawn`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    SendTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import Element
from engine.bpmn.expressions import Expression, parse, parse_assignments
from engine.bpmn.interpreter import interpreter
from engine.bpmn.joins import InclusiveGateway, ParallelGateway
from engine.bpmn.timers import DurationTimer, InstantTimer
from engine.bpmn.xml import bc
from engine.errors import StepFailed


class Assigning(BpmnTaskSpec):
    """A node whose `bc:set` is carried out when the token passes it."""

    drawn: Element

    def _run_hook(self, my_task: Task) -> Any:
        interpreter(my_task).assign(self.drawn, my_task.data)
        return super()._run_hook(my_task)


class OperationTask(Assigning, BpmnSpecMixin):
    """A service task: names one operation of a fixed catalogue (`bc:operation`); it runs at once, inside the step."""

    def _run_hook(self, my_task: Task) -> Any:
        super()._run_hook(my_task)
        interpreter(my_task).operate(self.drawn, my_task)
        return True


class DecisionTask(Assigning, BpmnSpecMixin):
    """A business rule task: evaluates the decision table it names, outputs become variables."""

    def _run_hook(self, my_task: Task) -> Any:
        super()._run_hook(my_task)
        interpreter(my_task).decide(self.drawn, my_task)
        return True


class StartEvent(Assigning, defaults.StartEvent):
    """Stock start event that also carries out its `bc:set`."""


class EndEvent(Assigning, defaults.EndEvent):
    """Stock end event that also carries out its `bc:set`."""


class ThrowEvent(Assigning, defaults.IntermediateThrowEvent):
    """Stock throw event that also carries out its `bc:set`."""


class BoundaryEvent(Assigning, defaults.BoundaryEvent):
    """Stock boundary event that also carries out its `bc:set`: what the branch is about."""


class CallActivity(defaults.CallActivity):
    """A call whose `bc:set` prepares the called process's data and leaves the caller's alone."""

    drawn: Element

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:
        super().copy_data(my_task, subworkflow)
        start = subworkflow.get_next_task(subworkflow.task_tree, skip_subprocesses=True, spec_name="Start")
        start.data = deepcopy(start.data)
        interpreter(my_task).assign(self.drawn, start.data)


class EventBasedGateway(defaults.EventBasedGateway):
    """Stock, and it forgets the events it saw once it has passed: they are objects and cannot be stored."""

    def _run_hook(self, my_task: Task) -> Any:
        passed = super()._run_hook(my_task)
        my_task.internal_data.pop("seen_events", None)
        return passed


MAX_INSTANCES = 500


def _check_instances(spec: Any, my_task: Task) -> int:
    """How many there will be. Stock walks whatever it is given: the letters of a text, or a thousand million."""
    if spec.data_input is None:
        number = interpreter(my_task).evaluate(my_task, spec.cardinality)
        count = number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None
    else:
        items = my_task.data.get(spec.data_input.bpmn_id)
        count = len(items) if isinstance(items, list | dict) else None
    if count is None or count > MAX_INSTANCES:
        given = spec.cardinality if spec.data_input is None else spec.data_input.bpmn_id
        raise StepFailed(spec.bpmn_name or spec.name, f"“{given}”应是列表或个数，不超过 {MAX_INSTANCES} 项")
    return count


class ParallelMultiInstance(defaults.ParallelMultiInstanceTask):
    """Multi-instance over `bc:collection`: may be entered again, and keeps its instances' data apart.

    Stock leaves the instance's item in the parent's data, so that a second entry raises, and merges each
    instance's whole data into the parent. With `bc:collection` neither happens.
    """

    isolated = False

    def create_children(self, my_task: Task) -> None:
        interpreter(my_task).reckon(my_task, _check_instances(self, my_task))
        super().create_children(my_task)

    def create_child(self, my_task: Task, item: Any, key_or_index: Any = None) -> None:
        if my_task.has_state(TaskState.PREDICTED_MASK):  # entered again from its own boundary event
            my_task._set_state(TaskState.WAITING)
        if self.isolated and self.input_item is not None:
            my_task.data.pop(self.input_item.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)

    def merge_child(self, workflow: Any, child: Task) -> None:
        if not self.isolated:
            super().merge_child(workflow, child)
            return
        my_task = child.parent
        my_task.internal_data["merged"].append(str(child.id))
        if self.check_completion_condition(my_task):
            for other in self._instances(my_task):
                other.cancel()
            my_task._set_state(TaskState.READY)
        elif self.children_complete(my_task):
            my_task._set_state(TaskState.READY)


class SequentialMultiInstance(defaults.SequentialMultiInstanceTask):
    """Sequential twin; the item is cleared so that it may be entered again."""

    isolated = False

    def _update_hook(self, my_task: Task) -> Any:
        my_task._inherit_data()
        _check_instances(self, my_task)
        return super()._update_hook(my_task)

    def create_child(self, my_task: Task, item: Any, key_or_index: Any = None) -> None:
        if self.isolated and self.input_item is not None:
            my_task.data.pop(self.input_item.bpmn_id, None)
        super().create_child(my_task, item, key_or_index)


# ------------------------------------------------------------------ events
class QuietSignal(SignalEventDefinition):
    """A signal that carries no data: stock copies the thrower's whole data over the catcher's."""

    def throw(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}))


class QuietEscalation(EscalationEventDefinition):
    """An escalation that carries no data, for the same reason."""

    def throw(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.catch(BpmnEvent(self, payload={}, target=my_task.workflow))


# ------------------------------------------------------------------ parsers
class _Node(TaskParser):
    task: Any
    PARALLEL_MI_CLASS = ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = SequentialMultiInstance

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        collection = loop_characteristics.get(bc("collection"))
        if collection is None:
            super()._add_multiinstance_task(loop_characteristics)
            return
        condition = loop_characteristics.findtext(full_tag("completionCondition"))
        sequential = loop_characteristics.get("isSequential") == "true"
        kind = self.SEQUENTIAL_MI_CLASS if sequential else self.PARALLEL_MI_CLASS
        element = loop_characteristics.get(bc("element"))
        original = self.spec.task_specs.pop(self.task.name)
        self.task = kind(
            self.spec,
            original.name,
            description="MultiInstance",
            task_spec="",
            cardinality=None,
            data_input=TaskDataReference(collection),
            input_item=TaskDataReference(element) if element else None,
            condition=condition,
        )
        self.task.isolated = True
        self.task.lane, self.task.bpmn_name = original.lane, original.bpmn_name
        self._copy_task_attrs(original, loop_characteristics)


class _Events(_Node):
    def parse_timer_event(self, event: etree._Element) -> InstantTimer:
        name = self.node.get("name") or self.node.get("id")
        for tag, kind in (("timeDate", InstantTimer), ("timeDuration", DurationTimer)):
            text = event.findtext(full_tag(tag))
            if text is not None:
                return kind(name, text.strip())
        raise ValidationException("循环计时（timeCycle）不执行，请用时刻计时并画出回路", self.node, self.filename)

    def parse_signal_event(self, event: etree._Element) -> Any:
        stock = super().parse_signal_event(event)
        return QuietSignal(stock.name, description=stock.description)

    def parse_escalation_event(self, event: etree._Element) -> Any:
        stock = super().parse_escalation_event(event)
        return QuietEscalation(stock.name, stock.code, description=stock.description)


def _events(parser: type[TaskParser]) -> type[TaskParser]:
    return type("Own" + parser.__name__, (_Events, parser), {})


def _node(parser: type[TaskParser]) -> type[TaskParser]:
    return type("Own" + parser.__name__, (_Node, parser), {})


class DialectParser(BpmnParser):
    """The library's parser with our elements in place of its own."""

    OVERRIDE_PARSER_CLASSES: Mapping[str, tuple[type, type]] = {
        full_tag("userTask"): (_Node, defaults.UserTask),
        full_tag("manualTask"): (_Node, defaults.ManualTask),
        full_tag("task"): (_Node, defaults.NoneTask),
        full_tag("serviceTask"): (_Node, OperationTask),
        full_tag("businessRuleTask"): (_Node, DecisionTask),
        full_tag("subProcess"): (_node(SubWorkflowParser), defaults.SubWorkflowTask),
        full_tag("callActivity"): (_node(CallActivityParser), CallActivity),
        full_tag("startEvent"): (_events(StartEventParser), StartEvent),
        full_tag("endEvent"): (_events(EndEventParser), EndEvent),
        full_tag("intermediateCatchEvent"): (_events(IntermediateCatchEventParser), defaults.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_events(IntermediateThrowEventParser), ThrowEvent),
        full_tag("boundaryEvent"): (_events(BoundaryEventParser), BoundaryEvent),
        full_tag("receiveTask"): (_events(ReceiveTaskParser), defaults.ReceiveTask),
        full_tag("sendTask"): (_events(SendTaskParser), defaults.SendTask),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveGateway),
        full_tag("eventBasedGateway"): (_events(EventBasedGatewayParser), EventBasedGateway),
    }


def expressions_of(element: Element) -> list[Expression]:
    """Expressions in the own attributes of an element; raises ExpressionError."""
    found = [parse(text) for text in (element.due, element.timer) if text]
    return found + [value for _, value in parse_assignments(element.assign or "")]
