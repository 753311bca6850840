"""Cases for scripts that change the arguments of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import unlike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.author.recipes.calls import Calls
    from autotransform.author.recipes.examples import Example


def of_rename(calls: Calls, old: str, *, new: str, is_defined: bool) -> list[Example]:
    """Write the cases of an argument that gets another name."""
    other = unlike(old, new, wish="other")
    lines = f"f(\n    {other}=1,\n    %s=2,  # why\n)"
    return [
        calls.changed("by keyword, in a call inside a call", f"f({old}=f({old}=1))", f"f({new}=f({new}=1))"),
        calls.changed("on several lines", lines % old, lines % new),
        calls.kept("by position", "f(1)"),
        calls.kept("both names", f"f({old}=1, {new}=2)", skips=1),
        calls.kept("perhaps in a dictionary", "f(**options)", skips=1),
        *calls.unknown(f"{old}=1"),
        *calls.others(f"{old}=1"),
        *(calls.definition(old, new, body=(f"return {old}", f"return {new}")) if is_defined else ()),
    ]


def of_add(calls: Calls, name: str, *, value: str, position: int | None, is_defined: bool) -> list[Example]:
    """Write the cases of an argument that calls get."""
    new = f"{name}={value}"
    other = unlike(name, wish="other")
    filled = _numbers(range((position or 0) + 1))
    lines = f"f(\n    {other}=1,  # why\n%s)"
    return [
        calls.changed("no arguments", "f()", f"f({new})"),
        calls.changed("a call inside a call", f"f(f(), {other}=1)", f"f(f({new}), {other}=1, {new})"),
        calls.changed("on several lines", lines % "", lines % f"    {new},\n"),
        calls.kept("passed by keyword already", f"f({name}=None)"),
        *([calls.kept("passed by position already", f"f({filled})")] if position is not None else ()),
        calls.kept("perhaps in a list or a dictionary", "f(*values)", "f(**options)", skips=2),
        calls.kept("not called", f"values = [{calls.callee.text}]"),
        *calls.unknown(""),
        *calls.others(""),
        *(calls.definition("first", f"first, {new}") if is_defined else ()),
    ]


def of_remove(calls: Calls, name: str, *, position: int | None, is_defined: bool) -> list[Example]:
    """Write the cases of an argument that goes."""
    other = unlike(name, wish="other")
    before = _numbers(range(position or 0))
    all_of_it = f"f({before}, 9)" if before else "f(9)"
    lines = f"f(\n    {other}=1,  # why\n%s)"
    by_position = [
        calls.changed("by position", all_of_it, f"f({before})"),
        calls.kept("perhaps in a list", "f(*values)", skips=1),
    ]
    return [
        calls.changed("by keyword, in a call inside a call", f"f({other}=f({name}=1), {name}=2)", f"f({other}=f())"),
        calls.changed("on several lines", lines % f"    {name}=2,\n", lines % ""),
        *(by_position if position is not None else ()),
        calls.kept("not passed", f"f({before})"),
        calls.kept("its value calls something", f"f({name}=make())", skips=1),
        calls.kept("perhaps in a dictionary", "f(**options)", skips=1),
        *calls.unknown(f"{name}=1"),
        *calls.others(f"{name}=1"),
        *(calls.definition(f"{other}, {name}=1", other) if is_defined else ()),
    ]


def of_keyword_only(calls: Calls, names: Sequence[str], *, position: int, is_defined: bool) -> list[Example]:
    """Write the cases of an argument, and those after it, that are to be passed by keyword."""
    filled = [str(number) for number in range(position)]
    values = [str(number) for number in range(position, position + len(names))]
    keywords = [f"{name}={value}" for name, value in zip(names, values, strict=True)]
    first, named = ", ".join([*filled, values[0]]), ", ".join([*filled, keywords[0]])
    above = "".join(f"    {each},\n" for each in filled)
    other = unlike(*names, wish="other")
    return [
        calls.changed("by position", f"f({', '.join(filled + values)})", f"f({', '.join(filled + keywords)})"),
        calls.changed(
            "on several lines, in a call inside a call",
            f"f(\n{above}    f({first}),  # why\n)",
            f"f(\n{above}    {names[0]}=f({named}),  # why\n)",
        ),
        calls.kept("by keyword already", f"f({named})"),
        calls.kept("not passed", f"f({', '.join(filled)})"),
        calls.kept("perhaps in a list", "f(*values)", skips=1),
        calls.kept("more arguments than it is known to take", f"f({', '.join([*filled, *values, '9'])})", skips=1),
        *calls.unknown(first),
        *calls.others(first),
        *(calls.definition(f"{names[0]}, {other}=1", f"{other}=1, *, {names[0]}") if is_defined else ()),
    ]


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def of_setting(calls: Calls, name: str, *, old: str | None, new: str, position: int | None) -> list[Example]:
    """Write the cases of an argument that gets a value; ``old``: only where it has that one."""
    other = unlike(name, wish="other")
    was = "None" if old is None else old
    filled = _numbers(range(position or 0))
    lead = f"{filled}, " if filled else ""
    nested = f"f({other}=f({name}=%s), {name}=%s)"
    lines = f"f(\n    {other}=1,\n    {name}=%s,  # why\n)"
    every = [
        calls.changed("in a call inside a call", nested % (was, was), nested % (new, new)),
        calls.changed("on several lines", lines % was, lines % new),
        calls.kept("not called", f"values = [{calls.callee.text}]"),
        calls.kept("perhaps in a dictionary", "f(**options)", skips=1),
        *([calls.changed("by position", f"f({lead}{was})", f"f({lead}{new})")] if position is not None else ()),
        *([] if calls.added else [calls.kept("the new value already", f"f({name}={new})")]),
        *calls.unknown(f"{name}={was}"),
        *calls.others(f"{name}={was}"),
    ]
    if old is None:
        return [
            *every,
            calls.changed("not passed", "f()", f"f({name}={new})"),
            calls.kept("a value that calls something", f"f({name}=make())", skips=1),
        ]
    value = next(each for each in ("0", "9", "8") if each not in {old, new})
    others = (f"f({name}={value})", f"f({name}=make())", f"f({other}={was})")
    return [*every, calls.kept("not passed", "f()"), calls.kept("another value", *others)]
