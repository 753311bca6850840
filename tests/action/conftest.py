"""Workflows as GitHub runs them: `act` on this machine without containers, a forge on loopback in GitHub's place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.forge.server import TOKEN, Forge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import GitRepo
    from tests.servers.forge.storage import Hosted

ROOT = Path(__file__).parents[2]
#: What a workflow would upload: nothing of the runner's is left when it is done.
_KEEP = 'for file in "$SARIF" "$REPORT"; do if [ -e "$file" ]; then cp "$file" "$KEPT"; fi; done'
_FILES = {name.upper(): f"${{{{ steps.ours.outputs.{name} }}}}" for name in ("sarif", "report")}
#: What stands in for what others made, at the commits to which everything here is pinned.
STUBS = {
    "checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1",
    "setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97",
    "upload-artifact": "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a",
    "download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
}
CHECKOUT = f"actions/checkout@{STUBS['checkout']}"
ACTION = "acme/autotransform@v1"
#: As the pages have it.
DOCUMENTED = f"OWNER/autotransform@{'0' * 40}"


def find_tool(name: str) -> str:
    """Give a program of the environment that runs the tests; where it is missing they are skipped, but never in CI."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        assert not os.environ.get("CI") or sys.platform != "linux", f"{name} is not installed"
        pytest.skip(f"{name} is not installed")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of one workflow."""

    status: int
    #: Lines of the log, of steps and of act itself.
    log: str
    #: Of the step that uses the action.
    outputs: dict[str, str]
    summary: str
    #: Commands that the runner took: level, properties, text.
    marks: tuple[tuple[str, dict[str, str], str], ...]


class Rig:
    """A project on the forge, and workflows that run for it."""

    def __init__(self, folder: Path, *, repo: GitRepo, forge: Forge, hosted: Hosted) -> None:
        self.folder, self.repo, self.forge, self.hosted = folder, repo, forge, hosted
        self.action = folder / "action"
        self.action.mkdir()
        shutil.copy(ROOT / "action.yml", self.action)
        #: What every step is told.
        certificate = str(forge.certificate)
        self.variables = {"GIT_SSL_CAINFO": certificate, "SSL_CERT_FILE": certificate}
        self.variables["ARTIFACTS"] = str(folder / "artifacts")

    def push(self, files: dict[str, str | bytes], *, message: str = "A commit") -> str:
        """Commit files and have them on the forge's main."""
        sha = self.repo.commit(files, message=message)
        self.hosted.git("fetch", "--quiet", str(self.repo.path), "+main:main")
        return sha

    def run(
        self,
        inputs: dict[str, str],
        *,
        event: str = "workflow_dispatch",
        payload: dict[str, Any] | None = None,
        checkout: dict[str, str] | None = None,
    ) -> Ran:
        """Run a workflow that checks out and uses the action with some inputs."""
        steps = [
            {"uses": CHECKOUT, "with": checkout or {"persist-credentials": "false"}},
            {"id": "ours", "uses": ACTION, "with": {"python": sys.executable, **inputs}},
            {"if": "always()", "run": _KEEP, "env": {**_FILES, "KEPT": str(self.folder)}},
        ]
        job = {"runs-on": "ubuntu-24.04", "steps": steps}
        return self.run_workflow({"on": event, "jobs": {"job": job}}, event=event, payload=payload)

    def run_workflow(self, workflow: dict[str, Any], *, event: str, payload: dict[str, Any] | None = None) -> Ran:
        """Run a whole workflow."""
        # JSON is YAML.
        (self.folder / "workflow.yml").write_text(json.dumps(workflow))
        (self.folder / "event.json").write_text(json.dumps(payload or {}))
        command = [find_tool("act"), event, *self._options(), "-W", str(self.folder / "workflow.yml")]
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        kept = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home), "LANG": "C.UTF-8"}
        done = subprocess.run(
            command, cwd=self.repo.path, env=kept, capture_output=True, text=True, check=False, timeout=240
        )

        assert TOKEN not in done.stdout + done.stderr
        return read(done.returncode, done.stdout, done.stderr)

    def _options(self) -> list[str]:
        options = ["--json", "--no-skip-checkout", "--no-cache-server", "-P", "ubuntu-24.04=-self-hosted"]
        options += ["--github-instance", self.forge.web_url.removeprefix("https://"), "-a", "alice"]
        options += ["--action-cache-path", str(self.folder / "cache"), "-e", str(self.folder / "event.json")]
        for name, commit in STUBS.items():
            options += ["--local-repository", f"actions/{name}@{commit}={ROOT / 'tests' / 'stubs' / name}"]
        for reference in (ACTION, DOCUMENTED):
            options += ["--local-repository", f"{reference}={self.action}"]
        options += ["-s", f"GITHUB_TOKEN={TOKEN}"]
        return options + [part for name, value in self.variables.items() for part in ("--env", f"{name}={value}")]


def read(status: int, output: str, errors: str) -> Ran:
    """Read what act tells, a JSON object on each line."""
    lines: list[str] = []
    outputs: dict[str, str] = {}
    marks: list[tuple[str, dict[str, str], str]] = []
    summary = ""
    for line in output.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            lines.append(line)
            continue
        lines.append(str(entry.get("msg", "")).rstrip("\n"))
        match entry.get("command"):
            case "set-output" if entry["stepID"] == ["ours"]:
                outputs[entry["name"]] = entry["arg"]
            case "summary":
                summary += entry["content"]
            case "error" | "warning" | "notice" as level:
                marks.append((level, entry["kvPairs"], entry["arg"]))
            case _:
                pass
    return Ran(status=status, log="\n".join([*lines, errors]), outputs=outputs, summary=summary, marks=tuple(marks))


@pytest.fixture
def rig(git_repo: GitRepo, tmp_path: Path) -> Iterator[Rig]:
    if sys.platform != "linux":
        pytest.skip("a workflow trusts no script that the kernel does not hold")
    with Forge(tmp_path / "forge", is_secure=True) as forge:
        hosted = forge.create("alice/demo")
        git_repo.git("remote", "add", "origin", hosted.url)
        yield Rig(tmp_path, repo=git_repo, forge=forge, hosted=hosted)
