"""Texts are alike only where Python's own tokenizer says so, and what is not looked at then is not lost."""

from __future__ import annotations

import ast
import io
import keyword
import random
import re
import tokenize
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.guarantees.breaches import find_breaches
from autotransform.engine.guarantees.likeness import renaming
from autotransform.engine.guarantees.readable import require_readable
from autotransform.engine.structure import parse_quietly
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine import Breach

FRESH = {"old": "new"}

#: Texts before and after, and what is told of them.
ALIKE: dict[str, tuple[str, str, dict[str, str]]] = {
    "nothing": ("x = 1\n", "x = 1\n", {}),
    "quotes": ('x = "a", b"b", r"\\d", u""\n', "x = 'a', b'b', r'\\d', u''\n", {}),
    "triple quotes": ('"""Say."""\nx = """a\nb"""\n', "'''Say.'''\nx = '''a\nb'''\n", {}),
    "a string in three quotes that needs one": ('x = """a"""\n', "x = 'a'\n", {}),
    "an escaped quote": (r"""x = 'a\'b'""" + "\n", r'''x = "a\'b"''' + "\n", {}),
    "a name": ("import old\nold.x  # old\n", "import new\nnew.x  # old\n", FRESH),
    "a name in a string that stays": ("import old\nold('old')\n", "import new\nnew('old')\n", FRESH),
    "two names": ("from a import b, c\n", "from a import d, e\n", {"b": "d", "c": "e"}),
}

#: Texts of which nothing is certain, or more differs.
OTHER: dict[str, tuple[str, str]] = {
    "another string": ("x = 'a'\n", "x = 'b'\n"),
    "another escape": ("x = 'a\\'b'\n", 'x = "a\'b"\n'),
    "another prefix": ("x = 'a'\n", "x = b'a'\n"),
    "a prefix of one letter that looks like a name": ("x = f'a'\n", "x = b'a'\n"),
    "another comment": ("x = 1  # a\n", "x = 1  # b\n"),
    "no comment": ("x = 1  # a\n", "x = 1\n"),
    "two strings that become one": ("x = '' 'a'\n", "x = '''a'''\n"),
    "another number": ("x = 1.e5\n", "x = 1.j\n"),
    "a keyword": ("x = y if z else y\n", "x = y or z else y\n"),
    "a soft keyword": ("case(x)\n", "match(x)\n"),
    "a name that Python looks for": ("foo = []\n", "__all__ = []\n"),
    "an operator": ("x = a + b\n", "x = a - b\n"),
    "a line more": ("x = (a, b)\n", "x = (a,\n b)\n"),
    "a name that is left": ("old\nold\n", "new\nold\n"),
    "a name that is left in a field": ("old\nf'{old}'\n", "new\nf'{old}'\n"),
    "a name that was there": ("old\nnew\n", "new\nnew\n"),
    "a name that was there in a string": ("old\n'new'\n", "new\n'new'\n"),
    "two names that become one": ("a\nb\n", "c\nc\n"),
    "one name that becomes two": ("a\na\n", "b\nc\n"),
    "two names that change places": ("a\nb\n", "b\na\n"),
    "a name that is left in other letters": ("old\n\U0001d428ld\n", "new\n\U0001d428ld\n"),
    "a name that is left in other letters, in a field": ("old\nf'{\U0001d428ld}'\n", "new\nf'{\U0001d428ld}'\n"),
    "other letters": ("x = b\n", "x = \U0001d41b\n"),
    "returns": ("x = 'a'\r\n", 'x = "a"\r\n'),
    "another encoding": ("# coding: latin-1\nx = 'a'\n", '# coding: latin-1\nx = "a"\n'),
}


@pytest.mark.parametrize("case", ALIKE)
def test_what_differs_in_quotes_and_names_alone_is_told(case: str) -> None:
    before, after, names = ALIKE[case]

    assert names == renaming(before.encode(), after.encode())


@pytest.mark.parametrize("case", OTHER)
def test_what_differs_in_more_is_not_alike(case: str) -> None:
    before, after = OTHER[case]

    assert renaming(before.encode(), after.encode()) is None


#: Strings with fields: since Python 3.12 other strings may stand in them, and only it can tell where they end.
FIELDS = r"""
f"{x['a']}"
f"{x["a"]}"
f'{x:{y}}'
f"{{x}}"
f"{x!r:>{w}}"
rf"\d{x}"
f"\N{DASH}{x}"
f"{x}"
f'''{x}'''
f"{d["}"]}"
f'{d['}']}'
f"{"a" "b"}"
f"{'"'}"
fr"{x}\"
f"{x:\"}"
f"{(lambda x: {1})}"
F"{{{x}}}"
f"{x}}}"
f"{f'{"a"}'}"
"""
WITH_FIELDS = [each for each in FIELDS.splitlines() if each]


@pytest.mark.parametrize("one", WITH_FIELDS)
def test_strings_with_fields_are_alike_only_if_their_trees_are(one: str) -> None:
    for other in WITH_FIELDS:
        before = f'old = 1\nz = ({one} "a", "k", old,\n {other} "b")\n'
        changes = [('"k"', "'k'"), ("old", "new"), ('"a"', "'a'"), ('"b"', "'b'"), ('"', "'"), ("'", '"')]
        for after in (before.replace(*change) for change in changes):
            if _parses(after.encode()) and renaming(before.encode(), after.encode()) is not None:
                dumped = ast.dump(parse_quietly(before.encode())).replace("'old'", "'new'")

                assert dumped == ast.dump(parse_quietly(after.encode())).replace("'old'", "'new'")


#: Renamings after which something is wrong that was not.
WRONG: dict[str, tuple[str, str, str]] = {
    "an import that a string still uses": (
        "from a import B\n\n\ndef f(x: 'B'):\n    return x\n",
        "from a import C\n\n\ndef f(x: 'B'):\n    return x\n",
        "undefined unused",
    ),
    "a name that `__all__` still has": (
        "from a import b\n\n__all__ = ['b']\n",
        "from a import c\n\n__all__ = ['b']\n",
        "undefined unused",
    ),
    "what makes types": (
        "import typing\nfrom a import B\n\nx: typing.Optional['B'] = None\n",
        "import typing\nfrom a import B\n\nx: typing.Literal['B'] = None\n",
        "unused",
    ),
    "what makes types, by its own name": (
        "from typing import Optional\nfrom a import B\n\nx: Optional['B'] = None\n",
        "from typing import Literal\nfrom a import B\n\nx: Literal['B'] = None\n",
        "unused",
    ),
    "a builtin that is none": ("print(len(''))\n", "print(size(''))\n", "undefined"),
    "an import that a variable hides": (
        "from a import b\n\n\ndef f(b):\n    return b\n\n\nb\n",
        "from a import c\n\n\ndef f(c):\n    return c\n\n\nc\n",
        "redefined",
    ),
    "a type comment": (
        "from a import b\nb\nx = []  # type: b\n",
        "from a import c\nc\nx = []  # type: b\n",
        "undefined",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_renaming_breaks_is_found(case: str) -> None:
    before, after, kinds = WRONG[case]
    found = in_brief(before.encode(), after.encode())

    assert found == find_breaches(before.encode(), after.encode())
    assert kinds == " ".join(sorted({breach.kind for breach in found}))


def in_brief(before: bytes, after: bytes) -> tuple[Breach, ...]:
    """Ask as the audit does."""
    return find_breaches(before, after, tree=parse_quietly(after), names=renaming(before, after))


def edits(content: bytes, *, chance: random.Random) -> Iterator[bytes]:
    """Rename one thing, in code or everywhere, or not everywhere, and change quotes; sometimes lose a line as well."""
    names = [each for each in tokens(content) or [] if each[0] == tokenize.NAME and not keyword.iskeyword(each[1])]
    if not names:
        return
    imported = [
        name for line in re.findall(rb"^from \S+ import (\w+)", content, re.MULTILINE) for name in [line.decode()]
    ]
    old = chance.choice([*imported, *(name for _, name, _ in names)])
    new = chance.choice([f"{old}_", "fresh", "fresh", chance.choice(names)[1]])
    yield spliced(content, {old: new})
    requoted = spliced(content, {old: new, '"': "'"})
    yield requoted
    yield re.sub(rf"\b{old}\b".encode(), new.encode(), content)
    yield re.sub(rf"\b{old}\b".encode(), lambda found: new.encode() if chance.random() < 0.9 else found[0], content)
    lines = requoted.split(b"\n")
    del lines[chance.randrange(len(lines))]
    yield b"\n".join(lines)


def spliced(content: bytes, names: dict[str, str]) -> bytes:
    """Write tokens otherwise: names, and the quotes of strings that hold none."""
    lines = content.decode().split("\n")
    for each in reversed([*tokenize.tokenize(io.BytesIO(content).readline)]):
        row, column, text = each.start[0] - 1, each.start[1], each.string
        if each.type == tokenize.NAME:
            text = names.get(text, text)
        elif each.type == tokenize.STRING and '"' in names and re.fullmatch(r'[^"]*"[^"\'\\]+"', text):
            text = text.replace('"', "'")
        if text != each.string:
            lines[row] = lines[row][:column] + text + lines[row][column + len(each.string) :]
    return "\n".join(lines).encode()


def tokens(content: bytes) -> list[tuple[int, str, int]] | None:
    try:
        read = [*tokenize.tokenize(io.BytesIO(content).readline)]
    except (SyntaxError, tokenize.TokenError):
        return None
    return [(each.type, each.string, each.start[0]) for each in read]


def is_told_right(before: bytes, after: bytes, *, names: dict[str, str]) -> bool:
    """Whether Python's tokenizer finds the same tokens in both but for names and quotes."""
    one, other = tokens(before), tokens(after)
    if one is None or other is None or len(one) != len(other):
        return False
    for (kind, old, line), (new_kind, new, new_line) in zip(one, other, strict=True):
        is_string = kind == tokenize.STRING and old.replace("'", '"') == new.replace("'", '"')
        expected = names.get(old, old) if kind == tokenize.NAME else old
        if (kind, line) != (new_kind, new_line) or not (is_string or expected == new):
            return False
    return True


def check(*, stride: int, seed: int) -> tuple[int, int]:
    """Try random edits of installed code; gives how many were alike, and of how many something is said."""
    chance = random.Random(seed)
    alike = said = 0
    for path in [each for each in installed() if 500 < each.stat().st_size < 20_000][::stride]:
        before = path.read_bytes()
        if not is_utf_8(before):
            continue
        for after in edits(before, chance=chance):
            names = renaming(before, after)
            if names is None or after == before:
                continue
            read = require_readable(before, after) if _parses(after) else None
            if read is None or read.tree is None:
                assert not _parses(before) or _parses(after), path
                continue
            assert is_told_right(before, after, names=dict(names)), path
            found = in_brief(before, after)
            assert found == find_breaches(before, after), path
            alike, said = alike + 1, said + bool(found)
    return alike, said


def is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"coding" not in content[:200]


def _parses(content: bytes) -> bool:
    try:
        parse_quietly(content)
    except (SyntaxError, ValueError):
        return False
    return True


def test_on_random_renamings_of_real_code_nothing_is_missed() -> None:
    alike, said = check(stride=311, seed=1)

    assert alike > 20
    assert said > 0


@pytest.mark.long
def test_on_many_random_renamings_of_real_code_nothing_is_missed() -> None:
    alike, said = check(stride=7, seed=2)

    assert alike > 300
    assert said > 10


def test_a_text_that_never_ends_a_string_is_gone_over_once() -> None:
    hostile = b'x = """' + b'\\"""' * 50_000 + b"\n"

    assert renaming(hostile, hostile + b"#") is None


@pytest.mark.parametrize(("count", "is_alike"), [(50, True), (51, False)])
def test_no_more_names_are_looked_for_than_can_be_at_once(count: int, *, is_alike: bool) -> None:
    before = "".join(f"a{number}\n" for number in range(count))
    names = renaming(before.encode(), before.replace("a", "b").encode())

    assert is_alike == (names is not None)
