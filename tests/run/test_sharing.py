"""Scripts that carry something from one file to the next, past the static check; and honest ones, which share."""

from __future__ import annotations

import collections
import importlib
import re
import textwrap
import types
from pathlib import Path
from typing import TYPE_CHECKING

import libcst.codemod.commands
import pytest

from autotransform.codemod import Transform
from autotransform.engine.values import Changed, Failed, FileContext, Job
from autotransform.run import Limits, map_jobs
from autotransform.run.crew import Batch, needs_codecs
from autotransform.run.pool import _grouped, get_ready, map_batches
from autotransform.run.sharing import _LASTING, find_state
from autotransform.script import find_problems, parse
from autotransform.script.policy import MODULES
from autotransform.script.static_check import _public_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine.values import Outcome
    from autotransform.script import Script

_SCRIPT = '''
"""Write y where x stands."""
{imports}
{top}

class Probe(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write y where x stands."

    def leave_Name(self, original_node, updated_node):
        if updated_node.value != "x":
            return updated_node
{body}
'''
_IMPORTS = {
    "CodemodTest": "from libcst.codemod import CodemodTest",
    "Sequence": "from collections.abc import Sequence",
    "VisitorBased": "from libcst.codemod import VisitorBasedCodemodCommand",
    "abc.": "import abc",
    "argparse.": "import argparse",
    "cst.": "import libcst as cst",
    "dataclasses.": "import dataclasses",
    "functools.": "import functools",
    "kwlist": "from keyword import kwlist",
    "m.": "import libcst.matchers as m",
    "re.": "import re",
    "typing.": "import typing",
}


def make(body: str, *, top: str = "") -> Script:
    text = textwrap.indent(textwrap.dedent(body).strip() + '\nreturn updated_node.with_changes(value="y")', " " * 8)
    uses = f"{body}\n{top}\nVisitorBased"
    imports = [line for name, line in _IMPORTS.items() if re.search(rf"\b{re.escape(name)}", uses)]
    source = _SCRIPT.format(body=text, top=textwrap.dedent(top), imports="\n".join(imports))
    return parse(source, name="probe")


_BOX = """
class Box:
    def put(self):
        self.seen = True
    def lend(self):
        self.put()
"""
_CARRIERS = {
    "the class of a node": ("type(original_node).seen = True", ""),
    "a class by another name": ("kind.seen = True", "kind = cst.Name"),
    "the class of an error": ("error.seen = True", "error = re.error"),
    "a loop's target": ("for type(original_node).seen in [1]: pass", ""),
    "a list of Python's own": ("kwlist.append('x')", ""),
    "a list of LibCST's": ("cst.KNOWN_PYTHON_VERSION_STRINGS.append('x')", ""),
    "the register of an abstract class": ("Sequence.register(cst.Name)", ""),
    "a register by its name": ("getattr(Sequence, 'register')(cst.Name)", ""),
    "a register by a pattern": ("match Sequence:\n    case object(register=found): found(cst.Name)", ""),
    "clean-ups of a class of tests": ("CodemodTest.addClassCleanup(print)", ""),
    "the members of an enumeration": ("re.RegexFlag._member_map_.clear()", ""),
    "a decorator on a class that is not its own": ("dataclasses.dataclass(cst.Name)", ""),
    "a matcher on a function that is not its own": ("m.visit(m.Name())(cst.Name.visit)", ""),
    "a decorator under another name": ("mark(cst.Name.visit)", "mark = abc.abstractmethod"),
    "a mark of typing's": ("typing.final(cst.Name)", ""),
    "overloads of typing's": ("typing.get_overloads(cst.parse_module)", ""),
    "counts of a cache": ("cst.parse_module.cache_info()", ""),
    "a node made anew": ("cst.Name.__init__(original_node, value='z')", ""),
    "a method on something else than its object": ("Box.put(cst.parse_module)", _BOX),
    "a method that calls one": ("Box.lend(cst.parse_module)", _BOX),
    "a method handed on": ("[*map(Box.put, [cst.parse_module])]", _BOX),
    "a method by its name": ("getattr(Box, 'put')(cst.parse_module)", _BOX),
    "a method under another name": (
        "Box.other(cst.parse_module)",
        "class Box:\n    def put(self):\n        self.seen = True\n    other = put",
    ),
    "a method without an object": (
        "Box().put(cst.parse_module)",
        "class Box:\n    @staticmethod\n    def put(self):\n        self.seen = True",
    ),
    "a method that a decorator takes": (
        "pass",
        _BOX.replace("    def put", "    @use\n    def put") + "def use(method):\n    method(cst.parse_module)",
    ),
    "a function with a self": ("put(cst.parse_module)", "def put(self):\n    self.seen = True"),
    "a self that is none": ("self = cst.parse_module\nself.seen = True", ""),
    "a self by a pattern": ("match cst.parse_module:\n    case self:\n        self.seen = True", ""),
    "a self by an error": ("try:\n    raise KeyError\nexcept KeyError as self:\n    self.seen = True", ""),
    "a class as the object of super": (
        "Box().lend()",
        _BOX + "\nclass More(Box):\n    def lend(self):\n        def inner(other):\n"
        "            super().put(cst.parse_module)\n        inner(More)",
    ),
    "an argument that opens files": ("argparse.FileType('r')", ""),
}
_REFUSED = {
    "a class that is imported": "cst.Name.seen = True",
    "two imports in a line": "import argparse; import os",
    "names of a module that are none of a transform's": "argparse._sys.modules.clear()\nimport json",
}


@pytest.mark.parametrize("body", _REFUSED.values(), ids=_REFUSED)
def test_what_the_static_check_refuses_keeps_files_apart(body: str) -> None:
    assert find_state(make(body)).startswith("the static check does not let it pass")


@pytest.mark.parametrize(("body", "top"), _CARRIERS.values(), ids=_CARRIERS)
def test_what_outlasts_a_file_keeps_files_apart(body: str, top: str) -> None:
    state = find_state(make(body, top=top))

    # Past the static check; else this proves nothing.
    assert (state != "", "static check" in state) == (True, False)


_SEEN = """
class Seen(cst.CSTVisitor):
    def __init__(self):
        super().__init__()
        self.last = None
    def visit_Name(self, node):
        self.last = node
"""
_HONEST = {
    "nothing at all": ("pass", ""),
    "attributes of its own": ("self.seen = getattr(self, 'seen', 0) + 1\nself._count = 1\ndel self.seen", ""),
    "a visitor of its own": ("found = Seen()\noriginal_node.visit(found)\nfound.last", _SEEN),
    "a base of its own": (
        "original_node.visit(More())",
        _SEEN + "\nclass More(Seen):\n    def visit_Name(self, node):\n        super().visit_Name(node)",
    ),
    "what its decorators mark": (
        "Box(1)",
        """
        @dataclasses.dataclass(frozen=True)
        class Box:
            size: int
            @property
            def half(self):
                return self.size // 2
            @m.leave(m.Name())
            def seen(self, node):
                self.size = 1
        """,
    ),
    "a cache of its own": ("half(2)", "@functools.lru_cache(maxsize=None)\ndef half(size):\n    return size // 2"),
    "a table of its own": ("SEEN['x'] = 1\nSEEN.setdefault('y', []).append(2)", "SEEN = {}"),
    "a visitor that visits": ("original_node.visit(self)", ""),
    "arguments": (
        "pass",
        "def add(arg_parser: argparse.ArgumentParser) -> None:\n    arg_parser.add_argument('--x')",
    ),
}


@pytest.mark.parametrize(("body", "top"), _HONEST.values(), ids=_HONEST)
def test_what_is_gone_with_its_file_lets_files_share(body: str, top: str) -> None:
    assert find_state(make(body, top=top)) == ""


def test_most_commands_of_libcst_share() -> None:
    (folder,) = libcst.codemod.commands.__path__
    names = ("add_trailing_commas", "convert_union_to_or", "ensure_import_present", "remove_unused_imports")
    edited = [parse(Path(folder, f"{name}.py").read_text() + "\n# edited\n", name=name) for name in names]
    rename = Path(folder, "rename.py").read_text()

    assert [find_state(script) for script in edited] == [""] * len(names)
    assert find_state(parse(rename, name="rename")) == ""
    assert "record_asname" in find_state(parse(f"{rename}\n# edited\n", name="rename"))


def test_no_script_of_the_catalogue_is_kept_apart() -> None:
    folder = Path(__file__).parents[2] / "transforms"

    assert [path.stem for path in folder.glob("[a-z]*.py") if find_state(parse(path.read_text(), name=path.stem))] == []


_MUTABLE = (list, dict, set, bytearray, collections.deque)


def _mutables(path: str, value: object, *, seen: set[int], depth: int = 0) -> Iterator[str]:
    """Find what can be changed in place and is reached by public names alone."""
    if id(value) in seen or isinstance(value, types.ModuleType) or depth > 4:
        return
    seen.add(id(value))
    if isinstance(value, _MUTABLE):
        yield path
    elif not isinstance(value, str | bytes | int | float):
        for name in dir(value):
            if not name.startswith("_") and name not in _LASTING:
                yield from _mutables(f"{path}.{name}", getattr(value, name, None), seen=seen, depth=depth + 1)


def test_public_names_lead_to_nothing_that_can_be_changed_in_place() -> None:
    """A new release of LibCST, or of Python, may bring a list that `_LASTING` must name."""
    seen: set[int] = set()
    found = [
        path
        for module in MODULES
        for name in sorted(_public_names(module) - _LASTING)
        for path in _mutables(f"{module}.{name}", getattr(importlib.import_module(module), name, None), seen=seen)
    ]
    assert found == []


def test_the_classes_of_every_transform_hold_nothing_that_can_be_changed_in_place() -> None:
    ours = [name for each in Transform.__mro__ for name, value in vars(each).items() if isinstance(value, _MUTABLE)]

    assert {name for name in ours if not name.startswith("__") and not name.startswith("_abc")} == set()


_COUNTING = make(
    """
    kind = type(original_node)
    seen = getattr(kind, "seen", 0) + 1
    kind.seen = seen
    self.warn(str(seen))
    """
)
_FILES = {f"{number}.py": f"x = {number}\n".encode() for number in range(6)}


def jobs_of(files: dict[str, bytes]) -> tuple[Job, ...]:
    return tuple(Job(context=FileContext(path=path), content=content) for path, content in files.items())


def told(outcomes: list[Outcome]) -> list[str]:
    return [outcome.warnings[0] for outcome in outcomes if isinstance(outcome, Changed)]


def test_state_that_the_static_check_lets_pass_crosses_no_files() -> None:
    dangerous = [problem for problem in find_problems(_COUNTING) if problem.code.startswith("forbidden-")]
    outcomes = list(map_jobs(_COUNTING, jobs_of(_FILES), limits=Limits(jobs=1)))
    ((*together,),) = map_batches(
        [Batch(script=_COUNTING, jobs=jobs_of(_FILES), is_together=True)], limits=Limits(jobs=1)
    )

    # By itself the check would let it pass; and with files in one process it would be seen.
    assert dangerous == []
    assert len(outcomes) == len(together) == 6
    assert len(set(told(outcomes))) == 1
    assert len(set(told(together))) == 6


def test_files_that_are_run_alone_show_what_crossed() -> None:
    """As the second look of `test` and `--strict` does it."""
    batches = (Batch(script=_COUNTING, jobs=jobs_of(_FILES), is_together=each) for each in (True, False))
    together, alone = map_batches(batches, limits=Limits(jobs=1))

    assert [first == second for first, second in zip(together, alone, strict=True)] == [True, *[False] * 5]


def test_what_comes_out_is_the_same_together_and_alone() -> None:
    files = {
        **_FILES,
        "late.py": "# -*- coding: euc-jp -*-\nx = '\u65e5\u672c'\n".encode("euc-jp"),
        "bad.py": b"x = (\n",
    }
    script = make("pass")
    limits = Limits(jobs=2)
    shared, alone = (list(map_jobs(script, jobs_of(files), limits=limits, is_alone=each)) for each in (False, True))

    assert shared == alone
    assert sum(isinstance(outcome, Changed) for outcome in shared) == 7


_GREEDY = """
if hasattr(cst, "fed"):
    os._exit(3)
cst.fed = True
"""


def test_a_file_that_fails_behind_others_is_tried_by_itself() -> None:
    """What came before it in its process may have cost it its memory: the outcome must be the one that it has alone."""
    script = make(_GREEDY, top="import os")
    batch = Batch(script=script, jobs=jobs_of(_FILES), is_together=True)
    (outcomes,) = map_batches([batch], limits=Limits(jobs=1))

    assert [type(outcome) for outcome in outcomes] == [Changed] * 6


def test_a_file_that_never_ends_costs_no_other_of_its_batch() -> None:
    start = 'if updated_node.value != "x":'
    source = make("pass").source.replace(start, f'while updated_node.value == "boom": pass\n        {start}')
    endless = parse(source, name="endless")
    files = {"a.py": b"x = 1\n", "b.py": b"boom = x\n", "c.py": b"x = 2\n"}
    outcomes = list(map_jobs(endless, jobs_of(files), limits=Limits(jobs=1, timeout=1)))

    assert find_state(endless) == ""
    assert [type(outcome) for outcome in outcomes] == [Changed, Failed, Changed]


def test_groups_depend_on_the_jobs_alone() -> None:
    sizes = [30_000, 9_000, 9_000, 1, 1, 1, 1, 1, *[10] * 1_500, 500_000, *[2_000] * 40]
    jobs = jobs_of({f"{number}.py": bytes(size) for number, size in enumerate(sizes)})
    groups = list(_grouped(iter(jobs), on_first=lambda: None))

    assert [job for group in groups for job in group] == [*jobs]
    assert [len(group) for group in groups[:4]] == [1, 2, 8, 8]
    assert max(map(len, groups)) == 128
    assert max(sum(len(job.content) for job in group[:-1]) for group in groups) < 256 << 10


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x = 1\n", False),
        (b"# coding: utf-8\nx = 1\n", False),
        (b"#!/bin/python\n# -*- coding: koi8-r -*-\n", True),
        (b"# utf-8 coding=cp1252\n", True),
        (b"\r\r# coding: big5\r", True),
        (b"x = 1\ny = 2\n# coding: big5\n", False),
    ],
)
def test_codecs_are_loaded_where_a_file_may_need_them(content: bytes, *, expected: bool) -> None:
    assert needs_codecs(Job(context=FileContext(path="a.py"), content=content)) == expected


def test_what_was_made_ready_is_taken() -> None:
    from autotransform.run import launcher as launcher_module  # noqa: PLC0415

    limits = Limits(jobs=1, memory=1237)
    for _ in range(2):
        get_ready(limits)
    (ready,) = [each for each in launcher_module._idle.values() if each.settings[-2] == 1237]
    (outcome,) = map_jobs(make("pass"), jobs_of({"a.py": b"x = 1\n"}), limits=limits)
    (given_back,) = [each for each in launcher_module._idle.values() if each.settings[-2] == 1237]

    assert isinstance(outcome, Changed)
    assert ready is given_back
