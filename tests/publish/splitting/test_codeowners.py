"""CODEOWNERS, as GitHub reads it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from autotransform.publish.splitting.codeowners import all_owners, parse_code_owners, read_code_owners


def owners_of(text: str, path: str) -> tuple[str, ...]:
    return parse_code_owners(text.encode()).owners_of(path)


def means(pattern: str, *paths: str) -> list[str]:
    owners = parse_code_owners(f"{pattern} @o".encode())

    assert owners.problems == ()

    return [path for path in paths if owners.owners_of(path)]


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("foo", "foo foo/bar bar/foo bar/foo/baz", "foo.txt bar/foo.txt bar/baz"),
        ("/foo", "foo foo/bar foo/bar/baz", "fool bar/foo bar/foo/baz"),
        ("foo/", "foo/bar foo/bar/baz bar/foo/baz a/b/foo/c/d", "foo bar/foo bar/baz"),
        ("/foo/", "foo/bar foo/bar/baz", "foo bar/foo bar/foo/baz"),
        ("foo/bar", "foo/bar foo/bar/baz", "foo/bart baz/foo/bar baz/foo/bar/qux"),
        ("foo/bar/", "foo/bar/baz", "foo/bar foo/bart baz/foo/bar/qux"),
        ("*", "foo foo/bar a/b/c .x", ""),
        ("f*", "foo foo/bar foo/bar/baz bar/foo bar/foo/baz", "bar/baz xfoo"),
        ("/*", "foo bar", "foo/bar foo/bar/baz"),
        ("/f*", "foo foo/bar foo/bar/baz", "bar/foo xfoo"),
        ("f*/", "foo/bar bar/foo/baz", "foo bar/foo bar/baz"),
        ("/*/", "foo/bar bar/foo/baz", "foo"),
        ("f\\*o", "f*o", "foo fxo"),
        ("f?o", "foo", "fo fooo f/o"),
        ("f\\?o", "f?o", "foo"),
        ("docs/*", "docs/a.md", "docs docs/b/a.md x/docs/a.md"),
        ("docs/*.md", "docs/a.md", "docs/b/a.md x/docs/a.md docs/a.txt"),
        ("foo/*/baz", "foo/bar/baz foo/bar/baz/qux", "foo/bar foo/baz foo/a/b/baz"),
        ("**/foo/bar", "foo/bar a/b/foo/bar a/foo/bar/c", "foo/a/bar"),
        ("**/*bar*", "bar foo/rebar a/b/barrio bar/x", "foo"),
        ("foo/bar/**", "foo/bar/baz foo/bar/a/b", "foo/bar a/foo/bar/baz"),
        ("foo/**/bar", "foo/bar foo/a/bar foo/a/b/bar/c", "foo a/foo/bar foobar"),
        ("foo/**/", "foo/a/b", "foo a/foo/b"),
        ("foo/**/bar/b*", "foo/bar/baz foo/a/bar/baz", "foo/bar foo/bar/qux"),
        ("**", "a a/b", ""),
        ("/", "", "a a/b"),
        ("*.py", "a.py x/y.py x.py/z", "a.pyi"),
        ("a\\ b/", "a b/c", "a/c b/c"),
        ("a\\#b", "a#b", "a"),
        ("a#b", "a#b", "a"),
        ("Foo", "Foo", "foo FOO"),
        ("ä.py", "ä.py", "a.py"),
    ],
)
def test_a_pattern_means_what_github_means(pattern: str, yes: str, no: str) -> None:
    wanted = yes.split(" ") if "\\ " not in pattern else [yes]

    assert means(pattern, *filter(None, wanted), *no.split()) == list(filter(None, wanted))


@pytest.mark.parametrize(
    ("pattern", "path"), [("docs/*", "docs/a/b.md"), ("/*", "a/b.py"), ("foo/*/", "foo/a/b/c")], ids=str
)
def test_where_a_library_for_gitignore_says_otherwise(pattern: str, path: str) -> None:
    # The reason why `pathspec`, which we have, is not used here; the last one is the same in both.
    is_same = pattern == "foo/*/"

    assert GitIgnoreSpec.from_lines([pattern]).match_file(path)
    assert (means(pattern, path) == [path]) is is_same


def test_the_last_line_wins_even_where_it_names_nobody() -> None:
    text = "* @all\n*.py @py @org/team dev@example.com\n/apps/ @apps\n/apps/github\n"

    assert owners_of(text, "x.md") == ("@all",)
    assert owners_of(text, "x.py") == ("@py", "@org/team", "dev@example.com")
    assert owners_of(text, "apps/x.py") == ("@apps",)
    assert owners_of(text, "apps/github/x.py") == ()
    assert owners_of("/a/ @first\nb/ @second\n*.py @last\n", "a/b/x.py") == ("@last",)


def test_comments_blank_lines_tabs_carriage_returns_and_a_mark_are_no_matter() -> None:
    text = "\ufeff# *  @nobody\r\n\r\n  *.py\t@a  @a @b # and @c\r\n*.md#x @d\n"

    assert owners_of(text, "x.py") == ("@a", "@b")
    assert owners_of(text, "x.md#x") == ("@d",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!a @o", "negated"),
        ("a[bc] @o", "range"),
        ("\\#a @o", "escaped"),
        ("a*** @o", "three stars"),
        ("a//b @o", "two slashes"),
        ("a nobody", "neither a user"),
        ("a @", "neither a user"),
        ("a @o @-x", "neither a user"),
        ("a @o/p/q", "neither a user"),
        ("a x@y", "neither a user"),
        (f"{'a' * 5000} @o", "more than"),
    ],
)
def test_a_line_that_cannot_be_read_is_passed_over_and_told(line: str, said: str) -> None:
    owners = parse_code_owners(f"* @all\n{line}\n*.md @md\n".encode())

    assert [(problem.line, said in problem.message) for problem in owners.problems] == [(2, True)]
    assert (owners.owners_of("a"), owners.owners_of("a.md")) == (("@all",), ("@md",))


def test_the_first_place_counts_whatever_it_holds() -> None:
    files: dict[str, bytes | None] = {
        "CODEOWNERS": b"* @root",
        "docs/CODEOWNERS": b"* @docs",
        ".github/CODEOWNERS": b"nothing [\n",
    }

    assert read_code_owners(files.get).path == ".github/CODEOWNERS"
    assert read_code_owners(files.get).owners_of("a") == ()

    files[".github/CODEOWNERS"] = b""

    assert read_code_owners(files.get).owners_of("a") == ()

    del files[".github/CODEOWNERS"]

    assert read_code_owners(files.get).owners_of("a") == ("@root",)
    assert read_code_owners(lambda _: None).path == ""


def test_a_file_over_three_megabytes_is_not_read() -> None:
    owners = parse_code_owners(b"* @all\n" + b"#" * 3_000_000)

    assert owners.owners_of("a") == ()
    assert [problem.line for problem in owners.problems] == [0]


def test_a_path_that_is_no_text_is_matched_by_its_bytes() -> None:
    owners = parse_code_owners(b"\xff.py @o\n")

    assert owners.owners_of("\udcff.py") == ("@o",)


def test_everybody_who_owns_one_of_the_files_is_named_once() -> None:
    owners = parse_code_owners(b"*.py @b @a\n*.md @a\n")

    assert all_owners(owners, ["x.py", "y.md", "z"]) == ("@a", "@b")


def test_a_pattern_made_to_take_forever_does_not() -> None:
    lines = [b"*a" * 2_000 + b"b @o", b"**/" * 1_300 + b"b @o", *[b"*%d*x @o" % number for number in range(6_000)]]
    owners = parse_code_owners(b"\n".join(lines))

    assert owners.owners_of("a" * 400) == ()
    assert owners.owners_of("a/" * 50 + "b") == ("@o",)
    assert len(owners.problems) == 100


@given(st.text(alphabet="ab*?/\\#[!@ .\n", max_size=60), st.text(alphabet="ab/.", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_there_an_answer_comes(text: str, path: str) -> None:
    owners = parse_code_owners(text.encode())

    expected = next((rule.owners for rule in reversed(owners.rules) if rule.pattern.matches(path.split("/"))), ())

    assert owners.owners_of(path) == expected
