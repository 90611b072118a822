from __future__ import annotations

import pytest

from engine.worktime import WorkTime


@pytest.fixture(scope="session")
def worktime() -> WorkTime:
    return WorkTime.shipped()
