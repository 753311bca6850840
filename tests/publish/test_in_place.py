from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import Aborted, RepositoryError, UsageError
from autotransform.publish import apply_in_place
from autotransform.run import select

if TYPE_CHECKING:
    from pathlib import Path

    from tests.publish.conftest import Scene

_AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if ".git" not in path.parts)


def test_files_are_written_and_nothing_is_left_behind(scene: Scene) -> None:
    before = _files(scene.repo.path)

    written = scene.write()

    assert written == ("a.py", "b/c.py")
    assert (scene.repo.path / "b/c.py").read_bytes() == b"x = 2\n"
    assert (scene.repo.path / "d.py").read_bytes() == b"x = 3\n"
    assert _files(scene.repo.path) == before
    assert scene.repo.git("status", "--porcelain") == " M a.py\n M b/c.py"


def test_nothing_to_change_writes_nothing(scene: Scene) -> None:
    before = scene.repo.state()

    assert scene.write(a=None, c=None) == ()
    assert scene.repo.state() == before


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o640, 0o444])
def test_mode_bits_are_kept(scene: Scene, mode: int) -> None:
    scene.repo.commit({"run.py": "x = 1\n"})
    (scene.repo.path / "run.py").chmod(mode)
    scene.repo.commit()

    scene.write()

    assert stat.S_IMODE((scene.repo.path / "run.py").stat().st_mode) == mode
    assert (scene.repo.path / "run.py").read_bytes() == b"x = 2\n"


def test_content_is_bytes(scene: Scene) -> None:
    scene.repo.git("config", "core.autocrlf", "true")
    scene.repo.commit({"crlf.py": b"\xef\xbb\xbfx = 1\r\ny = 1\r\n"})

    scene.write()

    assert (scene.repo.path / "crlf.py").read_bytes() == b"\xef\xbb\xbfx = 2\r\ny = 2\r\n"


class TestUncommitted:
    @pytest.mark.parametrize("staged", [False, True])
    def test_changes_that_are_not_committed_are_not_written_over(self, scene: Scene, *, staged: bool) -> None:
        scene.repo.write("a.py", "x = 1  # mine\n")
        if staged:
            scene.repo.git("add", "a.py")
        before = scene.repo.state()

        with pytest.raises(RepositoryError, match="1 file has changes that are not committed") as caught:
            scene.write()

        assert caught.value.details == ("a.py",)
        assert "--force" in caught.value.hint
        assert scene.repo.state() == before

    def test_they_are_where_that_is_asked_for(self, scene: Scene) -> None:
        scene.repo.write("a.py", "x = 1  # mine\n")

        assert scene.write(force=True) == ("a.py", "b/c.py")
        assert (scene.repo.path / "a.py").read_bytes() == b"x = 2  # mine\n"

    def test_changes_in_files_that_stay_are_of_no_concern(self, scene: Scene) -> None:
        scene.repo.write("d.py", "x = 4\n")
        scene.repo.write("untracked.py", "x = 1\n")

        assert scene.write() == ("a.py", "b/c.py")

    def test_before_the_first_commit_nothing_is_committed(self, scene: Scene) -> None:
        shutil.rmtree(scene.repo.path / ".git")
        scene.repo.git("init", "--quiet")
        scene.repo.git("add", "--all")

        with pytest.raises(RepositoryError, match="2 files have changes that are not committed"):
            scene.write()

        assert scene.write(force=True) == ("a.py", "b/c.py")

    def test_outside_git_there_is_nothing_to_compare_with(self, scene: Scene) -> None:
        shutil.rmtree(scene.repo.path / ".git")
        selection = select(start=scene.repo.path, repository=None, in_place=True, config=scene.config)

        assert apply_in_place(scene.run(selection), selection) == ("a.py", "b/c.py")

    def test_a_long_list_is_cut(self, scene: Scene) -> None:
        for number in range(14):
            scene.repo.write(f"n{number:02}.py", "x = 1\n")
        scene.repo.git("add", "--all")

        with pytest.raises(RepositoryError, match="14 files") as caught:
            scene.write()

        assert caught.value.details[-1] == "and 4 more"
        assert len(caught.value.details) == 11


class TestStale:
    def test_a_file_changed_since_the_run_is_never_written(self, scene: Scene) -> None:
        selection = scene.select(in_place=True)
        run = scene.run(selection)
        scene.repo.write("b/c.py", "x = 1  # saved in an editor meanwhile\n")

        with pytest.raises(RepositoryError, match="1 file has changed since the run read the files") as caught:
            apply_in_place(run, selection, force=True)

        assert caught.value.details == ("b/c.py",)
        assert (scene.repo.path / "a.py").read_bytes() == b"x = 1\n"

    def test_a_file_that_became_a_link_is_not_followed(self, scene: Scene, tmp_path: Path) -> None:
        selection = scene.select(in_place=True)
        run = scene.run(selection)
        (scene.repo.path / "a.py").rename(tmp_path / "outside.py")
        (scene.repo.path / "a.py").symlink_to(tmp_path / "outside.py")

        with pytest.raises(RepositoryError, match="changed since"):
            apply_in_place(run, selection, force=True)

        assert (tmp_path / "outside.py").read_bytes() == b"x = 1\n"

    def test_a_folder_that_became_a_link_is_not_followed(self, scene: Scene, tmp_path: Path) -> None:
        selection = scene.select(in_place=True)
        run = scene.run(selection)
        (scene.repo.path / "b").rename(tmp_path / "outside")
        (scene.repo.path / "b").symlink_to(tmp_path / "outside")

        with pytest.raises(RepositoryError, match="changed since"):
            apply_in_place(run, selection, force=True)

        assert (tmp_path / "outside" / "c.py").read_bytes() == b"x = 1\n"

    def test_a_file_that_went_away_is_not_made_again(self, scene: Scene) -> None:
        selection = scene.select(in_place=True)
        run = scene.run(selection)
        (scene.repo.path / "a.py").unlink()

        with pytest.raises(RepositoryError, match="changed since"):
            apply_in_place(run, selection, force=True)

    def test_an_outcome_that_knows_no_digest_is_not_written(self, scene: Scene) -> None:
        selection = scene.select(in_place=True)
        run = scene.run(selection)
        unknown = tuple(replace(outcome, before_sha256="") for outcome in run.changed)

        with pytest.raises(RepositoryError, match="2 files have changed since"):
            apply_in_place(replace(run, outcomes=unknown), selection)


class TestStopped:
    def test_a_folder_that_cannot_be_written_stops_before_the_first_file(self, scene: Scene) -> None:
        if _AS_ROOT:
            pytest.skip("nothing is forbidden to root")
        before = scene.repo.state()
        (scene.repo.path / "b").chmod(0o500)

        try:
            with pytest.raises(RepositoryError, match=r"b/c\.py cannot be written: Permission denied"):
                scene.write()
        finally:
            (scene.repo.path / "b").chmod(0o700)
        assert scene.repo.state() == before

    def test_content_that_does_not_fit_stops_before_the_first_file(self, scene: Scene) -> None:
        resource = pytest.importorskip("resource")
        before = scene.repo.state()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        selection = scene.select(in_place=True)
        run = scene.run(selection, c=b"#" * 200_000)

        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(RepositoryError, match=r"b/c\.py cannot be written: File too large") as caught:
                apply_in_place(run, selection, force=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "nothing was written" in caught.value.message
        assert scene.repo.state() == before

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device", "b/c.py")])
    def test_half_way_the_files_that_were_written_are_listed(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        replace_file = os.replace
        before = _files(scene.repo.path)

        def replace_or_stop(name: str, target: str, **folders: int) -> None:
            if target == "c.py":
                raise error
            replace_file(name, target, **folders)

        monkeypatch.setattr(os, "replace", replace_or_stop)

        with pytest.raises((Aborted, RepositoryError)) as caught:
            scene.write()

        assert caught.value.details == ("written: a.py",)
        assert isinstance(caught.value, Aborted) is isinstance(error, KeyboardInterrupt)
        assert (scene.repo.path / "a.py").read_bytes() == b"x = 2\n"
        assert (scene.repo.path / "b/c.py").read_bytes() == b"x = 1\n"
        assert _files(scene.repo.path) == before

    def test_a_file_that_changes_at_the_last_moment(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        replace_file = os.replace

        def replace_and_save_the_next(name: str, target: str, **folders: int) -> None:
            scene.repo.write("b/c.py", "x = 1  # saved just now\n")
            replace_file(name, target, **folders)

        monkeypatch.setattr(os, "replace", replace_and_save_the_next)

        with pytest.raises(RepositoryError, match=r"b/c\.py changed in the meantime") as caught:
            scene.write()

        assert caught.value.details == ("written: a.py",)
        assert "git diff" in caught.value.hint
        assert (scene.repo.path / "b/c.py").read_bytes() == b"x = 1  # saved just now\n"

    def test_a_folder_that_becomes_a_link_at_the_last_moment(
        self, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "c.py").write_bytes(b"x = 1\n")
        replace_file = os.replace

        def swap_and_replace(name: str, target: str, **folders: int) -> None:
            if target == "c.py":
                (scene.repo.path / "b").rename(tmp_path / "moved")
                (scene.repo.path / "b").symlink_to(outside)
                (outside / name).write_bytes(b"evil\n")
            replace_file(name, target, **folders)

        monkeypatch.setattr(os, "replace", swap_and_replace)

        scene.write()

        assert (outside / "c.py").read_bytes() == b"x = 1\n"
        assert (tmp_path / "moved" / "c.py").read_bytes() == b"x = 2\n"


def test_a_run_over_a_commit_is_not_written_to_disk(scene: Scene) -> None:
    selection = scene.select()

    with pytest.raises(UsageError, match="Only a run that reads files on disk"):
        apply_in_place(scene.run(selection), selection)
