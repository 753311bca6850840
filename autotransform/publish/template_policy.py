"""Templates from a repository: only what cannot take the machine, or forever."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from autotransform.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Characters of a template, of what it makes, and loops within loops.
_LONGEST, _LONGEST_OUTPUT, _DEEPEST = 20_000, 400_000, 2

#: Values can be shown, tested and gone through. What could make text or loops grow without end (calls, assignments,
#: macros, arithmetic, lists of its own) is not there, and neither are filters that pad or repeat.
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.For,
    nodes.If, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_FILTERS = frozenset(
    {"default", "first", "last", "length", "count", "lower", "upper", "title", "capitalize", "trim", "join"}
)
_TESTS = frozenset({"defined", "undefined", "none", "odd", "even", "eq", "ne", "lt", "gt", "le", "ge", "in"})


class _Text(str):
    """A text as a template sees it: shown as a whole, for a loop over its letters could go on for hours."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a text cannot be gone through")


def render_own(name: str, values: Mapping[str, object]) -> str:
    """Render a template that stands beside this module."""
    return _own_environment().get_template(name).render(values)


def render_foreign(source: str, values: Mapping[str, object], *, origin: str) -> str:
    """Render a template from a repository's configuration, in a sandbox.

    Args:
        source: The template.
        values: Strings, numbers and lists of such: ready to be shown.
        origin: What to call the template in messages.

    Raises:
        ConfigError: It is none, does what it must not, or makes more than can be used.
    """
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    try:
        for fault in _faults(environment, source):
            raise _refused(origin, fault)
        made: list[str] = []
        length = 0
        for piece in environment.from_string(source).generate({name: _closed(value) for name, value in values.items()}):
            made.append(piece)
            length += len(piece)
            if length > _LONGEST_OUTPUT:
                raise _refused(origin, f"it makes more than {_LONGEST_OUTPUT} characters")
        return "".join(made)
    except jinja2.TemplateError as error:
        line = f"line {error.lineno}: " if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise _refused(origin, f"{line}{error.message or type(error).__name__}") from None
    except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise _refused(origin, f"{type(error).__name__}: {error}") from None


def _closed(value: object) -> object:
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, list):
        return [_closed(each) for each in value]
    return {key: _closed(each) for key, each in value.items()} if isinstance(value, dict) else value


def _faults(environment: jinja2.Environment, source: str) -> Iterator[str]:
    if len(source) > _LONGEST:
        yield f"it has more than {_LONGEST} characters"
        return
    todo: list[tuple[nodes.Node, int]] = [(environment.parse(source), 0)]
    while todo:
        node, depth = todo.pop()
        depth += isinstance(node, nodes.For)
        if fault := _fault(node, depth=depth):
            yield f"line {getattr(node, 'lineno', 0)}: {fault}"
        todo += [(child, depth) for child in node.iter_child_nodes()]


def _fault(node: nodes.Node, *, depth: int) -> str:
    name = str(getattr(node, "name", ""))[:40]
    if isinstance(node, nodes.Filter) and name not in _FILTERS:
        return f"the filter {name!r} cannot be used here"
    if isinstance(node, nodes.Test) and name not in _TESTS:
        return f"the test {name!r} cannot be used here"
    gone_through = getattr(node, "iter" if isinstance(node, nodes.For) else "node", None)
    if name != "join" and not isinstance(node, nodes.For):
        gone_through = None
    if not isinstance(gone_through, nodes.Name | nodes.Getattr | None):
        return "only a value can be gone through, not what is made of it"
    if isinstance(node, nodes.For) and (depth > _DEEPEST or getattr(node, "recursive", False)):
        return f"loops stand no more than {_DEEPEST} deep"
    return "" if isinstance(node, _NODES) else f"{type(node).__name__.lower()} cannot be used here"


def _refused(origin: str, what: str) -> ConfigError:
    return ConfigError(
        f"The template {origin} cannot be used: {what[:300]}.",
        hint="Mend it, or leave it out: there is one of our own.",
    )


@lru_cache(maxsize=1)
def _own_environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("autotransform.publish"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it is Markdown, and every value was made safe for that
    )
