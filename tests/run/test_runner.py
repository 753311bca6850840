"""A whole run over a real repository: the gate, names, order, counts, cases."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.engine.values import Changed, Failed, Skipped, Unchanged, Word
from autotransform.repository import Repository
from autotransform.run import Limits, Progress, Selection, run, run_cases, select
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.script import Script
    from tests.conftest import GitRepo

_LIMITS = Limits(jobs=2)

_TELL = '''"""Warn where each file stands."""

from autotransform.codemod import Transform

MENTIONS = ["x"]
TARGETS = ["pkg.mod.x"]
CASES = []


class Tell(Transform):
    DESCRIPTION = "Warn where each file stands."

    def visit_Module(self, node):
        context = self.context
        self.warn(f"{context.filename} {context.full_module_name} {context.full_package_name}")
        self.warn(str(context.scratch["autotransform.reexports"]))
'''

_HEADER = '# /// script\n# dependencies = ["libcst"]\n#\n# [tool.autotransform]\n# format = 1\n# ///\n'


def _select(repo: GitRepo, *, in_place: bool = False, paths: tuple[str, ...] = ()) -> Selection:
    repository = Repository.open(repo.path)
    return select(start=repo.path, repository=repository, paths=paths, in_place=in_place, config=Config())


@pytest.fixture
def renaming(probe: Callable[..., Script]) -> Script:
    """Call every x y, in files that mention it."""
    return parse('MENTIONS = ["x"]\nTARGETS = []\nCASES = []\n' + probe().source, name="renaming")


def test_a_run_tells_what_became_of_every_file(git_repo: GitRepo, renaming: Script) -> None:
    head = git_repo.commit(
        {
            "a.py": "x = 1\r\n",
            "b.py": "y = 1\n",
            "c.py": "'x'\n",
            "d.py": "x = (\n",
            "e.py": "# @generated\nx = 1\n",
            "f.py": _HEADER + '"""x"""\n',
            "g/h.pyi": "x: int\n",
            "g-1.py": "x = 2\n",
        }
    )
    done = run(renaming, _select(git_repo), limits=_LIMITS)
    digest = hashlib.sha256(b"x = 1\r\n").hexdigest()

    assert (done.script, done.base, done.selected, done.gated) == (renaming, head, 8, 2)
    assert [(outcome.path, type(outcome)) for outcome in done.outcomes] == [
        ("a.py", Changed),
        ("c.py", Unchanged),
        ("d.py", Skipped),
        ("e.py", Skipped),
        ("g-1.py", Changed),
        ("g/h.pyi", Changed),
    ]
    assert (done.changed[0].after, done.changed[0].before_sha256) == (b"y = 1\r\n", digest)
    assert done.skipped[1].reason == "its leading comment says @generated"
    assert done.exit_code == 0


def _words(script: Script, repo: GitRepo, *, in_place: bool = False, strict: bool = False) -> dict[str, list[Word]]:
    done = run(script, _select(repo, in_place=in_place), limits=_LIMITS, strict=strict)
    return {file.path: list(file.words) for file in done.words}


def _whys(found: dict[str, list[Word]]) -> dict[str, set[tuple[str, str]]]:
    return {path: {(word.fate, word.why) for word in words} for path, words in found.items()}


@pytest.fixture
def targeting(probe: Callable[..., Script]) -> Script:
    """Call every x y in files that mention z, and ask about x."""
    return parse('MENTIONS = ["z"]\nTARGETS = ["pkg.x"]\nCASES = []\n' + probe().source, name="targeting")


def test_words_of_every_selected_file_are_accounted_for(git_repo: GitRepo, targeting: Script) -> None:
    git_repo.commit(
        {
            "changed.py": "x = 1  # z\n",
            "gated.py": "x, 'x', x2  # x\n",
            "generated.py": "# @generated\nx = z\n",
            "script.py": _HEADER + '"""x z"""\n',
            "unchanged.py": "'x', z\n",
            "unparsable.py": "x = (z\n",
            "without.py": "z\n",
        }
    )
    found = _words(targeting, git_repo)

    assert _whys(found) == {
        "changed.py": {("changed", "")},
        "gated.py": {("unread", "the file holds none of MENTIONS")},
        "generated.py": {("unread", "the file was skipped: its leading comment says @generated")},
        "script.py": {("unread", "the file is a transform itself")},
        "unchanged.py": {("text", "a string of its own")},
        "unparsable.py": {("unread", "the file was skipped: does not parse: line 1: '(' was never closed")},
    }
    assert {path: len(words) for path, words in found.items() if len(words) > 1} == {"gated.py": 3}


def test_words_of_a_file_that_failed_are_left(git_repo: GitRepo, probe: Callable[..., Script]) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "boom, x\n"})
    script = parse('MENTIONS = []\nTARGETS = ["pkg.x"]\nCASES = []\n' + probe("os._exit(3)").source, name="probe")

    assert _whys(_words(script, git_repo)) == {
        "a.py": {("changed", "")},
        "b.py": {("unread", "the script failed on the file: died")},
    }


def test_words_of_a_file_that_fails_for_strictness_are_left(git_repo: GitRepo, targeting: Script) -> None:
    git_repo.commit({"a.py": "x, 'x', z\n"})
    growing = targeting.source.replace('value="y"', 'value=updated_node.value + "x"').replace('== "x"', '[0] == "x"')
    script = parse(growing, name="growing")

    assert _whys(_words(script, git_repo)) == {"a.py": {("changed", ""), ("text", "a string of its own")}}
    assert _whys(_words(script, git_repo, strict=True)) == {
        "a.py": {("unread", "the script failed on the file: strict")}
    }


def test_what_wavers_fails_for_strictness_alone(git_repo: GitRepo, probe: Callable[..., Script]) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "z = 1\n", "c.py": "w = 1\n"})
    renaming = probe().source
    wavering = renaming.replace('value="y"', "value=f'y{id(original_node)}'").replace('== "x"', 'in "xz"')
    outcomes = {
        strict: run(parse(source, name="probe"), _select(git_repo), limits=_LIMITS, strict=strict).outcomes
        for strict, source in ((False, wavering), (True, wavering))
    }

    assert [type(outcome) for outcome in outcomes[False]] == [Changed, Changed, Unchanged]
    assert [getattr(outcome, "reason", "") for outcome in outcomes[True]] == ["strict", "strict", ""]
    assert run(parse(renaming, name="probe"), _select(git_repo), limits=_LIMITS, strict=True).failed == ()


def test_places_in_unread_files_are_counted_in_characters(git_repo: GitRepo, targeting: Script) -> None:
    git_repo.commit({"a.py": "\ufeffx\r\n'ß', x\rx\n".encode(), "b.py": b"'\xdf', x\n"})
    found = _words(targeting, git_repo)

    assert [(word.line, word.column) for word in found["a.py"]] == [(1, 1), (2, 6), (3, 1)]
    assert [(word.line, word.column) for word in found["b.py"]] == [(1, 6)]


def test_a_huge_line_that_is_not_read_is_searched_in_good_time(git_repo: GitRepo, targeting: Script) -> None:
    git_repo.commit({"a.py": "a = [" + "x, xx, " * 100_000 + "]\n"})

    assert len(_words(targeting, git_repo)["a.py"]) == 100_000


def test_a_file_that_has_gone_has_no_words(git_repo: GitRepo, targeting: Script) -> None:
    git_repo.commit({"a.py": "x, z\n", "b.py": "x, z\n"})
    selection = _select(git_repo, in_place=True)
    (git_repo.path / "a.py").unlink()
    done = run(targeting, selection, limits=_LIMITS)

    assert [file.path for file in done.words] == ["b.py"]


def test_without_targets_there_are_no_words(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x\n", "b.py": "# @generated\nx\n", "c.py": "y\n"})

    assert _words(renaming, git_repo) == {}


def test_the_gate_keeps_workers_from_being_started(
    git_repo: GitRepo, renaming: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.commit({"a.py": "y = 1\n"})
    monkeypatch.setattr("sys.executable", "/no/such/python")
    done = run(renaming, _select(git_repo), limits=_LIMITS)

    assert (done.selected, done.gated, done.outcomes) == (1, 1, ())


def test_the_gate_changes_no_result(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit(
        {f"{name}.py": f"{name} = 1\n" for name in ("x", "y", "xy", "z", "\N{FULLWIDTH LATIN SMALL LETTER X}")}
    )
    gated = run(renaming, _select(git_repo), limits=_LIMITS)
    plain = run(replace(renaming, mentions=None), _select(git_repo), limits=_LIMITS)

    assert gated.gated == 2
    assert plain.gated == 0
    assert gated.changed == plain.changed


def test_a_file_knows_where_it_stands(git_repo: GitRepo) -> None:
    git_repo.commit(
        {
            "src/pkg/__init__.py": "from .mod import x\n",
            "src/pkg/mod.py": "x = 1\n",
            "other.py": "from pkg import x as z\n__all__ = ['z']\n",
            "my-x.py": "x\n",
        }
    )
    done = run(parse(_TELL, name="tell"), _select(git_repo, paths=("src", "my-x.py")), limits=_LIMITS)
    told = {outcome.path: outcome.warnings for outcome in done.outcomes if isinstance(outcome, Unchanged)}

    reexports = "{'other.z': 'pkg.mod.x', 'pkg.x': 'pkg.mod.x'}"
    assert told == {
        "my-x.py": ("my-x.py None None", reexports),
        "src/pkg/__init__.py": ("src/pkg/__init__.py pkg pkg", reexports),
        "src/pkg/mod.py": ("src/pkg/mod.py pkg.mod pkg", reexports),
    }


def test_progress_is_told_file_by_file(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({f"{n:02}.py": "x = 1\n" if n % 3 else "y = 1\n" for n in range(20)})
    told: list[Progress] = []
    run(renaming, _select(git_repo), limits=_LIMITS, on_progress=told.append)

    assert len(told) == 20
    assert [each.finished for each in told] == [*range(1, 21)]
    assert told[-1] == Progress(selected=20, gated=7, candidates=13, done=13)


def test_an_error_while_showing_progress_ends_the_run(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n"})

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(renaming, _select(git_repo), limits=_LIMITS, on_progress=interrupt)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_file_that_cannot_be_read_is_skipped(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "x = 2\n"})
    selection = _select(git_repo, in_place=True)
    (git_repo.path / "a.py").chmod(0)
    done = run(renaming, selection, limits=_LIMITS)

    assert [type(outcome) for outcome in done.outcomes] == [Skipped, Changed]


def test_a_file_that_has_gone_is_skipped(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n", "b.py": "x = 2\n"})
    selection = _select(git_repo, in_place=True)
    (git_repo.path / "a.py").unlink()
    done = run(renaming, selection, limits=_LIMITS)

    assert done.skipped == (Skipped(path="a.py", reason="cannot be read: No such file or directory"),)
    assert [change.path for change in done.changed] == ["b.py"]


def test_a_run_writes_nothing(git_repo: GitRepo, renaming: Script) -> None:
    git_repo.commit({"a.py": "x = 1\n"})
    git_repo.write("a.py", "x = 2\n")
    before = git_repo.state()
    run(renaming, _select(git_repo), limits=_LIMITS)
    run(renaming, _select(git_repo, in_place=True), limits=_LIMITS)

    assert git_repo.state() == before


_CASES = """
MENTIONS = []
TARGETS = []
CASES = [
    {"name": "holds", "before": "x", "after": "y"},
    {"name": "must not change", "before": "z"},
    {"name": "should not change", "before": "x"},
    {"name": "ends its worker", "before": "boom", "after": "bang"},
    {"name": "holds again", "before": "x + z", "after": "y + z"},
]
"""


def test_cases_are_run_in_a_worker_and_one_costs_only_itself(probe: Callable[..., Script]) -> None:
    script = parse(probe("os._exit(3)").source + _CASES, name="probe")
    results = run_cases(script, limits=_LIMITS)

    assert [result.case.name for result in results] == [case.name for case in script.cases]
    assert [result.passed for result in results] == [True, True, False, False, True]
    assert isinstance(results[3].outcome, Failed)
    assert "status 3" in results[3].failure


def test_a_script_without_cases_starts_no_worker(probe: Callable[..., Script], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")

    assert run_cases(probe(), limits=_LIMITS) == ()
