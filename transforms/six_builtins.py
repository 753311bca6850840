# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use what Python 3 has instead of six"
# ///
"""Replace what Python 3 has itself by that: ``six.text_type`` by ``str``, ``six.iteritems(d)`` by ``d.items()``.

- ``text_type``, ``binary_type``, ``unichr``, ``next``, ``advance_iterator`` and ``callable`` become builtins.
- ``string_types``, ``integer_types`` and ``class_types`` become ``str``, ``int`` and ``type`` where they say what
  ``isinstance`` and ``issubclass`` look for. Elsewhere they are tuples, and become ``(str,)``, ``(int,)``, ``(type,)``.
- ``iteritems(d)``, ``itervalues(d)`` and ``iterkeys(d)`` become ``d.items()``, ``d.values()`` and ``d.keys()`` where
  something runs through them at once (``for``, comprehensions, ``list``, ``sorted`` and the like), and
  ``iter(d.items())`` and so on elsewhere. ``viewitems(d)`` and its kin become ``d.items()``.
- ``u("text")`` and ``b("text")`` become literals.
- Of ``six.moves``: ``range``, ``xrange``, ``zip``, ``map``, ``filter``, ``input`` become builtins; functions and
  classes that live in another module now (``reduce``, ``zip_longest``, ``StringIO`` …) are imported from there; so is
  what is imported from a module inside of ``six.moves``, such as ``six.moves.urllib.parse``.

Copies of six inside of other packages (``django.utils.six``) are treated alike. Imports that nothing uses any more go.
Everything else of six is left and listed, whether it needs a person (``PY2``, ``add_metaclass``, ``with_metaclass``,
``reraise``) or more than a new name (modules that are used through ``six.moves``). Places where a variable hides the
builtin are left and listed, too.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from autotransform.codemod import Transform

MENTIONS = ["six"]
TARGETS = [
    "six.text_type",
    "six.binary_type",
    "six.string_types",
    "six.integer_types",
    "six.iteritems",
    "six.itervalues",
    "six.iterkeys",
]

BUILTINS = {
    "six.text_type": "str",
    "six.binary_type": "bytes",
    "six.unichr": "chr",
    "six.next": "next",
    "six.advance_iterator": "next",
    "six.callable": "callable",
    "six.moves.range": "range",
    "six.moves.xrange": "range",
    "six.moves.zip": "zip",
    "six.moves.map": "map",
    "six.moves.filter": "filter",
    "six.moves.input": "input",
}
TUPLES = {"six.string_types": "str", "six.integer_types": "int", "six.class_types": "type"}
METHODS = {
    "six.iteritems": "items",
    "six.itervalues": "values",
    "six.iterkeys": "keys",
    "six.viewitems": "items",
    "six.viewvalues": "values",
    "six.viewkeys": "keys",
}
LITERALS = {"six.u": "", "six.b": "b"}
MOVED = {
    "six.StringIO": ("io", "StringIO"),
    "six.BytesIO": ("io", "BytesIO"),
    "six.moves.StringIO": ("io", "StringIO"),
    "six.moves.cStringIO": ("io", "StringIO"),
    "six.moves.UserDict": ("collections", "UserDict"),
    "six.moves.UserList": ("collections", "UserList"),
    "six.moves.UserString": ("collections", "UserString"),
    "six.moves.filterfalse": ("itertools", "filterfalse"),
    "six.moves.zip_longest": ("itertools", "zip_longest"),
    "six.moves.getcwd": ("os", "getcwd"),
    "six.moves.getcwdb": ("os", "getcwdb"),
    "six.moves.intern": ("sys", "intern"),
    "six.moves.reduce": ("functools", "reduce"),
    "six.moves.reload_module": ("importlib", "reload"),
    "six.moves.shlex_quote": ("shlex", "quote"),
}
#: Modules inside of six.moves that have another name in Python 3 than their last part.
MODULES = {
    "urllib.parse": "urllib.parse",
    "urllib.request": "urllib.request",
    "urllib.error": "urllib.error",
    "urllib.response": "urllib.response",
    "urllib.robotparser": "urllib.robotparser",
    "urllib_parse": "urllib.parse",
    "urllib_error": "urllib.error",
    "configparser": "configparser",
    "cPickle": "pickle",
    "queue": "queue",
    "http_client": "http.client",
    "http_cookies": "http.cookies",
    "http_cookiejar": "http.cookiejar",
    "html_entities": "html.entities",
    "html_parser": "html.parser",
    "BaseHTTPServer": "http.server",
    "SimpleHTTPServer": "http.server",
    "socketserver": "socketserver",
    "xmlrpc_client": "xmlrpc.client",
    "builtins": "builtins",
    "copyreg": "copyreg",
    "_thread": "_thread",
}
KNOWN = frozenset({*BUILTINS, *TUPLES, *METHODS, *LITERALS, *MOVED})
#: Builtins that run through their first argument at once.
CONSUMERS = tuple(
    f"builtins.{name}"
    for name in ("all", "any", "dict", "enumerate", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple")
)

CASES = [
    {
        "name": "types, and where they are looked for",
        "before": """
            import six

            def f(x):
                if isinstance(x, six.string_types) or issubclass(x, (six.integer_types, float)):
                    return six.text_type(x)
                return six.binary_type
        """,
        "after": """
            def f(x):
                if isinstance(x, str) or issubclass(x, (int, float)):
                    return str(x)
                return bytes
        """,
    },
    {
        "name": "a tuple stays one elsewhere",
        "before": """
            import six

            TEXTS = six.string_types + (bytes,)
            ok = isinstance(x, six.integer_types + (float,))
            for kind in six.string_types:
                pass
        """,
        "after": """
            TEXTS = (str,) + (bytes,)
            ok = isinstance(x, (int,) + (float,))
            for kind in (str,):
                pass
        """,
    },
    {
        "name": "the same class twice",
        "before": """
            import six

            ok = isinstance(x, (six.string_types, six.text_type, six.binary_type))
        """,
        "after": """
            ok = isinstance(x, (str, bytes))
        """,
    },
    {
        "name": "methods of dictionaries",
        "before": """
            from six import iteritems, itervalues
            import six

            for key, value in iteritems(d):
                rows = [row for row in itervalues(value or {})]
            names = sorted(six.iterkeys(d), key=len)
            first = next(six.iteritems(d))
            both = six.viewkeys(d) & other
        """,
        "after": """
            for key, value in d.items():
                rows = [row for row in (value or {}).values()]
            names = sorted(d.keys(), key=len)
            first = next(iter(d.items()))
            both = d.keys() & other
        """,
    },
    {
        "name": "builtins that six.moves has under their own names",
        "before": '''
            """Text."""

            from six.moves import range, zip as izip

            import os

            pairs = izip(range(3), os.listdir())
        ''',
        "after": '''
            """Text."""

            import os

            pairs = zip(range(3), os.listdir())
        ''',
    },
    {
        "name": "what lives in another module now",
        "before": """
            from six.moves import input, reduce, xrange

            total = reduce(max, xrange(input()))
        """,
        "after": """
            from functools import reduce

            total = reduce(max, range(input()))
        """,
    },
    {
        "name": "modules inside of six.moves",
        "before": """
            from six.moves.urllib.parse import quote, urlencode as encode
            from six.moves.cPickle import (
                dumps,  # comment
            )
        """,
        "after": """
            from urllib.parse import quote, urlencode as encode
            from pickle import (
                dumps,  # comment
            )
        """,
    },
    {
        "name": "literals",
        "before": r"""
            import six

            a = six.u("text") + six.u('caf\\xe9')
            b = six.b("bytes") + six.b("\xff")
        """,
        "after": r"""
            a = "text" + 'caf\\xe9'
            b = b"bytes" + b"\xff"
        """,
    },
    {
        "name": "a copy of six",
        "before": """
            from django.utils import six
            from django.utils.six.moves import zip

            names = [six.text_type(a) for a, b in zip(c, d)]
        """,
        "after": """
            names = [str(a) for a, b in zip(c, d)]
        """,
    },
    {
        "name": "what needs a person",
        "before": """
            import six
            from six import PY3, add_metaclass

            if six.PY2:
                chars = unicode

            @add_metaclass(Meta)
            class A(six.with_metaclass(Meta, object)):
                new = PY3
        """,
        "skips": 4,
    },
    {
        "name": "a variable hides the builtin",
        "before": """
            import six

            def f(str, int=0):
                return six.text_type(str)

            class Field:
                str = six.text_type
                text = six.text_type
        """,
        "skips": 3,
    },
    {
        "name": "another argument, and no call",
        "before": """
            import six

            a = six.iteritems(d, multi=True)
            b = map(six.itervalues, ds)
            c = six.u(text)
            e = six.b("\\u20ac")
        """,
        "skips": 4,
    },
    {
        "name": "modules that are used through six.moves",
        "before": """
            import six
            from six.moves import configparser

            a = six.moves.urllib.parse.quote(b)
            c = configparser.ConfigParser()
        """,
        "skips": 2,
    },
    {
        "name": "an import that may be there for others",
        "before": """
            from six.moves import range, zip  # noqa: F401

            print(range(3))
        """,
    },
    {
        "name": "a fallback for where six is missing",
        "before": """
            try:
                from six.moves import range
            except ImportError:
                pass

            print(range(3))
        """,
    },
    {
        "name": "exported to others",
        "before": """
            from six.moves import range

            __all__ = ["range"]
            print(range(3))
        """,
    },
    {
        "name": "a comment inside of what would go",
        "before": """
            import six

            for key in six.iterkeys(
                d  # all of it
            ):
                print(key)
        """,
        "skips": 1,
    },
    {
        "name": "other things called six",
        "before": """
            import sixth

            six = sixth.number()
            six.text_type, sixth.six.text_type

            def f(six):
                return six.iteritems(six)
        """,
        "skips": 0,
    },
]


class SixBuiltins(Transform):
    DESCRIPTION = "Replace what Python 3 has itself by that: six.text_type by str, six.iteritems(d) by d.items()."

    def visit_Module(self, node: cst.Module) -> None:
        self.found = SixImports()
        node.visit(self.found)
        #: Expressions that something runs through at once.
        self.consumed: set[cst.CSTNode] = set()
        #: Expressions that say which classes `isinstance` looks for.
        self.classes: set[cst.CSTNode] = set()
        #: Functions of six that are called: their calls are replaced as a whole.
        self.called: set[cst.CSTNode] = set()
        self.redundant = self.find_redundant(node)

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return without_names(updated_node, self.redundant) if self.redundant else updated_node

    # Imports

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # imports are mended by need_import and drop_import

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        is_moves = path_of(node).endswith("six.moves") and not isinstance(node.names, cst.ImportStar)
        for each in node.names if is_moves and not isinstance(node.names, cst.ImportStar) else ():
            if f"six.moves.{each.evaluated_name}" not in KNOWN:
                self.skip(each, "a module that is used through six.moves")
        return False

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        before, _, inside = path_of(original_node).rpartition("six.moves.")
        module = MODULES.get(inside)
        if module is None or (before and not before.endswith(".")) or original_node.relative:
            return updated_node
        return updated_node.with_changes(module=cst.parse_expression(module))

    def find_redundant(self, module: cst.Module) -> frozenset[str]:
        """Name the builtins that are imported under their own names, for this file only."""
        names = set()
        for name in self.found.builtins & self.found.used - self.found.kept - self.found.exported:
            variable = self.names.scopes.find(name, scope=self.names.scopes.scope(module))
            found = self.names.of_variable(variable) if variable else frozenset()
            if {normal(each) for each in found} == {f"six.moves.{name}"}:
                names.add(name)
        return frozenset() if self.names.star_modules else frozenset(names)

    # Where things stand

    def visit_For(self, node: cst.For) -> None:
        self.consumed.add(node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.consumed.add(node.iter)

    def visit_Call(self, node: cst.Call) -> None:
        if not self.found.locals:
            return
        if node.args and not node.args[0].keyword and self.is_call_of(node, *CONSUMERS):
            self.consumed.add(node.args[0].value)
        classes = self.find_argument(node, position=1)
        if classes is not None and self.is_call_of(node, "builtins.isinstance", "builtins.issubclass"):
            self.note_classes(classes.value)
        if self.name_of(node.func) in {*METHODS, *LITERALS}:
            self.called.add(node.func)

    def is_call_of(self, call: cst.Call, *names: str) -> bool:
        is_plain = isinstance(call.func, cst.Name) and f"builtins.{call.func.value}" in names
        return is_plain and self.refers_to(call.func, *names)

    def note_classes(self, node: cst.BaseExpression) -> None:
        self.classes.add(node)
        for each in node.elements if isinstance(node, cst.Tuple) else ():
            self.note_classes(each.value)

    # What is replaced

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if original_node.func not in self.called:
            return updated_node
        name = self.name_of(original_node.func)
        new = self.literal(updated_node, name) if name in LITERALS else self.method(original_node, updated_node, name)
        if new is None:
            self.skip(original_node, f"this call of {name} is not one that is known")
            return updated_node
        self.drop(original_node.func)
        return new

    def method(self, original: cst.Call, updated: cst.Call, name: str) -> cst.BaseExpression | None:
        if len(updated.args) != 1 or updated.args[0].keyword or updated.args[0].star or loses_comment(updated):
            return None
        needs_iter = name.startswith("six.iter") and original not in self.consumed
        if needs_iter and not self.is_free("iter", original):
            return None
        template = f"iter({{value}}.{METHODS[name]}())" if needs_iter else f"{{value}}.{METHODS[name]}()"
        return self.expression(template, value=updated.args[0].value)

    def literal(self, call: cst.Call, name: str) -> cst.BaseExpression | None:
        if len(call.args) != 1 or call.args[0].keyword or loses_comment(call):
            return None
        text = call.args[0].value
        if not isinstance(text, cst.SimpleString) or text.prefix:
            return None
        if name == "six.b" and (not text.value.isascii() or any(each in text.value for each in ("\\u", "\\U", "\\N"))):
            return None
        return text.with_changes(value=LITERALS[name] + text.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return self.name_of(node) not in KNOWN

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        if original_node not in self.classes or updated_node.deep_equals(original_node):
            return updated_node
        return without_repetitions(updated_node)

    def replaced(self, original: cst.Name | cst.Attribute, updated: cst.Name | cst.Attribute) -> cst.BaseExpression:
        name = self.name_of(original)
        if not name or original in self.called:
            return updated
        new = BUILTINS.get(name) or TUPLES.get(name)
        if new is not None:
            if not self.is_free(new, original):
                if not (isinstance(original, cst.Name) and original.value == new):
                    self.skip(original, f"`{new}` is something else here")
                return updated
            self.drop(original)
            return self.expression(f"({new},)") if name in TUPLES and original not in self.classes else cst.Name(new)
        if name in MOVED:
            self.drop(original)
            return self.expression(self.need_import(*MOVED[name]))
        self.list_other(original, name)
        return updated

    def list_other(self, node: cst.Name | cst.Attribute, name: str) -> None:
        if name in KNOWN:
            self.skip(node, "a function that is handed on without a call")
        elif name == "six.moves" and isinstance(node, cst.Attribute):
            self.skip(node, "a module that is used through six.moves")
        elif name.count(".") == 1 and name != "six.moves":
            self.skip(node, f"{name} has no plain word in its place")

    # Names

    def name_of(self, node: cst.BaseExpression) -> str:
        """Give the name in six for which an original node stands; empty for anything else."""
        base = node
        while isinstance(base, cst.Attribute):
            base = base.value
        if not isinstance(base, cst.Name) or base.value not in self.found.locals:
            return ""
        names = {normal(each) for each in self.qualified(node)}
        return names.pop() if len(names) == 1 else ""

    def is_free(self, builtin: str, node: cst.CSTNode) -> bool:
        """Whether a word is the builtin where an original node stands."""
        variable = self.names.scopes.find(builtin, scope=self.names.scopes.scope(node))
        return variable is not None and variable.is_builtin and not self.names.star_modules

    def drop(self, node: cst.BaseExpression) -> None:
        """Have the imports go through which an original node reached six."""
        for each in sorted(self.names.qualified(node)):  # as this file imports it, not as it is called elsewhere
            parts = each.split(".")
            for length in range(1, len(parts)):
                module = ".".join(parts[:length])
                self.drop_import(module)
                self.drop_import(module, parts[length])


class SixImports(cst.CSTVisitor):
    """The imports of six in a file, and what is known of the names that they bind."""

    def __init__(self) -> None:
        super().__init__()
        #: What the file calls six or something in it.
        self.locals: set[str] = set()
        #: Builtins that are imported from six.moves under their own names, at the top of the file.
        self.builtins: set[str] = set()
        #: Of these, those that are imported in a way that they had better stay.
        self.kept: set[str] = set()
        self.used: set[str] = set()
        self.exported: set[str] = set()
        self.depth = 0

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for each in node.body:
            if isinstance(each, cst.ImportFrom) and path_of(each).endswith("six.moves"):
                is_plain = (
                    not self.depth and len(node.body) == 1 and not m.findall(node.trailing_whitespace, m.Comment())
                )
                self.note_builtins(each, is_plain=is_plain and not m.findall(each, m.Comment()))

    def note_builtins(self, node: cst.ImportFrom, *, is_plain: bool) -> None:
        for each in () if isinstance(node.names, cst.ImportStar) else node.names:
            if BUILTINS.get(f"six.moves.{each.evaluated_name}") == each.evaluated_name and each.asname is None:
                (self.builtins if is_plain else self.kept).add(each.evaluated_name)

    def visit_Import(self, node: cst.Import) -> bool:
        self.locals |= {
            each.evaluated_alias or each.evaluated_name.partition(".")[0]
            for each in node.names
            if "six" in each.evaluated_name.split(".")
        }
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        names = () if isinstance(node.names, cst.ImportStar) else node.names
        is_inside = "six" in path_of(node).split(".")
        self.locals |= {
            each.evaluated_alias or each.evaluated_name for each in names if is_inside or each.evaluated_name == "six"
        }
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.used.add(node.value)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.exported.add(node.raw_value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.depth += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.depth -= 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.depth += 1

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.depth -= 1

    def visit_If(self, node: cst.If) -> None:
        self.depth += 1

    def leave_If(self, original_node: cst.If) -> None:
        self.depth -= 1

    def visit_Try(self, node: cst.Try) -> None:
        self.depth += 1

    def leave_Try(self, original_node: cst.Try) -> None:
        self.depth -= 1


def path_of(node: cst.ImportFrom) -> str:
    """Write down the module that is imported from, without leading dots."""
    return cst.Module(body=()).code_for_node(node.module) if node.module else ""


def normal(name: str) -> str:
    """Give the name in six itself for one in a copy of six; empty for what is not in six."""
    parts = name.split(".")
    return ".".join(parts[parts.index("six") :]) if "six" in parts else ""


def loses_comment(call: cst.Call) -> bool:
    """Whether a comment stands in a call, but not inside of its argument."""
    return len(m.findall(call, m.Comment())) > len(m.findall(call.args[0].value, m.Comment()))


def without_repetitions(classes: cst.Tuple) -> cst.Tuple:
    """Leave out what a tuple of classes names already."""
    seen: set[str] = set()
    kept = []
    for each in classes.elements:
        if isinstance(each.value, cst.Name) and each.value.value in seen:
            continue
        if isinstance(each.value, cst.Name):
            seen.add(each.value.value)
        kept.append(each)
    if len(kept) == len(classes.elements) or m.findall(classes, m.Comment()):
        return classes
    last = classes.elements[-1].comma
    if len(kept) == 1 and not isinstance(last, cst.Comma):
        last = cst.Comma()
    return classes.with_changes(elements=[*kept[:-1], kept[-1].with_changes(comma=last)])


def without_names(module: cst.Module, names: frozenset[str]) -> cst.Module:
    """Take names out of the imports from six.moves at the top of an updated module."""
    body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
    gap: list[cst.EmptyLine] = []
    for line in module.body:
        rest: cst.SimpleStatementLine | cst.BaseCompoundStatement | None = line
        if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
            rest = without_names_in_line(line, names)
        if rest is None:
            gap += [each for each in line.leading_lines if each.comment or not gap]
            continue
        if gap:
            first = rest.leading_lines
            own = [*gap, *first] if any(each.comment for each in gap) or not first else first
            rest, gap = rest.with_changes(leading_lines=own), []
        body.append(rest)
    return module.with_changes(body=body)


def without_names_in_line(line: cst.SimpleStatementLine, names: frozenset[str]) -> cst.SimpleStatementLine | None:
    """Take names out of one import; nothing is left where it had no others."""
    statement = line.body[0]
    if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        return line
    if not path_of(statement).endswith("six.moves"):
        return line
    kept = [each for each in statement.names if each.asname is not None or each.evaluated_name not in names]
    if len(kept) == len(statement.names):
        return line
    if not kept:
        return None
    kept[-1] = kept[-1].with_changes(comma=statement.names[-1].comma)
    return line.with_changes(body=[statement.with_changes(names=kept)])
