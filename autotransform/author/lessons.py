"""What a request teaches: its words, its cases, and the change made by hand that a script has to make again."""

from __future__ import annotations

import difflib
import keyword
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.cutting import write_case
from autotransform.author.excerpts.values import visible
from autotransform.author.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.by_example import Change
    from autotransform.author.prompts import Prompts
    from autotransform.author.trial import Trial
    from autotransform.author.values import Request
    from autotransform.script import Case


#: How many files are named.
_NAMED = 10

#: How much of a change is shown to a model, and for how many names of it the repository is searched.
_LONGEST_DIFF = 12_000
_MOST_NAMES = 12
_NAME = re.compile(r"[A-Za-z_]\w{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A request as its author takes it."""

    #: What the model is asked for.
    request: str
    #: In what the names are looked for that the repository is searched for.
    query: str
    #: Cases that hold, whatever the model makes of the words.
    cases: tuple[Case, ...] = ()
    #: Files on which something must happen.
    paths: tuple[str, ...] = ()
    #: What the script must do on the files of the repository.
    require: Callable[[Trial], tuple[Finding, ...]] = lambda _trial: ()
    #: What a person should know of what it does there.
    tell: Callable[[Trial], tuple[str, ...]] = lambda _trial: ()

    @property
    def written_cases(self) -> tuple[str, ...]:
        """The cases as they stand in a script."""
        return tuple(f"{write_case(case)}," for case in self.cases)


def lesson_of(request: Request, *, prompts: Prompts) -> Lesson:
    """Take a request in; a change made by hand becomes words, cases, and what is required on its files."""
    change = request.example
    if change is None:
        asked = f"{request.text}\n\n{request.details}" if request.details else request.text
        return Lesson(request=asked, query=request.text, cases=request.cases)
    from autotransform.author import by_example  # noqa: PLC0415 - LibCST and git are not needed for words

    def require(trial: Trial) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                kind="case",
                message=f"it does not become what the person made of it. {departure.why}".strip(),
                where=departure.path,
                evidence="\n".join(("From what the script makes (-) to what it must make (+):", *departure.diff)),
            )
            for departure in by_example.verify(change, trial.outcomes).departures
        )

    def tell(trial: Trial) -> tuple[str, ...]:
        more = [outcome.path for outcome in by_example.verify(change, trial.outcomes).further]
        if not more:
            return ("It makes the change again, and changes nothing else in this repository.",)
        rest = f", and {len(more) - _NAMED} more" if len(more) > _NAMED else ""
        return (f"It makes the change again. It would change more than that: {', '.join(more[:_NAMED])}{rest}.",)

    return Lesson(
        request=prompts.learn(request.text, change=_as_diff(change)),
        query=f"{request.text} {' '.join(f'`{name}`' for name in _names_of(change))}",
        cases=(*request.cases, *by_example.to_cases(change)),
        paths=tuple(file.path for file in change.files),
        require=require,
        tell=tell,
    )


def _as_diff(change: Change) -> str:
    """Write a change as a unified diff, no longer than a prompt can hold."""
    lines: list[str] = []
    for file in change.files:
        before, after = (text.decode("utf-8", "replace").splitlines() for text in (file.before, file.after))
        lines += difflib.unified_diff(before, after, file.path, file.path, n=3, lineterm="")
    text = "\n".join(visible(line) for line in lines)
    return text if len(text) <= _LONGEST_DIFF else f"{text[:_LONGEST_DIFF]}\n[cut]"


def _names_of(change: Change) -> list[str]:
    """Find the names that a change is about: those that more lines lost or gained than kept."""
    moved, kept = Counter[str](), Counter[str]()
    for line in _as_diff(change).split("\n"):
        if not line.startswith(("+++", "---", "@@")):
            (moved if line.startswith(("+", "-")) else kept).update(set(_NAME.findall(line)))
    names = [name for name in moved if moved[name] > kept[name] and not keyword.iskeyword(name)]
    return sorted(names, key=lambda name: (-moved[name], name))[:_MOST_NAMES]
