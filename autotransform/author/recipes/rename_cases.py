"""The cases of renamings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, import_of, text, unlike, with_word

if TYPE_CHECKING:
    from autotransform.author.recipes.rename import Renaming


def of_name(renaming: Renaming) -> list[Example]:
    """Write the cases for a name at the top of a module; the lookalikes outnumber the changes."""
    old, new, module = renaming.last, renaming.new, renaming.module
    thing = unlike(old, new, wish="thing")
    other = unlike(old, new, module.partition(".")[0], wish="elsewhere")
    imported = f"from {module} import"
    examples = [
        *_definitions(renaming),
        Example(
            name="imported from its module",
            before=text(f"{imported} {old}, {old} as {thing}", "", f"print({old}, {thing})"),
            after=text(f"{imported} {new}, {new} as {thing}", "", f"print({new}, {thing})"),
        ),
        Example(
            name="reached through its module",
            before=text(f"import {module}", "", f"print({module}.{old})"),
            after=text(f"import {module}", "", f"print({module}.{new})"),
        ),
        Example(
            name="the new name is taken here, so the old one stays as an alias",
            before=text(f"{imported} {old}", "", f"{new} = 1", f"print({old}, {new})"),
            after=text(f"{imported} {new} as {old}", "", f"{new} = 1", f"print({old}, {new})"),
            skips=1,
        ),
        *_relative(renaming),
        *_reexported(renaming),
    ]
    return [*examples, *_lookalikes(renaming, thing=thing, other=other)]


def _lookalikes(renaming: Renaming, *, thing: str, other: str) -> list[Example]:
    old, module = renaming.last, renaming.module
    owner = unlike(old, renaming.new, wish="Thing")
    return [
        Example(
            name="a parameter that only has the same name",
            before=text(f"def {thing}({old}):", f"    return {old}"),
            skips=0,
        ),
        Example(
            name="a local variable that only has the same name",
            before=text(f"def {thing}():", f"    {old} = 1", f"    return [{old} for {old} in range({old})]"),
            skips=0,
        ),
        Example(
            name="the same name from another module",
            before=text(f"from {other} import {old}", f"import {other}", "", f"print({old}, {other}.{old})"),
            skips=0,
        ),
        Example(
            name="an attribute and a keyword that only have the same name",
            before=text(
                f"class {owner}:",
                f"    {old} = 1",
                "",
                "",
                f"print({owner}.{old}, dict({old}=1))",
            ),
            skips=0,
        ),
        Example(
            name="a method of the same name",
            before=text(f"class {owner}:", f"    def {old}(self):", f"        return self.{old}"),
            skips=0,
        ),
        Example(
            name="prose that holds the word",
            before=text(f"# About {old}.", f'print("a {old}")'),
            skips=0,
        ),
        Example(
            name="a string that names it is undecided",
            before=text(f'print("{module}.{old}")'),
            skips=1,
        ),
        Example(
            name="an attribute looked up by a string is undecided",
            before=text(f"def {thing}(value):", f'    return getattr(value, "{old}")'),
            skips=1,
        ),
        Example(
            name="a name that a star import may bind is undecided",
            before=text(f"from {module} import *", "", f"print({old})"),
            skips=1,
        ),
    ]


def _definitions(renaming: Renaming) -> list[Example]:
    """Show the definition, in the file where it stands."""
    if not renaming.path:
        return []
    old, new = renaming.last, renaming.new
    thing = unlike(old, new, wish="thing")
    shapes = {
        "function": ([f"def {old}({thing}):", f"    return {thing}"], f"print({old}(1))"),
        "class": ([f"class {old}:", "    pass"], f'def {thing}(made: "{old}" = {old}()): ...'),
        "constant": ([f"{old} = 1"], f"def {thing}(value={old}): ..."),
    }
    definition, use = shapes.get(renaming.kind, shapes["constant"])
    before = text(f'__all__ = ["{old}"]', "", "", *definition, "", "", use)
    examples = [
        Example(
            name="the definition, its uses and __all__",
            path=renaming.path,
            before=before,
            after=with_word(before, old=old, new=new),
        )
    ]
    shadow = text(*definition, "", "", f"def {thing}({old}=1):", f"    return {old}")
    examples.append(
        Example(
            name="a parameter that hides it in its own module",
            path=renaming.path,
            before=shadow,
            after=_renamed_first(shadow, old=old, new=new),
        )
    )
    return examples


def _renamed_first(before: str, *, old: str, new: str) -> str:
    head, _, tail = before.partition("\n\n\n")
    return f"{with_word(head, old=old, new=new)}\n\n\n{tail}"


def _relative(renaming: Renaming) -> list[Example]:
    package, _, leaf = renaming.module.rpartition(".")
    if not package:
        return []
    old, new = renaming.last, renaming.new
    path = f"{package.replace('.', '/')}/{unlike(leaf, wish='example')}.py"
    if leaf == old:  # `from . import load` may be the module or the function
        before, after = (text(f"from .{leaf} import {each}", "", f"print({each})") for each in (old, new))
        return [Example(name="a relative import in the same package", path=path, before=before, after=after)]
    before = text(f"from .{leaf} import {old}", f"from . import {leaf}", "", f"print({old}, {leaf}.{old})")
    after = text(f"from .{leaf} import {new}", f"from . import {leaf}", "", f"print({new}, {leaf}.{new})")
    return [Example(name="relative imports in the same package", path=path, before=before, after=after)]


def _reexported(renaming: Renaming) -> list[Example]:
    if not renaming.others:
        return []
    package = renaming.others[0].rpartition(".")[0]
    old, new = renaming.last, renaming.new
    path = f"{package.replace('.', '/')}/__init__.py"
    before = text(f"from {renaming.module} import {old}", "", f'__all__ = ["{old}"]')
    after = text(f"from {renaming.module} import {new}", "", f'__all__ = ["{new}"]')
    return [
        Example(name=f"{package} imports it, to be imported from there", path=path, before=before, after=after),
        Example(
            name=f"imported from {package}",
            before=text(
                f"from {package} import {old}", f"import {package} as package", "", f"print({old}, package.{old})"
            ),
            after=text(
                f"from {package} import {new}", f"import {package} as package", "", f"print({new}, package.{new})"
            ),
        ),
    ]


def of_module(renaming: Renaming) -> list[Example]:
    """Write the cases for a module that keeps its package."""
    old, new = renaming.last, renaming.new
    package = renaming.owner
    renamed = f"{package}.{new}" if package else new
    other = unlike(old, new, wish="elsewhere")
    examples = [
        Example(
            name="imported by its whole name",
            before=text(f"import {renaming.old}", "", f"print({renaming.old}.name)"),
            after=text(f"import {renamed}", "", f"print({renamed}.name)"),
        ),
        Example(
            name="names imported from it, and from what is in it",
            before=text(
                f"from {renaming.old} import name",
                f"from {renaming.old}.part import piece as other",
                "",
                "print(name, other)",
            ),
            after=text(
                f"from {renamed} import name", f"from {renamed}.part import piece as other", "", "print(name, other)"
            ),
        ),
        Example(
            name="imported under another name",
            before=text(f"import {renaming.old} as short", "", "print(short.name)"),
            after=text(f"import {renamed} as short", "", "print(short.name)"),
        ),
        Example(
            name="the new name is taken here, so the old one stays as an alias",
            before=text(import_of(renaming.old), "", f"{new} = {old}.name"),
            after=text(f"{import_of(renamed)} as {old}", "", f"{new} = {old}.name"),
            skips=1,
        ),
        Example(
            name="another module of that name",
            before=text(f"from {other} import {old}", f"import {other}.{old}", "", f"print({old}, {other}.{old})"),
            skips=0,
        ),
        Example(name="a variable of that name", before=text(f"def show({old}):", f"    return {old}.name"), skips=0),
        Example(
            name="an attribute and a keyword of that name",
            before=text("def show(value):", f"    return value.{old}, dict({old}=1)"),
            skips=0,
        ),
        Example(name="a definition of that name", before=text(f"def {old}():", f"    return {old}"), skips=0),
        Example(
            name="prose that holds the word",
            before=text(f"# About {old}.", f'print("a {old}")'),
            skips=0,
        ),
    ]
    if package:
        examples.insert(1, _module_in_package(renaming))
        examples.append(
            Example(name="a string that names it is undecided", before=text(f'print("{renaming.old}.name")'), skips=1)
        )
    return examples


def _module_in_package(renaming: Renaming) -> Example:
    old, new = renaming.last, renaming.new
    path = f"{renaming.owner.replace('.', '/')}/{unlike(old, new, wish='example')}.py"
    before = text(f"from . import {old}", f"from .{old} import name", "", f"print({old}.name, name)")
    after = text(f"from . import {new}", f"from .{new} import name", "", f"print({new}.name, name)")
    return Example(name="relative imports in the same package", path=path, before=before, after=after)
