"""Every transform that we ship: checked, tested, run over real code, and the same under stock LibCST."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.run import Limits, run_cases
from autotransform.script import find_problems, parse

if TYPE_CHECKING:
    from autotransform.script import Script

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "transforms"
PAGE = ROOT / "docs" / "reference" / "catalogue.md"
#: The heading under which the page has the figures of real runs, as `python -m tests.catalogue_runs` prints them.
FIGURES = "## Over real packages"
PATHS = sorted(FOLDER.glob("*.py"))


def read(path: Path) -> Script:
    return parse(path.read_bytes(), name=path.stem)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_is_complete_and_safe(path: Path) -> None:
    script = read(path)

    assert find_problems(script) == ()
    assert script.provenance is not None
    assert script.request
    assert script.rules
    assert script.mentions
    assert script.targets


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_its_cases_hold_and_half_of_them_change_nothing(path: Path) -> None:
    script = read(path)
    results = run_cases(script, limits=Limits(jobs=2))

    assert [result.failure for result in results if not result.passed] == []
    assert len(results) >= 6
    assert 2 * sum(case.after is None for case in script.cases) >= len(script.cases)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_stock_libcst_makes_the_same_of_its_cases(path: Path, tmp_path: Path) -> None:
    script = read(path)
    package = tmp_path / "transforms"
    package.mkdir()
    (package / path.name).write_bytes(path.read_bytes())
    for number, case in enumerate(script.cases):
        (tmp_path / f"case_{number}.py").write_text(case.before)
    files = [f"case_{number}.py" for number in range(len(script.cases))]
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "-x"]
    done = subprocess.run(
        [*command, f"transforms.{path.stem}.{script.entry}", "--jobs", "1", *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    expected = [case.before if case.after is None else case.after for case in script.cases]
    assert [(tmp_path / file).read_text() for file in files] == expected


def test_there_is_a_catalogue() -> None:
    assert len(PATHS) >= 15


def described() -> str:
    """Write the part of the page that the transforms say themselves."""
    lines = [
        "# The catalogue",
        "",
        "These transforms come with AutoTransform and work on any repository: `autotransform preview NAME`. The",
        "figures of runs over real packages stand at the end. All but those is generated from the transforms.",
        "",
    ]
    for path in PATHS:
        script = read(path)
        kept = sum(case.after is None for case in script.cases)
        cases = f"{len(script.cases)} cases, {kept} of which must not change."
        rules = script.rules.replace("``", "`").strip()
        lines += [
            f"## {script.name}",
            "",
            f"*{script.request}*",
            "",
            script.summary.replace("``", "`"),
            "",
            rules,
            "",
            cases,
            "",
        ]
    return "\n".join([*lines, FIGURES])


def test_the_page_says_what_each_transform_does(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-scenarios"):
        _, _, figures = PAGE.read_text(encoding="utf-8").partition(FIGURES)
        PAGE.write_text(described() + figures, encoding="utf-8")
    text, _, figures = PAGE.read_text(encoding="utf-8").partition(FIGURES)

    assert text + FIGURES == described()
    assert [path.stem for path in PATHS if figures.count(f"| {path.stem} |") < 3] == []
