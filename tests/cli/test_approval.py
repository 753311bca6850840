"""What the commands do where nothing would hold a script: on a real kernel that is told to lack what would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from autotransform.cli.demo import find_steps
from autotransform.script import Provenance, compose, digest_of
from tests.cli.terminal import at_a_terminal
from tests.cli.test_model import REQUEST, answer, environment, server
from tests.kernels import can_pretend

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo
    from tests.servers.model_server import ModelServer

pytestmark = pytest.mark.skipif(not can_pretend(), reason="the kernel cannot be told to lack something")

__all__ = ["environment", "server"]

#: Nothing of the kernel's keeps a script from anything.
NOTHING = "landlock,seccomp"
ASKED = "[no]:"

#: It makes a folder as soon as anybody runs it; that takes no descriptor, which the limits would refuse.
SOURCE = '''"""Call every x y."""
import os
from autotransform.codemod import Transform

CASES = [{{"name": "a name", "before": "x", "after": "y"}}, {{"name": "another name", "before": "z"}}]

with __import__("contextlib").suppress(FileExistsError):
    os.mkdir({mark!r})

class Rename(Transform):
    DESCRIPTION = "Call every x y."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="y") if updated_node.value == "x" else updated_node
'''

#: What a model writes here; with fewer cases than the one of the catalogue, since each is run many a time.
BODY = '''"""Use ``timezone.utc`` instead of ``pytz.UTC``.

Every use of the constant is replaced.
- Other things of the same name are left alone.
"""

import libcst as cst
from autotransform.codemod import Transform

MENTIONS = ["pytz"]
CASES = [
    {
        "name": "an argument",
        "before": "import pytz\\nx = f(pytz.UTC)\\n",
        "after": "from datetime import timezone\\n\\nx = f(timezone.utc)\\n",
    },
    {"name": "another of the same name", "before": "pytz = g()\\nx = pytz.UTC\\n"},
]


class PytzUtc(Transform):
    DESCRIPTION = "Use timezone.utc instead of pytz.UTC."

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        if not self.refers_to(original_node, "pytz.UTC"):
            return updated_node
        self.drop_import("pytz")
        return self.expression("{zone}.utc", zone=self.need_import("datetime", "timezone"))
'''


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Where a folder appears once the script has run."""
    return tmp_path / "it-ran"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whose state is empty."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def repo(git_repo: GitRepo, home: Path, mark: Path) -> GitRepo:
    """A repository with a script that a person wrote."""
    del home
    git_repo.commit({"a.py": "x = 1\n", "transforms/mine.py": SOURCE.format(mark=str(mark))})
    return git_repo


def approvals_in(home: Path) -> list[str]:
    """Name the scripts that somebody approved: each file is called after the digest of one."""
    return [file.name for file in home.rglob("*") if len(file.name) == 64]


@pytest.mark.parametrize("command", ["preview", "apply", "test"])
def test_a_script_that_nobody_approved_is_not_run(repo: GitRepo, run_cli: RunCli, mark: Path, command: str) -> None:
    done = run_cli(command, "mine", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 3, done.stdout + done.stderr
    assert not mark.exists()
    digest = digest_of((repo.path / "transforms" / "mine.py").read_text())
    for said in ("no seccomp", "transforms/mine.py", "a person", digest, "`autotransform show mine`", "--trust"):
        assert said in done.stderr
    assert repo.git("branch", "--list", "autotransform/*") == ""


def test_trust_runs_it_once_and_is_not_remembered(repo: GitRepo, run_cli: RunCli, mark: Path, home: Path) -> None:
    done = run_cli("preview", "mine", "--trust", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 0, done.stdout + done.stderr
    assert mark.exists()  # so the tests around this one would see it run
    assert approvals_in(home) == []
    assert run_cli("preview", "mine", cwd=repo.path, lacking=NOTHING).returncode == 3


def test_nobody_is_asked_where_seccomp_holds(repo: GitRepo, run_cli: RunCli, mark: Path) -> None:
    with_flag = run_cli("preview", "mine", "--trust", cwd=repo.path, lacking="landlock")
    without = run_cli("preview", "mine", cwd=repo.path, lacking="landlock")

    assert (without.returncode, without.stdout) == (with_flag.returncode, with_flag.stdout)
    assert "Operation not permitted" in without.stderr + without.stdout
    assert not mark.exists()


def test_the_catalogue_runs_and_nobody_is_asked(repo: GitRepo, run_cli: RunCli) -> None:
    repo.commit({"b.py": "import pytz\nx = pytz.UTC\n"})
    done = run_cli("preview", "pytz_utc", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 0, done.stderr
    assert "+x = timezone.utc" in done.stdout


def test_a_yes_is_remembered_for_that_text_alone(repo: GitRepo, run_cli: RunCli, mark: Path) -> None:
    code, shown = at_a_terminal("test", "mine", cwd=repo.path, answers=[(ASKED, "yes\n")], lacking=NOTHING)
    again = run_cli("preview", "mine", cwd=repo.path, lacking=NOTHING)
    script = repo.path / "transforms" / "mine.py"
    before = digest_of(script.read_text())
    script.write_text(script.read_text() + "# changed\n")
    mark.rmdir()
    changed = run_cli("preview", "mine", cwd=repo.path, lacking=NOTHING)

    assert code == 0, shown
    assert "read, change and send whatever you can" in shown
    assert "small changes to it are noticed" in shown  # the changed scripts have other digests
    assert again.returncode == 0, again.stderr
    assert changed.returncode == 3
    assert f"was approved: sha256 {before}" in changed.stderr
    assert not mark.exists()


@pytest.mark.parametrize("answers", [[(ASKED, "\n")], [("", "yes\nyes\n"), (ASKED, "no\n")]], ids=["enter", "ahead"])
def test_everything_but_a_yes_is_a_no_and_a_yes_typed_ahead_does_not_count(
    repo: GitRepo, mark: Path, home: Path, answers: list[tuple[str, str]]
) -> None:
    code, shown = at_a_terminal("apply", "mine", cwd=repo.path, answers=answers, lacking=NOTHING)

    assert code == 130, shown
    assert "mine was not run" in shown
    assert not mark.exists()
    assert approvals_in(home) == []


def test_the_script_can_be_read_before_the_answer_hides_nothing_and_stays_out_of_what_is_piped_on(
    repo: GitRepo, tmp_path: Path
) -> None:
    script, patch = repo.path / "transforms" / "mine.py", tmp_path / "change.patch"
    far, clear = " " * 300 + "; never_seen = 1", "\x1b[2J"
    script.write_text(script.read_text() + f"near = 1{far}\n# {clear} \u202e\n")
    answers = [(ASKED, "show\n"), (ASKED, "yes\n")]
    code, shown = at_a_terminal(
        "preview", "mine", "--patch", cwd=repo.path, answers=answers, lacking=NOTHING, output=patch
    )

    assert code == 0, shown
    assert "leave_Name" in shown
    assert "never_seen" in shown
    assert "<U+001B>[2J <U+202E>" in shown
    assert clear not in shown
    assert patch.read_text().startswith("diff --git")
    assert "leave_Name" not in patch.read_text()


@pytest.mark.parametrize("where", ["home", "git", "configuration"])
def test_a_repository_cannot_approve_itself(
    repo: GitRepo, run_cli: RunCli, mark: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    digest = digest_of((repo.path / "transforms" / "mine.py").read_text())
    approval = json.dumps({"name": "mine", "path": str(repo.path / "transforms" / "mine.py"), "time": "2026"})
    folder = {"home": ".local/state", "git": ".git", "configuration": "state"}[where]
    file = repo.write(f"{folder}/autotransform/approvals/{digest}", approval, mode=0o600)
    for each in (file.parent, file.parent.parent):
        each.chmod(0o700)
    if where == "home":
        monkeypatch.delenv("XDG_STATE_HOME")
        monkeypatch.setenv("HOME", str(repo.path))
    if where == "configuration":
        repo.write("pyproject.toml", '[tool.autotransform]\ntrust = true\napprovals = "state"\n')
    repo.commit()
    done = run_cli("preview", "mine", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == (2 if where in {"home", "configuration"} else 3), done.stderr
    assert not mark.exists()


def test_a_header_that_names_the_recipes_proves_nothing(repo: GitRepo, run_cli: RunCli, mark: Path) -> None:
    source = compose(SOURCE.format(mark=str(mark)), provenance=Provenance(request="x", model="built-in"))
    repo.write("transforms/forged.py", source)
    done = run_cli("preview", "forged", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 3
    assert "the built-in recipes (so says the script itself)" in done.stderr
    assert not mark.exists()


def test_what_the_recipes_have_just_written_runs(repo: GitRepo, run_cli: RunCli, home: Path) -> None:
    repo.commit({"b.py": "def old():\n    pass\n"})
    words = ("rename the function b.old to new", "--name", "renaming")
    done = run_cli("run", *words, "--yes", cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 0, done.stdout + done.stderr
    assert repo.show("autotransform/renaming", "b.py") == b"def new():\n    pass\n"
    assert approvals_in(home) == []  # so the next command does not run it


@pytest.mark.long
def test_without_a_terminal_what_a_model_wrote_is_kept_and_not_run(
    repo: GitRepo,
    run_cli: RunCli,
    server: ModelServer,
    environment: dict[str, str],
) -> None:
    repo.commit({"b.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(answer(BODY))
    words = ("run", REQUEST, "--model", "test-model", "--name", "utc", "--yes")
    done = run_cli(*words, cwd=repo.path, environment=environment, lacking=NOTHING)

    assert done.returncode == 3, done.stdout + done.stderr
    assert "Wrote transforms/utc.py (test-model)." in done.stdout
    assert "checked and not tried" in done.stderr
    assert "`autotransform test utc --trust`" in done.stderr


@pytest.mark.long
def test_with_trust_a_model_goes_the_whole_way(
    repo: GitRepo,
    run_cli: RunCli,
    server: ModelServer,
    environment: dict[str, str],
) -> None:
    repo.commit({"b.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(answer(BODY))
    words = ("run", REQUEST, "--model", "test-model", "--name", "utc", "--yes", "--trust")
    done = run_cli(*words, cwd=repo.path, environment=environment, lacking=NOTHING)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tried on 1 file of this repository: 1 would change." in done.stderr
    assert repo.show("autotransform/utc", "b.py") == b"from datetime import timezone\n\nx = f(timezone.utc)\n"


def test_at_a_terminal_one_yes_takes_a_model_the_whole_way(
    repo: GitRepo,
    run_cli: RunCli,
    server: ModelServer,
    environment: dict[str, str],
) -> None:
    repo.commit({"b.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(answer(BODY))
    words = ("run", REQUEST, "--model", "test-model", "--name", "utc", "--yes")
    answers = [(ASKED, "yes\n")]
    code, shown = at_a_terminal(*words, cwd=repo.path, answers=answers, environment=environment, lacking=NOTHING)
    script = repo.path / "transforms" / "utc.py"
    script.write_text(script.read_text() + "# changed\n")
    changed = run_cli("preview", "utc", cwd=repo.path, lacking=NOTHING)

    assert code == 0, shown
    assert shown.count(ASKED) == 1
    assert shown.partition(ASKED)[2].startswith(" yes\r\n")  # nothing was drawn over the question
    assert "not in a file yet" in shown
    assert "test-model" in shown
    assert changed.returncode == 3
    assert "changed     what stood there" in changed.stderr


@pytest.mark.long
def test_at_a_terminal_a_no_keeps_what_a_model_wrote_and_asks_no_more(
    repo: GitRepo,
    server: ModelServer,
    environment: dict[str, str],
) -> None:
    repo.commit({"b.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(answer(BODY))
    words = ("new", REQUEST, "--model", "test-model", "--name", "utc", "--yes")
    answers = [(ASKED, "no\n")]
    code, shown = at_a_terminal(*words, cwd=repo.path, answers=answers, environment=environment, lacking=NOTHING)

    assert code == 130, shown
    assert shown.count(ASKED) == 1
    assert (repo.path / "transforms" / "utc.py").exists()


def test_doctor_tells_that_approvals_cannot_be_relied_upon(repo: GitRepo, run_cli: RunCli, home: Path) -> None:
    (home / "autotransform").mkdir(mode=0o777)
    (home / "autotransform").chmod(0o777)
    done = run_cli("doctor", cwd=repo.path, lacking=NOTHING)

    assert "others can write to it" in done.stdout
    assert f"chmod go-w {home / 'autotransform'}" in done.stdout


def test_where_nothing_holds_a_script_the_demo_says_that_it_trusts_its_own() -> None:
    with_fences, without = find_steps(is_fenced=True), find_steps(is_fenced=False)
    trusting = {name for _, words in without if "--trust" in words for name in words}

    assert [words for _, words in with_fences if "--trust" in words] == []
    assert trusting == {"-v", "test", "preview", "apply", "--trust", "with_context"}
    assert [title for title, _ in with_fences] == [title for title, _ in without]


@pytest.mark.long  # it goes over the whole of an installed package, three times
def test_the_demo_needs_nobody_and_leaves_only_its_folder(repo: GitRepo, run_cli: RunCli, home: Path) -> None:
    done = run_cli("demo", "--keep-in", str(repo.path.parent / "demo"), cwd=repo.path, lacking=NOTHING)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "$ autotransform preview with_context --trust" in done.stdout
    assert approvals_in(home) == []
