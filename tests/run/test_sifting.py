"""Everything is read once; what is read from disk is what git holds; the gate and its trial."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.config import Config
from autotransform.engine.values import FileContext
from autotransform.repository import LARGEST, Repository
from autotransform.run import Limits, Selection, run, select
from autotransform.run.cache import Cache
from autotransform.run.contexts import Contexts
from autotransform.run.disk import read_below, read_each
from autotransform.run.gate_trial import MOST_BYTES, MOST_FILES, try_gate
from autotransform.run.sifting import Sifted, sift
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.script import Script
    from tests.conftest import GitRepo

_LIMITS = Limits(jobs=1)


def _select(repo: GitRepo, *, index: bool = False) -> Selection:
    return select(start=repo.path, repository=Repository.open(repo.path), index=index, config=Config())


def _sift(selection: Selection, *, mentions: tuple[str, ...] | None, targets: tuple[str, ...] = ()) -> Sifted:
    contexts = Contexts([source.path for source in selection.sources])
    return sift(selection, mentions=mentions, targets=targets, contexts=contexts, on_file=lambda _: None)


def _candidates(found: Sifted) -> list[str]:
    return [candidate.file.path for candidate in found.candidates]


def test_the_largest_candidate_comes_first_and_equals_in_path_order(git_repo: GitRepo) -> None:
    git_repo.commit({"b.py": "x\n", "c.py": "x = 10\n", "a.py": "x\n", "d/e.py": "x = 1\n", "no.py": "y" * 99})

    assert _candidates(_sift(_select(git_repo), mentions=("x",))) == ["c.py", "d/e.py", "a.py", "b.py"]


@pytest.mark.parametrize("index", [False, True])
def test_what_git_holds_is_read_whatever_stands_on_disk(git_repo: GitRepo, tmp_path: Path, *, index: bool) -> None:
    files: dict[str, str | bytes] = {f"{name}.py": f"x = '{name}'\n" for name in "abcdefg"}
    git_repo.commit(files | {"large.py": b"#" * (LARGEST + 1)})
    (tmp_path / "other.py").write_text("x = 'g'\n")
    git_repo.write("a.py", "y = 1\n")
    git_repo.write("b.py", "x = 'B'\n")
    (git_repo.path / "c.py").unlink()
    (git_repo.path / "d.py").unlink()
    (git_repo.path / "d.py").mkdir()
    (git_repo.path / "e.py").unlink()
    os.mkfifo(git_repo.path / "e.py")
    (git_repo.path / "g.py").unlink()
    (git_repo.path / "g.py").symlink_to(tmp_path / "other.py")
    selection = _select(git_repo, index=index)
    plain = {file.path: str(content) for file, content in selection.attempt(selection.files)}

    assert {file.path: str(content) for file, content in selection.attempt_in_any_order(selection.files)} == plain
    assert [*plain] == [f"{name}.py" for name in "abcdefg"] + ["large.py"]
    assert plain["g.py"] == str(b"x = 'g'\n")
    assert "10,000,001 bytes" in plain["large.py"]


def test_a_tree_without_files_on_disk_is_read_all_the_same(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    git_repo.git("clone", "--quiet", "--bare", ".", os.fspath(tmp_path / "bare.git"))
    selection = select(start=tmp_path, repository=Repository.open(tmp_path / "bare.git"), config=Config())

    assert _candidates(_sift(selection, mentions=("x",))) == ["a.py"]


def test_no_process_is_started_to_read_what_stands_on_disk(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b/c.py": "y = 1\n"})
    selection = _select(git_repo)
    monkeypatch.setenv("PATH", "/nowhere")

    assert _candidates(_sift(selection, mentions=("x",))) == ["a.py"]


def test_each_file_is_read_once_for_the_gate_the_words_and_the_other_names(
    git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.commit({"pkg/__init__.py": "from pkg.mod import x\n", "pkg/mod.py": "x = 1\n", "z.py": "z, x\n"})
    selection = _select(git_repo)
    read: list[str] = []
    really = Selection._find_on_disk

    def note(self: Selection, file: object, *, repository: Repository) -> bytes | None:
        read.append(getattr(file, "path", ""))
        return really(self, file, repository=repository)  # type: ignore[arg-type]

    monkeypatch.setattr(Selection, "_find_on_disk", note)
    found = _sift(replace(selection, files=selection.files[1:]), mentions=("z",), targets=("pkg.mod.x",))

    assert sorted(read) == ["pkg/__init__.py", "pkg/mod.py", "z.py"]
    assert found.reexports == (("pkg.x", "pkg.mod.x"),)
    assert [file.path for file in found.unread] == ["pkg/mod.py"]
    assert (_candidates(found), [file.path for file in found.gated]) == (["z.py"], ["pkg/mod.py"])


_NAMES = st.sampled_from(["a/x.py", "a/b/x.py", "a/b/y.py", "x.py", "c/x.py", "link/x.py", "a/no/x.py", "a"])


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(st.sampled_from(["a/x.py", "a/b/x.py", "a/b/y.py", "x.py", "c/x.py", "link/x.py", "a/no/x.py", "a"]))
)
def test_many_files_are_read_as_one_is(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.getbasetemp() / "tree"
    if not root.exists():
        for name in ("a/x.py", "a/b/x.py", "a/b/y.py", "x.py", "c/x.py", "/".join(["d"] * 100) + "/x.py"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(name)
        (root / "link").symlink_to(root / "a")
    names = [*names, "/".join(["d"] * 100) + "/x.py"]

    assert [str(each) for each in read_each(root, names)] == [str(read_below(root, name)) for name in names]


def test_many_files_leave_nothing_open(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.py").write_text("x")
    before = len([*Path("/dev/fd").iterdir()])
    read = read_each(tmp_path, ["a/b/x.py", "a/b/c/d/x.py", "a/y.py", "a/b/x.py"])

    assert next(read) == b"x"
    assert [type(each) for each in read] == [FileNotFoundError, FileNotFoundError, bytes]
    assert len([*Path("/dev/fd").iterdir()]) == before


# The whole way


@pytest.fixture
def renaming(probe: Callable[..., Script]) -> Script:
    """Call every x y."""
    return probe()


def _gated(script: Script, mentions: str) -> Script:
    return parse(f"MENTIONS = {mentions}\n" + script.source, name="probe")


def test_a_gate_that_keeps_out_what_changes_is_found_out(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "z = 1\n", "c.py": "x, z\n", "d.py": "# @generated\nx = 1\n"})
    selection = _select(git_repo)
    wrong, right, none = (_gated(renaming, mentions) for mentions in ('["z"]', '["x"]', "[]"))
    trials = [try_gate(script, selection, limits=_LIMITS) for script in (wrong, right, none)]

    assert [(trial.tried, trial.changed) for trial in trials] == [(1, ("a.py",)), (1, ()), (0, ())]


def test_the_trial_of_a_gate_is_bounded(git_repo: GitRepo, renaming: Script) -> None:
    files: dict[str, str | bytes] = {f"{number}.py": "y\n" for number in range(MOST_FILES + 5)}
    git_repo.commit(files | {"large.py": "y" * MOST_BYTES + "y"})

    assert try_gate(_gated(renaming, '["x"]'), _select(git_repo), limits=_LIMITS).tried == MOST_FILES


def test_without_the_gate_the_same_comes_out_or_more(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "y = 1\n", "c.py": "x, z\n"})
    selection = _select(git_repo)
    changed = {
        (mentions, is_gated): [
            change.path
            for change in run(_gated(renaming, mentions), selection, limits=_LIMITS, is_gated=is_gated).changed
        ]
        for mentions in ('["x"]', '["z"]', '[["x", "z"]]')
        for is_gated in (True, False)
    }

    assert changed == {
        ('["x"]', True): ["a.py", "c.py"],
        ('["x"]', False): ["a.py", "c.py"],
        ('["z"]', True): ["c.py"],
        ('["z"]', False): ["a.py", "c.py"],
        ('[["x", "z"]]', True): ["c.py"],
        ('[["x", "z"]]', False): ["a.py", "c.py"],
    }


def test_what_is_known_of_earlier_runs_starts_no_worker(
    git_repo: GitRepo, renaming: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "x = 2\n", "c.py": "z\n"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    selection = _select(git_repo)
    first = run(renaming, selection, limits=_LIMITS, cache=Cache(tmp_path / "cache"))
    monkeypatch.setattr("sys.executable", "/no/such/python")
    again = run(renaming, selection, limits=_LIMITS, cache=Cache(tmp_path / "cache"))

    assert again == first
    assert [type(outcome).__name__ for outcome in again.outcomes] == ["Changed", "Changed", "Unchanged"]


def test_contexts_are_found_when_they_are_asked_for() -> None:
    contexts = Contexts(["pkg/__init__.py", "pkg/mod.py", "my-x.py", "README.md"], reexports=(("a", "b"),))

    assert contexts["pkg/mod.py"] == FileContext(
        path="pkg/mod.py", module="pkg.mod", package="pkg", reexports=(("a", "b"),)
    )
    assert (sorted(contexts.modules()), len(contexts)) == (["pkg", "pkg.mod"], 3)
    assert "README.md" not in contexts
    assert contexts.with_reexports(())["my-x.py"] == FileContext(path="my-x.py")
