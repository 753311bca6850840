"""Hostile texts on our pages in a real Chromium: nothing of them runs, draws or reaches out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.review_server import make_repository, serving
from tests.hostile.shown import HOSTILE, RUN, write_html, write_repository

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Watch

#: What has no business on a page of ours, wherever it comes from.
_FOREIGN = (
    "iframe, object, embed, base, form[action], meta[http-equiv=refresh], img:not(.cm-widgetBuffer),"
    " link:not([href^='/static/'])"
)
_CANARY = f"window.ran = []; window.{RUN.partition('(')[0]} = () => window.ran.push(1); window.print = () => {{}}"
_FIND_FOREIGN = """() => {
  const found = [...window.ran].map((each) => `ran ${each}`);
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches(FOREIGN)) found.push(element.outerHTML.slice(0, 200));
      for (const { name, value } of element.attributes) {
        const leads = /^(href|src|srcset|action|formaction|xlink:href|style)$/.test(name);
        if (name.startsWith('on') || (leads && /javascript:|data:|canary/i.test(value))) found.push(`${name}=${value}`);
      }
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  return found;
}""".replace("FOREIGN", json.dumps(_FOREIGN))


@pytest.fixture
def watched(page: Page, watch: Watch) -> Page:
    """Give a page that tells when a text of ours ran, or asked something."""
    page.add_init_script(_CANARY)
    page.on("dialog", lambda dialog: watch.faults.append(f"dialog: {dialog.message}"))
    return page


def test_nothing_of_a_text_runs_in_the_report(watched: Page, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_bytes(write_html())
    watched.goto(report.as_uri())
    watched.wait_for_selector("html[data-ready]")
    watched.click("#print")  # every part is unpacked and drawn
    watched.locator("#files table").nth(len(HOSTILE) - 1).wait_for(state="attached")
    watched.fill("input[type=search]", RUN)
    watched.locator("#files mark").nth(20).wait_for(state="attached")

    assert watched.evaluate(_FIND_FOREIGN) == []
    assert HOSTILE["image"] in str(watched.evaluate("document.querySelector('#files').textContent"))


@pytest.mark.long
def test_nothing_of_a_text_runs_on_the_review_page(watched: Page, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "repo", {})
    write_repository(repo)
    repo.commit()
    with serving(repo, "evil") as server:
        watched.goto(server.address)
        expect(watched.locator(".state")).to_contain_text("shapes")
        expect(watched.locator(".case").nth(len(HOSTILE) - 1)).to_be_attached()

        assert watched.evaluate(_FIND_FOREIGN) == []


def test_the_look_for_what_runs_finds_what_is_planted(watched: Page, watch: Watch) -> None:
    watched.goto("about:blank")
    watched.evaluate("document.body.innerHTML = `" + HOSTILE["image"].replace("src=x", "src=data:,") + "`")
    watched.wait_for_function("() => window.ran.length > 0")

    assert len(watched.evaluate(_FIND_FOREIGN)) >= 3
    watch.faults = [fault for fault in watch.faults if not fault.startswith("console:")]
