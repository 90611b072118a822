"""The forms of the running case process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions.versions import CASE_PROCESS
from engine.facade import ReadContext

Schema = Mapping[str, Any]


def running_forms(ctx: ReadContext) -> Mapping[str, Schema]:
    """Every form by its name, as new cases get them."""
    return ctx.versions.latest(ctx.conn, CASE_PROCESS).definition.forms


def start_form_name(ctx: ReadContext) -> str:
    """The name of the form a case is registered with."""
    name = ctx.versions.latest(ctx.conn, CASE_PROCESS).definition.start.form
    assert name is not None, "a case is registered with a form"
    return name
