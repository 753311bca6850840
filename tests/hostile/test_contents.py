"""Files that take a reader apart: each costs itself a line in the summary, and nobody else anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autotransform.run.gate import is_candidate, is_generated, is_transform

if TYPE_CHECKING:
    from tests.hostile.conftest import Hostile

NAME = "new_for_old"

_MANY = 100_000

#: What takes LibCST long, and is refused by it all the same.
_SOME = 10_000

#: All of them end in what the script would change.
_BOMBS = {
    "parentheses": "x = " + "(" * _MANY + ")" * _MANY,
    "lists": "x = " + "[" * _MANY + "]" * _MANY,
    "dicts": "x = " + "{1:" * _SOME + "1" + "}" * _SOME,
    "minus": "x = " + "-" * _MANY + "1",
    "not": "x = " + "not " * _SOME + "1",
    "lambda": "x = " + "lambda: " * _SOME + "1",
    "await": "async def f():\n    " + "await " * _SOME + "x",
    "attributes": "x = a" + ".b" * _MANY,
    "calls": "x = a" + "()" * _SOME,
    "subscripts": "x = a" + "[0]" * _SOME,
    "sum": "x = " + " + ".join(["a"] * _MANY),
    "and": "x = " + " and ".join(["a"] * _SOME),
    "compare": "x = " + " < ".join(["a"] * _SOME),
    "conditional": "x = " + "1 if a else " * _SOME + "1",
    "texts in a row": "x = " + "'a' " * _SOME,
    "one long text": "x = '" + "a" * 3_000_000 + "'",
    "digits": "x = " + "9" * _MANY,
    "power": "x = " + "9 ** " * _SOME + "9",
    "shift": "x = 1 << (1 << 60)",
    "fields": "x = f'" + "{a}" * 30_000 + "'",
    "fields in fields": "x = " + "f'{" * 100 + "1" + "}'" * 100,
    "blocks in blocks": "".join(" " * depth + "if a:\n" for depth in range(99)) + " " * 99 + "pass",
    "blocks too deep": "".join(" " * depth + "if a:\n" for depth in range(2_000)) + " " * 2_000 + "pass",
    "elif": "if a:\n    pass\n" + "elif a:\n    pass\n" * 10_000,
    "targets": "x = " * _SOME + "1",
    "decorators": "@a\n" * 10_000 + "def f(): pass",
    "arguments": "f(" + "a, " * 30_000 + ")",
    "comprehensions": "x = [a" + " for a in b" * 20_000 + "]",
    "with": "with " + ", ".join(["a"] * 20_000) + ": pass",
    "match": "match a:\n    case " + "[" * 20_000 + "]" * 20_000 + ": pass",
    "comments": "# x\n" * _MANY,
    "form feeds": "\f" * _MANY,
    "continued lines": "x = 1 \\\n" * _MANY + "+ 1",
    "semicolons": "x = 1;" * 30_000,
    "marks on a letter": "é = 'e" + "\u0301" * _MANY + "\u0327" * _MANY + "'",
    "marks in a name": "e" + "\u0301" * 20_000 + "\u0327" * 20_000 + " = 1",
    "escapes": "x = 1  # \x1b[2J\x1b]0;title\x07\x9b31m\u202e\u2066\u200b\x85\u2028",
}


def _bytes(text: str) -> bytes:
    return f"{text}\nold = 1\n".encode()


_ENCODED = {
    "UTF-7": b"# coding: utf-7\n+AG8AbABk- = 1\nold = '+AAo-'\n",
    "punycode": b"# coding: punycode\nold = 1\n",
    "IDNA": b"# coding: idna\nold = 1\n",
    "escapes": b"# coding: unicode_escape\nold = '\\x1b[2J'\n",
    "ROT13": b"# coding: rot13\nbyq = 1\nold = 1\n",
    "a module": b"# coding: ../../os\nold = 1\n",
    "aliases": b"# coding: aliases\nold = 1\n",
    "NULs": b"old = 1\0\n",
    "UTF-16": "\ufeffold = 1\n".encode("utf-16"),
    "no UTF-8": b"old = '\xff\xfe'\n",
    "two encodings": b"# coding: latin-1\n# coding: utf-8\nold = 1\n",
    "carriage returns": b"old = 1\rold = 2\r",
    "many cookies": b"# " + b"coding:utf-8 " * _MANY + b"\nold = 1\n",
}


@pytest.mark.long
def test_no_content_stops_the_others_or_takes_for_ever(hostile: Hostile) -> None:
    contents = {f"bomb {name}.py": _bytes(text) for name, text in _BOMBS.items()}
    contents |= {f"code {name}.py": content for name, content in _ENCODED.items()}
    hostile.repo.commit({**contents, "z.py": "old = 2\n", "pyproject.toml": "[tool.autotransform]\nmemory = 700\n"})

    answer = hostile.run("-v", "apply", NAME, "--timeout", "4", timeout=290)

    assert answer.code == 1
    assert answer.unprintable == set()
    assert "Traceback" not in answer.said
    branch = f"autotransform/{NAME}"
    assert hostile.repo.git("show", f"{branch}:a.py", f"{branch}:z.py") == "new = 1\nnew = 2"
    changed = set(hostile.repo.git("diff", "--name-only", "-z", "HEAD", branch).split("\0")) - {""}
    # Whatever became of the others: they hold what they held, or that with one name for another.
    for path in changed - {"a.py", "z.py"}:
        assert hostile.repo.show(branch, path) == hostile.repo.show("HEAD", path).replace(b"old", b"new")


@pytest.mark.parametrize(("how", "size"), [("--in-place", 1 << 40), ("--base=HEAD", 1 << 26), ("--index", 1 << 26)])
def test_huge_files_are_skipped_before_they_are_read(hostile: Hostile, how: str, size: int) -> None:
    with (hostile.path / "huge.py").open("wb") as file:
        file.truncate(size)
    if how == "--in-place":
        hostile.repo.git(
            "update-index", "--add", "--cacheinfo", f"100644,{hostile.repo.git('rev-parse', 'HEAD:a.py')},huge.py"
        )
    else:
        hostile.repo.git("-c", "core.compression=1", "-c", "core.bigFileThreshold=1m", "add", "huge.py")
        hostile.repo.git("commit", "--quiet", "--message", "huge")

    answer = hostile.run("preview", NAME, how)

    assert answer.code == 0
    assert f"{size:,} bytes, and no more than 10,000,000 are read" in answer.said
    assert "+new = 1" in answer.out


def test_a_file_that_is_just_small_enough_is_read(hostile: Hostile) -> None:
    hostile.repo.commit({"large.py": b"#" * 9_999_990 + b"\nx = 1\n\n", "larger.py": b"#" * 10_000_001})

    answer = hostile.run("preview", NAME)

    assert answer.code == 0
    assert "larger.py" in answer.said
    assert "large.py" not in answer.said.replace("larger.py", "")


@pytest.mark.parametrize(
    "content",
    [
        b"\n" * 9_000_000,
        b" " * 9_000_000,
        b"\r" * 9_000_000,
        b"# /// script\n" * 700_000,
        b"#" * 9_000_000,
        b"# " + b"\t" * 9_000_000,
        b"# " + b"coding:utf-8 " * 600_000,
        ("a" + "\u0301" * 2_000_000 + "\u0327" * 2_000_000 + "\ufb01").encode(),
        "\ufdfa".encode() * 3_000_000,
    ],
    ids=["lines", "spaces", "returns", "scripts", "comment", "tabs", "cookies", "marks", "ligatures"],
)
def test_the_gate_looks_at_everything_in_no_time(content: bytes) -> None:
    whole = content + b"@generated [tool.autotransform]"

    assert not is_transform(whole)
    assert is_generated(whole) in {True, False}
    assert is_candidate(("zzzz",), whole) in {True, False}


class TestLinks:
    """Links out of the tree, before and while it is read and written."""

    def test_a_link_is_neither_read_nor_written(self, hostile: Hostile) -> None:
        secret = hostile.outside / "secret.py"
        secret.write_text("old = 'secret'\n")
        (hostile.path / "link.py").symlink_to(secret)
        (hostile.path / "folder").symlink_to(hostile.outside)
        hostile.repo.commit()

        answers = [
            hostile.run("preview", NAME),
            hostile.run("preview", NAME, "--index"),
            hostile.run("preview", NAME, "--in-place"),
            hostile.run("apply", NAME),
            hostile.run("apply", NAME, "--in-place"),
        ]

        assert [answer.code for answer in answers] == [0] * 5
        assert not any("secret" in answer.said for answer in answers)
        assert secret.read_text() == "old = 'secret'\n"
        assert sorted(path.name for path in hostile.outside.iterdir()) == ["secret.py"]

    def test_a_tracked_folder_that_became_a_link(self, hostile: Hostile) -> None:
        hostile.repo.commit({"pkg/a.py": "old = 1\n"})
        (hostile.path / "pkg").rename(hostile.outside / "pkg")
        (hostile.path / "pkg").symlink_to(hostile.outside / "pkg")

        answer = hostile.run("apply", NAME, "--in-place", "--force")

        assert answer.code == 0
        assert (hostile.outside / "pkg/a.py").read_text() == "old = 1\n"

    def test_what_is_no_file_is_passed_over(self, hostile: Hostile) -> None:
        hostile.repo.commit({"pipe.py": "old = 1\n", "folder.py": "old = 1\n", "zero.py": "old = 1\n"})
        for name in ("pipe.py", "folder.py", "zero.py"):
            (hostile.path / name).unlink()
        os.mkfifo(hostile.path / "pipe.py")
        (hostile.path / "folder.py").mkdir()
        (hostile.path / "zero.py").symlink_to("/dev/zero")

        answer = hostile.run("apply", NAME, "--in-place", "--force")

        assert answer.code == 0
        assert (hostile.path / "a.py").read_text() == "new = 1\n"
        assert not (hostile.path / "pipe.py").is_file()
        assert (hostile.path / "zero.py").is_symlink()
