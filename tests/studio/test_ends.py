"""How it ends, when the page says so or a signal, whatever still runs; and how it does not begin."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.studio.conftest import end_in_the_middle, run_command

if TYPE_CHECKING:
    from tests.studio.conftest import MakeRepo, OpenPage, Page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")


@pytest.mark.long
@pytest.mark.parametrize("way", [signal.SIGTERM, "page"], ids=str)
def test_it_ends_cleanly_in_the_middle_of_a_run(
    make_repo: MakeRepo, opened: OpenPage, way: str | signal.Signals
) -> None:
    end_in_the_middle(opened(make_repo()), way=way)


@pytest.mark.long
def test_a_port_that_is_taken_is_told_of(page: Page) -> None:
    done = run_command("review", "count", "--no-browser", "--port", str(page.port), repo=page.repo)

    assert done.returncode == 2
    assert "Nothing can listen on port" in done.stderr


def test_what_is_not_there_cannot_be_reviewed(page: Page) -> None:
    done = run_command("review", "nothing", "--no-browser", repo=page.repo)

    assert done.returncode == 3
    assert "no transform called" in done.stderr
