"""Small right transforms that change very many files, each in another way."""

from __future__ import annotations

from autotransform.script import Script, parse

_HEAD = '''"""{summary}"""
import libcst as cst
import libcst.matchers as m
from libcst.codemod import VisitorBasedCodemodCommand
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import GlobalScope, ImportAssignment, ScopeProvider

from autotransform.codemod import Transform


'''

_SOURCES = {
    # New bytes in nearly every file, among them its docstrings.
    "quotes": """class Quotes(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write plain strings with double quotes."

    def visit_FormattedString(self, node):
        return False

    def leave_SimpleString(self, original_node, updated_node):
        text = updated_node.value
        if text[0] != "'" or text[:2] == "\'\'" or any(mark in text for mark in ('"', "\\\\\\\\")):
            return updated_node
        return updated_node.with_changes(value='"' + text[1:-1] + '"')
""",
    # A new line between the docstring and everything else.
    "future": """class Future(VisitorBasedCodemodCommand):
    DESCRIPTION = "Put off the evaluation of annotations."

    def visit_Module(self, node):
        AddImportsVisitor.add_needed_import(self.context, "__future__", "annotations")
""",
    # Operators that change places, with the parentheses that they then need.
    "ternary": """class Ternary(Transform):
    DESCRIPTION = "Say first what holds when the condition does not."

    def leave_IfExp(self, original_node, updated_node):
        if m.matches(updated_node.test, m.UnaryOperation(operator=m.Not())):
            return updated_node
        if "#" in self.module.code_for_node(original_node):  # what is built anew has none of its comments
            return updated_node
        return self.expression(
            "{b} if not {test} else {a}", a=updated_node.body, b=updated_node.orelse, test=updated_node.test
        ).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)
""",
    "constants": """class Constants(Transform):
    DESCRIPTION = "Put the constant first in a comparison."

    def leave_Comparison(self, original_node, updated_node):
        if len(updated_node.comparisons) != 1 or self.is_constant(updated_node.left):
            return updated_node
        target = updated_node.comparisons[0]
        if not isinstance(target.operator, cst.Equal) or not self.is_constant(target.comparator):
            return updated_node
        swapped = target.with_changes(comparator=updated_node.left)
        return updated_node.with_changes(left=target.comparator, comparisons=[swapped])

    def is_constant(self, node):
        return isinstance(node, (cst.Integer, cst.SimpleString))
""",
    # Every use of a name, by its binding.
    "imports": """class Imports(VisitorBasedCodemodCommand):
    DESCRIPTION = "Give the first plain import another name."
    METADATA_DEPENDENCIES = (ScopeProvider,)

    def visit_Module(self, node):
        self.renamed = set()
        self.alias = None
        if "_module" in node.code:
            return
        scopes = {scope for scope in self.metadata[ScopeProvider].values() if isinstance(scope, GlobalScope)}
        for scope in scopes:
            for name in sorted({each.name for each in scope.assignments}):
                if "." not in name and self.choose(scope, name, node.code):
                    return

    def choose(self, scope, name, code):
        assignments = list(scope[name])
        if len(assignments) != 1 or not isinstance(assignments[0], ImportAssignment):
            return False
        statement = assignments[0].node
        alias = statement.names[0] if isinstance(statement, cst.Import) and len(statement.names) == 1 else None
        if alias is None or alias.asname or not isinstance(alias.name, cst.Name) or "__all__" in code:
            return False
        nodes = [access.node for access in assignments[0].references]
        if not nodes or not all(isinstance(each, cst.Name) for each in nodes):
            return False
        if code.count("import " + name) != 1 or "global " in code or "locals()" in code or "import *" in code:
            return False
        self.renamed = set(nodes)
        self.alias = alias
        self.name = name
        return True

    def leave_Name(self, original_node, updated_node):
        if original_node in self.renamed:
            return updated_node.with_changes(value=self.name + "_module")
        return updated_node

    def leave_ImportAlias(self, original_node, updated_node):
        if original_node is self.alias:
            return updated_node.with_changes(asname=cst.AsName(cst.Name(self.name + "_module")))
        return updated_node
""",
    # A whole statement, built anew with its comments.
    "returns": """class Returns(Transform):
    DESCRIPTION = "Return nothing where None is returned."

    def leave_SimpleStatementLine(self, original_node, updated_node):
        if m.matches(updated_node, m.SimpleStatementLine([m.Return(m.Name("None"))])):
            return self.statement("return", like=updated_node)
        return updated_node
""",
}


def wide_scripts() -> dict[str, Script]:
    """Parse them, by name."""
    return {
        name: parse(_HEAD.format(summary=f"{name.capitalize()}.") + source, name=name)
        for name, source in _SOURCES.items()
    }
