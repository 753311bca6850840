"""Files that never reach a model, however they are read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autotransform.author.excerpts import find_excerpts
from autotransform.author.excerpts.leaving import is_vendored, may_leave
from autotransform.config import Config
from autotransform.repository import Repository
from autotransform.run import select

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.author.excerpts import Excerpts
    from autotransform.run import Selection
    from tests.conftest import GitRepo

REQUEST = "rename frob to frobnicate"
SHOWN: dict[str, str | bytes] = {"app/shown.py": "frob('shown')\n"}

#: What is in the tree besides, and keeps one file of it from being shown.
KEPT: dict[str, dict[str, str | bytes]] = {
    "excluded": {"gen/a.py": "frob('kept')\n"},
    "a script of ours": {"a.py": "# /// script\n# [tool.autotransform]\n# format = 1\n# ///\nfrob('kept')\n"},
    "@generated": {"a.py": "# @generated\nfrob('kept')\n"},
    "linguist-generated": {"a_pb2.py": "frob('kept')\n", ".gitattributes": "*_pb2.py linguist-generated\n"},
    "linguist-vendored": {"lib/copied/a.py": "frob('kept')\n", ".gitattributes": "lib/copied/** linguist-vendored\n"},
    "linguist-vendored=true": {"lib/a.py": "frob('kept')\n", ".gitattributes": "/lib/* linguist-vendored=true\n"},
    "linguist-vendored by name": {"lib/x/a.py": "frob('kept')\n", ".gitattributes": "a.py -text linguist-vendored\n"},
    "linguist-vendored below": {"lib/x/a.py": "frob('kept')\n", "lib/.gitattributes": "x/*.py linguist-vendored\n"},
    "_vendor": {"app/_vendor/six.py": "frob('kept')\n"},
    "vendor": {"vendor/deep/inside/six.py": "frob('kept')\n"},
    "third_party": {"third_party/six.py": "frob('kept')\n"},
    "node_modules": {"web/node_modules/gyp/six.py": "frob('kept')\n"},
    "site-packages": {"env/lib/python3.11/site-packages/six.py": "frob('kept')\n"},
    "Vendor": {"Vendor/six.py": "frob('kept')\n"},
}
CONFIG = Config(exclude=("gen/",))


@pytest.mark.parametrize("kind", ["tree", "index", "disk"])
@pytest.mark.parametrize("files", KEPT.values(), ids=KEPT)
def test_it_never_leaves(git_repo: GitRepo, files: dict[str, str | bytes], kind: str) -> None:
    git_repo.commit({**SHOWN, **files})
    excerpts = find_excerpts(REQUEST, _selected(git_repo, kind=kind))

    assert "frob('shown')" in excerpts.text
    assert "kept" not in excerpts.text
    assert _paths(excerpts) == {"app/shown.py"}


@pytest.mark.parametrize(
    "attributes",
    [
        "lib/** -linguist-vendored\n",
        "lib/** linguist-vendored=false\n",
        "lib/** linguist-vendored\nlib/a.py -linguist-vendored\n",
        "other/** linguist-vendored\n",
        "lib/ linguist-vendored\n",
        "# lib/** linguist-vendored\n",
        "lib/[ linguist-vendored\n",
        "\n \n!lib/** linguist-vendored\n",
    ],
)
def test_what_is_not_called_vendored_is_shown(git_repo: GitRepo, attributes: str) -> None:
    git_repo.commit({"lib/a.py": "frob('lib')\n", ".gitattributes": attributes})

    assert "frob('lib')" in find_excerpts(REQUEST, _selected(git_repo, kind="tree")).text


def test_untracked_and_ignored_files_are_not_read_in_place(git_repo: GitRepo) -> None:
    git_repo.commit({**SHOWN, ".gitignore": "local/\nsecret.py\n"})
    git_repo.write("local/settings.py", "frob('kept')\n")
    git_repo.write("secret.py", "frob('kept')\n")
    git_repo.write("new.py", "frob('kept')\n")

    assert "kept" not in find_excerpts(REQUEST, _selected(git_repo, kind="disk")).text


@pytest.mark.parametrize(
    ("rules", "is_shown"),
    [
        ("local/\n", False),
        ("/local\n", False),
        ("*.py\n!/shown.py\n", False),
        ("local/*\n!local/settings.py\n", True),
        ("**/settings.py\n", False),
        ("loc?l/**\n", False),
        ("other/\n# local/\n\n", True),
        ("settings\n", True),
    ],
)
def test_ignore_files_count_where_no_git_is(tmp_path: Path, rules: str, *, is_shown: bool) -> None:
    for path, text in {
        "shown.py": "frob('shown')\n",
        "local/settings.py": "frob('kept')\n",
        ".gitignore": rules,
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    excerpts = find_excerpts(REQUEST, select(start=tmp_path, repository=None, in_place=True, config=Config()))

    assert ("local/settings.py" in _paths(excerpts)) == is_shown
    assert (tmp_path / "shown.py").name in _paths(excerpts)


@pytest.mark.parametrize("kind", ["tree", "index", "disk"])
def test_links_lead_nowhere(git_repo: GitRepo, tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "private.py").write_text("frob('kept')\n")
    (outside / "rules").write_text("line-length = 77\n")
    git_repo.write("app/shown.py", "frob('shown')\n")
    (git_repo.path / "linked.py").symlink_to(outside / "private.py")
    (git_repo.path / "folder").symlink_to(outside)
    (git_repo.path / "ruff.toml").symlink_to(outside / "rules")
    (git_repo.path / ".ruff.toml").symlink_to("line-length = 78")
    git_repo.commit()
    excerpts = find_excerpts(REQUEST, _selected(git_repo, kind=kind))

    assert "frob('shown')" in excerpts.text
    assert "kept" not in excerpts.text
    assert excerpts.conventions == ()


def test_a_file_that_became_a_link_is_not_followed(git_repo: GitRepo, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "private.py"
    outside.write_text("frob('kept')\n")
    git_repo.commit({**SHOWN, "a.py": "frob(1)\n"})
    selection = _selected(git_repo, kind="disk")
    (git_repo.path / "a.py").unlink()
    (git_repo.path / "a.py").symlink_to(outside)

    assert "kept" not in find_excerpts(REQUEST, selection).text


def test_all_the_same_they_are_files_of_the_run(git_repo: GitRepo) -> None:
    """What the script would change is another question than what is shown."""
    git_repo.commit({"vendor/six.py": "app.frob()\n"})

    assert find_excerpts("rename app.frob", _selected(git_repo, kind="tree")).named_in == ("vendor/six.py",)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vendor/a.py", True),
        ("a/VENDORED/b.py", True),
        ("vendor.py", False),
        ("vendors_of/a.py", False),
        ("a.py", False),
    ],
)
def test_vendored_is_a_folder(path: str, *, expected: bool) -> None:
    assert is_vendored(path) == expected


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", ["*a" * 40, "**/" * 200 + "x", "*" * 5_000 + "b", "?*" * 300, "a" * 50_000])
def test_patterns_that_take_forever_match_nothing(tmp_path: Path, pattern: str) -> None:
    # Not in git: it takes forever itself.
    name = "a" * 120 + ".py"
    (tmp_path / name).write_text("frob('shown')\n")
    (tmp_path / ".gitignore").write_text(f"{pattern}\n")
    selection = select(start=tmp_path, repository=None, in_place=True, config=Config())

    assert may_leave(selection)(name)


@pytest.mark.skipif(os.name == "nt", reason="no such names")
def test_rules_of_strange_names_are_no_harm(git_repo: GitRepo) -> None:
    git_repo.commit({"x\ny/.gitattributes": "* linguist-vendored\n", os.fsdecode(b"\xff.py"): "frob(1)\n"})
    excerpts = find_excerpts(REQUEST, _selected(git_repo, kind="tree"))

    assert "[1x] <U+DCFF>.py\n" in excerpts.text
    excerpts.text.encode()


def _paths(excerpts: Excerpts) -> set[str]:
    return {path for sample in excerpts.samples for path in sample.paths}


def _selected(repo: GitRepo, *, kind: str) -> Selection:
    repository = Repository.open(repo.path)
    return select(start=repo.path, repository=repository, index=kind == "index", in_place=kind == "disk", config=CONFIG)
