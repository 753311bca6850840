"""The page of what goes wrong with pull requests names for each row a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "explanation" / "pull-request-scenarios.md"
ROWS = re.findall(r"^\| (?!what happens)(.+?) \| (.+?) \| `(\S+)::(\S+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
FEWEST = 40


def test_there_are_enough_and_none_is_told_twice() -> None:
    rows = [
        line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "what happens" not in line
    ]

    assert len(ROWS) == len(rows)
    assert len({(file, test) for _, _, file, test in ROWS}) >= FEWEST
    assert len({case for case, *_ in ROWS}) == len(ROWS)


@pytest.mark.parametrize("file", sorted({file for _, _, file, _ in ROWS}))
def test_every_test_that_is_named_is_there(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    assert sorted({test for _, _, where, test in ROWS if where == file} - there) == []
