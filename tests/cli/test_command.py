"""The command as a process: what it loads, how it ends, what it does at a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import at_a_terminal, command

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

SLOW = '''"""Take for ever."""
from autotransform.codemod import Transform

class Slow(Transform):
    DESCRIPTION = "Slow."

    def visit_Module(self, node):
        while True:
            pass
'''


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("preview", "--help"), ("new", "--help")])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code = (
        "import sys, autotransform.cli.app as app\n"
        f"try:\n    app.app.main({list(arguments)!r}, standalone_mode=False)\n"
        "finally:\n    heavy = ('libcst', 'openai', 'git', 'rich', 'jinja2')\n"
        "    sys.stderr.write(repr([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stderr == "[]"


def test_previewing_does_not_load_a_model_or_the_engine_in_the_parent(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "import pytz\nx = pytz.UTC\n"})
    code = (
        "import sys, autotransform.cli.app as app\n"
        "app.app.main(['-q', 'preview', 'pytz_utc', '--stat'], standalone_mode=False)\n"
        "sys.stderr.write(repr([n for n in ('openai', 'autotransform.engine.transformation') if n in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=git_repo.path, capture_output=True, text=True, check=False)

    assert done.stderr == "[]"
    assert "a.py" in done.stdout


def test_an_interrupt_ends_it_cleanly(git_repo: GitRepo) -> None:
    git_repo.commit({f"m{number}.py": "x = 1\n" for number in range(8)})
    script = git_repo.path / "slow.py"
    script.write_text(SLOW)
    state = git_repo.state()
    process = subprocess.Popen(
        command("apply", "slow.py"),
        cwd=git_repo.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    workers = wait_for_workers(process.pid)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Aborted" in error
    assert git_repo.state() == state
    assert git_repo.git("branch", "--list", "autotransform/*") == ""
    assert not [pid for pid in workers if is_running(pid)]


@pytest.mark.parametrize("start", ["-m autotransform", "-c from autotransform.__main__ import main; main()"])
def test_an_interrupt_while_it_is_loaded_ends_it_as_cleanly(tmp_path: Path, start: str) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [sys.executable, *start.split(" ", 1), "--help"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "\nAborted; nothing was left half-written.\n"


def wait_for_workers(pid: int) -> list[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [child for child, parent in processes() if parent == pid]
        if found:
            time.sleep(1.0)  # let a worker get to its first file
            return found
        time.sleep(0.05)
    raise AssertionError("no worker was started")


def processes() -> list[tuple[int, int]]:
    """Every process and its parent: from /proc, or from ps where there is none (macOS)."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    if stats:
        return [(int(stat.split()[0]), int(stat.rpartition(")")[2].split()[1])) for stat in stats]
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), int(parent)) for pid, parent in map(str.split, listed.splitlines())]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_run_asks_at_a_terminal_and_makes_the_branch_on_yes(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "def old():\n    return old\n"})
    code, shown = at_a_terminal(
        "run", "rename the function a.old to new", "--name", "new_name", cwd=git_repo.path, answers=[("?", "y\n")]
    )

    assert code == 0, shown
    assert "Put this on the branch autotransform/new_name?" in shown
    assert git_repo.show("autotransform/new_name", "a.py") == b"def new():\n    return new\n"


def test_run_makes_no_branch_on_no_and_keeps_the_script(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "def old():\n    return old\n"})
    code, shown = at_a_terminal(
        "run", "rename the function a.old to new", "--name", "new_name", cwd=git_repo.path, answers=[("?", "n\n")]
    )

    assert code == 130, shown
    assert git_repo.git("branch", "--list", "autotransform/*") == ""
    assert (git_repo.path / "transforms" / "new_name.py").exists()


def test_colour_at_a_terminal_unless_somebody_objects(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "import pytz\nx = pytz.UTC\n"})
    _, shown = at_a_terminal("preview", "pytz_utc", cwd=git_repo.path)
    _, plain = at_a_terminal("preview", "pytz_utc", cwd=git_repo.path, environment={"NO_COLOR": "1"})

    assert "\x1b[32m+x = \x1b[0m\x1b[7;32mtimezone\x1b[0m\x1b[32m.\x1b[0m\x1b[7;32mutc\x1b[0m" in shown
    assert re.search(r"\x1b\[(?:\d;)*(?:7|3\d)", plain) is None
    assert "+x = timezone.utc" in plain


def test_a_bar_shows_files_and_rate_at_a_terminal(git_repo: GitRepo) -> None:
    git_repo.commit({f"m{number}.py": "import pytz\nx = pytz.UTC\n" for number in range(30)})
    _, shown = at_a_terminal("preview", "pytz_utc", "--stat", cwd=git_repo.path)

    assert re.search(r"\d+/30", shown)
    assert "files/s" in shown


def test_hostile_names_and_contents_cannot_write_to_the_terminal(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"e\x1b[2Jvil\n.py": "import pytz\nx = pytz.UTC  # \x1b]0;title\x07\n"})
    done = run_cli("preview", "pytz_utc", cwd=git_repo.path)

    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_no_file_gives_commands_to_the_runner_of_a_workflow(git_repo: GitRepo, run_cli: RunCli) -> None:
    text = 'import pytz\nx = pytz.UTC, a[::2], """\n::add-mask::x\n  ##[error]x\na ##[group]x\n"""\n'
    git_repo.commit({"a.py": text, "::debug::.py": text})
    plain = run_cli("preview", "pytz_utc", cwd=git_repo.path, environment={"GITHUB_ACTIONS": ""})
    shown = run_cli("preview", "pytz_utc", cwd=git_repo.path, environment={"GITHUB_ACTIONS": "true"})
    stat = run_cli("preview", "pytz_utc", "--stat", cwd=git_repo.path, environment={"GITHUB_ACTIONS": "true"})

    assert "\n ::add-mask::x\n   ##[error]x\n a ##[group]x\n" in plain.stdout
    assert "\n : :add-mask::x\n   ## [error]x\n a ## [group]x\n" in shown.stdout
    assert "a[::2]" in shown.stdout
    assert " : :debug::.py" in stat.stdout


def test_what_nobody_expected_leaves_a_crash_log(tmp_path: Path) -> None:
    fault = (
        "import autotransform.cli.library as m\n"
        "def fail(**_): raise LookupError('planted')\n"
        "m.list_command.callback = fail\n"
        "from autotransform.cli import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", fault, "list"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    found = re.search(r"attach (\S+crash\.log)", done.stderr)

    assert done.returncode == 70
    assert found
    assert "LookupError: planted" in Path(found[1]).read_text()


def test_the_demo_goes_the_whole_way_and_leaves_only_its_folder(tmp_path: Path, run_cli: RunCli) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    environment = {"HOME": str(home), "TMPDIR": str(scratch), "GIT_CONFIG_GLOBAL": os.devnull}
    done = run_cli("demo", cwd=tmp_path, environment=environment)

    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = scratch.iterdir()
    assert str(folder) in done.stdout
    assert list(home.iterdir()) == []
    branches = subprocess.run(
        ["git", "branch", "--list"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    assert branches.split() == ["autotransform/with_context", "*", "main"]
    for text in ("$ autotransform new", "17 cases pass", "+@with_context", "git log --stat", "--model MODEL"):
        assert text in done.stdout


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'import os; os.chdir("{gone}"); os.rmdir("{gone}"); from autotransform.cli.app import main; main()'

    done = subprocess.run([sys.executable, "-c", script, "list"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("error: The folder in which this was started is gone.")


@pytest.mark.parametrize("name", ["../out", "With-Dash", "_hidden", "9lives", ""])
def test_a_name_that_no_transform_can_have_is_refused_before_anything_is_written(
    git_repo: GitRepo, run_cli: RunCli, name: str
) -> None:
    git_repo.commit({"a.py": "def old():\n    pass\n"})
    done = run_cli("new", "rename the function a.old to new", "--name", name, cwd=git_repo.path)

    assert done.returncode == 2
    assert "cannot be the name" in done.stderr
    assert not (git_repo.path / "transforms").exists()
