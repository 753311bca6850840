"""What a script may use, told from the source of ``autotransform.codemod`` itself, so that it cannot go stale."""

from __future__ import annotations

import ast
from importlib.resources import files

from autotransform.run.lookup import find_catalogue
from autotransform.script.policy import MODULES

#: The transform of the catalogue that models are shown.
EXAMPLE = "pytz_utc"

#: Methods by which LibCST calls us.
_MACHINERY = frozenset({"on_leave", "on_visit", "transform_module", "transform_module_impl", "names"})


def describe_transform() -> str:
    """Tell signature and docstring of every method of ``Transform``.

    The source is read, not imported: importing it would load LibCST into the process that talks to the model.
    """
    source = files("autotransform").joinpath("codemod", "transform.py").read_text(encoding="utf-8")
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "Transform"]
    methods = [
        node
        for node in classes[0].body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in _MACHINERY
    ]
    return "\n\n".join(_describe(method) for method in methods)


def describe_modules() -> str:
    """Tell what a script may import, one module a line."""
    return "\n".join(
        name if names is None else f"{name}: {', '.join(sorted(names))}" for name, names in sorted(MODULES.items())
    )


def read_example() -> str:
    """Give the whole text of one good transform; empty where the catalogue is not installed."""
    folder = find_catalogue()
    file = folder / f"{EXAMPLE}.py" if folder else None
    return file.read_text(encoding="utf-8") if file and file.is_file() else ""


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
