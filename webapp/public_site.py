"""What the public pages and the prints tell of the house: where it is found, and whom to call."""

from __future__ import annotations

from flask import current_app, request

from engine.settings import DEMO_PHONE, Settings

OFFICE = "政务服务中心"


def office_phone() -> str | None:
    """The telephone of the window; None where the settings name none. A demo has an invented one."""
    settings = _settings()
    return settings.office_phone or (DEMO_PHONE if settings.demo else None)


def public_url(path: str) -> str:
    """A path of this site as citizens reach it: under BANCHENG_PUBLIC_URL, else as this request reached it."""
    return (_settings().public_url or request.host_url.rstrip("/")) + path


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
