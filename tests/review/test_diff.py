"""The diff that a person reads on a terminal."""

from __future__ import annotations

import pytest

from autotransform.review import FileChange, diff_lines, unified_diff


def change(before: bytes, after: bytes, *, path: str = "pkg/mod.py") -> FileChange:
    return FileChange(path=path, before=before, after=after)


def body(before: bytes, after: bytes) -> list[str]:
    return [line.text for line in diff_lines(change(before, after))][3:]


@pytest.mark.parametrize("content", [b"", b"a", b"a\r\n\x1b\xff"])
def test_what_does_not_change_shows_nothing(content: bytes) -> None:
    assert unified_diff(change(content, content)) == ""


def test_a_diff_reads_as_git_writes_it() -> None:
    before = b"import old\n\n\ndef f():\n    x = 1\n    y = 2\n    z = 3\n    return old.g()\n"

    assert unified_diff(change(before, before.replace(b"return old", b"return new"))) == (
        "--- a/pkg/mod.py\n"
        "+++ b/pkg/mod.py\n"
        "@@ -5,4 +5,4 @@ def f():\n"
        "     x = 1\n"
        "     y = 2\n"
        "     z = 3\n"
        "-    return old.g()\n"
        "+    return new.g()\n"
    )


def test_each_line_says_what_it_is() -> None:
    kinds = [line.kind for line in diff_lines(change(b"-- a\nb", b"++ a\nb"))]

    assert kinds == ["header", "header", "hunk", "removed", "added", "context", "note"]


def test_context_is_what_is_asked_for() -> None:
    assert "2" not in unified_diff(change(b"1\n2\n", b"x\n2\n"), context=0).partition("@@\n")[2]


def test_a_missing_last_newline_is_said() -> None:
    assert body(b"a", b"a\n") == ["-a", "\\ No newline at end of file", "+a"]


def test_carriage_returns_are_hidden_where_all_lines_have_one() -> None:
    assert body(b"a\r\nb\r\n", b"A\r\nb\r\n") == ["-a", "+A", " b"]


def test_carriage_returns_are_shown_where_line_endings_differ() -> None:
    assert body(b"a\r\nb\r\n", b"a\nb\r\n") == ["-a<U+000D>", "+a", " b<U+000D>"]
    assert body(b"a\rb\n", b"a\rc\n") == ["-a<U+000D>b", "+a<U+000D>c"]


def test_a_bom_that_goes_is_seen_to_go() -> None:
    assert body(b"\xef\xbb\xbfa\n", b"a\n") == ["-<U+FEFF>a", "+a"]


def test_each_side_is_read_in_its_own_encoding() -> None:
    before = b"# coding: latin-1\nx = '\xe9'\n"
    after = "# coding: utf-8\nx = 'é'\n".encode()

    assert body(before, after) == ["-# coding: latin-1", "-x = 'é'", "+# coding: utf-8", "+x = 'é'"]


@pytest.mark.parametrize("planted", [b"\x1b[2J", b"\x9b2J", b"\xc2\x9b2J", "\u202e".encode(), b"\x08", b"\r"])
def test_no_escape_reaches_the_terminal(planted: bytes) -> None:
    before = b"def f():" + planted + b"\n" + b"    x = 1" + planted + b"\n" * 9
    hostile = change(before, before + planted + b"y\n", path="a\x1b[31m\n.py")
    text = unified_diff(hostile)

    assert text.replace("\n", "").replace("\t", "").isprintable()
    assert text.startswith('--- "a/a\\033[31m\\n.py"\n')
