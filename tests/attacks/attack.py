"""What an attack is: one script with a goal, and the file that it is run on."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.script import Script

SCRIPTS = Path(__file__).parent / "scripts"

#: Every goal, in the order of the table, and what it means to reach it.
GOALS = {
    "read": "the content of a file",
    "secret": "a secret of the process that runs it, of its parents or of another process",
    "write": "a file or folder made, changed, renamed or removed",
    "network": "a connection or a datagram, over any kind of socket",
    "processes": "a process started, signalled, traced or slowed",
    "exhaust": "more than three times the time, memory, processes or disk that was allowed",
    "die": "no result for the files after it",
    "poison": "another result for a file after it",
    "forge": "an answer that the parent should not believe, keep or show",
    "other": "the content or the result of another file",
    "observe": "a result that depends on order, number of files, time or machine",
    "waver": "a result that differs from run to run",
    "escape": "the content of a file, out of restricted Python",
}


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One script that means harm."""

    goal: str
    name: str
    path: Path = field(repr=False)

    @cached_property
    def source(self) -> str:
        """The whole script."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def script(self) -> Script:
        """The script as the product reads it."""
        return parse(self.source, name=self.name)

    @cached_property
    def says(self) -> str:
        """The one sentence that says what it tries."""
        return (ast.get_docstring(ast.parse(self.source)) or "").partition("\n")[0]

    def __str__(self) -> str:
        return f"{self.goal}/{self.name}"


def find_attacks(goal: str = "*") -> list[Attack]:
    """Give every attack, in the order of the goals and then of the names."""
    found = [Attack(goal=path.parent.name, name=path.stem, path=path) for path in SCRIPTS.glob(f"{goal}/*.py")]
    order = [*GOALS]
    return sorted(found, key=lambda attack: (order.index(attack.goal), attack.name))


#: What the benign script does to the file that comes after.
BENIGN = '''"""Write ``flag = True`` where ``flag = False`` stands, and nothing else."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Benign(VisitorBasedCodemodCommand):
    DESCRIPTION = "Turn flags on."

    def leave_Assign(self, original_node, updated_node):
        value = updated_node.value
        if not isinstance(value, cst.Name) or value.value != "False":
            return updated_node
        return updated_node.with_changes(value=cst.Name("True"))
'''

_FILE = """# {map}

\"\"\"Some code that adds numbers up.\"\"\"
import os.path

WORD = "{word}"
flag = False


def total(values, start=0):
    for value in values:
        start += value
    return os.path.join("a", str(start))
"""


def victim_file(known: dict[str, object], *, name: str, word: str) -> bytes:
    """Give a file to attack: the map of the victim as a comment, then ordinary code that holds a word of its own."""
    return _FILE.format(map={"file": name, **known}, word=word).encode()


def after_benign(content: bytes) -> bytes:
    """Give what the benign script makes of a file that nobody attacked."""
    return content.replace(b"flag = False", b"flag = True")
