"""``autotransform new`` with a model: what it understands is shown, asked about, kept, and can be played again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from autotransform.script import parse
from tests.author.shop import FILES, GOOD
from tests.cli.terminal import at_a_terminal
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

REQUEST = "use `new_name` instead of shop.util.old_name"
STATED = """name: newer

## Summary
- `old_name` becomes `new_name`.

## Rules
- Every use is renamed.

## Leaves alone
- Other things of that name.

## Assumptions
- Strings stay.

## Questions
- Is the definition renamed, too? (assumed: yes)

## Cases
```python
CASES = [
    {
        "name": "another name here",
        "before": "from shop.util import old_name as o\\n\\no()\\n",
        "after": "from shop.util import new_name as o\\n\\no()\\n",
    },
    {"name": "a parameter", "before": "def f(old_name):\\n    return old_name\\n"},
]
```
"""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def environment(server: ModelServer) -> dict[str, str]:
    return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, "NO_PROXY": "*"}


@pytest.fixture
def shop(git_repo: GitRepo) -> GitRepo:
    git_repo.commit(FILES)
    return git_repo


def both(server: ModelServer) -> None:
    server.replies(Reply(text=STATED, piece=500), Reply(text=f"```python\n{GOOD}```\n", piece=500))


def test_what_was_stated_is_recorded_and_the_second_time_costs_nothing(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    both(server)
    first = run_cli("new", REQUEST, "--model", "test-model", cwd=shop.path, environment=environment)
    made = (shop.path / "transforms" / "newer.py").read_bytes()
    second = run_cli("new", REQUEST, "--model", "test-model", cwd=shop.path, environment=environment)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    script = parse(made, name="newer")
    assert "- Strings stay.\n- Is the definition renamed, too? (assumed: yes)" in script.rules
    names = [case.name for case in script.cases]
    assert names[-4:] == ["another name here", "a parameter", "a call", "another of the same name"]
    assert [name.partition(",")[0] for name in names[:-4]] == ["as in shop/cart.py", "as in shop/util.py"]
    assert len(server.requests) == 2
    assert "0 requests" in second.stderr
    assert (shop.path / "transforms" / "newer_2.py").exists()


@pytest.mark.long
def test_a_script_of_the_log_is_written_again_without_a_model(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    both(server)
    run_cli("new", REQUEST, "--model", "test-model", cwd=shop.path, environment=environment)
    shop.commit({"shop/cart.py": "x = 1\n"}, message="Move on")
    server.closing.set()
    again = run_cli("new", "--replay", "newer", "--name", "again", cwd=shop.path, environment={"NO_PROXY": "*"})

    assert again.returncode == 0, again.stdout + again.stderr
    assert "Byte for byte what session" in again.stdout
    folder = shop.path / "transforms"
    assert (folder / "again.py").read_bytes() == (folder / "newer.py").read_bytes()
    assert len(server.requests) == 2


def test_a_person_answers_edits_and_refuses(shop: GitRepo, server: ModelServer, environment: dict[str, str]) -> None:
    both(server)
    editor = "sed -i 's/Every use is renamed/Uses are renamed/'"
    code, said = at_a_terminal(
        "new",
        REQUEST,
        "--model",
        "test-model",
        "--ask",
        cwd=shop.path,
        environment={**environment, "GIT_EDITOR": editor},
        answers=[
            ("renamed, too?", "no, leave it\n"),
            ("Keep this case?", "yes\n"),
            ("Keep this case?", "no\n"),
            ("does this?", "edit\n"),
            ("does this?", "yes\n"),
        ],
    )

    assert code == 0, said
    told = str(server.requests[1]["messages"][-1]["content"])
    assert "- Uses are renamed." in told
    assert "Is the definition renamed, too? (answer: no, leave it)" in told
    assert "another name here" in told
    assert "a parameter" not in told
    script = parse((shop.path / "transforms" / "newer.py").read_bytes(), name="newer")
    assert "Decided by whoever asked for it:\n\n- Is the definition renamed, too? no, leave it" in script.rules
    refused, said = at_a_terminal(
        "new",
        REQUEST,
        "--model",
        "test-model",
        cwd=shop.path,
        environment=environment,
        answers=[("renamed, too?", "\n"), ("does this?", "no\n")],
    )
    assert refused == 130
    assert "No script was written" in said
    assert not (shop.path / "transforms" / "newer_2.py").exists()
    assert len(server.requests) == 2


@pytest.mark.long
def test_what_would_be_sent_is_shown_and_nothing_is(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    shown = run_cli("new", REQUEST, "--model", "test-model", "--show-prompt", cwd=shop.path, environment=environment)
    assert server.requests == []
    both(server)
    run_cli("new", REQUEST, "--model", "test-model", cwd=shop.path, environment=environment)
    sent = [message["content"].rstrip("\n") for message in server.requests[0]["messages"]]

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout == f"--- system ---\n{sent[0]}\n--- user ---\n{sent[1]}\n"
    without_key = run_cli("new", REQUEST, "--show-prompt", cwd=shop.path, environment={"OPENAI_API_KEY": ""})
    assert without_key.stdout == shown.stdout


def test_given_cases_hold_whatever_the_model_thinks(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    other = '{"name": "given, number 1", "before": "old_name = 1\\n", "after": "new_name = 1\\n"}'
    stubborn = GOOD.replace("CASES = [", f"CASES = [\n    {other},", 1)
    server.replies(Reply(text=STATED), Reply(text=f"```python\n{stubborn}```\n"))
    given = ["--case", "old_name = 2\nprint(old_name)", "old_name = 2\nprint(old_name)"]
    done = run_cli("new", REQUEST, "--model", "test-model", *given, cwd=shop.path, environment=environment)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "old_name = 2" in str(server.requests[0]["messages"][-1]["content"])
    cases = {case.name: case for case in parse((shop.path / "transforms/newer.py").read_bytes(), name="x").cases}
    assert cases["given, number 1"].before == "old_name = 2\nprint(old_name)\n"
    assert cases["given, number 1"].after is None


def test_a_recipe_that_fits_comes_first(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    shop.commit({"pyproject.toml": '[tool.autotransform]\nmodel = "test-model"\n'})
    request = "rename the function shop.util.old_name to new_name"
    done = run_cli("new", request, "--name", "named", cwd=shop.path, environment=environment)
    wrong = ["--case", "from shop.util import old_name", "from shop.util import other_name"]
    failing = run_cli("new", request, "--name", "failing", *wrong, cwd=shop.path, environment=environment)

    assert done.returncode == 0, done.stderr
    assert "A built-in recipe fits this request, so no model was asked" in done.stderr
    assert server.requests == []
    assert failing.returncode == 1
    assert "given, number 1" in failing.stdout


@pytest.mark.long
def test_a_recipe_that_cannot_leaves_it_to_the_model(
    shop: GitRepo, run_cli: RunCli, server: ModelServer, environment: dict[str, str]
) -> None:
    shop.commit({"pyproject.toml": '[tool.autotransform]\nmodel = "test-model"\n'})
    both(server)
    done = run_cli("new", "rename the function nowhere.at_all to new_name", cwd=shop.path, environment=environment)

    assert "A built-in recipe reads this and cannot do it, so the model is asked." in done.stderr
    assert len(server.requests) >= 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Nothing was asked for"),
        (("x", "--ask", "--yes"), "exclude each other"),
        (("x", "--ask"), "needs a terminal"),
        (("x", "--case", "x = (", "y"), "--case 1 is not valid Python"),
        (("x", "--case", "@nowhere.py", "y"), "nowhere.py cannot be read"),
        (("x", "--from-commit", "HEAD", "--from-diff", "x"), "exclude each other"),
        (("--from-diff", "nowhere.patch"), "nowhere.patch cannot be read"),
        (("--replay", "nothing"), "holds no session"),
    ],
)
def test_what_cannot_be_meant(shop: GitRepo, run_cli: RunCli, arguments: tuple[str, ...], said: str) -> None:
    done = run_cli("new", *arguments, cwd=shop.path)

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert json.dumps(sorted(path.name for path in shop.path.iterdir())) == '[".git", "shop"]'
