"""Where the leading of a case again may begin, other than at its first line.

What a case is led to is made of nothing but what is read for it: its lines, the answers beside them, the definitions,
the calendars, which units are ordered from above. All that is folded into a print, line after line. Where the print is
the same, everything up to that line is what it was when the case was led there before, and doing it again would come to
the same; one letter of it changed anywhere, and the print is another, so that the case is led from its first line and
the change is found. Nobody need look for what was kept in vain: it is never asked for again.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

EVERY = 20  # lines from one waypoint to the next, at the end of a transaction
_MOST = 1000  # of one process: some kilobytes each
_LAYOUT = b"1"  # another one where what a replay does with the same lines has changed


@dataclass(frozen=True)
class Waypoint:
    """A case after line `seq`, the last of a transaction, with the print of everything that led there.

    `columns` is what it then had in the table of cases, `former` its state before the last migration.
    """

    seq: int
    print: str
    columns: Mapping[str, Any]
    former: bytes | None


class Known(Protocol):
    """Waypoints that can be asked for."""

    def latest(self, prints: Sequence[str]) -> Waypoint | None:
        """The last one on the way that these prints tell, one per line."""
        ...

    def keep(self, waypoint: Waypoint) -> None:
        """Keep it for the next time."""
        ...


def prints(read: Iterable[bytes]) -> Iterator[str]:
    """One print per line, each of everything read up to it; the first of `read` is what there was before any line."""
    so_far = hashlib.sha256(_LAYOUT).digest()
    for number, each in enumerate(read):
        so_far = hashlib.sha256(so_far + each).digest()
        if number:
            yield so_far.hex()


class Nowhere:
    """No waypoints: every case is led from its first line."""

    def latest(self, prints: Sequence[str]) -> Waypoint | None:
        return None

    def keep(self, waypoint: Waypoint) -> None:
        return None


class Waypoints:
    """Those of one process, the ones used last; several threads may ask."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._by_print: OrderedDict[str, Waypoint] = OrderedDict()
        self._lock = threading.Lock()

    def latest(self, prints: Sequence[str]) -> Waypoint | None:
        with self._lock:
            found = next((print for print in reversed(prints) if print in self._by_print), None)
            if found is None:
                return None
            self._by_print.move_to_end(found)
            return self._by_print[found]

    def keep(self, waypoint: Waypoint) -> None:
        with self._lock:
            self._by_print[waypoint.print] = waypoint
            self._by_print.move_to_end(waypoint.print)
            if len(self._by_print) > self._most:
                self._by_print.popitem(last=False)

    def forget(self) -> None:
        """As in a process that has just begun."""
        with self._lock:
            self._by_print.clear()
