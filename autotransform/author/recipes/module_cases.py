"""The cases of scripts that replace a module; every way to import it occurs, and what only looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, import_of, text, unchanged, unlike

if TYPE_CHECKING:
    from collections.abc import Sequence


def of_module(old: str, *, new: str, missing: Sequence[str]) -> list[Example]:
    """Write the cases of a module that another one replaces; ``missing``: names that only the old one has."""
    attribute = unlike(*missing, wish="thing")
    return [
        *_names(old, new, attribute),
        *_whole(old, new, attribute),
        *_kept(old, new, attribute),
        *_lookalikes(old, attribute),
        *([_lacking(old, missing[0])] if missing else ()),
    ]


def _names(old: str, new: str, attribute: str) -> list[Example]:
    def names(module: str) -> str:
        return text(
            f"from {module} import (\n    {attribute},  # why\n    other as o,\n)", f"from {module}.part import each"
        )

    def inside(module: str) -> str:
        return text("def run():", f"    from {module} import {attribute}  # why", f"    return {attribute}")

    def rest(module: str) -> str:
        return text(
            "from typing import TYPE_CHECKING",
            f"from {module} import *",
            "",
            "if TYPE_CHECKING:",
            f"    from {module} import {attribute}",
        )

    return [
        Example(name="names, and a list in parentheses", before=names(old), after=names(new)),
        Example(name="in a function", before=inside(old), after=inside(new)),
        Example(name="everything, and only for type checkers", before=rest(old), after=rest(new)),
    ]


def _whole(old: str, new: str, attribute: str) -> list[Example]:
    """Show the module imported as a whole, plainly, under another name and beside others."""
    is_flat = "." not in old and "." not in new
    last = old.rpartition(".")[2]
    local = new if is_flat else old if "." not in old else new
    after = import_as(new, last) if not is_flat and "." not in old else f"import {new}"
    alias = (
        f"from {new.rpartition('.')[0]} import {new.rpartition('.')[2]} as m"
        if "." in new and not is_flat
        else f"import {new} as m"
    )
    cases = [
        Example(
            name="as a whole",
            before=text("# first", f"import {old}  # why", "", f"value = {old}.{attribute}({old}.{attribute})"),
            after=text("# first", f"{after}  # why", "", f"value = {local}.{attribute}({local}.{attribute})"),
        ),
        Example(
            name="under another name",
            before=text(f"import {old} as m", "", f"value = m.{attribute}"),
            after=text(alias, "", f"value = m.{attribute}"),
        ),
    ]
    if "." in old:
        package = old.rpartition(".")[0]
        cases.append(
            Example(
                name="out of its package, beside others",
                before=text(f"from {package} import {last}, other_", "", f"value = {last}.{attribute}"),
                after=text(f"from {package} import other_", import_as(new, last), "", f"value = {last}.{attribute}"),
            )
        )
    if is_flat:
        cases.append(
            Example(
                name="under the name of the new one",
                before=text(f"import {old} as {new}", "", f"value = {new}.{attribute}"),
                after=text(f"import {new}", "", f"value = {new}.{attribute}"),
            )
        )
    return cases


def import_as(new: str, local: str) -> str:
    """Write the import of a module under a name."""
    plain = import_of(new)
    return plain if new.rpartition(".")[2] == local else f"{plain} as {local}"


def _kept(old: str, new: str, attribute: str) -> list[Example]:
    return [
        unchanged(
            "a fallback for where it is missing",
            "try:",
            f"    import {new} as m",
            "except ImportError:",
            f"    import {old} as m",
            "",
            f"value = m.{attribute}",
            skips=1,
        ),
        unchanged(
            "an import for one version of Python",
            "import sys",
            "",
            "if sys.version_info < (3, 3):",
            f"    from {old} import {attribute}",
            "else:",
            f"    from {new} import {attribute}",
            skips=1,
        ),
    ]


def _lookalikes(old: str, attribute: str) -> list[Example]:
    last, first = old.rpartition(".")[2], old.partition(".")[0]
    longer = f"{old}_more"
    return [
        unchanged("a parameter of that name", f"def run({last}):", f"    return {last}.{attribute}"),
        unchanged("an attribute and a keyword of that name", f"show(value.{last}, {last}=1)"),
        unchanged(
            "a module of one's own of that name",
            f"from . import {last}",
            f"from .{last} import {attribute}",
            "",
            f"{last}.{attribute}()",
        ),
        unchanged(
            "another package with a module of that name",
            f"from unrelated import {last}",
            f"import unrelated.{old}",
            "",
            f"{last}.{attribute}(unrelated.{old})",
        ),
        unchanged(
            "a module whose name starts alike",
            f"import {longer}",
            f"from {longer} import {attribute}",
            "",
            f"{longer}.{attribute}()",
        ),
        unchanged("prose that holds the word", f"# About {first}.", f'show("a {last}")'),
    ]


def _lacking(old: str, name: str) -> Example:
    return unchanged("what only the old module has", f"from {old} import {name} as m", "", "m()", skips=1)
