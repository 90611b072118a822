"""XES (IEEE 1849-2016), written trace by trace; standard extensions concept, lifecycle, organizational and time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import quoteattr

from engine.clock import local
from engine.queries.event_log import Event, Trace

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<string key="org:resource" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<classifier name="ActivityAndTransition" keys="concept:name lifecycle:transition"/>
<string key="lifecycle:model" value="standard"/>
"""  # the schema wants a decimal as version
# What XML 1.0 has no place for, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | datetime


@contextmanager
def xes_log(file: TextIO) -> Iterator[Callable[[Trace], object]]:
    """A log; what is given writes one trace. Instants are in Asia/Shanghai, to the millisecond.

    `file` leaves line ends as they are. A log that broke off is not closed: no reader takes it for a whole one.
    """
    file.write(_HEAD)
    yield lambda trace: _write(file, trace)
    file.write("</log>\n")


def _write(file: TextIO, trace: Trace) -> None:
    file.write("<trace>\n")
    facts: dict[str, Value] = {"concept:name": trace.no, "definition_version": trace.version, **trace.facts}
    file.writelines(_attributes(facts))
    for event in trace.events:
        file.write("<event>\n")
        file.writelines(_attributes(_said(event)))
        file.write("</event>\n")
    file.write("</trace>\n")


def _said(event: Event) -> dict[str, Value]:
    said = {
        "concept:name": event.activity,
        "lifecycle:transition": event.transition,
        "org:resource": event.actor,
        "org:group": event.unit,
        "time:timestamp": event.at,
        "seq": event.seq,
        "action": event.action,
        "element": event.element,
        "on_behalf_of": event.on_behalf_of,
        "hash": event.hash,
    }
    return {key: value for key, value in said.items() if value is not None}


def _attributes(said: dict[str, Value]) -> Iterator[str]:
    for key, value in said.items():
        if isinstance(value, datetime):
            yield f'<date key="{key}" value="{local(value).isoformat(timespec="milliseconds")}"/>\n'
        elif isinstance(value, int):
            yield f'<int key="{key}" value="{value}"/>\n'
        else:
            yield f'<string key="{key}" value={_quoted(value)}/>\n'


def _quoted(text: str) -> str:
    """Most texts are codes, hashes and Chinese names of steps: nothing in letters and digits asks for more."""
    return f'"{text}"' if text.isalnum() else quoteattr(_NO_XML.sub("�", text))
