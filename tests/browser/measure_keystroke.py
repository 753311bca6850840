"""Measure how soon the review page shows what a keystroke changed: ``python -m tests.browser.measure_keystroke``.

A repository of 1,000 files, of which 100 hold what the script looks for. Each keystroke makes another script, so
nothing is known of it from before. Milliseconds, by the browser's own clock, until shapes are drawn: from the
keystroke, and from the end of the pause in which the page waits for more to be typed.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.review_server import FILES, make_repository, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

FILES_ALL, FILES_HOLDING, KEYSTROKES = 1_000, 100, 15
_READ = """() => Object.fromEntries(
    ["keystroke", "pause", "shapes"].map((name) => [name, performance.getEntriesByName(name).at(-1).startTime]))"""


def write_files() -> dict[str, str | bytes]:
    """Make the contents: functions enough that a file is of usual length."""
    files = dict(FILES)
    filler = "".join(f"def step_{number}(value):\n    return value + {number}\n\n\n" for number in range(40))
    for number in range(FILES_ALL):
        is_holding = number % (FILES_ALL // FILES_HOLDING) == 0
        last = "def show(item):\n    item.keep(stale=1)\n    return item.brown\n" if is_holding else ""
        files[f"package_{number % 20}/module_{number}.py"] = filler + last
    return files


def measure(page: Page) -> list[tuple[float, float]]:
    """Type into the docstring and read what the page noted; first what the person waits, then without the pause."""
    measured = []
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    for number in range(KEYSTROKES):
        page.keyboard.type("abc"[number % 3])
        page.wait_for_function(
            "() => performance.getEntriesByName('shapes').at(-1)?.startTime"
            " > performance.getEntriesByName('keystroke').at(-1)?.startTime"
        )
        marks = page.evaluate(_READ)
        measured.append((marks["shapes"] - marks["keystroke"], marks["shapes"] - marks["pause"]))
        page.wait_for_selector(".state[data-phase=done]")
        page.wait_for_timeout(1_500)  # the check and the cases of this text end before the next one
    return measured


def main() -> None:
    """Print medians and extremes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        repo = make_repository(Path(folder) / "repo", write_files())
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(repo) as server:
            page = browser.new_page()
            page.goto(server.address)
            page.set_default_timeout(120_000)
            page.wait_for_selector(".state[data-phase=done]")
            page.wait_for_selector(".cases .good")
            measured = measure(page)
        browser.close()
    for words, values in zip(("from the keystroke", "after the pause"), zip(*measured, strict=True), strict=True):
        print(f"{words}: median {statistics.median(values):.0f} ms, {min(values):.0f} to {max(values):.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
