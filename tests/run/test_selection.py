"""What is selected: commits, the index, the disk; paths; include and exclude; what is never read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.config import Config
from autotransform.errors import AutoTransformError, ConfigError, RepositoryError, UsageError
from autotransform.repository import Repository
from autotransform.run import SourceFile, select

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.run import Selection
    from tests.conftest import GitRepo

_TREE: dict[str, str | bytes] = {
    "top.py": "top = 1\n",
    "README.md": "read\n",
    "pkg/__init__.py": "",
    "pkg/mod.py": "mod = 1\n",
    "pkg/mod.pyi": "mod: int\n",
    "pkg/data.txt": "data\n",
    "pkg-b/z.py": "z = 1\n",
    "docs/index.md": "index\n",
    "pyproject.toml": "",
}
_PYTHON = ["pkg-b/z.py", "pkg/__init__.py", "pkg/mod.py", "pkg/mod.pyi", "top.py"]


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    git_repo.commit(_TREE)
    return git_repo


def _select(start: Path, *paths: str, **options: Any) -> Selection:
    given = {"base": None, "index": False, "in_place": False, "config": Config()} | options
    return select(start=start, repository=Repository.open(start), paths=paths, **given)


def _paths(selection: Selection) -> list[str]:
    return [file.path for file in selection.files]


def _contents(selection: Selection) -> dict[str, bytes]:
    return {file.path: content for file, content in selection.read_all()}


def test_without_paths_every_python_file_of_head_is_selected(repo: GitRepo) -> None:
    selection = _select(repo.path)

    assert _paths(selection) == _PYTHON
    assert (selection.kind, selection.base, selection.root, selection.notes) == ("tree", repo.head, repo.path, ())
    assert selection.project_files == ("pyproject.toml",)


def test_without_paths_a_folder_inside_means_everything_too(repo: GitRepo) -> None:
    assert _paths(_select(repo.path / "pkg")) == _PYTHON


_CHOICES = {
    "file": ("", ["top.py"], ["top.py"]),
    "folder": ("", ["pkg"], ["pkg/__init__.py", "pkg/mod.py", "pkg/mod.pyi"]),
    "folder with a slash": ("", ["pkg/"], ["pkg/__init__.py", "pkg/mod.py", "pkg/mod.pyi"]),
    "folder whose name starts alike": ("", ["pkg-b"], ["pkg-b/z.py"]),
    "several": ("", ["top.py", "pkg-b"], ["pkg-b/z.py", "top.py"]),
    "one twice": ("", ["pkg", "pkg/mod.py"], ["pkg/__init__.py", "pkg/mod.py", "pkg/mod.pyi"]),
    "dot at the root": ("", ["."], _PYTHON),
    "dot in a folder": ("pkg", ["."], ["pkg/__init__.py", "pkg/mod.py", "pkg/mod.pyi"]),
    "relative to a folder": ("pkg", ["mod.py"], ["pkg/mod.py"]),
    "up and over": ("pkg", ["../top.py"], ["top.py"]),
    "a folder without Python beside a file": ("", ["docs", "top.py"], ["top.py"]),
}


@pytest.mark.parametrize(("start", "paths", "selected"), _CHOICES.values(), ids=_CHOICES)
def test_paths_are_relative_to_where_one_stands(
    start: str, paths: list[str], selected: list[str], repo: GitRepo
) -> None:
    assert _paths(_select(repo.path / start, *paths)) == selected


def test_an_absolute_path_works_through_a_link_too(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path)

    assert _paths(_select(repo.path, str(repo.path / "top.py"))) == ["top.py"]
    assert _paths(_select(repo.path, str(tmp_path / "link" / "top.py"))) == ["top.py"]
    assert _paths(_select(tmp_path / "link" / "pkg", "mod.py")) == ["pkg/mod.py"]


_MISTAKES = {
    "no such file": (["pkg/mood.py"], "no pkg/mood.py in HEAD", "pkg/mod.py"),
    "outside": (["../elsewhere.py"], "lies outside", "-C DIR"),
    "not tracked": (["new.py"], "no new.py in HEAD", "git add"),
    "no Python in a folder": (["docs"], "no Python file in docs", "committed"),
    "not Python": (["README.md"], "no Python file in README.md", ""),
    "a name too long for the system": (["x" * 300], "no x{300} in HEAD", "relative to the current directory"),
    "a link": (["link.py"], "no link.py", "symbolic link"),
    "one wrong, one right": (["top.py", "nope"], "no nope in HEAD", "-C DIR"),
}


@pytest.mark.parametrize(("paths", "message", "hint"), _MISTAKES.values(), ids=_MISTAKES)
def test_what_matches_nothing_is_an_error_with_its_cause(
    paths: list[str], message: str, hint: str, repo: GitRepo
) -> None:
    repo.write("new.py", "new = 1\n")
    (repo.path / "link.py").symlink_to("top.py")
    repo.git("add", "link.py")
    repo.git("commit", "--quiet", "--message", "Link")
    with pytest.raises(UsageError, match=message) as raised:
        _select(repo.path, *paths)

    assert hint in raised.value.hint


def test_a_repository_without_python_is_an_error(git_repo: GitRepo) -> None:
    git_repo.commit({"README.md": "read"})
    with pytest.raises(UsageError, match="no Python file in HEAD"):
        _select(git_repo.path)


def test_a_repository_without_commits_is_an_error(git_repo: GitRepo) -> None:
    git_repo.write("a.py", "a = 1\n")
    with pytest.raises(RepositoryError):
        _select(git_repo.path)


def test_a_dirty_tree_is_not_read_and_not_touched(repo: GitRepo) -> None:
    repo.write("top.py", "changed = 1\n")
    repo.write("pkg/mod.py", "staged = 1\n")
    repo.git("add", "pkg/mod.py")
    repo.write("new.py", "new = 1\n")
    (repo.path / "pkg/mod.pyi").unlink()
    before = repo.state()
    selection = _select(repo.path)
    contents = _contents(selection)

    assert contents["top.py"] == b"top = 1\n"
    assert contents["pkg/mod.py"] == b"mod = 1\n"
    assert [*contents] == _PYTHON
    assert selection.notes == ("3 selected files differ from HEAD; HEAD is read, and your changes are not touched.",)
    assert repo.state() == before


def test_changes_outside_of_what_is_selected_are_not_worth_a_note(repo: GitRepo) -> None:
    repo.write("top.py", "changed = 1\n")

    assert _select(repo.path, "pkg").notes == ()


def test_another_commit_is_read_without_a_word_on_the_tree(repo: GitRepo) -> None:
    first = repo.head
    repo.commit({"top.py": "top = 2\n", "later.py": "later = 1\n"})
    selection = _select(repo.path, base="HEAD~1")

    assert selection.base == first
    assert _contents(selection)["top.py"] == b"top = 1\n"
    assert "later.py" not in _paths(selection)
    assert selection.notes == ()


def test_the_index_is_read(repo: GitRepo) -> None:
    repo.write("top.py", "staged = 1\n")
    repo.write("new.py", "new = 1\n")
    repo.git("add", "--all")
    repo.write("top.py", "later = 1\n")
    selection = _select(repo.path, index=True)

    assert (selection.kind, selection.base) == ("index", "")
    assert _contents(selection)["top.py"] == b"staged = 1\n"
    assert _contents(selection)["new.py"] == b"new = 1\n"


def test_in_place_the_tracked_files_on_disk_are_read(repo: GitRepo) -> None:
    repo.write("top.py", "changed = 1\n")
    repo.write("new.py", "new = 1\n")
    (repo.path / "pkg/mod.pyi").unlink()
    selection = _select(repo.path, in_place=True)

    assert (selection.kind, selection.base) == ("disk", "")
    assert _paths(selection) == ["pkg-b/z.py", "pkg/__init__.py", "pkg/mod.py", "top.py"]
    assert _contents(selection)["top.py"] == b"changed = 1\n"
    assert {file.oid for file in selection.files} == {""}


def test_in_place_no_link_is_followed(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mod.py").write_text("secret = 1\n")
    (repo.path / "top.py").unlink()
    (repo.path / "top.py").symlink_to(outside / "mod.py")
    for name in ("__init__.py", "mod.py", "mod.pyi", "data.txt"):
        (repo.path / "pkg" / name).unlink()
    (repo.path / "pkg").rmdir()
    (repo.path / "pkg").symlink_to(outside)
    selection = _select(repo.path, in_place=True)

    assert _paths(selection) == ["pkg-b/z.py"]


def test_what_becomes_a_link_or_a_pipe_after_it_was_selected_is_not_read(repo: GitRepo) -> None:
    selection = _select(repo.path, in_place=True)
    (repo.path / "top.py").unlink()
    (repo.path / "top.py").symlink_to("pkg-b/z.py")
    (repo.path / "pkg/mod.py").unlink()
    os.mkfifo(repo.path / "pkg/mod.py")

    assert {"top.py", "pkg/mod.py"}.isdisjoint(_contents(selection))
    with pytest.raises(RepositoryError, match=r"Cannot read top\.py"):
        selection.read(SourceFile(path="top.py"))


def test_outside_git_every_file_is_found(tmp_path: Path) -> None:
    for path in ["a.py", "sub/b.pyi", "sub/c.txt", ".venv/d.py", "node_modules/e.py", "__pycache__/f.py", ".git/g.py"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("a.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    selection = select(start=tmp_path, repository=None, in_place=True, config=Config())

    assert _paths(selection) == ["a.py", "sub/b.pyi"]
    assert selection.root == tmp_path.resolve()
    assert _contents(selection)["a.py"] == b"x = 1\n"


def test_outside_git_there_is_nothing_but_the_disk(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not in a git repository") as raised:
        select(start=tmp_path, repository=None, config=Config())

    assert "--in-place" in raised.value.hint


@pytest.mark.parametrize(
    "options", [{"index": True, "in_place": True}, {"base": "HEAD", "index": True}, {"base": "HEAD", "in_place": True}]
)
def test_two_sources_at_once_are_refused(options: dict[str, Any], repo: GitRepo) -> None:
    with pytest.raises(UsageError, match="Only one of"):
        _select(repo.path, **options)


def test_a_bare_repository_is_read_from_its_root(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    bare = tmp_path / "bare.git"

    assert _paths(_select(bare)) == _PYTHON
    assert _paths(_select(bare, "pkg-b/z.py")) == ["pkg-b/z.py"]
    assert _paths(_select(bare / "objects", "pkg-b")) == ["pkg-b/z.py"]
    with pytest.raises(UsageError, match="bare"):
        _select(bare, in_place=True)


def test_links_submodules_and_modes(repo: GitRepo) -> None:
    (repo.path / "link.py").symlink_to("top.py")
    repo.write("run.py", "run = 1\n", mode=0o755)
    repo.git("add", "--all")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},sub.py")
    repo.git("commit", "--quiet", "--message", "Oddities")
    modes = {file.path: file.mode for file in _select(repo.path).files}

    assert [*modes] == sorted([*_PYTHON, "run.py"])
    assert (modes["run.py"], modes["top.py"]) == ("100755", "100644")


def test_excludes_win_over_includes_and_paths(repo: GitRepo) -> None:
    config = Config(include=("pkg/", "top.py"), exclude=("mod.*", "!pkg/mod.pyi"))

    assert _paths(_select(repo.path, config=config)) == ["pkg/__init__.py", "pkg/mod.pyi", "top.py"]
    selection = _select(repo.path, "pkg/mod.py", "top.py", config=config)
    assert _paths(selection) == ["top.py"]
    assert selection.notes == ("pkg/mod.py is left out: `exclude` in [tool.autotransform] matches it.",)


def test_a_file_asked_for_by_name_need_not_be_included(repo: GitRepo) -> None:
    config = Config(include=("pkg/",))

    assert _paths(_select(repo.path, "top.py", config=config)) == ["top.py"]


def test_a_hook_on_excluded_files_alone_has_nothing_to_do(repo: GitRepo) -> None:
    selection = _select(repo.path, "pkg/mod.py", config=Config(exclude=("pkg",)))

    assert selection.files == ()
    assert len(selection.notes) == 1


def test_a_configuration_that_leaves_nothing_is_an_error(repo: GitRepo) -> None:
    with pytest.raises(ConfigError, match="None of the 5 Python files"):
        _select(repo.path, config=Config(exclude=("*",)))


def test_what_git_marks_as_generated_is_left_out_with_a_note(repo: GitRepo) -> None:
    repo.commit({".gitattributes": "pkg/*.py linguist-generated\n"})
    selection = _select(repo.path)

    assert _paths(selection) == ["pkg-b/z.py", "pkg/mod.pyi", "top.py"]
    assert selection.notes == ("2 selected files left out: marked linguist-generated in .gitattributes.",)


def test_the_whole_tree_stays_known_whatever_is_selected(repo: GitRepo) -> None:
    selection = _select(repo.path, "top.py", config=Config(exclude=("pkg",), source_roots=("src",)))

    assert [file.path for file in selection.sources] == _PYTHON
    assert {file.path for file, _ in selection.read_sources()} == {*_PYTHON}
    inputs = selection.inputs
    assert (inputs.paths, inputs.exclude, inputs.source_roots) == (("top.py",), ("pkg",), ("src",))


@pytest.mark.parametrize(
    "name", ["with space.py", 'quote".py', "new\nline.py", "größe.py", "-dash.py", "caf\udce9.py", ":x.py"]
)
def test_file_names_of_every_kind(name: str, repo: GitRepo) -> None:
    repo.commit({name: "odd = 1\n"})
    selection = _select(repo.path, f"./{name}")

    assert _contents(selection) == {name: b"odd = 1\n"}
    assert _contents(_select(repo.path, f"./{name}", in_place=True)) == {name: b"odd = 1\n"}


def test_one_file_is_read_by_itself(repo: GitRepo) -> None:
    selection = _select(repo.path)

    assert selection.read(selection.files[-1]) == b"top = 1\n"


def test_many_files_that_differ_on_disk_are_read_from_one_process(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in _PYTHON:
        repo.write(path, "changed = 1\n")
    selection = _select(repo.path)
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    contents = [*selection.read_these(selection.files)]

    assert contents == [_TREE[path].encode() for path in _PYTHON]  # type: ignore[union-attr]
    assert (tmp_path / "trace").read_text().count("git cat-file") == 1


def test_errors_are_of_our_own(repo: GitRepo) -> None:
    with pytest.raises(AutoTransformError):
        _select(repo.path, base="no-such-revision")
