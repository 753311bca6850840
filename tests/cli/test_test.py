"""``autotransform test``: what it prints, and when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli

_SCRIPT = '''# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "rename x to y"
# ///
"""Rename x to y."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

MENTIONS = ["x"]
TARGETS = ["m.x"]
CASES = [
    {"name": "it changes", "before": "x = 1\\n", "after": "y = 1\\n"},
    {"name": "another stays", "before": "z = 1\\n"},
]
OLD = {"x"}


class Rename(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename x to y."

    def leave_Name(self, original_node, updated_node):
        if updated_node.value not in OLD:
            return updated_node
        return updated_node.with_changes(value="y")
'''
_NEGATIVE = '    {"name": "another stays", "before": "z = 1\\n"},\n'
_PASSES = "rename: 2 cases pass, twice; 3 of 3 small changes to it are noticed\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rename.py").write_text(_SCRIPT)
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    source = (folder / "rename.py").read_text()
    assert old in source
    (folder / "rename.py").write_text(source.replace(old, new))


def test_a_script_that_its_cases_describe(run_cli: RunCli, folder: Path) -> None:
    done = run_cli("test", "rename.py", "--strict", cwd=folder)

    assert (done.returncode, done.stdout) == (0, _PASSES)


def test_the_quick_way_looks_for_no_missing_case(run_cli: RunCli, folder: Path) -> None:
    edit(folder, _NEGATIVE, "")
    done = run_cli("test", "rename.py", "--quick", "--strict", cwd=folder)

    assert (done.returncode, done.stdout) == (0, "rename: 1 case passes, twice\n")


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)], ids=["", "strict"])
def test_a_missing_case_is_told_and_fails_when_it_must(
    run_cli: RunCli, folder: Path, options: tuple[str, ...], code: int
) -> None:
    edit(folder, _NEGATIVE, "")
    done = run_cli("test", "rename.py", *options, cwd=folder)

    assert done.returncode == code
    assert done.stdout == (
        "rename: 1 case passes, twice; 2 of 3 small changes to it are noticed\n"
        "  no case fails when line 25 is removed: if updated_node.value not in OLD: return updated_node\n"
    )


def test_every_change_of_one_line_is_told_at_once(run_cli: RunCli, folder: Path) -> None:
    edit(folder, 'OLD = {"x"}', 'OLD = {"x", "a", "b"}')
    edit(folder, "not in OLD:", "not in OLD and (original_node or updated_node):")
    done = run_cli("test", "rename.py", cwd=folder)

    elements, operands = done.stdout.splitlines()[1:]
    assert elements == '  no case fails when "a" or "b" is dropped from line 19: OLD = {"x", "a", "b"}'
    assert operands.startswith(
        "  no case fails when `original_node or updated_node`, `original_node` or `updated_node` is dropped from line 2"
    )


def test_each_case_and_each_change_is_listed_on_demand(run_cli: RunCli, folder: Path) -> None:
    done = run_cli("-v", "test", "rename.py", cwd=folder)

    assert done.stdout == (
        "  ok    it changes\n"
        "  ok    another stays\n"
        f"{_PASSES}"
        '  ok    a case fails when "x" is dropped from line 19: OLD = {"x"}\n'
        "  ok    a case fails when the condition of line 26 always holds: "
        "if updated_node.value not in OLD: return updated_node\n"
        "  ok    a case fails when line 26 is removed: if updated_node.value not in OLD: return updated_node\n"
    )


@pytest.mark.long
def test_a_long_list_is_cut_unless_all_is_wanted(run_cli: RunCli, folder: Path) -> None:
    edit(
        folder,
        'OLD = {"x"}',
        "".join(f'A{n} = ("a", "b", "c", "d", "e", "f", "g")\n' for n in range(12)) + 'OLD = {"x"}',
    )
    short = run_cli("test", "rename.py", cwd=folder).stdout.splitlines()
    full = run_cli("-v", "test", "rename.py", cwd=folder).stdout

    assert len(short) == 1 + 10 + 1
    assert '"e" or one of 2 more is dropped from line 19' in short[1]
    assert short[-1] == "  … and 2 more lines; -v lists them"
    assert full.count('"f" or "g" is dropped') == 12


def test_a_result_that_depends_on_hashes_fails(run_cli: RunCli, folder: Path) -> None:
    edit(folder, 'value="y"', 'value="".join({"a", "b", "c", "d", "e", "f"})')
    came_out = next(
        line.removeprefix("+").removesuffix(" = 1")
        for line in run_cli("test", "rename.py", cwd=folder).stdout.splitlines()
        if line.startswith("+")
    )
    edit(folder, '"y = 1', f'"{came_out} = 1')
    done = run_cli("test", "rename.py", cwd=folder)

    assert done.returncode == 1
    shown = done.stdout.splitlines()
    assert shown[0] == (
        "  FAIL  it changes, line 16: in another process, with another hash seed,"
        " it makes something else of the same text"
    )
    assert shown[1].strip() == "- what came out first, + what came out then"
    assert f"-{came_out} = 1" in shown
    assert shown[-1] == "rename: 1 of 2 cases fail"


def test_a_second_pass_that_goes_on_fails(run_cli: RunCli, folder: Path) -> None:
    edit(folder, "updated_node.value not in OLD", 'not updated_node.value.startswith("x")')
    edit(folder, 'value="y"', 'value=updated_node.value + "x"')
    edit(folder, '"y = 1', '"xx = 1')
    done = run_cli("test", "rename.py", cwd=folder)

    assert done.returncode == 1
    assert "FAIL  it changes, line 16: a second pass would change the file again" in done.stdout
    assert done.stdout.endswith("rename: 1 of 2 cases fail\n")


@pytest.mark.parametrize(("options", "code", "tag"), [((), 0, "warn"), (("--strict",), 1, "FAIL")], ids=["", "strict"])
def test_a_case_that_loses_a_comment_is_told_and_fails_when_it_must(
    run_cli: RunCli, folder: Path, options: tuple[str, ...], code: int, tag: str
) -> None:
    edit(folder, "class Rename(", "class Losing(VisitorBasedCodemodCommand):\n    pass\n\n\nclass Rename(")
    edit(
        folder,
        "    def leave_Name",
        "    def leave_TrailingWhitespace(self, original_node, updated_node):\n"
        "        return updated_node.with_changes(comment=None)\n\n"
        "    def leave_Name",
    )
    edit(folder, '"x = 1\\n", "after"', '"x = 1  # why\\n", "after"')
    edit(folder, '"y = 1', '"y = 1  ')
    done = run_cli("test", "rename.py:Rename", "--quick", *options, cwd=folder)

    assert done.returncode == code
    assert f"  {tag}  it changes, line 16: " in done.stdout


def test_a_case_that_is_never_looked_at_fails(run_cli: RunCli, folder: Path) -> None:
    edit(folder, 'MENTIONS = ["x"]', 'MENTIONS = ["zebra"]')
    done = run_cli("test", "rename.py", cwd=folder)

    assert done.returncode == 1
    assert "FAIL  it changes, line 16: MENTIONS keeps its text from ever being looked at" in done.stdout


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)], ids=["", "strict"])
def test_a_script_without_cases(run_cli: RunCli, folder: Path, options: tuple[str, ...], code: int) -> None:
    source = (folder / "rename.py").read_text()
    start, end = source.index("CASES"), source.index("OLD =")
    (folder / "rename.py").write_text(source[:start] + source[end:])
    done = run_cli("test", "rename.py", *options, cwd=folder)

    assert (done.returncode, done.stdout) == (code, "rename: no cases\n")


def test_a_name_that_nobody_knows(run_cli: RunCli, folder: Path) -> None:
    done = run_cli("test", "renam", cwd=folder)

    assert done.returncode in {2, 3}
    assert done.stdout == ""
    assert "renam" in done.stderr
