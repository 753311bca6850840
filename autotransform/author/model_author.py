"""The author that asks a language model: first what the request means, then for the script."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from autotransform.author import failures
from autotransform.author.answer import read_answer
from autotransform.author.api_sheet import read_example
from autotransform.author.contract import Contract, contract_of, read_contract, write_contract
from autotransform.author.dialogue import Dialogue, Replay
from autotransform.author.endpoint import find_endpoint
from autotransform.author.examination import Bench
from autotransform.author.excerpts import find_excerpts, find_names
from autotransform.author.ledger import Ledger
from autotransform.author.lessons import Lesson, lesson_of
from autotransform.author.messages import Message
from autotransform.author.prompts import Prompts, Task
from autotransform.author.repair import Loop
from autotransform.author.spending import Budget
from autotransform.author.writing import Writing
from autotransform.errors import ModelError
from autotransform.run import Limits
from autotransform.script.compose import body_of
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from autotransform.author.dialogue import Purpose
    from autotransform.author.endpoint import Endpoint
    from autotransform.author.excerpts import Excerpts
    from autotransform.author.ledger import LedgerSession
    from autotransform.author.logged import LoggedSession
    from autotransform.author.messages import Completion
    from autotransform.author.values import Draft, OnProgress, Request
    from autotransform.config import Config
    from autotransform.errors import UntrustedError
    from autotransform.run import Selection
    from autotransform.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who is asked on the way; by default nobody, and what is stated holds."""

    #: Gives what is agreed on of what the model understood; raises `Aborted` where that is nothing.
    agree: Callable[[Contract], Contract] = lambda contract: contract
    #: Asked before a script is first tried where nothing fences it in; one that it refuses is not tried.
    approve: Callable[[Script, UntrustedError], bool] = lambda _script, _error: False


class ModelAuthor:
    """Has a model write the script, tries it, and has it mended; an `Author`. Use it as a context manager.

    Args:
        config: Of the repository.
        environment: Instead of the process's.
        limits: For the trials; by default those of the configuration.
        consent: Who is asked on the way.
        prompts: What the model is told.
        ledger: Where it is logged; by default nowhere.
        replay: Answers to play in the place of the model's.
        is_fresh: Whether to ask even where the same was asked before.
    """

    def __init__(
        self,
        config: Config,
        *,
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        consent: Consent | None = None,
        prompts: Prompts | None = None,
        ledger: Ledger | None = None,
        replay: LoggedSession | None = None,
        is_fresh: bool = False,
    ) -> None:
        self._config = config
        self._environment = os.environ if environment is None else environment
        self._limits = limits or Limits(jobs=config.jobs, timeout=config.timeout, memory=config.memory)
        self._consent = consent or Consent()
        self._prompts = prompts or Prompts()
        self._ledger = ledger or Ledger(folder=None)
        self._replay = replay
        self._is_fresh = is_fresh
        self._open = contextlib.ExitStack()
        self._session: LedgerSession | None = None
        self._dialogue: Dialogue | Replay | None = None
        self._endpoint: Endpoint | None = None
        self._heard: list[Completion] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def draft(self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request.

        A script that could not be mended is given all the same, with what is wrong with it in `Draft.problems`.

        Raises:
            ModelError: The model cannot be reached, or it wrote no script.
            Aborted: The person does not agree to what the model understood.
        """
        tell = on_progress or (lambda _line: None)
        lesson = lesson_of(request, prompts=self._prompts)
        model, generated = self._start("new", request, base=selection.base)
        tell("reading the repository")
        excerpts = find_excerpts(lesson.query, selection)
        task = _task(lesson, excerpts=excerpts, name=request.name)
        contract, first = self._agree(task, lesson=lesson, on_progress=tell)
        writing = Writing(
            request=request,
            contract=contract,
            model=model,
            generated=generated,
            bench=self._bench(selection, excerpts=excerpts, lesson=lesson, contract=contract),
        )
        opening = (
            Message(role="system", content=self._prompts.script_system()),
            Message(
                role="user",
                content=self._prompts.script(
                    replace(task, cases=writing.cases, name=request.name or contract.name or None),
                    contract=contract.agreement,
                    examples=(read_example(),),
                ),
            ),
        )
        return self._write(writing, opening, purpose="script", first=first, on_progress=tell)

    def edit(
        self,
        script: Script,
        request: Request,
        selection: Selection,
        *,
        settle: Callable[[str], str],
        on_progress: OnProgress | None = None,
    ) -> Draft:
        """Change a script as a request says.

        Args:
            script: As it stands.
            request: What is to be changed; its ``name`` is the script's.
            selection: On what it is tried.
            settle: Puts what the model wrote together with what a person made of the script before.
            on_progress: Told what is done now.

        Raises:
            ModelError: The model cannot be reached, or it wrote no script.
        """
        tell = on_progress or (lambda _line: None)
        lesson = lesson_of(request, prompts=self._prompts)
        model, generated = self._start("edit", request, base=selection.base)
        tell("reading the repository")
        excerpts = find_excerpts(f"{lesson.query}\n{script.request}", selection)
        contract = Contract(name=script.name).with_cases(lesson.cases)
        asked = replace(request, text=f"{script.request}\nThen: {request.text}" if script.request else request.text)
        writing = Writing(
            request=asked,
            contract=contract,
            model=model,
            generated=generated,
            bench=self._bench(selection, excerpts=excerpts, lesson=lesson, contract=contract),
            settle=settle,
        )
        task = replace(_task(lesson, excerpts=excerpts, name=script.name), request=script.request)
        prompt = self._prompts.edit(
            replace(task, cases=writing.cases), script=body_of(script.source), wish=lesson.request
        )
        opening = (
            Message(role="system", content=self._prompts.script_system()),
            Message(role="user", content=prompt),
        )
        return self._write(writing, opening, purpose="edit", first=None, on_progress=tell)

    def opening(self, request: Request, selection: Selection) -> tuple[Message, ...]:
        """Give exactly what would be sent first, and send nothing."""
        lesson = lesson_of(request, prompts=self._prompts)
        excerpts = find_excerpts(lesson.query, selection)
        return self._ask_for_contract(_task(lesson, excerpts=excerpts, name=request.name))

    def note_saved(self, draft: Draft, *, path: str) -> tuple[str, ...]:
        """Log what came of it; gives what the person should know of the log and of the cost."""
        if self._session is not None:
            body = body_of(draft.source)
            self._session.decide("generated", {"sha256": digest_of(body), "body": body})
            outcome = "problems" if draft.problems else "written"
            findings = tuple(str(problem) for problem in draft.problems)
            self._session.end(outcome=outcome, path=path, digest=digest_of(draft.source), findings=findings)
        notes = [*self._session.notes] if self._session else []
        if isinstance(self._dialogue, Replay):
            notes += self._dialogue.notes
        elif self._dialogue is not None:
            notes.append(str(self._dialogue.spent))
        return tuple(notes)

    def _start(self, command: str, request: Request, *, base: str) -> tuple[str, str]:
        """Open the dialogue and its log; gives the model's name, and the time."""
        if self._replay is not None:
            self._dialogue = self._open.enter_context(Replay(self._replay))
            return self._replay.model, self._replay.time
        endpoint = self._endpoint = find_endpoint(self._config.model, environment=self._environment)
        self._session = self._open.enter_context(
            self._ledger.open(
                command=command,
                request=request.text,
                name=request.name or "",
                model=endpoint.model,
                host=endpoint.host,
                base=base,
                prompts=self._prompts.version,
            )
        )
        self._session.decide("request", {"cases": write_contract(Contract(cases=request.cases))})
        self._dialogue = self._open.enter_context(
            Dialogue(
                endpoint,
                config=self._config.model,
                session=self._session,
                budget=Budget.of(self._config.model),
                is_fresh=self._is_fresh,
            )
        )
        return endpoint.model, self._session.time

    def _ask(self, messages: tuple[Message, ...], *, purpose: Purpose, on_progress: OnProgress) -> Completion:
        assert self._dialogue is not None
        completion = self._dialogue.ask(messages, purpose=purpose, on_progress=on_progress)
        self._heard.append(completion)
        return completion

    def _ask_for_contract(self, task: Task) -> tuple[Message, ...]:
        return (
            Message(role="system", content=self._prompts.contract_system()),
            Message(role="user", content=self._prompts.contract(task)),
        )

    def _agree(self, task: Task, *, lesson: Lesson, on_progress: OnProgress) -> tuple[Contract, Completion | None]:
        """Agree on what is to be done; gives the script, too, where the model wrote it at once and it may stay."""
        completion = self._ask(
            self._ask_for_contract(task), purpose="contract", on_progress=_prefixed(on_progress, "what is meant")
        )
        stated, answer = read_contract(completion.text), read_answer(completion.text)
        first = completion if answer.is_script and not stated.rules else None
        if first is not None:
            stated = contract_of(answer.body)
        stated = stated.with_cases(lesson.cases)
        logged = _logged_contract(self._replay) if self._replay else None
        agreed = logged or self._consent.agree(stated)
        if self._session is not None:
            self._session.decide("contract", {"text": write_contract(agreed), "fixed": sorted(agreed.fixed)})
        is_kept = write_contract(agreed) == write_contract(stated)
        return agreed, first if is_kept else None

    def _write(
        self,
        writing: Writing,
        opening: tuple[Message, ...],
        *,
        purpose: Purpose,
        first: Completion | None,
        on_progress: OnProgress,
    ) -> Draft:
        loop = Loop(
            ask=lambda messages, is_repair, say: self._ask(
                messages, purpose="repair" if is_repair else purpose, on_progress=say
            ),
            examine=writing.examine,
            prompts=self._prompts,
            attempts=self._config.model.attempts,
            on_progress=on_progress,
        )
        repaired = loop.run(opening, first=first)
        if repaired.best is None:
            raise self._explain_prose(repaired.rounds[-1].completion.text)
        tokens = sum(each.prompt_tokens + each.completion_tokens for each in self._heard)
        return writing.draft(repaired, best=repaired.best, tokens=tokens, on_progress=on_progress)

    def _explain_prose(self, text: str) -> ModelError:
        if self._endpoint is None:
            return ModelError("The session holds no script.", hint="`autotransform log` lists what there is.")
        return failures.of_prose(self._endpoint, text=text)

    def _bench(self, selection: Selection, *, excerpts: Excerpts, lesson: Lesson, contract: Contract) -> Bench:
        stated = "\n".join([*contract.rules, *contract.leaves, contract.summary])
        certain, _ = find_names(stated)
        words = {*excerpts.names, *find_names(lesson.query)[1], *(part for name in certain for part in name.split("."))}
        return Bench(
            selection=selection,
            limits=self._limits,
            named_in=excerpts.named_in,
            words=frozenset(word for word in words if len(word) > 1),
            require=lesson.require,
            approve=self._consent.approve,
        )


def _task(lesson: Lesson, *, excerpts: Excerpts, name: str | None) -> Task:
    cases = "\n".join(lesson.written_cases)
    return Task(request=lesson.request, name=name, excerpts=excerpts.text, cases=cases)


def _logged_contract(session: LoggedSession) -> Contract | None:
    for kind, data in session.decisions:
        if kind == "contract" and isinstance(data, dict) and isinstance(data.get("text"), str):
            fixed = data.get("fixed")
            names = (
                frozenset(name for name in fixed if isinstance(name, str)) if isinstance(fixed, list) else frozenset()
            )
            return replace(read_contract(data["text"]), fixed=names)
    return None


def _prefixed(on_progress: OnProgress, prefix: str) -> OnProgress:
    return lambda line: on_progress(f"{prefix}: {line}")
