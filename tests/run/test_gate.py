# ruff: noqa: RUF001 - the lookalike letters are the point
"""The text gate never keeps out a file that holds an identifier with one of the mentions in it."""

from __future__ import annotations

import ast
import re
import string
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.run.gate import is_candidate, is_generated, is_transform

_PYTZ = ("pytz",)

_PASSES = {
    "plain": b"import pytz\n",
    "part of a name": b"my_pytz2 = 1\n",
    "in a comment": b"# pytz\n",
    "script letters": "import 𝓹𝔂𝓽𝔃\n".encode(),
    "full-width letters": "import ｐｙｔｚ\n".encode(),
    "one letter of another alphabet": "import pyt𝐳\n".encode(),
    "byte order mark": b"\xef\xbb\xbf" + "import 𝓹𝔂𝓽𝔃\n".encode(),
    "named encoding": "# coding: utf-8\nimport 𝓹𝔂𝓽𝔃\n".encode(),
    "utf-7": b"# coding: utf-7\nimport +AHAAeQB0AHo-\n",
    "utf-7 in the second line": b"#!/usr/bin/python\n# -*- coding: utf-7 -*-\nimport +AHAAeQB0AHo-\n",
    "utf-7 behind a lone carriage return": b"#!\r# coding: utf-7\r+AHAAeQB0AHo-\r",
    "full-width letters in a stateful encoding": "# coding: iso2022_jp\nimport ｐｙｔｚ\n".encode("iso2022_jp"),
    "an encoding that nobody knows": b"# coding: klingon\nx = 1\n",
    "an encoding for a text of its own": b"# coding: punycode\nx = 1\n",
    "two encodings": b"# coding: latin-1\n# coding: utf-8\nx = '\xff'\n",
    "not the encoding that it says": b"# coding: utf-8\nx = '\xff'\n",
    "utf-16": "import pytz\n".encode("utf-16"),
}

_STAYS = {
    "nothing": b"",
    "plain": b"import pyt, z\n",
    "other case": b"import PyTZ\n",
    "umlauts": "größe = 'Straße' # 漢字\n".encode(),
    "latin-1": b"# coding: latin-1\nx = '\xff'\n",
    "windows": b"# -*- coding: cp1252 -*-\nx = '\x80'\n",
    "ascii": b"# vim: set fileencoding=ascii :\nx = 1\n",
    "other script letters": "import 𝓹𝔂𝓽\n".encode(),
    "combined otherwise": "pyt\u0301z = 1\n".encode(),
    "a line on coding": b"x = 1\ny = 2\n# coding: utf-7\n+AHAAeQB0AHo-\n",
    "broken Python": b"import (\n",
}


@pytest.mark.parametrize("content", _PASSES.values(), ids=_PASSES)
def test_what_may_hold_a_mention_passes(content: bytes) -> None:
    assert is_candidate(_PYTZ, content)


@pytest.mark.parametrize("content", _STAYS.values(), ids=_STAYS)
def test_what_cannot_hold_a_mention_stays_out(content: bytes) -> None:
    assert not is_candidate(_PYTZ, content)


@pytest.mark.parametrize("mentions", [None, ()])
def test_without_mentions_everything_passes(mentions: tuple[str, ...] | None) -> None:
    assert is_candidate(mentions, b"")


def test_any_mention_is_enough() -> None:
    assert is_candidate(("django", "pytz"), b"import pytz")


def _disguises(letter: str) -> list[str]:
    """Give every character that Python reads as a letter."""
    return [
        character
        for character in map(chr, range(0x80, sys.maxunicode))
        if unicodedata.normalize("NFKC", character) == letter and f"a{character}".isidentifier()
    ]


_DISGUISES = {letter: [letter, *_disguises(letter)] for letter in "pytz_1"}
#: Letters, digits and marks that combine with what stands before them.
_OTHERS = st.sampled_from(
    [*string.ascii_letters, "ß", "é", "e\u0301", "\u0301", "ﬁ", "ª", "각", "\u1100\u1161", "漢", "1"]
)
_IDENTIFIERS = st.builds(
    lambda before, middle, after: "".join((*before, *middle, *after)),
    st.lists(_OTHERS, max_size=3),
    st.tuples(*(st.sampled_from(_DISGUISES[letter]) for letter in "pytz")) | st.lists(_OTHERS, max_size=4),
    st.lists(_OTHERS, max_size=3),
).filter(str.isidentifier)
_TEXTS = st.sampled_from(
    ["{} = 1\n", "import {}\n", "from a.{} import *\n", "def f({}): ...\n", "f({}=1)\n", "x.{}\n", "class {}: ...\n",
     "global {}\n", "f'{{{}}}'\n", "é = {}\n", "'ﬁ' \\\n'', {}\n", "{}\u200b\n", "x = '\u0301';{}\n"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.builds(str.format, _TEXTS, _IDENTIFIERS), max_size=4), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_no_identifier_slips_through(lines: list[str], encoding: str) -> None:
    content = "".join(lines).encode(encoding)
    held = _identifiers(content)
    for mention in ("pytz", "ytz", "z", "e", "fi", "a1"):
        if any(mention in name for name in held):
            assert is_candidate((mention,), content)


def test_no_identifier_of_the_library_slips_through() -> None:
    for file in sorted(Path(ast.__file__).parent.glob("*.py"))[:60]:
        content = file.read_bytes()
        for name in sorted(_identifiers(content))[::20]:
            if name.isascii():
                assert is_candidate((name,), content)
                assert is_candidate((name[1:],), content)


def _plainly(mentions: tuple[str, ...], content: bytes) -> bool:
    """Tell whether a file may hold a mention, letter by letter and in no hurry."""
    cookies = re.findall(rb"coding[:=][ \t]*([-\w.]+)", b"\n".join(content.split(b"\n")[:2]))
    if any(each.encode() in content for each in mentions) or set(cookies) - {b"latin-1"}:
        return True
    try:
        text = content.decode("latin-1" if cookies else "utf-8")
    except UnicodeDecodeError:
        return True
    normal = "".join(unicodedata.normalize("NFKC", letter) for letter in text)
    return any(all(fragment in normal or fragment in text for fragment in each.split()) for each in mentions)


_NASTY = st.lists(
    st.sampled_from(
        [
            *(b"pytz", b"UTC", b"p", b"ytz", b" ", b"\n", b"\r", b"\0", b"+AHAAeQB0AHo-", b"\xef\xbb\xbf"),
            *("ｐytz".encode(), "ｐｙｔｚ".encode(), "𝓤TC".encode(), "é".encode(), "²".encode(), b"\xff", b"\xc3"),
            *(b"# coding: latin-1", b"# coding: utf-7"),
        ]
    ),
    max_size=8,
)
_ENTRIES = st.sampled_from([("pytz",), ("UTC", "pytz"), ("pytz UTC",), ("a b", "UTC"), ("p2 ytz", "T")])


@settings(max_examples=600, deadline=None)
@given(content=_NASTY.map(b"".join), mentions=_ENTRIES)
def test_the_fast_way_gives_what_the_plain_way_gives(content: bytes, mentions: tuple[str, ...]) -> None:
    assert is_candidate(mentions, content) == _plainly(mentions, content)


def test_of_a_group_every_fragment_must_stand_in_the_file() -> None:
    mentions = ("pytz UTC", "utcnow")

    assert is_candidate(mentions, b"import pytz\npytz.UTC\n")
    assert is_candidate(mentions, b"utcnow()\n")
    assert is_candidate(mentions, "import ｐytz\nfrom x import UTC\n".encode())
    assert not is_candidate(mentions, b"import pytz\npytz.utc\n")


def _identifiers(content: bytes) -> set[str]:
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return set()
    fields = (
        value for node in ast.walk(tree) for _, value in ast.iter_fields(node) if not isinstance(node, ast.Constant)
    )
    return {
        name for value in fields for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)
    }


_GENERATED = {
    "first line": b"# @generated by protoc\nimport x\n",
    "after a licence": b"#!/usr/bin/env python\n# Copyright\n\n# @generated\nimport x\n",
    "windows line ends": b"# one\r\n# @generated\r\nimport x\r\n",
    "byte order mark": b"\xef\xbb\xbf# @generated\n",
    "no last newline": b"# @generated",
}
_WRITTEN = {
    "no comment": b"import x\n",
    "in a text": b'"""@generated"""\n',
    "after code": b"import x\n# @generated\n",
    "behind code": b"import x  # @generated\n",
    "another word": b"# @generatedly\n",
    "no mark": b"# generated by hand\n",
}


@pytest.mark.parametrize("content", _GENERATED.values(), ids=_GENERATED)
def test_the_mark_of_generated_code_is_seen(content: bytes) -> None:
    assert is_generated(content)


@pytest.mark.parametrize("content", _WRITTEN.values(), ids=_WRITTEN)
def test_code_that_only_speaks_of_generated_code_is_not_generated(content: bytes) -> None:
    assert not is_generated(content)


_HEADER = b'# /// script\n# requires-python = ">=3.11"\n#\n# [tool.autotransform]\n# format = 1\n# ///\n'


@pytest.mark.parametrize("content", [_HEADER, b"#!/usr/bin/python\n" + _HEADER, _HEADER.replace(b"\n", b"\r\n")])
def test_a_script_of_ours_is_known_by_its_header(content: bytes) -> None:
    assert is_transform(content + b'"""Do."""\n')


@pytest.mark.parametrize(
    "content",
    [
        b"",
        _HEADER.replace(b"autotransform", b"other"),
        _HEADER.replace(b"script", b"pyproject"),
        b'SCRIPT = """\n' + _HEADER + b'"""\n',
        b"import x\n" + _HEADER,
        b"# [tool.autotransform]\n",
    ],
)
def test_other_files_are_not_taken_for_a_script(content: bytes) -> None:
    assert not is_transform(content)
