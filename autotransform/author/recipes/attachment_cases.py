"""Cases for scripts that add decorators and base classes, or remove base classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.calls import join_imports
from autotransform.author.recipes.examples import Example, text, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autotransform.author.recipes.meaning import Meaning


def _imports(*meanings: Meaning | None) -> list[str]:
    found = [f"from {each.module} import {each.first}" for each in meanings if each and not each.is_builtin]
    lines = join_imports(found)
    return [*lines, ""] if lines else []


def of_decorator(new: str, *, meaning: Meaning, marker: Meaning, is_first: bool) -> list[Example]:
    """Write the cases of a decorator that goes beside another."""
    mark = marker.inner
    pair = (f"@{new}", f"@{mark}") if is_first else (f"@{mark}", f"@{new}")
    argued = (pair[0], f"@{mark}(1)  # why") if is_first else (f"@{mark}(1)  # why", pair[1])
    before, after = _imports(marker), _imports(marker, meaning)
    function, method = ("def run():", "    pass"), ("    async def run(self):", "        pass")
    return [
        Example(
            name="on a function",
            before=text(*before, "first()", "", "# Comments stay.", f"@{mark}", *function),
            after=text(*after, "first()", "", "# Comments stay.", *pair, *function),
            skips=0,
        ),
        Example(
            name="with arguments, on a class and a method",
            before=text(*before, f"@{mark}(1)  # why", "class Thing:", f"    @{mark}", *method),
            after=text(*after, *argued, "class Thing:", *(f"    {each}" for each in pair), *method),
            skips=0,
        ),
        *([] if meaning.is_builtin else [unchanged("it is there already", *after, *pair, *function)]),
        unchanged("used as a function", *before, f"run = {mark}(run)"),
        unchanged("a method of that name as a decorator", *before, f"@thing.{mark}", *function),
        unchanged("no decorator", *before, *function),
        *_others(marker, lambda name: (f"@{name}", *function)),
    ]


def of_base(new: Meaning, *, base: Meaning) -> list[Example]:
    """Write the cases of a base class that goes before another."""
    before, after = _imports(base), _imports(base, new)
    lines = "class Thing(\n    {},  # why\n    Other,\n):\n    pass"
    both = f"{new.inner}, {base.inner}"
    return [
        Example(
            name="the only base class",
            before=text(*before, f"class Thing({base.inner}):  # why", "    pass"),
            after=text(*after, f"class Thing({both}):  # why", "    pass"),
            skips=0,
        ),
        Example(
            name="among others, in a class inside a class",
            before=text(*before, "class Outer:", f"    class Thing(Other, {base.inner}, metaclass=Meta): pass"),
            after=text(
                *after, "class Outer:", f"    class Thing({new.inner}, Other, {base.inner}, metaclass=Meta): pass"
            ),
            skips=0,
        ),
        Example(
            name="each on a line",
            before=text(*before, lines.format(base.inner)),
            after=text(*after, lines.format(f"{new.inner},\n    {base.inner}")),
            skips=0,
        ),
        *([] if new.is_builtin else [unchanged("it is there already", *after, f"class Thing({both}): ...")]),
        unchanged("not all written out", *before, f"class Thing({base.inner}, *others): ...", skips=1),
        unchanged("called, and asked for", *before, f"show({base.inner}(), isinstance(thing, {base.inner}))"),
        unchanged("a string and a comment", f'text = "class Thing({base.inner})"  # {base.text}'),
        *_others(base, lambda name: (f"class Thing({name}): ...",)),
    ]


def of_definition(target: Meaning, *, decorator: str, meaning: Meaning, base: bool) -> list[Example]:
    """Write the cases of one function or class that gets a decorator or a base class."""
    definition = target.definition
    assert definition is not None
    *outer, last = definition.inner.split(".")
    path = f"{definition.module.replace('.', '/')}.py"
    if definition.path.endswith(("__init__.py", "__init__.pyi")):
        path = f"{definition.module.replace('.', '/')}/__init__.py"
    is_own = meaning.module == definition.module
    imports = [] if is_own else _imports(meaning)
    indent = "    " * len(outer)
    above = [f"{'    ' * depth}class {each}:" for depth, each in enumerate(outer)]
    kind = "class" if definition.kind == "class" else "def"
    parameters = "" if kind == "class" else "(self)" if outer else "()"
    plain = f"{indent}{kind} {last}{parameters}:"
    changed = [f"{indent}class {last}({decorator}):"] if base else [f"{indent}@{decorator}", plain]
    body = f"{indent}    pass"
    start = [f"class {meaning.first}: ...", ""] if is_own else ["first()", ""]
    before = text(*start, *above, f"{indent}# Comments stay.", plain, body)
    after = text(*imports, *start, *above, f"{indent}# Comments stay.", *changed, body)
    elsewhere = "other/place.py"
    plain_import = (f"from {definition.module} import {definition.inner.partition('.')[0]}", "")
    return [
        Example(name="the definition", before=before, after=after, path=path, skips=0),
        Example(name="something else of that name", before=before, path=elsewhere, skips=0),
        unchanged("its uses", *plain_import, f"show({definition.inner}, {definition.inner}())"),
        unchanged("a parameter of that name", f"def show({last}):", f"    return {last}"),
        unchanged("a function inside of that name", "def show():", f"    def {last}(): ...", f"    return {last}"),
        unchanged("a string and a comment", f'text = "def {last}()"  # {last}'),
    ]


def of_removed_base(old: Meaning, *, is_object: bool) -> list[Example]:
    """Write the cases of a base class that goes."""
    before = _imports(old)
    cases = [
        Example(
            name="the only base class",
            before=text(*before, f"class Thing({old.inner}):  # why", "    pass"),
            after=text("class Thing:  # why", "    pass"),
            skips=0,
        ),
        Example(
            name="among others",
            before=text(
                *before, f"class Thing(Other, {old.inner}): ...", f"class Next({old.inner}, metaclass=Meta): ..."
            ),
            after=text("class Thing(Other): ...", "class Next(metaclass=Meta): ..."),
            skips=0,
        ),
        unchanged("a comment that would be lost", *before, f"class Thing(\n    {old.inner},  # why\n): ...", skips=1),
        unchanged("called, and asked for", *before, f"show({old.inner}(), isinstance(thing, {old.inner}))"),
        unchanged("a string and a comment", f'text = "class Thing({old.inner})"  # {old.text}'),
        *_others(old, lambda name: (f"class Thing({name}): ...",)),
    ]
    if not is_object:
        lines = (f"class Thing({old.inner}):", "    def run(self):", "        super().run()")
        cases.append(unchanged("super() may reach it", *before, *lines, skips=1))
    return cases


def _others(meaning: Meaning, use: Callable[[str], Sequence[str]]) -> list[Example]:
    """Write what only looks like something: a parameter, an attribute, the same name of another module."""
    inside = [f"    {line}" for line in use(meaning.inner)]
    cases = [unchanged("a parameter of that name", f"def make({meaning.first}):", *inside)]
    cases.append(unchanged("an attribute of that name", *use(f"thing.{meaning.inner}")))
    if meaning.is_builtin:
        own = (f"class {meaning.inner}:", "    pass", "", "")
        return [*cases, unchanged("a class of the file that has the name", *own, *use(meaning.inner))]
    other = (f"from unrelated import {meaning.first}", "")
    return [*cases, unchanged("the same name of another module", *other, *use(meaning.inner))]
