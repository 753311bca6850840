"""The cases of renamings of methods and attributes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, renamed, unchanged

if TYPE_CHECKING:
    from autotransform.author.recipes.rename import Renaming


def of_member(renaming: Renaming, *, class_inner: str) -> list[Example]:
    """Write the cases for a method or attribute of a class."""
    return [*_changes(renaming, owner=class_inner), *_lookalikes(renaming.last)]


def _changes(renaming: Renaming, *, owner: str) -> list[Example]:
    change = partial(renamed, old=renaming.last, new=renaming.new)
    imported = f"from {renaming.module} import {owner.partition('.')[0]}"
    show = f"def show(value: {owner}, other: {owner} | None):"
    made = f"made = {owner}()"
    examples = [
        change(
            "on the class, and on what is made of it",
            lambda name: (imported, "", f"print({owner}.{name}, {owner}().{name})", made, f"print(made.{name})"),
        ),
        change(
            "on a parameter that is annotated with the class",
            lambda name: (imported, "", "", show, f"    print(value.{name}, other.{name})"),
        ),
        change(
            "in a class that derives from it",
            lambda name: (
                *(imported, "", "", f"class Special({owner}):", "    def show(self):"),
                f"        return self.{name}, super().{name}",
            ),
        ),
    ]
    if renaming.path:
        lines = partial(_definition, kind=renaming.kind, owner=owner)
        examples.insert(0, change("the definition, and its uses in the class", lines, path=renaming.path))
    return examples


def _definition(name: str, *, kind: str, owner: str) -> list[str]:
    *around, last = owner.split(".")
    indent = "    " * len(around)
    opening = [f"{'    ' * depth}class {each}:" for depth, each in enumerate(around)]
    shapes = {
        "method": [f"    def {name}(self):", f"        return self.{name}()"],
        "class": [f"    class {name}:", "        pass", "", f"    made = {name}()"],
    }
    body = shapes.get(kind, [f"    {name} = 1", "", "    def show(self):", f"        return self.{name}"])
    return [*opening, *(f"{indent}{line}" if line else "" for line in (f"class {last}:", *body))]


def _lookalikes(old: str) -> list[Example]:
    return [
        unchanged(
            "an unrelated class with a member of the same name",
            *("class Stranger:", f"    def {old}(self):", f"        return self.{old}", "", "", f"Stranger().{old}()"),
        ),
        unchanged("names that are no members", f"def show({old}):", f"    return dict({old}={old})"),
        unchanged("a function of a module with the same name", "import elsewhere", "", f"elsewhere.{old}()"),
        unchanged("a value of unknown type is undecided", "def show(value):", f"    return value.{old}", skips=1),
        unchanged(
            "a member looked up by a string is undecided",
            *("def show(value):", f'    return getattr(value, "{old}")'),
            skips=1,
        ),
    ]
