"""The loop: ask, try what came, tell the model what is wrong with it, ask again; keep the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.answer import Answer, read_answer
from autotransform.author.messages import Message
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.examination import Examination
    from autotransform.author.messages import Completion
    from autotransform.author.prompts import Prompts
    from autotransform.author.values import OnProgress

#: How much of an answer without code is shown to the model again.
_LONGEST_PROSE = 4_000

#: After so many answers that are no better than the best before them the model is not asked again.
_PATIENCE = 2

#: Findings that may be what was wanted: a model that is told of them and stays with its script is believed.
_DEBATABLE = frozenset({"no-effect", "too-much"})
_BELIEVED = "The model was told of this and stays with its script: see whether it is right."


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One answer, and what came of it."""

    completion: Completion
    answer: Answer
    #: ``None``: there was no code in it.
    examination: Examination | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """All rounds, and the best of them."""

    rounds: tuple[Round, ...]
    #: ``None``: no round brought any code.
    best: Round | None
    #: Why the loop ended before it had to, where a person should know.
    notes: tuple[str, ...] = ()
    #: Whether the model was told what is odd about the best script, and stayed with it.
    is_believed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How a script is asked for, tried and mended.

    Args:
        ask: Sends a conversation to the model: the first time for a script, then for a repair.
        examine: Tries the script of an answer that holds code.
        prompts: In which the model is told what is wrong.
        attempts: How often the model may answer.
        on_progress: Told what is done now, and in which attempt.
    """

    ask: Callable[[tuple[Message, ...], bool, OnProgress], Completion]
    examine: Callable[[Answer, OnProgress], Examination]
    prompts: Prompts
    attempts: int
    on_progress: OnProgress

    def run(self, opening: tuple[Message, ...], *, first: Completion | None = None) -> Repaired:
        """Ask for a script until nothing is found wrong with it, nothing gets better, or the attempts are used up.

        Args:
            opening: The conversation up to the first answer.
            first: The first answer, where it is there already.

        Raises:
            ModelError: The model cannot be asked, and nothing has come before.
        """
        rounds: list[Round] = []
        messages = opening
        attempts = max(1, self.attempts)
        for number in range(1, attempts + 1):
            tell = _prefixed(self.on_progress, f"attempt {number} of {attempts}" if attempts > 1 else "")
            try:
                completion = first if first and not rounds else self.ask(messages, bool(rounds), tell)
            except ModelError as error:
                if _best(rounds) is None:
                    raise
                notes = (f"The model could not be asked to mend it: {error.message}",)
                return Repaired(rounds=tuple(rounds), best=_best(rounds), notes=notes)
            rounds.append(_judge(completion, examine=self.examine, on_progress=tell))
            stop = _why_to_stop(rounds)
            if _is_clean(rounds[-1]) or stop:
                best = _best(rounds)
                believed = stop == _BELIEVED and best is not None and _is_debatable(best)
                why = (stop,) if stop else ()
                return Repaired(rounds=tuple(rounds), best=best, notes=why, is_believed=believed)
            messages = (*opening, *self._reply(rounds[-1]))
        return Repaired(rounds=tuple(rounds), best=_best(rounds))

    def _reply(self, latest: Round) -> tuple[Message, Message]:
        """Repeat what the model wrote, without what it said around it, and tell it what is wrong."""
        examination = latest.examination
        findings, source = (examination.findings, examination.source) if examination else ((), "")
        said = f"```python\n{latest.answer.body}```" if latest.answer.body else latest.completion.text[:_LONGEST_PROSE]
        return (
            Message(role="assistant", content=said),
            Message(role="user", content=self.prompts.repair(findings, source=source)),
        )


def _judge(
    completion: Completion, *, examine: Callable[[Answer, OnProgress], Examination], on_progress: OnProgress
) -> Round:
    answer = read_answer(completion.text)
    on_progress("checking the script")
    examination = examine(answer, on_progress) if answer.body else None
    return Round(completion=completion, answer=answer, examination=examination)


def _is_clean(each: Round) -> bool:
    return each.examination is not None and not each.examination.findings


def _best(rounds: list[Round]) -> Round | None:
    """Give the round with the best script; of equals the last."""
    with_code = [(each.examination.merit, number, each) for number, each in enumerate(rounds) if each.examination]
    return max(with_code, key=lambda item: item[:2])[2] if with_code else None


def _why_to_stop(rounds: list[Round]) -> str:
    """Say why the model is not asked again though something is wrong; empty: it is."""
    *earlier, latest = rounds
    if _is_clean(latest):
        return ""
    if any(latest.answer.body and latest.answer.body == each.answer.body for each in earlier):
        return "The model answered the same once more, so it was not asked again."
    if _is_debatable(latest) and earlier and _is_debatable(earlier[-1]):
        return _BELIEVED
    if len(rounds) > _PATIENCE and not any(
        _merit(each) > max(_merit(other) for other in rounds[:-_PATIENCE]) for each in rounds[-_PATIENCE:]
    ):
        return f"The last {_PATIENCE} answers were no better than what came before, so it was not asked again."
    return ""


def _merit(each: Round) -> tuple[int, int, int]:
    return each.examination.merit if each.examination else (-1, 0, 0)


def _is_debatable(each: Round) -> bool:
    findings = each.examination.findings if each.examination else ()
    return bool(findings) and all(finding.kind in _DEBATABLE for finding in findings)


def _prefixed(on_progress: OnProgress, prefix: str) -> OnProgress:
    return (lambda line: on_progress(f"{prefix}: {line}")) if prefix else on_progress
