"""What is shown cannot move a cursor, hide a character or reorder a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotransform.review import safe_text, show_path
from autotransform.review.text import decoder_of, portable_text, quote_path, show_bytes


@pytest.mark.parametrize("text", ["", "x = 1", "\tif x:", "café 日本語 🎉 ❤\ufe0f", "'\\x1b[31m'", "<U+001B>"])
def test_what_prints_is_shown_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("\x1b]0;title\x07", "<U+001B>]0;title<U+0007>"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\rb\nc\x0cd\x08", "a<U+000D>b<U+000A>c<U+000C>d<U+0008>"),
        ("access\u202e\u2066// x\u2069", "access<U+202E><U+2066>// x<U+2069>"),
        ("pass\u200bword\ufeff", "pass<U+200B>word<U+FEFF>"),
        ("a\u2028b\u0085", "a<U+2028>b<U+0085>"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("\udcff", "<U+DCFF>"),
        ("\U000e0041", "<U+E0041>"),
        ("if x:\u3164", "if x:<U+3164>"),
        ("a\u115f\u2800\uffa0b", "a<U+115F><U+2800><U+FFA0>b"),
        ("a\U000e0100b\u034f", "a<U+E0100>b<U+034F>"),
    ],
    ids=ascii,
)
def test_what_does_not_print_is_shown_by_its_number(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(st.text(st.characters()))
def test_nothing_but_tabs_and_printable_text_comes_out(text: str) -> None:
    assert safe_text(text).replace("\t", "").isprintable()
    assert show_path(text).isprintable()


def test_a_path_of_blank_letters_is_quoted() -> None:
    assert show_path("a\u3164.py") == '"a\\343\\205\\244.py"'


@given(st.binary(), st.sampled_from(["utf-8", "latin-1", "cp1252", "shift_jis", "utf-7", "iso2022_jp", "cp037"]))
def test_any_bytes_can_be_shown_in_any_encoding(line: bytes, encoding: str) -> None:
    assert show_bytes(line, encoding=encoding).replace("\t", "").isprintable()


def test_bytes_that_are_no_text_show_beside_those_that_are() -> None:
    assert show_bytes(b"caf\xc3\xa9 \xe9\x1b", encoding="utf-8") == "café <E9><U+001B>"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"", "utf-8"),
        (b"x = 1\n", "utf-8"),
        (b"\xef\xbb\xbfx = 1\n", "utf-8"),
        (b"# coding: latin-1\n", "iso-8859-1"),
        (b"\n# -*- coding: shift_jis -*-\n", "shift_jis"),
        (b"# coding: no-such-thing\n", "utf-8"),
        (b"# coding: rot13\n", "utf-8"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "utf-8"),
        (b"\xff\xfe\n", "utf-8"),
    ],
)
def test_the_cookie_decides_unless_it_makes_no_sense(content: bytes, encoding: str) -> None:
    assert decoder_of(content) == encoding


@pytest.mark.parametrize("path", ["a.py", "with space.py", "café/日本語.py", "-x", "a => b"])
def test_a_path_that_prints_is_shown_as_it_is(path: str) -> None:
    assert show_path(path) == path


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a\nb.py", r'"a\nb.py"'),
        ("\x1b[31m.py", r'"\033[31m.py"'),
        ('say "hi".py', r'"say \"hi\".py"'),
        ("back\\slash", r'"back\\slash"'),
        ("é\udcff", r'"é\377"'),
        ("\ud800", r'"\355\240\200"'),
        ("a\u202eb", r'"a\342\200\256b"'),
    ],
    ids=ascii,
)
def test_a_path_that_does_not_print_is_quoted(path: str, shown: str) -> None:
    assert show_path(path) == shown


def test_git_quotes_every_byte_that_is_not_plain() -> None:
    quoted = quote_path(bytes(range(1, 128))).decode()

    assert quoted.startswith(r'"\001\002\003\004\005\006\a\b\t\n\v\f\r\016')
    assert quoted.endswith(r'xyz{|}~\177"')
    assert quote_path("é".encode()) == rb'"\303\251"'


def test_lone_surrogates_are_replaced_and_nothing_else_is() -> None:
    assert portable_text("é\x1b\n🎉 \udcff\ud800") == "é\x1b\n🎉 \ufffd\ufffd"
