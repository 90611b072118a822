"""What ready-made pieces of a diagram bring along: the form of a sign-off."""

from __future__ import annotations

from typing import Any

SIGN_OFF = "sign_off"
SIGN_OFF_FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "签批",
    "type": "object",
    "additionalProperties": False,
    "required": ["sign_off_opinion"],
    "properties": {
        "sign_off_opinion": {"type": "string", "title": "签批意见", "maxLength": 1000, "pattern": "\\S"},
    },
    "ui": {"submit": "签批", "order": ["sign_off_opinion"]},
}
