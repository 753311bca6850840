"""Cases for scripts that wrap, remove or await calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import unlike

if TYPE_CHECKING:
    from autotransform.author.recipes.calls import Calls
    from autotransform.author.recipes.examples import Example
    from autotransform.author.recipes.meaning import Meaning


def of_wrap(calls: Calls, new: Meaning) -> list[Example]:
    """Write the cases of calls that something is put around."""
    wrapped = f"{new.inner}(f(1))"
    lines = "value = {}f(\n    1,  # why\n){} + 1"
    builtin = [calls.kept("the new name is something else here", f"def run({new.inner}):\n    return f(1)", skips=1)]
    return [
        calls.changed("a value", "value = f(1)", f"value = {wrapped}"),
        calls.changed("on several lines, in an expression", lines.format("", ""), lines.format(f"{new.inner}(", ")")),
        calls.changed("a call inside a call", "show(f(f(1)), key=2)", f"show({new.inner}(f({wrapped})), key=2)"),
        calls.kept("awaited", "async def run():\n    return await f(1)", skips=1),
        calls.kept("a decorator", "@f(1)\ndef run():\n    pass", skips=1),
        calls.kept("not called", f"values = [{calls.callee.text}]"),
        *(builtin if new.is_builtin else ()),
        *calls.unknown("1"),
        *calls.others("1"),
    ]


def of_removal(calls: Calls) -> list[Example]:
    """Write the cases of calls that go."""
    return [
        calls.changed("alone", "first()\nf(1)  # why\nlast()", "first()\nlast()"),
        calls.changed(
            "the only statement of a block",
            "def run(ready):\n    if ready:\n        # Tell.\n        f(1)\n    else: f(2)",
            "def run(ready):\n    if ready:\n        # Tell.\n        pass\n    else: pass",
        ),
        calls.changed(
            "comments on lines of their own",
            "first()\n# Tell.\nf(\n    1,\n)\nlast()\n# The end.",
            "first()\n# Tell.\nlast()\n# The end.",
        ),
        calls.changed("on a line with others", "first(); f(1); f(len(values))\nf(2); last()", "first()\nlast()"),
        calls.kept("its value is used", "value = f(1)\nrun = lambda: f(2)", skips=2),
        calls.kept("its arguments do something", "f(make())", skips=1),
        calls.kept("not called", f"values = [{calls.callee.text}]"),
        *calls.unknown("1"),
        *calls.others("1"),
    ]


def of_await(calls: Calls) -> list[Example]:
    """Write the cases of calls that get an await."""
    body = "async def run(values):\n    value = {0}f(1)  # why\n    return [{0}f(each) for each in values]"
    run = "async def run():\n    "
    return [
        calls.changed("a value", f"{run}value = f(1)  # why", f"{run}value = await f(1)  # why"),
        calls.changed("an attribute of what it gives", f"{run}return f(1).name", f"{run}return (await f(1)).name"),
        calls.changed("a statement of its own", f"{run}f(\n        1,\n    )", f"{run}await f(\n        1,\n    )"),
        calls.kept("awaited already", body.format("await ")),
        calls.kept("not in an async function", "def run():\n    return f(1)", "f(2)", skips=2),
        calls.kept("in a function inside", f"{run}def inner():\n        return f(1)", skips=1),
        calls.kept("in a lambda and a generator", f"{run}return lambda: f(1), (f(each) for each in [2])", skips=2),
        calls.kept("passed to what awaits it", f"import asyncio\n\n{run}await asyncio.gather(f(1), f(2))", skips=2),
        calls.kept("awaited later", f"{run}task = f(1)\n    return await task", skips=1),
        calls.kept(
            "entered and gone over",
            f"{run}async with f(1):\n        async for each in f(2):\n            pass",
            skips=2,
        ),
        *(calls.kept(each.name, f"async {each.before.rstrip()}", skips=1) for each in calls.unknown("1")),
        *calls.others("1"),
    ]


def of_no_await(calls: Calls) -> list[Example]:
    """Write the cases of calls that are awaited no more."""
    run = "async def run():\n    "
    other = unlike(calls.callee.meaning.last, wish="other")
    return [
        calls.changed("a value", f"{run}value = await f(1)  # why", f"{run}value = f(1)  # why"),
        calls.changed("an attribute of what it gives", f"{run}return (await f(1)).name", f"{run}return f(1).name"),
        calls.changed(
            "a call inside a call",
            f"{run}await f(\n        await f(1),  # one\n    )",
            f"{run}f(\n        f(1),  # one\n    )",
        ),
        calls.kept("not awaited", f"{run}return f(1)"),
        calls.kept("another function, awaited", f"{run}await {other}(1)\n    await {other}.name(f(1))"),
        calls.kept("passed to what awaits it", f"import asyncio\n\n{run}await asyncio.gather(f(1), f(2))", skips=2),
        calls.kept("entered", f"{run}async with f(1):\n        pass", skips=1),
        *calls.others("1"),
    ]
