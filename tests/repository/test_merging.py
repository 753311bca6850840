"""What a person edited and what a model wrote anew, merged; nothing around it is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository.merging import Merged, merge

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo

BASE = "a\nb\nc\nd\ne\nf\ng\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("a", "A"), BASE, BASE.replace("a", "A")),
        (BASE, BASE.replace("g", "G"), BASE.replace("g", "G")),
        (BASE.replace("a", "A"), BASE.replace("g", "G"), BASE.replace("a", "A").replace("g", "G")),
        (BASE.replace("d", "D"), BASE.replace("d", "D"), BASE.replace("d", "D")),
        (BASE.replace("a\n", ""), BASE + "h\n", BASE.replace("a\n", "") + "h\n"),
        (BASE.replace("a", "é\udce9"), BASE.replace("g\n", "g"), BASE.replace("a", "é\udce9").replace("g\n", "g")),
    ],
)
def test_what_either_side_did_is_in_it(ours: str, theirs: str, merged: str) -> None:
    assert merge(BASE, ours, theirs) == Merged(text=merged, conflicts=0)


def test_line_endings_stay_as_they_are() -> None:
    base = BASE.replace("\n", "\r\n")

    merged = merge(base, base.replace("a", "A"), base.replace("g", "G"))

    assert (merged.text, merged.is_clean) == (base.replace("a", "A").replace("g", "G"), True)


def test_what_both_sides_changed_is_marked_and_counted() -> None:
    ours, theirs = BASE.replace("a", "1").replace("g", "2"), BASE.replace("a", "3").replace("g", "4")

    merged = merge(BASE, ours, theirs, labels=("your edits", "-a new\nversion"))

    assert merged.conflicts == 2
    assert not merged.is_clean
    assert merged.text.startswith("<<<<<<< your edits\n1\n=======\n3\n>>>>>>> -a new version\nb\n")


def test_the_settings_of_a_person_do_not_change_what_a_conflict_looks_like(
    git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(git_repo.write("config", "[merge]\n\tconflictStyle = diff3\n")))

    assert "|||||||" not in merge("a\n", "b\n", "c\n").text


def test_no_file_is_touched_and_a_repository_around_it_has_no_say(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.commit({"ours": "mine\n", "base": "mine\n", "theirs": "mine\n"})
    git_repo.write(".git/config", "[nonsense\n")
    temporary = git_repo.path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.chdir(git_repo.path)

    assert merge(BASE, BASE, BASE).text == BASE
    assert (git_repo.path / "ours").read_text() == "mine\n"
    assert list(temporary.iterdir()) == []
    assert tmp_path in temporary.parents


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(RepositoryError, match="binary"):
        merge("a\0\n", "b\n", "c\n")


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(RepositoryError, match=r"more than 10,000,000 bytes"):
        merge("", "a" * 10_000_001, "")
