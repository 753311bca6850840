"""The report in a real browser: filter, search, links both ways, colours, keyboard, printing, a thousand files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from autotransform.review import FileChange
from tests.review.shop_runs import shop_report, shop_run, with_one, write

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

#: What axe looks for: of dark colours, contrast alone, for all else is as in light ones.
RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 40 files that change; the first of `part_1` has a shape of its own."""
    return keep(tmp_path_factory, shop_report(40))


@pytest.fixture(scope="module")
def small_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of three files that change, and three that do not."""
    return keep(tmp_path_factory, shop_report(3))


def keep(factory: pytest.TempPathFactory, content: bytes) -> Path:
    path = factory.mktemp("report") / "report.html"
    path.write_bytes(content)
    return path


def open_report(page: Page, path: Path) -> None:
    page.goto(path.as_uri())
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


def files(page: Page) -> Locator:
    return page.locator("details.file:visible")


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
    return found


def test_filter_search_and_links_both_ways(page: Page, report: Path) -> None:
    open_report(page, report)
    expect(page.locator("[role=status]")).to_have_text("43 files")
    # A shape shows only its changes, and a chip says so and takes it back.
    rare = page.locator("details.shape").first
    rare.locator("summary").first.click()
    expect(rare.locator("table.diff .tok-number").first).to_be_visible()
    rare.get_by_role("button", name="Show only these changes").click()
    expect(files(page)).to_have_count(1)
    expect(page.locator(".hunk:visible")).to_have_count(1)
    expect(page.locator(".hunk:visible mark").first).to_be_visible()
    expect(page.locator(".hunk:visible .remark")).to_have_text("Undecided: what the clock gives ")
    # From the hunk to the line of the script, and back by what the method made.
    page.locator(".hunk:visible a.by").first.click()
    expect(page.locator("tr:target")).to_contain_text("def leave_Attribute")
    page.go_back()
    page.locator(".hunk:visible a.case").first.click()
    expect(page.locator("tr:target")).to_contain_text("CASES")
    page.locator("tr a.made").click()
    expect(page.locator("[role=status]")).to_have_text("40 of 43 files")
    page.get_by_role("button", name="Show not only method leave_Attribute").click()
    expect(page.locator("[role=status]")).to_have_text("43 files")
    page.locator(".hunk:visible a.of-shape").first.click()
    expect(page.locator("details.shape:target")).to_have_attribute("open", "")
    # By status, path and text.
    page.get_by_label("Which files").select_option("Failed or skipped")
    expect(files(page).locator("h3")).to_have_text(["tools/broken.py", "tools/old.py"])
    page.get_by_label("Which files").select_option("All files")
    page.get_by_label("Filter by path").fill("part_17.py")
    expect(files(page)).to_have_count(1)
    expect(page.locator(".tree a:visible")).to_have_count(1)
    page.get_by_label("Filter by path").fill("tick=1")
    expect(files(page).locator("h3")).to_have_text(["shop/invoice/core/part_1.py"])
    expect(page.locator("#no-match")).to_be_hidden()
    expect(page.locator("[role=status]")).to_have_text("1 of 43 files, 1 line")
    page.keyboard.press("Enter")
    expect(page.locator("tr.current")).to_contain_text("tick=1")

    assert page.evaluate("[...CSS.highlights.get('found')].map(String)") == ["tick=1"]

    page.get_by_label("Filter by path").fill("nowhere at all")
    expect(page.locator("#no-match")).to_be_visible()


def test_the_keyboard_does_all_that_a_mouse_does(page: Page, report: Path) -> None:
    open_report(page, report)
    page.keyboard.press("Tab")

    assert focused(page) == "Skip to the report"

    page.keyboard.press("j")
    expect(page.locator(".hunk:focus")).to_have_attribute("aria-label", re.compile("^Change 1 of .* in shop/customer"))
    first = focused(page)
    page.keyboard.press("j")
    expect(page.locator(".hunk:focus")).to_have_attribute("aria-label", re.compile("^Change 2 of "))
    page.keyboard.press("k")
    expect(page.locator(".hunk:focus")).to_have_attribute("aria-label", first)
    page.keyboard.press("u")
    expect(page.locator(".hunk:visible table.split").first).to_be_visible()
    expect(page.get_by_role("button", name="Side by side")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("]")
    page.keyboard.press("]")
    path = page.locator("details.file summary:focus h3")
    expect(path).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("details.file:has(summary:focus)")).not_to_have_attribute("open", "")
    page.keyboard.press("/")
    page.keyboard.type("tick=1")
    expect(files(page)).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    expect(page.locator("td.code.added:has-text('tick=1')").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("[role=status]")).to_have_text("43 files")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next change")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("s")

    assert focused(page).startswith("Shapes")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("details.shape").first).to_have_attribute("open", "")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert outline == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_axe_finds_in_either_colours(page: Page, small_report: Path, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_report(page, small_report)
    page.locator("details.shape").first.locator("summary").first.click()
    page.keyboard.press("j")
    expect(page.locator(".hunk:focus")).to_be_visible()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    found = Axe().run(page, options=RULES[scheme]).response["violations"]

    assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")

    # The switch goes against the system, too.
    for _ in range(2 if scheme == "light" else 1):
        page.locator("#theme").click()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != background


def test_printing_draws_what_was_never_in_view(page: Page, small_report: Path) -> None:
    open_report(page, small_report)
    empty = "document.querySelectorAll('.hunks:empty').length"
    page.evaluate(f"window.print = () => {{ document.documentElement.dataset.empty = {empty} }}")
    page.get_by_label("Filter by path").fill("tools/zones.py")
    expect(files(page)).to_have_count(1)
    page.get_by_label("Filter by path").fill("")
    expect(files(page)).to_have_count(6)
    page.get_by_role("button", name="Print").click()
    expect(page.locator("html")).to_have_attribute("data-empty", "0")
    printed = page.pdf(format="A4")

    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 3


def test_a_narrow_page_never_scrolls_sideways(page: Page, report: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_report(page, report)
    for place in ("shapes", "script", "files"):
        page.evaluate(f"document.getElementById('{place}').scrollIntoView()")

        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_what_matters_is_there(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(report.as_uri())
        page.locator("details.shape").first.locator("summary").first.click()
        expect(page.locator("details.shape table.diff").first).to_be_visible()
        for shown in ("#rules li", "#script td.code", "#attention li", "#files noscript p"):
            expect(page.locator(shown).first).to_be_visible()
        expect(page.locator("#tools")).to_be_hidden()
    finally:
        context.close()


def test_what_is_hostile_runs_nothing(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    bad = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\u202e"
    path = bad.replace("/", "\u2215") + ".py"
    change = FileChange(path=path, before=f"x = '{bad}'\n".encode(), after=f"y = '{bad}'\n".encode())
    open_report(page, keep(tmp_path_factory, write(*with_one(shop_run(0)[0], change))))
    page.keyboard.press("j")
    expect(page.locator(".hunk td.code.added").first).to_contain_text("onerror")

    assert page.title() != "taken"
    assert page.locator("img, .hunk script").count() == 0


def test_a_script_that_is_not_its_own_is_refused(
    page: Page, watch: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = shop_report(1).replace(b"</body>", b"<script>document.title = 'taken'</script></body>")
    open_report(page, keep(tmp_path_factory, content))

    assert page.title() != "taken"
    watch.expect("Content Security Policy")


@pytest.mark.parametrize("count", [200, pytest.param(1_000, marks=pytest.mark.long)])
def test_many_files_are_there_at_once_and_load_as_they_are_looked_at(
    page: Page, tmp_path_factory: pytest.TempPathFactory, count: int
) -> None:
    content = shop_report(count)

    assert len(content) < 5_000 * count

    open_report(page, keep(tmp_path_factory, content))
    drawn = "document.querySelectorAll('.hunks:not(:empty)').length"

    assert page.evaluate(drawn) < 30

    last = page.locator("details.file").nth(count - 1)
    page.evaluate(f"location.hash = 'f{count - 1}'")
    expect(last.locator(".hunk td.code.added").first).to_be_visible()

    assert page.evaluate(drawn) < 60

    page.get_by_label("Filter by path").fill("part_151.py")
    expect(files(page)).to_have_count(1)
