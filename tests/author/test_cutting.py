"""Small cases cut out of whole files: what they keep, what they leave out, and that they read back."""

from __future__ import annotations

import ast
import shutil
import textwrap
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autotransform.author.cutting import cut_changes, cut_unchanged, write_case
from autotransform.config import Config
from autotransform.run import Limits, run, run_cases, select
from autotransform.script import Case, parse
from autotransform.script.cases import read_cases

TRANSFORMS = Path(__file__).parents[2] / "transforms"

CLOCK = """\
#!/usr/bin/env python
# -*- coding: utf-8 -*-
'''About time.'''
from __future__ import annotations

import os, sys
from typing import (
    Any,
    List,
)

import pytz

logger = make(pytz)


class Clock(Base):
    '''Tells it.'''

    zone = None

    @cached
    def now(self) -> Any:
        other()
        if self.zone:
            # the zone is known
            return clock(pytz.UTC)  # always
        return None
"""


def text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def cut(before: str, after: str, *, most: int = 8) -> list[tuple[str, str | None]]:
    return [(case.before, case.after) for case in cut_changes("pkg/mod.py", before.encode(), after.encode(), most=most)]


def test_the_statement_keeps_its_comments_the_definitions_around_it_and_the_imports_that_it_uses() -> None:
    after = CLOCK.replace("import pytz\n", "from datetime import timezone\n").replace("pytz.UTC", "timezone.utc")
    after = after.replace("make(pytz)", "make(None)")

    (case, other) = cut_changes("pkg/clock.py", CLOCK.encode(), after.encode())

    assert case == Case(name="as in pkg/clock.py, line 14", before=case.before, after=case.after, path="pkg/clock.py")
    assert case.before == text("import pytz", "", "logger = make(pytz)")
    assert (other.name, other.after) == (
        "as in pkg/clock.py, line 27",
        textwrap.dedent("""\
            from __future__ import annotations
            from typing import Any
            from datetime import timezone


            class Clock(Base):
                @cached
                def now(self) -> Any:
                    # the zone is known
                    return clock(timezone.utc)  # always
        """),
    )


def test_a_name_keeps_what_it_was_given_where_its_kind_matters() -> None:
    before = text("import logging", "LIMIT = 3", "log = logging.getLogger('x')", "", "def f():", "    log.warn(LIMIT)")

    ((small, _),) = cut(before, before.replace("warn", "warning"))

    assert small == text(
        "import logging", "", "", "log = logging.getLogger('x')", "", "", "def f():", "    log.warn(LIMIT)"
    )


def test_what_a_class_gives_its_names_is_not_what_its_methods_see() -> None:
    before = "class A:\n    x = make(1)\n    y = x\n\n    def f(self):\n        x.old()\n"

    assert cut(before, before.replace("old", "new"))[0][0] == "class A:\n    def f(self):\n        x.old()\n"
    assert cut(before, before.replace("y = x", "y = z"))[0][0] == "class A:\n    x = make(1)\n    y = x\n"


def test_one_case_for_each_shape_the_smallest_of_the_most_frequent_first() -> None:
    before = text("import a", "one(1, b(a.x))", "y = a.x", "c(a.x)", "d(2, e, a.x)", "class C:", "    w = v")
    after = before.replace("a.x", "a.z").replace("w = v", "w = a.v")

    assert [small for small, _ in cut(before, after)] == [
        text("import a", "", "c(a.x)"),
        text("import a", "", "y = a.x"),
        text("import a", "", "", "class C:", "    w = v"),
    ]
    assert len(cut(before, after, most=1)) == 1
    assert cut(before, after, most=0) == []


def test_an_import_that_other_places_use_goes_where_the_small_text_uses_it_no_more() -> None:
    before = text("import pytz", "a = pytz.UTC", "b = pytz.timezone('x')")
    after = text("import pytz", "from datetime import timezone", "a = timezone.utc", "b = pytz.timezone('x')")

    assert cut(before, after) == [
        (text("import pytz", "", "a = pytz.UTC"), text("from datetime import timezone", "", "a = timezone.utc"))
    ]


def test_an_import_that_nothing_uses_stays_where_the_person_left_it() -> None:
    before = text("import pytz", "a = pytz.UTC")

    assert cut(before, text("import pytz", "a = UTC")) == [
        (text("import pytz", "", "a = pytz.UTC"), text("import pytz", "", "a = UTC"))
    ]


def test_a_changed_import_comes_with_a_use_of_it() -> None:
    before = text("from collections import Mapping, deque", "q = deque()", "is_it = check(q, Mapping)", "f(Mapping)")
    after = before.replace(
        "from collections import Mapping, deque", "from collections import deque\nfrom collections.abc import Mapping"
    )

    assert cut(before, after) == [
        (
            text("from collections import Mapping", "", "f(Mapping)"),
            text("from collections.abc import Mapping", "", "f(Mapping)"),
        )
    ]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("import b\nimport a\nx = 1\n", "import a\nimport b\nx = 1\n", None),
        ("import unused\nx = 1\n", "x = 1\n", ("import unused\nx = 1\n", "x = 1\n")),
        ("x = 1\n", "import new\nx = 1\n", ("x = 1\n", "import new\nx = 1\n")),
        ("import unused\n", "", None),
        ("import a  # old\n", "import a  # new\n", ("import a  # old\n", "import a  # new\n")),
    ],
)
def test_imports_alone(before: str, after: str, wanted: tuple[str, str] | None) -> None:
    found = cut(before, after)

    assert found == ([wanted] if wanted else [])


def test_imports_for_type_checkers_stand_below_their_condition() -> None:
    before = text(
        "from typing import TYPE_CHECKING, Any",
        "if TYPE_CHECKING:",
        "    from a import (A,",
        "        B)",
        "    import c",
        "def f(x: A) -> 'Any':",
        "    return old",
    )

    ((small, _),) = cut(before, before.replace("old", "new"))

    assert small == text(
        "from typing import TYPE_CHECKING, Any",
        "if TYPE_CHECKING:",
        "    from a import A",
        "",
        "",
        "def f(x: A) -> 'Any':",
        "    return old",
    )


def test_imports_in_a_try_stay_whole() -> None:
    before = text("try:", "    import a", "except ImportError:", "    a = None", "import b", "a.x(old)")

    assert cut(before, before.replace("old", "new"))[0][0] == text(
        "try:", "    import a", "except ImportError:", "    a = None", "", "a.x(old)"
    )


def test_imports_in_a_function_stay_there() -> None:
    before = text("def f():", "    from a import b, c", "    d()", "    with e:", "        return b.old")

    assert cut(before, before.replace("old", "new"))[0][0] == text(
        "def f():", "    from a import b", "    return b.old"
    )


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        # decorators
        (
            "class A:\n    @old\n    @other(\n        1)\n    def f(self):\n        '''It.'''\n        return 1\n",
            "class A:\n    @new\n    @other(\n        1)\n    def f(self):\n        '''It.'''\n        return 1\n",
            "class A:\n    @old\n    @other(\n        1)\n    def f(self):\n        '''It.'''\n        return 1\n",
        ),
        # nested functions
        (
            "def f(a):\n    x()\n    def g(b):\n        y()\n        return old\n    return g\n",
            "def f(a):\n    x()\n    def g(b):\n        y()\n        return new\n    return g\n",
            "def f(a):\n    def g(b):\n        return old\n",
        ),
        # a class body
        (
            "class A(B):\n    x = 1\n    y = old(x)\n\n    def f(self): pass\n",
            "class A(B):\n    x = 1\n    y = new(x)\n\n    def f(self): pass\n",
            "class A(B):\n    y = old(x)\n",
        ),
        # a docstring alone
        ("'''Old.'''\nx = 1\n", "'''New.'''\nx = 1\n", "'''Old.'''\n"),
        (
            "class A:\n    '''Old.\n\n    More.\n    '''\n    x = 1\n",
            "class A:\n    '''New.\n\n    More.\n    '''\n    x = 1\n",
            "class A:\n    '''Old.\n\n    More.\n    '''\n",
        ),
        # the middle of a call over many lines, twice
        (
            "f()\ncall(\n    a,\n    old(  # why\n        b\n    ),\n    c,\n    old,\n)\nf()\n",
            "f()\ncall(\n    a,\n    new(  # why\n        b\n    ),\n    c,\n    new,\n)\nf()\n",
            "call(\n    a,\n    old(  # why\n        b\n    ),\n    c,\n    old,\n)\n",
        ),
        # behind a semicolon
        ("a = 1; b = old; c = 2\nd = 3\n", "a = 1; b = new; c = 2\nd = 3\n", "a = 1; b = old; c = 2\n"),
        ("if a: b = old; c = 2\nd = 3\n", "if a: b = new; c = 2\nd = 3\n", "if a: b = old; c = 2\n"),
        # no newline at the end of the file
        ("x = 1\ny = old", "x = 1\ny = new", "y = old\n"),
        # a loop stays around what leaves it
        (
            "for a in b:\n    if old(a):\n        break\n    z()\n",
            "for a in b:\n    if new(a):\n        break\n    z()\n",
            "for a in b:\n    if old(a):\n        break\n",
        ),
        # the lines of a string stay where they are
        (
            "if a:\n    b(old, '''\n    c\n    ''')\nelse:\n    d()\n",
            "if a:\n    b(new, '''\n    c\n    ''')\nelse:\n    d()\n",
            "if a:\n    b(old, '''\n    c\n    ''')\nelse:\n    pass\n",
        ),
        # the header of a handler
        (
            "try:\n    a()\nexcept Old:\n    b()\nfinally:\n    c()\n",
            "try:\n    a()\nexcept New:\n    b()\nfinally:\n    c()\n",
            "try:\n    a()\nexcept Old:\n    b()\nfinally:\n    c()\n",
        ),
        # one of many branches
        (
            "if a:\n    b()\nelif c:\n    d(old)\nelif e:\n    f()\nelse:\n    g()\n",
            "if a:\n    b()\nelif c:\n    d(new)\nelif e:\n    f()\nelse:\n    g()\n",
            "d(old)\n",
        ),
        ("match a:\n    case 1:\n        old()\n", "match a:\n    case 1:\n        new()\n", "old()\n"),
        # something is added, or taken away
        ("a()\nb()\n", "a()\nnew()\nb()\n", "a()\n"),
        ("a()\nold()\nb()\n", "a()\nb()\n", "a()\nold()\n"),
        ("old()\nb()\n", "b()\n", "old()\nb()\n"),
    ],
)
def test_the_smallest_valid_text(before: str, after: str, wanted: str) -> None:
    (small, small_after), *_ = cut(before, after)

    assert small == wanted
    assert small_after == (
        wanted.replace("Old", "New").replace("old", "new") if "old" in after.lower() else small_after
    )


def test_of_a_long_definition_with_a_new_header_only_what_changed_is_shown() -> None:
    body = "".join(f"    step({number})\n" for number in range(50))
    before = f"class A:\n  def f(a, b):\n{body}    use(a)\n"

    ((small, after),) = cut(before, before.replace("(a", "(c"))

    assert small == "class A:\n  def f(a, b):\n    use(a)\n"
    assert after == "class A:\n  def f(c, b):\n    use(c)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"", b"x = 1\n"),
        (b"x = 1\n", b"x = 1\n"),
        (b"x = 1\n# old\n", b"x = 1\n# new\n"),
        (b"x = (\n", b"x = 1\n"),
        (b"x = 1\n", b"\0"),
        (b"x = '\xff'\n", b"x = '\xfe'\n"),
        (b"# coding: nonsense\nx = 1\n", b"# coding: nonsense\nx = 2\n"),
        (b"# coding: punycode\nx = 1\n", b"# coding: punycode\nx = 2\n"),
        (b"# coding: utf-7\nx = 1\n", b"# coding: utf-7\nx = 2\n"),
        (b"# coding: rot13\nx = 1\n", b"# coding: rot13\nx = 2\n"),
        (b"x = 1\ry = 2\r", b"x = 1\ry = 3\r"),
        (b"x = [\n" + b"    1,\n" * 50 + b"]\n", b"x = [\n" + b"    2,\n" * 50 + b"]\n"),
        (
            b"from a import (\n    b,\n    c,\n)\n" + b"x = [\n" + b"    b,\n" * 34 + b"    c(1),\n]\n",
            b"from a import (\n    b,\n    c,\n)\n" + b"x = [\n" + b"    b,\n" * 34 + b"    c(2),\n]\n",
        ),
        # for the cookie would be read at the top of the small text
        (b"x = 1\ny = 1\n\n# coding: latin-1\nz = 1\n", b"x = 1\ny = 1\n\n# coding: latin-1\nz = 2\n"),
        (b"x = 1\n" * 1_000, b"y = 1\nx = 1\n" * 1_000),
        (b"x = f'" + b"{y}" * 20_000 + b"'\n", b"x = f'" + b"{z}" * 20_000 + b"'\n"),
    ],
)
def test_no_case(before: bytes, after: bytes) -> None:
    assert cut_changes("a.py", before, after) == ()


@pytest.mark.parametrize(
    "content",
    [
        "x = 1\r\nif x:\r\n    y = old('é')\r\n".encode(),
        "\ufeffx = 1\nif x:\n    y = old('é')\n".encode(),
        "# coding: latin-1\nx = 1\nif x:\n    y = old('é')\n".encode("latin-1"),
        "# coding: latin-1\r\ny = old('é')".encode("latin-1"),
    ],
)
def test_a_case_is_plain_text_whatever_the_file_is(content: bytes) -> None:
    (case,) = cut_changes("a.py", content, content.replace(b"old", b"new"))

    assert (case.before, case.after) == ("y = old('é')\n", "y = new('é')\n")


def test_overloads_are_paired_in_their_order() -> None:
    before = "".join(f"@o\ndef f(a: old{number}): ...\n" for number in range(3))
    after = before.replace("old1", "new1")

    assert cut(before, after) == [("@o\ndef f(a: old1): ...\n", "@o\ndef f(a: new1): ...\n")]


def test_what_must_not_change_is_cut_once_for_each_shape() -> None:
    source = text(
        "import pytz",
        "from a import b",
        "",
        "def f(pytz):",
        "    x()",
        "    return pytz.UTC",
        "c = 'pytz.UTC'",
        "d = 'pytz.utc'",
    )

    cases = cut_unchanged("a.py", source.encode(), [6, 7, 8, 5, 99, 0, 3])

    assert {case.name: (case.before, case.after) for case in cases} == {
        "left alone, as in a.py, line 5": ("def f(pytz):\n    x()\n", None),
        "left alone, as in a.py, line 6": ("import pytz\n\n\ndef f(pytz):\n    return pytz.UTC\n", None),
        "left alone, as in a.py, line 7": ("c = 'pytz.UTC'\n", None),
    }
    assert len(cut_unchanged("a.py", source.encode(), range(20), most=2)) == 2
    assert cut_unchanged("a.py", b"x = (", [1]) == ()


def test_of_a_header_that_must_not_change_the_body_is_short() -> None:
    source = "class A(old):\n    x = 1\n" + "    def f(self): pass\n" * 30

    (case,) = cut_unchanged("a.py", source.encode(), [1])

    assert case.before == "class A(old):\n    x = 1\n"


def read_back(written: str) -> Case:
    cases, problems = read_cases(ast.parse(f"CASES = [\n{written},\n]").body[0].value)  # type: ignore[attr-defined]

    assert problems == []
    return replace(cases[0], line=0)


def test_a_case_is_written_as_people_write_it() -> None:
    case = Case(name='a "b"', before="class A:\n\n    x = 1\n", after="y\n", path="p.py", skips=2)

    assert write_case(case) == textwrap.indent(
        textwrap.dedent('''\
            {
                "name": "a \\"b\\"",
                "before": """
                    class A:

                        x = 1
                """,
                "after": """
                    y
                """,
                "path": "p.py",
                "skips": 2,
            }'''),
        "    ",
        lambda line: line != "\n",
    )


@pytest.mark.parametrize(
    "before",
    [
        "a\\nb\n",
        '"""a"""\n',
        "a  \nb\n",
        "a\n\tb\n",
        "a\r\nb\n",
        "a",
        "",
        "\na\n",
        "\na\tb\n",
        "a\\d\n",
        "a\n\n",
        "\u202ea\n",
        "\udce9\n",
    ],
)
def test_a_text_that_cannot_stand_as_it_is_reads_back_all_the_same(before: str) -> None:
    case = Case(name="\udce9\n", before=before, after="x")

    written = write_case(case)

    assert read_back(written) == case
    assert written.replace("\n", "").isprintable()


@pytest.mark.parametrize("before", ["  a\n", "a\n  \nb\n"])
def test_a_text_that_no_script_can_hold_is_refused(before: str) -> None:
    with pytest.raises(ValueError, match="no script can hold the case 'x'"):
        write_case(Case(name="x", before=before))


_TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("\n\n\n  \t\\\"'x#\r")), max_size=60)


@given(before=_TEXTS, after=st.none() | _TEXTS, name=_TEXTS, indent=st.integers(0, 8))
def test_what_is_written_reads_back(before: str, after: str | None, name: str, indent: int) -> None:
    assume(all(text is None or textwrap.dedent(text) == text for text in (before, after)))
    assume(before != after)
    case = Case(name=name, before=before, after=after)

    assert read_back(write_case(case, indent=indent)) == case


def test_most_cases_cut_from_real_files_hold(tmp_path: Path) -> None:
    folder = Path(str(find_spec("git").origin)).parent  # type: ignore[union-attr]
    for name in ("refs/symbolic.py", "refs/reference.py", "index/fun.py"):
        shutil.copy(folder / name, tmp_path)
    selection = select(start=tmp_path, repository=None, in_place=True, config=Config())
    held = []
    for name in ("typing_unions",):
        script = parse((TRANSFORMS / f"{name}.py").read_bytes(), name=name)
        done = run(script, selection, limits=Limits(jobs=1))
        contents = {file.path: content for file, content in selection.read_all()}
        cases = [
            case for each in done.changed for case in cut_changes(each.path, contents[each.path], each.after, most=5)
        ]
        held += [result.passed for result in run_cases(replace(script, cases=tuple(cases)), limits=Limits(jobs=1))]

    assert len(held) >= 10
    assert sum(held) >= 0.8 * len(held)
