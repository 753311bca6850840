"""What a request teaches: its words, its cases, and the change made by hand that a script has to make again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.cutting import write_case
from autotransform.author.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.prompts import Prompts
    from autotransform.author.trial import Trial
    from autotransform.author.values import Request
    from autotransform.script import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A request as its author takes it."""

    #: What the model is asked for.
    request: str
    #: In what the names are looked for that the repository is searched for.
    query: str
    #: Cases that hold, whatever the model makes of the words.
    cases: tuple[Case, ...] = ()
    #: What the script must do on the files of the repository.
    require: Callable[[Trial], tuple[Finding, ...]] = lambda _trial: ()

    @property
    def written_cases(self) -> tuple[str, ...]:
        """The cases as they stand in a script."""
        return tuple(f"{write_case(case)}," for case in self.cases)


def lesson_of(request: Request, *, prompts: Prompts) -> Lesson:
    """Take a request in; a change made by hand becomes words, cases, and what is required on its files."""
    change = request.example
    if change is None:
        return Lesson(request=request.text, query=request.text, cases=request.cases)
    from autotransform.author import by_example  # noqa: PLC0415 - LibCST and git are not needed for words

    def require(trial: Trial) -> tuple[Finding, ...]:
        made = {outcome.path: outcome.after for outcome in trial.changed}
        return tuple(
            Finding(
                kind="case",
                message=f"{difference.path} does not become what the person made of it",
                evidence=difference.diff,
            )
            for difference in by_example.differences(change, made)
        )

    return Lesson(
        request=prompts.learn(request.text, change=by_example.as_diff(change)),
        query=f"{request.text} {' '.join(f'`{name}`' for name in by_example.names_of(change))}",
        cases=(*request.cases, *by_example.to_cases(change)),
        require=require,
    )
