"""What may be asked of definitions that are being changed. A command is data; `acts.py` has it carried out.

`revision` is the one that was read: whoever has not seen the last change overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BeginDraft:
    """Begin to change a published version; `base` is its number."""

    base: int
    title: str


@dataclass(frozen=True)
class ChangeFile:
    """Give a file of the draft another content."""

    draft: int
    name: str
    content: bytes = field(repr=False)
    revision: int


@dataclass(frozen=True)
class AddFile:
    """Put one more file into the draft."""

    draft: int
    name: str
    content: bytes = field(repr=False)
    revision: int


@dataclass(frozen=True)
class PutFiles:
    """Bring in several at once: those of a name there is are changed, the others added."""

    draft: int
    files: Mapping[str, bytes] = field(repr=False)
    revision: int


@dataclass(frozen=True)
class RemoveFile:
    """Take a file out of the draft."""

    draft: int
    name: str
    revision: int


@dataclass(frozen=True)
class DiscardDraft:
    """Give the draft up; its row and files stay."""

    draft: int
    revision: int


@dataclass(frozen=True)
class Deploy:
    """Begin a draft with these files, as a program sends them, and ask for its approval at once; what the gate has
    found stands in `report`, `against` is the version that ran then.
    """

    title: str
    files: Mapping[str, bytes] = field(repr=False)
    against: int
    reason: str
    report: str = field(repr=False)


@dataclass(frozen=True)
class AskApproval:
    """Ask that exactly this content goes live; `report` is what the gate has found in it (gate.py makes it)."""

    draft: int
    revision: int
    hash: str
    against: int
    reason: str
    report: str = field(repr=False)


@dataclass(frozen=True)
class Decide:
    """Approve a request, which publishes its content, or give the draft back with a comment."""

    approval: int
    approve: bool
    comment: str = ""


DraftChange = BeginDraft | ChangeFile | AddFile | PutFiles | RemoveFile | DiscardDraft
DefinitionCommand = Deploy | DraftChange | AskApproval | Decide
