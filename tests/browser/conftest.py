"""A real Chromium, one for all tests, whose pages may reach nothing but this machine and may complain of nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Keeps Chromium from calling home, from names that are not this machine's, and from what a container has not.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

_OWN_SCHEMES = {"about", "blob", "data", "file"}
#: Milliseconds for which a page is waited for; a machine may have much else to do.
_PATIENCE = 30_000


class Watch:
    """Everything that the pages of one context did and must not: what reached out, what was complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("request", self._see_request)
        context.on("console", self._see_message)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))

    def expect(self, part: str) -> None:
        """Take the faults that hold the part as wanted, of which there must be one."""
        wanted = [fault for fault in self.faults if part in fault]

        assert wanted, f"nothing complained of {part!r}: {self.faults}"
        self.faults = [fault for fault in self.faults if part not in fault]

    def _see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _OWN_SCHEMES and address.hostname not in {"127.0.0.1", "localhost"}:
            self.faults.append(f"request: {request.url}")

    def _see_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests; skip where there is none."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs the program chromium")
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a context of its own, which nothing of another test has touched."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened.set_default_timeout(_PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def watch(context: BrowserContext) -> Iterator[Watch]:
    """Fail the test afterwards when a page reached out of this machine or complained."""
    seen = Watch(context)
    yield seen

    assert seen.faults == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """Give an empty page that is watched."""
    del watch  # asked for so that no page goes unwatched
    return context.new_page()
