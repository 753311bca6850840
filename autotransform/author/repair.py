"""The loop: ask, try what came, tell the model what is wrong with it, ask again; keep the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.answer import Answer, read_answer
from autotransform.author.messages import Message
from autotransform.author.prompts import write_repair
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.findings import Examination
    from autotransform.author.messages import Completion
    from autotransform.author.values import OnProgress

#: How much of an answer without code is shown to the model again.
_LONGEST_PROSE = 4_000


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


def repair(
    ask: Callable[[tuple[Message, ...], OnProgress], Completion],
    examine: Callable[[Answer, OnProgress], Examination],
    *,
    opening: tuple[Message, ...],
    attempts: int,
    on_progress: OnProgress,
) -> Repaired:
    """Ask for a script until nothing is found wrong with it, or the attempts are used up.

    Args:
        ask: Sends a conversation to the model.
        examine: Tries the script of an answer that holds code.
        opening: The conversation up to the first answer.
        attempts: How often the model may answer.
        on_progress: Told what is done now, and in which attempt.

    Raises:
        ModelError: The model cannot be asked, and nothing has come before.
    """
    rounds: list[Round] = []
    messages = opening
    notes: tuple[str, ...] = ()
    attempts = max(1, attempts)
    for number in range(1, attempts + 1):
        tell = _prefixed(on_progress, f"attempt {number} of {attempts}" if attempts > 1 else "")
        try:
            completion = ask(messages, tell)
        except ModelError as error:
            if _best(rounds) is None:
                raise
            notes = (f"The model could not be asked to mend it: {error.message}",)
            break
        rounds.append(_judge(completion, examine=examine, on_progress=tell))
        if _is_clean(rounds[-1]):
            break
        if _is_stuck(rounds):
            notes = ("The model answered the same once more, so it was not asked again.",)
            break
        messages = (*opening, *_reply(rounds[-1]))
    return Repaired(rounds=tuple(rounds), best=_best(rounds), notes=notes)


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


def _is_stuck(rounds: list[Round]) -> bool:
    """Whether the last script came before, or the model says twice in a row that nothing is to be done."""
    *earlier, latest = rounds
    if any(latest.answer.body and latest.answer.body == each.answer.body for each in earlier):
        return True
    return _is_idle(latest) and bool(earlier) and _is_idle(earlier[-1])


def _is_idle(each: Round) -> bool:
    findings = each.examination.findings if each.examination else ()
    return bool(findings) and all(finding.kind == "no-effect" for finding in findings)


def _reply(latest: Round) -> tuple[Message, Message]:
    """Repeat what the model wrote, without what it said around it, and tell it what is wrong."""
    findings = latest.examination.findings if latest.examination else ()
    said = f"```python\n{latest.answer.body}```" if latest.answer.body else latest.completion.text[:_LONGEST_PROSE]
    return (
        Message(role="assistant", content=said),
        Message(role="user", content=write_repair(findings)),
    )


def _prefixed(on_progress: OnProgress, prefix: str) -> OnProgress:
    return (lambda line: on_progress(f"{prefix}: {line}")) if prefix else on_progress
