"""The command with a model: the real client, a real server on loopback, answers good and bad."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.script import parse
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

#: A whole script without its header, as a model would write it.
BODY = (Path(__file__).parents[2] / "transforms" / "pytz_utc.py").read_text().partition("# ///\n")[2]
REQUEST = "use timezone.utc instead of pytz.UTC"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def environment(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "NO_PROXY": "*"}


def answer(script: str) -> Reply:
    return Reply(text=f"Here it is.\n\n```python\n{script}```\n")


def test_the_whole_way_with_a_model(
    git_repo: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    git_repo.commit({"a.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(answer(BODY))
    done = run_cli(
        "run", REQUEST, "--model", "test-model", "--name", "utc", "--yes", cwd=git_repo.path, environment=environment
    )

    assert done.returncode == 0, done.stdout + done.stderr
    script = parse((git_repo.path / "transforms" / "utc.py").read_bytes(), name="utc")
    assert script.is_model_written
    assert not script.is_edited
    assert (script.request, script.provenance and script.provenance.model) == (REQUEST, "test-model")
    assert git_repo.show("autotransform/utc", "a.py") == b"from datetime import timezone\n\nx = f(timezone.utc)\n"
    assert KEY not in done.stdout + done.stderr + git_repo.git("log", "--all", "--format=%B")


def test_a_script_that_was_not_mended_is_kept_and_not_applied(
    git_repo: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    git_repo.commit({"a.py": "import pytz\nx = f(pytz.UTC)\n"})
    server.replies(
        *[
            answer(BODY.replace("import libcst as cst", f"import os  # {number}\nimport libcst as cst"))
            for number in range(3)
        ]
    )
    done = run_cli(
        "run", REQUEST, "--model", "test-model", "--name", "utc", "--yes", cwd=git_repo.path, environment=environment
    )

    assert done.returncode == 1
    assert "may not import os" in done.stderr
    assert (git_repo.path / "transforms" / "utc.py").exists()
    assert git_repo.git("branch", "--list", "autotransform/*") == ""
    again = run_cli("preview", "utc", cwd=git_repo.path, environment=environment)
    assert again.returncode == 3


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=401, text="no"), "OPENAI_API_KEY"),
        (Reply(status=404, text="no such model", code="model_not_found"), "test-model"),
        (Reply(text="Sorry, no.", refusal="I will not."), "refuse"),
        (Reply(text=""), "empty"),
        (Reply(text=BODY, finish_reason="length"), "max-tokens"),
    ],
    ids=["key", "model", "refusal", "empty", "truncated"],
)
def test_each_failure_says_what_to_do(
    git_repo: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str], reply: Reply, said: str
) -> None:
    git_repo.commit({"a.py": "import pytz\n"})
    server.replies(*[reply] * 3)
    done = run_cli("new", REQUEST, "--model", "test-model", cwd=git_repo.path, environment=environment)

    assert done.returncode == 4, done.stdout + done.stderr
    assert said in done.stderr
    assert not (git_repo.path / "transforms").exists()


def test_no_model_can_pass_for_the_recipes(
    git_repo: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    git_repo.commit({"a.py": "import pytz\n", "pyproject.toml": '[tool.autotransform]\nmodel.name = "built-in"\n'})
    server.replies(answer(BODY))
    done = run_cli("new", REQUEST, cwd=git_repo.path, environment=environment)

    assert done.returncode == 2, done.stderr
    assert "cannot be called built-in" in done.stderr
    assert not (git_repo.path / "transforms").exists()


def test_without_a_key_it_says_so(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": "import pytz\n"})
    environment = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    done = run_cli("new", REQUEST, "--model", "test-model", cwd=git_repo.path, environment=environment)

    assert done.returncode == 4
    assert "OPENAI_API_KEY" in done.stderr


def test_built_in_writes_it_even_where_a_model_is_configured(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": "import pytz\nx = f(pytz.UTC)\n", "pyproject.toml": '[tool.autotransform]\nmodel = "m"\n'})
    done = run_cli("new", REQUEST, "--built-in", "--name", "utc", cwd=git_repo.path)

    assert done.returncode == 0, done.stderr
    assert "(built-in)" in done.stdout
