"""What a name of a request turned out to mean."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.recipes.definitions import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One thing that a name stands for."""

    #: Qualified, where it is defined: ``package.module.Class.method``, ``pytz.UTC``, ``builtins.print``.
    name: str
    #: As `Definition.kind`; empty when only its name is known.
    kind: str = ""
    #: The module part of the name: what an import statement names.
    module: str = ""
    #: Where it is defined, when that is in the repository.
    definition: Definition | None = None
    #: Where it is defined, when that is in something installed.
    installed: Definition | None = None
    #: What the person should know about how their words were read.
    notes: tuple[str, ...] = ()

    @property
    def inner(self) -> str:
        """The name inside its module: ``Class.method``, ``timezone.utc``; empty for a module."""
        return self.name[len(self.module) + 1 :] if self.module else self.name

    @property
    def first(self) -> str:
        """What is imported from the module: ``timezone`` of ``datetime.timezone.utc``."""
        return self.inner.partition(".")[0]

    @property
    def last(self) -> str:
        """The last part of the name: ``utc`` of ``datetime.timezone.utc``."""
        return self.name.rpartition(".")[2]

    @property
    def parent(self) -> str:
        """What it is taken out of: ``datetime.timezone`` of ``datetime.timezone.utc``."""
        return self.name.rpartition(".")[0]

    @property
    def text(self) -> str:
        """How code says it that imports the module as a whole."""
        return self.inner if self.is_builtin else self.name

    @property
    def is_builtin(self) -> bool:
        """Whether it needs no import."""
        return self.module == "builtins"

    @property
    def is_exception(self) -> bool:
        """Whether it is an exception, by its name."""
        known = getattr(builtins, self.last, None) if self.is_builtin else None
        return self.last.endswith(("Error", "Exception")) or (
            isinstance(known, type) and issubclass(known, BaseException)
        )

    def may_be(self, kind: str) -> bool:
        """Tell whether this can be what the person called a ``kind`` (empty: anything)."""
        if not kind or not self.kind or kind == self.kind:
            return True
        if kind in {"function", "method"}:
            return self.kind in {"function", "method"}
        if kind == "attribute":
            is_property = self.definition is not None and bool(self.definition.decorators)
            return self.kind in {"attribute", "variable"} or (self.kind == "method" and is_property)
        return kind == "variable" and self.kind == "attribute"

    def read_from(self, typed: str) -> Meaning:
        """Note how the name was read that the person typed, where that may not be what they meant."""
        if self.notes or typed in {self.name, self.text}:
            return self
        return replace(self, notes=(f"`{typed}` is read as {self}.",))

    def __str__(self) -> str:
        where = f", {self.definition.path}:{self.definition.line}" if self.definition else ""
        kind = self.kind or ("built in" if self.is_builtin else "not defined here")
        return f"{self.name} ({kind}{where})"


def guess_module(name: str, *, is_module: Callable[[str], bool], is_absent: Callable[[str], bool]) -> str:
    """Split the module off a dotted name: its longest prefix that is one, else by the look of it.

    A whole name that is a module is its own module. What a module certainly does not hold is taken for a module that
    is still to come. Where nothing is known, everything before the first part with a capital letter is taken for the
    module, or everything but the last part.
    """
    parts = name.split(".")
    sizes = range(len(parts), 0, -1)
    size = next((size for size in sizes if is_module(".".join(parts[:size]))), 0)
    if size:
        while size < len(parts) - 1 and parts[size].islower() and is_absent(".".join(parts[: size + 1])):
            size += 1
        return ".".join(parts[:size])
    capital = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    return ".".join(parts[: max(1, min(capital, len(parts) - 1))])
