"""What a model may answer: however long and however odd, it takes no time, and names no file."""

from __future__ import annotations

import pytest

from autotransform.author.answer import as_name, read_answer

#: What grows with the square of the text takes longer than this on any machine.
pytestmark = pytest.mark.timeout(120)

_LONG = 1_000_000

_HEAD = 'from autotransform.codemod import Transform\n\nCASES = []\n\n\nclass Found(Transform):\n    """Do."""\n'


def _fenced(code: str) -> str:
    return f"```python\n{code}\n```\n"


_ODD = {
    "spaces behind a fence": "```" + " " * _LONG + "`",
    "a fence of tildes": "~" * _LONG + "`",
    "a fence of backticks": "`" * _LONG + "x`",
    "empty lines": "\n" * _LONG,
    "empty lines and a name": "\n" * _LONG + "name",
    "one long line": " " * _LONG + "x",
    "underscores": "name: a" + "_" * _LONG + "!",
    "stars": "*" * _LONG + "name: x",
    "a name without end": "name: " + "a_b" * (_LONG // 3) + "\n" + _fenced(_HEAD),
    "a class without end": _fenced(_HEAD.replace("Found", "aB" * (_LONG // 2))),
    "NULs": "\0" * _LONG,
    "NULs in a block": _fenced("\0" * _LONG),
    "surrogates": _fenced("\udcff" * _LONG),
    "thousands of blocks": _fenced("x = 1") * (_LONG // 20),
    "thousands of openings": "```python\nx = 1\n" * (_LONG // 17),
    "openings, then closings": "```python\n" * 30 + ("x = (\n" * 5_000 + "```\n") * 30,
    "blocks of much code": _fenced("x = 1\n" * 20_000) * 30,
    "a fence that never closes": "```python\n" + _HEAD + "x = 1\n" * (_LONG // 6),
    "thoughts in thoughts": "<think>" * (_LONG // 7),
    "a thought without end": "<think>" + "x" * _LONG,
}
_CODE = {
    "minus": "x = " + "-" * _LONG + "1",
    "parentheses": "x = " + "(" * _LONG + ")" * _LONG,
    "attributes": "x = a" + ".b" * _LONG,
    "calls": "x = a" + "()" * _LONG,
    "sums": "x = " + "+".join(["'a'"] * (_LONG // 4)),
    "texts in a row": "x = " + "'a' " * (_LONG // 4),
    "digits": "x = " + "9" * _LONG,
    "powers": "x = " + "**".join(["2"] * (_LONG // 3)),
    "fields of a text": "x = f'" + "{a}" * (_LONG // 3) + "'",
    "lambdas": "x = " + "lambda:" * (_LONG // 7) + "1",
    "nots": "x = " + "not " * (_LONG // 4) + "1",
    "blocks in blocks": "".join(" " * depth + "if a:\n" for depth in range(1000)),
    "elifs": "if a:\n  pass\n" + "elif a:\n  pass\n" * (_LONG // 16),
    "a comment": "#" * _LONG,
    "escapes": "# \x1b[2J\x1b]0;x\x07\u202e" * (_LONG // 20),
}
_SHORTER = {f"shorter {name}": code[:190_000] for name, code in _CODE.items()}


@pytest.mark.parametrize("text", _ODD.values(), ids=_ODD)
def test_an_odd_answer_takes_no_time(text: str) -> None:
    _read_in_time(text)


@pytest.mark.parametrize("code", [*_CODE.values(), *_SHORTER.values()], ids=[*_CODE, *_SHORTER])
def test_odd_code_takes_no_time(code: str) -> None:
    _read_in_time(_fenced(f"{_HEAD}\n{code}"))
    _read_in_time(f"{_HEAD}\n{code}")


def _read_in_time(text: str) -> None:
    answer = read_answer(text)

    assert len(answer.body) <= 200_001
    assert answer.name == "" or (answer.name.isidentifier() and len(answer.name) <= 51)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/cron.d/x",
        "..\\..\\x",
        "C:\\x",
        "~/.bashrc",
        "x/../../y",
        ".git/hooks/pre-commit",
        "con",
        "a\0b",
        "--force",
        "..",
        ".",
        "",
        "x.py\n",
        "\x1b[2J",
        "\u202eyp",
        "é",
        "__init__",
        "a" * 500,
    ],
)
def test_a_name_is_never_a_path(name: str) -> None:
    answer = read_answer(f"name: {name}\n\n{_fenced(_HEAD)}")

    for found in (answer.name, as_name(name)):
        assert found == "" or (found.isidentifier() and found.isascii() and len(found) <= 51)


def test_the_script_is_found_among_all_that() -> None:
    answer = read_answer(
        "~" * 1000 + "\n" + "~" * 1000 + "\n" + _fenced("x = 1") * 20 + f"name: good_one\n{_fenced(_HEAD)}"
    )

    assert answer.body == _HEAD.strip("\n") + "\n"
