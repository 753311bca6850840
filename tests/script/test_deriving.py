"""Mentions are derived where a script can change no other file, and only there."""

from __future__ import annotations

import pytest

from autotransform.engine import transform
from autotransform.engine.values import FileContext, Job, Unchanged
from autotransform.run.gate import is_candidate
from autotransform.script import parse

_TOP = '"""Do."""\nimport libcst as cst\nfrom autotransform.codemod import Transform\n\n\n'
_RENAME = 'self.rename(original_node, updated_node, "a.b.old", to="new")'
_GUARD = 'self.refers_to(original_node, "a.b.old")'


def _script(*bodies: str, top: str = "", base: str = "Transform", rest: str = "", name: str = "leave_Name") -> str:
    """Write a script with one method for each body, on one kind of nodes after the other."""
    names = [name, "leave_Attribute", "leave_Call"]
    methods = "".join(
        f"\n    def {method}(self, original_node, updated_node):\n        " + body.replace("\n", "\n        ") + "\n"
        for method, body in zip(names, bodies, strict=False)
    )
    return f'{_TOP}{top}class Do({base}):\n    """Do."""\n\n    DESCRIPTION = "Do."\n{rest}{methods}'


_DERIVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "a renaming": (_script(f"return {_RENAME}"), ("old",)),
    "several methods": (
        _script(f"return {_RENAME}", 'return self.rename_member(original_node, updated_node, "m.C.x", to="y")'),
        ("old", "x"),
    ),
    "one renaming after another": (
        _script(f'"""Both."""\nupdated_node = {_RENAME}\nreturn {_RENAME.replace("old", "older")}'),
        ("old", "older"),
    ),
    "several names": (_script("return " + _RENAME.replace(", to", ', "c.other", to')), ("old", "other")),
    "a guard": (
        _script(f'if {_GUARD}:\n    self.need_import("x")\n    return cst.Name("y")\nreturn updated_node'),
        ("old",),
    ),
    "a guard with more": (_script(f"if {_GUARD} and other():\n    go()\nreturn updated_node"), ("old",)),
    "a guard that turns away": (_script(f"if not {_GUARD}:\n    return updated_node\nreturn anything()"), ("old",)),
    "what is called": (
        _script(f"if {_GUARD.replace('_node', '_node.func')}:\n    go()\nreturn updated_node", name="leave_Call"),
        ("old",),
    ),
    "functions and literals beside it": (
        _script(f"return {_RENAME}", top="import re\nNEW: str = 'n'\n\n\ndef go(x: int = 1) -> None: ...\n\n\n"),
        ("old",),
    ),
    "annotations": (
        _script(f"return {_RENAME}").replace("updated_node):", "updated_node: cst.Name) -> cst.Name | None:", 1),
        ("old",),
    ),
}

_NOT_DERIVED = {
    "no methods": _script(),
    "other work": _script("return updated_node.with_changes(value='x')"),
    "work before the guard": _script(f"go()\nreturn {_RENAME}"),
    "work beside the guard": _script(f"if {_GUARD}:\n    pass\nelse:\n    go()\nreturn updated_node"),
    "a guard the other way round": _script(f"if not {_GUARD}:\n    go()\nreturn updated_node"),
    "a guard turned into a number": _script(f"if ~{_GUARD}:\n    return go()\nreturn updated_node"),
    "or": _script(f"if {_GUARD} or go():\n    pass\nreturn updated_node"),
    "a guard behind something": _script(f"if go() and {_GUARD}:\n    pass\nreturn updated_node"),
    "a guard that gives back something else": _script(f"if not {_GUARD}:\n    return original_node\nreturn x"),
    "no return": _script(f"if {_GUARD}:\n    return updated_node"),
    "an updated node": _script(f"if {_GUARD.replace('original', 'updated')}:\n    pass\nreturn updated_node"),
    "a part that may be missing": _script(
        f"if {_GUARD.replace('_node', '_node.func')}:\n    pass\nreturn updated_node"
    ),
    "a name that is no literal": _script("return " + _RENAME.replace('"a.b.old"', "OLD")),
    "names that are unpacked": _script("return " + _RENAME.replace('"a.b.old"', "*OLD")),
    "no names": _script("return " + _RENAME.replace('"a.b.old", ', "")),
    "a name that is not ASCII": _script("return " + _RENAME.replace("old", "größe")),
    "nodes the other way round": _script('return self.rename(updated_node, original_node, "a.b", to="c")'),
    "a new name that is computed": _script("return " + _RENAME.replace('"new"', "go()")),
    "another's method": _script("return " + _RENAME.replace("self.", "other.")),
    "what may refer": _script(f"if {_GUARD.replace('refers', 'may_refer')}:\n    pass\nreturn updated_node"),
    "another base": _script(f"return {_RENAME}", base="cst.codemod.VisitorBasedCodemodCommand"),
    "two bases": _script(f"return {_RENAME}", base="Transform, Mixin"),
    "a base of another place": _script(f"return {_RENAME}").replace("autotransform.codemod", "libcst.codemod"),
    "a base that is bound again": _script(f"return {_RENAME}", top="Transform = 1\n"),
    "a base that a function hides": _script(f"return {_RENAME}", top="def Transform(): ...\n"),
    "a metaclass": _script(f"return {_RENAME}", base="Transform, metaclass=M"),
    "a decorator": _script(f"return {_RENAME}").replace("class Do", "@go\nclass Do"),
    "a decorated method": _script(f"return {_RENAME}").replace("    def leave", "    @go\n    def leave"),
    "code in the module": _script(f"return {_RENAME}", top="Transform.rename = None\n"),
    "code in an annotation": _script(f"return {_RENAME}", top="x: go() = 1\n"),
    "code in a default": _script(f"return {_RENAME}", top="def f(x=go()): ...\n"),
    "code in a parameter": _script(f"return {_RENAME}").replace("updated_node):", "updated_node: go()):", 1),
    "a foreign import": _script(f"return {_RENAME}", top="import requests\n"),
    "a star import": _script(f"return {_RENAME}", top="from libcst import *\n"),
    "a relative import": _script(f"return {_RENAME}", top="from . import other\n"),
    "a second class": _script(f"return {_RENAME}", top="class Other: ...\n"),
    "a visit": _script(f"return {_RENAME}", rest="\n    def visit_Module(self, node):\n        go()\n"),
    "a constructor": _script(f"return {_RENAME}", rest="\n    def __init__(self, context, x):\n        go()\n"),
    "work at the end": _script(f"return {_RENAME}", rest="\n    def leave_Module(self, a, b):\n        return go()\n"),
    "a method replaced by a value": _script(f"return {_RENAME}", rest="    rename = None\n"),
    "an attribute of a node": _script(f"return {_RENAME}").replace("original_node, updated_node):", "original_node):"),
}


@pytest.mark.parametrize(("source", "mentions"), _DERIVED.values(), ids=_DERIVED)
def test_what_a_script_waits_for_is_derived(source: str, mentions: tuple[str, ...]) -> None:
    script = parse(source, name="do")

    assert (script.mentions, script.derived, script.gate) == (None, mentions, mentions)


@pytest.mark.parametrize("source", _NOT_DERIVED.values(), ids=_NOT_DERIVED)
def test_in_doubt_nothing_is_derived(source: str) -> None:
    script = parse(source, name="do", entry="Do")

    assert (script.derived, script.gate) == (None, None)


def test_targets_bring_other_names_which_a_guard_sees_through() -> None:
    targets = 'TARGETS = ["a.b.old"]\n\n\n'
    guarding = parse(_script(f"if {_GUARD}:\n    pass\nreturn updated_node", top=targets), name="do")
    renaming = parse(_script(f"return {_RENAME}", top=targets), name="do")

    assert (guarding.derived, renaming.derived) == (None, ("old",))


@pytest.mark.parametrize("mentions", ["[]", '["x"]'])
def test_what_a_script_says_itself_counts(mentions: str) -> None:
    script = parse(_script(f"return {_RENAME}", top=f"MENTIONS = {mentions}\n"), name="do")

    assert (script.derived, script.gate) == (None, script.mentions)


#: Ways to get at a thing without its name, as far as there seem to be any.
_WITHOUT = [
    "from a.b import *\nother\n__all__ = ['o' 'ld', '\\x6fld']\n",
    "import a.b as b\nb.other\ngetattr(b, 'o' + 'ld')\nx: 'b.\\x6fld' = 1\n",
    "from . import *\nfrom .. import b\nfrom .b import other as another\nb()\n",
    "class other:\n    def method(self): return self.__dict__\n\n\n\n",
]


@pytest.mark.parametrize(
    "source",
    [
        _script(f"return {_RENAME}", f"return {_RENAME}"),
        _script(
            f"if {_GUARD}:\n    return cst.Name('x')\nreturn updated_node",
            f"if {_GUARD}:\n    return 1\nreturn updated_node",
        ),
    ],
    ids=["renaming", "guarding"],
)
@pytest.mark.parametrize("text", _WITHOUT)
def test_a_file_without_the_fragments_stays_as_it_is(source: str, text: str) -> None:
    script = parse(source, name="do")
    context = FileContext(path="a/b.py", module="a.b", package="a")
    outcome = transform(script, Job(context=context, content=text.encode()))

    assert not is_candidate(script.gate, text.encode())
    assert outcome == Unchanged(path="a/b.py")
