"""One script, one file: what comes out, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.codemod.names import REEXPORTS
from autotransform.codemod.reading import SKIPS
from autotransform.engine import Changed, Failed, FileContext, Job, Site, Skipped, Unchanged, transform
from autotransform.script import parse

if TYPE_CHECKING:
    from tests.engine.conftest import RunBody

RENAME = """
def leave_Name(self, original_node, updated_node):
    return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
"""


def test_a_change_names_its_method_and_its_place(run_body: RunBody) -> None:
    outcome = run_body(RENAME, "x = 1\nß = f(old)\n")

    assert isinstance(outcome, Changed)
    assert outcome.after.decode() == "x = 1\nß = f(new)\n"
    assert [(site.line, site.column, site.by, site.status) for site in outcome.sites] == [
        (2, 7, "leave_Name", "changed")
    ]


def test_nothing_to_change_is_unchanged(run_body: RunBody) -> None:
    assert run_body(RENAME, "x = older\n") == Unchanged(path="example.py")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfold = 1\n",
        b"old = 1\r\nx = 2\r\n",
        b"old = 1",
        b"x = 1\n\x0c\nold = 2\n",
        b"# -*- coding: latin-1 -*-\nold = '\xe9'\n",
        b"# coding: cp1252\nold = '\x80'\n",
        b"if x:\n\told = 1\n        \ny = 2  \n",
        b"old = 1\\\n  + 2\n",
    ],
    ids=["bom", "crlf", "no-last-newline", "form-feed", "latin-1", "cp1252", "tabs", "continuation"],
)
def test_every_byte_around_the_change_survives(run_body: RunBody, content: bytes) -> None:
    outcome = run_body(RENAME, content)

    assert isinstance(outcome, Changed)
    assert outcome.after == content.replace(b"old", b"new")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"print 'x'\n", "does not parse: line 1"),
        (b"# coding: utf-99\nx = 1\n", "unknown encoding"),
        (b"x = '\xff'\n", "decode"),
        (b"x = 1\ry = 2\r", "byte for byte"),
    ],
    ids=["python-2", "unknown-cookie", "not-utf-8", "lone-cr"],
)
def test_what_cannot_be_read_is_skipped_with_the_reason(run_body: RunBody, content: bytes, reason: str) -> None:
    outcome = run_body(RENAME, content)

    assert isinstance(outcome, Skipped)
    assert reason in outcome.reason


def test_what_python_cannot_compile_for_its_nesting_is_skipped(run_body: RunBody) -> None:
    content = "x = " + "not " * 300 + "old\n" + "y = " + "[" * 150 + "old" + "]" * 150 + "\n"
    outcome = run_body(RENAME, content)

    assert outcome == Skipped(path="example.py", reason="nested too deeply")


def test_a_crash_costs_the_file_and_tells_the_scripts_own_frames(run_body: RunBody) -> None:
    outcome = run_body("def leave_Name(self, original_node, updated_node):\n    return {}['gone']\n", "x\n")

    assert isinstance(outcome, Failed)
    assert outcome.reason == "crash"
    assert outcome.detail.splitlines()[0].endswith("in leave_Name: return {}['gone']")
    assert outcome.detail.splitlines()[-1] == "KeyError: 'gone'"
    assert "site-packages" not in outcome.detail


def test_a_script_that_cannot_be_loaded_fails_as_load() -> None:
    script = parse("import libcst.nothing_like_it\nclass A(Transform): pass\n", name="probe")

    outcome = transform(script, Job(context=FileContext(path="a.py"), content=b"x\n"))

    assert isinstance(outcome, Failed)
    assert outcome.reason == "load"
    assert "line 1" in outcome.detail


def test_a_class_that_is_no_codemod_fails_as_load() -> None:
    script = parse("class Transform: pass\nclass A(Transform): pass\n", name="probe", entry="A")

    outcome = transform(script, Job(context=FileContext(path="a.py"), content=b"x\n"))

    assert outcome == Failed(path="a.py", reason="load", detail="A is not a LibCST codemod")


def test_skip_file_skips_the_file(run_body: RunBody) -> None:
    outcome = run_body("def visit_Module(self, node):\n    raise SkipFile('not today')\n", "x\n")

    assert outcome == Skipped(path="example.py", reason="not today")


def test_warnings_come_along_and_do_not_travel_to_the_next_file(run_body: RunBody) -> None:
    body = """
    def visit_Module(self, node):
        self.warn(f"saw {node.code}")
    """
    first, second = run_body(body, "a"), run_body(body, "b")

    assert (first, second) == (
        Unchanged(path="example.py", warnings=("saw a",)),
        Unchanged(path="example.py", warnings=("saw b",)),
    )


WARN = """
def visit_Call(self, node):
    if m.matches(node.func, m.Name("doubt")):
        self.warn("looks odd")
def leave_Call(self, original_node, updated_node):
    if not m.matches(updated_node.func, m.Name("old") | m.Name("odd")):
        return updated_node
    self.warn("is called")
    return updated_node.with_changes(func=cst.Name("new")) if updated_node.func.value == "old" else updated_node
"""


@pytest.mark.parametrize(("content", "by"), [("x = odd()\n", "leave_Call"), ("x = doubt()\n", "visit_Call")])
def test_a_method_that_warns_and_leaves_its_node_has_declined_it(run_body: RunBody, content: str, by: str) -> None:
    outcome = run_body(WARN, content)
    reason = "is called" if by == "leave_Call" else "looks odd"

    assert outcome == Unchanged(
        path="example.py", sites=(Site(line=1, column=5, status="skipped", reason=reason, by=by),)
    )


def test_a_method_that_warns_and_changes_its_node_warns_of_a_line(run_body: RunBody) -> None:
    outcome = run_body(WARN, "x = 1\nold()\n")

    assert isinstance(outcome, Changed)
    assert outcome.warnings == ("line 2: is called",)
    assert [(site.line, site.status) for site in outcome.sites] == [(2, "changed")]


def test_a_warning_before_another_method_changes_the_node_is_no_decision(run_body: RunBody) -> None:
    body = RENAME + '\ndef visit_Name(self, node):\n    self.warn("a name")\n'
    outcome = run_body(body, "old\n")

    assert isinstance(outcome, Changed)
    assert outcome.warnings == ("line 1: a name",)


def test_a_warning_outside_any_method_is_of_the_file(run_body: RunBody) -> None:
    body = """
    def transform_module_impl(self, tree):
        self.warn("a module")
        return tree
    """

    assert run_body(body, "x\n") == Unchanged(path="example.py", warnings=("a module",))


def test_a_warning_of_a_helper_is_of_the_method_that_started_it(run_body: RunBody) -> None:
    body = """
    from libcst.codemod import ContextAwareTransformer
    class Helper(ContextAwareTransformer):
        def visit_Integer(self, node):
            self.warn(f"number {node.value}")
    def leave_Call(self, original_node, updated_node):
        return updated_node.visit(self.Helper(self.context))
    """
    outcome = run_body(body, "x = 1\ny = f(2)\n")

    assert outcome == Unchanged(
        path="example.py", sites=(Site(line=2, column=5, status="skipped", reason="number 2", by="leave_Call"),)
    )


def test_a_place_that_is_skipped_and_warned_of_is_reported_once(run_body: RunBody) -> None:
    body = f"""
    def visit_Call(self, node):
        self.context.scratch[{SKIPS!r}].append((node, "odd"))
        self.warn("odd")
    """
    outcome = run_body(body, "f()\n")

    assert outcome == Unchanged(
        path="example.py", sites=(Site(line=1, column=1, status="skipped", reason="odd", by="visit_Call"),)
    )


def test_state_in_globals_and_on_classes_does_not_travel_between_files(run_body: RunBody) -> None:
    body = """
    seen = []
    def leave_Name(self, original_node, updated_node):
        self.seen.append(original_node.value)
        return updated_node.with_changes(value=f"n{len(self.seen)}")
    """
    outcomes = [run_body(body, "a\n") for _ in range(2)]

    assert [outcome.after for outcome in outcomes if isinstance(outcome, Changed)] == [b"n1\n", b"n1\n"]


def test_matcher_decorated_methods_are_named(run_body: RunBody) -> None:
    body = """
    @m.leave(m.Name("old"))
    def replace_old(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return updated_node.with_changes(value="new")
    """
    outcome = run_body(body, "old\nx\n")

    assert isinstance(outcome, Changed)
    assert [site.by for site in outcome.sites] == ["replace_old"]


def test_imports_that_libcst_adds_are_named_as_such(run_body: RunBody) -> None:
    body = """
    def leave_Call(self, original_node, updated_node):
        AddImportsVisitor.add_needed_import(self.context, "os.path", "join")
        RemoveImportsVisitor.remove_unused_import(self.context, "re")
        return cst.parse_expression("join('a')")
    """
    outcome = run_body(body, '"""Doc."""\nimport re\n\nx = 1\n\ny = re.sub()\n')

    assert isinstance(outcome, Changed)
    assert outcome.after == b'"""Doc."""\nfrom os.path import join\n\nx = 1\n\ny = join(\'a\')\n'
    assert {site.by for site in outcome.sites} == {"leave_Call", "need_import, drop_import"}
    assert {(site.line, site.by) for site in outcome.sites} >= {(6, "leave_Call")}


def test_a_change_of_the_whole_module_is_placed_by_its_hunks() -> None:
    source = """
import libcst as cst
from libcst.codemod import CodemodCommand
class A(CodemodCommand):
    DESCRIPTION = "x"
    def transform_module_impl(self, tree):
        return cst.parse_module(tree.code.replace("old", "new"))
"""
    content = b"a\nold\nb\nc\nold\n"
    outcome = transform(parse(source, name="probe"), Job(context=FileContext(path="a.py"), content=content))

    assert isinstance(outcome, Changed)
    assert [(site.line, site.by) for site in outcome.sites] == [
        (2, "transform_module_impl"),
        (5, "transform_module_impl"),
    ]


def test_arguments_reach_the_scripts_own_parser(run_body: RunBody) -> None:
    body = """
    @staticmethod
    def add_args(parser):
        parser.add_argument("--to-name", required=True)
        parser.add_argument("--times", type=int, default=1)
        parser.add_argument("--loud", action="store_true")
        parser.add_argument("old")
    def __init__(self, context, to_name, times, loud, old):
        super().__init__(context)
        self.to = to_name * times + ("_" if loud else "")
        self.old = old
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value=self.to) if updated_node.value == self.old else updated_node
    """
    arguments = (("to_name", "ab"), ("times", "2"), ("loud", "true"), ("old", "x"))
    outcome = run_body(body, "x\ny\n", arguments=arguments)

    assert isinstance(outcome, Changed)
    assert outcome.after == b"abab_\ny\n"


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [((("nothing", "1"),), "there is no argument 'nothing'; Probe takes: name"), ((), "the arguments do not fit")],
)
def test_arguments_that_do_not_fit_say_so(
    run_body: RunBody, arguments: tuple[tuple[str, str], ...], detail: str
) -> None:
    body = """
    @staticmethod
    def add_args(parser):
        parser.add_argument("--name", required=True)
    def __init__(self, context, name):
        super().__init__(context)
    """
    outcome = run_body(body, "x\n", arguments=arguments)

    assert isinstance(outcome, Failed)
    assert outcome.reason == "load"
    assert detail in outcome.detail


def test_the_file_context_reaches_the_script() -> None:
    source = f"""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand
class A(VisitorBasedCodemodCommand):
    DESCRIPTION = "x"
    def visit_Module(self, node):
        c = self.context
        self.warn(f"{{c.filename}} {{c.full_module_name}} {{c.full_package_name}} {{c.scratch[{REEXPORTS!r}]}}")
"""
    context = FileContext(path="p/m.py", module="p.m", package="p", reexports=(("p.N", "p.m.N"),))
    outcome = transform(parse(source, name="probe"), Job(context=context, content=b"x\n"))

    assert outcome == Unchanged(path="p/m.py", warnings=("p/m.py p.m p {'p.N': 'p.m.N'}",))


def test_several_passes_run_to_the_end(run_body: RunBody) -> None:
    body = """
    def should_allow_multiple_passes(self):
        return True
    def leave_Integer(self, original_node, updated_node):
        return updated_node.with_changes(value=str(max(0, int(updated_node.value) - 1)))
    """
    outcome = run_body(body, "x = 3\n")

    assert isinstance(outcome, Changed)
    assert outcome.after == b"x = 0\n"
    assert [site.line for site in outcome.sites] == [1]
