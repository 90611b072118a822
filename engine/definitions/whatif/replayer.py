"""The replayer: a process of its own, in which drafts are replayed that nobody has looked at yet (see `apart.py`).

Like the examiner it has little memory and time, writes no file, reads none but the program's own and connects to
nobody. What it is told of cases stays in it: numbers of cases, instants and codes are all it answers.
"""

from __future__ import annotations

import sys
from time import monotonic
from typing import Any

import orjson

from engine.definitions.examiner import limit, shut_the_door
from engine.definitions.whatif.request import Request, answer_of, answered, request_from
from engine.errors import DiagramRefused

_SECONDS = 0.5  # between two words on how far it is


def main() -> None:
    """Read limits and a request from standard input, write progress and the answer to standard output, a line each."""
    first, _, rest = sys.stdin.buffer.read().partition(b"\n")
    limits, request = orjson.loads(first), request_from(rest)
    del rest
    limit(limits["megabytes"], limits["seconds"])
    reached = shut_the_door()
    try:
        answer = _answer(request)
    except MemoryError:
        answer = b'{"trouble":"memory"}'
    _say(b'{"trouble":"outside"}' if reached else answer)


def _answer(request: Request) -> bytes:
    try:
        return b'{"found":' + answer_of(answered(request, _Telling())) + b"}"
    except DiagramRefused as refused:
        return orjson.dumps({"findings": refused.findings})


class _Telling:
    """Says now and then how far it is."""

    def __init__(self) -> None:
        self._last = monotonic()

    def __call__(self, done: int, of: int) -> None:
        if monotonic() - self._last >= _SECONDS or done == of:
            self._last = monotonic()
            _say(orjson.dumps({"done": done, "of": of}))


def _say(line: bytes) -> Any:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
