"""Working time: which days count, when the office is open, and when a period of either ends. Pure, no clock inside."""

from engine.worktime.arithmetic import WorkTime
from engine.worktime.calendar import Calendar
from engine.worktime.calendar_import import read_notice
from engine.worktime.explain import ExplainedDay
from engine.worktime.hours import OfficeHours, Season, Session
from engine.worktime.notices import SpecialDay, YearNotice

__all__ = [
    "Calendar",
    "ExplainedDay",
    "OfficeHours",
    "Season",
    "Session",
    "SpecialDay",
    "WorkTime",
    "YearNotice",
    "read_notice",
]
