"""Cases out of the repository: until half of all are, of what the script really does, and without secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.author.examination import Bench
from autotransform.author.grounding import ground
from autotransform.author.trial import try_on_files
from autotransform.config import Config
from autotransform.run import Limits, run_cases, select
from autotransform.script import parse
from tests.author.shop import GOOD

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits(jobs=1, timeout=20.0)
IMPORT = "from shop.util import old_name\n\n"


def grounded(folder: Path, files: dict[str, str], *, source: str = GOOD) -> tuple[str, tuple[str, ...]]:
    for path, text in {"shop/__init__.py": "", "shop/util.py": "def old_name(x): ...\n", **files}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    selection = select(start=folder, repository=None, in_place=True, config=Config())
    words = frozenset({"old_name", "shop", "util"})
    bench = Bench(selection=selection, limits=LIMITS, words=words)
    trial = try_on_files(
        parse(source, name="newer"),
        selection=selection,
        limits=LIMITS,
        named_in=(),
        words=words,
        on_progress=lambda _line: None,
    )
    return ground(source, name="newer", bench=bench, trial=trial)


def test_cases_of_the_repository_come_in_until_half_are(tmp_path: Path) -> None:
    uses = {f"shop/m{n}.py": f"{IMPORT}def f{n}(a):\n    return [{'a, ' * n}old_name(a)]\n" for n in range(9)}
    stays = {"shop/z.py": "class Thing:\n    def old_name(self):\n        return self.old_name\n"}
    source, notes = grounded(tmp_path, {**uses, **stays})

    script = parse(source, name="newer")
    assert notes == ("2 of its 4 cases are code of this repository.",)
    assert ["shop/m0.py" in script.cases[0].name, "shop/z.py" in script.cases[1].name] == [True, True]
    assert [case.after is None for case in script.cases[:2]] == [False, True]
    assert all(result.passed for result in run_cases(script, limits=LIMITS))


def test_a_script_whose_cases_are_of_the_repository_stays(tmp_path: Path) -> None:
    source, notes = grounded(tmp_path, {"shop/a.py": f"{IMPORT}old_name(1)\n"})

    assert source == GOOD
    assert notes == ("1 of its 2 cases are code of this repository.",)


def test_no_secret_becomes_a_case(tmp_path: Path) -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    source, _ = grounded(tmp_path, {"shop/a.py": f'{IMPORT}x = old_name("{secret}")\n'})

    assert secret not in source


@pytest.mark.parametrize("count", [0, 1])
def test_there_may_be_nothing_to_cut(tmp_path: Path, count: int) -> None:
    files = {"shop/a.py": f"{IMPORT}y = {'(' * 60}old_name{')' * 60}\n"} if count else {}
    source, _ = grounded(tmp_path, files)

    assert all(result.passed for result in run_cases(replace(parse(source, name="newer")), limits=LIMITS))
