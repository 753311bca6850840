"""What a script may use, told from the source of ``autotransform.codemod`` itself, so that it cannot go stale."""

from __future__ import annotations

import ast
from importlib.resources import files

from autotransform.script.policy import MODULES

#: Methods by which LibCST calls us.
_MACHINERY = frozenset({"on_leave", "on_visit", "transform_module", "transform_module_impl", "names"})


def describe_transform() -> str:
    """Tell signature and docstring of every method of ``Transform``, those of its bases of ours first.

    The source is read, not imported: importing it would load LibCST into the process that talks to the model.
    """
    classes = _read_classes()
    methods = {
        node.name: node
        for owner in _lineage("Transform", classes=classes)
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in _MACHINERY
    }
    return "\n\n".join(_describe(method) for method in methods.values())


def _read_classes() -> dict[str, ast.ClassDef]:
    folder = files("autotransform").joinpath("codemod")
    sources = sorted((file for file in folder.iterdir() if file.name.endswith(".py")), key=lambda file: file.name)
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in sources]
    return {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def _lineage(name: str, *, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Give a class and all its bases of ours, the bases first."""
    if name not in classes:
        return []
    bases = [ast.unparse(base).rpartition(".")[2] for base in classes[name].bases]
    return [*(each for base in bases for each in _lineage(base, classes=classes)), classes[name]]


def describe_modules() -> str:
    """Tell what a script may import, one module a line."""
    return "\n".join(
        name if names is None else f"{name}: {', '.join(sorted(names))}" for name, names in sorted(MODULES.items())
    )


def _describe(method: ast.FunctionDef) -> str:
    arguments = ast.parse(ast.unparse(method)).body[0]
    assert isinstance(arguments, ast.FunctionDef)
    listed = [*arguments.args.posonlyargs, *arguments.args.args]
    if listed and listed[0].arg == "self":
        (arguments.args.posonlyargs or arguments.args.args).pop(0)
    returns = f" -> {ast.unparse(method.returns)}" if method.returns else ""
    docstring = ast.get_docstring(method) or ""
    body = "\n".join(f"    {line}".rstrip() for line in docstring.split("\n"))
    return f"self.{method.name}({ast.unparse(arguments.args)}){returns}\n{body}"
