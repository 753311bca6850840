# ruff: noqa: N802 - LibCST names its visitor methods
"""The engine gives what LibCST alone gives when it runs the same script on the same file: byte for byte."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile, VisitorBasedCodemodCommand
from libcst.codemod.commands import (
    add_trailing_commas,
    convert_format_to_fstring,
    convert_namedtuple_to_dataclass,
    convert_percent_format_to_fstring,
    convert_type_comments,
    convert_union_to_or,
    fix_variadic_callable,
    noop,
    remove_unused_imports,
    rename,
    rename_typing_generic_aliases,
    strip_strings_from_types,
    unnecessary_format_string,
)

from autotransform.codemod.names import REEXPORTS
from autotransform.engine import Changed, Unchanged, transform
from autotransform.engine.cases import job_of
from autotransform.engine.depth import deep_recursion
from autotransform.engine.load import instantiate
from autotransform.engine.values import FileContext, Job
from autotransform.script import parse
from autotransform.tree.visiting import fast_visits, private_results
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from libcst.codemod import Codemod

    from autotransform.script import Script

TRANSFORMS = {
    path.stem: parse(path.read_bytes(), name=path.stem)
    for path in sorted((Path(__file__).parents[2] / "transforms").glob("*.py"))
}

#: Something for each command to change.
TEXT = """\
import os, sys
from typing import Callable, Dict, List, NamedTuple, Optional, Union
import old.module
from old.module import name as other


class Point(NamedTuple):
    x: int
    y: "Union[int, str]" = 1


def f(a, b):  # type: (int, List[str]) -> Dict[str, int]
    x = []  # type: List[int]
    print("{} and {}".format(a, b), "%s" % a, f"plain", "%d %s" % (a, b))
    call(
        a,
        b
    )
    return old.module.name(a), other(b)


g: Callable[[...], Optional[Union[int, str]]] = os.path
"""

COMMANDS: dict[str, Callable[[], Codemod]] = {
    command.__name__: lambda command=command: command(CodemodContext(filename="a.py"))  # type: ignore[misc]
    for command in (
        add_trailing_commas.AddTrailingCommas,
        convert_format_to_fstring.ConvertFormatStringCommand,
        convert_namedtuple_to_dataclass.ConvertNamedTupleToDataclassCommand,
        convert_percent_format_to_fstring.ConvertPercentFormatStringCommand,
        convert_type_comments.ConvertTypeComments,
        convert_union_to_or.ConvertUnionToOrCommand,
        fix_variadic_callable.FixVariadicCallableCommmand,
        noop.NOOPCommand,
        remove_unused_imports.RemoveUnusedImportsCommand,
        rename_typing_generic_aliases.RenameTypingGenericAliases,
        strip_strings_from_types.StripStringsCommand,
        unnecessary_format_string.UnnecessaryFormatString,
    )
}
COMMANDS["RenameCommand"] = lambda: rename.RenameCommand(
    CodemodContext(filename="a.py"), old_name="old.module.name", new_name="new.place.name"
)


def result_of(command: Codemod, content: bytes) -> bytes:
    try:
        return command.transform_module(cst.parse_module(content)).bytes
    except SkipFile as skip:
        return f"skipped: {skip}".encode()


def stock(script: Script, job: Job) -> bytes:
    """Run a script with nothing but LibCST."""
    context = CodemodContext(
        filename=job.context.path,
        full_module_name=job.context.module or None,
        full_package_name=job.context.package or None,
    )
    command = instantiate(script, context=context, arguments=())
    context.scratch[REEXPORTS] = dict(job.context.reexports)
    with deep_recursion():
        return result_of(command, job.content)


def is_as_stock(script: Script, job: Job) -> bool:
    """Whether the engine gives what LibCST gives, or says why it gives nothing."""
    outcome = transform(script, job)
    if not isinstance(outcome, Changed | Unchanged):
        return True
    after = outcome.after if isinstance(outcome, Changed) else job.content
    return after == stock(script, job)


def jobs_of(script: Script) -> list[Job]:
    """Give the cases as jobs: those that change something first, long ones before short ones."""
    cases = sorted(script.cases, key=lambda case: (case.after in {None, case.before}, -len(case.before)))
    return [job_of(case) for case in cases]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_the_longest_case_of_a_transform_comes_out_as_from_libcst_alone(name: str) -> None:
    script = TRANSFORMS[name]
    job = jobs_of(script)[0]

    assert isinstance(transform(script, job), Changed)
    assert is_as_stock(script, job)


@pytest.mark.long
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_case_of_a_transform_comes_out_as_from_libcst_alone(name: str) -> None:
    script = TRANSFORMS[name]

    assert [job.content for job in jobs_of(script) if not is_as_stock(script, job)] == []


@pytest.mark.long
@pytest.mark.parametrize("name", TRANSFORMS)
def test_installed_files_come_out_as_from_libcst_alone(name: str) -> None:
    script, words = TRANSFORMS[name], [word.encode() for word in TRANSFORMS[name].mentions or ()]
    paths = [path for path in installed() if any(word in path.read_bytes() for word in words)][::7][:60]
    jobs = [Job(context=FileContext(path=path.name), content=path.read_bytes()) for path in paths]

    assert [job.context.path for job in jobs if not is_as_stock(script, job)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_libcst_gives_the_same_in_a_fast_visit(name: str) -> None:
    expected = result_of(COMMANDS[name](), TEXT.encode())

    with fast_visits():
        command = COMMANDS[name]()
        with private_results(command):
            actual = result_of(command, TEXT.encode())

    assert expected == actual
    assert (name == "NOOPCommand") == (actual == TEXT.encode())


def test_a_script_that_sees_the_tree_again_is_not_given_shared_nodes() -> None:
    class Looking(VisitorBasedCodemodCommand):
        same = False

        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value="b") if original_node.value == "a" else updated_node

        def transform_module_impl(self, tree: cst.Module) -> cst.Module:
            after = super().transform_module_impl(tree)
            self.same = any(one is other for one, other in zip(tree.body, after.body, strict=True))
            return after

    with fast_visits():
        looking = Looking(CodemodContext())
        with private_results(looking):
            looking.transform_module(cst.parse_module("a\nc\n"))

    assert not looking.same


BESIDE = {
    "a function beside the class gives it a handler": """
def enable(visitor):
    visitor.leave_Name = visitor.renamed

class Beside(VisitorBasedCodemodCommand):
    DESCRIPTION = "Beside."

    def visit_FunctionDef(self, node):
        enable(self)

    def renamed(self, original_node, updated_node):
        return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
""",
    "a function beside the class gives it a handler by name": """
def enable(visitor, name, method):
    setattr(visitor, name, method)

class Beside(VisitorBasedCodemodCommand):
    DESCRIPTION = "Beside."

    def visit_Module(self, node):
        enable(self, "leave_Name", lambda original_node, updated_node: updated_node.with_changes(value="new"))
""",
    "a function beside the class changes a node in place": """
def change(node):
    object.__setattr__(node, "value", "new")

class Beside(VisitorBasedCodemodCommand):
    DESCRIPTION = "Beside."

    def leave_Name(self, original_node, updated_node):
        change(updated_node)
        return updated_node
""",
    "a visitor beside the class changes a node in place": """
class Change(cst.CSTVisitor):
    def visit_Name(self, node):
        object.__setattr__(node, "value", "new")

class Beside(VisitorBasedCodemodCommand):
    DESCRIPTION = "Beside."

    def leave_Call(self, original_node, updated_node):
        updated_node.visit(Change())
        return updated_node
""",
}


@pytest.mark.parametrize("way", BESIDE)
def test_what_functions_beside_the_class_do_to_it_is_seen(way: str) -> None:
    source = f'"""Text."""\nimport libcst as cst\nfrom libcst.codemod import VisitorBasedCodemodCommand\n{BESIDE[way]}'
    script = parse(source, name="beside", entry="Beside")
    text = b"def f(old):\n    return old(old)\n"
    command = instantiate(script, context=CodemodContext(), arguments=())
    alone = command.transform_module(cst.parse_module(text)).bytes
    outcome = transform(script, Job(context=FileContext(path="a.py"), content=text))

    assert alone != text
    assert isinstance(outcome, Changed)
    assert outcome.after == alone


def test_a_class_of_nodes_of_a_script_is_gone_with_the_file() -> None:
    source = (
        '"""Text."""\nimport libcst as cst\nfrom libcst.codemod import VisitorBasedCodemodCommand\n'
        "class My(cst.Name):\n    pass\n"
        "class Beside(VisitorBasedCodemodCommand):\n"
        '    DESCRIPTION = "Beside."\n'
        "    def leave_Name(self, original_node, updated_node):\n"
        '        return My(value="new")\n'
    )
    script = parse(source, name="beside", entry="Beside")
    for number in range(20):
        job = Job(context=FileContext(path=f"{number}.py"), content=b"a = 1\nb = 2\n")
        assert isinstance(transform(script, job), Changed)
    gc.collect()

    assert len([each for each in cst.Name.__subclasses__() if each.__name__ == "My"]) < 4
