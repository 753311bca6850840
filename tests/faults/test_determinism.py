"""Scripts that make something else of the same text: by hashes, addresses, chance, time, or what came before."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.cases import job_of
from autotransform.run import Limits, map_jobs
from autotransform.run.proofs import find_differences
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.engine.values import Outcome
    from autotransform.script import Script

_HEAD = '''"""Rename x to whatever comes out."""
import random, time, os
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

CASES = [
    {"name": "one", "before": "x = 1\\n", "after": "y = 1\\n"},
    {"name": "two", "before": "x, z = 1, 2\\n", "after": "y, z = 1, 2\\n"},
    {"name": "three", "before": "z = x\\n", "path": "pkg/three.py", "after": "z = y\\n"},
]


class Probe(VisitorBasedCodemodCommand):
    DESCRIPTION = "Probe."

    def leave_Name(self, original_node, updated_node):
        if updated_node.value != "x":
            return updated_node
'''

#: What the name becomes.
WAVERING = {
    "the order of a set": "''.join({'a', 'b', 'c', 'd', 'e', 'f'})",
    "the hash of a text": "f'y{abs(hash(\"x\"))}'",
    "the address of a node": "f'y{id(original_node)}'",
    "the name that an object gives itself": "''.join(c for c in repr(object()) if c.isalnum())",
    "the order of addresses": "'y' + ''.join(str(each % 997) for each in sorted(map(id, map(str, range(5)))))",
    "chance": "f'y{random.randrange(10 ** 9)}'",
    "the time": "f'y{time.time_ns()}'",
    "the first of a set that a hash chooses": "min({'ya', 'yb', 'yc', 'yd'}, key=hash)",
}
STEADY = {
    "a sorted set": "''.join(sorted({'a', 'b', 'c', 'd', 'e', 'f'}))",
    "a dictionary": "''.join({'c': 1, 'a': 2, 'b': 3})",
    "chance with a seed": "f'y{random.Random(0).randrange(10 ** 9)}'",
    "the path": "'y' + ''.join(c for c in self.context.filename if c.isalpha())",
    "the hash of a number": "f'y{hash(12345)}'",
    "whether it is in a set": "'y' if 'x' in {'x', 'a'} else 'z'",
    "the files before, of which there are none": "setattr(cst, 'seen', getattr(cst, 'seen', '') + 'y') or cst.seen",
    "the process, which has no number": "f'y{os.getpid()}'.replace('-', '')",
}
#: What the fences do not give a script at all.
OUT_OF_REACH = {
    "chance of the system": "f'y{os.urandom(4).hex()}'",
    "a file": "open('/proc/uptime').read()",
}


def first_run(expression: str) -> tuple[Script, tuple[Outcome, ...]]:
    """Run a script that renames x to what an expression gives on its cases."""
    script = parse(
        _HEAD + textwrap.indent(f"return updated_node.with_changes(value={expression})\n", " " * 8), name="probe"
    )
    return script, tuple(map_jobs(script, [job_of(case) for case in script.cases], limits=Limits(jobs=1)))


def differing(expression: str) -> int:
    """Count the cases that come out another way in another process with other hashes."""
    script, firsts = first_run(expression)

    assert all(type(outcome).__name__ == "Changed" for outcome in firsts), firsts

    return len(find_differences(script, firsts, arguments=(), limits=Limits(jobs=1)))


@pytest.mark.parametrize("name", WAVERING)
def test_what_wavers_is_noticed(name: str) -> None:
    assert differing(WAVERING[name]) > 0


@pytest.mark.parametrize("name", STEADY)
def test_what_is_steady_is_not(name: str) -> None:
    assert differing(STEADY[name]) == 0


@pytest.mark.parametrize("name", OUT_OF_REACH)
def test_what_is_out_of_reach_fails(name: str) -> None:
    _, outcomes = first_run(OUT_OF_REACH[name])

    assert {type(outcome).__name__ for outcome in outcomes} == {"Failed"}
