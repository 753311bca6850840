"""The review page in a real Chromium, before the real server, on a real repository."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.review_server import (
    BRANCH,
    FILES,
    NAME,
    PATH,
    SCRIPT,
    ReviewServer,
    make_repository,
    serving,
)
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Watch

WHOLE = "3 changes in 2 files, 2 shapes"


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewServer]:
    """One server for all tests that do not end it."""
    del browser  # where there is none, no server is started either
    with serving(make_repository(tmp_path_factory.mktemp("review") / "repo", FILES)) as server:
        yield server


@pytest.fixture
def server(running: ReviewServer) -> ReviewServer:
    """The same, with nothing left of another test."""
    running.clear()
    return running


def open_page(page: Page, address: str, *, state: str = WHOLE) -> None:
    page.goto(address)
    expect(page.locator(".state")).to_have_text(state)
    expect(page.locator(".cases .tally")).to_have_text("all 3 green")


def write_over(page: Page, old: str, new: str) -> None:
    """Replace the next place in the script that holds a text, by keyboard, as a person would."""
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+f")
    page.keyboard.type(old)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.insert_text(new)


def content_of(server: ReviewServer, path: str) -> str:
    return server.repo.show(BRANCH, path).decode()


def test_from_an_edit_over_a_red_case_to_a_branch(page: Page, server: ReviewServer) -> None:
    open_page(page, server.address)
    write_over(page, 'keyword=cst.Name("fresh")', 'keyword=cst.Name("flesh")')
    expect(page.locator(".case.red")).to_have_count(1)
    expect(page.locator(".case.red mark")).to_have_text(["fresh", "flesh"])
    page.locator(".case.red button").click()
    write_over(page, 'keyword=cst.Name("flesh")', 'keyword=cst.Name("fresh")')
    expect(page.locator(".cases .tally")).to_have_text("all 3 green")
    expect(page.locator(".state")).to_have_text(WHOLE)

    page.locator(".shape", has_text="brown").get_by_role("button", name="Refuse").first.click()
    expect(page.locator(".shape.refused")).to_have_count(1)
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")  # which the editor alone would take for an empty line
    expect(page.get_by_role("dialog")).to_contain_text("1 shape: left as before")
    page.get_by_role("button", name="Make the branch").click()
    expect(page.get_by_role("dialog")).to_contain_text("The branch is made")
    expect(page.get_by_role("dialog")).to_contain_text(f"autotransform verify {BRANCH}")

    assert content_of(server, PATH) == SCRIPT
    till = server.repo.show("main", "shop/till.py").decode()
    assert content_of(server, "shop/till.py") == till.replace("stale", "fresh")
    assert content_of(server, "shop/basket.py") == "def check(item):\n    item.keep(fresh=1)\n"
    assert server.repo.git("status", "--porcelain") == ""
    verify = [sys.executable, "-m", "autotransform", "verify", BRANCH]
    assert subprocess.run(verify, cwd=server.repo.path, capture_output=True, check=False, timeout=60).returncode == 0


def test_the_same_by_keyboard_alone(page: Page, server: ReviewServer) -> None:
    press = page.keyboard.press
    open_page(page, server.address)
    press("Alt+2")
    expect(page.locator(".shape .opener").first).to_be_focused()
    press("j")
    press("Enter")
    expect(page.locator(".hunk")).to_have_count(1)
    press("j")
    press("x")
    expect(page.locator(".cases .tally")).to_have_text("1 of 4 red")
    press("Alt+1")
    press("Control+z")
    expect(page.locator(".cases .tally")).to_have_text("all 3 green")
    expect(page.locator(".state")).to_have_text(WHOLE)

    press("Alt+2")
    press("n")
    expect(page.locator(".shape.refused")).to_have_count(1)
    press("u")
    expect(page.locator(".shape.refused")).to_have_count(0)
    press("y")
    expect(page.locator(".shape.accepted")).to_have_count(1)
    press("j")
    press("n")
    expect(page.locator(".file.refused")).to_have_count(1)
    press("?")
    expect(page.get_by_role("dialog")).to_contain_text("In the results")
    press("Escape")
    press("Control+Enter")
    expect(page.get_by_role("button", name="Make the branch")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("The branch is made")

    assert content_of(server, "shop/till.py") == FILES["shop/till.py"]
    assert content_of(server, "shop/basket.py") == "def check(item):\n    item.keep(fresh=1)\n"


def test_methods_and_hunks_lead_to_each_other(page: Page, server: ReviewServer) -> None:
    open_page(page, server.address)
    page.locator(".shape", has_text="brown").hover()
    expect(page.locator(".cm-line.lit").first).to_contain_text("def leave_Attribute")
    page.get_by_role("button", name="leave_Arg", exact=True).first.click()
    expect(page.locator(".cm-activeLine")).to_contain_text("def leave_Arg")
    expect(page.locator(".shape.linked")).to_have_count(1)
    page.keyboard.press("Alt+m")
    expect(page.locator(".shape")).to_have_count(1)


def test_what_no_python_is_keeps_what_was_found(page: Page, server: ReviewServer, watch: Watch) -> None:
    open_page(page, server.address)
    write_over(page, "def leave_Arg(self,", "def leave_Arg(self, (")
    expect(page.get_by_role("button", name="1 problem")).to_be_visible()
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(page.locator(".shape")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator(".state")).to_have_text(WHOLE)
    expect(page.get_by_role("button", name="1 problem")).to_be_hidden()
    watch.expect("422")


def test_a_file_that_changed_on_disk_is_not_overwritten(page: Page, server: ReviewServer, watch: Watch) -> None:
    open_page(page, server.address)
    theirs = SCRIPT.replace("attribute ``brown``", "attribute of ``brown``")
    server.repo.write(PATH, theirs)
    write_over(page, "Every keyword", "Each keyword")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The file changed on disk")
    expect(dialog.locator(".cm-changedText")).not_to_have_count(0)

    assert (server.repo.path / PATH).read_text() == theirs
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator(".kept")).to_have_text("Draft kept")
    page.keyboard.press("Control+s")
    expect(page.locator(".kept")).to_have_text("Saved")

    assert (server.repo.path / PATH).read_text() == SCRIPT.replace("Every keyword", "Each keyword")
    watch.expect("409")


def test_a_page_that_cannot_be_opened_says_what_the_server_says(page: Page, server: ReviewServer, watch: Watch) -> None:
    answers = server.repo.path / ".git" / "autotransform" / "decisions" / f"{NAME}.json"
    answers.parent.mkdir(exist_ok=True)
    answers.write_text("nothing of ours")
    page.goto(server.address)

    expect(page.locator(".closed")).to_contain_text(f"autotransform decisions {NAME} --drop")
    answers.unlink()
    watch.expect("422")


def test_a_draft_outlives_a_reload(page: Page, server: ReviewServer) -> None:
    open_page(page, server.address)
    write_over(page, "Every keyword", "Each keyword")
    expect(page.locator(".kept")).to_have_text("Draft kept")

    assert server.ask("GET", "/api/state")["source"] == SCRIPT.replace("Every keyword", "Each keyword")
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("Each keyword")
    expect(page.locator(".kept")).to_have_text("Draft kept")

    assert (server.repo.path / PATH).read_text() == SCRIPT


@pytest.mark.long
def test_what_is_typed_while_the_server_is_gone_outlives_it(page: Page, watch: Watch, tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "repo", FILES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with serving(repo, NAME, "--port", port) as server:
        open_page(page, server.address)
        write_over(page, "Every keyword", "Each keyword")
        expect(page.locator(".kept")).to_have_text("Draft kept")
        server.process.kill()
        server.process.wait()
        write_over(page, "Every attribute", "Each attribute")
        expect(page.get_by_role("alert")).to_contain_text("The server is gone")
        expect(page.locator(".kept")).to_have_text("Kept on this page only")
    with serving(repo, NAME, "--port", port) as server:
        page.goto(server.address)  # the fragment alone differs, so the page stays, and what was typed with it
        expect(page.get_by_role("alert")).to_be_hidden()
        expect(page.locator(".kept")).to_have_text("Draft kept")
        expect(page.locator(".state")).to_have_text(WHOLE)

        kept = server.ask("GET", "/api/state")["source"]
        assert kept == SCRIPT.replace("Every keyword", "Each keyword").replace("Every attribute", "Each attribute")
    assert (repo.path / PATH).read_text() == SCRIPT
    watch.faults = [fault for fault in watch.faults if "Failed to load resource" not in fault]


@pytest.mark.long
def test_what_a_model_wrote_waits_for_a_yes(page: Page, watch: Watch, tmp_path: Path) -> None:
    """On a kernel that fences nothing in, where the person's own script waits for a yes as well."""
    repo = make_repository(
        tmp_path / "repo", {**FILES, "pyproject.toml": '[tool.autotransform.model]\nname = "test-model"\n'}
    )
    written = SCRIPT.replace("Replace stale by fresh.", "Replace what is stale.")
    with ModelServer() as model:
        model.replies(*[Reply(text=f"```python\n{written}```\n", piece=500)] * 2)
        environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": model.base_url, "NO_PROXY": "*"}
        with serving(repo, environment=environment, lacking="landlock,seccomp") as server:
            page.goto(server.address)
            expect(page.locator(".state")).to_have_text("Waits for your yes")
            expect(page.locator(".shape")).to_have_count(0)
            page.get_by_role("button", name="I have read it: run it").click()
            expect(page.locator(".state")).to_have_text(WHOLE)
            for answer, shown in (("Refuse it", "Replace stale by fresh."), ("Accept it", "Replace what is stale.")):
                page.keyboard.press("Alt+4")
                page.keyboard.press("Control+a")
                page.keyboard.type("say it in other words")
                page.keyboard.press("Enter")
                expect(page.get_by_role("dialog")).to_contain_text("The model wrote a new version")
                expect(page.get_by_role("dialog")).to_contain_text("what is stale")
                page.get_by_role("button", name=answer).click()
                expect(page.locator(".cm-content")).to_contain_text(f'DESCRIPTION = "{shown}"')
            expect(page.locator(".state")).to_have_text(WHOLE)
    watch.expect("403")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(page: Page, server: ReviewServer, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_page(page, server.address)
    page.locator(".file .opener").first.click()
    expect(page.locator(".hunk")).to_have_count(1)
    page.keyboard.press("n")
    violations = [*Axe().run(page).response["violations"]]
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    violations += Axe().run(page, context="dialog").response["violations"]  # the rest cannot be reached now
    told = [(each["id"], node["html"][:300]) for each in violations for node in each["nodes"]]

    assert told == []
