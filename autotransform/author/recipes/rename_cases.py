"""The cases of renamings of functions, classes, constants and modules; the lookalikes outnumber the changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, import_of, renamed, text, unchanged, unlike

if TYPE_CHECKING:
    from autotransform.author.recipes.rename import Renaming


def of_name(renaming: Renaming) -> list[Example]:
    """Write the cases for a name at the top of a module."""
    old, new, module = renaming.last, renaming.new, renaming.module
    thing = unlike(old, new, wish="thing")
    change = partial(renamed, old=old, new=new)
    imported = f"from {module} import"
    return [
        *_definitions(renaming, thing=thing),
        change(
            "imported from its module",
            lambda name: (f"{imported} {name}, {name} as {thing}", "", f"print({name}, {thing})"),
        ),
        change("reached through its module", lambda name: (f"import {module}", "", f"print({module}.{name})")),
        Example(
            name="the new name is taken here, so the old one stays as an alias",
            before=text(f"{imported} {old}", "", f"{new} = 1", f"print({old}, {new})"),
            after=text(f"{imported} {new} as {old}", "", f"{new} = 1", f"print({old}, {new})"),
            skips=1,
        ),
        *_relative(renaming),
        *_reexported(renaming),
        *_lookalikes(old, thing=thing, owner=unlike(old, new, wish="Thing")),
        *_undecided(renaming, thing=thing),
    ]


def _definitions(renaming: Renaming, *, thing: str) -> list[Example]:
    """Show the definition, in the file where it stands."""
    if not renaming.path:
        return []
    hidden = text("", "", f"def {thing}({renaming.last}=1):", f"    return {renaming.last}")
    before, after = (
        text(*_definition(name, kind=renaming.kind, thing=thing)) for name in (renaming.last, renaming.new)
    )
    return [
        renamed(
            "the definition, its uses and __all__",
            lambda name: (
                *(f'__all__ = ["{name}"]', "", ""),
                *_definition(name, kind=renaming.kind, thing=thing),
                *("", "", _use(name, kind=renaming.kind, thing=thing)),
            ),
            old=renaming.last,
            new=renaming.new,
            path=renaming.path,
        ),
        Example(
            name="a parameter that hides it in its own module",
            path=renaming.path,
            before=before + hidden,
            after=after + hidden,
        ),
    ]


def _definition(name: str, *, kind: str, thing: str) -> list[str]:
    if kind == "function":
        return [f"def {name}({thing}):", f"    return {thing}"]
    return [f"class {name}:", "    pass"] if kind == "class" else [f"{name} = 1"]


def _use(name: str, *, kind: str, thing: str) -> str:
    if kind == "function":
        return f"print({name}(1))"
    return f'def {thing}(made: "{name}" = {name}()): ...' if kind == "class" else f"def {thing}(value={name}): ..."


def _relative(renaming: Renaming) -> list[Example]:
    package, _, leaf = renaming.module.rpartition(".")
    if not package:
        return []
    old, new = renaming.last, renaming.new
    path = f"{package.replace('.', '/')}/{unlike(leaf, wish='example')}.py"

    def lines(name: str) -> str:
        if leaf == old:  # `from . import load` may be the module or the function
            return text(f"from .{leaf} import {name}", "", f"print({name})")
        return text(f"from .{leaf} import {name}", f"from . import {leaf}", "", f"print({name}, {leaf}.{name})")

    return [Example(name="relative imports in the same package", path=path, before=lines(old), after=lines(new))]


def _reexported(renaming: Renaming) -> list[Example]:
    if not renaming.others:
        return []
    package = renaming.others[0].rpartition(".")[0]
    old, new = renaming.last, renaming.new

    def inside(name: str) -> str:
        return text(f"from {renaming.module} import {name}", "", f'__all__ = ["{name}"]')

    def outside(name: str) -> str:
        lines = (f"from {package} import {name}", f"import {package} as package", "")
        return text(*lines, f"print({name}, package.{name})")

    path = f"{package.replace('.', '/')}/__init__.py"
    name = f"{package} imports it, to be imported from there"
    return [
        Example(name=name, path=path, before=inside(old), after=inside(new)),
        Example(name=f"imported from {package}", before=outside(old), after=outside(new)),
    ]


def _lookalikes(old: str, *, thing: str, owner: str) -> list[Example]:
    other = unlike(old, thing, wish="elsewhere")
    return [
        unchanged("a parameter that only has the same name", f"def {thing}({old}):", f"    return {old}"),
        unchanged(
            "a local variable that only has the same name",
            *(f"def {thing}():", f"    {old} = 1", f"    return [{old} for {old} in range({old})]"),
        ),
        unchanged(
            "the same name from another module",
            *(f"from {other} import {old}", f"import {other}", "", f"print({old}, {other}.{old})"),
        ),
        unchanged(
            "an attribute and a keyword that only have the same name",
            *(f"class {owner}:", f"    {old} = 1", "", "", f"print({owner}.{old}, dict({old}=1))"),
        ),
        unchanged(
            "a method of the same name",
            *(f"class {owner}:", f"    def {old}(self):", f"        return self.{old}"),
        ),
        unchanged("prose that holds the word", f"# About {old}.", f'print("a {old}")'),
    ]


def _undecided(renaming: Renaming, *, thing: str) -> list[Example]:
    old, module = renaming.last, renaming.module
    return [
        unchanged("a string that names it is undecided", f'print("{module}.{old}")', skips=1),
        unchanged(
            "an attribute looked up by a string is undecided",
            *(f"def {thing}(value):", f'    return getattr(value, "{old}")'),
            skips=1,
        ),
        unchanged(
            "a name that a star import may bind is undecided",
            *(f"from {module} import *", "", f"print({old})"),
            skips=1,
        ),
    ]


def of_module(renaming: Renaming) -> list[Example]:
    """Write the cases for a module that keeps its package."""
    old, new, package = renaming.last, renaming.new, renaming.owner
    above = f"{package}." if package else ""
    change = partial(renamed, old=old, new=new)
    examples = [
        change("imported by its whole name", lambda name: (f"import {above}{name}", "", f"print({above}{name}.x)")),
        change(
            "names imported from it, and from what is in it",
            lambda name: (f"from {above}{name} import x", f"from {above}{name}.part import y", "", "print(x, y)"),
        ),
        change("imported under another name", lambda name: (f"import {above}{name} as short", "", "print(short.x)")),
        Example(
            name="the new name is taken here, so the old one stays as an alias",
            before=text(import_of(above + old), "", f"{new} = {old}.x"),
            after=text(f"{import_of(above + new)} as {old}", "", f"{new} = {old}.x"),
            skips=1,
        ),
        *_module_lookalikes(old, other=unlike(old, new, package.partition(".")[0], wish="elsewhere")),
    ]
    if package:
        path = f"{package.replace('.', '/')}/{unlike(old, new, wish='example')}.py"
        relative = change(
            "relative imports in the same package",
            lambda name: (f"from . import {name}", f"from .{name} import x", "", f"print({name}.x, x)"),
            path=path,
        )
        examples.insert(1, relative)
        examples.append(unchanged("a string that names it is undecided", f'print("{above}{old}.x")', skips=1))
    return examples


def _module_lookalikes(old: str, *, other: str) -> list[Example]:
    return [
        unchanged(
            "another module of that name",
            *(f"from {other} import {old}", f"import {other}.{old}", "", f"print({old}, {other}.{old})"),
        ),
        unchanged("a variable of that name", f"def show({old}):", f"    return {old}.name"),
        unchanged(
            "an attribute and a keyword of that name", "def show(value):", f"    return value.{old}, dict({old}=1)"
        ),
        unchanged("a definition of that name", f"def {old}():", f"    return {old}"),
        unchanged("prose that holds the word", f"# About {old}.", f'print("a {old}")'),
    ]
