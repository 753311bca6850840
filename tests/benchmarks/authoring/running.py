"""Do one task with the real command, in a repository and a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autotransform
from autotransform.errors import AutoTransformError
from autotransform.script import parse
from tests.benchmarks.authoring.judging import judge_nothing, judge_script
from tests.benchmarks.authoring.results import Cost, Result
from tests.cli.terminal import command

if TYPE_CHECKING:
    from tests.benchmarks.authoring.answers_from import Endpoint
    from tests.benchmarks.authoring.tasks import Task

_NAME = "task"
#: Seconds that the command may take for one task: several answers of a slow model.
_TIMEOUT = 1800
_ROOT = Path(autotransform.__file__).parents[1]


def solve(task: Task, endpoint: Endpoint | None, *, folder: Path) -> Result:
    """Have the command solve a task: with a model, or with the built-in recipes where no endpoint is given."""
    repository = folder / "repository"
    environment = make_repository(task, repository, endpoint=endpoint)
    who = ["--built-in"] if endpoint is None else ["--model", endpoint.model]
    begin = time.monotonic()
    done = _run("new", task.request, *who, "--name", _NAME, "--yes", cwd=repository, environment=environment)
    seconds = time.monotonic() - begin
    script = repository / "transforms" / f"{_NAME}.py"
    note = "" if done.returncode == 0 else _complaint(done.stderr)
    if not script.exists():
        verdicts = judge_nothing(task, why="there is no script")
        cost = _cost(repository, endpoint, environment=environment, source="")
        return Result(verdicts=verdicts, cost=cost, seconds=seconds, note=note)
    source = script.read_text(encoding="utf-8")
    cost = _cost(repository, endpoint, environment=environment, source=source)
    verdicts = judge_script(source, task, folder=folder / "judged")
    return Result(verdicts=verdicts, cost=cost, seconds=seconds, note=note)


def make_repository(task: Task, path: Path, *, endpoint: Endpoint | None) -> dict[str, str]:
    """Make a repository that holds the task's files and nothing else; gives the environment for commands in it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
    }
    if endpoint is not None:
        environment |= {"OPENAI_BASE_URL": endpoint.base_url, "OPENAI_API_KEY": endpoint.api_key}
    task.write_files(path)
    if endpoint is not None and endpoint.prices:
        sent, received = endpoint.prices
        table = f"[tool.autotransform.model.prices]\n{json.dumps(endpoint.model)} = [{sent}, {received}]\n"
        (path / "pyproject.toml").write_text(table, encoding="utf-8")
    identity = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org")
    for arguments in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "--message", "Start")):
        subprocess.run(["git", *arguments], cwd=path, env=environment, check=True, capture_output=True, timeout=60)
    return environment


def _run(*arguments: str, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command(*arguments),
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 1, stdout="", stderr=f"error: it took more than {_TIMEOUT} s")


def _complaint(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith(("error:", "warning:")) and not line.endswith(":")]
    return next(iter([*complaints, *lines[-1:]]), "")


def _cost(repository: Path, endpoint: Endpoint | None, *, environment: dict[str, str], source: str) -> Cost:
    """Read what was spent from the command's log, and the attempts from the script's header."""
    if endpoint is None:
        return Cost()
    done = _run("log", "--json", cwd=repository, environment=environment)
    sessions = json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else []
    spent: dict[str, Any] = sessions[0]["spent"] if sessions else {}
    return Cost(
        attempts=_attempts(source),
        sent=spent.get("prompt_tokens") or None,  # an endpoint that does not count
        received=spent.get("completion_tokens") or None,
        money=None if spent.get("money") is None else float(spent["money"]),
        is_estimated=bool(spent.get("is_estimated")) or not endpoint.is_counting,
    )


def _attempts(source: str) -> int | None:
    try:
        provenance = parse(source, name=_NAME).provenance if source else None
    except AutoTransformError:
        return None
    return provenance.attempts or None if provenance else None
