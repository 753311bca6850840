"""Who may run where nothing holds a script: what a person approved, outside every repository, and what is ours."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import UntrustedError, UsageError
from autotransform.run.approvals import Approvals
from autotransform.run.isolation import LAYERS
from autotransform.run.lookup import find_catalogue
from autotransform.run.trust import Trust, catalogue_digests, is_fenced, require_trust
from autotransform.script import compose, parse
from autotransform.script.model import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.run.isolation import Layer

SOURCE = '''"""Do nothing."""
from autotransform.codemod import Transform

class Nothing(Transform):
    DESCRIPTION = "Do nothing."
'''
SCRIPT = parse(SOURCE, name="nothing")
OTHER = parse(SOURCE.replace("nothing", "something"), name="nothing")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def approvals(state: Path) -> Approvals:
    return Approvals(environment={"XDG_STATE_HOME": str(state)})


def report_without(*layers: Layer) -> dict[Layer, str]:
    return {layer: "it is not there" if layer in layers else "" for layer in LAYERS}


def test_what_was_approved_is_found_again_and_nothing_else(approvals: Approvals) -> None:
    before = approvals.find(SCRIPT.digest)
    approvals.add(SCRIPT.digest, name="nothing", path="/repo/transforms/nothing.py")
    found = approvals.find(SCRIPT.digest)

    assert before is None
    assert found
    assert (found.digest, found.name, found.path) == (SCRIPT.digest, "nothing", "/repo/transforms/nothing.py")
    assert approvals.find(OTHER.digest) is None


def test_line_endings_and_where_it_stands_do_not_change_what_was_approved(approvals: Approvals) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    trust = Trust(approvals)

    assert trust(parse(SOURCE.replace("\n", "\r\n").encode(), name="moved"))
    assert not trust(OTHER)


def test_nothing_is_made_where_nothing_was_approved(approvals: Approvals, state: Path) -> None:
    approvals.find(SCRIPT.digest)
    approvals.find_earlier("/repo/transforms/nothing.py")

    assert list(state.iterdir()) == []


def test_only_the_user_can_read_what_is_remembered(approvals: Approvals, state: Path) -> None:
    mask = os.umask(0)
    try:
        approvals.add(SCRIPT.digest, name="nothing")
    finally:
        os.umask(mask)
    made = sorted(state.rglob("*"))

    assert [stat.S_IMODE(path.lstat().st_mode) for path in made] == [0o700, 0o700, 0o600]
    assert made[-1] == state / "autotransform" / "approvals" / SCRIPT.digest


def test_the_latest_approval_of_a_path_is_told(approvals: Approvals) -> None:
    approvals.add(SCRIPT.digest, name="nothing", path="/repo/a.py")
    approvals.add(OTHER.digest, name="nothing", path="/repo/b.py")
    older = approvals.folder / SCRIPT.digest
    older.with_name("0" * 64).write_text(older.read_text().replace('"time": "2', '"time": "1'))
    older.with_name("0" * 64).chmod(0o600)
    earlier = approvals.find_earlier("/repo/a.py")

    assert earlier
    assert earlier.digest == SCRIPT.digest
    assert approvals.find_earlier("/repo/c.py") is None


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_link_is_refused_wherever_it_stands(approvals: Approvals, tmp_path: Path, depth: int) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    theirs = [approvals.folder.parent, approvals.folder, approvals.folder / SCRIPT.digest][depth]
    theirs.rename(tmp_path / "elsewhere")
    theirs.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(UsageError, match="it is a link"):
        approvals.find(SCRIPT.digest)


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("bit", [stat.S_IWGRP, stat.S_IWOTH])
def test_what_others_can_write_to_is_refused(approvals: Approvals, depth: int, bit: int) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    path = [approvals.folder.parent, approvals.folder, approvals.folder / SCRIPT.digest][depth]
    path.chmod(path.stat().st_mode | bit)

    with pytest.raises(UsageError, match="others can write to it") as caught:
        approvals.find(SCRIPT.digest)
    assert f"chmod go-w {path}" in caught.value.hint


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_belongs_to_somebody_else_is_refused(approvals: Approvals, depth: int) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    os.chown([approvals.folder.parent, approvals.folder, approvals.folder / SCRIPT.digest][depth], 12345, 12345)

    with pytest.raises(UsageError, match="it belongs to somebody else"):
        approvals.find(SCRIPT.digest)


def test_a_state_folder_that_everybody_can_rename_in_is_refused(approvals: Approvals, state: Path) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    state.chmod(0o1777)
    with_sticky_bit = approvals.find(SCRIPT.digest)
    state.chmod(0o777)

    assert with_sticky_bit
    with pytest.raises(UsageError, match="everybody can put another folder in its place"):
        approvals.find(SCRIPT.digest)


@pytest.mark.parametrize("git", ["folder", "file"])
def test_no_repository_can_hold_approvals(tmp_path: Path, git: str) -> None:
    state = tmp_path / "repo" / ".local" / "state"
    approvals = Approvals(environment={"HOME": str(tmp_path / "repo")})
    if sys.platform == "darwin":
        state = tmp_path / "repo" / "Library" / "Application Support"
    approvals.add(SCRIPT.digest, name="nothing")
    outside = approvals.find(SCRIPT.digest)
    if git == "folder":
        (tmp_path / "repo" / ".git").mkdir()
    else:  # of a worktree, and of a submodule
        (tmp_path / "repo" / ".git").write_text("gitdir: elsewhere\n")

    assert outside
    assert state.is_dir()
    with pytest.raises(UsageError, match="which could approve its own scripts"):
        approvals.find(SCRIPT.digest)
    with pytest.raises(UsageError, match="which could approve its own scripts"):
        approvals.add(OTHER.digest, name="nothing")


def test_a_link_to_a_folder_in_a_repository_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "repo" / "state").mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "repo" / "state")
    approvals = Approvals(environment={"XDG_STATE_HOME": str(tmp_path / "link")})

    with pytest.raises(UsageError, match="which could approve its own scripts"):
        approvals.add(SCRIPT.digest, name="nothing")


def test_a_relative_state_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    approvals = Approvals(environment={"XDG_STATE_HOME": "state", "HOME": str(tmp_path / "home")})

    assert approvals.folder.is_relative_to(tmp_path / "home")


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "here"}])
def test_without_a_home_nothing_is_approved_and_the_mend_is_told(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="HOME does not say") as caught:
        Trust(Approvals(environment=environment))(SCRIPT)
    assert "--trust" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'"name"', b"{}", b'{"name": "a", "path": "b"}', b"\xff", b"[" * 5000, b" " * 70_000],
    ids=["empty", "cut off", "a list", "a text", "nothing in it", "no time", "no text", "deep", "long"],
)
def test_what_we_did_not_write_is_an_error_and_no_approval(approvals: Approvals, content: bytes) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    file = approvals.folder / SCRIPT.digest
    file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        approvals.find(SCRIPT.digest)
    assert str(file) in caught.value.message
    assert str(file) in caught.value.hint


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_an_error_and_no_approval(approvals: Approvals, make: Callable[[Path], None]) -> None:
    approvals.add(OTHER.digest, name="nothing")
    make(approvals.folder / SCRIPT.digest)

    with pytest.raises(UsageError):
        approvals.find(SCRIPT.digest)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_an_error_and_no_approval(approvals: Approvals) -> None:
    approvals.add(SCRIPT.digest, name="nothing")
    (approvals.folder / SCRIPT.digest).chmod(0)

    with pytest.raises(UsageError, match="cannot be read"):
        approvals.find(SCRIPT.digest)


def test_a_home_that_nothing_can_be_written_to_is_told_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    approvals = Approvals(environment={"HOME": str(tmp_path / "home")})

    assert approvals.find(SCRIPT.digest) is None
    with pytest.raises(UsageError, match="nothing can be written there") as caught:
        approvals.add(SCRIPT.digest, name="nothing")
    assert "--trust" in caught.value.hint


def test_a_broken_write_leaves_nothing_that_counts(approvals: Approvals, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    approvals.add(OTHER.digest, name="nothing")
    monkeypatch.setattr(Path, "replace", fail)

    with pytest.raises(UsageError, match="No space left on device"):
        approvals.add(SCRIPT.digest, name="nothing")
    assert [path.name for path in approvals.folder.iterdir()] == [OTHER.digest]


def test_what_comes_with_us_may_run_and_the_same_name_with_another_text_may_not(approvals: Approvals) -> None:
    folder = find_catalogue()
    assert folder
    installed = (folder / "pytz_utc.py").read_text()
    trust = Trust(approvals)

    assert trust(parse(installed, name="copied_elsewhere"))
    assert not trust(parse(installed.replace("Replace", "Rewrite"), name="pytz_utc"))
    assert len(catalogue_digests()) == len([*folder.glob("*.py")])


@pytest.mark.parametrize("model", ["built-in", "", "some-model"])
def test_what_a_script_says_of_itself_does_not_count(approvals: Approvals, model: str) -> None:
    script = parse(compose(SOURCE, provenance=Provenance(request="do nothing", model=model)), name="nothing")

    assert not Trust(approvals)(script)


def test_the_flag_trusts_everything_and_looks_nowhere() -> None:
    assert Trust(Approvals(environment={}), is_given=True)(SCRIPT)


def test_what_is_vouched_for_may_run_and_is_not_remembered(approvals: Approvals, state: Path) -> None:
    trust = Trust(approvals)
    trust.vouch(SCRIPT.digest)

    assert trust(SCRIPT)
    assert not trust(OTHER)
    assert not Trust(approvals)(SCRIPT)
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("missing", [(), ("landlock",), ("limits",), ("python",), ("landlock", "limits", "python")])
def test_nobody_is_asked_where_seccomp_holds(missing: tuple[Layer, ...]) -> None:
    def fail(_: object) -> bool:
        raise AssertionError("asked")

    require_trust(SCRIPT, report=report_without(*missing), is_trusted=fail)

    assert is_fenced(report_without(*missing))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("seccomp",), "no seccomp"),
        (("process",), "no process"),
        (("seccomp", "landlock"), "no seccomp"),
        (("process", "seccomp"), "no process and seccomp"),
    ],
)
def test_without_it_a_script_runs_only_when_it_is_trusted(missing: tuple[Layer, ...], said: str) -> None:
    require_trust(SCRIPT, report=report_without(*missing), is_trusted=lambda script: script is SCRIPT)

    with pytest.raises(UntrustedError, match=re.escape(said)) as caught:
        require_trust(OTHER, report=report_without(*missing), is_trusted=lambda script: script is SCRIPT)
    assert caught.value.digest == OTHER.digest


def test_what_is_kept_can_be_read_by_a_person(approvals: Approvals) -> None:
    approvals.add(SCRIPT.digest, name="nothing", path="/repo/transforms/nothing.py")
    kept = json.loads((approvals.folder / SCRIPT.digest).read_text())

    assert [*kept] == ["name", "path", "time"]
