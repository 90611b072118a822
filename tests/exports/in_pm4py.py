"""Run by the interpreter that has PM4Py: what it finds in a log, as JSON. It imports nothing of the project."""

from __future__ import annotations

import json
import sys
from collections.abc import Sized

import pm4py  # type: ignore[import-not-found]


def main() -> None:
    """Cases with the activities of their events in order, their instants, and the variants with how often they come."""
    log = pm4py.read_xes(sys.argv[1], return_legacy_log_object=True, variant="iterparse")
    found = {
        trace.attributes["concept:name"]: [
            [event["concept:name"], event["time:timestamp"].isoformat(), event["org:resource"], event["seq"]]
            for event in trace
        ]
        for trace in log
    }
    variants = [[list(variant), _count(of)] for variant, of in pm4py.get_variants(log).items()]
    json.dump({"cases": found, "variants": variants}, sys.stdout)


def _count(of: int | Sized) -> int:
    return of if isinstance(of, int) else len(of)


if __name__ == "__main__":
    main()
