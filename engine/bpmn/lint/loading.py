"""The last word: the bundle is read and started as the engine does it; whatever that raises is a finding."""

from __future__ import annotations

from collections.abc import Iterator

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.bpmn.definition import read_definition
from engine.bpmn.lint.bundle import Bundle
from engine.bpmn.workflow import CaseWorkflow
from engine.errors import Finding


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Read every entry process with what it calls, and lay out its first steps."""
    for entry in bundle.entries:
        try:
            definition = read_definition(bundle.files, entry)
            CaseWorkflow(definition.spec, definition.specs, lambda *_: None)
        except ValidationException as error:
            yield _finding(bundle, entry, str(error.id or "-"), str(error))
        except MemoryError:
            raise
        except Exception as error:  # the library raises what it likes: a finding, never a crash
            yield _finding(bundle, entry, "-", f"{type(error).__name__} {error}")


def _finding(bundle: Bundle, entry: str, element: str, cause: str) -> Finding:
    message = f"引擎读不懂这张图，请用建模工具检查这个元素后重新保存（{cause[:200]}）"
    return Finding(bundle.processes[entry].file, "PARSE", element, message)
