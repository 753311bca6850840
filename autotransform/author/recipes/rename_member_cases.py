"""The cases of renamings of methods and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, text, with_word

if TYPE_CHECKING:
    from autotransform.author.recipes.rename import Renaming


def of_member(renaming: Renaming, *, class_inner: str) -> list[Example]:
    """Write the cases for a method or attribute of a class."""
    old, new, module = renaming.last, renaming.new, renaming.module
    outer = class_inner.partition(".")[0]
    imported = f"from {module} import {outer}"
    return [
        *_member_definitions(renaming, class_inner=class_inner),
        Example(
            name="on the class, and on what is made of it",
            before=text(
                imported,
                "",
                f"print({class_inner}.{old}, {class_inner}().{old})",
                f"made = {class_inner}()",
                f"print(made.{old})",
            ),
            after=text(
                imported,
                "",
                f"print({class_inner}.{new}, {class_inner}().{new})",
                f"made = {class_inner}()",
                f"print(made.{new})",
            ),
        ),
        Example(
            name="on a parameter that is annotated with the class",
            before=text(
                imported,
                "",
                "",
                f"def show(value: {class_inner}, other: {class_inner} | None):",
                f"    print(value.{old}, other.{old})",
            ),
            after=text(
                imported,
                "",
                "",
                f"def show(value: {class_inner}, other: {class_inner} | None):",
                f"    print(value.{new}, other.{new})",
            ),
        ),
        Example(
            name="in a class that derives from it",
            before=text(
                imported,
                "",
                "",
                f"class Special({class_inner}):",
                "    def show(self):",
                f"        return self.{old}, super().{old}",
            ),
            after=text(
                imported,
                "",
                "",
                f"class Special({class_inner}):",
                "    def show(self):",
                f"        return self.{new}, super().{new}",
            ),
        ),
        Example(
            name="an unrelated class with a member of the same name",
            before=text(
                "class Stranger:", f"    def {old}(self):", f"        return self.{old}", "", "", f"Stranger().{old}()"
            ),
            skips=0,
        ),
        Example(
            name="names that are no members",
            before=text(f"def show({old}):", f"    return dict({old}={old})"),
            skips=0,
        ),
        Example(
            name="a function of a module with the same name",
            before=text("import elsewhere", "", f"elsewhere.{old}()"),
            skips=0,
        ),
        Example(
            name="a value of unknown type is undecided",
            before=text("def show(value):", f"    return value.{old}"),
            skips=1,
        ),
        Example(
            name="a member looked up by a string is undecided",
            before=text("def show(value):", f'    return getattr(value, "{old}")'),
            skips=1,
        ),
    ]


def _member_definitions(renaming: Renaming, *, class_inner: str) -> list[Example]:
    if not renaming.path:
        return []
    *around, name = class_inner.split(".")
    indent = "    " * len(around)
    opening = [f"{'    ' * depth}class {each}:" for depth, each in enumerate(around)]
    shapes = {
        "method": [f"    def {renaming.last}(self):", f"        return self.{renaming.last}()"],
        "class": [f"    class {renaming.last}:", "        pass", "", f"    made = {renaming.last}()"],
    }
    body = shapes.get(
        renaming.kind,
        [f"    {renaming.last} = 1", "", "    def show(self):", f"        return self.{renaming.last}"],
    )
    before = text(*opening, *(f"{indent}{line}" if line else "" for line in (f"class {name}:", *body)))
    after = with_word(before, old=renaming.last, new=renaming.new)
    return [Example(name="the definition, and its uses in the class", path=renaming.path, before=before, after=after)]
