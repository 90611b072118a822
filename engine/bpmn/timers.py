"""Timers that never look at the clock: an instant, fixed when the wait begins, at which the runtime fires them."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimeDateEventDefinition
from SpiffWorkflow.task import Task

from engine.bpmn.durations import looks_like_duration, read_duration
from engine.bpmn.elements import Element
from engine.bpmn.expressions import parse
from engine.bpmn.interpreter import interpreter
from engine.errors import StepFailed

NEVER = ""  # stored instead of an instant: this timer does not fire
HELD = "held"  # the instant before which somebody does not let it fire
PROMISED = "promised"  # expressions of earlier versions of the diagram: an instant they gave is kept when it is earlier


class InstantTimer(TimeDateEventDefinition):
    """A `timeDate` timer. Its instant is computed once, when it begins to wait, and kept with that instant.

    Unlike stock it never looks at the clock: the runtime fires timers one by one in order of their instants.
    A null instant never fires.
    """

    @property
    def words(self) -> frozenset[str]:
        """The words its expression calls."""
        return parse(self.expression).words

    def has_fired(self, my_task: Task) -> bool:
        if "since" not in my_task.internal_data:
            now = interpreter(my_task).now
            my_task.internal_data["since"] = now.isoformat()
            my_task.internal_data["event_value"] = self.instant(my_task)
        return bool(my_task.internal_data.get("event_fired", False))

    def instant(self, my_task: Task) -> str:
        """When it fires, ISO 8601 with offset, or NEVER; raises StepFailed."""
        try:
            return self._read(my_task, interpreter(my_task).evaluate(my_task, self.expression))
        except ValueError as error:
            raise StepFailed(timer_element(my_task).name, str(error)) from error

    def strikes(self, my_task: Task) -> str:
        """When it fires: its own instant or one promised before, whichever is earlier, not before one it is held to."""
        return kept_to(my_task, self.instant(my_task))

    def _read(self, my_task: Task, value: object) -> str:
        return NEVER if value is None else instant_text(value)

    def reset(self, my_task: Task) -> None:
        super().reset(my_task)
        for kept in ("since", "event_value", HELD, PROMISED):
            my_task.internal_data.pop(kept, None)


class DurationTimer(InstantTimer):
    """A `timeDuration` timer: `P5D`, or an expression that gives such a text, counted from the start of the wait."""

    @property
    def words(self) -> frozenset[str]:
        return frozenset() if looks_like_duration(self.expression) else super().words

    def instant(self, my_task: Task) -> str:
        if looks_like_duration(self.expression):
            return self._read(my_task, self.expression)
        return super().instant(my_task)

    def _read(self, my_task: Task, value: object) -> str:
        if value is None:
            return NEVER
        since = datetime.fromisoformat(my_task.internal_data["since"])
        return read_duration(str(value)).after(since).isoformat()


def kept_to(my_task: Task, own: str) -> str:
    """An instant as it is kept: none promised before is passed, none it is held back to comes later."""
    promised = [promised_instant(my_task, text) for text in my_task.internal_data.get(PROMISED, ())]
    found = min(filter(None, [own, *promised]), key=datetime.fromisoformat, default=NEVER)
    held = my_task.internal_data.get(HELD)
    return found if not found or held is None else max(found, held, key=datetime.fromisoformat)


def promised_instant(my_task: Task, expression: str) -> str:
    """What an expression of an earlier version gives, be it an instant or a duration; raises StepFailed."""
    bare = looks_like_duration(expression)
    value = expression if bare else interpreter(my_task).evaluate(my_task, expression)
    if value is None:
        return NEVER
    if looks_like_duration(str(value)):
        return read_duration(str(value)).after(datetime.fromisoformat(my_task.internal_data["since"])).isoformat()
    return instant_text(value)


def instant_text(value: object) -> str:
    """An instant as it is stored; raises ValueError for anything but an ISO text with an offset."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    if instant is None or instant.tzinfo is None:
        raise ValueError("计时表达式应给出带时区的时刻")
    return instant.isoformat()


def words_of(task: Task, timer: InstantTimer) -> frozenset[str]:
    """The words by which a waiting timer is computed, those of what was promised before among them."""
    promised = [text for text in task.internal_data.get(PROMISED, ()) if not looks_like_duration(text)]
    return timer.words.union(*(parse(text).words for text in promised))


def timer_of(task: Task) -> InstantTimer | None:
    """The timer a waiting event waits for: its own, or the one behind an event-based gateway."""
    found = task.task_spec.event_definition
    if isinstance(found, MultipleEventDefinition):
        found = next((each for each in found.event_definitions if isinstance(each, InstantTimer)), None)
    return found if isinstance(found, InstantTimer) else None


def timer_element(task: Task) -> Element:
    """The element that draws the timer of a waiting event: behind a gateway it is the catch event."""
    spec = task.task_spec
    if isinstance(spec.event_definition, MultipleEventDefinition):
        spec = spec.outputs[spec.event_definition.event_definitions.index(timer_of(task))]
    drawn: Element = spec.drawn
    return drawn
