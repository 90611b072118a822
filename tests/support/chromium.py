"""The system's Chromium, driven by Playwright; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "没有找到 Chromium 浏览器：请先安装，Debian 上是 apt-get install chromium，Ubuntu 上可用 google-chrome"

# For what hangs, not for what is slow.
_PATIENCE_MILLISECONDS = 120_000
expect.set_options(timeout=_PATIENCE_MILLISECONDS)

# The browser asks nobody but the pages under test.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # There is one site: without this every step to a page starts another process, in case it were one of another site.
    "--disable-site-isolation-trials",
)


def find_chromium() -> str:
    """Path of the installed browser; raises FileNotFoundError with what to install."""
    for program in PROGRAMS:
        if found := shutil.which(program):
            return found
    raise FileNotFoundError(MISSING)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running headless browser. Raises FileNotFoundError when none is installed."""
    program = find_chromium()
    arguments = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(_QUIET)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments, timeout=_PATIENCE_MILLISECONDS)
        try:
            yield browser
        finally:
            browser.close()


def new_desk(browser: Browser, **more: Any) -> BrowserContext:
    """A new person's browser: no cookies, Chinese, in Asia/Shanghai; for as long as it takes it waits for its pages."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **more)
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    return context
