"""``preview --against REV`` and what is shown after an edit by hand: real scripts, real git, real runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autotransform import review
from autotransform.cli import against
from autotransform.cli.against import _spread
from autotransform.cli.app import run_command
from autotransform.run.selection import SourceFile
from tests.conftest import GitRepo
from tests.review.test_report import faults

if TYPE_CHECKING:
    from autotransform.errors import AutoTransformError
    from tests.cli.conftest import RunCli

SCHEMA: dict[str, Any] = json.loads((Path(review.__file__).parent / "behaviour.schema.json").read_text())
SCRIPT = '''"""Rename names."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

NAMES = {"one": "uno", "two": "due"}
MENTIONS = ["one", "two"]


class Rename(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename names."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value=NAMES.get(updated_node.value, updated_node.value))
'''
OTHER = SCRIPT.replace('"one": "uno", "two": "due"', '"one": "un", "three": "trois"').replace('"two"]', '"three"]')
FILES: dict[str, str | bytes] = {
    "a.py": "x = 1\none = 1\n",
    "b.py": "two = 2\n",
    "c.py": "y = 3\n\nthree = 3\n",
    "d.py": "one, two\n",
}


REWORDED = SCRIPT.replace('"""Rename names."""', '"""Rename some names."""')
ELSEWHERE: dict[str, str | bytes] = {
    "mods/rename.py": SCRIPT,
    "pyproject.toml": '[tool.autotransform]\ntransforms = "mods"\n',
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    """Make a repository whose tags hold other versions of its scripts; nothing of it is changed by a test."""
    repo = GitRepo(tmp_path_factory.mktemp("history"))
    repo.git("init", "--quiet")
    repo.git("config", "user.name", "Ada Lovelace")
    repo.git("config", "user.email", "ada@example.org")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "Nothing")
    repo.git("tag", "empty")
    versions: dict[str, dict[str, str | bytes]] = {
        "first": {f"transforms/{name}.py": SCRIPT for name in ("rename", "same", "reworded")},
        "broken": {"transforms/rename.py": "def ("},
        "raising": {"transforms/rename.py": f"{SCRIPT}\nraise ValueError\n"},
        "elsewhere": ELSEWHERE,
    }
    for tag, files in versions.items():
        repo.commit(files, message=tag)
        repo.git("tag", tag)
        (repo.path / next(iter(files))).unlink()
    (repo.path / "pyproject.toml").unlink()
    repo.commit({**FILES, "caf\udce9.py": "three\n", "transforms/rename.py": OTHER}, message="now")
    repo.write("transforms/same.py", SCRIPT.replace("\n", "\r\n"))
    repo.write("transforms/reworded.py", REWORDED)
    return repo


@pytest.mark.parametrize("rev", ["first", "elsewhere"])
def test_what_a_new_version_does_otherwise_is_said_by_file_and_line(
    history: GitRepo, run_cli: RunCli, rev: str
) -> None:
    done = run_cli("preview", "rename", "--against", rev, "--check", cwd=history.path)

    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[:3] == [
        f"What rename does otherwise than at {rev} ({history.git('rev-parse', rev)[:10]}):",
        "2 files newly changed, 1 no longer changed, 2 changed differently",
        "",
    ]
    assert "Newly changed: 2 files\n  c.py:3\n" in done.stdout
    assert "No longer changed: 1 file\n  b.py:1\n" in done.stdout
    assert "       -uno = 1\n       +un = 1\n" in done.stdout
    assert "diff --git" not in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("same", "same is the same at first"),
        ("reworded", "The new version does the same as the old one: 3 files changed alike."),
    ],
)
def test_a_check_passes_where_the_behaviour_is_the_same(
    history: GitRepo, run_cli: RunCli, name: str, said: str
) -> None:
    done = run_cli("preview", name, "--against", "first", "--check", cwd=history.path)

    assert (done.returncode, said in done.stdout) == (0, True)


def test_json_keeps_to_its_schema(history: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("preview", "rename", "--against", "first", "--json", cwd=history.path)
    report = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert faults(report, SCHEMA, within=SCHEMA) == []
    assert report["against"]["commit"] == history.git("rev-parse", "first")
    assert report["against"]["script"]["path"] == "transforms/rename.py"
    assert report["counts"] == {"newly": 2, "no_longer": 1, "differently": 2, "failing": 0, "mended": 0, "alike": 0}
    assert report["newly"][1]["path_base64"]
    assert [(each["path"], each["added"], each["dropped"], each["altered"]) for each in report["differently"]] == [
        ("a.py", [], [], [2]),
        ("d.py", [], [], [1]),
    ]


@pytest.mark.parametrize(
    ("rev", "code", "message", "hint"),
    [
        ("nowhere", 5, "nowhere", ""),
        ("--help", 5, "--help", ""),
        ("empty", 3, "There is no transform 'rename' at empty", "git log --oneline --all -- transforms/rename.py"),
        ("broken", 3, "transforms/rename.py at broken cannot be read as a transform", "another revision"),
        ("raising", 3, "'rename' cannot run as it stands at raising", "another revision"),
    ],
)
def test_what_cannot_be_compared_is_an_error_that_says_why(
    history: GitRepo, capsys: pytest.CaptureFixture[str], rev: str, code: int, message: str, hint: str
) -> None:
    told: list[AutoTransformError] = []
    ended = run_command(["-C", str(history.path), "preview", "rename", f"--against={rev}"], tell=told.append)
    (error,) = told

    assert (ended, capsys.readouterr().out) == (code, "")
    assert message in error.message
    assert hint in error.hint


@pytest.mark.long
def test_outside_git_there_is_no_other_version(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "rename.py").write_text(SCRIPT)
    (tmp_path / "a.py").write_text("three\n")
    done = run_cli("preview", "rename.py", "a.py", "--in-place", "--against", "HEAD", cwd=tmp_path)

    assert done.returncode == 5
    assert "not in a git repository" in done.stderr


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    git_repo.commit({**FILES, "transforms/rename.py": SCRIPT})
    return git_repo


def edit(repo: GitRepo, run_cli: RunCli, *, new: str) -> str:
    """Edit the script by hand with an editor that writes a text; gives what is printed."""
    repo.write("wanted.txt", new)
    done = run_cli("edit", "rename", cwd=repo.path, environment={"GIT_EDITOR": "cp wanted.txt"})

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_after_an_edit_by_hand_what_it_did_is_shown(repo: GitRepo, run_cli: RunCli) -> None:
    said = edit(repo, run_cli, new=OTHER)

    assert "What it does otherwise than before:" in said
    assert "1 file newly changed, 1 no longer changed, 2 changed differently" in said
    assert said.index("rename: no cases") < said.index("What it does") < said.index("Try it")


def test_after_no_edit_nothing_is_compared(repo: GitRepo, run_cli: RunCli) -> None:
    said = edit(repo, run_cli, new=SCRIPT)

    assert "No change." in said
    assert "otherwise" not in said


def test_an_edit_that_mends_what_could_not_be_read_is_compared_with_nothing(repo: GitRepo, run_cli: RunCli) -> None:
    repo.write("transforms/rename.py", "def (")

    assert "What it does otherwise than before cannot be told" in edit(repo, run_cli, new=OTHER)


def test_the_files_that_are_compared_are_bounded_and_come_from_everywhere() -> None:
    sizes = {SourceFile(path=f"{number}.py"): 10 for number in range(10)}
    large = {SourceFile(path="a.py"): 99, SourceFile(path="b.py"): 99, SourceFile(path="c.py"): 1}

    assert [file.path for file in _spread(sizes, most=40)] == ["0.py", "2.py", "4.py", "8.py"]
    assert _spread(sizes, most=100) == [*sizes]
    assert [file.path for file in _spread(large, most=199)] == ["a.py", "b.py", "c.py"]
    assert [file.path for file in _spread(large, most=50)] == ["a.py"]
    assert _spread({}, most=20) == []


def test_of_many_files_it_is_said_how_many_were_compared(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(against, "MOST_COMPARED", 30)
    monkeypatch.setenv("GIT_EDITOR", "cp wanted.txt")
    monkeypatch.chdir(repo.path)
    repo.write("wanted.txt", OTHER)

    assert run_command(["edit", "rename"]) == 0
    assert "Compared on 2 of the 5 files that hold what it mentions." in " ".join(capsys.readouterr().err.split())
