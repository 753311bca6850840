"""Files of cases in which something is called."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, text, unchanged, unlike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.author.recipes.callees import Callee


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Writes files in which something is called."""

    callee: Callee
    #: Lines that the change adds to the imports.
    added: tuple[str, ...] = ()
    #: Lines that the change takes away from them.
    removed: tuple[str, ...] = ()
    #: Whether the change takes the import away where nothing is called any more.
    drops: bool = False

    @property
    def meaning_import(self) -> tuple[str, ...]:
        """The lines that import what is called."""
        meaning = self.callee.meaning
        return () if meaning.is_builtin else (f"from {meaning.module} import {meaning.first}",)

    def lines(self, *calls: str, is_after: bool = False, with_imports: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Write a file: imports, then a line for each call, in which ``f(`` stands for what is called."""
        is_gone = self.drops and is_after and not any("f(" in call for call in calls)
        own = () if is_gone else self.meaning_import
        imports = join_imports((*own, *with_imports))
        body = tuple(call.replace("f(", f"{self.callee.text}(") for call in calls)
        return (*imports, "", *body) if imports else body

    def changed(self, name: str, before: str, after: str) -> Example:
        """Write a case in which calls change."""
        return Example(
            name=name,
            before=text(*self.lines(before, with_imports=self.removed)),
            after=text(*self.lines(after, is_after=True, with_imports=self.added)),
            skips=0,
        )

    def kept(self, name: str, *calls: str, skips: int = 0) -> Example:
        """Write a case in which no call changes."""
        return unchanged(name, *self.lines(*calls), skips=skips)

    def others(self, arguments: str) -> list[Example]:
        """Write the cases that hold for every change: what only looks like the call."""
        meaning = self.callee.meaning
        other = unlike(meaning.last, wish="other")
        cases = [
            self.kept("another function", f"{other}({arguments})"),
            unchanged("a string and a comment", f'text = "{meaning.last}({_plain(arguments)})"  # {meaning.last}()'),
        ]
        if self.callee.kind == "method":
            return [
                *cases,
                unchanged("a function of that name", f"def run({meaning.last}):", f"    {meaning.last}({arguments})"),
                unchanged(
                    "a class of the file that has the same method",
                    "class Unrelated:",
                    f"    def {meaning.last}(self, *values, **options):",
                    "        pass",
                    "",
                    "    def run(self):",
                    f"        self.{meaning.last}({arguments})",
                ),
            ]
        local = unchanged("a parameter of that name", f"def run({meaning.first}):", f"    {meaning.inner}({arguments})")
        method = self.kept("a method of that name", f"thing.{meaning.inner}({arguments})")
        return [*cases, local, method, *self._other_module(arguments)]

    def _other_module(self, arguments: str) -> list[Example]:
        meaning = self.callee.meaning
        if meaning.is_builtin:
            return []
        lines = (f"from unrelated import {meaning.first}", "", f"{meaning.inner}({arguments})")
        return [unchanged("the same name of another module", *lines)]

    def unknown(self, arguments: str) -> list[Example]:
        """Write the case of a method of who knows what."""
        if self.callee.kind != "method":
            return []
        last = self.callee.meaning.last
        return [unchanged("a method of an unknown value", "def run(value):", f"    value.{last}({arguments})", skips=1)]

    def definition(self, before: str, after: str, *, body: tuple[str, str] = ("pass", "pass")) -> list[Example]:
        """Write the case of the definition, between whose parentheses stands ``before``, then ``after``."""
        found = next(iter(self.callee.definitions), None)
        if found is None:
            return []
        *classes, name = found.inner.split(".")
        is_method = bool(classes) and "staticmethod" not in found.decorators
        this = "cls" if "classmethod" in found.decorators else "self"
        texts = [
            self._nested(
                classes, name, ", ".join(part for part in (this if is_method else "", parameters) if part), line
            )
            for parameters, line in ((before, body[0]), (after, body[1]))
        ]
        path = f"{found.module.replace('.', '/')}.py"
        if found.path.endswith(("__init__.py", "__init__.pyi")):
            path = f"{found.module.replace('.', '/')}/__init__.py"
        return [Example(name="the definition", before=texts[0], after=texts[1], path=path, skips=0)]

    def _nested(self, classes: list[str], name: str, parameters: str, body: str) -> str:
        lines = [f"{'    ' * depth}class {each}:" for depth, each in enumerate(classes)]
        indent = "    " * len(classes)
        decorators = next(iter(self.callee.definitions)).decorators
        lines += [f"{indent}@{each}" for each in decorators if each in {"staticmethod", "classmethod"}]
        return text(*lines, f"{indent}def {name}({parameters}):", f"{indent}    {body}")


def _place(line: str) -> tuple[bool, str]:
    """Say where an import is put among others: those of the standard library first, then by name."""
    module = line.split()[1]
    return module.partition(".")[0] not in sys.stdlib_module_names, module


def join_imports(imports: Sequence[str]) -> list[str]:
    """Write what is imported from one module on one line; the standard library first, and a gap after it."""
    lines: dict[str, list[str]] = {}
    for each in sorted(imports, key=_place):
        start, found, name = each.partition(" import ")
        lines.setdefault(start if found else each, []).extend([name] if found else [])
    written = [f"{start} import {', '.join(sorted(set(names)))}" if names else start for start, names in lines.items()]
    ours = [each for each in written if _place(each)[0]]
    theirs = [each for each in written if not _place(each)[0]]
    return [*theirs, *([""] if ours and theirs else []), *ours]


def _plain(arguments: str) -> str:
    return arguments.replace('"', "'").replace("\\", "")
