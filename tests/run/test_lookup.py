"""Where a transform is found by what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.errors import ScriptError
from autotransform.repository import Repository
from autotransform.run import BrokenScript, FoundScript, find_script, list_scripts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo

_STOCK = """
from libcst.codemod import VisitorBasedCodemodCommand


class One(VisitorBasedCodemodCommand):
    DESCRIPTION = "{0}"
"""

_TWO = """

class Two(VisitorBasedCodemodCommand):
    DESCRIPTION = "Do."
"""


def _stock(description: str = "Do.") -> str:
    return _STOCK.format(description)


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "shipped.py").write_text(_stock("Shipped."))
    monkeypatch.setattr("autotransform.run.lookup.find_catalogue", lambda: folder)
    return folder


def _find(name: str, start: Path, *, base: str = "HEAD", config: Config | None = None) -> FoundScript:
    return find_script(
        name, start=start, repository=Repository.open(start), base=base, config=config or Config(include=())
    )


def _list(start: Path) -> tuple[FoundScript | BrokenScript, ...]:
    return list_scripts(start=start, repository=Repository.open(start), base="HEAD", config=Config())


def _text(found: FoundScript) -> str:
    return found.script.source


def test_the_working_tree_comes_before_the_base_and_the_catalogue(git_repo: GitRepo) -> None:
    git_repo.commit({"transforms/shipped.py": _stock("Committed.")})
    git_repo.write("transforms/shipped.py", _stock("On disk."))

    found = _find("shipped", git_repo.path)
    assert (found.origin, found.path, found.name) == ("worktree", "transforms/shipped.py", "shipped")
    assert "On disk." in _text(found)
    (git_repo.path / "transforms/shipped.py").unlink()
    found = _find("shipped", git_repo.path)
    assert (found.origin, found.path) == ("base", "transforms/shipped.py")
    assert "Committed." in _text(found)
    git_repo.git("rm", "--quiet", "transforms/shipped.py")
    git_repo.commit()
    assert _find("shipped", git_repo.path).origin == "catalogue"
    assert _find("shipped", git_repo.path, base="HEAD~1").origin == "base"


def test_the_folder_is_configured(git_repo: GitRepo) -> None:
    git_repo.commit({"tools/codemods/mine.py": _stock()})
    config = Config(transforms="./tools/codemods/")

    assert _find("mine", git_repo.path, config=config).path == "tools/codemods/mine.py"
    (git_repo.path / "tools/codemods/mine.py").unlink()
    assert _find("mine", git_repo.path, config=config).path == "tools/codemods/mine.py"


def test_a_path_is_relative_to_where_one_stands(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"sub/mine.py": _stock()})
    (tmp_path / "Other-One.py").write_text(_stock())

    found = _find("mine.py", git_repo.path / "sub")
    assert (found.origin, found.path, found.name) == ("path", "sub/mine.py", "mine")
    found = _find("../Other-One.py", git_repo.path)
    assert (found.origin, found.path, found.name) == ("path", str(tmp_path / "Other-One.py"), "other_one")


@pytest.mark.parametrize(
    ("typed", "entry"), [("mine:Two", "Two"), ("transforms/mine.py:Two", "Two"), ("mine:One", "One")]
)
def test_a_class_of_a_file_is_named_behind_a_colon(typed: str, entry: str, git_repo: GitRepo) -> None:
    git_repo.commit({"transforms/mine.py": _stock() + _TWO})

    assert _find(typed, git_repo.path).script.entry == entry


def test_a_class_that_is_not_there_is_an_error(git_repo: GitRepo) -> None:
    git_repo.commit({"transforms/mine.py": _stock()})
    with pytest.raises(ScriptError):
        _find("mine:Three", git_repo.path)


def test_a_name_that_nobody_has_gets_the_nearest(git_repo: GitRepo) -> None:
    git_repo.commit({"transforms/rename_things.py": _stock()})
    with pytest.raises(ScriptError, match="no transform called 'rename_thing'") as raised:
        _find("rename_thing", git_repo.path)

    assert raised.value.hint == "Did you mean rename_things? `autotransform list` shows what there is."
    assert "the catalogue" in raised.value.details[0]


@pytest.mark.parametrize("typed", ["no/such.py", "such.py", "./transforms", "/no/such/file.py"])
def test_a_path_that_leads_nowhere_is_an_error(typed: str, git_repo: GitRepo) -> None:
    git_repo.commit({"transforms/mine.py": _stock()})
    with pytest.raises(ScriptError, match="Cannot read the transform"):
        _find(typed, git_repo.path)


def test_it_works_before_the_first_commit_and_outside_git(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.write("transforms/mine.py", _stock())
    outside = tmp_path / "outside"
    (outside / "transforms").mkdir(parents=True)
    (outside / "transforms/mine.py").write_text(_stock())

    assert _find("mine", git_repo.path).origin == "worktree"
    found = find_script("mine", start=outside, repository=None, config=Config())
    assert (found.origin, found.path) == ("worktree", "transforms/mine.py")


def test_a_bare_repository_has_its_base_and_the_catalogue(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"transforms/mine.py": _stock()})
    git_repo.git("clone", "--quiet", "--bare", str(git_repo.path), str(tmp_path / "bare.git"))

    assert _find("mine", tmp_path / "bare.git").origin == "base"
    assert _find("shipped", tmp_path / "bare.git").origin == "catalogue"


def test_a_link_in_the_base_tree_is_no_script(git_repo: GitRepo) -> None:
    (git_repo.path / "transforms").mkdir()
    (git_repo.path / "transforms/mine.py").symlink_to("/etc/passwd")
    git_repo.commit()
    (git_repo.path / "transforms/mine.py").unlink()
    with pytest.raises(ScriptError, match="no transform called"):
        _find("mine", git_repo.path)


def test_everything_that_can_be_called_is_listed(git_repo: GitRepo) -> None:
    git_repo.commit(
        {
            "transforms/both.py": _stock(),
            "transforms/gone.py": _stock(),
            "transforms/_shared.py": "x = 1",
            "transforms/__init__.py": "",
            "transforms/notes.md": "",
            "transforms/sub/deeper.py": _stock(),
        }
    )
    (git_repo.path / "transforms/gone.py").unlink()
    git_repo.write("transforms/broken.py", "class (:\n")
    git_repo.write("transforms/new.py", _stock())
    listed = _list(git_repo.path)

    assert [(each.name, each.origin, type(each)) for each in listed] == [
        ("both", "worktree", FoundScript),
        ("broken", "worktree", BrokenScript),
        ("gone", "base", FoundScript),
        ("new", "worktree", FoundScript),
        ("shipped", "catalogue", FoundScript),
    ]
    assert isinstance(listed[1], BrokenScript)
    assert listed[1].problem.startswith("line 1: ")


def test_a_repository_without_transforms_lists_the_catalogue(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": ""})

    assert [each.name for each in _list(git_repo.path)] == ["shipped"]
