"""Where a request comes from is what the network says, and what a proxy of ours says it heard."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from engine.settings import Settings, read_settings
from tests.support.house import House
from webapp.addresses import address, household, inside, is_secure
from webapp.app import create_app

PROXY = {"BANCHENG_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}


def seen(house: House, settings: Settings, direct: str, forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    app = create_app(house.engine, replace(settings, demo=True))
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": direct}):
        return address()


@pytest.mark.checklist(52)
@pytest.mark.parametrize(
    ("direct", "forwarded", "found"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "1.2.3.4, 198.51.100.1, 10.2.2.2", "198.51.100.1"),
        ("::ffff:10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "10.2.2.2", "10.2.2.2"),
        ("10.1.1.1", "<script>", "-"),
        ("10.1.1.1", None, "10.1.1.1"),
        ("", None, "-"),
    ],
)
def test_only_a_proxy_of_ours_is_believed(house: House, direct: str, forwarded: str | None, found: str) -> None:
    assert seen(house, read_settings(PROXY), direct, forwarded) == found


@pytest.mark.checklist(52)
def test_tls_in_front_of_a_proxy_counts_when_the_proxy_is_ours(house: House) -> None:
    told = {"headers": {"X-Forwarded-Proto": "https"}, "environ_base": {"REMOTE_ADDR": "10.1.1.1"}}
    for settings, secure in ((house.settings, False), (read_settings(PROXY), True)):
        with create_app(house.engine, settings).test_request_context("/", **told):
            assert is_secure() is secure


def test_a_household_of_ipv6_is_one(house: House) -> None:
    for direct in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
        with house.app.test_request_context("/", environ_base={"REMOTE_ADDR": direct}):
            assert household() == "2001:db8:1:2::/64"


@pytest.mark.checklist(55)
@pytest.mark.parametrize(
    ("direct", "headers", "found"),
    [
        ("127.0.0.1", {}, True),
        ("192.168.5.5", {}, True),
        ("203.0.113.9", {}, False),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
def test_inside_is_what_the_settings_say(house: House, direct: str, headers: dict[str, str], found: bool) -> None:
    settings = replace(house.settings, inside=(ip_network("127.0.0.0/8"), ip_network("192.168.0.0/16")))
    app = create_app(house.engine, settings)
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": direct}):
        assert inside() is found


@pytest.mark.parametrize("name", ["BANCHENG_TRUSTED_PROXIES", "BANCHENG_INSIDE"])
def test_a_setting_that_is_no_network_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_settings({name: "proxy.example.org"})


@pytest.mark.checklist(19)
@pytest.mark.parametrize(
    ("demo", "scheme", "told"), [(False, "https", True), (False, "http", False), (True, "https", False)]
)
def test_browsers_are_told_to_stay_with_tls_where_there_is_some(
    house: House, demo: bool, scheme: str, told: bool
) -> None:
    client = create_app(house.engine, replace(house.settings, demo=demo)).test_client()
    headers = client.get("/healthz", base_url=f"{scheme}://localhost").headers
    assert ("Strict-Transport-Security" in headers) is told
