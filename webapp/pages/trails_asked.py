"""Which trails a form asks for: by the filter of the ledger, by number, version or rule, or behind a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.audit.rules import RULES
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.event_log import Selection
from engine.queries.heat_cases import WHICH, Behind
from engine.vocabulary import label
from webapp.pages import heat_asked
from webapp.pages.ledger_asked import asked

Versions = Mapping[str, int]
_MOST_NUMBERS = 1000
_LONGEST = 200  # of an id in a diagram


def versions_of(ctx: ReadContext) -> Versions:
    """The versions of the process of cases: number as text → row id."""
    return {str(each.version): each.id for each in ctx.versions.all(ctx.conn) if each.key == CASE_PROCESS}


def selection_asked(form: Mapping[str, str], versions: Versions) -> Selection:
    """What a form narrows the cases by; a filter that was not understood must not widen it. Raises BadInput."""
    if form.get("element"):
        return Selection(behind=_behind(form, versions))
    wanted = asked(dict(form), ())
    wrong = [*wanted.wrong]
    version, rule = form.get("version") or None, form.get("rule") or None
    if version is not None and version not in versions:
        wrong.append("没有这一版流程，请从清单里选。")
    if rule is not None and rule not in RULES:
        wrong.append("没有这条规则，请从清单里选。")
    if wrong:
        raise BadInput({"filter": " ".join(wrong)})
    numbers = tuple(form.get("numbers", "").replace("，", " ").replace(",", " ").split())
    if len(numbers) > _MOST_NUMBERS or any("\0" in number for number in numbers):
        raise BadInput({"numbers": f"请填写编号，用空格或逗号隔开，不超过 {_MOST_NUMBERS} 个。"})
    given = {name: value for name, value in vars(wanted.filter).items() if value is not None}
    number = None if version is None else int(version)
    return Selection(**given, numbers=numbers or None, version=number, rule=rule)


def _behind(form: Mapping[str, str], versions: Versions) -> Behind:
    wanted, which = heat_asked.asked(form, CASE_PROCESS, versions), form.get("which") or None
    wrong = [*wanted.wrong, *(["没有这样的步骤，请回到流程分析再点一次。"] if which not in (None, *WHICH) else [])]
    if wrong:
        raise BadInput({"filter": " ".join(wrong)})
    return Behind(wanted.selection, form["element"][:_LONGEST].replace("\0", ""), which)


def fields(versions: Versions) -> list[dict[str, Any]]:
    """What the form on the page of the trail asks beside the filter of the ledger."""
    options = {
        "version": ("流程版本", [(number, f"第 {number} 版") for number in versions]),
        "rule": ("不符哪条规则", [(rule, label("rule", rule)) for rule in RULES]),
    }
    return [{"name": n, "label": title, "value": "", "options": found} for n, (title, found) in options.items()]
