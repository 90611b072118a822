"""What a display mode changes in a page: a class, and which of three buttons is pressed. Style sheets do the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.browser.test_every_page import pages
from tests.support.house import House
from tests.webapp.doors import Caller
from tests.webapp.test_role_table import filled, places
from webapp.pages.display import MODES

__all__ = ["places"]

# Drawn anew whenever a page is shown: the keys of its forms, and the secret of a second factor.
_ONCE = re.compile(
    r'name="(?:_key|_draft|sealed)" value="[^"]*"|<svg [^>]*class="segno">.*?</svg>|<strong class="key">[^<]*',
    re.DOTALL,
)


def test_a_mode_is_one_class_and_one_pressed_button_on_every_page(house: House, places: Mapping[str, str]) -> None:
    callers: dict[str, Caller] = {}
    differing, in_modes = [], 0
    for door, role in pages(house):
        caller = callers.setdefault(role, Caller(house, role))
        standard, *others = [_page(caller, filled(door, places), mode) for mode in MODES]
        in_modes += 'class="mode-standard"' in standard
        for mode, text in zip(MODES[1:], others, strict=True):
            if text != _in_mode(standard, mode):
                differing.append(f"{door} {mode}")
    assert differing == []
    assert in_modes > 50


def _page(caller: Caller, path: str, mode: str) -> str:
    client = caller.browser.client
    client.set_cookie("display", mode)
    return _ONCE.sub("", client.get(path).get_data(as_text=True))


def _in_mode(standard: str, mode: str) -> str:
    """The page as it stands after what tests/browser/test_every_page.py does to it."""
    text = standard.replace('<html lang="zh-CN" class="mode-standard">', f'<html lang="zh-CN" class="mode-{mode}">')
    text = text.replace('value="standard" aria-pressed="true"', 'value="standard" aria-pressed="false"')
    return text.replace(f'value="{mode}" aria-pressed="false"', f'value="{mode}" aria-pressed="true"')
