"""The sheet says what the installed LibCST has: every name, every field, and what comes of every example."""

from __future__ import annotations

import dataclasses
import re

import libcst as cst
import libcst.matchers as m
import pytest

from autotransform.author.prompts import Prompts
from autotransform.engine import cheat_sheet
from autotransform.engine.cheat_sheet import MATCHERS, NODES, OPERATORS, TRAPS, Trap, describe_libcst, describe_node
from autotransform.script.checks import api

LISTED = [name for names in NODES.values() for name in names]
#: What a field may be said to hold that is no class of nodes.
WORDS = {"str", "bool", "block", "operator", "statement", "small statement", "…"}


def stale_names(sheet: str) -> list[str]:
    """Find the names of a sheet that LibCST does not have."""
    dotted = [(cst, name) for name in re.findall(r"\bcst\.(\w+)", sheet)]
    dotted += [(m, name) for name in re.findall(r"\bm\.(\w+)", sheet) if name != "X"]
    dotted += [(cst, name) for name in re.findall(r"^(\w+)\(", sheet, re.MULTILINE) if name[0].isupper()]
    return [name for module, name in dotted if not hasattr(module, name)]


def wrong_fields(line: str) -> list[str]:
    """Find what a line says of a node's fields and is not so."""
    name, _, rest = line.removesuffix(")").partition("(")
    node = getattr(cst, name)
    order = [field.name for field in dataclasses.fields(node)]
    kinds = api.fields(node)
    wrong, place = [], -1
    for said in rest.split(", "):
        field, _, kind = said.rstrip("?").partition(": ")
        if field not in order[place + 1 :]:
            wrong.append(f"{field} is not there, or not behind what stands before it")
            continue
        place = order.index(field)
        known = kinds[field]
        if known is None:
            continue
        can_be_missing = bool(known.one & {type(None), cst.MaybeSentinel})
        if said.endswith("?") != can_be_missing:
            wrong.append(f"{field} can{'' if can_be_missing else 'not'} be missing")
        if ("[" in kind) != bool(known.many):
            wrong.append(f"{field} is {'' if known.many else 'not '}a sequence")
        held = sorted(set(re.split(r"[\[\]|]", kind)) - WORDS - {""})
        wrong += [
            f"{field} never holds {each}" for each in held if getattr(cst, each, None) not in known.one | known.many
        ]
    return wrong


def test_every_name_is_there() -> None:
    assert stale_names(describe_libcst()) == []
    assert [name for name in (*LISTED, *OPERATORS, *OPERATORS.values()) if not hasattr(cst, name)] == []
    assert [name for name in MATCHERS if not hasattr(m, name)] == []
    assert [name for name in LISTED if not hasattr(m, name)] == []


@pytest.mark.parametrize("name", LISTED)
def test_every_field_is_right(name: str) -> None:
    assert wrong_fields(describe_node(name)) == []


@pytest.mark.parametrize("name", LISTED)
def test_no_field_is_missing_that_anybody_must_give(name: str) -> None:
    told = describe_node(name)

    assert [field for field in api.required(getattr(cst, name)) if not re.search(rf"\b{field}\b", told)] == []


@pytest.mark.parametrize("name", LISTED)
def test_every_node_has_its_hooks(name: str) -> None:
    assert {f"visit_{name}", f"leave_{name}"} <= api.visitor_methods()


def test_it_stays_short() -> None:
    assert 4_000 < len(describe_libcst()) <= 6_000


@pytest.mark.parametrize(
    "text", ["cst.Nonesuch(value)", "Nonesuch(value)", "`m.FunctionCall()`", "cst.parse_expr('a')"]
)
def test_a_planted_stale_name_is_caught(text: str) -> None:
    assert len(stale_names(f"Name(value: str)\n{text}")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Call(function, args: [Arg])",
        "Call(args: [Arg], func)",
        "Call(func, args: Arg)",
        "Call(func?, args: [Arg])",
        "Arg(value, keyword: Name, star: str)",
        "Arg(value, keyword: Attribute?, star: str)",
        "Import(names: [AsName])",
    ],
)
def test_a_planted_wrong_field_is_caught(line: str) -> None:
    assert len(wrong_fields(line)) == 1


def outcome(trap: Trap) -> str:
    """Do what an example does, and tell what comes of it."""
    line = cst.parse_module("pass\n# why\nf()\n").body[1]  # above the first line, a comment is the module's
    names = {
        "cst": cst,
        "m": m,
        "call": cst.parse_expression("f(a, b)"),
        "sum": cst.parse_expression("x + 1"),
        "line": line,
    }
    try:
        found = eval(trap.code, names)
    except Exception as error:  # noqa: BLE001 - whatever it raises is what it gives
        return type(error).__name__
    return cst.Module([]).code_for_node(found).strip() if isinstance(found, cst.CSTNode) else repr(found)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.code)
def test_every_example_gives_what_it_says(trap: Trap) -> None:
    assert outcome(trap) == trap.gives


def test_a_planted_wrong_example_is_caught() -> None:
    assert outcome(Trap(code='cst.Name("a") == cst.Name("a")', gives="True")) == "False"


def test_what_is_promised_beside_the_examples() -> None:
    assert cst.parse_expression("a.b").deep_equals(cst.Attribute(cst.Name("a"), cst.Name("b")))
    assert cst.ensure_type(cst.parse_expression("'x'"), cst.SimpleString).evaluated_value == "x"
    (alias,) = cst.ensure_type(cst.parse_statement("import a.b as c"), cst.SimpleStatementLine).body[0].names  # type: ignore[attr-defined]
    assert (alias.evaluated_name, type(alias.asname)) == ("a.b", cst.AsName)


def test_what_may_be_taken_out_may() -> None:
    told = cheat_sheet._describe_hooks()

    for name in ("Arg", "Expr", "FunctionDef", "ImportAlias", "SimpleStatementLine"):
        assert re.search(rf"\b{name}\b", told)
    for name in ("Name", "Call", "Attribute", "Parameters", "IndentedBlock"):
        assert not re.search(rf"\b{name}\b", told)


def test_the_model_is_shown_it() -> None:
    prompt = Prompts().script_system()

    assert describe_libcst() in prompt
    assert stale_names(prompt) == []
