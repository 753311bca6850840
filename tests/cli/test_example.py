"""A pull request as the documentation shows it: what the command sent. ``--update-scenarios`` writes the page."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.forge.server import TOKEN, Forge

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "pull-request-example.md"
FILES: dict[str, str | bytes] = {
    "shop/times.py": "import pytz\n\n\ndef now(clock):\n    return clock.now(pytz.UTC)\n",
    "shop/orders.py": "from pytz import utc\n\nZONE = utc\n\n\ndef made(clock):\n    return clock.now(tz=utc)\n",
    "shop/zones.py": 'import pytz\n\nNAMES = {"utc": pytz.utc, "home": pytz.timezone("Europe/Oslo")}\n',
    "check.py": 'assert "pytz.utc" in open("shop/zones.py").read(), "zones are compared as pytz has them"\n',
}
TESTS = "python3 check.py"


def page(title: str, body: str) -> str:
    """Write the page: which commit it was is another one for each version of us."""
    text = re.sub(r"\b[0-9a-f]{40}\b", "0123456789abcdef0123456789abcdef01234567", body)
    command = shlex.join(["autotransform", "pr", "pytz_utc", "--verify", TESTS])
    return (
        "# A pull request\n\n"
        f"What `{command}`\nopened in a repository of four files, as GitHub renders it; ids are made up.\n\n"
        f"---\n\n## {title}\n\n{text}"
    )


@pytest.mark.long
def test_the_documentation_shows_what_is_sent(
    run_cli: RunCli, git_repo: GitRepo, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with Forge(tmp_path / "forge") as forge:
        hosted = forge.create("alice/demo")
        git_repo.git("remote", "add", "origin", hosted.url)
        git_repo.commit(FILES)
        git_repo.git("push", "--quiet", str(hosted.path), "main")
        given = {"GITHUB_API_URL": forge.api_url, "GITHUB_TOKEN": TOKEN}
        report = tmp_path / "report.json"
        options = ("--verify", TESTS, "--json", str(report))
        done = run_cli("pr", "pytz_utc", *options, cwd=git_repo.path, environment=given)
        pull = hosted.pull(1)

    assert done.returncode == 0, done.stderr
    assert json.loads(report.read_text())["operation"] == "created"
    shown = page(pull.title, str(pull.body))
    if request.config.getoption("--update-scenarios"):
        PAGE.write_text(shown, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == shown
