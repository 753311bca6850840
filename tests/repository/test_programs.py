from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.repository.process import Git, clean_environment
from autotransform.repository.programs import find_overrides

if TYPE_CHECKING:
    from tests.conftest import GitRepo


def _overrides(repo: GitRepo) -> dict[str, str]:
    return dict(find_overrides(Git(directory=repo.path)))


def test_a_repository_that_names_no_program_needs_nothing(git_repo: GitRepo) -> None:
    assert _overrides(git_repo) == {}


@pytest.mark.parametrize("name", ["x", "a.b", "a=b", "a b", "A", "é"])
def test_a_filter_of_the_repository_is_switched_off(git_repo: GitRepo, name: str) -> None:
    for key in ("clean", "smudge", "process"):
        git_repo.git("config", f"filter.{name}.{key}", "program")
    keys = [f"filter.{name}.{key}" for key in ("clean", "smudge", "process", "required")]

    overrides = _overrides(git_repo)

    assert overrides == dict(zip(keys, ["", "", "", "false"], strict=True))
    # Git understands them as they are given to it, whatever is in the name.
    said = Git(directory=git_repo.path, overrides=tuple(overrides.items())).run("config", "--get", keys[0])
    assert said == b"\n"


def test_a_filter_of_the_person_takes_its_place(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "filter.lfs.clean")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "mine")
    git_repo.git("config", "filter.lfs.clean", "theirs")

    assert _overrides(git_repo)["filter.lfs.clean"] == "mine"


@pytest.mark.parametrize("scope", ["--local", "--file=config"])
def test_hooks_of_the_configuration_are_switched_off_whosever_they_are(
    git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    if scope != "--local":
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(git_repo.path / "config"))
    git_repo.git("config", scope, "hook.lint.er.command", "program")
    git_repo.git("config", scope, "hook.lint.er.event", "reference-transaction")

    assert _overrides(git_repo) == {"hook.lint.er.enabled": "false"}


@pytest.mark.parametrize("count", ["", "2", "many"])
def test_what_the_caller_configures_stays_below_ours(monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", count)
    first = 2 if count == "2" else 0

    environment = clean_environment([("a.b", "1"), ("c.d", "2")])

    assert environment["GIT_CONFIG_COUNT"] == str(first + 2)
    assert environment[f"GIT_CONFIG_KEY_{first}"] == "a.b"
    assert environment[f"GIT_CONFIG_VALUE_{first + 1}"] == "2"
