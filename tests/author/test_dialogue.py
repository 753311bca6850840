"""What is asked once is logged, kept and counted, and is not asked again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from autotransform.author.dialogue import Dialogue, Replay
from autotransform.author.endpoint import find_endpoint
from autotransform.author.ledger import Ledger
from autotransform.author.messages import Completion, Message
from autotransform.author.spending import Budget
from autotransform.config import ModelConfig
from autotransform.errors import ModelError
from tests.servers.model_server import KEY, ModelServer, Reply

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
            Dialogue(
                endpoint, config=config, session=session, budget=Budget.of(config), is_fresh=is_fresh
            ) as dialogue,
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
