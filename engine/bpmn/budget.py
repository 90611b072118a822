"""What one act may cost, from the rest of a case to its next: automatic steps, instances, seconds.

Over it the act fails, and with it the whole transaction: the case keeps its last good state, and an incident opens
(engine/cases/failing.py). A diagram that passed the check stays far below.
"""

from __future__ import annotations

from time import thread_time

from engine.errors import StepFailed

MAX_STEPS = 2_000  # automatic steps
MAX_CHILDREN = 1_000  # parallel instances of all activities together; of one activity alone: dialect.MAX_INSTANCES
MAX_SECONDS = 5.0  # of the processor: waiting for others costs nothing; the shipped processes take hundredths


class Budget:
    """What has been used since the case was last at rest."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """The case has come to rest: the next act begins anew."""
        self.steps = 0
        self.children = 0
        self._began: float | None = None

    def step(self, at: str) -> None:
        """One more automatic step, at the element of that name; raises StepFailed."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise StepFailed(at, "自动步骤太多，流程在绕圈")
        self.look(at)

    def instances(self, at: str, count: int) -> None:
        """So many more instances; raises StepFailed."""
        self.children += count
        if self.children > MAX_CHILDREN:
            raise StepFailed(at, f"一步里一共要办 {self.children} 份，最多 {MAX_CHILDREN} 份")

    def look(self, at: str) -> None:
        """Whether there is time left; raises StepFailed."""
        now = thread_time()
        if self._began is None:
            self._began = now
        if now - self._began > MAX_SECONDS:
            raise StepFailed(at, f"自动步骤超过 {MAX_SECONDS:g} 秒还没有停下来")
