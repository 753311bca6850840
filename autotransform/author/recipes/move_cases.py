"""The cases of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, import_of, text, unlike

if TYPE_CHECKING:
    from autotransform.author.recipes.meaning import Meaning


def of_name(meaning: Meaning, *, new_module: str) -> list[Example]:
    """Write the cases for a name that moves to another module."""
    old, new, name = meaning.module, new_module, meaning.last
    other = unlike(name, wish="other")
    examples = [
        Example(
            name="imported from its module",
            before=text(f"from {old} import {name}", "", f"print({name})"),
            after=text(f"from {new} import {name}", "", f"print({name})"),
        ),
        Example(
            name="imported beside others, and under another name",
            before=text(f"from {old} import {other}, {name} as short", "", f"print({other}, short)"),
            after=text(
                f"from {old} import {other}", f"from {new} import {name} as short", "", f"print({other}, short)"
            ),
        ),
        Example(
            name="imported in a function",
            before=text("def show():", f"    from {old} import {name}", "", f"    return {name}"),
            after=text("def show():", f"    from {new} import {name}", "", f"    return {name}"),
        ),
        Example(
            name="reached through its module",
            before=text(f"import {old}", "", f"print({old}.{name})"),
            after=text(f"import {new}", "", f"print({new}.{name})"),
        ),
        *_name_lookalikes(meaning, new_module=new_module, other=other),
    ]
    if "." in old and old.partition(".")[0] == new.partition(".")[0]:
        examples.insert(3, _relative(meaning, new_module=new_module))
    return examples


def _relative(meaning: Meaning, *, new_module: str) -> Example:
    package, _, leaf = meaning.module.rpartition(".")
    name = meaning.last
    near = new_module.removeprefix(f"{package}.")
    after = f".{near}" if near != new_module else new_module
    path = f"{package.replace('.', '/')}/{unlike(leaf, near, wish='example')}.py"
    return Example(
        name="a relative import",
        path=path,
        before=text(f"from .{leaf} import {name}", "", f"print({name})"),
        after=text(f"from {after} import {name}", "", f"print({name})"),
    )


def _name_lookalikes(meaning: Meaning, *, new_module: str, other: str) -> list[Example]:
    old, name = meaning.module, meaning.last
    elsewhere = unlike(name, old.partition(".")[0], wish="elsewhere")
    here = f"{new_module.replace('.', '/')}.py"
    examples = [
        Example(
            name="another name of the module",
            before=text(f"from {old} import {other}", f"import {old}", "", f"print({other}, {old}.{other})"),
            skips=0,
        ),
        Example(
            name="the same name of another module",
            before=text(
                f"from {elsewhere} import {name}", f"import {elsewhere}", "", f"print({name}, {elsewhere}.{name})"
            ),
            skips=0,
        ),
        Example(
            name="a parameter of that name",
            before=text(f"def show({name}):", f"    return {name}"),
            skips=0,
        ),
        Example(
            name="an import of it where it will stand is listed",
            path=here,
            before=text(f"from {old} import {name}", "", f"print({name})"),
            skips=1,
        ),
        Example(
            name="what a star import may bind is undecided",
            before=text(f"from {old} import *", "", f"print({name})"),
            skips=1,
        ),
        Example(
            name="a string that names it is undecided",
            before=text(f'print("{old}.{name}")'),
            skips=1,
        ),
    ]
    if meaning.definition is not None:
        examples.append(_definition(meaning))
    return examples


def _definition(meaning: Meaning) -> Example:
    path = meaning.module.replace(".", "/")
    is_package = meaning.definition is not None and "__init__." in meaning.definition.path
    return Example(
        name="its definition is moved by hand, and listed with its uses beside it",
        path=f"{path}/__init__.py" if is_package else f"{path}.py",
        before=text(f"class {meaning.last}:", "    pass", "", "", f"made = {meaning.last}"),
        skips=2,
    )


def of_module(old: str, *, new: str) -> list[Example]:
    """Write the cases for a module that moves."""
    name = old.rpartition(".")[2]
    leaf = new.rpartition(".")[2]
    alias = "" if leaf == name else f" as {name}"
    other = unlike(name, leaf, old.partition(".")[0], wish="elsewhere")
    return [
        Example(
            name="imported by its whole name",
            before=text(f"import {old}", "", f"print({old}.value)"),
            after=text(f"import {new}", "", f"print({new}.value)"),
        ),
        Example(
            name="imported from its package",
            before=text(import_of(old), "", f"print({name}.value)"),
            after=text(f"{import_of(new)}{alias}", "", f"print({name}.value)"),
        ),
        Example(
            name="names imported from it, and from what is in it",
            before=text(f"from {old} import value", f"from {old}.part import piece", "", "print(value, piece)"),
            after=text(f"from {new} import value", f"from {new}.part import piece", "", "print(value, piece)"),
        ),
        Example(
            name="imported under another name",
            before=text(f"import {old} as short", "", "print(short.value)"),
            after=text(f"import {new} as short", "", "print(short.value)"),
        ),
        Example(
            name="another module of that name",
            before=text(f"from {other} import {name}", f"import {other}.{name}", "", f"print({name}, {other}.{name})"),
            skips=0,
        ),
        Example(name="a variable of that name", before=text(f"def show({name}):", f"    return {name}.value"), skips=0),
        Example(name="an attribute of that name", before=text("def show(value):", f"    return value.{name}"), skips=0),
        Example(name="prose that holds the word", before=text(f"# About {name}.", f'print("a {name}")'), skips=0),
        Example(
            name="a string that names something in it is undecided",
            before=text(f'print("{old}.value")'),
            skips=1 if "." in old else 0,
        ),
    ]
