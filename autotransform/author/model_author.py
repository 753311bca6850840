"""The author that asks a language model: first what the request means, then for the script."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from autotransform.author.answer import read_answer
from autotransform.author.contract import GIVEN, Contract, contract_of, read_contract
from autotransform.author.correspondence import Correspondence
from autotransform.author.examination import Bench
from autotransform.author.examples import choose_examples
from autotransform.author.excerpts import find_excerpts, find_names
from autotransform.author.ledger import Ledger
from autotransform.author.lessons import Lesson, lesson_of
from autotransform.author.messages import Message
from autotransform.author.prompts import Prompts, Task
from autotransform.author.repair import Loop
from autotransform.author.values import LONGEST_REQUEST
from autotransform.author.writing import Writing
from autotransform.run import Limits
from autotransform.script.compose import body_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from autotransform.author.dialogue import Purpose
    from autotransform.author.excerpts import Excerpts
    from autotransform.author.keeping import Kept
    from autotransform.author.logged import LoggedSession
    from autotransform.author.messages import Completion
    from autotransform.author.values import Draft, OnProgress, Request
    from autotransform.config import Config
    from autotransform.errors import UntrustedError
    from autotransform.run import Selection
    from autotransform.script import Case, Script


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
        self._limits = limits or Limits(jobs=config.jobs, timeout=config.timeout, memory=config.memory)
        self._consent = consent or Consent()
        self._prompts = prompts or Prompts()
        #: What is said to the model.
        self.correspondence = Correspondence(
            config.model,
            environment=os.environ if environment is None else environment,
            ledger=ledger or Ledger(folder=None),
            replay=replay,
            is_fresh=is_fresh,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.correspondence.close(error)

    def draft(self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request.

        A script that could not be mended is given all the same, with what is wrong with it in `Draft.problems`.

        Raises:
            ModelError: The model cannot be reached, or it wrote no script.
            Aborted: The person does not agree to what the model understood.
        """
        tell = on_progress or (lambda _line: None)
        lesson = lesson_of(request, prompts=self._prompts)
        model, generated = self._start("new", request, selection)
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
        prompt = self._prompts.script(
            replace(task, cases=writing.cases, name=request.name or contract.name or None),
            contract=contract.agreement,
            examples=choose_examples(request.text),
        )
        return self._write(writing, self._ask_for_script(prompt), purpose="script", first=first, on_progress=tell)

    def edit(
        self,
        script: Script,
        request: Request,
        selection: Selection,
        *,
        settle: Callable[[str], Kept],
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
        model, generated = self._start("edit", request, selection)
        tell("reading the repository")
        excerpts = find_excerpts(f"{lesson.query}\n{script.request}", selection)
        contract = Contract(name=script.name).with_cases(_given(script, lesson.cases))
        bench = self._bench(selection, excerpts=excerpts, lesson=lesson, contract=contract)
        asked = replace(request, text=_joined(script.request, request.text))
        writing = Writing(
            request=asked,
            contract=contract,
            model=model,
            generated=generated,
            bench=replace(bench, words=bench.words | _words_of(script)),
            settle=settle,
            idempotent=script.provenance.idempotent if script.provenance else True,
        )
        task = replace(_task(lesson, excerpts=excerpts, name=script.name), request=script.request)
        prompt = self._prompts.edit(
            replace(task, cases=writing.cases), script=body_of(script.source), wish=lesson.request
        )
        return self._write(writing, self._ask_for_script(prompt), purpose="edit", first=None, on_progress=tell)

    def opening(self, request: Request, selection: Selection) -> tuple[Message, ...]:
        """Give exactly what would be sent first, and send nothing."""
        lesson = lesson_of(request, prompts=self._prompts)
        excerpts = find_excerpts(lesson.query, selection)
        return self._ask_for_contract(_task(lesson, excerpts=excerpts, name=request.name))

    def _start(self, command: str, request: Request, selection: Selection) -> tuple[str, str]:
        version = self._prompts.version
        return self.correspondence.start(command, request, base=selection.base, prompts=version)

    def _ask_for_script(self, prompt: str) -> tuple[Message, ...]:
        return (
            Message(role="system", content=self._prompts.script_system()),
            Message(role="user", content=prompt),
        )

    def _ask_for_contract(self, task: Task) -> tuple[Message, ...]:
        return (
            Message(role="system", content=self._prompts.contract_system()),
            Message(role="user", content=self._prompts.contract(task)),
        )

    def _agree(self, task: Task, *, lesson: Lesson, on_progress: OnProgress) -> tuple[Contract, Completion | None]:
        """Agree on what is to be done; gives the script, too, where the model wrote it at once and it may stay."""
        completion = self.correspondence.ask(
            self._ask_for_contract(task), purpose="contract", on_progress=_prefixed(on_progress, "what is meant")
        )
        stated, answer = read_contract(completion.text), read_answer(completion.text)
        first = completion if answer.is_script and not stated.rules else None
        if first is not None:
            stated = contract_of(answer.body)
        stated = stated.with_cases(lesson.cases)
        logged = self.correspondence.logged_contract()
        agreed, is_kept = logged or (self._consent.agree(stated), None)
        if is_kept is None:
            is_kept = agreed == stated
        self.correspondence.note_contract(agreed, is_kept=is_kept)
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
            ask=lambda messages, is_repair, say: self.correspondence.ask(
                messages, purpose="repair" if is_repair else purpose, on_progress=say
            ),
            examine=writing.examine,
            prompts=self._prompts,
            attempts=self._config.model.attempts,
            on_progress=on_progress,
        )
        repaired = loop.run(opening, first=first)
        if repaired.best is None:
            self.correspondence.forget(opening)
            raise self.correspondence.explain_prose(repaired.rounds[-1].completion.text)
        return writing.draft(repaired, best=repaired.best, tokens=self.correspondence.tokens, on_progress=on_progress)

    def _bench(self, selection: Selection, *, excerpts: Excerpts, lesson: Lesson, contract: Contract) -> Bench:
        stated = "\n".join([*contract.rules, *contract.leaves, contract.summary])
        certain, _ = find_names(stated)
        words = {*excerpts.names, *find_names(lesson.query)[1], *(part for name in certain for part in name.split("."))}
        return Bench(
            selection=selection,
            limits=self._limits,
            named_in=tuple(dict.fromkeys((*lesson.paths, *excerpts.named_in))),
            words=frozenset(word for word in words if len(word) > 1),
            require=lesson.require,
            tell=lesson.tell,
            approve=self._consent.approve,
        )


def _task(lesson: Lesson, *, excerpts: Excerpts, name: str | None) -> Task:
    cases = "\n".join(lesson.written_cases)
    return Task(request=lesson.request, name=name, excerpts=excerpts.text, cases=cases)


def _given(script: Script, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Give the cases that a person gave, now or earlier: those of the script that say so, and new ones numbered on."""
    earlier = [replace(case, line=0) for case in script.cases if case.name.startswith(GIVEN)]
    texts = {(case.before, case.after) for case in earlier}
    new = [case for case in cases if (case.before, case.after) not in texts]
    return (*earlier, *(replace(case, name=f"{GIVEN}{len(earlier) + number}") for number, case in enumerate(new, 1)))


def _joined(earlier: str, wish: str) -> str:
    """Put what was asked for first and now into one text that a header can hold."""
    room = LONGEST_REQUEST - len(wish)
    shown = earlier if len(earlier) <= room else f"{earlier[: max(0, room - 2)]} …"
    return f"{shown}\nThen: {wish}" if shown else wish


def _words_of(script: Script) -> frozenset[str]:
    named = {part for target in script.targets for part in target.split(".")}
    return frozenset(named) | {word for group in script.mentions or () for word in group.split()}


def _prefixed(on_progress: OnProgress, prefix: str) -> OnProgress:
    return lambda line: on_progress(f"{prefix}: {line}")
