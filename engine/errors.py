"""What can go wrong, named after the situation; each error says in plain Chinese what to do.

The web layer maps every class here to one answer (`webapp/errors.py`); a test holds the mapping complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class EngineError(Exception):
    """Base of all errors the engine raises on purpose."""

    @property
    def message(self) -> str:
        """A sentence for the person on the other side."""
        return str(self)


class BadInput(EngineError):
    """What was sent cannot be taken; `fields` maps a dotted field path to what to do about it."""

    def __init__(self, fields: Mapping[str, str], message: str = "有内容需要修改，请按提示改正后再提交。") -> None:
        super().__init__(message)
        self.fields = dict(fields)


class TooLarge(EngineError):
    """A file is bigger than the house keeps."""


class NotFound(EngineError):
    """There is no such thing, or this person may not know of it."""

    def __init__(self, what: str = "没有找到所要的内容，可能编号有误，或您无权查看。") -> None:
        super().__init__(what)


class NotYours(EngineError):
    """The thing may be seen but not acted on by this person."""

    def __init__(self, message: str = "这件待办不属于您所在的组，请联系对应岗位的同事。") -> None:
        super().__init__(message)


class LockedOut(EngineError):
    """Too many failed attempts to sign in, with this name or from this address; `seconds` until it may be tried again.

    Says the same whether or not anybody has the name.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("登录失败次数过多，暂时不能登录。请 15 分钟后再试，或请系统管理员解除锁定。")
        self.seconds = seconds


class SignInUnfinished(EngineError):
    """The password is right but not enough: it must be changed first, has run out, or a second factor is missing."""


class TakenByOther(EngineError):
    """Somebody was faster: who, and when."""

    def __init__(self, message: str, by: str | None = None, at: datetime | None = None) -> None:
        super().__init__(message)
        self.by = by
        self.at = at


class DraftMoved(TakenByOther):
    """A draft of a definition was changed since it was read: nothing is overwritten. `revision`: the one it has now."""

    def __init__(self, by: str, at: datetime, revision: int) -> None:
        super().__init__("这份草稿刚被改过，您的改动没有存，也没有盖掉别人的；请重新打开再改。", by, at)
        self.revision = revision


class NobodyWaits(EngineError):
    """A message arrived for which the case has no place at present."""


class NotNow(EngineError):
    """The case is past the point where this could be done, or not yet at it."""


class KeyReused(EngineError):
    """An idempotency key came back with another request."""

    def __init__(self) -> None:
        super().__init__("同一个 Idempotency-Key 已用于另一个请求，请换一个新的键。")


class ClockRefused(EngineError):
    """The clock cannot be set: not simulated, or backwards."""


@dataclass(frozen=True)
class Finding:
    """One reason why a diagram, table or form cannot be published; `run`: the shortest way to it, step by step."""

    file: str
    code: str
    element: str
    message: str
    run: tuple[str, ...] = ()

    def line(self) -> str:
        return f"{self.file}: {self.code} {self.element} {self.message}"


class DiagramRefused(EngineError):
    """A published folder was not safe or not executable; the running version stays."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("流程文件有问题，未发布；正在运行的版本不变。")
        self.findings = tuple(findings)


class RunsDiffer(EngineError):
    """Golden runs come out otherwise on a draft; `runs` (title, sentences) wants confirming before it is submitted."""

    def __init__(self, runs: Sequence[Any]) -> None:
        super().__init__("有场景演出来和现在不一样。请逐条看过；是有意改的，写明理由后再提交。")
        self.runs = tuple(runs)


class StateCorrupt(EngineError):
    """Stored state cannot be read back exactly as it was written."""


class SealBroken(EngineError):
    """Sealed personal data does not open: another key, or it was changed or moved. `place` is where it stands."""

    def __init__(self, place: str) -> None:
        super().__init__(f"存放在 {place} 的个人信息打不开：密钥不对，或内容被改动过。请联系系统管理员。")
        self.place = place


class StepFailed(EngineError):
    """A diagram could not go on: the element and the cause in plain words; `timer`: which one had struck."""

    def __init__(self, element: str, cause: str) -> None:
        super().__init__(f"流程在“{element}”处无法继续：{cause}")
        self.element = element
        self.cause = cause
        self.timer: str | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why a case cannot go over to another version: the element it stands at, and a sentence for people."""

    element: str
    sentence: str


class CannotMigrate(EngineError):
    """A case cannot be carried over to another version exactly as it stands; it goes on by the one it has."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("；".join(each.sentence for each in obstacles) + "。")
        self.obstacles = tuple(obstacles)


class StillFails(EngineError):
    """What was tried again has failed again; its incident stays open."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"又试了一次，仍然不成，故障保留。{cause}")


class Busy(EngineError):
    """The database stayed locked for too long; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("系统正忙，内容没有丢失，请稍后再提交一次。")


class TooOften(EngineError):
    """Somebody asks more often than a limit allows; `seconds` until the next minute begins."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"操作太频繁，这一次没有办理，请 {seconds} 秒后再试。")
        self.seconds = seconds


class NoRoom(EngineError):
    """The disk is full; nothing was changed, and reading works."""

    def __init__(self) -> None:
        super().__init__(
            "存储空间已满，这次提交没有保存；以前的内容没有丢失，仍可查看。请联系系统管理员腾出空间后再提交一次。"
        )
