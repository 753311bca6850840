"""Where a model is, and whose key goes where: never a person's key, or code, to where only a repository says."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autotransform.author.endpoint import find_endpoint
from autotransform.author.keys import run_key_command
from autotransform.author.profiles import OwnModelConfig, own_file, resolve_profile
from autotransform.author.providers import PROVIDERS
from autotransform.config import ModelConfig, parse_config
from autotransform.errors import ConfigError, ModelError, UsageError

KEY = "sk-test-0123456789abcdef"
#: Every key that a person may have, each another.
KEYS = {name: f"key-of-{name.lower()}" for provider in PROVIDERS.values() for name in provider.key_variables}
CLOUDS = {name: provider for name, provider in PROVIDERS.items() if provider.needs_key and provider.base_url}
SERVERS = {name: provider for name, provider in PROVIDERS.items() if not provider.needs_key}


def printing(text: str, *, then: str = "") -> str:
    return shlex.join([sys.executable, "-I", "-c", f"print({text!r}, flush=True)\n{then}"])


class Person:
    """Somebody with a home, and maybe a file of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {"HOME": str(home)}

    def write(self, text: str) -> Path:
        path = self.home / ".config" / "autotransform" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    def resolve(self, repository: str = "", *, profile: str | None = None, **environment: str) -> OwnModelConfig:
        config = parse_config(repository.encode(), origin="pyproject.toml")
        return resolve_profile(config.model, profile, environment={**self.environment, **environment})

    def find(self, repository: str = "", *, profile: str | None = None, **environment: str) -> Any:
        model = self.resolve(repository, profile=profile, **environment)
        return find_endpoint(model, environment={**self.environment, **environment})


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def table(text: str) -> str:
    return f"[tool.autotransform.model]\nname = 'm'\n{text}\n"


@pytest.mark.parametrize("name", CLOUDS)
def test_a_provider_gets_its_own_key_at_its_own_address(person: Person, name: str) -> None:
    endpoint = person.find(table(f"provider = '{name}'"), **KEYS)

    assert endpoint.base_url == CLOUDS[name].base_url
    assert endpoint.api_key == KEYS[CLOUDS[name].key_variables[0]]
    assert endpoint.key_source == CLOUDS[name].key_variables[0]


@pytest.mark.parametrize("name", CLOUDS)
def test_a_provider_gets_no_key_of_another(person: Person, name: str) -> None:
    others = {variable: key for variable, key in KEYS.items() if variable not in CLOUDS[name].key_variables}

    with pytest.raises(ModelError) as caught:
        person.find(table(f"provider = '{name}'"), **others)

    assert CLOUDS[name].key_variables[0] in caught.value.message
    assert not any(key in str(caught.value.details) + caught.value.message + caught.value.hint for key in KEYS.values())


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("keys", [KEYS, {}], ids=["with keys", "without"])
def test_nothing_goes_to_where_only_a_repository_says(person: Person, name: str, keys: dict[str, str]) -> None:
    text = table(f"provider = '{name}'\nbase-url = 'https://evil.example/v1'")

    with pytest.raises(ModelError, match="not sent to where only a repository says"):
        person.find(text, **keys)
    with pytest.raises(ModelError, match="not sent to where only a repository says"):
        person.find(
            f"{table('')}profiles.p = {{ provider = '{name}', base-url = 'https://evil.example' }}", profile="p", **keys
        )


@pytest.mark.parametrize("name", ["anthropic", "azure", "google", "openrouter"])
def test_the_key_of_a_cloud_goes_to_no_port_that_only_a_repository_says(person: Person, name: str) -> None:
    with pytest.raises(ModelError, match="_API_KEY is not sent to where only a repository says"):
        person.find(table(f"provider = '{name}'\nbase-url = 'http://localhost:1/v1'"), **KEYS)


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_person_may_say_where(person: Person, name: str) -> None:
    text = table(f"provider = '{name}'\nbase-url = 'https://evil.example/v1'")
    key = KEYS[PROVIDERS[name].key_variables[0]]

    by_variable = person.find(text, **KEYS, AUTOTRANSFORM_BASE_URL="https://mine.example/v1")
    person.write(f"[model]\nprovider = '{name}'\nbase-url = 'https://mine.example/v2'\nname = 'm'\n")
    by_file = person.find(text, **KEYS)

    assert (by_variable.base_url, by_variable.api_key) == ("https://mine.example/v1", key)
    assert (by_file.base_url, by_file.api_key) == ("https://mine.example/v2", key)


@pytest.mark.parametrize(
    ("text", "address", "expected"),
    [
        ("", "", True),
        ("", "https://mine.example/v1", True),
        ("base-url = 'https://api.openai.com/v1'", "", True),
        ("base-url = 'http://localhost:1/v1'", "", False),
        ("provider = 'anthropic'", "", False),
        ("provider = 'ollama'", "", False),
    ],
)
def test_what_is_set_for_openai_is_for_openai(person: Person, text: str, address: str, *, expected: bool) -> None:
    endpoint = person.find(table(text), **KEYS, OPENAI_BASE_URL=address)

    assert endpoint.is_openai == expected


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_on_this_machine_needs_no_key(person: Person, name: str) -> None:
    endpoint = person.find(table(f"provider = '{name}'"))

    assert (endpoint.base_url, endpoint.has_key, endpoint.is_local) == (SERVERS[name].base_url, False, True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://r.openai.azure.com", "https://r.openai.azure.com/openai/v1/"),
        ("https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1/"),
        ("https://r.openai.azure.com/openai/v1", "https://r.openai.azure.com/openai/v1"),
    ],
)
def test_azure_is_where_its_variable_says(person: Person, address: str, expected: str) -> None:
    endpoint = person.find(table("provider = 'azure'"), AZURE_OPENAI_ENDPOINT=address, **KEYS)

    assert (endpoint.base_url, endpoint.api_key) == (expected, KEYS["AZURE_OPENAI_API_KEY"])


def test_azure_without_an_address(person: Person) -> None:
    with pytest.raises(ModelError, match="another address for everybody") as caught:
        person.find(table("provider = 'azure'"), **KEYS)

    assert "export AZURE_OPENAI_ENDPOINT=" in caught.value.hint


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example\\@api.openai.com/v1",
        "https://api.openai.com /v1",
        "https://api.openai.com\t.evil.example",
        "https://api.openai.com\u2028/v1",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_none(person: Person, address: str) -> None:
    model = replace(person.resolve(), name="m", base_url=address)

    with pytest.raises(ModelError, match="address of the model is not one"):
        find_endpoint(model, environment=KEYS)


def test_a_provider_that_there_is_not(person: Person) -> None:
    with pytest.raises(ModelError, match="no provider 'antropic'") as caught:
        person.find(table("provider = 'antropic'"), **KEYS)

    assert "'anthropic'" in caught.value.hint


class TestProfiles:
    def test_the_later_wins(self, person: Person) -> None:
        person.write("[model]\ntemperature = 0.5\nmax-tokens = 8192\n[model.profiles.big]\nmax-tokens = 5\n")
        text = table("max-tokens = 4096\ntimeout = 7\n[tool.autotransform.model.profiles.slow]\ntimeout = 9")

        plain, big, slow = (person.resolve(text, profile=name) for name in (None, "big", "slow"))

        # What the own file sets to the default is set, too.
        assert (plain.max_tokens, plain.temperature, plain.timeout) == (8192, 0.5, 7.0)
        assert (big.max_tokens, big.timeout) == (5, 7.0)
        assert (slow.max_tokens, slow.timeout) == (8192, 9.0)

    def test_the_variable_chooses_and_the_option_wins(self, person: Person) -> None:
        text = "tool.autotransform.model.profiles = { a = { name = 'of a' }, b = { name = 'of b' } }"

        assert person.resolve(text, AUTOTRANSFORM_PROFILE="a").name == "of a"
        assert person.resolve(text, profile="b", AUTOTRANSFORM_PROFILE="a").name == "of b"

    def test_the_persons_hides_the_repositorys(self, person: Person) -> None:
        person.write("[model.profiles.fast]\nname = 'mine'\nbase-url = 'https://mine.example'\n")
        text = "[tool.autotransform.model.profiles.fast]\nname = 'theirs'\nmax-tokens = 3\n"

        model = person.resolve(text, profile="fast")

        assert (model.name, model.max_tokens, model.is_own_place) == ("mine", 8192, True)

    def test_one_that_there_is_not(self, person: Person) -> None:
        with pytest.raises(UsageError, match="no profile 'c'") as caught:
            person.resolve("tool.autotransform.model.profiles = { b = {}, a = {} }", profile="c")

        assert "a, b" in caught.value.hint

    def test_the_name_of_one_place_is_not_that_of_another(self, person: Person) -> None:
        person.write("[model]\nprovider = 'ollama'\n")

        assert person.resolve("[tool.autotransform]\nmodel.name = 'any'").name == "any"
        assert person.resolve(table("provider = 'openai'")).name == ""
        assert person.resolve(table("provider = 'ollama'")).name == "m"

    def test_a_provider_brings_its_own_address(self, person: Person) -> None:
        person.write("[model]\nprovider = 'anthropic'\nname = 'c'\n")

        endpoint = person.find(table("base-url = 'https://evil.example'"), **KEYS)

        assert (endpoint.host, endpoint.api_key) == ("api.anthropic.com", KEYS["ANTHROPIC_API_KEY"])

    def test_a_profile_of_a_repository_takes_no_trust_from_the_persons_file(self, person: Person) -> None:
        person.write("[model]\nbase-url = 'https://mine.example'\nname = 'm'\n")
        text = "[tool.autotransform.model.profiles.p]\nbase-url = 'https://evil.example'\nname = 'm'\n"

        with pytest.raises(ModelError, match=r"evil\.example; your OPENAI_API_KEY is not sent"):
            person.find(text, profile="p", **KEYS)

    def test_no_repository_raises_a_cap_or_says_other_prices(self, person: Person) -> None:
        person.write("[model]\nbudget-tokens = 10\nbudget-money = 1\nbudget-seconds = 5\nprices = { m = [1, 2] }\n")
        text = table(
            "prices = { m = [0, 0], n = [3, 4] }\n[tool.autotransform.model.profiles.p]\n"
            "budget-tokens = 0\nbudget-money = 100\nbudget-seconds = 0\nprices = { m = [0, 0] }"
        )

        model = person.resolve(text, profile="p")

        assert (model.budget_tokens, model.budget_money, model.budget_seconds) == (10, 1.0, 5.0)
        assert model.prices["m"] == (1.0, 2.0)


class TestOwnFile:
    def test_none_is_no_fault(self, person: Person) -> None:
        assert person.resolve() == OwnModelConfig()
        assert resolve_profile(ModelConfig(), None, environment={}) == OwnModelConfig()

    def test_a_relative_home_does_not_lead_into_a_repository(self) -> None:
        assert own_file({"XDG_CONFIG_HOME": ".", "HOME": "."}) is None
        assert own_file({"XDG_CONFIG_HOME": "config", "HOME": "/home/me"}) == Path(
            "/home/me/.config/autotransform/config.toml"
        )

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[modell]", r"there is no table \[modell\]"),
            ("[model]\nkey-comand = 'x'", "did you mean 'key-command'"),
            ("[model]\nkey-command = 3", "must be a string"),
            ("[model]\nprices = { m = [1] }", r"\[INPUT, OUTPUT\]"),
            ("[model]\nprices = { m = [1, -1] }", r"\[INPUT, OUTPUT\]"),
            ("[model]\nprices = { m = [1, nan] }", r"\[INPUT, OUTPUT\]"),
            ("[model]\nprofiles = 3", "must be tables by name"),
            ("[model.profiles]\np = 3", "must be a table"),
            ("[model.profiles.p.profiles.q]", "must hold no profiles"),
            ("model = 3", "must be a table"),
        ],
    )
    def test_what_is_wrong_in_it_is_told(self, person: Person, text: str, said: str) -> None:
        person.write(text)

        with pytest.raises(ConfigError) as caught:
            person.resolve()

        assert any(re.search(said, line) for line in caught.value.details)

    def test_a_file_that_others_can_write_names_no_program(self, person: Person) -> None:
        path = person.write("[model]\nkey-command = 'echo'\n")
        path.chmod(0o622)

        with pytest.raises(ConfigError, match="Others can write") as caught:
            person.resolve()

        assert "chmod go-w" in caught.value.hint

    def test_no_repository_names_a_program(self, person: Person) -> None:
        for text in (table("key-command = 'echo'"), table("[tool.autotransform.model.profiles.p]\nkey-command = 'x'")):
            with pytest.raises(ConfigError) as caught:
                person.resolve(text)

            assert "a repository cannot name a program" in caught.value.details[0]


class TestKeyCommand:
    def test_the_first_line_is_the_key(self, person: Person) -> None:
        person.write(f"[model]\nname = 'm'\nkey-command = {json.dumps(printing(KEY, then='print(1)'))}\n")

        endpoint = person.find(OPENAI_API_KEY="another")

        assert (endpoint.api_key, endpoint.key_source) == (KEY, "the key command")
        assert endpoint.base_url == "https://api.openai.com/v1"

    def test_the_variable_wins(self, person: Person) -> None:
        person.write(f"[model]\nname = 'm'\nkey-command = {json.dumps(printing('other'))}\n")

        assert person.find(AUTOTRANSFORM_KEY_COMMAND=printing(KEY)).api_key == KEY

    @pytest.mark.parametrize("text", ["provider = 'openrouter'", "base-url = 'http://localhost:1/v1'"])
    def test_it_is_not_for_what_a_repository_chooses(self, person: Person, text: str, tmp_path: Path) -> None:
        mark = tmp_path / "ran"
        person.write(f"[model]\nkey-command = {json.dumps(printing(KEY, then=f'open({str(mark)!r}, chr(119))'))}\n")

        with pytest.raises(ModelError, match="your key command may print the key of another"):
            person.find(table(text))

        assert not mark.exists()

    def test_another_place_needs_another_command(self, person: Person) -> None:
        person.write(
            f"[model]\nname = 'm'\nkey-command = {json.dumps(printing(KEY))}\n"
            "[model.profiles.router]\nprovider = 'openrouter'\nname = 'r'\n"
        )

        with pytest.raises(ModelError, match="OPENROUTER_API_KEY is not set"):
            person.find(profile="router")

    def test_no_shell_reads_it(self, tmp_path: Path) -> None:
        mark = tmp_path / "ran"

        key = run_key_command(f"{printing('a')} ; touch {mark}")

        assert (key, mark.exists()) == ("a", False)

    def test_it_finds_no_program_of_the_folder_where_it_is_started(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = tmp_path / "key-program"
        program.write_text("#!/bin/sh\necho stolen\n", encoding="utf-8")
        program.chmod(0o755)
        home = tmp_path / "home"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.chdir(tmp_path)

        for command in ("./key-program", "key-program"):
            with pytest.raises(ModelError, match="cannot be started"):
                run_key_command(command)

    @pytest.mark.parametrize(
        ("command", "said"),
        [
            ("", "cannot be read as a command"),
            ("'", "cannot be read as a command"),
            ("no-such-program-there-is", "cannot be started"),
            ("a\0b", "cannot be started"),
            (printing(KEY, then="raise SystemExit(3)"), "ended with status 3"),
            (printing(""), "printed nothing in its first line"),
            (printing(KEY, then="print('x' * 70_000)"), "printed more than"),
            (printing(KEY, then="import time; time.sleep(60)"), "did not end in time"),
            (printing(KEY, then="import os, time; os.close(1); time.sleep(60)"), "did not end in time"),
        ],
    )
    def test_its_failures_are_told_without_what_it_printed(self, command: str, said: str) -> None:
        started = time.monotonic()

        with pytest.raises(ModelError) as caught:
            run_key_command(command, seconds=0.3 if "sleep" in command else 30)

        assert said in caught.value.message
        assert KEY not in caught.value.message + caught.value.hint + str(caught.value.details)
        assert time.monotonic() - started < 20

    def test_a_key_that_is_none(self, person: Person) -> None:
        with pytest.raises(ModelError, match="The key command holds characters") as caught:
            person.find(table(""), AUTOTRANSFORM_KEY_COMMAND=printing("no key\u00e9 here"))

        assert "no key" not in caught.value.hint


def test_the_pages_name_every_provider_and_every_key() -> None:
    docs = Path(__file__).parents[2] / "docs"
    how_to = (docs / "how-to" / "set-a-model.md").read_text(encoding="utf-8")
    reference = (docs / "reference" / "configuration.md").read_text(encoding="utf-8")

    (own,) = (field for field in dataclasses.fields(OwnModelConfig) if field.name == "key_command")
    assert f'| `key-command` | `""` | {own.metadata["doc"]} |' in reference
    for name, provider in PROVIDERS.items():
        assert f"| `{name}` |" in how_to
        for variable in (*provider.key_variables, provider.address_variable):
            assert variable in how_to
