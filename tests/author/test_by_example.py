"""Learn from a change made by hand: commits and patches of every kind, cases of them, and whether a script agrees."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.author.by_example import Change, ChangedFile, read_commit, read_patch, to_cases, verify
from autotransform.author.by_example.patches import LONGEST, read_patches
from autotransform.config import Config
from autotransform.engine import Changed, Failed, Skipped, Unchanged
from autotransform.errors import RepositoryError, UsageError
from autotransform.repository import Repository
from autotransform.run import Limits, Selection, run, run_cases, select
from autotransform.script import parse

if TYPE_CHECKING:
    from tests.conftest import GitRepo

TRANSFORMS = Path(__file__).parents[2] / "transforms"
OLD = "import a\n\n\ndef f():\n    one()\n    old(1)\n    two()\n\n\ndef g():\n    old(2)\n"
NEW = OLD.replace("old", "new")
HEADER = "# /// script\n# [tool.autotransform]\n# format = 1\n# ///\n"


def read(repo: GitRepo, revision: str = "HEAD") -> Change:
    return read_commit(Repository.open(repo.path), revision)


def selection(repo: GitRepo) -> Selection:
    return select(start=repo.path, repository=Repository.open(repo.path), config=Config())


def patched(repo: GitRepo, text: bytes | str) -> Change:
    return read_patch(text.encode() if isinstance(text, str) else text, selection(repo))


# Commits


def test_a_commit_gives_its_subject_its_files_and_where_it_began(git_repo: GitRepo) -> None:
    base = git_repo.commit({"pkg/b.py": OLD, "a.pyi": "x: int\n", "same.py": OLD})
    git_repo.commit({"pkg/b.py": NEW, "a.pyi": "x: str\n"}, message="Use  new instead\n\nBecause.")
    state = git_repo.state()

    change = read(git_repo)

    assert change == Change(
        request="Use new instead",
        files=(
            ChangedFile(path="a.pyi", before=b"x: int\n", after=b"x: str\n"),
            ChangedFile(path="pkg/b.py", before=OLD.encode(), after=NEW.encode()),
        ),
        notes=(),
        base=base,
    )
    assert git_repo.state() == state


def test_what_nothing_is_learned_from_is_noted(git_repo: GitRepo) -> None:
    git_repo.commit(
        {
            "a.py": OLD,
            "gone.py": "x = 1\n",
            "moved.py": OLD * 3,
            "binary.py": b"\0",
            "marked.py": "x = 1\n",
            "generated.py": "# @generated\nx = 1\n",
            "ours.py": HEADER + "x = 1\n",
            "mode.py": "",
            "README.md": "1\n",
            ".gitattributes": "marked.py linguist-generated\n",
        }
    )
    (git_repo.path / "link.py").symlink_to("a.py")
    git_repo.git("add", "link.py")
    git_repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub.py")
    git_repo.git("commit", "--quiet", "--message", "a link and a submodule")
    git_repo.git("rm", "--quiet", "gone.py")
    git_repo.git("mv", "moved.py", "there.py")
    (git_repo.path / "mode.py").chmod(0o755)
    (git_repo.path / "link.py").unlink()
    (git_repo.path / "link.py").symlink_to("b.py")
    changed = dict.fromkeys(("marked.py", "new.py", "README.md", "binary.py"), b"y = 2\n")
    changed |= {"generated.py": b"# @generated\ny = 1\n", "ours.py": HEADER.encode() + b"y = 1\n", "a.py": NEW.encode()}
    for path, content in changed.items():
        git_repo.write(path, content)
    git_repo.git("add", *changed, "link.py", "mode.py", "there.py")
    git_repo.git("update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},sub.py")
    git_repo.git("commit", "--quiet", "--message", "all of it")

    change = read(git_repo)

    assert [file.path for file in change.files] == ["a.py"]
    assert change.notes == (
        "2 files left out (a symbolic link or a submodule): link.py, sub.py",
        "1 file left out (a transform of ours): ours.py",
        "1 file left out (added): new.py",
        "1 file left out (deleted): gone.py",
        "2 files left out (marked generated): generated.py, marked.py",
        "1 file left out (no Python file): README.md",
        "1 file left out (no text): binary.py",
        "1 file left out (only the mode changed): mode.py",
        "1 file left out (renamed): there.py",
    )


def test_a_commit_without_anything_to_learn_from_says_what_it_has(git_repo: GitRepo) -> None:
    git_repo.commit({"a.txt": "1\n"})
    git_repo.commit({f"{number}.txt": "2\n" for number in range(5)})

    with pytest.raises(UsageError, match=r"^The commit \w{10} changes no Python file") as caught:
        read(git_repo)
    assert caught.value.details == ("5 files left out (no Python file): 0.txt, 1.txt, 2.txt, …",)


def test_the_first_commit_is_refused(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(UsageError, match="is the first commit") as caught:
        read(git_repo)
    assert "git log" in caught.value.hint


def test_a_merge_is_refused_and_the_way_around_it_works(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": OLD})
    git_repo.git("switch", "--quiet", "--create", "side")
    git_repo.commit({"a.py": NEW})
    git_repo.git("switch", "--quiet", "main")
    git_repo.commit({"b.py": OLD})
    git_repo.git("merge", "--quiet", "side")

    with pytest.raises(UsageError, match="is a merge") as caught:
        read(git_repo)
    short = git_repo.head[:10]
    assert f"git diff {short}^1 {short} > merge.diff" in caught.value.hint
    text = git_repo.git_bytes("diff", f"{short}^1", short)
    base = select(start=git_repo.path, repository=Repository.open(git_repo.path), base=f"{short}^1", config=Config())
    assert read_patch(text, base).files[0].after == NEW.encode()
    assert tmp_path in git_repo.path.parents


def test_at_the_edge_of_a_shallow_clone_the_parent_is_missing(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": OLD})
    git_repo.commit({"a.py": NEW})
    git_repo.commit({"a.py": OLD})
    shallow = tmp_path / "shallow"
    command = ["git", "clone", "--quiet", "--depth=2", f"file://{git_repo.path}", str(shallow)]
    subprocess.run(command, check=True, capture_output=True)
    repository = Repository.open(shallow)

    assert read_commit(repository, "HEAD").files[0].after == OLD.encode()
    with pytest.raises(RepositoryError, match="this clone is shallow") as caught:
        read_commit(repository, "HEAD^")
    assert "git fetch --deepen=1" in caught.value.hint


@pytest.mark.parametrize("revision", ["nonsense", "", "--all", "HEAD:a.py"])
def test_what_is_no_commit_is_refused(git_repo: GitRepo, revision: str) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(RepositoryError, match="There is no commit called"):
        read(git_repo, revision)


def test_a_commit_of_very_many_files_is_refused(git_repo: GitRepo) -> None:
    git_repo.commit({f"{number}.py": "x = 1\n" for number in range(501)})
    git_repo.commit({f"{number}.py": "x = 2\n" for number in range(501)})

    with pytest.raises(UsageError, match="changes 501 Python files, and no more than 500 files"):
        read(git_repo)


def test_the_bytes_of_a_commit_are_those_that_git_stores(git_repo: GitRepo) -> None:
    contents = {
        "crlf.py": OLD.replace("\n", "\r\n").encode(),
        "bom.py": b"\xef\xbb\xbf" + OLD.encode(),
        "latin.py": b"# coding: latin-1\n" + OLD.encode() + b"x = '\xe9'\n",
        "end.py": OLD.encode().rstrip(),
    }
    git_repo.commit(dict(contents))
    git_repo.commit({path: content.replace(b"old", b"new") for path, content in contents.items()})

    change = read(git_repo)

    assert {file.path: file.before for file in change.files} == contents
    assert {(case.before, case.after) for case in to_cases(change)} == {
        ("def f():\n    old(1)\n", "def f():\n    new(1)\n")
    }


# Patches


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--no-prefix",),
        ("--src-prefix=i/", "--dst-prefix=w/"),
        ("--unified=0",),
        ("--patience", "--stat", "--patch"),
        ("--text", "--full-index"),
    ],
)
def test_a_patch_of_git_gives_what_its_commit_gives(git_repo: GitRepo, options: tuple[str, ...]) -> None:
    before = {"pkg/b.py": OLD, "a b.py": OLD, "é.py": OLD.replace("\n", "\r\n"), "end.py": OLD.rstrip()}
    base = git_repo.commit(dict(before))
    git_repo.commit({path: text.replace("old", "new") for path, text in before.items()})
    text = git_repo.git_bytes("diff", *options, base, "HEAD")
    wanted = replace(read(git_repo), request="")
    git_repo.git("reset", "--quiet", "--hard", base)
    state = git_repo.state()

    assert patched(git_repo, text) == wanted
    assert git_repo.state() == state


def test_a_mail_brings_its_subject(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD})
    git_repo.commit({"a.py": NEW}, message="Use new instead of old wherever that is possible, in every file there is")
    text = git_repo.git_bytes("format-patch", "--stdout", "-1")
    git_repo.git("reset", "--quiet", "--hard", "HEAD^")

    change = patched(git_repo, text)

    assert change.request == "Use new instead of old wherever that is possible, in every file there is"
    assert change.files[0].after == NEW.encode()


@pytest.mark.parametrize(
    "names", [("a.py.orig\t2026-01-01 00:00:00", "a.py\t2026-01-01"), ("a.py", "a.py"), ("./a.py", "./a.py")]
)
def test_a_patch_of_plain_diff(git_repo: GitRepo, names: tuple[str, str]) -> None:
    git_repo.commit({"a.py": OLD})

    change = patched(git_repo, f"--- {names[0]}\n+++ {names[1]}\n@@ -6 +6 @@\n-    old(1)\n+    new(1)\n")

    assert change.files[0].after == OLD.replace("old(1)", "new(1)").encode()


def test_a_folder_that_is_called_as_a_prefix_is_found(git_repo: GitRepo) -> None:
    git_repo.commit({"a/x.py": "old\n", "b/x.py": "old\n"})

    change = patched(git_repo, "--- b/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-old\n+new\n")

    assert [file.path for file in change.files] == ["b/x.py"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_patch_whose_every_line_became_crlf(git_repo: GitRepo, ending: str) -> None:
    git_repo.commit({"a.py": OLD.replace("\n", ending)})
    text = "--- a/a.py\n+++ b/a.py\n@@ -5,3 +5,3 @@\n     one()\n-    old(1)\n+    new(1)\n     two()\n"

    change = patched(git_repo, text.replace("\n", "\r\n"))

    assert change.files[0].after == OLD.replace("old(1)", "new(1)").replace("\n", ending).encode()


def test_lines_that_look_like_headers_are_lines(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "-- x\n++ y\n"})

    change = patched(git_repo, "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n--- x\n-++ y\n+-- z\n+++ y\n-- \n2.39.5\n")

    assert change.files[0].after == b"-- z\n++ y\n"


def test_the_end_of_a_file_without_a_newline_comes_and_goes(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x\ny", "b.py": "x\ny\n"})
    none = "\\ No newline at end of file\n"

    first = f"--- a/a.py\n+++ b/a.py\n@@ -2 +2 @@\n-y\n{none}+z\n"

    change = patched(git_repo, f"{first}--- a/b.py\n+++ b/b.py\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n{none}")

    assert [file.after for file in change.files] == [b"x\nz\n", b"x\nz"]


def test_two_hunks_and_two_parts_for_one_file(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD, "empty.py": ""})
    parts = [
        "--- a/a.py\n+++ b/a.py\n@@ -6 +6 @@\n-    old(1)\n+    new(1)\n@@ -11 +11 @@\n-    old(2)\n+    new(2)\n",
        "--- a/a.py\n+++ b/a.py\n@@ -11,0 +12 @@\n+    more()\n",
        "--- a/empty.py\n+++ b/empty.py\n@@ -0,0 +1 @@\n+x = 1\n",
    ]

    change = patched(git_repo, "".join(parts))

    assert [file.after.decode() for file in change.files] == [NEW + "    more()\n", "x = 1\n"]


def test_what_of_a_patch_nothing_is_learned_from_is_noted(git_repo: GitRepo) -> None:
    base = git_repo.commit({"a.py": OLD, "gone.py": "x\n", "moved.py": OLD * 3, "README": "1\n", "blob.py": b"\0\1"})
    git_repo.git("rm", "--quiet", "gone.py")
    git_repo.git("mv", "moved.py", "there.py")
    git_repo.commit({"a.py": NEW, "README": "2\n", "new.py": "y\n", "blob.py": b"\0\2"})
    text = git_repo.git_bytes("diff", "-M", "--binary", base, "HEAD")
    git_repo.git("reset", "--quiet", "--hard", base)

    assert patched(git_repo, text).notes == (
        "1 file left out (added): new.py",
        "1 file left out (deleted): gone.py",
        "1 file left out (no Python file): README",
        "1 file left out (no text): blob.py",
        "1 file left out (renamed): there.py",
    )


def test_a_hunk_that_does_not_fit_names_file_and_line(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(UsageError, match=r"^The patch does not fit a\.py at line 6\.$") as caught:
        patched(git_repo, "--- a/a.py\n+++ b/a.py\n@@ -5,2 +5,2 @@\n     one()\n-    old(7)\n+    new\n")
    assert caught.value.details == ("the patch has '    old(7)\\n'", "the file has '    old(1)\\n'")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("@@ -60 +60 @@\n-    old(1)\n+x\n", "does not fit a.py at line 60"),
        ("@@ -7 +7 @@\n-    old(1)\n+x\n", "does not fit a.py at line 7"),
        ("@@ -6 +6 @@\n-    old(1)\n+x\n@@ -6 +6 @@\n-    old(1)\n+x\n", "its hunks overlap"),
        (
            "@@ -6 +6 @@\n-    old(1)\n+x\n\\ No newline at end of file\n",
            "it says that the file ends where it does not",
        ),
        (
            "@@ -6 +6,2 @@\n-    old(1)\n+x\n\\ No newline at end of file\n+y\n",
            "it says that the file ends where it does not",
        ),
        ("@@ -6,2 +6,2 @@\n-    old(1)\n+x\n", "cut off or damaged at its line 6"),
        ("@@ -6,2 +6,2 @@\n-    old(1)\n*x\n", "cut off or damaged at its line 5"),
        ("", "changes no Python file"),
    ],
)
def test_a_patch_that_cannot_be_applied(git_repo: GitRepo, body: str, message: str) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(UsageError, match=message):
        patched(git_repo, f"--- a/a.py\n+++ b/a.py\n{body}")


@pytest.mark.parametrize("name", ["../a.py", "/etc/a.py", "a/../../a.py", "..\\a.py", "~/a.py", '"a/\\056./a.py"'])
def test_a_path_that_leads_out_of_the_repository_is_refused(git_repo: GitRepo, name: str) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(UsageError, match="leads out of the repository"):
        patched(git_repo, f"--- {name}\n+++ {name}\n@@ -6 +6 @@\n-    old(1)\n+    new(1)\n")


def test_a_file_that_is_not_there_is_named(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD})
    (git_repo.path / "link.py").symlink_to("a.py")
    git_repo.commit()

    for name in ("other.py", "link.py"):
        with pytest.raises(UsageError, match=f"The patch changes {name}, and there is no such file"):
            patched(git_repo, f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-x\n+y\n")


def test_a_file_that_is_not_selected_is_noted(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x\n", "b.py": "x\n", ".gitattributes": "b.py linguist-generated\n"})
    part = "--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-x\n+y\n"

    change = patched(git_repo, part.format("a.py") + part.format("b.py"))

    assert change.notes == ("1 file left out (not among the selected files): b.py",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "this is no unified diff"),
        (b"hello\n" * 10, "this is no unified diff"),
        (b"diff --cc a.py\n@@@ -1,1 -1,1 +1,1 @@@\n", "the combined diff of a merge"),
        (b"x" * (LONGEST + 1), "no more than 10,000,000 are read"),
        (b"--- a.py\n+++ a.py\n" * 2_001, "The patch has 2001 parts, and no more than 500 files"),
    ],
)
def test_what_is_no_patch_is_refused(git_repo: GitRepo, text: bytes, message: str) -> None:
    git_repo.commit({"a.py": OLD})

    with pytest.raises(UsageError, match=message):
        patched(git_repo, text)


def test_long_nonsense_is_read_in_no_time() -> None:
    for line in (b'--- "' + b"\\" * 200_001, b"@@ -1" * 100_000, b"Subject: " + b"[x] " * 100_000):
        assert read_patches(b"\n".join([line, b"+++ x"] * 5)) is not None


# Whether a script agrees


def change_of(**afters: bytes) -> Change:
    files = tuple(ChangedFile(path=f"{name}.py", before=OLD.encode(), after=after) for name, after in afters.items())
    return Change(request="", files=files, notes=(), base="")


def run_of(*outcomes: Changed | Unchanged | Skipped | Failed) -> tuple[Changed | Unchanged | Skipped | Failed, ...]:
    return outcomes


def test_a_script_that_does_the_same_is_exact_and_what_else_it_does_is_told() -> None:
    further = Changed(path="b.py", after=b"x")

    found = verify(change_of(a=NEW.encode()), run_of(Changed(path="a.py", after=NEW.encode()), further))

    assert found.is_exact
    assert found.further == (further,)


def test_each_way_of_departing_from_the_change() -> None:
    other = NEW.replace("new(2)", "newer(2)").encode()

    found = verify(
        change_of(**dict.fromkeys("abcde", NEW.encode())),
        run_of(
            Changed(path="a.py", after=other),
            Unchanged(path="b.py"),
            Failed(path="c.py", reason="crash", detail="ValueError\n"),
            Skipped(path="d.py", reason="it does not parse"),
        ),
    )

    assert not found.is_exact
    assert [(each.path, each.kind, each.why) for each in found.departures] == [
        ("a.py", "different", ""),
        ("b.py", "missing", ""),
        ("c.py", "failed", "crash: ValueError"),
        ("d.py", "failed", "it does not parse"),
        ("e.py", "missing", "the script did not look at it: it was not selected, or holds none of MENTIONS"),
    ]
    assert found.departures[0].actual == other
    assert found.departures[1].actual == OLD.encode()
    assert found.departures[0].diff == ("from line 11:", " def g():", "-    newer(2)", "+    new(2)", " ")


def test_a_real_script_makes_a_real_commit_again_and_its_cases_hold(git_repo: GitRepo) -> None:
    before = "import pytz\n\n\ndef f():\n    return clock(pytz.UTC)\n"
    after = before.replace("import pytz", "from datetime import timezone").replace("pytz.UTC", "timezone.utc")
    base = git_repo.commit({"a.py": before, "left.py": before, "crlf.py": before.replace("\n", "\r\n")})
    git_repo.commit({"a.py": after, "crlf.py": after.replace("\n", "\r\n")})
    change = read(git_repo)
    script = parse((TRANSFORMS / "pytz_utc.py").read_bytes(), name="pytz_utc")
    repository = Repository.open(git_repo.path)

    done = run(
        script,
        select(start=git_repo.path, repository=repository, base=base, config=Config()),
        limits=Limits(jobs=1),
    )
    found = verify(change, done.outcomes)
    results = run_cases(replace(script, cases=to_cases(change)), limits=Limits(jobs=1))

    assert found.is_exact
    assert [each.path for each in found.further] == ["left.py"]
    assert [result.passed for result in results] == [True]


def test_the_diff_of_a_departure_is_short() -> None:
    found = verify(change_of(a=b"x\n" * 100_000), run_of(Changed(path="a.py", after=b"y\n" * 100_000)))

    assert len(found.departures[0].diff) == 26
    assert found.departures[0].diff[-1] == "…"


def test_cases_of_a_change_show_each_shape_once(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": OLD, "b.py": "x = y.old(3)\n", "c.py": OLD})
    git_repo.commit({"a.py": NEW, "b.py": "x = y.new(3)\n", "c.py": NEW})

    cases = to_cases(read(git_repo))

    assert [case.name for case in cases] == ["as in a.py, line 6", "as in b.py, line 1"]
    assert len(to_cases(read(git_repo), most=1)) == 1
