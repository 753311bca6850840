"""What is asked once is logged, kept and counted, and is not asked again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from autotransform.author.dialogue import Dialogue, Replay
from autotransform.author.endpoint import find_endpoint
from autotransform.author.ledger import Ledger
from autotransform.author.messages import Completion, Message
from autotransform.author.spending import Budget
from autotransform.config import ModelConfig
from autotransform.errors import ModelError
from tests.servers.model_server import KEY, ModelServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = ModelConfig(name="test-model", timeout=5.0)
HELLO = (Message(role="system", content="Be brief."), Message(role="user", content="Say hello."))
OTHER = (*HELLO, Message(role="assistant", content="Hello"), Message(role="user", content="And now goodbye."))


class Asker:
    """Asks in an authoring of its own each time, as runs of a command do."""

    def __init__(self, folder: Path | None, environment: dict[str, str]) -> None:
        self.ledger = Ledger(folder=folder)
        self.environment = environment
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.spent = ""

    def ask(
        self, *conversations: tuple[Message, ...], config: ModelConfig = CONFIG, is_fresh: bool = False
    ) -> list[Completion]:
        endpoint = find_endpoint(config, environment=self.environment)
        with (
            self.ledger.open(command="new", request="say hello", host=endpoint.host, model="test-model") as session,
            Dialogue(endpoint, config=config, session=session, budget=Budget.of(config), is_fresh=is_fresh) as dialogue,
        ):
            try:
                return [
                    dialogue.ask(messages, purpose="script", on_progress=self.lines.append)
                    for messages in conversations
                ]
            finally:
                self.spent = str(dialogue.spent)
                self.notes = session.notes


@pytest.fixture
def asker(tmp_path: Path, environment: dict[str, str]) -> Asker:
    return Asker(tmp_path / "state" / "ledger", environment)


def test_the_same_asked_again_is_taken_from_the_log(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello \u00e9 \U0001f600\r\n"))
    (first,) = asker.ask(HELLO)

    (second,) = asker.ask(HELLO)

    assert second.text == first.text == "Hello \u00e9 \U0001f600\r\n"
    assert (first.is_cached, second.is_cached) == (False, True)
    assert len(server.requests) == 1
    assert "the answer is taken from the log" in asker.lines[-1]
    assert asker.spent == "0 requests and 1 answer from the log, which cost nothing"


def test_what_depends_on_something_else_is_asked(server: ModelServer, asker: Asker) -> None:
    configs = [CONFIG, replace(CONFIG, temperature=0.5), replace(CONFIG, max_tokens=77), replace(CONFIG, name="other")]
    server.replies(*[Reply(text=f"Hello {number}") for number in range(5)])

    answers = [asker.ask(HELLO, config=config)[0].text for config in configs]
    answers += [asker.ask(OTHER)[0].text]

    assert answers == [f"Hello {number}" for number in range(5)]


def test_a_fresh_answer_is_asked_for_and_kept(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello"), Reply(text="Hello again"))
    asker.ask(HELLO)

    (fresh,) = asker.ask(HELLO, is_fresh=True)

    assert fresh.text == "Hello again"
    assert asker.ask(HELLO)[0].text == "Hello again"


def test_without_a_log_everything_is_asked(server: ModelServer, environment: dict[str, str]) -> None:
    server.replies(Reply(text="Hello"), Reply(text="Hello again"))
    asker = Asker(None, environment)

    assert [asker.ask(HELLO)[0].text, asker.ask(HELLO)[0].text] == ["Hello", "Hello again"]
    assert list(asker.ledger.sessions()) == []


def test_an_answer_of_no_use_is_asked_for_again(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hm"), Reply(text="Hello"))
    endpoint = find_endpoint(CONFIG, environment=asker.environment)
    with (
        asker.ledger.open(command="new", request="say hello") as session,
        Dialogue(endpoint, config=CONFIG, session=session, budget=Budget()) as dialogue,
    ):
        dialogue.ask(HELLO, purpose="script")
        dialogue.forget(HELLO)

    assert asker.ask(HELLO)[0].text == "Hello"


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        (Reply(text="Hello there, and", finish_reason="length"), "Hello there, and"),
        (Reply(text="Hello there, and so on", halfway="drop", piece=6), "Hello "),
        (Reply(status=400, text="no"), ""),
        (Reply(refusal="I cannot"), ""),
    ],
)
def test_what_is_no_answer_is_logged_and_not_kept(server: ModelServer, asker: Asker, reply: Reply, heard: str) -> None:
    server.replies(reply, Reply(text="Hello"))
    with pytest.raises(ModelError) as caught:
        asker.ask(HELLO)

    (session,) = asker.ledger.sessions()
    (exchange,) = session.exchanges
    assert (exchange.error, exchange.is_answered) == (caught.value.message, False)
    assert exchange.completion.text.startswith(heard)
    assert asker.ask(HELLO)[0].text == "Hello"


def test_the_key_is_nowhere_in_the_log(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text=f"Your key is {KEY}, is it not?"), Reply(status=400, text=f"not {KEY}"))
    (told,) = asker.ask((*HELLO, Message(role="user", content=f"My key is {KEY}.")))
    with pytest.raises(ModelError):
        asker.ask(HELLO)

    assert asker.ledger.folder is not None
    written = b"".join(path.read_bytes() for path in asker.ledger.folder.rglob("*") if path.is_file())

    assert KEY in told.text
    assert b"Your key is [the key], is it not?" in written
    assert KEY.encode() not in written


def test_a_redacted_answer_is_never_given_as_if_it_were_the_answer(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text=f"token = {KEY}"), Reply(text=f"token = {KEY}!"))
    asker.ask(HELLO)

    assert asker.ask(HELLO)[0].text == f"token = {KEY}!"
    assert len(server.requests) == 2
    replay = Replay(next(asker.ledger.sessions()))
    with pytest.raises(ModelError, match="held a secret, which the log does not"):
        replay.ask(HELLO, purpose="script")


def test_a_replay_says_the_same_with_no_server_and_no_key(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello \u00e9\r\n\x0c"), Reply(text="Goodbye", finish_reason="length"))
    with pytest.raises(ModelError) as then:
        asker.ask(HELLO, OTHER)
    replay = Replay(next(asker.ledger.sessions()))

    assert replay.ask(HELLO, purpose="script").text == "Hello \u00e9\r\n\x0c"
    with pytest.raises(ModelError) as now:
        replay.ask(OTHER, purpose="script")
    assert (now.value.message, replay.notes) == (then.value.message, [])
    assert len(server.requests) == 2
    assert (replay.spent.requests, replay.spent.cached) == (0, 2)


def test_a_replay_says_where_it_departs_from_the_log(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="one"), Reply(text="two"))
    asker.ask(HELLO, OTHER)
    replay = Replay(next(asker.ledger.sessions()))

    answers = [replay.ask(OTHER, purpose="script").text, replay.ask(OTHER, purpose="repair").text]

    assert answers == ["one", "two"]
    assert replay.notes == [
        "Answer 1 was one to another prompt than would be sent now.",
        "Answer 2 was one to a script request, and is taken as repair.",
    ]
    with pytest.raises(ModelError, match="holds no answer 3"):
        replay.ask(HELLO, purpose="script")


def test_nothing_is_sent_that_would_not_be_within_the_budget(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello"))

    with pytest.raises(ModelError) as caught:
        asker.ask(HELLO, OTHER, config=replace(CONFIG, budget_tokens=2_100))

    assert caught.value.message.startswith("The budget does not allow another request: 2,100 tokens are the most")
    assert caught.value.details == ("spent so far: 1 request; 100 tokens sent, 1 received; 0 s",)
    assert len(server.requests) == 1
    assert "`budget-tokens`" in caught.value.hint


def test_an_answer_may_be_no_longer_than_the_budget_has_left(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello", finish_reason="length", counts=False))

    with pytest.raises(ModelError, match=r"longer than 2,[0-9]+ tokens that the budget left it"):
        asker.ask(HELLO, config=replace(CONFIG, budget_tokens=2_100))

    assert 2_000 <= server.requests[0]["max_tokens"] < 2_100


def test_money_is_counted_and_capped(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello and goodbye to all of you"), Reply(text="And so on and on and on"))
    priced = replace(CONFIG, prices={"test-model": (10.0, 100.0)}, budget_money=0.202)

    with pytest.raises(ModelError, match=r"0\.2020 are the most") as caught:
        asker.ask(HELLO, OTHER, (*OTHER, *OTHER[:1]), config=replace(priced, max_tokens=2_000))

    # Before each request, the estimate; then what it came to.
    assert [line for line in asker.lines if line.startswith("sending")] == [
        "sending about 15 tokens, 0.2002 with an answer of 2,000",
        "sending about 31 tokens, 0.2003 with an answer of 2,000",
    ]
    (session,) = asker.ledger.sessions()
    assert [exchange.counted.money for exchange in session.exchanges] == [Decimal("0.0012"), Decimal("0.0012")]
    assert "0.0024 at the configured prices" in caught.value.details[0]


def test_an_answer_that_takes_longer_than_the_budget_is_let_go(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="Hello there", halfway="stall"))

    with pytest.raises(ModelError, match="the time for one authoring is used up") as caught:
        asker.ask(HELLO, config=replace(CONFIG, budget_seconds=0.2))

    assert "`budget-seconds`" in caught.value.hint


def test_nobody_waits_longer_for_a_retry_than_the_budget_has_time(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(status=429, text="slow down", headers={"Retry-After": "30"}), Reply(text="Hello"))

    with pytest.raises(ModelError, match="takes no more requests now"):
        asker.ask(HELLO, config=replace(CONFIG, budget_seconds=10))

    assert len(server.requests) == 1


def test_what_came_before_somebody_pressed_the_keys_is_logged(
    server: ModelServer, environment: dict[str, str], tmp_path: Path
) -> None:
    def press(line: str) -> None:
        if "writes" in line:
            raise KeyboardInterrupt

    server.replies(Reply(text="Hello and goodbye, all of you"))
    ledger = Ledger(folder=tmp_path / "ledger")
    endpoint = find_endpoint(CONFIG, environment=environment)
    with (
        pytest.raises(KeyboardInterrupt),
        ledger.open(command="new", request="say hello") as session,
        Dialogue(endpoint, config=CONFIG, session=session, budget=Budget()) as dialogue,
    ):
        dialogue.ask(HELLO, purpose="script", on_progress=press)

    (exchange,) = next(ledger.sessions()).exchanges
    assert (exchange.error, exchange.completion.text[:5]) == ("interrupted", "Hello")


def test_where_the_endpoint_counts_nothing_characters_are_counted(server: ModelServer, asker: Asker) -> None:
    server.replies(Reply(text="x" * 300, counts=False))

    asker.ask(HELLO)

    assert asker.spent.startswith("1 request; about 15 tokens sent, 100 received")
    (session,) = asker.ledger.sessions()
    assert (session.spent.tokens, session.exchanges[0].completion.prompt_tokens) == (115, 0)


def test_an_unwritable_log_does_not_stop_the_authoring(
    server: ModelServer, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ledger").symlink_to("elsewhere")
    asker = Asker(tmp_path / "ledger", environment)
    server.replies(Reply(text="Hello"))

    assert asker.ask(HELLO)[0].text == "Hello"
    assert "not logged any further" in asker.notes[0]
    assert list((tmp_path / "elsewhere").iterdir()) == []
