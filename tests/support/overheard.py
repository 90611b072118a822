"""What the whole run writes to its logs, overheard for the people whom nearly every test registers."""

from __future__ import annotations

import logging

from tests.support.house import REGISTRATION

SECRETS = (REGISTRATION["applicant"]["name"], REGISTRATION["applicant"]["phone"], "13812345678")


class Overhearing(logging.Handler):
    """Keeps the messages that name somebody, and those of the errors told along with them.

    Not the lines of source in a traceback: those of tests have the names in them.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        said = f"{record.name}: {record.getMessage()} {error or ''}"
        if any(secret in said for secret in SECRETS):
            self.heard.append(said)
