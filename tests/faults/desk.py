"""A desk: HTTP with a token and a key, over a connection that may break at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

import orjson

_PATIENCE_SECONDS = 120  # whoever has hung up must not still be at work when the house is looked at


class Broken(Exception):
    """The connection broke before the answer came: nobody knows whether the act took place."""


@dataclass(frozen=True)
class Answer:
    """Status and JSON body; `replayed` when the house had answered this key before."""

    status: int
    body: Any
    replayed: bool = False


class Desk:
    """One connection at a time; for one thread."""

    def __init__(self, port: int, tokens: dict[str, str]) -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        self._tokens = tokens

    def ask(self, method: str, path: str, who: str, body: Any = None, key: str | None = None) -> Answer:
        """One attempt; raises Broken."""
        headers = {"Authorization": f"Bearer {self._tokens[who]}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            self._line.request(method, path, None if body is None else orjson.dumps(body), headers)
            response = self._line.getresponse()
            text = response.read()
        except (OSError, HTTPException) as error:
            self._line.close()
            raise Broken from error
        replayed = response.headers.get("Idempotent-Replay") == "true"
        return Answer(response.status, orjson.loads(text) if text else None, replayed)

    def close(self) -> None:
        """Hang up."""
        self._line.close()
