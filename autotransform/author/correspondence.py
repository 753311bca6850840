"""Everything that is said to a model in one authoring, and what is kept of it: over the network, or from the log."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from autotransform.author import failures
from autotransform.author.contract import Contract, contract_as_json, contract_of_json
from autotransform.author.dialogue import Dialogue, Replay
from autotransform.author.endpoint import find_endpoint
from autotransform.author.spending import Budget
from autotransform.errors import Aborted, ModelError
from autotransform.script.compose import body_of
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.author.dialogue import Purpose
    from autotransform.author.endpoint import Endpoint
    from autotransform.author.ledger import Ledger, LedgerSession
    from autotransform.author.logged import LoggedSession
    from autotransform.author.messages import Completion, Message
    from autotransform.author.values import Draft, OnProgress, Request
    from autotransform.config import ModelConfig


class Correspondence:
    """Asks one model, and logs what is asked and answered.

    Args:
        config: How to ask it.
        environment: Where the key and the address may stand.
        ledger: Where it is logged.
        replay: Answers to play in the place of the model's.
        is_fresh: Whether to ask even where the same was asked before.
    """

    def __init__(
        self,
        config: ModelConfig,
        *,
        environment: Mapping[str, str],
        ledger: Ledger,
        replay: LoggedSession | None,
        is_fresh: bool,
    ) -> None:
        self._config = config
        self._environment = environment
        self._ledger = ledger
        self._replay = replay
        self._is_fresh = is_fresh
        self._open = contextlib.ExitStack()
        self._endpoint: Endpoint | None = None
        self._session: LedgerSession | None = None
        self._dialogue: Dialogue | Replay | None = None
        self._tokens = 0
        self._is_ended = False

    @property
    def tokens(self) -> int:
        """How many were used so far, sent and received; for answers that were at hand, what they took then."""
        return self._tokens

    def start(self, command: str, request: Request, *, base: str, prompts: str) -> tuple[str, str]:
        """Open the dialogue and its log; gives the model's name, and the time.

        Raises:
            ModelError: There is no model to ask.
        """
        if self._replay is not None:
            self._dialogue = self._open.enter_context(Replay(self._replay))
            return self._replay.model, self._replay.time
        endpoint = self._endpoint = find_endpoint(self._config, environment=self._environment)
        self._session = self._open.enter_context(
            self._ledger.open(
                command=command,
                request=request.text,
                name=request.name or "",
                model=endpoint.model,
                host=endpoint.host,
                base=base,
                prompts=prompts,
            )
        )
        self._session.hide(endpoint.api_key)
        self._session.decide("request", contract_as_json(Contract(cases=request.cases)))
        self._dialogue = self._open.enter_context(
            Dialogue(
                endpoint,
                config=self._config,
                session=self._session,
                budget=Budget.of(self._config),
                is_fresh=self._is_fresh,
            )
        )
        return endpoint.model, self._session.time

    def close(self, error: BaseException | None) -> None:
        """Let go of the connection and of the log, and say there why where nothing was saved."""
        if self._session is not None and not self._is_ended and isinstance(error, Aborted | ModelError):
            self._session.end(outcome="refused" if isinstance(error, Aborted) else "failed")
        self._open.close()

    def ask(self, messages: tuple[Message, ...], *, purpose: Purpose, on_progress: OnProgress) -> Completion:
        """Give the answer to a conversation.

        Raises:
            ModelError: There is none.
        """
        assert self._dialogue is not None
        completion = self._dialogue.ask(messages, purpose=purpose, on_progress=on_progress)
        self._tokens += completion.prompt_tokens + completion.completion_tokens
        return completion

    def forget(self, messages: tuple[Message, ...]) -> None:
        """Have the same asked anew the next time: the answer was of no use."""
        if isinstance(self._dialogue, Dialogue):
            self._dialogue.forget(messages)

    def logged_contract(self) -> tuple[Contract, bool] | None:
        """Give what was agreed on in the session that is played, and whether that is what the model stated."""
        for kind, data in self._replay.decisions if self._replay else ():
            if kind == "contract" and isinstance(data, dict) and (contract := contract_of_json(data.get("contract"))):
                return contract, bool(data.get("is_kept"))
        return None

    def note_contract(self, contract: Contract, *, is_kept: bool) -> None:
        """Log what was agreed on, and whether that is what the model stated."""
        if self._session is not None:
            self._session.decide("contract", {"contract": contract_as_json(contract), "is_kept": is_kept})

    def note_saved(self, draft: Draft, *, path: str) -> tuple[str, ...]:
        """Log what came of it; gives what the person should know of the log and of the cost."""
        if self._session is not None:
            body = body_of(draft.source if draft.generated is None else draft.generated)
            self._session.decide("generated", {"sha256": digest_of(body), "body": body})
            self._is_ended = True
            outcome = "problems" if draft.problems else "written"
            findings = tuple(str(problem) for problem in draft.problems)
            self._session.end(outcome=outcome, path=path, digest=digest_of(draft.source), findings=findings)
        notes = [*self._session.notes] if self._session else []
        if isinstance(self._dialogue, Replay):
            notes += self._dialogue.notes
        elif self._dialogue is not None:
            notes.append(str(self._dialogue.spent))
        return tuple(notes)

    def explain_prose(self, text: str) -> ModelError:
        """Say that no answer held a script."""
        if self._endpoint is None:
            return ModelError("The session holds no script.", hint="`autotransform log` lists what there is.")
        return failures.of_prose(self._endpoint, text=text)
