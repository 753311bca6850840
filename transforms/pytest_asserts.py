# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use plain asserts instead of self.assertEqual and its kin"
# ///
"""Write ``assert a == b`` instead of ``self.assertEqual(a, b)``, for tests that pytest runs.

- ``assertEqual``, ``NotEqual``, ``Is``, ``IsNot``, ``In``, ``NotIn``, ``Greater``, ``GreaterEqual``, ``Less`` and
  ``LessEqual`` become comparisons; ``assertIsNone(x)`` becomes ``assert x is None``.
- ``assertTrue(x)`` becomes ``assert x``, ``assertFalse(x)`` becomes ``assert not x``; ``assertFalse(a in b)`` becomes
  ``assert a not in b``.
- ``assertIsInstance(x, A)`` becomes ``assert isinstance(x, A)``.
- ``assertListEqual`` and its kin check the type as well. They become ``==`` where one side is a literal of that type.
- Old names (``assertEquals``, ``assert_``, ``failUnless`` …) count as the new ones. Messages stay: ``assert x, "why"``.

Operands get parentheses where they need them. What stood on several lines stays on several lines unless it fits on
one. ``assertEqual(x, None)`` becomes ``assert x == None``: that is what it says, whatever a linter thinks of it.

Only methods are changed of which it is certain that they are unittest's: called on ``self`` in a class all of whose
bases are known, by way of the classes of the file: ``unittest.TestCase`` and the like of Django, Tornado and Twisted.
``--arg bases=package.module.Class,…`` names others that do not define such methods themselves. A file with a class
that does keeps all its calls of them.

Left and listed: other methods (``assertRaises``, ``assertAlmostEqual`` …), calls whose value is used, calls with
``*values`` or keywords other than ``msg``, comments between arguments, and a tuple or generator as a condition, which
is always true. Without pytest, a plain assert says less when it fails, and ``python -O`` leaves it out.
"""

from __future__ import annotations

from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext
from libcst.metadata import ClassScope, PositionProvider

from autotransform.codemod import Transform

MENTIONS = ["assert", "failUnless", "failIf"]
TARGETS = ["unittest.TestCase.assertEqual", "unittest.TestCase.assertTrue"]

COMPARISONS = {
    "assertEqual": "==",
    "assertEquals": "==",
    "failUnlessEqual": "==",
    "assertNotEqual": "!=",
    "assertNotEquals": "!=",
    "failIfEqual": "!=",
    "assertIs": "is",
    "assertIsNot": "is not",
    "assertIn": "in",
    "assertNotIn": "not in",
    "assertGreater": ">",
    "assertGreaterEqual": ">=",
    "assertLess": "<",
    "assertLessEqual": "<=",
}
NONES = {"assertIsNone": "is", "assertIsNotNone": "is not"}
TRUTHS = {"assertTrue": "", "assert_": "", "failUnless": "", "assertFalse": "not", "failIf": "not"}
INSTANCES = {"assertIsInstance": "", "assertNotIsInstance": "not"}
LITERALS = {
    "assertListEqual": (cst.List, cst.ListComp),
    "assertTupleEqual": (cst.Tuple,),
    "assertSetEqual": (cst.Set, cst.SetComp),
    "assertDictEqual": (cst.Dict, cst.DictComp),
    "assertMultiLineEqual": (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString),
}
KNOWN = frozenset({*COMPARISONS, *NONES, *TRUTHS, *INSTANCES, *LITERALS})
OTHERS = frozenset(
    {
        "assertAlmostEqual",
        "assertCountEqual",
        "assertItemsEqual",
        "assertLogs",
        "assertNoLogs",
        "assertNotAlmostEqual",
        "assertNotRegex",
        "assertRaises",
        "assertRaisesRegex",
        "assertRaisesRegexp",
        "assertRegex",
        "assertRegexpMatches",
        "assertSequenceEqual",
        "assertWarns",
        "assertWarnsRegex",
        "failUnlessRaises",
    }
)
TEST_CASES = frozenset(
    {
        "unittest.TestCase",
        "unittest.IsolatedAsyncioTestCase",
        "unittest.case.TestCase",
        "aiohttp.test_utils.AioHTTPTestCase",
        "django.contrib.staticfiles.testing.StaticLiveServerTestCase",
        "django.test.LiveServerTestCase",
        "django.test.SimpleTestCase",
        "django.test.TestCase",
        "django.test.TransactionTestCase",
        "django.test.testcases.SimpleTestCase",
        "django.test.testcases.TestCase",
        "django.test.testcases.TransactionTestCase",
        "rest_framework.test.APITestCase",
        "tornado.testing.AsyncHTTPSTestCase",
        "tornado.testing.AsyncHTTPTestCase",
        "tornado.testing.AsyncTestCase",
        "twisted.trial.unittest.SynchronousTestCase",
        "twisted.trial.unittest.TestCase",
    }
)
OPERATORS = {
    "==": cst.Equal(),
    "!=": cst.NotEqual(),
    "is": cst.Is(),
    "is not": cst.IsNot(),
    "in": cst.In(),
    "not in": cst.NotIn(),
    ">": cst.GreaterThan(),
    ">=": cst.GreaterThanEqual(),
    "<": cst.LessThan(),
    "<=": cst.LessThanEqual(),
}
#: Expressions that bind no tighter than a comparison.
LOOSE = (
    cst.Comparison,
    cst.BooleanOperation,
    cst.IfExp,
    cst.Lambda,
    cst.NamedExpr,
    cst.Yield,
    cst.GeneratorExp,
    cst.Tuple,
)
#: Lines are kept within what the file itself keeps within, but for very short and very long files.
SHORTEST_LIMIT, LONGEST_LIMIT = 79, 120
HALF_BROKEN = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(" " * len("assert (")))

CASES = [
    {
        "name": "comparisons, truths and types",
        "before": """
            import unittest

            class Test(unittest.TestCase):
                def test(self):
                    self.assertEqual(f(1), 2)  # two
                    self.assertNotIn("a", b)
                    self.assertIsNot(a, b)
                    self.assertLessEqual(1, 2)
                    self.assertIsNone(a)
                    self.assertIsNotNone(a.b)
                    self.assertTrue(a and b)
                    self.assertFalse(a)
                    self.assertIsInstance(a, (int, str))
                    self.assertNotIsInstance(a, int)
                    self.assertEquals(a, None); self.failUnless(b)
        """,
        "after": """
            import unittest

            class Test(unittest.TestCase):
                def test(self):
                    assert f(1) == 2  # two
                    assert "a" not in b
                    assert a is not b
                    assert 1 <= 2
                    assert a is None
                    assert a.b is not None
                    assert a and b
                    assert not a
                    assert isinstance(a, (int, str))
                    assert not isinstance(a, int)
                    assert a == None; assert b
        """,
    },
    {
        "name": "messages",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertEqual(a, b, "why")
                    self.assertTrue(a, msg=f"{a}")
                    self.assertIsInstance(a, int, "no" if b else "yes")
                    self.assertIs(a, b, None)
                    self.assertIn(a, b, "one "
                                        "two")
        """,
        "after": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    assert a == b, "why"
                    assert a, f"{a}"
                    assert isinstance(a, int), "no" if b else "yes"
                    assert a is b
                    assert a in b, ("one "
                                        "two")
        """,
    },
    {
        "name": "operands that need parentheses",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertEqual(a < b, c + 1)
                    self.assertEqual(not a, b or c)
                    self.assertEqual(a if b else c, lambda: 1)
                    self.assertIs((yield), a)
                    self.assertTrue(a := b)
                    self.assertFalse(a == b)
                    self.assertFalse(a or b)
                    self.assertFalse(a in b)
                    self.assertIsNone(a and b)
                    self.assertEqual(-a, await b)
        """,
        "after": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    assert (a < b) == c + 1
                    assert (not a) == (b or c)
                    assert (a if b else c) == (lambda: 1)
                    assert (yield) is a
                    assert (a := b)
                    assert not (a == b)
                    assert not (a or b)
                    assert a not in b
                    assert (a and b) is None
                    assert -a == await b
        """,
    },
    {
        "name": "several lines that fit on one, and several that do not",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertEqual(
                        response.status_code,
                        200,
                    )
                    self.assertEqual(response.status_code,
                                     200)
                    self.assertEqual(
                        {
                            "a": 1,
                        },
                        f(
                            2,
                        ),
                        "why",
                    )
                    self.assertEqual(f(
                        1,
                    ), [
                        2,
                    ])
                    self.assertTrue(a and
                                    b)
        """,
        "after": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    assert response.status_code == 200
                    assert response.status_code == 200
                    assert (
                        {
                            "a": 1,
                        }
                        == f(
                            2,
                        )
                    ), "why"
                    assert f(
                        1,
                    ) == [
                        2,
                    ]
                    assert (a and
                                    b)
        """,
    },
    {
        "name": "by way of a class of the file, in a function in a method",
        "before": """
            import django.test

            class Base(django.test.TestCase):
                pass

            class Test(Base):
                def test(this):
                    def check(x):
                        this.assertTrue(x)
                    check(1)
        """,
        "after": """
            import django.test

            class Base(django.test.TestCase):
                pass

            class Test(Base):
                def test(this):
                    def check(x):
                        assert x
                    check(1)
        """,
    },
    {
        "name": "lists and their kin, with a literal",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertListEqual(a, [1])
                    self.assertDictEqual({"a": 1}, b)
        """,
        "after": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    assert a == [1]
                    assert {"a": 1} == b
        """,
    },
    {
        "name": "lists and their kin, without a literal",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertListEqual(a, b)
                    self.assertTupleEqual(a, [1])
        """,
        "skips": 2,
    },
    {
        "name": "what no plain assert says",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    with self.assertRaises(ValueError):
                        f()
                    self.assertAlmostEqual(a, b)
                    self.assertNumQueries(3, f)
        """,
        "skips": 2,
    },
    {
        "name": "the value of the call is used",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    check = lambda x: self.assertTrue(x)
                    return self.assertEqual(a, b)
        """,
        "skips": 2,
    },
    {
        "name": "the method is the file's own",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def assertEqual(self, a, b):
                    pass

                def test(self):
                    self.assertEqual(a, b)
        """,
        "skips": 1,
    },
    {
        "name": "a base of which nothing is known",
        "before": """
            from unittest import TestCase
            from mylib import CheckingMixin

            class Test(CheckingMixin, TestCase):
                def test(self):
                    self.assertEqual(a, b)
        """,
        "skips": 1,
    },
    {
        "name": "a class that is no test by itself",
        "before": """
            class Mixin:
                def test(self):
                    self.assertEqual(a, b)

            def check(self):
                self.assertTrue(1)
        """,
        "skips": 1,
    },
    {
        "name": "unknown arguments",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertEqual(*pair)
                    self.assertEqual(first=1, second=2)
                    self.assertTrue()
                    self.assertIsNone(a, **options)
        """,
        "skips": 4,
    },
    {
        "name": "always true",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertTrue((a, b))
                    self.assertTrue(x for x in y)
        """,
        "skips": 2,
    },
    {
        "name": "a comment between the arguments",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self):
                    self.assertEqual(
                        a,  # got
                        b,  # wanted
                    )
        """,
        "skips": 1,
    },
    {
        "name": "another object than self",
        "before": """
            from unittest import TestCase

            class Test(TestCase):
                def test(self, other):
                    other.assertEqual(a, b)
                    self.other.assertTrue(a)
                    self = other
                    self.assertEqual(a, b)
                    assertEqual(a, b)
        """,
        "skips": 0,
    },
    {
        "name": "isinstance is something else",
        "before": """
            from unittest import TestCase
            from mylib import isinstance

            class Test(TestCase):
                def test(self):
                    self.assertIsInstance(a, int)
        """,
        "skips": 1,
    },
]


class PytestAsserts(Transform):
    DESCRIPTION = "Write assert a == b instead of self.assertEqual(a, b)."

    @staticmethod
    def add_args(arg_parser: Any) -> None:
        arg_parser.add_argument("--bases", default="", help="other classes of tests, with commas between them")

    def __init__(self, context: CodemodContext, bases: str = "") -> None:
        super().__init__(context)
        self.bases = TEST_CASES | frozenset(each.strip() for each in bases.split(",") if each.strip())

    def visit_Module(self, node: cst.Module) -> None:
        self.file = node
        self.found = Classes()
        node.visit(self.found)
        self.statements: set[cst.CSTNode] = set()
        longest = max((len(line) for line in node.code.split(node.default_newline)), default=0)
        self.limit = min(max(longest, SHORTEST_LIMIT), LONGEST_LIMIT)

    def visit_Expr(self, node: cst.Expr) -> None:
        self.statements.add(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        name = method_of(node)
        if name not in KNOWN | OTHERS or (name in KNOWN and node in self.statements):
            return
        if self.class_of(node) is not None:
            reason = "its value is used" if name in KNOWN else "no plain assert says the same"
            self.skip(node, reason)

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:
        call, updated = original_node.value, updated_node.value
        name = method_of(call)
        if name not in KNOWN or not isinstance(call, cst.Call) or not isinstance(updated, cst.Call):
            return updated_node
        around = self.class_of(call)
        if around is None:
            return updated_node
        reason = self.obstacle_of_class(around, name) or self.obstacle_of_call(call, name)
        if reason:
            self.skip(call, reason)
            return updated_node
        test, message = operands_of(updated)
        position = self.get_position(original_node)
        new = self.arranged(updated, name, operands=test, message=message, column=position)
        return new.with_changes(semicolon=updated_node.semicolon)

    # Whether it is one of unittest's methods

    def class_of(self, call: cst.Call) -> cst.ClassDef | None:
        """Give the class in a method of which a call is made on the method's first parameter."""
        if not isinstance(call.func, cst.Attribute) or not isinstance(call.func.value, cst.Name):
            return None
        scopes = self.names.scopes
        variable = scopes.variable(call.func.value)
        nodes = [getattr(each, "node", None) for each in variable.assignments] if variable else []
        if len(nodes) != 1 or not isinstance(nodes[0], cst.Param):
            return None
        parameters = scopes.parent(nodes[0])
        function = scopes.parent(parameters) if isinstance(parameters, cst.Parameters) else None
        if not isinstance(parameters, cst.Parameters) or not isinstance(function, cst.FunctionDef):
            return None
        is_first = nodes[0] is next(iter([*parameters.posonly_params, *parameters.params]), None)
        scope = scopes.scope(function)
        is_method = isinstance(scope, ClassScope) and isinstance(scope.node, cst.ClassDef)
        if not is_first or not is_method or self.is_static(function):
            return None
        return scope.node

    def is_static(self, function: cst.FunctionDef) -> bool:
        return any(
            self.refers_to(each.decorator, "builtins.staticmethod", "builtins.classmethod")
            for each in function.decorators
        )

    def obstacle_of_class(self, node: cst.ClassDef, method: str) -> str:
        if method in self.found.members:
            return "a class of this file has a method of that name"
        unknown, is_test = self.bases_of(node, seen=())
        if unknown:
            return f"whether {unknown} has a method of that name is unknown"
        return "" if is_test else "the class is no unittest.TestCase by itself"

    def bases_of(self, node: cst.ClassDef, *, seen: tuple[cst.ClassDef, ...]) -> tuple[str, bool]:
        """Give a base of which nothing is known, if there is one, and whether one is a test case."""
        is_test = False
        for each in node.bases:
            names = self.qualified(each.value)
            inner = [cls for cls in self.found.nodes if cls not in (*seen, node) and self.qualified(cls) == names]
            if names and names <= self.bases:
                is_test = True
            elif len(inner) == 1:
                unknown, inner_is_test = self.bases_of(inner[0], seen=(*seen, node))
                if unknown:
                    return unknown, False
                is_test = is_test or inner_is_test
            elif names != {"builtins.object"}:
                return cst.Module(body=()).code_for_node(each.value), False
        return "", is_test

    def obstacle_of_call(self, call: cst.Call, name: str) -> str:
        count = 1 if name in {*TRUTHS, *NONES} else 2
        operands, message = operands_of(call)
        has_others = len(operands) + (message is not None) != len(call.args)
        if has_others or len(operands) not in ({count, count + 1} if message is None else {count}):
            return "arguments that are not known"
        kept = [each.value for each in call.args]
        if len(m.findall(call, m.Comment())) > sum(len(m.findall(each, m.Comment())) for each in kept):
            return "a comment between the arguments"
        return self.obstacle_of_operands([each.value for each in operands], name)

    def obstacle_of_operands(self, operands: list[cst.BaseExpression], name: str) -> str:
        if name in TRUTHS and isinstance(operands[0], cst.Tuple | cst.GeneratorExp):
            return "what is asserted is always the same"
        if name in LITERALS and not any(isinstance(each, LITERALS[name]) for each in operands[:2]):
            return "this checks the type, too"
        if name in INSTANCES:
            variable = self.names.scopes.find("isinstance", scope=self.names.scopes.scope(operands[0]))
            if variable is None or not variable.is_builtin or self.names.star_modules:
                return "`isinstance` may be something else here"
        return ""

    # What is written instead

    def get_position(self, node: cst.CSTNode) -> int:
        """Give the column in which an original node starts."""
        assert self.context.wrapper is not None
        positions = self.context.wrapper.resolve(PositionProvider)
        return positions[node].start.column

    def arranged(
        self, call: cst.Call, name: str, *, operands: list[cst.Arg], message: cst.Arg | None, column: int
    ) -> cst.Assert:
        """Write the statement on one line where it fits, else with the line breaks of the call."""
        count = 1 if name in {*TRUTHS, *NONES} else 2
        if len(operands) > count:
            operands, message = operands[:count], operands[count]
        text = None
        if message is not None and not m.matches(message.value, m.Name("None")):
            text = self.fitting(message.value)
        values = [each.value for each in operands]
        test = self.test_of(name, values, between=cst.SimpleWhitespace(" "))
        plain = cst.Assert(test=test, msg=text)
        code = self.file.code_for_node(plain)
        is_broken = isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace)
        if "\n" not in code:
            was_short = "\n" not in self.file.code_for_node(call)
            if was_short or column + len(code) <= self.limit:
                return plain
        elif not is_broken and parses(code):
            return plain
        if name in INSTANCES:
            return cst.Assert(test=self.instance_of(call, name, operands=operands), msg=text)
        if "\n" not in code and not is_broken and not breaks_after(operands[:-1]):
            return plain
        return cst.Assert(test=self.wrapped(call, name, operands=operands), msg=text)

    def wrapped(self, call: cst.Call, name: str, *, operands: list[cst.Arg]) -> cst.BaseExpression:
        """Write the condition in parentheses, with line breaks where the call has them."""
        comma = operands[0].comma
        after = comma.whitespace_after if isinstance(comma, cst.Comma) else cst.SimpleWhitespace("")
        is_broken = isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace)
        between: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
        if breaks_after(operands[:-1]):
            between = after if is_broken else HALF_BROKEN
        test = self.test_of(name, [each.value for each in operands], between=between)
        if not is_broken:
            return test.with_changes(lpar=[cst.LeftParen(), *test.lpar], rpar=[*test.rpar, cst.RightParen()])
        last = call.args[-1]
        end = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
        if not isinstance(end, cst.ParenthesizedWhitespace):
            end = cst.SimpleWhitespace("")
        left = cst.LeftParen(whitespace_after=call.whitespace_before_args)
        return test.with_changes(lpar=[left, *test.lpar], rpar=[*test.rpar, cst.RightParen(whitespace_before=end)])

    def test_of(
        self, name: str, values: list[cst.BaseExpression], *, between: cst.BaseParenthesizableWhitespace
    ) -> cst.BaseExpression:
        """Make the condition that a method asserts of its operands."""
        if name in TRUTHS:
            return negated(values[0]) if TRUTHS[name] else with_parentheses(values[0], cst.NamedExpr, cst.Yield)
        if name in INSTANCES:
            test = self.expression("isinstance({value}, {kind})", value=values[0], kind=values[1])
            return negated(test) if INSTANCES[name] else test
        sign = COMPARISONS.get(name) or NONES.get(name) or "=="
        right = cst.Name("None") if name in NONES else tight(values[1])
        operator = OPERATORS[sign].deep_clone().with_changes(whitespace_before=between.deep_clone())
        return cst.Comparison(
            left=tight(values[0]), comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]
        )

    def instance_of(self, call: cst.Call, name: str, *, operands: list[cst.Arg]) -> cst.BaseExpression:
        """Call ``isinstance`` with the line breaks of an updated call."""
        last = call.args[-1]
        value = operands[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
        test = call.with_changes(func=cst.Name("isinstance"), args=[*operands[:-1], value], lpar=[], rpar=[])
        return negated(test) if INSTANCES[name] else test

    def fitting(self, message: cst.BaseExpression) -> cst.BaseExpression:
        """Put a message into parentheses where it cannot stand behind the comma without."""
        code = self.file.code_for_node(message)
        if "\n" in code and not parses(code):
            return message.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return with_parentheses(message, cst.NamedExpr, cst.Yield, cst.GeneratorExp)


class Classes(cst.CSTVisitor):
    """The classes of a file, and the names that their bodies bind to functions."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.ClassDef] = []
        self.members: set[str] = set()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.nodes.append(node)
        for each in node.body.body:
            if isinstance(each, cst.FunctionDef):
                self.members.add(each.name.value)
        for target in m.findall(node.body, m.AssignTarget(target=m.Name())):
            if isinstance(target, cst.AssignTarget) and isinstance(target.target, cst.Name):
                self.members.add(target.target.value)


def method_of(node: cst.BaseExpression) -> str:
    """Give the name of the method that an expression calls; empty for anything else."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Name):
        return node.func.attr.value
    return ""


def operands_of(call: cst.Call) -> tuple[list[cst.Arg], cst.Arg | None]:
    """Part the arguments of a call into those by position and the one called ``msg``."""
    message = [each for each in call.args if each.keyword is not None and each.keyword.value == "msg"]
    return [each for each in call.args if each.keyword is None and not each.star], message[0] if message else None


def breaks_after(args: list[cst.Arg]) -> bool:
    """Whether a line ends behind the comma of one of some arguments."""
    return any(
        isinstance(each.comma, cst.Comma) and isinstance(each.comma.whitespace_after, cst.ParenthesizedWhitespace)
        for each in args
    )


def with_parentheses(node: cst.BaseExpression, *kinds: type[cst.BaseExpression]) -> cst.BaseExpression:
    """Put parentheses around an expression of some kinds that has none."""
    if isinstance(node, kinds) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node


def tight(node: cst.BaseExpression) -> cst.BaseExpression:
    """Make an expression fit beside the sign of a comparison."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        return with_parentheses(node, cst.UnaryOperation)
    return with_parentheses(node, *LOOSE)


def negated(node: cst.BaseExpression) -> cst.BaseExpression:
    """Say the contrary."""
    opposites = {cst.In: "not in", cst.NotIn: "in", cst.Is: "is not", cst.IsNot: "is"}
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1 and not node.lpar:
        target = node.comparisons[0]
        sign = opposites.get(type(target.operator))
        if sign is not None:
            space = target.operator.whitespace_before
            operator = OPERATORS[sign].deep_clone().with_changes(whitespace_before=space)
            return node.with_changes(comparisons=[target.with_changes(operator=operator)])
    return cst.UnaryOperation(operator=cst.Not(), expression=with_parentheses(node, *LOOSE))


def parses(code: str) -> bool:
    """Whether a text is one statement."""
    try:
        cst.parse_statement(code)
    except cst.ParserSyntaxError:
        return False
    return True
