"""Every word that TARGETS ask about is accounted for, and with the fate that it has."""

from __future__ import annotations

import re
import textwrap
import tokenize
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.engine import Changed, FileContext, Job, Unchanged, transform
from autotransform.engine.alignment import find_counterparts
from autotransform.engine.spots import find_spots, words_of
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.engine import Outcome, Word

_HEAD = '''"""A transform under test."""
import libcst as cst
from autotransform.codemod import Transform

TARGETS = {targets!r}

class Probe(Transform):
    DESCRIPTION = "Probe."
'''

#: Does nothing at all.
IDLE = "pass"
#: Replaces `pytz.utc` as the real one does: uses, then imports.
REPLACE = """
def visit_ImportFrom(self, node):
    return False
def leave_Attribute(self, original_node, updated_node):
    return self.replaced(original_node, updated_node)
def leave_Name(self, original_node, updated_node):
    return self.replaced(original_node, updated_node)
def replaced(self, original_node, updated_node):
    if not self.refers_to(original_node, *TARGETS):
        return updated_node
    self.drop_import("pytz", "utc")
    self.drop_import("pytz")
    return self.expression(self.need_import("datetime", "timezone") + ".utc")
"""
#: Adds an argument to the calls of a target.
ADD = """
def leave_Call(self, original_node, updated_node):
    if not self.refers_to(original_node.func, *TARGETS):
        return updated_node
    return self.add_argument(updated_node, self.argument("5", keyword="timeout"))
"""
#: Imports a target from somewhere else.
MOVE = """
def leave_SimpleStatementLine(self, original_node, updated_node):
    return self.move_imports(original_node, updated_node, TARGETS[0], to="elsewhere.utc")
"""
#: Has nothing but the spelling in mind.
RENAME = """
def leave_Name(self, original_node, updated_node):
    return updated_node.with_changes(value="new") if original_node.value == "utc" else updated_node
"""


def run(
    body: str,
    content: str,
    *,
    targets: tuple[str, ...] = ("pytz.utc",),
    module: str = "app.mod",
    reexports: tuple[tuple[str, str], ...] = (),
) -> Outcome:
    source = _HEAD.replace("{targets!r}", repr(list(targets))) + textwrap.indent(textwrap.dedent(body), "    ")
    context = FileContext(
        path=module.replace(".", "/") + ".py", module=module, package=module.rpartition(".")[0], reexports=reexports
    )
    return transform(parse(source, name="probe"), Job(context=context, content=content.encode()))


def words(outcome: Outcome) -> tuple[Word, ...]:
    assert isinstance(outcome, Changed | Unchanged), outcome
    return outcome.words


def fates(outcome: Outcome) -> list[str]:
    return [word.fate for word in words(outcome)]


def whys(outcome: Outcome) -> list[str]:
    return [word.why for word in words(outcome)]


# Where words are


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("utc", [(1, 1)]),
        ("x = utc\r\nutc\rutc\n", [(1, 5), (2, 1), (3, 1)]),
        ("# ß utc\n'utc'", [(1, 5), (2, 2)]),
        ("utcnow, outc, utc_, _utc, utc2, éutc, utcß", []),
        ("utc.utc-utc", [(1, 1), (1, 5), (1, 9)]),
        ("a\x0cutc\u2028utc", [(1, 3), (1, 7)]),
    ],
    ids=["alone", "line-ends", "columns-are-characters", "parts-of-names", "side-by-side", "no-line-ends"],
)
def test_a_word_is_a_whole_identifier(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(spot.line, spot.column) for spot in find_spots(text, words=("utc",))] == expected


def test_words_are_the_last_parts_of_targets_each_once() -> None:
    assert words_of(("pytz.UTC", "pytz.utc", "other.utc", "plain")) == ("UTC", "plain", "utc")


def test_a_script_without_targets_has_no_words() -> None:
    assert run(RENAME, "utc\n", targets=()) == run(RENAME, "utc\n", targets=("pytz.zone",))


# What a word stands for


@pytest.mark.parametrize(
    ("content", "fate", "why"),
    [
        ("import pytz\nx = pytz.utc\n", "unmatched", "stands for `pytz.utc` still"),
        ("from pytz import utc\n", "unmatched", "stands for `pytz.utc` still"),
        ("from pytz import *\nutc\n", "unmatched", "may stand for `pytz.utc`"),
        ("from zones import *\nutc\n", "unmatched", "a star import may bind it"),
        ("print(utc)\n", "unmatched", "it cannot be told what binds it"),
        ("mock.patch('pytz.utc')\n", "unmatched", "a string that names it"),
        ("def f(pytz): return pytz.utc\n", "unmatched", "an attribute of what may be its module"),
        ("def f(x): return importlib.import_module(x).utc\n", "unmatched", "an attribute of what may be its module"),
        ("'''About pytz.utc.'''\n", "text", "in a string"),
        ("getattr(pytz, 'utc')\n", "text", "a string of its own"),
        ("x = f'{x} utc'\n", "text", "in a string"),
        ("x = 1  # utc\n", "text", "in a comment"),
        ("from django.utils.timezone import utc\n", "elsewhere", "stands for `django.utils.timezone.utc`"),
        ("from datetime import timezone as z\nz.utc\n", "elsewhere", "stands for `datetime.timezone.utc`"),
        ("from .zones import utc\n", "elsewhere", "stands for `app.zones.utc`"),
        ("import utc.zones\n", "elsewhere", "stands for `utc`"),
        ("def f(utc): pass\n", "elsewhere", "a local variable"),
        ("class A:\n    utc = 1\n", "elsewhere", "stands for `app.mod.A.utc`"),
        ("f(utc=1)\n", "elsewhere", "a keyword of a call"),
        ("match x:\n    case A(utc=1): pass\n", "elsewhere", "a keyword of a pattern"),
        ("def f(x): return x.utc\n", "elsewhere", "an attribute of a value, not of a module"),
        ("f()[0].utc\n", "elsewhere", "an attribute of a value, not of a module"),
        ("'x'.utc\n", "elsewhere", "an attribute of something else"),
        ("a\u00b7utc = 1\n", "elsewhere", "a part of another name"),
    ],
)
def test_what_is_left_says_why(content: str, fate: str, why: str) -> None:
    outcome = run(IDLE, content)

    assert [(word.fate, word.why) for word in words(outcome)] == [(fate, why)]


def test_a_name_that_is_bound_twice_may_stand_for_the_target() -> None:
    outcome = run(IDLE, "try:\n    from pytz import utc\nexcept ImportError:\n    from zones import utc\nx = utc\n")

    assert whys(outcome) == [
        "stands for `pytz.utc` still",
        "stands for `zones.utc`",
        "may stand for `pytz.utc`, or for something else",
    ]


def test_a_keyword_of_python_is_no_name() -> None:
    outcome = run(IDLE, "match x:\n    case 1: match = 2\n", targets=("re.match",))

    assert whys(outcome) == ["a keyword of Python", "stands for `app.mod.match`"]


def test_a_module_is_not_the_function_that_its_package_takes_out_of_it() -> None:
    content = "from pkg.load import load\nimport pkg\npkg.load.load, pkg.load\n"
    outcome = run(IDLE, content, targets=("pkg.load.load",), reexports=(("pkg.load", "pkg.load.load"),))

    assert whys(outcome)[:2] == ["the module of that name", "stands for `pkg.load.load` still"]


def test_another_name_of_a_target_is_a_target() -> None:
    outcome = run(IDLE, "from app import utc\n", reexports=(("app.utc", "pytz.utc"),))

    assert whys(outcome) == ["stands for `pytz.utc` still"]


MEMBERS = """
from net import Client, View
class Mine(Client):
    def get(self): return self.get
class Other(View):
    def get(self): pass
class Plain:
    def get(self): return self.get
def f(client: Client, x):
    client.get, Client().get, x.get, {}.get, Client(get=1), Plain().get
"""


def test_members_of_a_class_are_told_from_those_of_others() -> None:
    outcome = run(IDLE, MEMBERS, targets=("net.Client.get",))

    assert [(word.fate, word.why) for word in words(outcome)] == [
        ("unmatched", "defined in a class that derives from its own"),
        ("unmatched", "stands for `net.Client.get` still"),
        ("elsewhere", "stands for `app.mod.Other.get`"),
        ("elsewhere", "stands for `app.mod.Plain.get`"),
        ("elsewhere", "an attribute of a local variable"),
        ("unmatched", "stands for `net.Client.get` still"),
        ("unmatched", "stands for `net.Client.get` still"),
        ("unmatched", "an attribute of an unknown value"),
        ("elsewhere", "an attribute of something else"),
        ("unmatched", "a keyword of its class"),
        ("elsewhere", "an attribute of something else"),
    ]


# What became of it


def test_what_is_skipped_stays_skipped_when_its_import_goes() -> None:
    outcome = run(RENAME, "from pytz import utc\nx = utc  # autotransform: skip\n")

    assert fates(outcome) == ["changed", "skipped"]


def test_a_word_that_is_gone_is_changed_and_its_namesakes_are_not() -> None:
    outcome = run(REPLACE, "import pytz\nfrom x import utc\nf(pytz.utc, utc)  # utc\n")

    assert isinstance(outcome, Changed)
    assert outcome.after.decode().endswith("f(timezone.utc, utc)  # utc\n")
    assert fates(outcome) == ["elsewhere", "changed", "elsewhere", "text"]


def test_a_use_that_keeps_its_spelling_and_not_its_meaning_is_changed() -> None:
    outcome = run(MOVE, "from pytz import utc\n\nx = utc\ny = 'utc'\n")

    assert isinstance(outcome, Changed)
    assert outcome.after == b"from elsewhere import utc\n\nx = utc\ny = 'utc'\n"
    assert fates(outcome) == ["changed", "changed", "text"]


MOCK = """
def leave_SimpleStatementLine(self, original_node, updated_node):
    if self.module.code_for_node(original_node).startswith("import mock"):
        return self.statement("from unittest import mock", like=updated_node)
    return updated_node
def leave_FunctionDef(self, original_node, updated_node):
    return updated_node.with_changes(name=cst.Name("new"))
"""


def test_a_name_of_something_else_that_changes_its_meaning_is_changed_and_a_local_one_is_not() -> None:
    content = "import mock\n\nx = mock.patch\n\n\ndef old(y):\n    from m import mock\n    return mock, y.mock\n"
    outcome = run(MOCK, content, targets=("mock.mock",))

    assert isinstance(outcome, Changed)
    assert outcome.after.startswith(b"from unittest import mock\n\nx = mock.patch\n\n\ndef new(y):\n")
    assert fates(outcome) == ["changed", "changed", "elsewhere", "elsewhere", "elsewhere"]


def test_a_call_that_gets_an_argument_is_changed_and_one_in_its_arguments_is_not() -> None:
    body = ADD.replace("if not", "if original_node.args[1:] or not")
    outcome = run(body, "import web\nweb.get(web.get(1, 2))\nprint(web.get)\n", targets=("web.get",))

    assert isinstance(outcome, Changed)
    assert outcome.after == b"import web\nweb.get(web.get(1, 2), timeout=5)\nprint(web.get)\n"
    assert fates(outcome) == ["changed", "unmatched", "unmatched"]


def test_what_a_skipped_node_holds_is_skipped_for_its_reason() -> None:
    body = """
    def visit_FunctionDef(self, node):
        self.skip(node, "too hard")
        return False
    """ + textwrap.indent(REPLACE, "    ")
    outcome = run(body, "from pytz import utc\ndef f():\n    return [utc, 'utc']\n")

    assert [(word.fate, word.why) for word in words(outcome)] == [
        ("unmatched", "stands for `pytz.utc` still"),
        ("skipped", "too hard"),
        ("skipped", "too hard"),
    ]


def test_the_innermost_skip_gives_the_reason() -> None:
    body = """
    def visit_FunctionDef(self, node):
        self.skip(node, "outer")
    def visit_Attribute(self, node):
        self.skip(node, "inner")
    """
    outcome = run(body, "import pytz\ndef utc():\n    return pytz.utc\n")

    assert whys(outcome) == ["outer", "inner"]


def test_a_marked_statement_is_skipped() -> None:
    outcome = run(REPLACE, "import pytz\nx = pytz.utc\ny = pytz.utc  # autotransform: skip\n")

    assert [(word.fate, word.why) for word in words(outcome)] == [
        ("changed", ""),
        ("skipped", "marked `# autotransform: skip`"),
    ]


def test_a_script_that_forgets_a_place_is_told_of_it() -> None:
    forgetful = REPLACE.replace("if not", 'if original_node.deep_equals(cst.Name("utc")) or not')
    outcome = run(forgetful, "import pytz\nfrom pytz import utc\nx = pytz.utc, utc\n")

    assert isinstance(outcome, Changed)
    assert [(word.fate, word.why) for word in words(outcome)] == [
        ("unmatched", "stands for `pytz.utc` still"),
        ("changed", ""),
        ("unmatched", "stands for `pytz.utc` still"),
    ]


def test_a_result_that_a_second_pass_would_spoil_is_judged_as_it_is() -> None:
    header = "# /// script\n# [tool.autotransform]\n# format = 1\n# idempotent = false\n# ///\n"
    source = header + _HEAD.replace("{targets!r}", "['pytz.utc']") + textwrap.indent(textwrap.dedent(MOVE), "    ")
    job = Job(context=FileContext(path="a.py"), content=b"from pytz import utc\nutc\n")
    outcome = transform(parse(source, name="probe"), job)

    assert isinstance(outcome, Changed)
    assert fates(outcome) == ["changed", "changed"]


# Which site accounts for it


def test_each_changed_word_counts_at_the_innermost_changed_site() -> None:
    outcome = run(REPLACE, "import pytz\nfrom pytz import utc as z, utc\nf(pytz.utc, utc, z)\n")

    assert isinstance(outcome, Changed)
    assert [(site.line, site.column, site.by, site.words) for site in outcome.sites] == [
        (1, 1, "need_import, drop_import", 2),
        (3, 3, "leave_Attribute", 1),
        (3, 13, "leave_Name", 1),
        (3, 18, "leave_Name", 0),
    ]


def test_an_added_import_accounts_for_no_word() -> None:
    outcome = run(REPLACE, "import pytz\nx = pytz.utc\ny = pytz.zone\n")

    assert isinstance(outcome, Changed)
    assert {site.by: site.words for site in outcome.sites} == {"need_import": 0, "leave_Attribute": 1}


# Alignment


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a\nutc\nb\n", "x\na\nutc\nb\n", [True]),
        ("f(utc, 1)\n", "f(\n    utc,\n    1,\n)\n", [True]),
        ("f(x.utc, utc)\n", "f(y.UTC, utc)\n", [False, True]),
        ("utc\nutc\n", "utc\n", [True, False]),
        ("import utc\nx = utc\n", "x = utc\n", [False, True]),
        ("", "utc\n", []),
    ],
    ids=["moved-down", "reflowed", "one-of-two", "one-line-of-two", "import-gone", "new"],
)
def test_what_stands_in_the_result_is_found_there(before: str, after: str, expected: list[bool]) -> None:
    spots = find_spots(before, words=("utc",))
    pairs = find_counterparts(before, after, spots=spots)

    assert [spot.offset in pairs for spot in spots] == expected
    assert all(after[new:].startswith("utc") for new in pairs.values())


def test_a_huge_line_is_aligned_in_good_time() -> None:
    before = "x = [" + "utc, pytz.utc, 1, " * 20_000 + "]\n"
    after = before.replace("pytz.utc", "timezone.z")
    spots = find_spots(before, words=("utc",))
    pairs = find_counterparts(before, after, spots=spots)

    assert (len(spots), len(pairs)) == (40_000, 20_000)


# Sums


_PARTS = [
    "import pytz\n",
    "from pytz import utc\n",
    "from pytz import utc as z\n",
    "from x import utc\n",
    "try:\n    import pytz\nexcept ImportError:\n    pytz = None\n",
    "x = pytz.utc\n",
    "x = [utc, z, pytz.zone]  # utc\n",
    "'''utc and pytz.utc'''\n",
    "def f(utc, self):\n    return utc, self.utc, pytz.utc\n",
    "class utc:\n    utc = utc\n    def f(self): return f'{utc} utc'\n",
    "f(utc=pytz.utc.x(utc))  # autotransform: skip\n",
    "if utc:\n    global_utc = utc2 = pytz.utc\nelse:\n    del x.utc\n",
    "lambda utc=utc: [utc for utc in utc if utc]\n",
    "print(pytz.utc,\n      utc,  # pytz.utc\n      'é utc')\n",
]


def count_tokens(content: str) -> int:
    """Count the words as Python's own tokenizer finds them; those of a string by splitting it."""
    found = 0
    for token in tokenize.tokenize(BytesIO(content.encode()).readline):
        if token.type == tokenize.NAME:
            found += token.string == "utc"
        elif token.type != tokenize.ENCODING:
            found += re.findall(r"\w+", token.string).count("utc")
    return found


@settings(deadline=None, max_examples=40)
@given(parts=st.lists(st.sampled_from(_PARTS), max_size=12), body=st.sampled_from([REPLACE, MOVE, RENAME, ADD, IDLE]))
def test_the_fates_add_up_to_the_words(parts: list[str], body: str) -> None:
    content = "".join(parts)
    outcome = run(body, content)
    if not isinstance(outcome, Changed | Unchanged):
        return
    counted = Counter(fates(outcome))
    accounted = sum(site.words for site in outcome.sites)

    assert counted.total() == count_tokens(content)
    assert accounted <= counted["changed"]
    assert all(site.words == 0 for site in outcome.sites if site.status == "skipped")
    assert len({(word.line, word.column) for word in outcome.words}) == counted.total()


@settings(deadline=None, max_examples=40)
@given(parts=st.lists(st.sampled_from(_PARTS), max_size=12))
def test_what_is_left_by_a_spelling_stands_in_the_result(parts: list[str]) -> None:
    content = "".join(parts)
    outcome = run(RENAME, content)
    if not isinstance(outcome, Changed):
        return
    changed = fates(outcome).count("changed")

    assert count_tokens(outcome.after.decode()) == count_tokens(content) - changed
