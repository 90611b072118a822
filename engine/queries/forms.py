"""The forms of the running case process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions.act_forms import act_form
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.vocabulary import ACT

Schema = Mapping[str, Any]


def running_forms(ctx: ReadContext) -> Mapping[str, Schema]:
    """Every form by its name, as new cases get them; an act the running version does not know has the shipped one."""
    definition = ctx.versions.latest(ctx.conn, CASE_PROCESS).definition
    return {**{name: act_form(definition, name) for name in ACT}, **definition.forms}


def start_form_name(ctx: ReadContext) -> str:
    """The name of the form a case is registered with."""
    name = ctx.versions.latest(ctx.conn, CASE_PROCESS).definition.start.form
    assert name is not None, "a case is registered with a form"
    return name
