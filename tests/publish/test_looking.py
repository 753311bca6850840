"""What is shown is what is committed; and the command that is named next does the same again."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.publish.formatting.configured import format_as_configured
from autotransform.publish.formatting.formatters import find_formatter
from autotransform.publish.making import Wishes, make_change
from autotransform.publish.pull_requests.command import find_pr_command
from autotransform.publish.splitting.dividing import Division

if TYPE_CHECKING:
    from autotransform.publish.making import Change
    from tests.publish.conftest import Scene

MESSY = b"x  =  2\n"
RUFF = Config(formatter="ruff", jobs=1)


def test_the_formatter_of_the_configuration_shows_what_apply_commits(scene: Scene) -> None:
    selection = scene.select()
    run = scene.run(selection, a=MESSY)
    wishes = Wishes(config=RUFF, formatter=find_formatter("ruff", folder=scene.start))

    shown, notes = format_as_configured(run, selection, config=RUFF, folder=scene.start)

    assert make_change(run, selection, wishes=wishes).run == shown
    assert [change.after for change in shown.changed] == [b"x = 2\n", b"x = 2\n"]
    assert "2 files formatted" in notes[0]


@pytest.mark.parametrize("is_index", [True, False])
def test_where_apply_formats_nothing_nothing_is_shown_formatted(scene: Scene, *, is_index: bool) -> None:
    selection = scene.select(index=is_index, in_place=not is_index)
    run = scene.run(selection, a=MESSY)

    assert format_as_configured(run, selection, config=RUFF, folder=scene.start) == (run, ())


def test_without_the_formatter_one_can_still_look(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = scene.select()
    run = scene.run(selection, a=MESSY)
    monkeypatch.setenv("PATH", "/nowhere")

    shown, notes = format_as_configured(run, selection, config=RUFF, folder=scene.start)

    assert shown == run
    assert notes[0].startswith("What is shown is not formatted, and `apply` will stop: ")


class TestNextCommand:
    """Where a remote is on GitHub, the next step is a pull request for just what was made."""

    @staticmethod
    def find(scene: Scene, change: Change) -> str:
        return find_pr_command(scene.repository, change, environment={})

    @staticmethod
    def change(scene: Scene, wishes: Wishes | None = None, *, base: str | None = None) -> Change:
        selection = scene.select(base=base)
        return make_change(scene.run(selection), selection, wishes=wishes or Wishes(config=scene.config))

    @pytest.mark.parametrize("url", ["https://github.com/ada/demo.git", "git@github.com:ada/demo.git"])
    def test_on_github(self, scene: Scene, url: str) -> None:
        scene.repo.git("remote", "add", "origin", url)

        assert self.find(scene, self.change(scene)) == "autotransform pr one_to_two"

    @pytest.mark.parametrize("url", ["", "https://forge.example/ada/demo.git", "/nowhere/demo.git"])
    def test_elsewhere_there_is_none(self, scene: Scene, url: str) -> None:
        if url:
            scene.repo.git("remote", "add", "origin", url)

        assert self.find(scene, self.change(scene)) == ""

    def test_it_makes_what_was_made(self, scene: Scene) -> None:
        scene.repo.git("remote", "add", "github", "https://github.com/ada/demo.git")
        base = scene.repo.head
        scene.repo.commit({"e.py": "x = 3\n"})
        tests = shlex.join([sys.executable, "-c", ""])
        wishes = Wishes(config=replace(scene.config, strict=True), verify=tests, division=Division(by="directory"))

        assert self.find(scene, self.change(scene, wishes, base=base)) == shlex.join(
            ["autotransform", "pr", "one_to_two", "--base", base, "--split-by", "directory", "--verify", tests]
        )
