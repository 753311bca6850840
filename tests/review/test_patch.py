"""``git apply`` turns what was into what shall be, byte for byte, whatever the content and the name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autotransform.review import FileChange, file_patch, patch

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    GitRepo = Any

LONG = b"".join(b"def function_%d():\n    return %d\n\n\n" % (number, number) for number in range(200))

CONTENTS = {
    "plain": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "crlf": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "crlf-becomes-lf": (b"a\r\nb\r\n", b"a\nb\n"),
    "mixed-endings": (b"a\r\nb\nc\rd\n", b"a\r\nb\nC\rd\n"),
    "no-newline-before": (b"a\nb", b"a\nb\n"),
    "no-newline-after": (b"a\nb\n", b"a\nb"),
    "no-newline-on-both": (b"a\nb", b"a\nc"),
    "no-newline-in-context": (b"a\nb\nc", b"A\nb\nc"),
    "from-empty": (b"", b"a\n"),
    "from-empty-no-newline": (b"", b"a"),
    "to-empty": (b"a\nb\n", b""),
    "form-feed": (b"a\n\x0c\nb\x0cc\n", b"a\n\x0c\nB\x0cc\n"),
    "latin-1": (b"# coding: latin-1\nx = '\xe9'\ny = 1\n", b"# coding: latin-1\nx = '\xe9'\ny = '\xff'\n"),
    "bom": (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nB\n"),
    "escapes": (b"x = '\x1b[31m'\n", b"x = '\x1b[0m\x07'\n"),
    "nul": (b"a\x00b\nc\n", b"a\x00b\nC\n"),
    "looks-like-a-header": (b"-- a/x\n++ b/x\n@@ -1 +1 @@\n", b"++ b/x\n-- a/x\n\\ No newline at end of file\n"),
    "trailing-blanks": (b"a  \n\t\nb\n", b"a\n\t \nb \n"),
    "blank-lines": (b"\n\n\n\n\n\n\n\n\n", b"\n\n\n\nx\n\n\n\n\n"),
    "separators": ("a\u2028b\u0085c\nd\n".encode(), "a\u2028b\u0085C\nd\n".encode()),
    "one-huge-line": (b"x" * 100_000 + b"\ny", b"x" * 100_001 + b"\ny"),
    "many-hunks": (LONG, LONG.replace(b"7\n", b"seven\n")),
    "every-line": (LONG, LONG.replace(b"\n", b"\r\n")),
}

NAMES = [
    b"plain.py",
    b"pkg/deep/er/mod.py",
    b"with space.py",
    b"a b/ c .py",
    b"trailing space ",
    "café/日本語.py".encode(),
    b"new\nline.py",
    b"tab\there.py",
    b'quote".py',
    b"back\\slash.py",
    b"bell\x07 escape\x1b[31m del\x7f.py",
    b"form\x0cfeed\x0bcarriage\rreturn\x08.py",
    b"\xff not utf-8 \xe9.py",
    "right\u202eto left.py".encode(),
    b"-dash.py",
    b"b/b.py",
    b"a/a => b/b.py",
    b"{braces}.py",
]


def holds_file_names(tmp_path: Path, name: bytes) -> bool:
    """Whether the file system takes such a name: some insist on UTF-8."""
    try:
        (tmp_path / os.fsdecode(name)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / os.fsdecode(name)).write_bytes(b"")
    except OSError:
        return False
    return os.fsencode(next(path for path in tmp_path.rglob("*") if path.is_file()).relative_to(tmp_path)) == name


def committed(repo: GitRepo, changes: list[FileChange]) -> None:
    repo.git("config", "core.autocrlf", "false")
    repo.commit({change.path: change.before for change in changes})


def test_git_apply_makes_of_every_content_what_it_shall_be(git_repo: GitRepo) -> None:
    changes = [FileChange(path=f"{name}.py", before=before, after=after) for name, (before, after) in CONTENTS.items()]
    committed(git_repo, changes)
    git_repo.git("apply", "--index", "-", stdin=patch(changes))

    for change in changes:
        assert (git_repo.path / change.path).read_bytes() == change.after, change.path
    assert git_repo.git("diff", "--name-only") == ""


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_git_apply_finds_the_file_by_its_quoted_name(git_repo: GitRepo, tmp_path: Path, name: bytes) -> None:
    if not holds_file_names(tmp_path / "probe", name):
        pytest.skip("this file system does not take such a name")
    change = FileChange(path=os.fsdecode(name), before=b"a\nb\n", after=b"a\nB\n", mode="100755")
    git_repo.write(name, change.before, mode=0o755)
    git_repo.commit()
    git_repo.write(name, change.after, mode=0o755)
    theirs = git_repo.git_bytes("diff", "--full-index")
    git_repo.git("checkout", "--quiet", "--", ".")
    git_repo.git("apply", "-", stdin=patch([change]))

    assert (git_repo.path / change.path).read_bytes() == change.after
    assert file_patch(change) == theirs


@pytest.mark.parametrize("name", sorted(set(CONTENTS) - {"nul", "looks-like-a-header", "trailing-blanks", "to-empty"}))
def test_the_patch_is_the_one_that_git_writes(git_repo: GitRepo, name: str) -> None:
    before, after = CONTENTS[name]
    change = FileChange(path="mod.py", before=before, after=after)
    committed(git_repo, [change])
    git_repo.write(".git/info/attributes", "*.py diff=python\n")
    git_repo.write("mod.py", after)

    assert file_patch(change) == git_repo.git_bytes("diff", "--full-index")


def test_three_way_finds_the_blobs_when_the_base_moved_on(git_repo: GitRepo) -> None:
    change = FileChange(path="mod.py", before=LONG, after=LONG.replace(b"return 100", b"return 'hundred'"))
    committed(git_repo, [change])
    moved = LONG.replace(b"return 99", b"return 99  # moved on").replace(b"return 101", b"return 101  # moved on")
    git_repo.commit({"mod.py": moved})
    git_repo.git("apply", "--3way", "-", stdin=patch([change]))

    assert (git_repo.path / "mod.py").read_bytes() == moved.replace(b"return 100", b"return 'hundred'")


def test_a_patch_with_one_wrong_byte_is_refused(git_repo: GitRepo) -> None:
    """The planted fault: were ``git apply`` lenient, nothing above would prove anything."""
    change = FileChange(path="mod.py", before=b"a\r\nb\r\nc\r\n", after=b"a\r\nB\r\nc\r\n")
    committed(git_repo, [change])

    with pytest.raises(AssertionError, match="patch does not apply"):
        git_repo.git("apply", "-", stdin=patch([change]).replace(b" c\r\n", b" c\n"))


@pytest.mark.parametrize("content", [b"", b"a", b"a\r\n"])
def test_what_does_not_change_adds_nothing(content: bytes) -> None:
    assert patch([FileChange(path="a.py", before=content, after=content)]) == b""


def test_no_changes_make_no_patch() -> None:
    assert patch([]) == b""


LINE = st.sampled_from([b"a\n", b"b\n", b"\n", b"  c\r\n", b"\x0c\n", b"- \xff\n", b"def f():\n"])
TEXT = st.builds(lambda lines, last: b"".join(lines) + last, st.lists(LINE, max_size=30), st.sampled_from([b"", b"z"]))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXT, TEXT), min_size=20, max_size=40))
def test_git_apply_takes_the_patch_of_any_pair_of_texts(
    tmp_path_factory: pytest.TempPathFactory, git_repo: GitRepo, texts: list[tuple[bytes, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    changes = [
        FileChange(path=f"{folder.name}/{number}.py", before=before, after=after)
        for number, (before, after) in enumerate(texts)
    ]
    for change in changes:
        git_repo.write(change.path, change.before)
    if written := patch(changes):
        git_repo.git("apply", "-", stdin=written)

    assert [(git_repo.path / change.path).read_bytes() for change in changes] == [change.after for change in changes]
