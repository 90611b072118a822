"""The diagrams, tables and forms that ship with the house, and the names of its processes."""

from __future__ import annotations

from pathlib import Path

CASE_PROCESS = "five_step_loop"
PARTS_OF_THE_CASE = frozenset({"work_order", "escalation"})
RECTIFICATION = "rectification"  # 整改: a finding put to a unit
SHIPPED = Path(__file__).resolve().parents[2] / "processes"


def read_folder(folder: Path) -> dict[str, bytes]:
    """Diagrams, tables and forms of a folder by their name in it."""
    patterns = ("*.bpmn", "decisions/*.dmn", "*.dmn", "forms/*.json")
    paths = (path for pattern in patterns for path in sorted(folder.glob(pattern)))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
