"""A conversation with a model as an authoring has it: cached, logged, within a budget, or played from the log."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from autotransform.author.ledger import digest_of
from autotransform.author.spending import (
    Counted,
    Spending,
    describe_estimate,
    estimate_exchange,
    estimate_tokens,
    require_budget,
    tokens_left,
)
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from autotransform.author.chat import Chat
    from autotransform.author.endpoint import Endpoint
    from autotransform.author.ledger import LedgerSession
    from autotransform.author.logged import LoggedExchange, LoggedSession
    from autotransform.author.messages import Completion, Message
    from autotransform.author.spending import Budget, Estimate
    from autotransform.author.values import OnProgress
    from autotransform.config import ModelConfig

#: What a model is asked for.
Purpose: TypeAlias = Literal["contract", "script", "repair", "edit"]


class Dialogue:
    """Asks a model. Use it as a context manager.

    Args:
        endpoint: Where the model is.
        config: How to ask it.
        session: Where the exchanges are logged, and in whose log earlier answers are looked for.
        budget: What may be used.
        is_fresh: Whether to ask even where the answer is at hand.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        config: ModelConfig,
        session: LedgerSession,
        budget: Budget,
        is_fresh: bool = False,
    ) -> None:
        self._endpoint = endpoint
        self._config = config
        self._session = session
        self._budget = budget
        self._is_fresh = is_fresh
        self._chat: Chat | None = None
        self._longest_answer = 0
        #: What was used so far.
        self.spent = Spending(money=Decimal(0) if budget.prices else None)
        session.hide(endpoint.api_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._chat is not None:
            self._chat.__exit__(kind, error, trace)

    def ask(
        self, messages: Sequence[Message], *, purpose: Purpose, on_progress: OnProgress | None = None
    ) -> Completion:
        """Give the answer to a conversation: the one at hand, or the model's.

        Raises:
            ModelError: There is none, or it would not be within the budget.
        """
        key = key_of(messages, endpoint=self._endpoint, config=self._config)
        known = None if self._is_fresh else self._session.ledger.answer(key)
        if known is not None:
            if on_progress is not None:
                on_progress("this was asked before: the answer is taken from the log, and nothing is sent")
            self.spent = replace(self.spent, cached=self.spent.cached + 1)
            self._session.exchange(purpose=purpose, key=key, messages=messages, heard=known, finish="stop")
            return known
        max_tokens = self._config.max_tokens
        estimate = estimate_exchange(messages, longest_answer=self._longest_answer, max_tokens=max_tokens)
        require_budget(self._budget, spent=self.spent, next_one=estimate)
        if on_progress is not None:
            on_progress(f"sending {describe_estimate(estimate, prices=self._budget.prices)}")
        return self._send(messages, purpose=purpose, key=key, estimate=estimate, on_progress=on_progress)

    def forget(self, messages: Sequence[Message]) -> None:
        """Have the same asked anew the next time: the answer was of no use."""
        if self._session.ledger.answers is not None:
            self._session.ledger.answers.forget(key_of(messages, endpoint=self._endpoint, config=self._config))

    def _send(
        self,
        messages: Sequence[Message],
        *,
        purpose: str,
        key: str,
        estimate: Estimate,
        on_progress: OnProgress | None,
    ) -> Completion:
        chat = self._open()
        started = time.monotonic()
        completion, error = None, ""
        try:
            completion = chat.ask(
                messages, on_progress=on_progress, most=self._most_of(estimate), seconds=self._seconds_left()
            )
        except ModelError as failure:
            error = failure.message
            raise
        except BaseException:
            error = "interrupted"
            raise
        finally:
            heard = replace(chat.heard if completion is None else completion, seconds=time.monotonic() - started)
            self._note(messages, purpose=purpose, key=key, heard=heard, error=error)
        return heard

    def _open(self) -> Chat:
        if self._chat is None:
            from autotransform.author.chat import Chat  # noqa: PLC0415 - the client takes half a second to load

            self._chat = Chat(self._endpoint, config=self._config)
        return self._chat

    def _most_of(self, estimate: Estimate) -> int:
        left = tokens_left(self._budget, spent=self.spent, prompt_tokens=estimate.prompt_tokens)
        return self._config.max_tokens if left is None else min(left, self._config.max_tokens)

    def _seconds_left(self) -> float | None:
        return None if self._budget.seconds is None else max(0.1, self._budget.seconds - self.spent.seconds)

    def _note(self, messages: Sequence[Message], *, purpose: str, key: str, heard: Completion, error: str) -> None:
        """Log an exchange, keep the answer if it is one, and count what it cost."""
        counted = self._count(messages, heard=heard)
        self._longest_answer = max(self._longest_answer, heard.completion_tokens)
        is_as_it_was = self._session.exchange(
            purpose=purpose,
            key=key,
            messages=messages,
            heard=heard,
            error=error,
            finish=self._chat.finish if self._chat else "",
            counted=counted,
        )
        # What was redacted is not what the model said, and what was not redacted must not be kept.
        if not error and is_as_it_was:
            self._session.keep_answer(key, heard)

    def _count(self, messages: Sequence[Message], *, heard: Completion) -> Counted:
        sent, received = heard.prompt_tokens, heard.completion_tokens
        is_estimated = bool(heard.text) and not (sent and received)
        if is_estimated:
            sent = sent or estimate_exchange(messages, longest_answer=0, max_tokens=0).prompt_tokens
            received = received or estimate_tokens(heard.text)
        prices = self._budget.prices
        money = prices.of(prompt_tokens=sent, completion_tokens=received) if prices else None
        spent = self.spent
        self.spent = replace(
            spent,
            requests=spent.requests + 1,
            prompt_tokens=spent.prompt_tokens + sent,
            completion_tokens=spent.completion_tokens + received,
            money=None if money is None else (spent.money or 0) + money,
            seconds=spent.seconds + heard.seconds,
            is_estimated=spent.is_estimated or is_estimated,
        )
        return Counted(sent=sent, received=received, money=money)


class Replay:
    """Plays the answers of a logged session in their order: asks nobody, and needs neither network nor key."""

    def __init__(self, session: LoggedSession) -> None:
        self._exchanges = list(session.exchanges)
        self._id = session.id
        #: Where what is asked now differs from what was asked then.
        self.notes: list[str] = []
        self.spent = Spending()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it; there is nothing to let go of."""

    def ask(
        self, messages: Sequence[Message], *, purpose: Purpose, on_progress: OnProgress | None = None
    ) -> Completion:
        """Give the next answer of the log.

        Raises:
            ModelError: The log has no further answer, not the one that was given, or a failure in its place.
        """
        number = self.spent.cached + 1
        if not self._exchanges:
            raise ModelError(
                f"Session {self._id} holds no answer {number}: the authoring takes another way than it took then.",
                hint="Write the script anew, without --replay.",
            )
        logged = self._exchanges.pop(0)
        if on_progress is not None:
            on_progress(f"playing answer {number} of session {self._id}")
        self.spent = replace(self.spent, cached=number)
        if logged.purpose != purpose:
            self.notes.append(f"Answer {number} was one to a {logged.purpose} request, and is taken as {purpose}.")
        elif logged.prompt != digest_of(messages):
            self.notes.append(f"Answer {number} was one to another prompt than would be sent now.")
        return self._answer_of(logged, number=number)

    def _answer_of(self, logged: LoggedExchange, *, number: int) -> Completion:
        if not logged.is_answered:
            raise ModelError(logged.error, hint=f"So it went in session {self._id}; nothing was sent now.")
        if logged.redacted:
            raise ModelError(
                f"Answer {number} of session {self._id} held a secret, which the log does not, so it cannot be played.",
                hint="Write the script anew, without --replay.",
            )
        return replace(logged.completion, is_cached=True)


def key_of(messages: Sequence[Message], *, endpoint: Endpoint, config: ModelConfig) -> str:
    """Give the key of an answer: SHA-256 over everything on which it depends and that we know."""
    asked: dict[str, Any] = {
        "address": endpoint.address,
        "model": endpoint.model,
        "max_tokens": config.max_tokens,
        "temperature": config.temperature,
        "messages": [[each.role, each.content] for each in messages],
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode("ascii")).hexdigest()
