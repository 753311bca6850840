"""The project's own tests as the gate: real projects, real tests, and changes that break them."""

from __future__ import annotations

import fcntl
import itertools
import shlex
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from autotransform.author.cutting.case_text import write_case
from autotransform.errors import NeedsAttention, UsageError
from autotransform.publish.gate.bisection import Exhausted, Sifted, sift_parts
from autotransform.publish.gate.offences import Offence, find_failing_case
from autotransform.publish.gate.project_tests import Verification, find_import_roots, leave_out, verify_run
from autotransform.publish.gate.trials import Budget, Trials
from autotransform.repository import Repository
from autotransform.repository.remote import Credentials, RefUpdate
from autotransform.run import Limits, run_cases
from autotransform.script import Script, parse
from autotransform.script.amending import add_cases
from tests.servers.forge.server import TOKEN, Forge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.publish.conftest import Scene

PYTHON = f"{shlex.quote(sys.executable)} -S"

#: Each module of the project says whether it works; the checks of the project are that all of them do.
CHECK = """
import pathlib, sys
sys.path.insert(0, ".")
bad = [path.stem for path in sorted(pathlib.Path().glob("m*.py")) if __import__(path.stem).X not in (1, 2)]
sys.exit(f"broken: {' '.join(bad)}" if bad else 0)
"""


class Project:
    """A project of modules, `m0` to `m7`, each with an `X` that must be 1 or 2."""

    def __init__(self, scene: Scene, *, temporary: Path) -> None:
        self.scene = scene
        self.temporary = temporary
        self.told: list[str] = []

    def verify(
        self,
        changes: Mapping[str, bytes | None] | None = None,
        *,
        command: str = f"{PYTHON} check.py",
        groups: tuple[tuple[str, ...], ...] = (),
        seconds: float = 100.0,
        most_runs: int = 60,
        also: dict[str, bytes] | None = None,
    ) -> Verification:
        """Run the scene's script, and the command on what it changes."""
        self.told.clear()
        selection = self.scene.select()
        run = self.scene.run(selection, check=None, **(changes or {}))
        return verify_run(
            run,
            selection,
            command=command,
            groups=groups,
            budget=Budget(seconds=seconds, runs=most_runs),
            also=also,
            on_run=self.told.append,
        )


@pytest.fixture
def project(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give a project with tests that pass, and a folder of its own for what is temporary."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    scene.repo.git("rm", "-rq", ".")
    scene.repo.commit({"check.py": CHECK, **{f"m{number}.py": "X = 1\n" for number in range(8)}})
    return Project(scene, temporary=temporary)


def test_a_change_that_the_tests_bear(project: Project) -> None:
    before = project.scene.repo.state()
    verification = project.verify()

    assert (verification.state, verification.runs, verification.dropped) == ("passed", 2, ())
    assert verification.sentence == f"The project's own tests pass: {PYTHON} check.py"
    assert project.told == ["before the change: passes", "with 8 files changed: passes"]
    assert (project.scene.repo.state(), [*project.temporary.iterdir()]) == (before, [])


def test_files_that_break_the_tests_are_left_out_and_the_rest_passes(project: Project) -> None:
    verification = project.verify({"m2": b"X = 9\n", "m7": b"X = oops\n"})
    selection = project.scene.select()
    rest = leave_out(project.scene.run(selection, check=None), verification)

    assert (verification.state, verification.dropped_paths) == ("passed-without", ("m2.py", "m7.py"))
    assert [(each.before, each.after, each.is_proven) for each in verification.dropped] == [
        (b"X = 1\n", b"X = 9\n", True),
        (b"X = 1\n", b"X = oops\n", True),
    ]
    assert "broken: m2" in verification.dropped[0].output
    assert "NameError: name 'oops' is not defined" in verification.dropped[1].output
    assert [change.path for change in rest.changed] == [f"m{number}.py" for number in (0, 1, 3, 4, 5, 6)]
    assert {(each.path, each.reason) for each in rest.skipped} == {
        (path, "the project's own tests fail with it") for path in ("m2.py", "m7.py")
    }


def test_the_same_files_in_the_same_runs_every_time(project: Project) -> None:
    first, second = (project.verify({"m2": b"X = 9\n", "m7": b"X = 9\n"}) for _ in range(2))

    assert first == second


def test_where_a_file_needs_another_only_the_one_to_blame_is_left_out(project: Project) -> None:
    verification = project.verify({"m0": b"from m7 import NEW as X\n", "m7": b"X = NEW = 2\n", "m3": b"X = 9\n"})

    assert verification.dropped_paths == ("m3.py",)


def test_groups_spare_runs(project: Project) -> None:
    broken = {f"m{number}": b"X = 9\n" for number in (1, 5, 7)}
    odd = tuple(f"m{number}.py" for number in (1, 5, 7))
    with_groups = project.verify(broken, groups=(odd, ("elsewhere.py",)))
    without = project.verify(broken)

    assert with_groups.dropped_paths == without.dropped_paths == odd
    assert with_groups.runs < without.runs


def test_a_change_that_breaks_everything(project: Project) -> None:
    verification = project.verify({f"m{number}": b"X = 9\n" for number in range(8)})

    assert (verification.state, len(verification.dropped)) == ("failed", 8)


def test_it_is_told_when_the_scripts_own_file_does_the_harm(project: Project) -> None:
    verification = project.verify(also={"m9.py": b"X = 9\n"})

    assert verification.state == "failed"
    assert verification.notes == ("The tests fail with nothing but m9.py added.",)


def test_a_project_that_fails_before_is_told_so(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SERVICE_TOKEN", "secret")
    project.scene.repo.commit({"m1.py": "print('\\x1b[31mred\\x1b[0m')\nX = 9\n"})

    with pytest.raises(NeedsAttention, match="before any change") as caught:
        project.verify()

    assert caught.value.exit_code == 1
    assert sorted(caught.value.details) == ["broken: m1", "red"]
    assert "SOME_SERVICE_TOKEN" in caught.value.hint
    assert [*project.temporary.iterdir()] == []


def test_a_baseline_that_fails_once_is_told_and_failures_are_tried_twice(project: Project, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    flaky = (
        f"import pathlib, sys\nseen = pathlib.Path({str(seen)!r})\n"
        "number = seen.stat().st_size if seen.exists() else 0\n"
        "seen.write_text('x' * (number + 1))\nif number % 2 == 0: sys.exit('not today')\n"
    )
    project.scene.repo.commit({"check.py": flaky})
    verification = project.verify()

    assert verification.state == "passed"
    assert verification.notes == (
        "The tests failed before any change, and then passed: they do not always say the same.",
    )
    assert project.told == [
        "before the change: fails",
        "before the change: passes",
        "with 8 files changed: fails",
        "with 8 files changed: passes",
    ]


def test_what_a_run_leaves_behind_does_not_reach_the_next(project: Project) -> None:
    check = CHECK.replace("import pathlib, sys", "import pathlib, sys; open('left', 'x'); open('m99.py', 'x')")
    project.scene.repo.commit({"check.py": check.replace("m*.py", "m[0-7].py"), ".gitignore": "left\n"})

    assert project.verify({"m2": b"X = 9\n"}).dropped_paths == ("m2.py",)


def test_compiled_files_of_the_last_run_are_not_taken_for_the_new(project: Project) -> None:
    # As long as before, and written within the same second.
    assert project.verify({"m2": b"X = 3\n"}).dropped_paths == ("m2.py",)


def test_a_change_that_makes_the_tests_hang(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autotransform.publish.gate.trials._AT_LEAST", 1.0)
    monkeypatch.setattr("autotransform.publish.gate.trials._SLOWER", 0.0)
    # By itself, for the others could take as long where the machine is busy.
    others = {f"m{number}": None for number in range(7)}
    verification = project.verify({**others, "m7": b"import time; time.sleep(60); X = 2\n"})

    assert verification.dropped_paths == ("m7.py",)
    assert verification.dropped[0].output == "it did not end in time"


def test_without_time_only_what_passed_is_kept(project: Project) -> None:
    verification = project.verify({"m7": b"X = 9\n"}, most_runs=3)

    assert (verification.state, verification.runs) == ("passed-without", 3)
    assert {(each.path, each.is_proven, each.output) for each in verification.dropped} == {
        (f"m{number}.py", False, "") for number in (4, 5, 6, 7)
    }
    assert verification.notes == ("Not every file could be tried in the time there was: see --verify-timeout.",)


def test_a_run_that_the_end_of_the_time_cut_short_proves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    require = Trials.require_baseline

    def require_and_hurry(trials: Trials, command: str) -> None:
        require(trials, command)
        trials.deadline = time.monotonic() + 0.5

    monkeypatch.setattr(Trials, "require_baseline", require_and_hurry)
    others = {f"m{number}": None for number in range(7)}
    verification = project.verify({**others, "m7": b"import time; time.sleep(60)\n"})

    assert [each.is_proven for each in verification.dropped] == [False]


def test_without_any_time_nothing_is_said_to_fail(project: Project) -> None:
    verification = project.verify(most_runs=1)

    assert verification.state == "failed"
    assert verification.sentence.startswith("There was no time to run the project's own tests")


def test_a_command_without_end(project: Project) -> None:
    project.scene.repo.commit({"check.py": "import time\ntime.sleep(60)\n"})

    with pytest.raises(UsageError, match="has no end: it did not end in time"):
        project.verify(seconds=0.5)

    assert [*project.temporary.iterdir()] == []


def test_what_a_command_started_ends_with_it(project: Project, tmp_path: Path) -> None:
    lock, ready = tmp_path / "lock", tmp_path / "ready"
    inner = (
        f"import fcntl, time; file = open({str(lock)!r}, 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
        f" open({str(ready)!r}, 'w').close(); time.sleep(60)"
    )
    outer = (
        f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-S', '-c', {inner!r}])\n"
        f"while not os.path.exists({str(ready)!r}): time.sleep(0.01)\n"
    )
    project.scene.repo.commit({"check.py": outer})

    assert project.verify(most_runs=1).runs == 1
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


#: Goes where nobody finds it, and looks in what the system tells of every process for a token that git is handed.
THIEF = """
import fcntl, glob, os, sys, time
reading, writing = os.pipe()
if os.fork():
    os.close(writing)
    sys.exit(os.read(reading, 1) != b"x")
os.setsid()
if os.fork():
    os._exit(0)
held = open({lock!r}, "w")
fcntl.flock(held, fcntl.LOCK_EX)
os.write(writing, b"x")
for number in (0, 1, 2, reading, writing):
    os.close(number)
end = time.monotonic() + 30
while time.monotonic() < end:
    for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if "/fd/" not in path or "memfd" in os.readlink(path):
                found = open(path, "rb").read()
                if b"AUTHORIZATION: basic" in found:
                    open({stolen!r}, "ab").write(path.encode() + found)
        except OSError:
            continue
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells who it was")
def test_a_thief_that_a_command_leaves_finds_no_token_in_a_push(project: Project, tmp_path: Path) -> None:
    lock, stolen = tmp_path / "lock", tmp_path / "stolen"
    repo = project.scene.repo
    repo.commit({"check.py": THIEF.format(lock=str(lock), stolen=str(stolen))})
    with Forge(tmp_path / "forge") as forge:
        repo.git("remote", "add", "origin", forge.create("alice/demo").url)
        assert project.verify(most_runs=1).runs == 1
        credentials = Credentials(url=forge.web_url, token=TOKEN)
        with Repository.open(repo.path).connect("origin", credentials=credentials) as connection:
            for number in range(3):
                connection.push([RefUpdate(ref=f"refs/heads/x{number}", new=repo.git("rev-parse", "HEAD"), old=None)])

    assert not stolen.exists()
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_output_without_end_is_bounded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autotransform.publish.gate.trials._LARGEST_OUTPUT", 100_000)
    project.scene.repo.commit({"check.py": "while True: print('x' * 1000)\n"})

    with pytest.raises(UsageError, match="it printed more than 100,000 bytes"):
        project.verify()


def test_no_secret_reaches_the_tests(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["GITHUB_TOKEN", "GH_TOKEN", "OPENAI_API_KEY", "ACTIONS_RUNTIME_TOKEN", "INPUT_TOKEN", "GITHUB_ENV"]
    names += ["GIT_CONFIG_VALUE_0", "GIT_DIR", "SSH_AUTH_SOCK", "AUTOTRANSFORM_KEY_COMMAND"]
    project.scene.repo.commit({"check.py": f"import os, sys\nsys.exit(any(name in os.environ for name in {names}))\n"})
    selection = project.scene.select()
    run = project.scene.run(selection, check=None)
    for name in names:
        monkeypatch.setenv(name, "secret")
    monkeypatch.delenv("GIT_DIR")

    assert verify_run(run, selection, command=f"{PYTHON} check.py").state == "passed"


@pytest.mark.parametrize("command", ["", "'", "no-such-program", "./nowhere.sh"])
def test_a_command_that_cannot_be_run(project: Project, command: str) -> None:
    with pytest.raises(UsageError):
        project.verify(command=command)

    assert [*project.temporary.iterdir()] == []


def test_no_shell_reads_a_command(project: Project) -> None:
    project.verify(command=f"{PYTHON} check.py ; touch pwned")

    assert project.verify(command=f"sh -c '{PYTHON} check.py && true'").state == "passed"
    assert not (project.scene.repo.path / "pwned").exists()


def test_a_program_of_the_commit_is_the_one_that_was_committed(project: Project) -> None:
    project.scene.repo.write("run.sh", "#!/bin/sh\nexit 0\n", mode=0o755)
    project.scene.repo.commit()
    project.scene.repo.write("run.sh", "#!/bin/sh\nexit 1\n")

    assert project.verify(command="./run.sh").state == "passed"


@pytest.mark.parametrize("is_on_path", [True, False])
def test_packages_are_imported_from_the_temporary_tree(
    project: Project, monkeypatch: pytest.MonkeyPatch, *, is_on_path: bool
) -> None:
    repo = project.scene.repo
    # As where the project is installed to be developed: its packages come from the folder of the repository.
    place = str(repo.path / "src")
    if is_on_path:
        monkeypatch.setenv("PYTHONPATH", place)
    repo.commit(
        {
            "pyproject.toml": "",
            "src/pkg/__init__.py": "Y = 1\n",
            "check.py": f"import sys\nsys.path.append({place!r})\nimport pkg\n"
            "sys.exit(f'Y is {pkg.Y} of {pkg.__file__}' if pkg.Y == 9 else 0)\n",
        }
    )
    verification = project.verify({**{f"m{number}": None for number in range(8)}, "__init__": b"Y = 9\n"})

    assert verification.dropped_paths == ("src/pkg/__init__.py",)
    assert verification.dropped[0].output == "Y is 9 of ./src/pkg/__init__.py"


@pytest.mark.parametrize("is_inside", [True, False])
def test_a_path_of_the_persons_own_leads_to_the_temporary_tree(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_inside: bool
) -> None:
    root = project.scene.repo.path
    monkeypatch.setenv("PYTHONPATH", str(root / "tools" if is_inside else tmp_path / "elsewhere"))
    wanted = "os.path.abspath('tools')" if is_inside else repr(str(tmp_path / "elsewhere"))
    project.scene.repo.commit({"check.py": f"import os, sys\nsys.exit({wanted} not in sys.path)\n"})

    assert project.verify().state == "passed"


@pytest.mark.parametrize(
    ("paths", "roots"),
    [
        (("src/pkg/__init__.py", "tests/test_a.py", "pyproject.toml"), ("src",)),
        (("pkg/__init__.py", "docs/conf.py", "setup.py"), ("",)),
        (("a/pyproject.toml", "a/src/x/y.py", "b/setup.cfg", "b/z/__init__.py"), ("a/src", "b")),
        (("script.py", "tools/helper.py"), ()),
    ],
)
def test_where_packages_are_imported_from(scene: Scene, paths: tuple[str, ...], roots: tuple[str, ...]) -> None:
    scene.repo.git("rm", "-rq", ".")
    scene.repo.commit(dict.fromkeys(paths, ""))

    assert find_import_roots(scene.select()) == roots


def test_only_a_commit_can_be_tested(project: Project) -> None:
    selection = project.scene.select(in_place=True)
    run = project.scene.run(selection)

    with pytest.raises(UsageError, match="Only a change to a commit"):
        verify_run(run, selection, command="true")


class TestBisection:
    """Sets of parts, and what is to blame."""

    @pytest.mark.parametrize("size", [1, 2, 5, 16])
    def test_every_pair_of_harmful_parts_is_found_and_nothing_else(self, size: int) -> None:
        parts = [f"p{number:02}" for number in range(size)]
        for harmful in itertools.combinations_with_replacement(parts, 2):
            tried: list[frozenset[str]] = []
            sifted = sift_parts([parts], _noting(tried, harmful=frozenset(harmful)))

            assert (frozenset(sifted.harmful), sifted.kept) == (frozenset(harmful), frozenset(parts) - {*harmful})
            assert len(tried) == len({*tried})
            assert not sifted.kept or sifted.kept in tried

    def test_a_budget_leaves_nothing_out_of_account(self) -> None:
        parts = [f"p{number}" for number in range(16)]
        for most in range(12):
            sifted = _sift_with_budget(parts, harmful={"p3", "p4", "p11"}, most=most)

            assert {*sifted.kept, *sifted.harmful, *sifted.undecided} == {*parts}
            assert {*sifted.harmful} <= {"p3", "p4", "p11"}

    def test_parts_that_need_each_other_stay_together(self) -> None:
        def passes(given: frozenset[str]) -> bool:
            return "bad" not in given and len({"use", "definition"} & given) != 1

        sifted = sift_parts([["use", "b", "bad", "definition"]], passes)

        assert ([*sifted.harmful], sorted(sifted.kept)) == (["bad"], ["b", "definition", "use"])

    def test_nothing_to_sift(self) -> None:
        assert sift_parts([[], []], lambda _: False) == Sifted(kept=frozenset(), harmful={})


def _noting(tried: list[frozenset[str]], *, harmful: frozenset[str]) -> Callable[[frozenset[str]], bool]:
    def passes(given: frozenset[str]) -> bool:
        tried.append(given)
        return not given & harmful

    return passes


def _sift_with_budget(parts: list[str], *, harmful: set[str], most: int) -> Sifted:
    tries = iter(range(most))

    def passes(given: frozenset[str]) -> bool:
        if next(tries, None) is None:
            raise Exhausted
        return not given & harmful

    return sift_parts([parts], passes)


RENAME = '''"""Rename old to new."""

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["old"]
TARGETS = []
CASES = [
    {"name": "a name", "before": "old\\n", "after": "new\\n"},
]


class OldToNew(Transform):
    """The transform."""

    DESCRIPTION = "Rename."

    def leave_Name(self, original_node, updated_node):
        if original_node.value == "old":
            return updated_node.with_changes(value="new")
        return updated_node
'''


class TestOffence:
    """An offence becomes a case that the script fails, and would pass if it left the piece alone."""

    BEFORE = (
        "import lib\nfrom lib import old\n\n\ndef first():\n    return 1\n\n\n@lib.mark\ndef second(a):\n"
        "    return old(a)\n\n\nclass Third:\n    x = old\n    y = 2\n    z = 3\n"
    )

    def _offence(self, before: str, after: str) -> Offence:
        return Offence(path="pkg/a.py", before=before.encode(), after=after.encode())

    def test_the_smallest_piece_that_the_script_changes(self) -> None:
        script = parse(RENAME, name="old_to_new")
        case = find_failing_case(script, self._offence(self.BEFORE, self.BEFORE.replace("old", "new")))

        assert case is not None
        assert (case.before, case.after, case.path) == (
            "@lib.mark\ndef second(a):\n    return old(a)\n",
            None,
            "pkg/a.py",
        )
        amended = parse(add_cases(script.source, [write_case(case)]), name="old_to_new")
        assert [result.passed for result in run_cases(amended, limits=Limits(jobs=1))] == [False, True]

    def test_a_piece_gets_the_imports_that_it_needs(self) -> None:
        source = RENAME.replace('== "old"', '== "old" and "lib.old" in self.qualified(original_node)')
        case = find_failing_case(parse(source, name="x"), self._offence(self.BEFORE, self.BEFORE.replace("old", "new")))

        assert case is not None
        assert case.before == "import lib\nfrom lib import old\n@lib.mark\ndef second(a):\n    return old(a)\n"

    def test_a_piece_that_the_script_fails_on_is_no_case(self) -> None:
        source = RENAME.replace(
            "            return updated_node.with",
            '            assert "lib.old" in self.qualified(original_node)\n            return updated_node.with',
        )
        case = find_failing_case(parse(source, name="x"), self._offence(self.BEFORE, self.BEFORE.replace("old", "new")))

        assert case is not None
        assert case.before.startswith("import lib\n")

    @pytest.mark.parametrize("before", ["x = 1\n", "x = (\n", "# -*- coding: nonsense -*-\n", ""])
    def test_no_case_is_made_up(self, before: str) -> None:
        assert find_failing_case(parse(RENAME, name="x"), self._offence(before, "x = 2\n")) is None

    def test_a_name_that_is_taken(self) -> None:
        script: Script = parse(
            RENAME.replace("a name", "the project's tests fail where this changes: pkg/a.py"), name="x"
        )
        case = find_failing_case(script, self._offence("x = old\n", "x = new\n"))

        assert case is not None
        assert case.name == "the project's tests fail where this changes: pkg/a.py (2)"
