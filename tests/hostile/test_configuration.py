"""What a repository's pyproject.toml says: it leads nowhere else, takes no machine, and sends no key away."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from autotransform.author.endpoint import find_endpoint
from autotransform.config import LONGEST, Config, ModelConfig, parse_config
from autotransform.errors import ConfigError, ModelError
from autotransform.repository import Repository
from autotransform.run import find_script, list_scripts, select
from autotransform.run.lookup import BrokenScript
from tests.hostile.conftest import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.run import Selection
    from tests.hostile.conftest import Hostile

KEY = "sk-a-key-of-some-length"


def _parse(text: str) -> Config:
    return parse_config(text.encode(), origin="pyproject.toml")


@pytest.mark.parametrize(
    "folder",
    [
        "../x",
        "a/../../x",
        "/tmp/x",
        "..",
        "\\\\..\\\\x",
        "..\\\\x",
        "C:/x",
        "//host/x",
        "a/..",
        "x\\nSigned-off-by: me",
        "x\\u001b[2J",
    ],
)
def test_a_folder_for_transforms_that_is_elsewhere(folder: str) -> None:
    text = f'[tool.autotransform]\ntransforms = "{folder}"\n'

    with pytest.raises(ConfigError) as caught:
        _parse(text)

    assert "transforms must be a folder below the root" in caught.value.details[0]


def test_the_commands_say_so_and_write_nothing_there(hostile: Hostile) -> None:
    hostile.repo.commit({"pyproject.toml": '[tool.autotransform]\ntransforms = "../outside"\n'})

    for command in (("list",), ("preview", "x"), ("init",), ("new", "rename the function old_name to b")):
        answer = hostile.run(*command)

        assert (answer.code, answer.unprintable) == (2, set())
        assert "transforms must be a folder below the root; it is '../outside'" in answer.err
    assert [*hostile.outside.iterdir()] == []


@pytest.mark.parametrize("folder", ["transforms", "tools/transforms", ".", "a.b/c", "./x"])
def test_a_folder_below_the_root(folder: str) -> None:
    assert _parse(f'[tool.autotransform]\ntransforms = "{folder}"\n').transforms == folder


def _link(hostile: Hostile, link: str, target: Path) -> None:
    path = hostile.path / link
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)
    hostile.repo.commit()


def test_a_folder_for_transforms_that_is_a_link_out_of_the_tree(hostile: Hostile) -> None:
    (hostile.outside / "evil.py").write_text(SCRIPT)
    _link(hostile, "linked", hostile.outside)
    hostile.repo.commit({"pyproject.toml": '[tool.autotransform]\ntransforms = "linked"\n'})

    for command in (
        ("list",),
        ("show", "evil"),
        ("test",),
        ("preview", "evil"),
        ("apply", "evil"),
        ("new", "rename a to b"),
    ):
        answer = hostile.run(*command)

        assert answer.code == 2
        assert "out of the repository" in answer.err or "outside the repository" in answer.err
    assert [path.name for path in hostile.outside.iterdir()] == ["evil.py"]


def test_a_transform_that_is_a_link_out_of_the_tree(hostile: Hostile) -> None:
    (hostile.outside / "secret.py").write_text(f"KEY = 'secret'\n{SCRIPT}")
    _link(hostile, "transforms/secret.py", hostile.outside / "secret.py")

    shown, listed = hostile.run("show", "secret"), hostile.run("list")

    assert (shown.code, listed.code) == (3, 0)
    assert "leads out of the repository" in shown.err
    assert "KEY" not in shown.said + listed.said


def test_a_link_within_the_tree_is_followed(hostile: Hostile) -> None:
    _link(hostile, "transforms/again.py", hostile.path / "transforms/new_for_old.py")

    assert hostile.run("preview", "again").code == 0


@pytest.mark.parametrize("size", [300_000, 1 << 30])
def test_a_transform_that_nobody_can_have_written(hostile: Hostile, size: int) -> None:
    with (hostile.path / "transforms/huge.py").open("wb") as file:
        file.truncate(size)
    started = time.monotonic()
    listed = list_scripts(start=hostile.path, repository=None, config=Config())

    (broken,) = [each for each in listed if each.name == "huge"]
    assert isinstance(broken, BrokenScript)
    assert "has more than 200,000 bytes" in broken.problem
    assert time.monotonic() - started < 5


def test_a_committed_transform_that_nobody_can_have_written(hostile: Hostile) -> None:
    hostile.repo.commit({"transforms/huge.py": b"#" * 11_000_000, "transforms/large.py": b"#" * 300_000})
    for name in ("huge", "large"):
        (hostile.path / f"transforms/{name}.py").unlink()

    listed, shown = hostile.run("list"), hostile.run("show", "new_for_old")

    assert (listed.code, shown.code) == (0, 0)
    assert hostile.run("show", "large").code == 3


_BAD = {
    "no TOML": "[tool",
    "nested": "a = " + "[" * 100_000,
    "nested tables": "a = " + "{a=" * 50_000,
    "a key without end": "a" + ".a" * 100_000 + " = 1",
    "a quoted key without end": "a" + '."a"' * 100_000 + " = 1",
    "a table without end": "[a" + ".a" * 100_000 + "]",
    "a number without end": "a = " + "9" * 100_000,
    "too long": "#" * LONGEST + "\n",
    "many unknown keys": "[tool.autotransform]\n" + "".join(f"k{number} = 1\n" for number in range(50_000)),
    "a long key": "[tool.autotransform]\n" + "k" * 500_000 + " = 1\n",
    "a long value": '[tool.autotransform]\njobs = "' + "x" * 500_000 + '"\n',
    "infinite": "[tool.autotransform]\ntimeout = inf\n",
    "no number": "[tool.autotransform]\ntimeout = nan\n",
    "many workers": "[tool.autotransform]\njobs = 100000\n",
    "all memory": "[tool.autotransform]\nmemory = 1000000000000\n",
    "for ever": "[tool.autotransform]\ntimeout = 1e300\n",
    "a huge number": "[tool.autotransform]\njobs = " + "9" * 4000 + "\n",
    "all my money": "[tool.autotransform.model]\nattempts = 1000000\n",
    "all tokens": "[tool.autotransform.model]\nmax-tokens = 1000000000\n",
    "stars": f'[tool.autotransform]\nexclude = ["{"*a" * 20}"]\n',
    "folder stars": f'[tool.autotransform]\nexclude = ["{"**/a/" * 20}"]\n',
    "patterns": f"[tool.autotransform]\nexclude = {['x'] * 100_000}\n",
    "not text": "[tool.autotransform]\ntransforms = '\udcff'\n",
}


@pytest.mark.parametrize("text", _BAD.values(), ids=_BAD)
def test_what_nobody_would_configure_is_refused_in_no_time(text: str) -> None:
    started = time.monotonic()

    with pytest.raises(ConfigError) as caught:
        parse_config(text.encode(errors="surrogateescape"), origin="pyproject.toml")

    assert time.monotonic() - started < 5
    assert sum(map(len, (caught.value.message, *caught.value.details))) < 5_000


def _select(hostile: Hostile, config: Config) -> Selection:
    return select(start=hostile.path, repository=Repository.open(hostile.path), config=config)


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
@pytest.mark.parametrize("name", ["a" * 250 + "x.py", "a/" * 120 + "x.py"])
@pytest.mark.parametrize(
    "pattern", ["*a*a*ab", "**/a/**/a/**/b", "**/*_pb2*.py", "[[:alpha:]", "!", "\\\\", "a" * 10_000]
)
def test_patterns_that_are_allowed_match_in_no_time(hostile: Hostile, pattern: str, name: str) -> None:
    hostile.repo.commit({name: "old = 1\n"})
    config = _parse(f'[tool.autotransform]\nexclude = ["{pattern}"]\n')
    started = time.monotonic()

    with contextlib.suppress(ConfigError):  # a pattern that is none is told as such
        assert "names.py" in {file.path for file in _select(hostile, config).files}
    assert time.monotonic() - started < 20


class TestKey:
    """The key of the model is the person's; the repository does not say where it goes."""

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/v1",
            "http://api.openai.com.evil.example/v1",
            "https://api.openai.com@evil.example/v1",
            "https://api.openai.com:444/v1",
            "http://api.openai.com/v1",
            "http://localhost.evil.example/",
            "http://10.0.0.1/v1",
            "http://0x7f000001.evil.example/v1",
            "http://[fe80::1]/v1",
            "HTTPS://EVIL.EXAMPLE/v1",
        ],
    )
    def test_it_is_not_sent_where_only_a_repository_says(self, url: str) -> None:
        config = ModelConfig(name="m", base_url=url)

        with pytest.raises(ModelError, match="not sent to where only a repository says") as caught:
            find_endpoint(config, environment={"OPENAI_API_KEY": KEY})

        assert "export OPENAI_BASE_URL=" in caught.value.hint
        assert KEY not in str([caught.value.message, caught.value.details, caught.value.hint])

    @pytest.mark.parametrize(
        "url", ["", "https://api.openai.com/v1", "http://localhost:1/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"]
    )
    def test_it_is_sent_to_openai_and_to_this_very_machine(self, url: str) -> None:
        endpoint = find_endpoint(ModelConfig(name="m", base_url=url), environment={"OPENAI_API_KEY": KEY})

        assert endpoint.api_key == KEY

    def test_it_is_sent_where_the_person_says(self) -> None:
        environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://mine.example/v1"}
        endpoint = find_endpoint(ModelConfig(name="m", base_url="https://evil.example/"), environment=environment)

        assert (endpoint.host, endpoint.api_key) == ("mine.example", KEY)

    def test_without_a_key_code_is_not_sent_there_either(self) -> None:
        with pytest.raises(ModelError, match="code is not sent to where only a repository says"):
            find_endpoint(ModelConfig(name="m", base_url="https://theirs.example/v1"), environment={})

        endpoint = find_endpoint(ModelConfig(name="m", base_url="http://localhost:1/v1"), environment={})
        assert not endpoint.has_key

    def test_the_command_sends_nothing(self, hostile: Hostile) -> None:
        table = '[tool.autotransform.model]\nname = "m"\nbase-url = "https://evil.invalid/v1"\n'
        hostile.repo.commit({"pyproject.toml": table})

        answer = hostile.run("new", "do something unusual", OPENAI_API_KEY=KEY, OPENAI_BASE_URL="")

        assert answer.code == 4
        assert "your OPENAI_API_KEY is not sent" in answer.err
        assert KEY not in answer.said


def test_a_configuration_of_a_commit_is_bounded_too(hostile: Hostile) -> None:
    hostile.repo.commit({"pyproject.toml": b"#" * 11_000_000})

    assert hostile.run("preview", "new_for_old").code in {2, 5}


def test_the_folder_of_the_caller_does_not_matter(hostile: Hostile) -> None:
    found = find_script("new_for_old", start=hostile.path, repository=None, config=Config())

    assert found.path == "transforms/new_for_old.py"
