"""Scripts whose cases hold by luck, or would hold whatever the script did."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import ScriptError
from autotransform.run import Limits
from autotransform.run.proofs import Proof, prove
from autotransform.script import Provenance, compose, parse

if TYPE_CHECKING:
    from autotransform.script import Script

_SCRIPT = '''
"""Rename x to y."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

MENTIONS = {mentions}
CASES = {cases}


class Rename(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename x to y."

    def leave_Name(self, original_node, updated_node):
{body}
'''

_RENAME = """
if updated_node.value != "x":
    return updated_node
return updated_node.with_changes(value="y")
"""
_CHANGES = {"name": "it changes", "before": "x = 1\n", "after": "y = 1\n"}
_STAYS = {"name": "another stays", "before": "z = 1\n"}


def make(body: str, *cases: dict[str, str], mentions: tuple[str, ...] = (), header: str = "") -> Script:
    text = textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)
    source = _SCRIPT.format(mentions=[*mentions], cases=[*cases], body=text)
    return parse(header + source if header else source.lstrip(), name="rename")


def check(body: str, *cases: dict[str, str], mentions: tuple[str, ...] = ()) -> Proof:
    return prove(make(body, *cases, mentions=mentions), limits=Limits(jobs=2))


def clauses(proof: Proof) -> list[str]:
    return [f"{' or '.join(mutant.subjects)} {mutant.fate}" for mutant in proof.missing]


def test_a_script_that_its_cases_describe_passes_and_misses_nothing() -> None:
    proof = check(_RENAME, _CHANGES, _STAYS)

    assert (proof.failing, proof.differences, clauses(proof)) == (frozenset(), (), [])
    assert proof.trials is not None
    assert [trial.is_noticed for trial in proof.trials] == [True, True]


def test_a_guard_that_no_case_needs_is_missed() -> None:
    proof = check(_RENAME, _CHANGES)

    assert clauses(proof) == ["line 13 is removed"]
    assert [mutant.code for mutant in proof.missing] == ["if updated_node.value != 'x': return updated_node"]


def test_a_case_that_fails_ends_the_proof() -> None:
    proof = check(_RENAME, {**_CHANGES, "after": "w = 1\n"}, _STAYS)

    assert proof.failing == {"it changes"}
    assert proof.trials is None


def test_what_comes_out_by_the_order_of_a_set_is_noticed() -> None:
    body = """
    if updated_node.value != "x":
        return updated_node
    return updated_node.with_changes(value="".join({"a", "b", "c", "d", "e", "f", "g", "h"}))
    """
    first = prove(make(body, _CHANGES), limits=Limits(jobs=1))  # fails, and says what comes out with the usual seed
    proof = check(body, {**_CHANGES, "after": first.results[0].actual}, _STAYS)

    assert [(each.case.name, each.reason) for each in proof.differences] == [
        ("it changes", "in another process, with another hash seed, it makes something else of the same text")
    ]
    assert proof.failing == {"it changes"}
    assert proof.trials is None


def test_what_came_before_has_no_say() -> None:
    body = """
    if updated_node.value != "x":
        return updated_node
    cst.seen = getattr(cst, "seen", 0) + 1
    return updated_node.with_changes(value=f"y{cst.seen}")
    """
    cases = [{"name": name, "before": f"x = {name!r}\n", "after": f"y1 = {name!r}\n"} for name in ("one", "two")]
    proof = check(body, *cases)

    assert (proof.failing, proof.differences) == (frozenset(), ())


_BY_HASH = """
if updated_node.value != "x":
    return updated_node
if hash("seed") == {usual}:
    return updated_node.with_changes(value="y")
{otherwise}
"""


def usual_hash() -> int:
    """Give what a text hashes to in a worker with the usual seed."""
    told = prove(make("raise ValueError(hash('seed'))", _CHANGES), limits=Limits(jobs=1)).results[0].failure
    return int(told.rpartition("ValueError: ")[2].split()[0].rstrip("]"))


def test_what_is_only_reported_another_way_is_noticed() -> None:
    body = "self.warn(str(hash('seed')))\n" + _RENAME.strip()
    proof = check(body, _CHANGES)

    assert {each.reason for each in proof.differences} == {
        "in another process, with another hash seed, it makes the same of the text, and reports something else about it"
    }


def test_what_fails_only_the_second_time_is_noticed() -> None:
    body = _BY_HASH.format(usual=usual_hash(), otherwise="raise ValueError('spoiled')")
    proof = check(body.strip(), _CHANGES)

    (difference,) = proof.differences

    assert difference.reason.startswith("in another process, with another hash seed, it fails (crash): line 17, in")


_GROW = """
if not updated_node.value.startswith("x"):
    return updated_node
return updated_node.with_changes(value=updated_node.value + "x")
"""
_GROWS = {"name": "it grows", "before": "x = 1\n", "after": "xx = 1\n"}


def test_a_second_pass_that_changes_the_text_again_fails() -> None:
    proof = check(_GROW, _GROWS)

    assert proof.failing == {"it grows"}
    assert "a second pass would change the file again" in proof.results[0].failure


def test_a_second_pass_may_change_what_the_header_says_it_does() -> None:
    header = "# /// script\n# [tool.autotransform]\n# format = 1\n# idempotent = false\n# ///"
    proof = prove(make(_GROW, _GROWS, _STAYS, header=header), limits=Limits(jobs=1))

    assert proof.failing == frozenset()
    assert proof.trials is not None


def test_a_case_whose_text_is_never_looked_at_fails() -> None:
    proof = check(_RENAME, _CHANGES, _STAYS, mentions=("zebra",))

    assert [case.name for case in proof.gated] == ["it changes"]
    assert proof.failing == {"it changes"}
    assert proof.trials is None


def test_a_case_that_changes_nothing_needs_no_mention() -> None:
    proof = check(_RENAME, _CHANGES, {**_STAYS, "before": "w = 1\n"}, mentions=("x",))

    assert proof.failing == frozenset()


def test_a_mutant_that_never_ends_is_noticed_and_costs_no_other() -> None:
    body = """
    left = 3
    while True:
        left -= 1
        if left < 0:
            break
    if updated_node.value == "x" or left == 7:
        return updated_node.with_changes(value="y")
    return updated_node
    """
    proof = check(body, _CHANGES, _STAYS)

    assert clauses(proof) == ["the condition of line 16 always holds", "`left == 7` is dropped from line 18"]
    assert [trial.mutant.line for trial in proof.trials or ()] == [16, 16, 18, 18, 18, 18]


def test_a_mutant_that_cannot_be_loaded_is_noticed() -> None:
    body = """
    names = dict(zip(("x",), ("y",), strict=True))
    return updated_node.with_changes(value=names.get(updated_node.value, updated_node.value))
    """
    proof = check(body, _CHANGES, _STAYS)

    assert clauses(proof) == []
    assert len(proof.trials or ()) == 2


def test_there_is_nothing_to_prove_without_cases() -> None:
    proof = check(_RENAME)

    assert (proof.results, proof.trials, proof.failing) == ((), None, frozenset())


def test_nothing_that_a_model_wrote_is_proven_without_the_static_check() -> None:
    body = make("import os\nreturn updated_node", _CHANGES).source
    by_model = parse(compose(body, provenance=Provenance(model="some-model")), name="rename")

    with pytest.raises(ScriptError, match="static check refuses"):
        prove(by_model, limits=Limits(jobs=1))


def test_the_verdict_is_the_same_for_any_number_of_workers() -> None:
    script = make(_RENAME, _CHANGES)
    one, three = (prove(script, limits=Limits(jobs=jobs)) for jobs in (1, 3))

    assert one == three
