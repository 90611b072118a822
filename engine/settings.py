"""Settings, all from environment variables `BANCHENG_…` (README, "设置")."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network

from engine.erasure.retention import Retention, read_retention

DEFAULT_DATABASE = "sqlite:///bancheng.db"
DEMO_PASSWORD = "bancheng-demo"
DEMO_PHONE = "010-00000000"  # nobody has it
CHECK_SECONDS = "BANCHENG_CHECK_SECONDS"
TRACEBACK = "BANCHENG_TRACEBACK"  # "1": an unforeseen error of a command shows where it came from

MOST_PLACE = 200  # letters of the name of a place outside

Networks = tuple[IPv4Network | IPv6Network, ...]
LOOPBACK: Networks = (ip_network("127.0.0.0/8"), ip_network("::1"))


@dataclass(frozen=True)
class Settings:
    """What the surroundings decide."""

    database_url: str = DEFAULT_DATABASE
    demo: bool = False
    demo_password: str = DEMO_PASSWORD
    sweep_seconds: float = 1.0
    max_body_bytes: int = 2_000_000
    max_attachment_bytes: int = 20_000_000
    secret_key: str | None = None  # lines, the one in force first; None: the key file
    secret_key_file: str | None = None  # None: beside an SQLite database
    audit_key: str | None = None  # lines like those of secret_key, of the trail; None: the key file
    audit_key_file: str | None = None  # None: beside an SQLite database
    checkpoint_places: tuple[str, ...] = ()  # folders and https:// addresses outside, each told every checkpoint
    password_policy: str = "dengbao"  # or "nist" (engine/directory/password_policy.py)
    trusted_proxies: Networks = ()  # what they say of where a request comes from is believed
    inside: Networks = LOOPBACK  # who may see how the house is doing
    rate_factor: float | None = None  # what limits are multiplied by; None: 1, in a demo 1000
    counter_since: date = date(2022, 1, 1)  # the public counter: first day of its first month
    counter_offset: int = 0  # and what was solved since, before this house kept count
    public_url: str | None = None  # where citizens find the public pages; None: as the browser names this host
    office_phone: str | None = None  # of the window, for prints and public pages; a demo invents one
    retention: Retention = field(default_factory=Retention)  # how long personal data of ended cases is kept
    rate_weights: tuple[int, int, int] = (20, 40, 40)  # of 响应, 解决 and 满意 in the composite, in per cent


def read_settings(environment: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
    """Settings of this process; raises ValueError naming a variable that does not fit."""
    values = os.environ if environment is None else environment
    return Settings(
        database_url=values.get("BANCHENG_DATABASE_URL", DEFAULT_DATABASE),
        demo=demo,
        demo_password=values.get("BANCHENG_DEMO_PASSWORD", DEMO_PASSWORD),
        sweep_seconds=_number(values, "BANCHENG_SWEEP_SECONDS", 1.0),
        max_body_bytes=int(_number(values, "BANCHENG_MAX_BODY_BYTES", 2_000_000)),
        max_attachment_bytes=int(_number(values, "BANCHENG_MAX_ATTACHMENT_BYTES", 20_000_000)),
        secret_key=values.get("BANCHENG_SECRET_KEY"),
        secret_key_file=values.get("BANCHENG_SECRET_KEY_FILE"),
        audit_key=values.get("BANCHENG_AUDIT_KEY"),
        audit_key_file=values.get("BANCHENG_AUDIT_KEY_FILE"),
        checkpoint_places=_places(values, "BANCHENG_CHECKPOINT_PLACES"),
        password_policy=_word(values, "BANCHENG_PASSWORD_POLICY", ("dengbao", "nist")),
        trusted_proxies=_networks(values, "BANCHENG_TRUSTED_PROXIES", ()),
        inside=_networks(values, "BANCHENG_INSIDE", LOOPBACK),
        rate_factor=_number(values, "BANCHENG_RATE_FACTOR", 0) or None,
        counter_since=_month(values, "BANCHENG_COUNTER_SINCE", "2022-01"),
        counter_offset=int(_number(values, "BANCHENG_COUNTER_OFFSET", 0)),
        public_url=_address(values, "BANCHENG_PUBLIC_URL"),
        office_phone=values.get("BANCHENG_OFFICE_PHONE", "").strip() or None,
        retention=_retention(values, "BANCHENG_RETENTION", "BANCHENG_RETENTION_AUTO"),
        rate_weights=_weights(values, "BANCHENG_RATE_WEIGHTS", "20/40/40"),
    )


def check_seconds(otherwise: int) -> int:
    """Seconds of the processor that the check of what is uploaded may take; raises ValueError when it is no number.

    Read where the check begins: it is a matter of the machine, also of one that has no house open.
    """
    return int(_number(os.environ, CHECK_SECONDS, otherwise))


def _networks(values: Mapping[str, str], name: str, default: Networks) -> Networks:
    """`10.1.0.0/16, ::1`; nothing at all is no network."""
    text = values.get(name)
    try:
        return default if text is None else tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError(f"环境变量 {name} 应是用逗号隔开的地址或网段，现在是“{text}”") from None


def _number(values: Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name)
    try:
        return default if text is None else float(text)
    except ValueError:
        raise ValueError(f"环境变量 {name} 应是数字，现在是“{text}”") from None


def _word(values: Mapping[str, str], name: str, words: Sequence[str]) -> str:
    """One of a few words, the first when nothing is said."""
    text = values.get(name, words[0])
    if text not in words:
        raise ValueError(f"环境变量 {name} 应是 {' 或 '.join(words)}，现在是“{text}”")
    return text


def _month(values: Mapping[str, str], name: str, default: str) -> date:
    text = values.get(name, default)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError(f"环境变量 {name} 应是月份，写成 2022-01，现在是“{text}”") from None


def _address(values: Mapping[str, str], name: str) -> str | None:
    """`https://bcs.example.gov.cn`, without a slash at its end."""
    text = values.get(name, "").strip().rstrip("/")
    if text and not text.startswith(("https://", "http://")):
        raise ValueError(f"环境变量 {name} 应以 https:// 开头，现在是“{text}”")
    return text or None


def _places(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Folders and addresses with commas between them."""
    places = tuple(part.strip() for part in values.get(name, "").split(",") if part.strip())
    if any("://" in place and not place.startswith(("https://", "http://")) for place in places):
        raise ValueError(f"环境变量 {name} 应是用逗号隔开的文件夹或以 https:// 开头的地址，现在是“{values[name]}”")
    if any(len(place) > MOST_PLACE for place in places):
        raise ValueError(f"环境变量 {name} 里有一处超过 {MOST_PLACE} 个字，请写短一些")
    return tuple(dict.fromkeys(places))


def _retention(values: Mapping[str, str], years: str, auto: str) -> Retention:
    by_itself = _word(values, auto, ("0", "1")) == "1"
    try:
        return read_retention(values.get(years, ""), by_itself)
    except ValueError as error:
        raise ValueError(f"环境变量 {years} 应写成 10 或 10, consulted=3：{error}") from None


def _weights(values: Mapping[str, str], name: str, default: str) -> tuple[int, int, int]:
    text = values.get(name, default)
    parts = [int(part) for part in text.split("/") if part.isascii() and part.isdecimal()]
    if len(parts) != 3 or text.count("/") != 2 or sum(parts) != 100:
        raise ValueError(f"环境变量 {name} 应是三个合计 100 的数，写成 20/40/40，现在是“{text}”")
    responded, solved, satisfied = parts
    return responded, solved, satisfied
