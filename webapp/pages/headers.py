"""What a browser is told about every answer: run and load nothing from elsewhere, keep nothing of signed-in pages."""

from __future__ import annotations

from flask import Flask, Response, current_app, g

from webapp.addresses import is_secure
from webapp.interfaces import interface

DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{name} {value}" for name, value in DIRECTIVES.items()) + "; report-uri /csp-report"
_ONE_YEAR = 31_536_000


def install(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if not current_app.extensions["settings"].demo and is_secure():
        response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}"
    if interface() == "pages":
        # Pages sign in with a form: a challenge would open the browser's own dialog over it.
        response.headers.pop("WWW-Authenticate", None)
    if "actor" in g:
        response.headers.setdefault("Cache-Control", "no-store")
    if interface() == "pages" and "visitor" in g:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response
