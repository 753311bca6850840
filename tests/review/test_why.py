"""Why a change was made: the method, the rule and the case, and nothing that is only likely."""

from __future__ import annotations

import textwrap

import pytest

from autotransform.engine import Changed, Run, Site
from autotransform.review import Explanation, FileChange, Reason, explain, shape_lines
from autotransform.review.reasons.rules import Rulebook, list_rules
from autotransform.review.shapes.families import find_families
from autotransform.script import parse
from autotransform.script.methods import Method, find_helpers, find_methods

SCRIPT = '''\
"""Replace ``pytz.UTC``.

- ``pytz.UTC`` becomes ``timezone.utc``.
- A variable called ``UTC`` is left alone.
- Calls of ``old`` become calls of ``new``.
"""

import libcst as cst
from autotransform.codemod import Transform

CASES = [
    {"name": "an attribute", "before": "import pytz\\nx = f(pytz.UTC)\\n", "after": "x = f(timezone.utc)\\n"},
    {"name": "nothing", "before": "x = UTC\\n"},
    {"name": "again", "before": "y = pytz.UTC\\n", "after": "y = timezone.utc\\n"},
]


class Other:
    def leave_Call(self, original_node, updated_node):
        return updated_node


class PytzUtc(Transform):
    @property
    def leave_Attribute(self):
        """``pytz.UTC`` and more."""
        self.need_import("datetime", "timezone")

    def leave_Call(self, original_node, updated_node):
        self.drop_import("pytz")
        self.drop_import("pytz", "UTC")
'''


def explained(before: str, after: str, *sites: tuple[int, int, str], script: str = SCRIPT) -> Explanation:
    before, after = textwrap.dedent(before), textwrap.dedent(after)
    outcome = Changed(
        path="a.py",
        after=after.encode(),
        sites=tuple(Site(line=line, column=column, status="changed", by=by) for line, column, by in sites),
    )
    parsed = parse(script, name="pytz_utc", entry="PytzUtc")
    run = Run(script=parsed, base="", selected=1, gated=0, outcomes=(outcome,))
    return explain(run, [FileChange(path="a.py", before=before.encode(), after=after.encode())])


def methods(explanation: Explanation) -> dict[str, list[str]]:
    """Say of each change, by what it adds or else removes, which methods made it."""
    return {
        each.shape.after or each.shape.before: [method.name for method in each.reason.methods]
        for each in explanation.shapes
    }


def test_a_change_names_method_lines_rule_and_cases() -> None:
    told = explained("x = pytz.UTC\n", "x = timezone.utc\n", (1, 5, "leave_Attribute"))
    (shape,) = told.shapes

    assert told.rules[0] == "- ``pytz.UTC`` becomes ``timezone.utc``."
    assert [method.name for method in told.methods] == ["leave_Call", "leave_Attribute", "leave_Call"]
    assert shape.reason == Reason(
        methods=(Method(name="leave_Attribute", first=24, last=27, owner="PytzUtc", says="``pytz.UTC`` and more."),),
        rules=(0,),
        cases=("an attribute", "again"),
    )
    assert [each.reason for each in shape.changes] == [shape.reason]


def test_a_method_is_that_of_the_class_that_ran() -> None:
    told = explained("old(1)\n", "new(1)\n", (1, 1, "leave_Call"))

    assert [(method.owner, method.first) for method in told.shapes[0].reason.methods] == [("PytzUtc", 29)]
    assert told.shapes[0].reason.rules == (2,)
    assert told.shapes[0].reason.cases == ()


def test_imports_come_from_the_helpers_and_the_rest_of_the_passage_does_not() -> None:
    told = explained(
        "import pytz\nx = pytz.UTC\n",
        "from datetime import timezone\nx = timezone.utc\n",
        (1, 1, "need_import, drop_import"),
        (2, 5, "leave_Attribute"),
    )

    assert methods(told) == {
        "import pytz": ["drop_import"],
        "from datetime import timezone": ["need_import"],
        "timezone.utc": ["leave_Attribute"],
    }


def test_imports_that_were_replaced_together_come_from_the_method_that_changed_each() -> None:
    told = explained(
        "import pytz\nfrom a.b import c\nx = 1\n",
        "from b import c\nx = 1\n",
        (1, 1, "drop_import"),
        (2, 1, "leave_Attribute"),
    )

    assert methods(told) == {"import pytz": ["drop_import"], "from b import A1": ["leave_Attribute"]}


def test_two_methods_on_one_line_are_told_apart_by_what_stands_there() -> None:
    told = explained("f(pytz.UTC, old)\n", "f(timezone.utc, new)\n", (1, 3, "leave_Attribute"), (1, 13, "leave_Call"))

    assert methods(told) == {"timezone.utc": ["leave_Attribute"], "new": ["leave_Call"]}


def test_a_change_is_from_every_method_that_changed_some_of_it() -> None:
    told = explained(
        "for a in old(b): print(pytz.UTC); x = pytz.UTC\n",
        "for a in b.new(): print(timezone.utc); x = timezone.utc\n",
        (1, 10, "leave_Call"),
        (1, 24, "leave_Attribute"),
    )

    assert [sorted(names) for names in methods(told).values()] == [["leave_Attribute", "leave_Call"]]


def test_what_is_within_a_place_that_begins_above_is_from_there() -> None:
    before = """\
        def f():
            g(
                a,
                b,
            )
        x = 1
        y = old
        """
    after = before.replace("b,", "b,\n                t=1,").replace("old", "new")
    told = explained(before, after, (2, 5, "leave_Call"), (7, 5, "leave_Attribute"))

    assert methods(told) == {"A1(A2, t=1)": ["leave_Call"], "new": ["leave_Attribute"]}


def test_what_no_place_accounts_for_is_from_no_method() -> None:
    before = "def f():\n    a = 1\nb = 1\nx = old\n"
    told = explained(before, before.replace("b = 1", "b = f"), (1, 1, "leave_FunctionDef"), (4, 5, "leave_Attribute"))

    assert [each.reason.methods for each in told.shapes] == [()]


def test_where_one_method_did_everything_it_did_this() -> None:
    before = "def f():\n    a = 1\nb = 1\n"
    told = explained(before, before.replace("b = 1", "b = f"), (1, 1, "leave_Module"))

    assert methods(told) == {"f": ["leave_Module"]}
    assert told.shapes[0].reason.methods[0].first == 0


def test_keys_stay_when_lines_above_come() -> None:
    one = explained("x = pytz.UTC\n", "x = timezone.utc\n", (1, 5, "leave_Attribute"))
    other = explained(
        "a = 1\n" * 9 + "x = pytz.UTC\n", "a = 1\n" * 9 + "x = timezone.utc\n", (10, 5, "leave_Attribute")
    )

    assert one.shapes[0].changes[0].key == other.shapes[0].changes[0].key


def test_a_script_that_is_no_python_any_more_explains_what_it_can() -> None:
    assert find_methods("def f(:") == find_helpers("def f(:") == ()


def test_an_import_helper_is_told_by_its_line_where_that_is_the_only_one() -> None:
    assert [(each.name, each.first) for each in find_helpers(SCRIPT)] == [("need_import", 27), ("drop_import", 0)]


@pytest.mark.parametrize(
    ("rules", "before", "after", "expected"),
    [
        (["``a.b`` becomes ``c``."], "a.b", "c", (0,)),
        (["- `Optional[X]` becomes `X | None`."], "Optional[A1]", "A1 | None", (0,)),
        (["``x == None`` becomes ``x is None``."], "A1 == None", "A1 is None", (0,)),
        (["Calls get ``timeout=10``.", "What passes ``timeout`` is left."], "A1(A2)", "A1(A2, timeout=10)", (0,)),
        (
            ["``assertEqual`` becomes.", "``assertTrue(x)`` becomes ``assert x``."],
            "self.assertEqual(A1)",
            "assert A1",
            (0,),
        ),
        (["``iteritems(d)`` becomes ``d.items()``."], "six.iteritems(A1)", "A1.items()", (0,)),
        (["``.has_key(…)`` goes."], "A1.has_key(A2)", "A2 in A1", (0,)),
        (["A local variable called ``pytz`` counts, too."], "import pytz", "", ()),
        (["``Optional`` and ``None`` are left alone."], "Optional[A1]", "A1 | None", ()),
        (["``self`` is nothing."], "self.a(A1)", "b(A1)", ()),
        (["``a.c`` becomes ``d``."], "a.b", "c", ()),
        (["No quotes: a.b becomes c."], "a.b", "c", ()),
        (["``A1`` stands for anything."], "A1.x", "A1.y", ()),
        (["``np.product`` becomes ``np.prod``."], "np.A1", "A1", ()),
        (["``mock.api.X`` becomes ``mock.X``."], "mock.api.A1", "mock.A1", (0,)),
        (
            ["``a_type`` goes.", "Places where ``str`` is something else are left.", "``b`` is ``str``."],
            "a_type",
            "str",
            (0,),
        ),
        ([], "a", "b", ()),
    ],
)
def test_a_rule_is_about_a_change_only_if_it_names_it(
    rules: list[str], before: str, after: str, expected: tuple[int, ...]
) -> None:
    assert Rulebook(rules).find(before, after) == expected


def test_what_a_placeholder_stands_for_tells_which_rule_it_is() -> None:
    script = SCRIPT.replace(
        "- ``pytz.UTC`` becomes", "- ``np.prod`` and ``np.product`` go. ``np.int`` goes, too.\n\n- ``pytz.UTC`` becomes"
    )
    told = explained("x = np.float\n", "x = float\n", (1, 5, "leave_Attribute"), script=script)
    other = explained("x = np.int\n", "x = int\n", (1, 5, "leave_Attribute"), script=script)

    assert told.shapes[0].shape.signature == other.shapes[0].shape.signature
    assert [each.reason.rules for shape in (*told.shapes, *other.shapes) for each in shape.changes] == [(), (0,)]


def test_a_rule_that_stands_in_the_docstring_of_a_method_is_about_what_it_changes() -> None:
    rules = list_rules("- Something happens.\n- Something else.")

    assert Rulebook(rules).find("a", "b", says=["Here, something happens. And more."]) == (0,)


def test_many_shapes_that_differ_in_a_name_are_told_as_one() -> None:
    names = [f"Class{number}" for number in range(9)]
    before = "".join(f"{name}_f = super({name}, self).f()\n\n" for name in names) + "old(1)\n"
    after = "".join(f"{name}_f = super().f()\n\n" for name in names) + "new(1)\n"
    told = explained(before, after, *((1 + 2 * row, 1, "leave_Call") for row in range(10)))
    single, family = find_families(told)

    assert len(told.shapes) == 10
    assert (single.before, len(single.shapes)) == ("old(A1)", 1)
    assert (family.before, family.count) == ("A1(…, self)", 9)
    assert {name for _, examples in family.varying for name in examples} == set(names)
    seven = explained(before.partition("Class7")[0], after.partition("Class7")[0])

    assert len(find_families(seven)) == 7


def test_what_is_told_of_a_shape() -> None:
    told = explained(
        "x = pytz.UTC\n\ny = pytz.UTC\n", "x = timezone.utc\n\ny = timezone.utc\n", (1, 5, "leave_Attribute")
    )
    lines = [line.text for line in shape_lines(told)]

    assert lines == [
        "1 kind of change: 2 changes in 1 file",
        "",
        "bb756936fdb2  2 changes in 1 file",
        "- pytz.UTC",
        "+ timezone.utc",
        "  by leave_Attribute (lines 24-27)",
        "  rule: `pytz.UTC` becomes `timezone.utc`.",
        "  cases: an attribute; again",
        "  a.py:1",
        "    -x = pytz.UTC",
        "    +x = timezone.utc",
    ]
    assert [line.text for line in shape_lines(told, is_all=True)] == [*lines, "  a.py:3"]


def test_of_very_many_kinds_the_rare_and_the_frequent_are_told() -> None:
    count = 60
    before = "".join(f"a{number} = old{number}\n\n" * (1 + number // 30) for number in range(count))
    after = before.replace("= old", "= new")
    lines = [line.text for line in shape_lines(explained(before, after))]
    heads = [line for line in lines if " change in " in line or " changes in " in line]

    assert len(heads) == 1 + 24 + 6
    assert "… 30 more kinds, 54 changes (-v shows them)" in lines


def test_nothing_that_a_script_or_a_file_says_moves_the_cursor() -> None:
    script = (
        SCRIPT.replace("is left alone", "\\x1b[2J")
        .replace('"again"', '"\\x1b[2J"')
        .replace("A variable", "``pytz.UTC``")
    )
    told = explained("x = pytz.UTC  # \x1b[2J\n", "x = timezone.utc\n", (1, 5, "leave\x1b[2J"), script=script)

    assert all(line.text.isprintable() for line in shape_lines(told))
    assert any("<U+001B>[2J" in line.text for line in shape_lines(told))
