"""A project's own prompts: templates that come with the repository, so they may fill in values and do nothing else."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import nodes

from autotransform.errors import ConfigError
from autotransform.run.disk import read_below

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The folder, beside a project's transforms, that holds its own prompts, and the longest that is read.
FOLDER = "prompts"
_LONGEST = 100_000

#: What a prompt may be made of. Nothing here calls, computes or keeps anything, so none takes long or grows large.
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.Getattr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
    nodes.Include,
)
_FILTERS = frozenset({"default", "length", "lower", "trim", "upper"})
#: What a loop may be over.
_LISTS = ("examples", "findings")
#: Parts that every prompt may include; they include nothing themselves.
_PARTS = frozenset({"data.j2", "libcst.j2"})


def read_overrides(root: Path, *, transforms: str) -> dict[str, str]:
    """Read the prompts that a project keeps in the folder ``prompts`` beside its transforms, by file name.

    Raises:
        ConfigError: One has no place among ours, cannot be read, or does more than fill in values.
    """
    folder = root / transforms / FOLDER
    if not folder.is_dir():
        return {}
    known = sorted(each.name for each in files(__package__).iterdir() if each.name.endswith(".j2"))
    overrides = {}
    for name in sorted(path.name for path in folder.glob("*.j2")):
        if name not in known:
            raise ConfigError(f"No prompt is called {name}.", hint=f"The prompts are {', '.join(known)}.")
        overrides[name] = _read(root, f"{transforms}/{FOLDER}/{name}")
    return overrides


def _read(root: Path, path: str) -> str:
    content = read_below(root, path)
    if isinstance(content, OSError) or len(content) > _LONGEST:
        why = content.strerror or str(content) if isinstance(content, OSError) else "it is too long"
        raise ConfigError(f"The prompt {path} cannot be read: {why}.", hint="Mend it, or remove it to use ours.")
    text = content.decode("utf-8", "replace")
    try:
        problems = list(_find_problems(jinja2.Environment(autoescape=False).parse(text), name=path))  # noqa: S701 - prompts are plain text
    except (jinja2.TemplateError, RecursionError) as error:
        problems = [f"line {getattr(error, 'lineno', 0)}: {error}"]
    if problems:
        raise ConfigError(
            f"The prompt {path} does more than fill in values.",
            details=tuple(problems[:10]),
            hint="Mend it, or remove it.",
        )
    return text


def _find_problems(tree: Any, *, name: str) -> Iterator[str]:
    """Find what is more than filling in; Jinja does not declare what its nodes hold."""
    is_part = name.rpartition("/")[2] in _PARTS
    for node in tree.find_all(nodes.Node):
        kind = type(node)
        if not issubclass(kind, _ALLOWED):
            yield f"line {node.lineno}: no {kind.__name__.lower()} here"
        elif kind is nodes.Filter and (node.name not in _FILTERS or node.args or node.kwargs):
            yield f"line {node.lineno}: the filters are {', '.join(sorted(_FILTERS))}, without arguments"
        elif kind is nodes.Getattr and node.attr.startswith("_"):
            yield f"line {node.lineno}: no {node.attr} here"
        elif kind is nodes.For and not _is_plain_loop(node):
            yield f"line {node.lineno}: a loop is over {' or '.join(_LISTS)}, and holds no loop and no other prompt"
        elif kind is nodes.Include and not _may_include(node, is_part=is_part):
            yield f"line {node.lineno}: what can be included is {', '.join(sorted(_PARTS))}, and not by one of these"


def _is_plain_loop(node: Any) -> bool:
    inner = [each for kind in (nodes.For, nodes.Include) for each in node.find_all(kind) if each is not node]
    return not inner and isinstance(node.iter, nodes.Name) and getattr(node.iter, "name", "") in _LISTS


def _may_include(node: Any, *, is_part: bool) -> bool:
    return not is_part and isinstance(node.template, nodes.Const) and getattr(node.template, "value", "") in _PARTS
