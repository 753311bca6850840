"""Cases for scripts that rewrite calls, or put an expression in the place of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.recipes.examples import Example, text, unchanged

if TYPE_CHECKING:
    from autotransform.author.recipes.calls import Calls
    from autotransform.author.recipes.meaning import Meaning
    from autotransform.author.recipes.rewriting import Rewriting

_VALUES = ("one", "two", "three", "four", "five", "six", "seven")


def of_call(calls: Calls, rewriting: Rewriting, *, rest: bool) -> list[Example]:
    """Write the cases of calls that become something else; ``rest``: what else they pass is passed on."""
    given = dict(zip(rewriting.parameters, _VALUES, strict=False))
    more = "0, key=1"
    both = ", ".join([*given.values(), *([more] if rest else ())])
    new = rewriting.text(given) + (f"({more})" if rest else "")
    lines = "".join(f"    {each},\n" for each in given.values())
    bare = rewriting.text(given) + ("()" if rest else "")
    every = [
        calls.changed("in a call", f"show(f({both}), key=1)", f"show({new}, key=1)"),
        calls.changed("on several lines", f"value = f(\n{lines})", f"value = {bare}"),
        calls.kept("a decorator", f"@f({both})\ndef run():\n    pass", skips=1),
        calls.kept("not called", f"values = [{calls.callee.text}]"),
        *calls.unknown(both),
        *calls.others(both),
    ]
    if given and rewriting.template.startswith(f"{{{rewriting.parameters[0]}}}."):
        others = {**given, rewriting.parameters[0]: "(one + 1)"}
        first = ", ".join(["one + 1", *list(given.values())[1:]])
        after = rewriting.text(others) + ("()" if rest else "")
        every.append(calls.changed("an operator as the argument", f"value = f({first})", f"value = {after}"))
    return [*every, *_of_other_arguments(calls, given=both, is_open=rest, rewriting=rewriting)]


def _of_other_arguments(calls: Calls, *, given: str, is_open: bool, rewriting: Rewriting) -> list[Example]:
    commented = "".join(f"    {value},  # why\n" for value in _VALUES[: len(rewriting.parameters)])
    comment = calls.kept("a comment that would be lost", f"value = f(\n{commented or '    # why' + chr(10)})", skips=1)
    if is_open:
        return (
            [calls.kept("other arguments", "f(*values)", "f(key=1)", skips=2), comment] if rewriting.parameters else []
        )
    cases = [
        calls.kept("other arguments", f"value = f({', '.join(filter(None, [given, 'more']))})", "f(*values)", skips=2),
        calls.kept("perhaps in a dictionary", "value = f(**options)", skips=1),
        comment,
    ]
    if not rewriting.is_ordered:
        made = ", ".join("make()" for _ in rewriting.parameters)
        cases.append(calls.kept("its arguments do something", f"value = f({made})", skips=1))
    if not rewriting.is_call:
        cases.append(calls.kept("a statement of its own", f"f({given})", skips=1))
    if rewriting.builtins:
        shadow = f"def run({rewriting.builtins[0]}):\n    return f({given})"
        cases.append(calls.kept("the new name is something else here", shadow, skips=1))
    return cases


def of_name(old: Meaning, rewriting: Rewriting, *, is_quoted: bool) -> list[Example]:
    """Write the cases of a name in whose place an expression is put."""
    new = rewriting.text({})
    added = [*rewriting.imports, ""] if rewriting.imports else []
    imported = [] if old.is_builtin else [f"from {old.module} import {old.first}", ""]
    cases = [
        Example(
            name="read",
            before=text(*imported, f"show({old.inner}, key=[{old.inner}])  # {old.inner}"),
            after=text(*added, f"show({new}, key=[{new}])  # {old.inner}"),
            skips=0,
        ),
        unchanged("a parameter of that name", f"def run({old.first}):", f"    return {old.inner}"),
        unchanged("an attribute and a keyword", *imported, f"show(thing.{old.inner}, {old.last}=1)"),
        unchanged("a string and a comment", f'text = "{old.text}"  # {old.text}'),
        unchanged("called", *imported, f"{old.inner}()", skips=1),
        unchanged("an annotation", *imported, f"value: {old.inner} = None", skips=1),
    ]
    if not old.is_builtin:
        before = (f"import {old.module}", "", f"value = {old.name}")
        cases += [
            Example(
                name="taken out of the module", before=text(*before), after=text(*added, f"value = {new}"), skips=0
            ),
            unchanged("assigned to", f"import {old.module}", "", f"{old.name} = None", skips=1),
            unchanged(
                "the same name of another module", f"from unrelated import {old.first}", "", f"show({old.inner})"
            ),
        ]
    if is_quoted:
        cases.append(unchanged("in an f-string", *imported, f'text = f"{{{old.inner}}}"', skips=1))
    return cases
