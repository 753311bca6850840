# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use shutil.which instead of distutils.spawn.find_executable"
# ///
"""Replace ``distutils.spawn.find_executable(name)`` by ``shutil.which(name)``.

distutils is gone since Python 3.12. A second argument becomes ``path=…``, the keyword ``executable=`` becomes ``cmd=``.
Imports of distutils that nothing uses any more go; ``import shutil`` is added where it is missing.
``which`` is stricter in two ways: the file must be one that may be executed, and a name alone is not looked for in
the current directory first.
A function that is passed on without being called, or called with arguments that cannot be seen, is left alone and
listed: the second argument of ``which`` is something else. So are names that may be ``which`` already, and strings
that name the function, as patches of tests do.
``distutils.util.strtobool`` has no counterpart in the standard library: it is left alone and listed.
"""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["find_executable", "strtobool"]
TARGETS = ["distutils.spawn.find_executable"]

CASES = [
    {
        "name": "imported by name",
        "before": """
            import os
            from distutils.spawn import find_executable

            git = find_executable("git")
        """,
        "after": """
            import os
            import shutil

            git = shutil.which("git")
        """,
    },
    {
        "name": "through the module, with a path",
        "before": """
            import distutils.spawn
            import shutil

            git = distutils.spawn.find_executable("git", os.environ["PATH"])  # no git, no tests
        """,
        "after": """
            import shutil

            git = shutil.which("git", path=os.environ["PATH"])  # no git, no tests
        """,
    },
    {
        "name": "through the module, which is still needed",
        "before": """
            import shutil as sh
            from distutils import spawn

            spawn.spawn([spawn.find_executable(executable="git", path=path)])
        """,
        "after": """
            import shutil as sh
            from distutils import spawn

            spawn.spawn([sh.which(cmd="git", path=path)])
        """,
    },
    {
        "name": "shutil is something else in a function",
        "before": """
            from distutils.spawn import find_executable as find

            def run(shutil):
                return find("git")
        """,
        "after": """
            import shutil as shutil_module

            def run(shutil):
                return shutil_module.which("git")
        """,
    },
    {
        "name": "passed on without being called",
        "before": """
            from distutils.spawn import find_executable

            tools = list(map(find_executable, ["git", "hg"]))
        """,
        "skips": 1,
    },
    {
        "name": "arguments that cannot be seen",
        "before": """
            from distutils.spawn import find_executable

            git = find_executable(*arguments), find_executable("git", **options)
        """,
        "skips": 2,
    },
    {
        "name": "it may be which already",
        "before": """
            try:
                from shutil import which as find_executable
            except ImportError:
                from distutils.spawn import find_executable

            git = find_executable("git")
        """,
        "skips": 1,
    },
    {
        "name": "another function of that name",
        "before": """
            from mylib import find_executable

            git = find_executable("git"), self.find_executable("git")
        """,
    },
    {
        "name": "a function of that name in this file",
        "before": """
            def find_executable(name):
                return name

            git = find_executable("git")
        """,
    },
    {
        "name": "a patch that names it",
        "before": """
            @patch("distutils.spawn.find_executable")
            def test_it(find_executable):
                find_executable.return_value = None
        """,
        "skips": 1,
    },
    {
        "name": "strtobool has no counterpart",
        "before": """
            from distutils.util import strtobool

            debug = strtobool("yes")
        """,
        "skips": 1,
    },
]

STRTOBOOL = "distutils.util.strtobool"


class FindExecutable(Transform):
    DESCRIPTION = "Replace distutils.spawn.find_executable by shutil.which."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: What calls call: everything else that stands for the function passes it on.
        self.called: set[cst.BaseExpression] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False  # imports are mended by need_import and drop_import

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(node.func)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, *TARGETS, STRTOBOOL)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in MENTIONS:
            self.explain(node)

    def visit_Name(self, node: cst.Name) -> None:
        self.explain(node)

    def explain(self, node: cst.Name | cst.Attribute) -> None:
        """List what is left alone although it stands for one of the functions."""
        if self.may_refer_to(node, STRTOBOOL):
            self.skip(node, "strtobool has no counterpart in the standard library")
        elif self.may_refer_to(node, *TARGETS) and not self.refers_to(node, *TARGETS):
            self.skip(node, "it may be another function")
        elif self.refers_to(node, *TARGETS) and node not in self.called:
            self.skip(node, "it is passed on without being called")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not self.refers_to(original_node.func, *TARGETS):
            return updated_node
        if self.may_hide_argument(original_node) or not original_node.args:
            self.skip(original_node, "the arguments cannot be seen")
            return updated_node
        self.drop_import("distutils.spawn", "find_executable")
        self.drop_import("distutils", "spawn")
        self.drop_import("distutils.spawn")
        shutil = self.need_import("shutil")
        arguments = [self.renamed(each, position=position) for position, each in enumerate(updated_node.args)]
        return updated_node.with_changes(func=self.expression(f"{shutil}.which"), args=arguments)

    def renamed(self, argument: cst.Arg, *, position: int) -> cst.Arg:
        """Give an argument the keyword under which ``which`` takes it."""
        if argument.keyword is not None and argument.keyword.value == "executable":
            return argument.with_changes(keyword=cst.Name("cmd"))
        if argument.keyword is None and position == 1:
            keyword = self.argument(argument.value, keyword="path")
            return argument.with_changes(keyword=keyword.keyword, equal=keyword.equal)
        return argument
