# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "replace the unittest method aliases that Python 3.12 removed by their names of today"
# ///
"""Replace ``assertEquals``, ``failUnless`` and the other old names of unittest's methods by those of today.

Python 3.12 removed the names; ``assertItemsEqual`` went with Python 2 and is ``assertCountEqual`` now.
They are replaced on ``self``, ``cls`` and ``super()`` of a class that is a test case as far as the file tells:

- it derives, perhaps through other classes of the file, from a class whose name ends in ``TestCase``; or
- it calls one of unittest's methods by a name of today; or
- it is related to such a class of the file: derives from it, is a base of it, or shares a base with it.

This is how a suite with a base class of its own, and a mixin, are known.

Where neither is so, the call is left alone and listed: there are bases with an ``assert_`` that have nothing to do
with unittest. So are calls on anything else than ``self``, keywords that only Python 2 had, and names in strings.
A class of the file that defines the old name itself is left alone, with what derives from it. One that defines
the new name is left alone and listed: there, the old name may be how it is defined.
``assertDictContainsSubset`` has no name of today: it is left alone and listed.
"""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = [
    "assert_",
    "assertAlmostEquals",
    "assertDictContainsSubset",
    "assertEquals",
    "assertItemsEqual",
    "assertNotAlmostEquals",
    "assertNotEquals",
    "assertNotRegexpMatches",
    "assertRaisesRegexp",
    "assertRegexpMatches",
    "failIf",
    "failUnless",
]
TARGETS = [
    "unittest.TestCase.assert_",
    "unittest.TestCase.assertAlmostEquals",
    "unittest.TestCase.assertEquals",
    "unittest.TestCase.assertItemsEqual",
    "unittest.TestCase.assertNotAlmostEquals",
    "unittest.TestCase.assertNotEquals",
    "unittest.TestCase.assertNotRegexpMatches",
    "unittest.TestCase.assertRaisesRegexp",
    "unittest.TestCase.assertRegexpMatches",
    "unittest.TestCase.failIf",
    "unittest.TestCase.failIfAlmostEqual",
    "unittest.TestCase.failIfEqual",
    "unittest.TestCase.failUnless",
    "unittest.TestCase.failUnlessAlmostEqual",
    "unittest.TestCase.failUnlessEqual",
    "unittest.TestCase.failUnlessRaises",
]

CASES = [
    {
        "name": "a test case",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    self.assertEquals(1, 1)  # noqa: PT009
                    self.failUnless(
                        True,  # of course
                    )
                    with self.assertRaisesRegexp(ValueError, "no"):
                        self.assertItemsEqual([1, 2], [2, 1])
        """,
        "after": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    self.assertEqual(1, 1)  # noqa: PT009
                    self.assertTrue(
                        True,  # of course
                    )
                    with self.assertRaisesRegex(ValueError, "no"):
                        self.assertCountEqual([1, 2], [2, 1])
        """,
    },
    {
        "name": "a base class of the project",
        "before": """
            from mylib.tests import BaseTestCase

            class Base(BaseTestCase):
                pass

            class ThingTest(Base):
                def test_it(self):
                    def check(value):
                        self.assert_(value)

                    check(True)
        """,
        "after": """
            from mylib.tests import BaseTestCase

            class Base(BaseTestCase):
                pass

            class ThingTest(Base):
                def test_it(self):
                    def check(value):
                        self.assertTrue(value)

                    check(True)
        """,
    },
    {
        "name": "a base of another name, but other methods of unittest",
        "before": """
            from mylib.tests import FunctionalTest

            class ThingTest(FunctionalTest):
                def test_it(self):
                    self.assertIsInstance(1, int)
                    list(map(self.failIf, []))
        """,
        "after": """
            from mylib.tests import FunctionalTest

            class ThingTest(FunctionalTest):
                def test_it(self):
                    self.assertIsInstance(1, int)
                    list(map(self.assertFalse, []))
        """,
    },
    {
        "name": "a mixin, and the class itself",
        "before": """
            from unittest import TestCase

            class Mixin:
                def check(self, value):
                    self.assertNotEquals(value, 1)
                    super().assertRegexpMatches(value, "a")
                    TestCase.failUnlessEqual(self, value, 2)

            class ThingTest(Mixin, TestCase):
                pass
        """,
        "after": """
            from unittest import TestCase

            class Mixin:
                def check(self, value):
                    self.assertNotEqual(value, 1)
                    super().assertRegex(value, "a")
                    TestCase.assertEqual(self, value, 2)

            class ThingTest(Mixin, TestCase):
                pass
        """,
    },
    {
        "name": "two classes with one mixin, and a class in a method",
        "before": """
            from mylib import Base, TestCase

            class Mixin:
                def check(self):
                    self.failUnless(1)

            class ThingTest(Mixin, TestCase):
                def test_it(self):
                    class Thing:
                        def use(this):
                            self.failUnless(2)

                        def check(self):
                            self.failUnless(3)

            class OtherTest(Base, Mixin):
                def test_it(self):
                    self.failUnless(4)
        """,
        "after": """
            from mylib import Base, TestCase

            class Mixin:
                def check(self):
                    self.assertTrue(1)

            class ThingTest(Mixin, TestCase):
                def test_it(self):
                    class Thing:
                        def use(this):
                            self.assertTrue(2)

                        def check(self):
                            self.failUnless(3)

            class OtherTest(Base, Mixin):
                def test_it(self):
                    self.assertTrue(4)
        """,
        "skips": 1,
    },
    {
        "name": "nothing tells that the base is unittest's",
        "before": """
            from sqlalchemy.testing import fixtures

            class ThingTest(fixtures.TestBase):
                def test_it(self):
                    self.assert_(True)
        """,
        "skips": 1,
    },
    {
        "name": "the class defines the old name itself",
        "before": """
            import unittest

            class Base(unittest.TestCase):
                def assertItemsEqual(self, first, second):
                    self.assertEqual(sorted(first), sorted(second))

            class ThingTest(Base):
                def test_it(self):
                    self.assertItemsEqual([1, 2], [2, 1])
        """,
        "skips": 0,
    },
    {
        "name": "the new name is defined by the old one",
        "before": """
            import unittest

            class Base(unittest.TestCase):
                def assertRaisesRegex(self, *args):
                    return self.assertRaisesRegexp(*args)
        """,
        "skips": 1,
    },
    {
        "name": "a test case that is passed on",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    check(self)

            def check(case):
                case.assertEquals(1, 1)
        """,
        "skips": 1,
    },
    {
        "name": "a self that is not the test case",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    def run(self):
                        self.assertEquals(1, 1)

                    Thing.run = run

                @staticmethod
                def check(self):
                    self.assertEquals(1, 1)
        """,
        "skips": 2,
    },
    {
        "name": "keywords that only Python 2 had",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    self.assertItemsEqual(expected_seq=[1, 2], actual_seq=[2, 1])
        """,
        "skips": 1,
    },
    {
        "name": "what has no name of today",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    self.assertDictContainsSubset({}, {})
        """,
        "skips": 1,
    },
    {
        "name": "a name in a string",
        "before": """
            import unittest

            class ThingTest(unittest.TestCase):
                def test_it(self):
                    getattr(self, "assertItemsEqual")([1, 2], [2, 1])
        """,
        "skips": 1,
    },
    {
        "name": "functions of those names",
        "before": """
            from numpy.testing import assert_
            import numpy as np

            assert_(True), np.testing.assert_(True)
        """,
    },
]

NEW_NAMES = {
    "assert_": "assertTrue",
    "assertAlmostEquals": "assertAlmostEqual",
    "assertEquals": "assertEqual",
    "assertItemsEqual": "assertCountEqual",
    "assertNotAlmostEquals": "assertNotAlmostEqual",
    "assertNotEquals": "assertNotEqual",
    "assertNotRegexpMatches": "assertNotRegex",
    "assertRaisesRegexp": "assertRaisesRegex",
    "assertRegexpMatches": "assertRegex",
    "failIf": "assertFalse",
    "failIfAlmostEqual": "assertNotAlmostEqual",
    "failIfEqual": "assertNotEqual",
    "failUnless": "assertTrue",
    "failUnlessAlmostEqual": "assertAlmostEqual",
    "failUnlessEqual": "assertEqual",
    "failUnlessRaises": "assertRaises",
}
NAMELESS = "assertDictContainsSubset"
#: Methods of unittest's test case by whose use one is known.
METHODS = {
    *NEW_NAMES.values(),
    "addCleanup",
    "assertDictEqual",
    "assertGreater",
    "assertGreaterEqual",
    "assertIn",
    "assertIs",
    "assertIsInstance",
    "assertIsNone",
    "assertIsNot",
    "assertIsNotNone",
    "assertLess",
    "assertLessEqual",
    "assertListEqual",
    "assertLogs",
    "assertMultiLineEqual",
    "assertNotIn",
    "assertNotIsInstance",
    "assertSequenceEqual",
    "assertSetEqual",
    "assertTupleEqual",
    "assertWarns",
    "skipTest",
    "subTest",
}
#: Keywords that the methods had in Python 2 alone.
OLD_KEYWORDS = {"actual_seq", "callableObj", "excClass", "expected_regexp", "expected_seq"}
SELF = {"self", "cls"}
UNKNOWN = "whether this is a test case of unittest does not show here"


class AssertAliases(Transform):
    DESCRIPTION = "Replace old names of unittest's methods by those of today."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: The classes of the file by their dotted names.
        self.classes: dict[str, TestClass] = {}
        #: The classes, functions and lambdas around the current node, innermost last.
        self.around: list[cst.ClassDef | cst.FunctionDef | cst.Lambda] = []
        #: Methods that are called with a keyword of Python 2.
        self.old_keywords: set[cst.BaseExpression] = set()

    # What the file tells of its classes

    def visit_Module(self, node: cst.Module) -> None:
        found = Classes()
        node.visit(found)
        for each in found.nodes:
            body = TestClass(each)
            each.body.visit(body)
            for name in self.qualified(each):
                self.classes[name] = body

    def bases_of(self, known: TestClass) -> set[str]:
        """Name what a class derives from; as it is written, where what that stands for is unknown."""
        found: set[str] = set()
        for each in known.node.bases:
            found |= self.qualified(each.value) or {self.module.code_for_node(each.value)}
        return found

    def lineage(self, name: str) -> set[str]:
        """Name a class and all that it derives from, as far as the file tells."""
        found: set[str] = set()
        new = {name}
        while new:
            found |= new
            new = {base for each in new if each in self.classes for base in self.bases_of(self.classes[each])} - found
        return found

    def relatives(self, name: str) -> set[str]:
        """Name every class that derives from, or passes on to, one that a class has to do with in this way."""
        lines = [self.lineage(each) for each in self.classes]
        found = self.lineage(name)
        size = 0
        while len(found) != size:
            size = len(found)
            own = found & self.classes.keys()
            found = found.union(*(line for line in lines if line & own))
        return found

    def is_test_case(self, name: str) -> bool:
        """Whether a class of the file is a test case, or a part of one."""
        family = self.relatives(name)
        if any(each.endswith("TestCase") and each not in self.classes for each in family):
            return True
        return any(METHODS & self.classes[each].used for each in family if each in self.classes)

    def defines(self, name: str, attribute: str) -> bool:
        """Whether a class of the file, or another of it that it derives from, has an attribute of its own."""
        return any(attribute in self.classes[each].defined for each in self.lineage(name) if each in self.classes)

    # Where the walk is

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.around.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.around.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.around.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.around.pop()
        return updated_node

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.around.append(node)

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.Lambda:
        self.around.pop()
        return updated_node

    def owner(self, name: str) -> cst.ClassDef | None:
        """Find the class of whose methods a name is the first parameter; ``super`` counts as one."""
        for index in range(len(self.around) - 1, 0, -1):
            function, outside = self.around[index], self.around[index - 1]
            if isinstance(function, cst.ClassDef):
                continue
            is_method = isinstance(function, cst.FunctionDef) and isinstance(outside, cst.ClassDef)
            if name == "super" or name in parameters_of(function):
                is_first = name == "super" or parameters_of(function)[0] == name
                is_static = isinstance(function, cst.FunctionDef) and has_decorator(function, "staticmethod")
                found = outside if is_method and is_first and not is_static else None
                return found if isinstance(found, cst.ClassDef) else None
        return None

    # What changes, and what does not

    def visit_Call(self, node: cst.Call) -> None:
        if any(each.keyword is not None and each.keyword.value in OLD_KEYWORDS for each in node.args):
            self.old_keywords.add(node.func)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if any(name in node.value for name in MENTIONS) and node.raw_value in NEW_NAMES:
            self.skip(node, "a string that names it")

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        old = original_node.attr.value
        if old == NAMELESS and is_receiver(original_node.value):
            self.skip(original_node, f"{NAMELESS} has no name of today")
        if old not in NEW_NAMES:
            return updated_node
        new = NEW_NAMES[old]
        reason = self.obstacle(original_node, old=old, new=new)
        if reason is None:
            return updated_node
        if reason:
            self.skip(original_node, reason)
            return updated_node
        return updated_node.with_changes(attr=updated_node.attr.with_changes(value=new))

    def obstacle(self, node: cst.Attribute, *, old: str, new: str) -> str | None:
        """Say why an attribute cannot be renamed: empty where it can, ``None`` where it is none of ours."""
        if node in self.old_keywords:
            return "a keyword that only Python 2 had"
        if self.refers_to(node, f"unittest.TestCase.{old}"):
            return ""
        if is_receiver(node.value):
            owner = self.owner(receiver(node.value))
            return UNKNOWN if owner is None else self.obstacle_of(owner, old=old, new=new)
        found = self.qualified(node)
        is_of_value = any("<locals>" in name for name in found) or (not found and old != "assert_")
        return UNKNOWN if is_of_value else None

    def obstacle_of(self, owner: cst.ClassDef, *, old: str, new: str) -> str | None:
        """Say why what the methods of a class call cannot be renamed, in the same way."""
        names = self.qualified(owner)
        if any(self.defines(name, old) for name in names):
            return None
        if any(self.defines(name, new) for name in names):
            return f"the class has an {new} of its own"
        return "" if all(self.is_test_case(name) for name in names) else UNKNOWN


class Classes(cst.CSTVisitor):
    """Every class of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.ClassDef] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.nodes.append(node)


class TestClass(cst.CSTVisitor):
    """What one class defines in its body, and which attributes of ``self`` it uses."""

    def __init__(self, node: cst.ClassDef) -> None:
        super().__init__()
        self.node = node
        self.defined: set[str] = set()
        self.used: set[str] = set()
        self.functions = 0
        #: What the method around calls its first parameter.
        self.first = ""

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False  # it has an entry of its own

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if not self.functions:
            self.defined.add(node.name.value)
            self.first = next(iter(parameters_of(node)), "")
        self.functions += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.functions -= 1

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if isinstance(node.target, cst.Name) and not self.functions:
            self.defined.add(node.target.value)
        if isinstance(node.target, cst.Attribute) and is_receiver(node.target.value):
            self.defined.add(node.target.attr.value)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if receiver(node.value) in {self.first, "super"}:
            self.used.add(node.attr.value)


def receiver(node: cst.BaseExpression) -> str:
    """Give the name of what an attribute is taken of; ``super`` for ``super()``, empty for what has none."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "super":
        return "super"
    return node.value if isinstance(node, cst.Name) else ""


def is_receiver(node: cst.BaseExpression) -> bool:
    """Whether an expression is ``self``, ``cls`` or ``super()``."""
    return receiver(node) in {*SELF, "super"}


def parameters_of(function: cst.FunctionDef | cst.Lambda) -> list[str]:
    """Name the parameters of a function that can be passed by position."""
    return [each.name.value for each in (*function.params.posonly_params, *function.params.params)]


def has_decorator(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function is decorated by a plain name."""
    return any(isinstance(each.decorator, cst.Name) and each.decorator.value == name for each in function.decorators)
