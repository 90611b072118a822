"""The answer to a what-if as JSON: kept with its run, shown on the page, given by the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local
from engine.definitions.whatif.guesses import Assumed
from engine.queries.what_if import WhatIf
from engine.queries.what_if_figures import Differing, Figures

MOST_TOLD = 300  # cases that stand otherwise
_HOUR = 3600
_MINUTE = timedelta(minutes=1)


def told(found: WhatIf) -> dict[str, Any]:
    """`{until, version, hash, cases, before, after, deviating, left, differing, assumed, asked_anew}`.

    `cases`: how many there were, were drawn, replayed, agreed, are compared, differ (of which `weigh` by more than
    instants), were left out. Instants are ISO texts; hours are working hours with one decimal.
    """
    counted = ("all", "drawn", "restricted", "replayed", "agreeing", "unreached", "lost")
    numbers = {name: getattr(found, name) for name in counted}
    return {
        "until": local(found.until).isoformat(),
        "version": found.version or None,
        "hash": found.hash,
        "cases": {
            **numbers,
            "compared": found.before.cases,
            "left": len(found.left),
            "differ": len(found.differing),
            "weigh": sum(1 for each in found.differing if each.weighs),
        },
        "before": _figures(found.before),
        "after": _figures(found.after),
        "deviating": [{"no": each.no, "fields": list(each.fields)} for each in found.deviating[:MOST_TOLD]],
        "left": [{"no": each.no, "why": each.why} for each in found.left[:MOST_TOLD]],
        "differing": [_differing(each) for each in found.differing[:MOST_TOLD]],
        "assumed": [_assumed(each) for each in found.assumed],
        "asked_anew": list(found.asked_anew),
    }


def _figures(found: Figures) -> dict[str, Any]:
    load = [
        {"groups": groups.split(","), "tasks": burden.tasks, "hours": round(burden.seconds / _HOUR, 1)}
        for groups, burden in found.load.items()
    ]
    plain = {name: getattr(found, name) for name in ("cases", "late", "signed", "auto_signed", "open")}
    raised = {str(tier): times for tier, times in found.raised.items()}
    return {**plain, "in_time": asdict(found.in_time), "raised": raised, "load": load}


def _differing(found: Differing) -> dict[str, Any]:
    sides = {"before": _plain(vars(found.before)), "after": _plain(vars(found.after))}
    return {"no": found.no, "turned": found.turned, "weighs": found.weighs, **sides}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: local(value).isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _assumed(found: Assumed) -> dict[str, Any]:
    return {
        "element": found.element,
        "name": found.name,
        "groups": list(found.groups),
        "minutes": round(found.guess.time / _MINUTE, 1),
        "of": found.guess.of,
        "samples": found.guess.samples,
        "times": found.times,
    }
