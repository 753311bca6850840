"""What the log shows, and that nothing that a model said reaches the terminal as a command."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.author.ledger import Ledger
from autotransform.author.messages import Completion, Message
from autotransform.author.spending import Counted
from autotransform.cli.app import app
from autotransform.errors import RepositoryError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

SYSTEM = Message(role="system", content="You write codemods.")
FIRST = Message(role="user", content="\n".join(f"line {number}" for number in range(10)))
SAID = Message(role="assistant", content="```python\npass\n```")
MEND = Message(role="user", content="Mend it.")
REQUEST = "use timezone.utc\ninstead of pytz.UTC " + "and so on " * 20


class Command:
    """Runs the command in this process, in one repository."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *arguments: str) -> str:
        assert app.main(["-C", str(self.folder), *arguments], standalone_mode=False) == 0

        return self.capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def command(git_repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(git_repo.path, capsys)


@pytest.fixture
def ledger(git_repo: GitRepo) -> Ledger:
    return Ledger(folder=git_repo.path / ".git" / "autotransform" / "ledger")


def log_one(ledger: Ledger, *, answer: str = "Hello", path: str = "transforms/utc.py") -> str:
    with ledger.open(command="new", request=REQUEST, model="test-model", host="127.0.0.1:1", base="abc") as session:
        heard = Completion(text=answer, prompt_tokens=1_000, completion_tokens=20, seconds=2.0)
        key = "0" * 64
        session.exchange(
            purpose="script",
            key=key,
            messages=[SYSTEM, FIRST],
            heard=heard,
            finish="stop",
            counted=Counted(sent=1_000, received=20, money=Decimal("0.5")),
        )
        session.decide("contract", {"accepted": True})
        session.exchange(
            purpose="repair",
            key=key,
            messages=[SYSTEM, FIRST, SAID, MEND],
            heard=heard,
            finish="length",
            error="it was cut off",
        )
        session.end(outcome="written", path=path, digest="f" * 64, findings=["a case fails"])
    return session.id


def test_an_empty_log_says_so(command: Command) -> None:
    assert command("log") == "Nothing was said to a model here yet.\n"
    assert command.json("log") == []


def test_every_session_is_one_line_newest_first(command: Command, ledger: Ledger) -> None:
    older, newer = log_one(ledger), log_one(ledger)
    with ledger.open(command="edit", request="more") as session:
        session.decide("contract", None)
    with ledger.open(command="edit", request="still more") as failed:
        failed.exchange(purpose="edit", key="0", messages=[FIRST], heard=Completion(text=""), error="no credit")

    lines = command("log").splitlines()

    ids = [failed.id, session.id, newer, older]
    assert [known in line for known, line in zip(ids, lines, strict=True)] == [True] * 4
    assert ("failed" in lines[0], "broken off" in lines[1]) == (True, True)
    for part in ("new", "written", "2,040 tokens", "0.5000", "test-model", "use timezone.utc instead of pytz.UTC"):
        assert part in lines[2]


def test_the_newest_are_listed_unless_all_are_asked_for(command: Command, ledger: Ledger) -> None:
    for _ in range(22):
        log_one(ledger)

    assert len(command("log").splitlines()) == 20
    assert len(command("log", "--all").splitlines()) == 22


@pytest.mark.parametrize("by", ["name", "id"])
def test_one_session_in_short_and_in_full(command: Command, ledger: Ledger, by: str) -> None:
    known = log_one(ledger)
    log_one(ledger, path="transforms/other.py")

    short = command("log", "utc" if by == "name" else known)
    full = command("log", "utc" if by == "name" else known, "--full")

    for part in (
        known,
        "transforms/utc.py",
        "a case fails",
        "line 0",
        "it was cut off",
        "'length'",
        '"accepted": true',
    ):
        assert part in short
        assert part in full
    assert "… 4 more lines; --full has them" in short
    assert "You write codemods." not in short
    assert ("line 9" in full, "You write codemods." in full, REQUEST.strip()[-9:] in full) == (True, True, True)


def test_json_holds_everything_and_lists_hold_what_fits(command: Command, ledger: Ledger) -> None:
    log_one(ledger)

    whole, (listed,) = command.json("log", "utc"), command.json("log")

    assert (whole["schema"], listed["schema"]) == (1, 1)
    assert whole["exchanges"][0]["completion"]["text"] == "Hello"
    assert (whole["request"], whole["decisions"]) == (REQUEST, [["contract", {"accepted": True}]])
    assert (listed["exchanges"], listed["spent"]["prompt_tokens"], listed["spent"]["money"]) == (2, 2_000, "0.5")


def test_the_prompts_that_made_a_script_each_once(command: Command, ledger: Ledger) -> None:
    log_one(ledger)

    shown = command("show", "utc", "--prompt")

    assert (shown.count("You write codemods."), shown.count("line 9"), shown.count("Mend it.")) == (1, 1, 1)
    assert shown.index("1. script: system") < shown.index("1. script: user") < shown.index("2. repair: assistant")
    assert "Hello" not in shown


@pytest.mark.parametrize("arguments", [("log",), ("log", "utc"), ("log", "utc", "--full"), ("show", "utc", "--prompt")])
def test_nothing_said_controls_the_terminal(command: Command, ledger: Ledger, arguments: tuple[str, ...]) -> None:
    evil = "\x1b]0;title\x07\x1b[2J\r\u202e\u200b\ud800\x9b"
    with ledger.open(command=evil, request=evil, model=evil, host=evil, base=evil, prompts=evil) as session:
        session.exchange(
            purpose=evil,
            key="0",
            messages=[Message(role="user", content=evil)],
            heard=Completion(text=evil),
            finish=evil,
            error=evil,
        )
        session.decide(evil, {evil: [evil]})
        session.end(outcome=evil, path="transforms/utc.py", digest=evil, findings=[evil])

    shown = command(*arguments)

    assert {char for char in shown if not char.isprintable()} <= {"\n"}
    assert "<U+001B>" in shown


def test_what_is_not_there(command: Command, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no session 'nothing'"):
        command("log", "nothing")
    with pytest.raises(UsageError, match="no session 'nothing'"):
        command("show", "nothing", "--prompt")
    command.folder = tmp_path
    with pytest.raises(RepositoryError, match="not in a git repository"):
        command("log")


def test_the_real_command_prints_the_log(git_repo: GitRepo, run_cli: RunCli, ledger: Ledger) -> None:
    known = log_one(ledger, answer="\x1b[2J")

    done = run_cli("log", known, cwd=git_repo.path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "    <U+001B>[2J\n" in done.stdout
