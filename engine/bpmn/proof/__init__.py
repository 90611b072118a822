"""The proof: a machine looks at every situation a process can come into, over all answers, messages and timers.

`prove` gives a verdict: what is wrong, each with the shortest run to it, and what the verdict does and does not say.
A bundle must have passed the lint. What cannot be looked at whole is not proven, and so not publishable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import thread_time

from engine.bpmn.definition import Files
from engine.bpmn.lint.bundle import Bundle, read_bundle
from engine.bpmn.proof.domains import TooMany
from engine.bpmn.proof.explore import MOST_SECONDS, MOST_STATES, Explorer, OverBudget
from engine.bpmn.proof.house import House
from engine.bpmn.proof.model import Model, read_model
from engine.bpmn.proof.net import Unread
from engine.bpmn.proof.properties import Violation, violations
from engine.bpmn.proof.telling import told
from engine.bpmn.proof.trace import Event, event_of
from engine.errors import Finding

NOT_PROVEN = "NOT_PROVEN"


@dataclass(frozen=True)
class Wrong:
    """A finding with the steps of its run, for whoever plays them."""

    finding: Finding
    steps: tuple[Event, ...]


@dataclass(frozen=True)
class Verdict:
    """What was found for one entry process. `warnings` do not block."""

    entry: str
    wrong: tuple[Wrong, ...]
    warnings: tuple[Finding, ...]
    situations: int
    steps: int

    @property
    def findings(self) -> list[Finding]:
        return [each.finding for each in self.wrong]

    @property
    def sentence(self) -> str:
        """What was checked, and what that does not cover."""
        return (
            f"已检查“{self.entry}”：模型的全部 {self.situations} 种情形、{self.steps} 步，{self._result}。"
            "包括：表单里有区别的每种填法、决策表、流程用词的每种取值、每个消息、信号和计时（先后不论，也可以不到）、子流程和调用的流程；"
            f"多实例按一个实例看，旁支同时最多看两份，数值数到用得着的为止。{NOT_COVERED}"
        )

    @property
    def _result(self) -> str:
        return f"发现 {len(self.wrong)} 处问题" if self.wrong else "没有一种违反规矩"


@dataclass(frozen=True)
class Budget:
    """What may be looked at: situations, and seconds `until` the processor's clock of this thread shows so much."""

    states: int
    seconds: float
    until: float


NOT_COVERED = (
    "不包括：人是否真的去办，文字、单位和日期是否属实，各个计时谁先谁后，管理员的操作，按旧版本在办的件，"
    "服务操作和引擎自身的程序（由对照测试抽查）。"
)


def prove(
    files: Files, house: House, most_states: int = MOST_STATES, most_seconds: float = MOST_SECONDS
) -> list[Verdict]:
    """One verdict for every process of the bundle that can be started; never raises for what a diagram holds.

    `most_states` are allowed to each of them, `most_seconds` of the processor to all together.
    """
    bundle, _ = read_bundle(files)
    budget = Budget(most_states, most_seconds, thread_time() + most_seconds)
    return [_prove(bundle, entry, house, budget) for entry in bundle.entries]


def explored(bundle: Bundle, entry: str, house: House) -> Explorer:
    """All situations of one entry process; raises Unread, TooMany, OverBudget."""
    explorer = Explorer(read_model(bundle, entry, house))
    explorer.run()
    return explorer


def _prove(bundle: Bundle, entry: str, house: House, budget: Budget) -> Verdict:
    try:
        return _proven(bundle, entry, house, budget)
    except MemoryError:  # there is none left to go on with
        raise
    except Exception as error:  # strangers' files: what nobody thought of is not proven, and never a crash
        text = f"证明时遇到意外的写法（{type(error).__name__}），没有证完，不能发布，请检查表单和图后再试"
        return _unproven(entry, bundle.processes[entry].finding(NOT_PROVEN, entry, text))


def _proven(bundle: Bundle, entry: str, house: House, budget: Budget) -> Verdict:
    process = bundle.processes[entry]
    try:
        model = read_model(bundle, entry, house)
    except Unread as unread:
        return _unproven(
            entry, unread.scope.finding(NOT_PROVEN, unread.element, f"{unread}，所以不能发布，请换一种画法")
        )
    explorer = Explorer(model, budget.states, budget.until - thread_time())
    try:
        explorer.run()
    except OverBudget:
        many = f"情形超过 {budget.states} 种或 {budget.seconds:g} 秒，没有证完，不能发布；请把并行的分支放进子流程"
        return _unproven(entry, process.finding(NOT_PROVEN, entry, many))
    except TooMany as error:
        return _unproven(entry, process.finding(NOT_PROVEN, entry, f"没有证完（{error}），不能发布，请简化表单"))
    wrong = tuple(_wrong(model, violation) for violation in violations(explorer))
    return Verdict(process.node.get("name") or entry, wrong, tuple(_warnings(model)), explorer.states, explorer.steps)


def _unproven(entry: str, finding: Finding) -> Verdict:
    return Verdict(entry, (Wrong(finding, ()),), (), 0, 0)


def _wrong(model: Model, violation: Violation) -> Wrong:
    scope = model.nets[violation.key].scope
    run = told(model, violation.run)
    found = Finding(
        scope.file, violation.code, violation.element, violation.message, (*run, violation.message) if run else ()
    )
    return Wrong(found, tuple(map(event_of, violation.run)))


def _warnings(model: Model) -> Iterable[Finding]:
    for (key, id), flows in model.overlaps.items():
        net = model.nets[key]
        text = f"网关“{net.nodes[id].name}”的条件会同时成立（{flows}），走哪条由图上高低决定，建议写成互斥的"
        yield net.scope.finding("OVERLAP", id, text)
