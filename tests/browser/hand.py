"""Somebody's hand at a real browser: it clicks and types as a person would, and counts what that takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields

from playwright.sync_api import Locator, Page

# Marks of fields that must be filled in as the form stands now; a group asks for nothing itself, its fields do.
_REQUIRED = """() => [...document.querySelectorAll('main form[novalidate] .must')].filter(mark =>
  mark.offsetParent && !mark.closest('legend')?.parentElement.matches('.field-group')).length"""


@dataclass
class Effort:
    """What a part of a story took.

    `asked`: required fields in the forms sent, those that stood filled in already included; `required` and
    `optional`: fields filled in by hand; `acts`: clicks on links, buttons and boxes, and fields typed into;
    `clicks`: of the mouse, into fields too; `keys`: pressed, a Chinese character counting as one.
    """

    asked: int = 0
    required: int = 0
    optional: int = 0
    acts: int = 0
    clicks: int = 0
    keys: int = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def required(page: Page) -> int:
    """How many fields of the form that is seen must be filled in, always or as it stands now."""
    count: int = page.evaluate(_REQUIRED)
    return count


@dataclass
class Hand:
    """Whoever's turn it is sits at `page`; `parts` tells what each part of the story took, in order."""

    page: Page
    parts: dict[str, Effort] = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort)

    @contextmanager
    def part(self, name: str, page: Page | None = None) -> Iterator[None]:
        """What is done inside counts for this part; `page`: at whose browser."""
        before, self.page = self.page, page or self.page
        self.effort = self.parts.setdefault(name, Effort())
        yield
        self.page = before

    def click(self, what: Locator) -> None:
        """One click, and the page it leads to."""
        self.effort.acts += 1
        self._click(what)

    def follow(self, name: str) -> None:
        """Click on the first link that is called this."""
        self.click(self.page.get_by_role("link", name=name).first)

    def push(self, name: str) -> None:
        """Click on the first button that is called this."""
        self.click(self.page.get_by_role("button", name=name).first)

    def press(self, key: str) -> None:
        """One key."""
        self.effort.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.effort.acts += 1
        self._type(text)

    def write(self, name: str, text: str) -> None:
        """Click into a field, and type."""
        self._filled(name)
        self._click(self._controls(name).first)
        self.type(text)

    def choose(self, name: str, value: str) -> None:
        """Choose a value: one click on a button or box, two in a list (open it, take one)."""
        self._filled(name)
        control = self._controls(name).first
        if control.evaluate("field => field.tagName") == "SELECT":
            self.effort.acts += 1
            self.effort.clicks += 2
            control.select_option(value)
        else:
            self.click(self.page.locator(f'main [name="{name}"][value="{value}"]'))

    def send(self) -> None:
        """Press the button of the form, and see that it was taken."""
        self.effort.asked += required(self.page)
        self.click(self.page.locator("form[novalidate] .actions button").last)
        assert not self.page.locator(".problems").count(), self.page.locator(".problems").inner_text()

    def take(self, step: str, title: str) -> None:
        """From the inbox, open this step of the case with this title."""
        self.page.goto("/inbox?queue=group")
        item = self.page.locator(".item", has=self.page.locator(".step", has_text=step)).filter(has_text=title)
        self.click(item.get_by_role("heading").get_by_role("link"))

    def print(self) -> None:
        """Print the sheet that is shown, and go back to the page before it."""
        self.click(self.page.locator("[data-print]"))

    def _click(self, what: Locator) -> None:
        self.effort.clicks += 1
        what.click()
        self.page.wait_for_load_state()

    def _type(self, text: str) -> None:
        self.effort.keys += len(text)
        self.page.keyboard.type(text)

    def _controls(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type=hidden])')

    def _filled(self, name: str) -> None:
        marks = self.page.locator(f'main [data-field="{name}"] .must')
        if marks.count() and marks.first.is_visible():
            self.effort.required += 1
        else:
            self.effort.optional += 1
