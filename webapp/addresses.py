"""Where a request comes from. What a proxy says of it is believed of the proxies named in the settings alone."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask import current_app, request

from engine.settings import Networks, Settings

UNKNOWN = "-"  # a request that came over no network, or whose proxy told nonsense
_ONE_HOUSEHOLD = 64  # bits of an IPv6 address: whoever has one has the rest


def address() -> str:
    """The address of whoever asks: of the last machine on the way that is no proxy of ours."""
    way = _way()
    return next((each for each in reversed(way) if not _within(each, _proxies())), way[0])


def _way() -> list[str]:
    """The addresses on the way, nearest last; what was told to a stranger's proxy is not looked at."""
    direct = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "") if _by_proxy() else ""
    return [_plain(part.strip()) for part in (*filter(None, told.split(",")), direct)]


def household() -> str:
    """What limits by address count under: an IPv4 address, of IPv6 the network of one connection."""
    found = address()
    at = None if found == UNKNOWN else ip_address(found)
    return str(ip_network((at, _ONE_HOUSEHOLD), strict=False)) if isinstance(at, IPv6Address) else found


def inside() -> bool:
    """Whether the request comes from a machine that may see how the house is doing.

    Not one that a proxy passed on which the settings do not name: it would make everybody look like this machine.
    """
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return _within(address(), _settings().inside) and (_by_proxy() or not passed_on)


def is_secure() -> bool:
    """Whether the browser speaks TLS, to us or to a proxy of ours."""
    return request.is_secure or (_by_proxy() and request.headers.get("X-Forwarded-Proto") == "https")


def is_foreign(origin: str) -> bool:
    """Whether this Origin header names another site than the one that was asked."""
    told = request.headers.get("X-Forwarded-Host") if _by_proxy() else None
    return urlsplit(origin).netloc.lower() != (told or request.host).lower()


def _by_proxy() -> bool:
    return _within(request.remote_addr or "", _proxies())


def _proxies() -> Networks:
    return _settings().trusted_proxies


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _within(text: str, known: Networks) -> bool:
    plain = _plain(text)
    return plain != UNKNOWN and any(ip_address(plain) in network for network in known)


def _plain(text: str) -> str:
    """The address written the one way; an IPv4 one that came as ::ffff:1.2.3.4 is itself."""
    try:
        at = ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    return str(at.ipv4_mapped or at) if isinstance(at, IPv6Address) else str(at)
