"""What is looked at only where something may be lost misses nothing that a look at all of both texts finds."""

from __future__ import annotations

import random
import re
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.guarantees.breaches import find_breaches
from autotransform.engine.structure import parse_quietly
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine import Breach


def in_full(before: bytes, after: bytes) -> tuple[Breach, ...]:
    return find_breaches(before, after)


def in_brief(before: bytes, after: bytes) -> tuple[Breach, ...]:
    return find_breaches(before, after, tree=parse_quietly(after))


#: Edits after which a name, a comment or a docstring is lost in a statement that nobody has touched, or somewhere else
#: than one would look: before, after, and what is said.
FAR: dict[str, tuple[str, str, str]] = {
    "the last use of an alias was one of the module": (
        "import os as o\nimport os\n\n__all__ = ['o']\n\n\ndef f():\n    return o.sep\n",
        "import os as o\nimport os\n\n__all__ = ['o']\n\n\ndef f():\n    return ''\n",
        "unused",
    ),
    "the use of a dotted import": (
        "import os.path\n\na = 1\n\nb = os.path.sep\n",
        "import os.path\n\na = 1\n\nb = 2\n",
        "unused",
    ),
    "a string that is a type": (
        "from typing import cast\nfrom a import B\n\nx = cast('B', 1)\n",
        "from typing import cast\nfrom a import B\n\nx = cast('C', 1)\n",
        "undefined unused",
    ),
    "an annotation in quotes": (
        "from a import B\n\n\ndef f(x: 'B'):\n    return x\n",
        "from a import B\n\n\ndef f(x: 'C'):\n    return x\n",
        "undefined unused",
    ),
    "a name that stood in `__all__`": (
        "from a import b\n\n__all__ = ['b']\n",
        "from a import b\n\n__all__ = ['c']\n",
        "undefined unused",
    ),
    "a second `__all__`": (
        "from a import b\n\n__all__ = ['b']\n",
        "from a import b\n\n__all__ = ['b']\n__all__ = []\n",
        "unused",
    ),
    "a handler that let a name be missing": (
        "try:\n    unicode\nexcept NameError:\n    a = 1\n",
        "try:\n    unicode\nexcept KeyError:\n    a = 1\n",
        "undefined",
    ),
    "a branch that kept two bindings apart": (
        "if a:\n    import b\nelse:\n    import b\nb\na = 1\n",
        "if a:\n    import b\nif not a:\n    import b\nb\na = 1\n",
        "redefined undefined",
    ),
    "a definition that is none any more": (
        "class A:\n    def f(self):\n        return g()\n\n\ndef g():\n    return 1\n",
        "class A:\n    def f(self):\n        return g()\n\n\ndef h():\n    return 1\n",
        "undefined",
    ),
    "a variable that hides a builtin and is read before it is set": (
        "def f(a):\n    n = len(a)\n    return n\n",
        "def f(a):\n    len = len(a)\n    return len\n",
        "undefined",
    ),
    "what a pattern catches": (
        "def f(a):\n    match a:\n        case {**rest}:\n            return rest\n",
        "def f(a):\n    match a:\n        case {**other}:\n            return rest\n",
        "undefined",
    ),
    "an import below its use": (
        "import a\n\nb = a.c\n",
        "b = a.c\n\nimport a\n",
        "undefined unused",
    ),
    "a star that bound everything": (
        "from a import *\n\nb = c\n",
        "from a import d\n\nb = c\n",
        "undefined unused",
    ),
    "the last name that a star bound": (
        "from a import *\n\nb = c\n",
        "from a import *\n\nb = 1\n",
        "unused",
    ),
    "a string that would be a type, were the word not bound over": (
        "from typing import cast\nfrom a import B\n\ncast = print\n\nx = cast('B', 1)\ny = B\n",
        "from typing import cast\nfrom a import B\n\ncast = print\n\nx = cast('B', 1)\ny = 1\n",
        "unused",
    ),
    "a new import that only some may use": (
        "def f(utc):\n    return x.utc\n\n\ndef g():\n    return x.utc\n",
        "from x import utc\n\n\ndef f(utc):\n    return utc\n\n\ndef g():\n    return utc\n",
        "redefined",
    ),
    "a new import that a parameter hides": (
        "def f(utc):\n    return x.utc\n",
        "from x import utc\n\n\ndef f(utc):\n    return utc\n",
        "redefined unused",
    ),
    "an import that is global no more": (
        "def f():\n    global a\n    import a\n\n\ndef g():\n    return a\n",
        "def f():\n    import a\n    return a\n\n\ndef g():\n    return a\n",
        "undefined",
    ),
    "the type comment that used an import": (
        "from a import B\n\nx = 1  # type: B\n",
        "from a import B\n\nx = 1  # type: int\n",
        "unused",
    ),
    "a comment that becomes part of a string": (
        "a = 1\n# c\nb = 2\n",
        "a = '''\n# c\n'''\nb = 2\n",
        "comment",
    ),
    "a comment that a string goes on into": (
        "a = 1\n# c'\nb = 2\n",
        "a = '\\\n# c'\nb = 2\n",
        "comment",
    ),
    "a comment whose code stands below": (
        "def f():\n    # why\n    return 1\n",
        "def f():\n    return 1\n",
        "comment",
    ),
    "a hash in a string": (
        "a = b('#')  # c\n",
        "a = d('#')\n",
        "comment undefined",
    ),
    "a docstring behind a new first statement": (
        '"""Doc."""\nimport a\n\na\n',
        'b = 1\n"""Doc."""\nimport a\n\na\n',
        "docstring",
    ),
    "a docstring of the first of two classes": (
        'class A:\n    """Doc."""\n',
        'class A:\n    b = 1\n\n\nclass A:\n    """Doc."""\n',
        "docstring redefined",
    ),
    "a docstring of a method of another class of that name": (
        'class A:\n    def f(self):\n        """Doc."""\n\n\nclass A:\n    """Doc."""\n',
        'class A:\n    def f(self):\n        """Doc."""\n\n\nclass A:\n    b = 1\n    """Doc."""\n',
        "docstring",
    ),
}


@pytest.mark.parametrize("edit", FAR)
def test_what_is_lost_far_from_what_differs_is_found(edit: str) -> None:
    before, after, kinds = FAR[edit]
    found = in_brief(before.encode(), after.encode())

    assert {breach.kind for breach in found} == {*kinds.split()}
    assert found == in_full(before.encode(), after.encode())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class A[T]:\n    x: T\n", "class A:\n    x: T\n"),
        ("def f[T](y):\n    return T\n", "def f[U](y):\n    return T\n"),
    ],
)
def test_a_type_parameter_that_is_lost_is_missed(before: str, after: str) -> None:
    found = in_brief(before.encode(), after.encode())

    assert [breach.kind for breach in found] == ["undefined"]
    assert found == in_full(before.encode(), after.encode())


_WORD = re.compile(rb"\b[A-Za-z_]\w*\b")


def edits(content: bytes, *, chance: random.Random) -> Iterator[bytes]:
    """Edit a text in small ways that leave it Python, mostly."""
    words, lines = [*_WORD.finditer(content)], content.split(b"\n")
    one, other = chance.choice(words), chance.choice(words)
    yield content[: one.start()] + other.group() + content[one.end() :]
    yield content[: one.start()] + b"renamed" + content[one.end() :]
    yield re.sub(rb"\b" + one.group() + rb"\b", b"renamed", content)
    line = chance.randrange(len(lines))
    yield b"\n".join([*lines[:line], *lines[line + 1 :]])
    yield b"\n".join([*lines[:line], lines[chance.randrange(len(lines))], *lines[line:]])
    imports = [each for each, text in enumerate(lines) if text.startswith((b"import ", b"from "))]
    if imports:
        place = chance.choice(imports)
        yield b"\n".join([*lines[:place], *lines[place + 1 :], lines[place]])
        yield b"\n".join([*lines[:place], b"import os, sys as renamed", *lines[place + 1 :]])
    yield re.sub(rb"  # .*", b"", content, count=chance.randrange(1, 4))
    yield b"from __future__ import annotations\n" + content
    yield content.replace(b"(", b"( ", 3).replace(b"else:", b"else :", 1)


def check(*, stride: int, times: int) -> tuple[int, int]:
    """Compare both looks on edits of real files; gives how many there were, and of how many something is said."""
    chance, seen, said = random.Random(6), 0, 0
    for path in [path for path in installed() if 200 <= path.stat().st_size <= 12_000][::stride]:
        content = path.read_bytes()
        for _ in range(times):
            for after in edits(content, chance=chance):
                try:
                    tree = parse_quietly(after)
                except (SyntaxError, ValueError):
                    continue
                found = find_breaches(content, after, tree=tree)
                seen, said = seen + 1, said + bool(found)

                assert found == in_full(content, after), (path, after)
    return seen, said


def test_on_random_edits_of_real_code_both_looks_find_the_same() -> None:
    seen, said = check(stride=800, times=1)

    assert seen > 20
    assert 0 < said < seen


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_on_many_random_edits_of_real_code_both_looks_find_the_same() -> None:
    seen, said = check(stride=10, times=2)

    assert seen > 2_000
    assert 0 < said < seen
