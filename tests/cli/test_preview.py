"""What `preview` shows: the kinds of change first, then the diffs, and a pager for what is long."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click
import pytest

from autotransform.cli.viewing import View
from tests.cli.terminal import at_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

#: Shows what it got, and that it was there; then is left, as with `q`, before the end.
PAGER = "head -n 3; echo PAGED"


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    git_repo.commit(
        {
            "a.py": "import pytz\n\nx = f(pytz.UTC)\n",
            "b.py": "import pytz\n\ny = g(pytz.utc)\n",
            "c.py": "import pytz\n\nz = pytz.UTC.localize(a)\n",
        }
    )
    return git_repo


def sections(output: str) -> list[str]:
    """Name the parts of what is shown, in order."""
    heads = {
        r"\d+ files selected": "counts",
        r"\d+ kinds? of change": "shapes",
        r"Undecided places": "undecided",
        r"--- a/": "diff",
        r"Apply it:": "next",
    }
    found = [name for line in output.splitlines() for head, name in heads.items() if re.match(head, line)]
    return list(dict.fromkeys(found))


def test_counts_shapes_what_is_left_and_diffs_in_this_order(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("preview", "pytz_utc", cwd=repo.path)

    assert sections(done.stdout) == ["counts", "shapes", "undecided", "diff", "next"]
    assert "4 kinds of change, rare ones first: 6 changes in 2 files" in done.stdout
    assert "\n- pytz.UTC\n+ timezone.utc\n  by leave_Attribute (lines " in done.stdout
    assert "  rule: `pytz.UTC` and `pytz.utc` become `timezone.utc`, however they were" in done.stdout
    assert "  cases: an attribute of the module" in done.stdout
    assert "  a.py:3\n    -x = f(pytz.UTC)\n    +x = f(timezone.utc)\n" in done.stdout
    assert done.stdout.count("\n--- a/") == 2


def test_only_the_shapes(repo: GitRepo, run_cli: RunCli) -> None:
    assert sections(run_cli("preview", "pytz_utc", "--shapes", cwd=repo.path).stdout) == [
        "counts",
        "shapes",
        "undecided",
        "next",
    ]
    assert sections(run_cli("-q", "preview", "pytz_utc", "--shapes", cwd=repo.path).stdout) == ["shapes"]


def test_only_one_shape(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("-q", "preview", "pytz_utc", "--shape", "bb75", cwd=repo.path)
    unknown = run_cli("preview", "pytz_utc", "--shape", "0000", cwd=repo.path)

    assert done.stdout.splitlines() == [
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -2,2 +2,2 @@",
        " ",
        "-x = f(pytz.UTC)",
        "+x = f(timezone.utc)",
    ]
    assert (unknown.returncode, "No shape of this change is called 0000" in unknown.stderr) == (2, True)
    assert "bb756936fdb2" in unknown.stderr


@pytest.mark.parametrize(
    "view",
    [
        View(shape="bb75", as_json=True),
        View(shape="bb75", shapes_only=True),
        View(shapes_only=True, as_patch=True),
        View(html="-", as_json=True),
        View(html="-", sarif="-"),
        View(annotate=True, html="-"),
        View(against="HEAD", stat_only=True),
        View(against="HEAD", html="x.html"),
        View(against="HEAD", annotate=True),
    ],
)
def test_what_does_not_go_together_is_refused(view: View) -> None:
    with pytest.raises(click.UsageError):
        assert view.form


@pytest.mark.parametrize(
    ("view", "form"),
    [
        (View(), "diff"),
        (View(html="x.html", sarif="x.sarif", check=True), "diff"),
        (View(html="x.html", as_json=True), "json"),
        (View(against="HEAD", as_json=True), "json"),
        (View(annotate=True, shapes_only=True), "shapes"),
    ],
)
def test_what_goes_together(view: View, form: str) -> None:
    assert view.form == form


def test_the_next_steps_carry_what_was_said(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"r.py": "import requests\nrequests.get(u)\n"})
    said = ("requests_timeout", "r.py", "--in-place", "--arg", "timeout=3", "--strict")
    done = run_cli("preview", *said, cwd=git_repo.path)

    assert done.stdout.splitlines()[-3:] == [
        f"Apply it:      autotransform apply {' '.join(said)}",
        f"Choose first:  autotransform apply {' '.join(said)} --interactive",
        f"As a file:     autotransform preview {' '.join(said)} --html review.html",
    ]


def test_what_is_longer_than_the_screen_goes_to_the_pager(repo: GitRepo) -> None:
    code, shown = at_a_terminal("preview", "pytz_utc", cwd=repo.path, environment={"GIT_PAGER": PAGER})
    _, whole = at_a_terminal("preview", "pytz_utc", "--no-pager", cwd=repo.path, environment={"GIT_PAGER": PAGER})

    assert code == 0
    assert shown.index("3 files selected") < shown.index("PAGED") < shown.index("Apply it:")
    assert "kinds of change" not in shown
    assert ("PAGED" in whole, "kinds of change" in whole) == (False, True)


def test_a_pager_that_is_left_early_is_no_error_and_nothing_follows_but_the_next_steps(git_repo: GitRepo) -> None:
    fills_the_pipe = f"# {'long ' * 100}\n" * 6
    git_repo.commit({"a.py": "import pytz\n" + f"x = pytz.UTC\n{fills_the_pipe}" * 40})
    code, shown = at_a_terminal(
        "preview", "pytz_utc", cwd=git_repo.path, environment={"GIT_PAGER": "head -n 1 && echo PAGED"}
    )
    after = re.sub(r"\x1b\[[0-9;]*m", "", shown.partition("PAGED")[2]).split("\r\n")

    assert code == 0
    assert after[:3] == ["", "", "Apply it:      autotransform apply pytz_utc"]


def test_a_repository_names_no_pager(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("config", "core.pager", f"touch {tmp_path / 'pwned'}; cat")
    _, shown = at_a_terminal("preview", "pytz_utc", cwd=repo.path, environment={"GIT_CONFIG_GLOBAL": os.devnull})

    assert "kinds of change" in shown
    assert not (tmp_path / "pwned").exists()
