"""The guards of the browser tests: each is shown to bite, for a check that cannot fail is a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Watch


def test_a_request_to_another_machine_is_a_fault(page: Page, watch: Watch) -> None:
    page.set_content('<img src="http://elsewhere.invalid/pixel.png">')

    assert [fault for fault in watch.faults if fault.startswith("request:")] == [
        "request: http://elsewhere.invalid/pixel.png"
    ]
    watch.expect("request: http://elsewhere.invalid/pixel.png")
    watch.expect("ERR_NAME_NOT_RESOLVED")


def test_a_complaint_on_the_console_is_a_fault(page: Page, watch: Watch) -> None:
    page.evaluate("console.error('a complaint')")

    assert watch.faults == ["console: a complaint"]
    watch.expect("a complaint")


def test_an_error_that_nobody_catches_is_a_fault(page: Page, watch: Watch) -> None:
    with page.expect_event("pageerror"):
        page.evaluate("void setTimeout(() => { throw new Error('uncaught') })")

    assert watch.faults == ["error: uncaught"]
    watch.expect("uncaught")


def test_a_page_from_a_file_is_no_fault(page: Page, watch: Watch) -> None:
    page.goto("data:text/html,<p>quiet</p>")

    assert watch.faults == []
