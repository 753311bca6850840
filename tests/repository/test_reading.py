from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import LARGEST, Entry, Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo


def _paths(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.path for entry in entries]


def test_a_tree_lists_every_path_with_mode_in_the_order_of_bytes(git_repo: GitRepo) -> None:
    git_repo.write("run.py", "x\n", mode=0o755)
    (git_repo.path / "link.py").symlink_to("run.py")
    git_repo.commit({"a/b.py": "", "a.py": "", "a-b.py": "", "Z.py": "", "é.py": ""})

    repository = Repository.open(git_repo.path)
    entries = repository.tree(git_repo.head)

    assert _paths(entries) == ["Z.py", "a-b.py", "a.py", "a/b.py", "link.py", "run.py", "é.py"]
    assert {entry.path: entry.mode for entry in entries}["run.py"] == "100755"
    assert {entry.path: entry.mode for entry in entries}["link.py"] == "120000"
    assert repository.index() == entries


def test_a_submodule_is_an_entry_and_not_a_file(git_repo: GitRepo) -> None:
    head = git_repo.commit({"a.py": ""})
    git_repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    git_repo.git("commit", "--quiet", "--message", "sub")

    repository = Repository.open(git_repo.path)

    assert repository.tree(git_repo.head)[1] == Entry(path="sub", mode="160000", oid=head)
    assert repository.show_file(git_repo.head, "sub") is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_name_that_is_not_utf8_goes_there_and_back(git_repo: GitRepo) -> None:
    name = b"caf\xe9.py"
    git_repo.write(name, b"x = 1\n")
    git_repo.commit({"new\nline.py": "y\n", 'quo"te.py': "z\n"})

    repository = Repository.open(git_repo.path)

    assert os.fsdecode(name) in _paths(repository.tree(git_repo.head))
    assert os.fsdecode(name) in _paths(repository.index())
    assert repository.show_file(git_repo.head, os.fsdecode(name)) == b"x = 1\n"
    assert repository.show_file(git_repo.head, "new\nline.py") == b"y\n"


@pytest.mark.parametrize("path", ["", "missing.py", "a", "a/", "../repo/a/b.py", "link.py", "./a/b.py", "/a/b.py"])
def test_what_is_no_regular_file_of_the_commit_has_no_content(git_repo: GitRepo, path: str) -> None:
    (git_repo.path / "link.py").symlink_to("a/b.py")
    git_repo.commit({"a/b.py": "x\n"})

    assert Repository.open(git_repo.path).show_file(git_repo.head, path) is None


def test_content_comes_as_it_is_stored(git_repo: GitRepo) -> None:
    git_repo.write(".gitattributes", "*.py text eol=crlf ident\n")
    git_repo.commit({"a.py": "# $Id$\r\nx = 1\r\n"})

    content = Repository.open(git_repo.path).show_file(git_repo.head, "a.py")

    assert content == b"# $Id$\nx = 1\n"


def test_many_blobs_come_in_order_and_can_repeat(git_repo: GitRepo) -> None:
    contents = [f"{number}\n".encode() * (number % 7) for number in range(400)]
    git_repo.commit({f"{number:03}.txt": content for number, content in enumerate(contents)})
    repository = Repository.open(git_repo.path)
    oids = [entry.oid for entry in repository.tree(git_repo.head)]

    assert list(repository.read_many(oids)) == contents
    assert list(repository.read_many([oids[3], oids[9], oids[3]])) == [contents[3], contents[9], contents[3]]
    assert list(repository.read_many(iter(()))) == []


def test_blobs_larger_than_a_pipe_block_nothing(git_repo: GitRepo) -> None:
    large = {f"{number}.txt": os.urandom(300_000) for number in range(60)}
    git_repo.commit(dict(large))
    repository = Repository.open(git_repo.path)
    entries = repository.tree(git_repo.head)

    assert all(
        content == large[entry.path]
        for entry, content in zip(entries, repository.read_many(entry.oid for entry in entries), strict=True)
    )


def test_reading_can_be_given_up_half_way(git_repo: GitRepo) -> None:
    git_repo.commit({f"{number}.txt": os.urandom(200_000) for number in range(20)})
    repository = Repository.open(git_repo.path)

    contents = repository.read_many(entry.oid for entry in repository.tree(git_repo.head))
    next(contents)
    contents.close()

    # An unclosed pipe or a process left behind would be a ResourceWarning, and those are errors here.


def test_a_missing_object_is_an_error_that_names_it(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x\n"})
    repository = Repository.open(git_repo.path)
    missing = "1" * 40

    with pytest.raises(RepositoryError, match=missing) as caught:
        repository.read(missing)

    assert "git fsck" in caught.value.hint


def test_what_is_too_large_is_not_read_and_stops_nothing(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "1\n", "b.py": b"#" * (LARGEST + 1), "c.py": b"#" * LARGEST})
    repository = Repository.open(git_repo.path)
    oids = [entry.oid for entry in repository.tree(git_repo.head)]

    small, large, just_fits = repository.read_many(oids)

    assert (small, just_fits) == (b"1\n", b"#" * LARGEST)
    assert isinstance(large, OSError)
    assert large.strerror == "it has 10,000,001 bytes, and no more than 10,000,000 are read"
    with pytest.raises(RepositoryError, match=r"it has 10,000,001 bytes"):
        repository.read(oids[1])


def test_an_index_with_conflicts_is_refused(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "1\n"})
    git_repo.git("switch", "--quiet", "-c", "side")
    git_repo.commit({"a.py": "2\n"})
    git_repo.git("switch", "--quiet", "main")
    git_repo.commit({"a.py": "3\n"})
    with pytest.raises(AssertionError):
        git_repo.git("merge", "--quiet", "side")

    with pytest.raises(RepositoryError, match="conflicts") as caught:
        Repository.open(git_repo.path).index()

    assert caught.value.details == ("a.py",)


def test_an_index_that_does_not_exist_is_empty(git_repo: GitRepo) -> None:
    assert Repository.open(git_repo.path).index() == ()


def test_a_hook_of_a_partial_commit_reads_the_index_to_be_committed(
    git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.commit({"a.py": "1\n", "b.py": "1\n"})
    other = git_repo.path / ".git" / "next-index-1.lock"
    git_repo.git("read-tree", f"--index-output={other}", "HEAD")
    git_repo.write("c.py", "1\n")
    git_repo.git("add", "c.py")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")

    # Git made a copy of the index before c.py was staged: that copy is what would be committed.
    assert _paths(Repository.open(git_repo.path).index()) == ["a.py", "b.py"]


class TestGenerated:
    def test_marked_files_are_found_in_any_commit_and_in_the_index(self, git_repo: GitRepo) -> None:
        git_repo.commit({".gitattributes": "gen/** linguist-generated\n", "gen/a.py": "", "b.py": ""})
        first = git_repo.head
        git_repo.write(".gitattributes", "b.py linguist-generated=true\n")
        git_repo.git("add", "--all")

        repository = Repository.open(git_repo.path)

        assert repository.generated_paths(first, ["b.py", "gen/a.py"]) == {"gen/a.py"}
        assert repository.generated_paths(None, ["b.py", "gen/a.py"]) == {"b.py"}

    def test_a_bare_repository_and_nested_attributes(self, git_repo: GitRepo, tmp_path: Path) -> None:
        attributes = {"a/.gitattributes": "*.py linguist-generated\nkept.py -linguist-generated\n"}
        git_repo.commit({**attributes, "a/x.py": "", "a/kept.py": "", "x.py": ""})
        git_repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))

        repository = Repository.open(tmp_path / "bare.git")

        assert repository.generated_paths(git_repo.head, ["a/kept.py", "a/x.py", "x.py"]) == {"a/x.py"}

    @pytest.mark.parametrize(
        "attributes",
        ["*.py text\n", "*.py linguist-generated=false\n", "*.py -linguist-generated\n", "# linguist-generated\n", ""],
    )
    def test_files_that_are_not_marked(self, git_repo: GitRepo, attributes: str) -> None:
        git_repo.commit({".gitattributes": attributes, "a.py": ""})

        assert Repository.open(git_repo.path).generated_paths(git_repo.head, ["a.py"]) == frozenset()

    def test_the_attributes_of_the_machine_do_not_count(
        self, git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        git_repo.commit({".gitattributes": "b.py linguist-generated\n", "a.py": ""})
        (tmp_path / "attributes").write_text("* linguist-generated\n")
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.attributesFile")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(tmp_path / "attributes"))

        assert Repository.open(git_repo.path).generated_paths(git_repo.head, ["a.py"]) == frozenset()

    def test_attributes_behind_a_link_do_not_count(self, git_repo: GitRepo) -> None:
        git_repo.write("other", "* linguist-generated\n")
        (git_repo.path / ".gitattributes").symlink_to("other")
        git_repo.commit({"a.py": ""})

        assert Repository.open(git_repo.path).generated_paths(git_repo.head, ["a.py"]) == frozenset()


class TestDiffering:
    def test_changes_on_disk_in_the_index_and_files_unknown_to_git(self, git_repo: GitRepo) -> None:
        names = ["disk.py", "gone.py", "mode.py", "new.py", "same.py", "staged.py", "touched.py"]
        base = git_repo.commit({name: "x = 1\n" for name in names if name != "new.py"})
        git_repo.write("disk.py", "x = 2\n")
        git_repo.write("staged.py", "x = 2\n")
        git_repo.git("add", "staged.py")
        git_repo.write("staged.py", "x = 1\n")
        (git_repo.path / "gone.py").unlink()
        (git_repo.path / "mode.py").chmod(0o755)
        git_repo.write("new.py", "x = 1\n")
        os.utime(git_repo.path / "touched.py", (1, 1))
        before = git_repo.state()

        differing = Repository.open(git_repo.path).differing_paths(names, base)

        assert differing == ("disk.py", "gone.py", "mode.py", "new.py", "staged.py")
        assert git_repo.state() == before

    def test_line_endings_that_git_converts_are_no_difference(self, git_repo: GitRepo) -> None:
        git_repo.git("config", "core.autocrlf", "true")
        base = git_repo.commit({"a.py": "x = 1\r\n", "b.py": "x = 1\r\n"})
        git_repo.write("b.py", "x = 2\r\n")

        assert Repository.open(git_repo.path).differing_paths(["a.py", "b.py"], base) == ("b.py",)

    def test_only_the_paths_asked_for(self, git_repo: GitRepo) -> None:
        base = git_repo.commit({"a.py": "", "b.py": ""})
        git_repo.write("a.py", "x\n")

        assert Repository.open(git_repo.path).differing_paths(["b.py"], base) == ()

    def test_a_change_in_the_same_second_with_the_same_size(self, git_repo: GitRepo) -> None:
        base = git_repo.commit({"a.py": "x = 1\n"})
        file = git_repo.path / "a.py"
        times = (file.stat().st_atime, file.stat().st_mtime)
        file.write_bytes(b"x = 2\n")
        os.utime(file, times)

        assert Repository.open(git_repo.path).differing_paths(["a.py"], base) == ("a.py",)

    def test_a_bare_repository_has_nothing_that_could_differ(self, git_repo: GitRepo, tmp_path: Path) -> None:
        base = git_repo.commit({"a.py": ""})
        git_repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))

        assert Repository.open(tmp_path / "bare.git").differing_paths(["a.py", "new.py"], base) == ()


def test_a_path_that_is_untracked(git_repo: GitRepo) -> None:
    git_repo.commit({"tracked.py": "", ".gitignore": "ignored.py\n"})
    git_repo.write("untracked.py", "")
    git_repo.write("ignored.py", "")
    repository = Repository.open(git_repo.path)

    names = ["untracked.py", "tracked.py", "ignored.py", "missing.py", "*.py"]

    assert [name for name in names if repository.is_untracked(name)] == ["untracked.py"]
