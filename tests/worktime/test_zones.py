"""Ten thousand random instants against the oracle, in five zones of the machine (fault F9)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.worktime import WorkTime

from .comparison import compare

ROOT = Path(__file__).parents[2]
SEED, CASES = 20260923, 10_000
ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]


def _start(zone: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-m", "worktime.comparison", str(SEED), str(CASES)]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_engine_and_oracle_agree_and_every_zone_of_the_machine_gives_the_same() -> None:
    runs = {zone: _start(zone) for zone in ZONES}
    outputs = {zone: run.communicate() for zone, run in runs.items()}

    failures = {zone: outputs[zone][1] for zone, run in runs.items() if run.returncode}
    assert not failures, f"seed {SEED}: {failures}"
    offsets, digests = zip(*(out.split() for out, _ in outputs.values()), strict=True)
    assert len(set(offsets)) == len(ZONES), "the zones of the child processes did not take effect"
    assert len(set(digests)) == 1


def test_the_comparison_notices_when_make_up_days_are_missing() -> None:
    shipped = WorkTime.shipped()
    notice = shipped.calendar.notice(2026)
    without = replace(notice, days=tuple(day for day in notice.days if day.kind == "holiday"))

    with pytest.raises(ValueError, match="the oracle says"):
        compare(SEED, 2_000, replace(shipped, calendar=shipped.calendar.with_notice(without)))
