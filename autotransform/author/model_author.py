"""The author that asks a language model."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from autotransform.author import failures
from autotransform.author.answer import as_name
from autotransform.author.endpoint import find_endpoint
from autotransform.author.excerpts import find_excerpts
from autotransform.author.findings import Bench, examine
from autotransform.author.messages import Message
from autotransform.author.prompts import write_request, write_system
from autotransform.author.repair import repair
from autotransform.author.values import Attempt, Draft
from autotransform.run import Limits
from autotransform.script import Problem, Provenance, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autotransform.author.answer import Answer
    from autotransform.author.endpoint import Endpoint
    from autotransform.author.excerpts import Excerpts
    from autotransform.author.findings import Examination
    from autotransform.author.repair import Repaired, Round
    from autotransform.author.values import OnProgress, Request
    from autotransform.config import Config
    from autotransform.errors import UntrustedError
    from autotransform.run import Selection
    from autotransform.script import Script

_UNNAMED = "change"


class ModelAuthor:
    """Has a model write the script, tries it, and has it mended; an `Author`.

    Args:
        config: Of the repository.
        model: Instead of the one that is configured.
        environment: Instead of the process's.
        limits: For the trials; by default those of the configuration.
        approve: Asked before a script is first tried where nothing fences it in; one that it refuses is not tried.
    """

    def __init__(
        self,
        config: Config,
        *,
        model: str | None = None,
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        approve: Callable[[Script, UntrustedError], bool] = lambda _script, _error: False,
    ) -> None:
        self._config = replace(config, model=replace(config.model, name=model or config.model.name))
        self._environment = os.environ if environment is None else environment
        self._limits = limits or Limits(jobs=config.jobs, timeout=config.timeout, memory=config.memory)
        self._approve = approve

    def draft(self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request.

        A script that could not be mended is given all the same, with what is wrong with it in `Draft.problems`.

        Raises:
            ModelError: The model cannot be reached, or it wrote no script.
        """
        endpoint = find_endpoint(self._config.model, environment=self._environment)
        from autotransform.author.chat import Chat  # noqa: PLC0415 - the client takes half a second to load

        tell = on_progress or (lambda _line: None)
        tell("reading the repository")
        excerpts = find_excerpts(request.text, selection)
        trial = _Trial(request, endpoint=endpoint, bench=self._bench(selection, excerpts=excerpts))
        with Chat(endpoint, config=self._config.model) as chat:
            repaired = repair(
                lambda messages, say: chat.ask(messages, on_progress=say),
                trial.examine,
                opening=open_conversation(request, excerpts),
                attempts=self._config.model.attempts,
                on_progress=tell,
            )
        if repaired.best is None:
            raise failures.of_prose(endpoint, text=repaired.rounds[-1].completion.text)
        return trial.draft(repaired, best=repaired.best)

    def _bench(self, selection: Selection, *, excerpts: Excerpts) -> Bench:
        return Bench(selection=selection, limits=self._limits, named_in=excerpts.named_in, approve=self._approve)


def open_conversation(request: Request, excerpts: Excerpts) -> tuple[Message, ...]:
    """Give exactly what is sent first."""
    return (
        Message(role="system", content=write_system()),
        Message(role="user", content=write_request(request.text, name=request.name, excerpts=excerpts.shown)),
    )


class _Trial:
    """One request on its way to a draft."""

    def __init__(self, request: Request, *, endpoint: Endpoint, bench: Bench) -> None:
        self._request = request
        self._endpoint = endpoint
        self._bench = bench
        self._generated = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def examine(self, answer: Answer, on_progress: OnProgress) -> Examination:
        """Put the header on the script of an answer, and try it."""
        provenance = Provenance(request=self._request.text, model=self._endpoint.model, generated=self._generated)
        source = compose(answer.body, provenance=provenance)
        return examine(source, name=self._name(answer), bench=self._bench, on_progress=on_progress)

    def draft(self, repaired: Repaired, *, best: Round) -> Draft:
        """Make the draft of the best round."""
        assert best.examination is not None
        examination = best.examination
        rules = examination.script.rules.splitlines() if examination.script else ()
        return Draft(
            source=examination.source,
            name=self._name(best.answer),
            author=self._endpoint.model,
            rules=tuple(rule.strip() for rule in rules if rule.strip()),
            notes=(*best.answer.notes, *examination.notes, *repaired.notes, _cost(repaired)),
            attempts=tuple(_attempt(each) for each in repaired.rounds),
            problems=tuple(finding.problem for finding in examination.findings),
        )

    def _name(self, answer: Answer) -> str:
        return self._request.name or answer.name or as_name(self._request.text) or _UNNAMED


def _attempt(each: Round) -> Attempt:
    if each.examination is None:
        problem = Problem(line=0, code="no-code", message="the answer held no script")
        return Attempt(completion=each.completion.text, problems=(problem,))
    return Attempt(
        completion=each.completion.text,
        problems=tuple(finding.problem for finding in each.examination.findings),
        case_results=each.examination.case_results,
    )


def _cost(repaired: Repaired) -> str:
    sent = sum(each.completion.prompt_tokens for each in repaired.rounds)
    received = sum(each.completion.completion_tokens for each in repaired.rounds)
    count = len(repaired.rounds)
    attempts = f"{count} attempt" + ("" if count == 1 else "s")
    return f"{attempts}; {sent:,} tokens sent, {received:,} received." if sent or received else f"{attempts}."
