"""Each fault that the checks know, planted once, beside the same thing written right."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import libcst.codemod
import pytest

from autotransform.script import find_problems, parse

ROOT = Path(__file__).parents[2]
CHECKS = [*sorted((ROOT / "autotransform" / "script" / "checks").glob("*.py"))]
HEAD = """\
import re
import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodCommand, ContextAwareTransformer, SkipFile, VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import FullyQualifiedNameProvider, PositionProvider, QualifiedNameProvider
from autotransform.codemod import Transform
"""


def source(text: str) -> str:
    """Give a whole script: a text that holds no class becomes the body of a transform's class."""
    text = textwrap.dedent(text).strip("\n") + "\n"
    if not re.search(r"^class A\b", text, flags=re.MULTILINE):
        text = "class A(Transform):\n" + textwrap.indent(text, "    ")
    return HEAD + text


def codes(text: str) -> list[str]:
    return [problem.code for problem in find_problems(parse(source(text), name="probe", entry="A"))]


def leave(kind: str, *lines: str) -> str:
    """Give a ``leave_…`` method that ends as it should."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"def leave_{kind}(self, original_node, updated_node):\n{body}\n    return updated_node\n"


def visit(kind: str, *lines: str) -> str:
    return f"def visit_{kind}(self, node):\n" + "\n".join(f"    {line}" for line in lines) + "\n"


def declaring(providers: str, *lines: str) -> str:
    """Give a stock codemod that declares metadata."""
    method = "".join(f"        {line}\n" for line in lines or ["pass"])
    declared = f"    METADATA_DEPENDENCIES = {providers}\n    def visit_Call(self, node):\n"
    return f"class A(VisitorBasedCodemodCommand):\n{declared}{method}"


#: A transform to stand below what is said at the top of a script.
VISIT = "\nclass A(Transform):\n    def visit_Call(self, node): ..."
RETURN = "def leave_Call(self, original_node, updated_node):\n    if updated_node.args:\n        return updated_node\n"
STARTED = "class A(CodemodCommand):\n    def transform_module_impl(self, tree): return tree\n"
#: Code, a script with the fault, the same without it.
FAULTS = [
    # What LibCST calls
    ("unknown-visitor", leave("FunctionCall"), leave("Call")),
    ("unknown-visitor", visit("call", "pass"), visit("Call", "pass")),
    ("unknown-visitor", visit("Call_arguments", "pass"), visit("Call_args", "pass")),
    ("unknown-visitor", leave("Constant") + leave("Call"), "def leave_no_trace(self): ...\n" + leave("Call")),
    ("unknown-visitor", leave("Thing") + leave("Call"), leave("Thing") + leave("Call", "self.leave_Thing(1, 2)")),
    ("visitor-parameters", "def leave_Call(self, node):\n    return node", leave("Call")),
    ("visitor-parameters", "def visit_Call(self): ...", "def visit_Call(self, node, depth=0): ..."),
    ("visitor-parameters", "def visit_Call(self, node, *, depth): ...", "def visit_Call(self, *nodes): ..."),
    (
        "visitor-parameters",
        "class A(m.MatcherDecoratableVisitor):\n    def leave_Call(self, original_node, updated_node): ...",
        "class A(m.MatcherDecoratableVisitor):\n    def leave_Call(self, original_node): ...",
    ),
    ("matched-visitor", "@m.leave(m.Call())\n" + leave("Call"), "@m.leave(m.Call())\n" + leave("any_call")),
    ("misplaced-visitor", leave("Call") + "    def visit_Name(self, node): ...", leave("Call") + visit("Name", "pass")),
    (
        "misplaced-visitor",
        f"{STARTED}    {visit('Call', '    pass')}",
        f"class Mixin:\n    {visit('Call', '    pass')}\nclass A(Mixin, Transform): ...",
    ),
    ("defined-twice", leave("Call") + leave("Call"), leave("Call") + leave("Name")),
    ("no-effect", "def helper(self): ...", leave("Call") + "def helper(self): ..."),
    ("no-effect", "pass", "def on_leave(self, original, updated): return super().on_leave(original, updated)"),
    ("no-effect", "pass", leave("Name") + "leave_Attribute = leave_Name"),
    (
        "visitors-never-run",
        "def transform_module_impl(self, tree): return tree\n" + leave("Call"),
        "def transform_module_impl(self, tree): return super().transform_module_impl(tree)\n" + leave("Call"),
    ),
    (
        "missing-super-init",
        "def __init__(self, context):\n    self.seen = []\n" + leave("Call"),
        "def __init__(self, context):\n    super().__init__(context)\n    self.seen = []\n" + leave("Call"),
    ),
    (
        "init-parameters",
        "def __init__(self):\n    super().__init__(None)\n" + leave("Call"),
        "def __init__(self, *args):\n    super().__init__(*args)\n" + leave("Call"),
    ),
    (
        "init-parameters",
        "def __init__(self, context, old):\n    super().__init__(context)\n" + leave("Call"),
        "def __init__(self, context, old='x'):\n    super().__init__(context)\n" + leave("Call"),
    ),
    # What nodes, LibCST's classes and the transform have
    ("unknown-attribute", leave("Call", "updated_node.function"), leave("Call", "updated_node.func")),
    ("unknown-attribute", leave("Call", "updated_node.args.value"), leave("Call", "updated_node.args[0].value")),
    (
        "unknown-attribute",
        leave("Call", "[a.name for a in updated_node.args]"),
        leave("Call", "updated_node.func.attr"),
    ),
    (
        "unknown-attribute",
        leave("Call", "if isinstance(updated_node.func, cst.Name):", "    updated_node.func.attr"),
        leave("Call", "if isinstance(updated_node.func, cst.Attribute):", "    updated_node.func.attr"),
    ),
    (
        "unknown-attribute",
        leave("Call", "if not m.matches(original_node.func, m.Name()):", "    return updated_node")
        + leave("Name", "updated_node.attr"),
        leave("Call", "f = original_node.func", "if isinstance(f, cst.Name):", "    f = f.x", "    f.attr"),
    ),
    ("unknown-attribute", leave("Name", "original_node.lineno"), leave("Name", "original_node.value.lineno")),
    (
        "unknown-attribute",
        leave("Call", "self.mend(updated_node)") + "def mend(self, node: cst.Name): return node.value",
        leave("Name", "self.mend(updated_node)") + "def mend(self, node: cst.Call): return node.value",
    ),
    (
        "unknown-attribute",
        leave("Call", "updated_node.x"),
        leave("Call", "if hasattr(updated_node, 'x'):", "    updated_node.x"),
    ),
    (
        "unknown-pattern-field",
        leave("Call", "match updated_node:", "    case cst.Call(function=cst.Name()): pass"),
        leave("Call", "match updated_node:", "    case cst.Call(func=cst.Name()): pass"),
    ),
    ("unknown-member", leave("Call", "cst.MaybeSentinel.AUTO"), leave("Call", "cst.MaybeSentinel.DEFAULT")),
    ("unknown-member", leave("Call", "self.context.file"), leave("Call", "self.context.filename")),
    (
        "unknown-member",
        leave("Call", "AddImportsVisitor.add_import(self.context, 'os')"),
        leave("Call", "AddImportsVisitor.add_needed_import(self.context, 'os')"),
    ),
    ("taken-name", visit("Module", "self.names = set()"), visit("Module", "self.found = set()")),
    ("taken-name", visit("Module", "self.context = 1"), visit("Module", "context = 1")),
    ("taken-name", visit("Module", "self.skip: int = 1"), visit("Module", "self.skips: int = 1")),
    ("unknown-helper", leave("Call", "self.need_imports('os')"), leave("Call", "self.need_import('os')")),
    ("unknown-helper", leave("Call", "self.count"), visit("Module", "self.count = 0") + leave("Call", "self.count")),
    # What calls take
    ("unknown-field", leave("Call", "cst.Call(function=original_node)"), leave("Call", "cst.Call(func=cst.Name('f'))")),
    (
        "unknown-field",
        leave("Call", "x = updated_node.with_changes(arguments=[])"),
        leave("Call", "x = updated_node.with_changes(args=[])"),
    ),
    ("unknown-matcher-field", leave("Call", "m.Call(name='x')"), leave("Call", "m.Call(func=m.Attribute())")),
    ("missing-field", leave("Call", "cst.Attribute(value=cst.Name('a'))"), leave("Call", "cst.Attribute(**{})")),
    ("call-arguments", leave("Call", "m.matches(original_node)"), leave("Call", "m.matches(original_node, m.Call())")),
    ("call-arguments", leave("Call", "self.need_import(modul='os')"), leave("Call", "self.need_import(module='os')")),
    (
        "call-arguments",
        leave("Call", "self.mend(1, 2)") + "def mend(self, one): ...",
        leave("Call", "self.mend(*[1, 2], three=3)") + "def mend(self, one, /, *rest, three): ...",
    ),
    (
        "call-arguments",
        leave("Call", "x = updated_node.with_changes({'args': []})"),
        leave("Call", "x = updated_node.with_changes(**{'args': []})"),
    ),
    (
        "context-first",
        leave("Call", "AddImportsVisitor.add_needed_import('os', 'path')"),
        leave("Call", "AddImportsVisitor.add_needed_import(self.context, 'os', 'path')"),
    ),
    ("wrong-field-type", leave("Call", "cst.Call(func='print')"), leave("Call", "cst.Call(func=cst.Name('print'))")),
    ("wrong-field-type", leave("Call", "cst.Name(cst.Name('x'))"), leave("Call", "cst.Name(self.need_import('x'))")),
    (
        "wrong-field-type",
        leave("FunctionDef", "x = updated_node.with_changes(asynchronous=True)"),
        leave("FunctionDef", "x = updated_node.with_changes(asynchronous=cst.Asynchronous())"),
    ),
    (
        "single-for-sequence",
        leave("Call", "x = updated_node.with_changes(args=cst.Arg(cst.Name('a')))"),
        leave("Call", "x = updated_node.with_changes(args=updated_node.args[1:])"),
    ),
    (
        "wrong-element-type",
        leave("Call", "x = updated_node.with_changes(args=[cst.Name('a')])"),
        leave("Call", "x = updated_node.with_changes(args=[*updated_node.args, cst.Arg(cst.Name('a'))])"),
    ),
    ("matcher-value", leave("Call", "m.Call(args=m.Arg())"), leave("Call", "m.Call(args=[m.Arg(), m.ZeroOrMore()])")),
    ("matcher-value", leave("Call", "m.Arg(keyword='x')"), leave("Call", "m.Arg(keyword=None)")),
    ("matcher-value", leave("Call", "m.Attribute(attr=m.Call())"), leave("Call", "m.Attribute(attr=m.Name())")),
    # Metadata
    (
        "not-a-provider",
        declaring("(PositionProvider)"),
        declaring("(PositionProvider,)"),
    ),
    (
        "uncomputed-provider",
        declaring("(FullyQualifiedNameProvider,)"),
        declaring("(QualifiedNameProvider,)"),
    ),
    (
        "declared-in-transform",
        "METADATA_DEPENDENCIES = (PositionProvider,)\n" + leave("Call"),
        leave("Call", "self.context.wrapper.resolve(PositionProvider)[original_node]"),
    ),
    (
        "undeclared-provider",
        declaring("()", "self.get_metadata(PositionProvider, node)"),
        declaring("(PositionProvider,)", "self.get_metadata(PositionProvider, node)"),
    ),
    (
        "updated-metadata",
        leave("Call", "self.refers_to(updated_node.func, 'a.b')"),
        leave("Call", "self.refers_to(original_node.func, 'a.b')"),
    ),
    (
        "updated-metadata",
        leave("Call", "self.skip(updated_node, 'why')"),
        leave("Call", "self.skip(original_node, 'why')"),
    ),
    (
        "updated-metadata",
        leave("Call", "for a in updated_node.args:", "    self.qualified(a.value)"),
        visit("Call", "return False") + leave("Call", "self.qualified(updated_node.func)"),
    ),
    (
        "updated-metadata",
        leave("Call", "self.decide(updated_node)") + "def decide(self, node): return self.qualified(node)",
        leave("Call", "self.decide(original_node)") + "def decide(self, node): return self.qualified(node)",
    ),
    # What is given back
    (
        "leave-returns-none",
        RETURN,
        RETURN + "    else:\n        raise SkipFile('x')",
    ),
    (
        "leave-returns-none",
        leave("Call", "if updated_node.args:", "    return"),
        leave("Call", "def inner():", "    return"),
    ),
    ("leave-returns-none", leave("Call", "return None"), "def leave_Call_args(self, node):\n    return None"),
    (
        "leave-returns-list",
        leave("Expr", "return [updated_node]"),
        leave("Expr", "return cst.FlattenSentinel([updated_node])"),
    ),
    ("leave-returns-value", leave("Call", "return False"), visit("Call", "return False")),
    ("leave-returns-value", leave("Call", "return 'f()'"), leave("Call", "return self.expression('f()')")),
    (
        "removal-not-called",
        leave("Expr", "return cst.RemoveFromParent"),
        leave("Expr", "return cst.RemoveFromParent()"),
    ),
    (
        "removal-not-allowed",
        leave("Call", "return cst.RemoveFromParent()"),
        leave("Arg", "return cst.RemoveFromParent()"),
    ),
    (
        "removal-not-allowed",
        leave("Module", "return cst.RemoveFromParent()"),
        leave("Annotation", "return cst.RemoveFromParent()"),
    ),
    (
        "flatten-not-allowed",
        leave("Name", "return cst.FlattenSentinel([updated_node])"),
        leave("Arg", "return cst.FlattenSentinel([updated_node])"),
    ),
    (
        "wrong-replacement",
        leave("SimpleStatementLine", "return cst.Pass()"),
        leave("SimpleStatementLine", "return cst.SimpleStatementLine([cst.Pass()])"),
    ),
    (
        "wrong-replacement",
        leave("Call", "return cst.parse_statement('f()')"),
        leave("Call", "return cst.parse_expression('f()')"),
    ),
    (
        "original-returned",
        leave("Call", "return original_node"),
        visit("Call", "return False") + leave("Call", "return original_node"),
    ),
    (
        "original-returned",
        leave("Call", "return original_node.with_changes(args=[])"),
        leave("ImportFrom", "return original_node.with_changes(relative=[])"),
    ),
    (
        "original-part",
        leave("Call", "return updated_node.with_changes(args=original_node.args)"),
        leave("Call", "return updated_node.with_changes(args=updated_node.args)"),
    ),
    (
        "original-part",
        leave("Call", "return self.expression('f({x})', x=original_node.args[0].value)"),
        leave("Call", "x = self.statement('f()', like=original_node)"),
    ),
    ("visit-returns-node", visit("Call", "return node.with_changes(args=[])"), visit("Call", "return not node.args")),
    (
        "module-returns-none",
        "def transform_module_impl(self, tree):\n    tree.visit(self)\n" + leave("Call"),
        "def transform_module_impl(self, tree):\n    return tree.visit(self)\n" + leave("Call"),
    ),
    # Nodes are immutable, compare by identity and are no text
    (
        "lost-change",
        leave("Call", "updated_node.with_changes(args=[])"),
        leave("Call", "x = updated_node.with_changes(args=[])"),
    ),
    ("not-raised", leave("Call", "SkipFile('generated')"), leave("Call", "raise SkipFile('generated')")),
    ("write-to-node", leave("Name", "updated_node.value = 'x'"), visit("Module", "self.value = 'x'")),
    (
        "write-to-sequence",
        leave("Call", "updated_node.args.append(1)"),
        leave("Call", "a = list(updated_node.args)", "a.append(1)"),
    ),
    (
        "write-to-sequence",
        leave("Call", "updated_node.args[0] = 1"),
        leave("Call", "a = [*updated_node.args]", "a[0] = 1"),
    ),
    (
        "tuple-and-list",
        leave("Call", "x = updated_node.args + [1]"),
        leave("Call", "x = [*updated_node.args, 1] + [2]"),
    ),
    (
        "compared-node",
        leave("FunctionDef", "updated_node.name == 'f'"),
        leave("FunctionDef", "updated_node.name.value == 'f'"),
    ),
    (
        "compared-node",
        leave("Call", "updated_node.func in ('a', 'b')"),
        leave("Call", "updated_node.func in self.names"),
    ),
    (
        "compared-node",
        leave("Call", "updated_node.func == cst.Name('f')"),
        leave("Call", "updated_node.func is original_node.func"),
    ),
    (
        "node-as-text",
        leave("Call", "x = f'{updated_node.func}()'"),
        leave("FunctionDef", "x = f'{updated_node.name.value}()'"),
    ),
    ("node-as-text", leave("Call", "x = str(updated_node)"), leave("Call", "self.warn(f'what is {updated_node}?')")),
    (
        "node-as-text",
        leave("FunctionDef", "x = 'a' + updated_node.name"),
        leave("Name", "x = 'a' + updated_node.value"),
    ),
    (
        "matched-sequence",
        leave("Call", "m.matches(updated_node.args, m.Arg())"),
        leave("FunctionDef", "m.matches(updated_node.body, m.IndentedBlock())"),
    ),
    (
        "matcher-not-made",
        leave("Call", "m.matches(updated_node, m.Call)"),
        leave("Call", "m.matches(updated_node, m.Call())"),
    ),
    (
        "isinstance-matcher",
        leave("Call", "isinstance(updated_node.func, m.Name)"),
        leave("Call", "isinstance(updated_node.func, cst.Name)"),
    ),
    (
        "matcher-as-node",
        leave("Call", "return updated_node.with_changes(func=m.Name('f'))"),
        leave("Call", "return updated_node.with_changes(func=cst.Name('f'))"),
    ),
    (
        "replaced-original",
        leave("Call", "return updated_node.deep_replace(original_node.func, cst.Name('f'))"),
        leave("Call", "return updated_node.deep_replace(updated_node.func, cst.Name('f'))"),
    ),
    (
        "replaced-original",
        leave("Call", "for n in m.findall(original_node, m.Name()):", "    x = updated_node.deep_replace(n, n)"),
        leave("Call", "for n in m.findall(updated_node, m.Name()):", "    x = updated_node.deep_replace(n, n)"),
    ),
    (
        "visits-itself",
        leave("Call", "return updated_node.visit(self)"),
        visit("Call", "node.func.visit(self)", "return False"),
    ),
    # Texts
    ("node-text", leave("Call", "cst.Name('a.b')"), leave("Call", "cst.Name('a_b')")),
    ("node-text", leave("Call", "cst.Name('class')"), leave("Call", "cst.Name('None')")),
    ("node-text", leave("Call", "cst.SimpleString('x')"), leave("Call", "cst.SimpleString(\"'x'\")")),
    ("node-text", leave("Call", "cst.Integer('one')"), leave("Call", "cst.Integer('0x1')")),
    ("node-text", leave("Call", "cst.Comment('noqa')"), leave("Call", "cst.Comment('# noqa')")),
    ("matcher-text", leave("Call", "m.SimpleString('x')"), leave("Call", "m.SimpleString(\"'x'\")")),
    ("matcher-text", leave("Call", "m.Name('os.path')"), leave("Call", "m.Name('path')")),
    (
        "unreadable-code",
        leave("Call", "cst.parse_expression('x = 1')"),
        leave("Call", "cst.parse_statement('x = 1; y = 2')"),
    ),
    (
        "unreadable-code",
        leave("Call", "self.expression('f({x}', x='1')"),
        leave("Call", "self.expression('f({x})', x='1')"),
    ),
    ("unreadable-code", leave("Call", "cst.parse_statement('a\\nb')"), leave("Call", "cst.parse_module('a\\nb')")),
    ("template-parts", leave("Call", "self.expression('{a}.b')"), leave("Call", "self.expression('{a}.b', a='x')")),
    (
        "template-parts",
        leave("Call", "self.statement('f()', a='x')"),
        leave("Call", "self.statement('f()', like=original_node)"),
    ),
    ("broken-pattern", leave("Call", "re.match('(', 'x')"), leave("Call", "re.match(re.escape('('), 'x')")),
    ("broken-pattern", leave("Call", "m.MatchRegex('[')"), leave("Call", "m.MatchRegex('[a]')")),
    # State
    (
        "state-across-files",
        "seen = []\n" + visit("Call", "self.seen.append(node)"),
        "seen = []\n" + visit("Call", "len(self.seen)"),
    ),
    (
        "state-across-files",
        "SEEN = set()" + VISIT.replace("...", "SEEN.add(node)"),
        "SEEN = set()" + VISIT.replace("...", "SEEN = set(); SEEN.add(node)"),
    ),
    (
        "state-across-files",
        "seen = {}\n" + visit("Call", "self.seen[node] = 1"),
        "seen = {}\n" + visit("Module", "self.seen = {}") + visit("Call", "self.seen[node] = 1"),
    ),
    ("mutable-default", leave("Call") + "def f(self, a=[]): ...", leave("Call") + "def f(self, a=(), *, b=None): ..."),
    # What a name stands for
    (
        "name-by-spelling",
        leave("Call", "m.matches(updated_node.func, m.Name('utcnow'))"),
        leave(
            "Call", "m.matches(updated_node.func, m.Name('utcnow'))", "self.refers_to(original_node.func, 'a.utcnow')"
        ),
    ),
    ("name-by-spelling", leave("Call", "m.Call(func=m.Name('open'))"), leave("Call", "m.Call(func=m.Name('super'))")),
    (
        "name-by-spelling",
        leave("Name", "updated_node.value == 'old'"),
        leave("Param", "updated_node.name.value == 'old'"),
    ),
    (
        "name-by-spelling",
        leave("Attribute", "if isinstance(updated_node.value, cst.Name):", "    updated_node.value.value == 'os'"),
        leave("ImportFrom", "m.ImportFrom(module=m.Attribute(value=m.Name('os')))"),
    ),
    # The text gate
    (
        "gated-target",
        "MENTIONS = ['timezone']\nTARGETS = ['pytz.UTC']" + VISIT,
        "MENTIONS = ['pytz']\nTARGETS = ['pytz.UTC']" + VISIT,
    ),
    (
        "gated-case",
        "MENTIONS = ['pytz']\nCASES = [{'name': 'n', 'before': 'a', 'after': 'b'}]" + VISIT,
        "MENTIONS = ['pytz']\nCASES = [{'name': 'n', 'before': 'a'}, {'name': 'o', 'before': 'pytz', 'after': 'b'}]"
        + VISIT,
    ),
]


@pytest.mark.parametrize(("code", "wrong"), [(code, wrong) for code, wrong, _ in FAULTS])
def test_the_fault_is_found(code: str, wrong: str) -> None:
    assert code in codes(wrong)


@pytest.mark.parametrize("right", [right for _, _, right in FAULTS])
def test_the_same_written_right_is_left_in_peace(right: str) -> None:
    assert codes(right) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (leave("FunctionCall"), "LibCST never calls leave_FunctionCall; did you mean leave_Call?"),
        (leave("BinOp"), "LibCST never calls leave_BinOp; did you mean leave_BinaryOperation?"),
        (visit("Call_arg", "pass"), "LibCST never calls visit_Call_arg; did you mean visit_Call_args?"),
        (leave("Call", "cst.JoinedStr"), "libcst has no JoinedStr; did you mean FormattedString?"),
        (leave("Call", "updated_node.function"), "a Call has no function; did you mean func?"),
        (leave("Call", "updated_node.code"), "a Call has no code; write self.module.code_for_node(node)"),
        (leave("Call", "self.need_imports('a')"), "A has no need_imports; did you mean need_import?"),
        (
            leave("Call", "self.need_import('a', 'b', as_name='c')"),
            "self.need_import: got an unexpected keyword argument 'as_name'; did you mean name?",
        ),
        (
            leave("Call", "x = updated_node.with_changes(args=[cst.Name('a')])"),
            "args of Call holds Arg nodes, not a Name; write cst.Arg(value=…) around it",
        ),
        (
            leave("If", "cst.IndentedBlock(body=[cst.Pass()])"),
            "body of IndentedBlock holds other nodes, not a Pass; write cst.SimpleStatementLine(body=[…]) around it",
        ),
        (
            leave("Call", "self.skip(updated_node.func, 'x')"),
            "updated_node.func has no metadata, as it is not of the original tree; pass original_node.func",
        ),
        (
            leave("FunctionDef", "updated_node.name == 'f'"),
            "updated_node.name is a node and equals no text; write updated_node.name.value",
        ),
        (
            leave("Call", "updated_node.args.append(1)"),
            "updated_node.args is a tuple without append; pass with_changes a new list: [*updated_node.args, …]",
        ),
    ],
)
def test_the_nearest_real_name_or_the_mend_is_told(text: str, message: str) -> None:
    assert [problem.message for problem in find_problems(parse(source(text), name="probe", entry="A"))] == [message]


@pytest.mark.parametrize(
    "text",
    [
        # Names that stand for other things as well
        leave("Call", "node = updated_node", "node = self.names", "node.function"),
        leave("Call", "for updated_node in []:", "    pass", "updated_node.function"),
        leave("Call", "x = [m.group(1) for m in re.finditer('a', 'b')]"),
        leave("Call", "def inner(updated_node):", "    return updated_node.function"),
        # Guards
        leave(
            "Call", "f = updated_node.func", "if isinstance(f, (cst.Name, cst.Attribute)):", "    f.value", "    f.attr"
        ),
        leave("Call", "if isinstance(updated_node.func, cst.Name) or updated_node.func.attr:", "    pass"),
        leave("Call", "f = updated_node.func", "while isinstance(f, cst.Attribute):", "    f = f.value", "x = f.value"),
        leave("Call", "if m.matches(updated_node.func, m.Name() | m.Attribute()):", "    updated_node.func.attr"),
        leave("Call", "try:", "    updated_node.function", "except AttributeError:", "    pass"),
        # Called by the script, with more than one kind of node
        leave("Call", "self.f(updated_node)")
        + leave("Name", "self.f(updated_node)")
        + "def f(self, n): n.value, n.func",
        leave("Call", "self.f(updated_node)", "x = self.f") + "def f(self, n): n.value",
        # What others may pass or hold
        leave("Call", "cst.Call(**{'function': 1})", "self.need_import(*['os'])"),
        leave("FunctionDef", "x = updated_node.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]))"),
        leave("ImportFrom", "isinstance(updated_node.names, cst.ImportStar) or updated_node.names[0].name"),
        leave("Attribute", "x = updated_node.attr.value == 'a' and updated_node.value is None"),
        leave("SimpleString", "x = updated_node.value + 'a'", "updated_node.value in ('a', 'b')"),
        # Metadata of what is the original after all
        "def on_visit(self, node): return False\n" + leave("Call", "self.qualified(updated_node.func)"),
        leave("Call", "x = self.refers_to(original_node.func, 'a') and self.expression('a', **{})"),
        # Nothing inside can have changed
        leave("Import", "return original_node"),
        # Every way gives something back
        RETURN + "    match updated_node:\n        case _: return updated_node",
        RETURN + "    with self.x: return updated_node\nx = 1",
        RETURN + "    while True:\n        return updated_node",
        RETURN + "    try:\n        return updated_node\n    except KeyError:\n        raise",
        # Another kind of visitor
        "class Other:\n    def visit_Call(self, node): return node.keywords\nclass Stranger(Other): ...\n" + VISIT,
        # A base that nobody knows may do anything
        "class A(Unknown.Transform):\n    def helper(self): self.anything(1)\nUnknown = None",
    ],
)
def test_what_is_not_certain_is_left_in_peace(text: str) -> None:
    assert codes(text) == []


#: Real faults in what LibCST ships: ``return original_node`` in a ``leave_…`` of what may hold itself.
SHIPPED = {"convert_percent_format_to_fstring": {"original-returned"}}


@pytest.mark.parametrize(
    "path", sorted(Path(libcst.codemod.__file__).parent.glob("commands/[a-z]*.py")), ids=lambda path: path.stem
)
def test_what_libcst_ships_is_left_in_peace(path: Path) -> None:
    text = path.read_bytes()
    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    found = {problem.code for problem in find_problems(parse(text, name="probe", entry=classes[-1]))}

    assert {code for code in found if not code.startswith("forbidden-")} == SHIPPED.get(path.stem, set())


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "-" * 800 + "1",
        "x = a" + ".b" * 800,
        "x = " + " + ".join(["a"] * 800),
    ],
)
def test_what_nests_too_deeply_is_said_and_not_raised(text: str) -> None:
    found = find_problems(parse(source(f"{VISIT}\na = 1\n{text}"), name="probe", entry="A"))

    assert [problem.code for problem in found] == ["too-deep"]


def test_names_that_are_made_of_each_other_are_read_in_no_time() -> None:
    chain = [f"a{number} = a{number + 1} or a{number + 1}" for number in range(60)]

    assert codes(leave("Call", "a60 = updated_node", *chain, "a60 = a0")) == []


@pytest.mark.long
def test_no_module_of_ours_breaks_the_checks() -> None:
    for path in sorted((ROOT / "autotransform").rglob("*.py")):
        text = path.read_text(encoding="utf-8") + VISIT

        find_problems(parse(text, name="probe", entry="A"))


def codes_in(path: Path) -> set[str]:
    """Give the codes that a module can report, read from its source."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        given = node.args[1:2] if name in {"problem_at", "self._add"} else []
        given += [each.value for each in node.keywords if each.arg == "code" and name == "Problem"]
        texts = [each.value for one in given for each in ast.walk(one) if isinstance(each, ast.Constant)]
        found |= {text for text in texts if isinstance(text, str)}
    return found


def test_every_code_of_the_checks_is_planted_here() -> None:
    known = set[str]().union(*(codes_in(path) for path in CHECKS))

    assert {code for code, _, _ in FAULTS} == known


def test_every_code_is_on_its_page() -> None:
    known = set[str]().union(*(codes_in(path) for path in [*CHECKS, CHECKS[0].parents[1] / "static_check.py"]))
    page = (ROOT / "docs" / "reference" / "static-check.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| .+ \| .+ \|$", page, flags=re.MULTILINE)

    assert sorted(listed) == sorted(known)
