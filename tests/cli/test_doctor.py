"""What the doctor says of the model, and what it sends: nothing to another machine, unless it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.cli import doctor
from autotransform.cli.app import app
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import GitRepo


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def run_doctor(
    git_repo: GitRepo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: ModelServer,
) -> Callable[..., tuple[int, str]]:
    """Run the doctor in this process, for the model alone: the rest has its own tests, and starts workers."""
    for part in ("python", "git", "identity", "config", "transforms", "worker", "isolation"):
        monkeypatch.setattr(doctor, f"_examine_{part}", lambda _session: iter(()))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("NO_PROXY", "*")

    def run(*arguments: str, table: str = "name = 'test-model'") -> tuple[int, str]:
        git_repo.commit({"pyproject.toml": f"[tool.autotransform.model]\n{table}\n"})
        code = app.main(["-C", str(git_repo.path), "doctor", *arguments], standalone_mode=False)
        return code, capsys.readouterr().out

    return run


def test_a_model_on_this_machine_is_asked(server: ModelServer, run_doctor: Callable[..., tuple[int, str]]) -> None:
    code, said = run_doctor()

    assert code == 0
    assert f"model test-model at {server.base_url}; OPENAI_API_KEY is set" in said
    assert "lists 1 model, test-model among them (0." in said
    assert (server.requests, KEY in said) == ([], False)


@pytest.mark.parametrize(
    ("models", "reply", "expected"),
    [
        (("a", "b"), Reply(text="ok"), "lists 2 models, test-model not among them; it answers all the same"),
        (("a", "b"), Reply(text="ok", finish_reason="length"), "not among them; it answers all the same"),
        (None, Reply(text="ok", finish_reason="length"), "lists no models, and answers"),
        (("models/test-model",), Reply(), "among them"),
        (("test-model:latest",), Reply(), "among them"),
    ],
)
def test_a_model_that_is_not_listed_is_asked_for_one_token(
    server: ModelServer,
    run_doctor: Callable[..., tuple[int, str]],
    models: tuple[str, ...] | None,
    reply: Reply,
    expected: str,
) -> None:
    server.models = models
    server.replies(reply)

    code, said = run_doctor("--online")

    assert code == 0
    assert expected in said
    assert [request["max_tokens"] for request in server.requests] in ([], [1])


def test_a_model_that_there_is_not(server: ModelServer, run_doctor: Callable[..., tuple[int, str]]) -> None:
    server.models = ("other",)
    server.replies(Reply(status=404, text="no such model", code="model_not_found"))

    code, said = run_doctor("--online")

    assert code == 1
    assert "knows no model called test-model" in said


def test_a_wrong_key_is_found_without_a_request_for_an_answer(
    server: ModelServer, run_doctor: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-0123456789")

    code, said = run_doctor("--online")

    assert (code, server.requests) == (1, [])
    assert "refused the key (401)" in said
    assert "sk-wrong" not in said


@pytest.mark.parametrize(("arguments", "expected"), [((), (0, "   note")), (("--online",), (1, "missing"))])
def test_a_server_that_is_not_started(
    run_doctor: Callable[..., tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    expected: tuple[int, str],
) -> None:
    with ModelServer() as other:
        gone = other.base_url
    monkeypatch.setenv("OPENAI_BASE_URL", gone)

    code, said = run_doctor(*arguments)

    assert code == expected[0]
    assert f"{expected[1]}  127.0.0.1" in said
    assert "cannot be reached" in said


def test_another_machine_is_not_asked(
    run_doctor: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1:9/v1")
    monkeypatch.setattr("autotransform.author.probing.probe", None)

    code, said = run_doctor()

    assert code == 0
    assert "model test-model at http://192.0.2.1:9/v1; OPENAI_API_KEY is set" in said


def test_profiles_and_budgets(run_doctor: Callable[..., tuple[int, str]]) -> None:
    table = "name = 'x'\nprofiles.p = { name = 'test-model', budget-tokens = 50000, budget-seconds = 60 }"

    assert "model test-model at" in run_doctor("--profile", "p", table=table)[1]
    assert "one authoring may use 50,000 tokens, 60 s" in run_doctor("--profile", "p", table=table)[1]
    code, said = run_doctor("--profile", "q", table=table)
    assert (code, "missing  model: There is no profile 'q'" in said) == (1, True)


def test_money_that_nothing_can_be_counted_by(run_doctor: Callable[..., tuple[int, str]]) -> None:
    code, said = run_doctor(table="name = 'test-model'\nbudget-money = 1")

    assert code == 1
    assert "nothing says what test-model costs" in said
