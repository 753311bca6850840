"""Read a script from its text: everything wrong with it at once, nothing executed."""

from __future__ import annotations

import ast
import re
import warnings
from typing import NamedTuple

from autotransform.errors import ScriptError
from autotransform.script.cases import read_cases, read_mentions, read_names
from autotransform.script.deriving import derive_mentions
from autotransform.script.header import Header, read_header
from autotransform.script.model import Problem, Script, digest_of

#: What the last part of a base class may be called, where the class can be run by itself; the first row wins.
_RUNNABLE_BASES = (
    re.compile(r"(Transform|Codemod|Command)$"),
    re.compile(r"(ContextAwareTransformer)$"),
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class _Classes(NamedTuple):
    entry: str
    all: tuple[str, ...]
    description: str


def parse(source: bytes | str, *, name: str, entry: str | None = None) -> Script:
    """Read a script.

    Args:
        source: The whole file, UTF-8.
        name: What the transform is called: the file's stem.
        entry: The class to run, where the file holds several.

    Raises:
        ScriptError: With one line for each problem, in the order of the lines.
    """
    problems: list[Problem] = []
    if not _NAME.fullmatch(name):
        message = f"the name {name!r} is not of the form [a-z][a-z0-9_]*; rename the file"
        problems.append(Problem(line=0, code="name", message=message))
    text = _decode(source, problems=problems)
    header = read_header(text)
    problems += header.problems
    tree = _parse_ast(text, problems=problems)
    script = _read(tree, name=name, entry=entry, text=text, header=header, problems=problems) if tree else None
    if problems or script is None:
        problems.sort(key=lambda problem: problem.line)
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        raise ScriptError(
            f"The transform {name!r} cannot be read: {count}.",
            details=tuple(str(problem) for problem in problems),
            hint=f"Mend it with `autotransform edit {name}`.",
        )
    return script


def _decode(source: bytes | str, *, problems: list[Problem]) -> str:
    if isinstance(source, str):
        return source.replace("\r\n", "\n")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + source[: error.start].count(b"\n")
        problems.append(Problem(line=line, code="encoding", message="the file is not UTF-8"))
        text = source.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n")


def _parse_ast(text: str, *, problems: list[Problem]) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        problems.append(Problem(line=error.lineno or 0, code="syntax", message=f"not valid Python: {error.msg}"))
    except (ValueError, RecursionError, MemoryError) as error:
        problems.append(
            Problem(line=0, code="syntax", message=f"not valid Python: {str(error) or type(error).__name__}")
        )
    return None


def _read(
    tree: ast.Module, *, name: str, entry: str | None, text: str, header: Header, problems: list[Problem]
) -> Script:
    values = _assignments(tree)
    mentions: tuple[str, ...] | None = None
    if "MENTIONS" in values:
        mentions, found = read_mentions(values["MENTIONS"])
        problems += found
    targets, found = (
        read_names(
            values["TARGETS"],
            what="TARGETS",
            is_valid=lambda text: all(part.isidentifier() for part in text.split(".")),
            wanted="a dotted name",
        )
        if "TARGETS" in values
        else ((), [])
    )
    problems += found
    cases, found = read_cases(values["CASES"]) if "CASES" in values else ((), [])
    problems += found
    classes = _find_classes(tree, entry=entry, problems=problems)
    summary, _, rules = (ast.get_docstring(tree) or classes.description).partition("\n")
    return Script(
        name=name,
        summary=summary.strip().replace("``", "`"),
        rules=rules.strip("\n"),
        source=text,
        entry=classes.entry,
        classes=classes.all,
        mentions=mentions,
        derived=derive_mentions(tree, targets=targets) if mentions is None else None,
        targets=targets,
        cases=cases,
        provenance=header.provenance,
        body_sha256=digest_of(header.body),
    )


def _assignments(tree: ast.Module) -> dict[str, ast.expr]:
    values: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            values |= {target.id: statement.value for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            values[statement.target.id] = statement.value
    return values


def _find_classes(tree: ast.Module, *, entry: str | None, problems: list[Problem]) -> _Classes:
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    runnable: tuple[str, ...] = ()
    for pattern in _RUNNABLE_BASES:
        runnable = _runnable(nodes, pattern=pattern)
        if runnable:
            break
    if entry is not None and entry not in nodes:
        known = f"; it holds {', '.join(runnable)}" if runnable else ""
        problems.append(Problem(line=0, code="class", message=f"the file holds no class {entry}{known}"))
    elif entry is None and not runnable:
        message = "the file holds no transform: no class derives from autotransform.codemod.Transform"
        problems.append(Problem(line=0, code="class", message=message))
    elif entry is None and len(runnable) > 1:
        message = f"the file holds several transforms ({', '.join(runnable)}); name one, as in FILE.py:{runnable[-1]}"
        problems.append(Problem(line=nodes[runnable[1]].lineno, code="class", message=message))
    chosen = entry or (runnable[-1] if runnable else "")
    return _Classes(entry=chosen, all=runnable, description=_description(nodes.get(chosen)))


def _runnable(nodes: dict[str, ast.ClassDef], *, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Name the classes that can be run, less those that another one of them derives from."""
    found: list[str] = []
    bases: set[str] = set()
    for name, node in nodes.items():
        of_node = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        if any(base in found or (base not in nodes and pattern.search(base)) for base in of_node):
            found.append(name)
            bases |= of_node
    return tuple(name for name in found if name not in bases and not name.startswith("_"))


def _description(node: ast.ClassDef | None) -> str:
    for statement in node.body if node else ():
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            if "DESCRIPTION" in names and isinstance(statement.value.value, str):
                return statement.value.value
    return ""
