# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "call super without arguments"
# ///
"""Call ``super()`` without the arguments that Python 3 finds itself: ``super(Class, self)`` becomes ``super()``.

Only where it is certainly the same: directly in a method, with the class whose body the method stands in and with the
method's first parameter. In a class method that is ``super(Class, cls)``.

Left and listed, with the reason:

- inside of a function, a lambda or a comprehension in the method: ``super()`` finds no first parameter there;
- another class than the one around it, also one higher up, which leaves classes out on purpose; ``self.__class__``;
- a class whose name is bound a second time, or that has a decorator that may put another class in its place
  (``six.add_metaclass`` does; ``total_ordering``, ``dataclass`` and some others do not);
- a parameter that is bound to something else in the method, and a static method;
- a call with a comment in it.

``super(Class, self)`` with another name of ``super``, with one argument or with none is left alone.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m
from libcst.metadata import ClassScope, FunctionScope

from autotransform.codemod import Transform

MENTIONS = ["super"]
TARGETS = ["builtins.super"]

#: Decorators that give the class back that they get; what is inside of them counts, too.
HARMLESS = (
    "functools.total_ordering",
    "typing.final",
    "typing.runtime_checkable",
    "django.utils.encoding.python_2_unicode_compatible",
    "django.utils.six.python_2_unicode_compatible",
    "django.utils.deconstruct.deconstructible",
    "django.utils.decorators.method_decorator",
    "django.contrib.admin.register",
    "django.test.override_settings",
    "django.test.utils.override_settings",
    "six.python_2_unicode_compatible",
    "zope.interface.implementer",
    "unittest.skip",
    "unittest.skipIf",
    "unittest.skipUnless",
    "unittest.mock.patch",
    "mock.patch",
    "pytest.mark",
)
DATACLASSES = "dataclasses.dataclass"

CASES = [
    {
        "name": "a method",
        "before": """
            class A(B):
                def __init__(self, x, *args, **kwargs):
                    super(A, self).__init__(x, *args, **kwargs)  # first

                async def f(self):
                    if self.x:
                        return [await super(A, self).f()]
        """,
        "after": """
            class A(B):
                def __init__(self, x, *args, **kwargs):
                    super().__init__(x, *args, **kwargs)  # first

                async def f(self):
                    if self.x:
                        return [await super().f()]
        """,
    },
    {
        "name": "class methods, properties, and a class that is made in new",
        "before": """
            class A(B):
                def __new__(cls, *args):
                    return super(A, cls).__new__(cls, *args)

                @classmethod
                def make(klass):
                    return super(A, klass).make()

                @property
                def size(this):
                    return super(
                        A,
                        this,
                    ).size
        """,
        "after": """
            class A(B):
                def __new__(cls, *args):
                    return super().__new__(cls, *args)

                @classmethod
                def make(klass):
                    return super().make()

                @property
                def size(this):
                    return super().size
        """,
    },
    {
        "name": "a class in a class, in a function",
        "before": """
            def test():
                class A(B):
                    class Meta(C):
                        def f(self, /):
                            super(Meta, self).f()

                    def f(self):
                        super(A, self).f()
        """,
        "after": """
            def test():
                class A(B):
                    class Meta(C):
                        def f(self, /):
                            super(Meta, self).f()

                    def f(self):
                        super().f()
        """,
        "skips": 1,
    },
    {
        "name": "a decorator that gives the class back",
        "before": """
            import functools
            from dataclasses import dataclass

            @functools.total_ordering
            @dataclass(frozen=True)
            class A(B):
                def __post_init__(self):
                    super(A, self).__post_init__()
        """,
        "after": """
            import functools
            from dataclasses import dataclass

            @functools.total_ordering
            @dataclass(frozen=True)
            class A(B):
                def __post_init__(self):
                    super().__post_init__()
        """,
    },
    {
        "name": "inside of a function, a lambda or a comprehension",
        "before": """
            class A(B):
                def f(self):
                    def g():
                        return super(A, self).f()
                    h = lambda: super(A, self).f()
                    return [super(A, self).f() for _ in range(3)], g, h
        """,
        "skips": 3,
    },
    {
        "name": "another class",
        "before": """
            class A(B):
                def f(self):
                    super(B, self).f()
                    super(self.__class__, self).f()
                    super(type(self), self).f()
                    super(A, *self).f()
        """,
        "skips": 4,
    },
    {
        "name": "another object than the first parameter",
        "before": """
            class A(B):
                def f(self, other):
                    super(A, other).f()

                @staticmethod
                def g(self):
                    super(A, self).g()

                def h(*args):
                    super(A, args[0]).h()
        """,
        "skips": 3,
    },
    {
        "name": "the parameter is bound to something else",
        "before": """
            class A(B):
                def f(self):
                    self = self.copy()
                    super(A, self).f()
        """,
        "skips": 1,
    },
    {
        "name": "the class is bound again",
        "before": """
            class A(B):
                def f(self):
                    super(A, self).f()

            A = register(A)
        """,
        "skips": 1,
    },
    {
        "name": "a decorator may put another class in its place",
        "before": """
            import six
            from dataclasses import dataclass

            @six.add_metaclass(Meta)
            class A(B):
                def f(self):
                    super(A, self).f()

            @dataclass(slots=True)
            class C(B):
                def f(self):
                    super(C, self).f()
        """,
        "skips": 2,
    },
    {
        "name": "a comment in the call",
        "before": """
            class A(B):
                def f(self):
                    super(
                        A,  # not B
                        self,
                    ).f()
        """,
        "skips": 1,
    },
    {
        "name": "a function that becomes a method later",
        "before": """
            class A(B):
                pass

            def f(self):
                return super(A, self).f()

            A.f = f
        """,
        "skips": 1,
    },
    {
        "name": "without arguments, with one, and another function",
        "before": """
            class A(B):
                parent = super(B)

                def f(self):
                    super().f()
                    self.super(A, self)
                    super(A)

            def g(super, A, self):
                super(A, self)
        """,
        "skips": 0,
    },
    {
        "name": "the default of a parameter, and a nested name",
        "before": """
            class A(B):
                def f(self, size=super(A, 1)):
                    super(outer.A, self).f()
        """,
        "skips": 2,
    },
]


class SuperArguments(Transform):
    DESCRIPTION = "Call super() without the arguments that Python 3 finds itself."

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        is_super = isinstance(original_node.func, cst.Name) and original_node.func.value == "super"
        if not is_super or not original_node.args[1:] or not self.refers_to(original_node.func, "builtins.super"):
            return updated_node
        reason = self.obstacle(original_node)
        if reason:
            self.skip(original_node, reason)
            return updated_node
        return updated_node.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))

    def obstacle(self, call: cst.Call) -> str:
        """Say why a call with two arguments has to stay; empty where it need not."""
        scope = self.names.scopes.scope(call)
        if not isinstance(scope, FunctionScope) or not isinstance(scope.node, cst.FunctionDef):
            return "not directly in a method"
        around = scope.parent
        if not isinstance(around, ClassScope) or not isinstance(around.node, cst.ClassDef):
            return "not directly in a method"
        if m.findall(call, m.Comment()):
            return "a comment in the call"
        if call.args[2:] or any(each.star or each.keyword for each in call.args):
            return "arguments that are not known"
        named, first = (each.value for each in call.args[:2])
        if not isinstance(named, cst.Name) or not isinstance(first, cst.Name):
            return "not the class and the first parameter by their names"
        return self.obstacle_of_class(named, around.node) or self.obstacle_of_method(first, scope.node)

    def obstacle_of_class(self, named: cst.Name, node: cst.ClassDef) -> str:
        if named.value != node.name.value:
            return "another class than the one around it"
        variable = self.names.scopes.variable(named)
        if variable is None or {getattr(each, "node", None) for each in variable.assignments} != {node}:
            return "the name of the class stands for something else, too, or for nothing here"
        if not all(self.is_harmless(each.decorator) for each in node.decorators):
            return "a decorator may put another class in the place of this one"
        return ""

    def obstacle_of_method(self, first: cst.Name, node: cst.FunctionDef) -> str:
        params = [*node.params.posonly_params, *node.params.params]
        if not params or params[0].name.value != first.value:
            return "not the first parameter of the method"
        if any(self.refers_to(each.decorator, "builtins.staticmethod") for each in node.decorators):
            return "a static method"
        variable = self.names.scopes.variable(first)
        if variable is None or {getattr(each, "node", None) for each in variable.assignments} != {params[0]}:
            return "the first parameter is bound to something else, too"
        return ""

    def is_harmless(self, decorator: cst.BaseExpression) -> bool:
        """Whether a decorator of a class gives the very class back."""
        called = decorator.func if isinstance(decorator, cst.Call) else decorator
        if self.refers_to(called, DATACLASSES):
            return not isinstance(decorator, cst.Call) or self.find_argument(decorator, keyword="slots") is None
        names = self.qualified(called)
        return bool(names) and all(self.is_listed(name) for name in names)

    def is_listed(self, name: str) -> bool:
        return any(name == each or name.startswith(f"{each}.") for each in HARMLESS)
