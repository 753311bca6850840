"""One script over one selection, and over its own cases."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.cases import CaseResult, job_of, judge
from autotransform.engine.values import Changed, Failed, FileContext, Job, Run, Skipped
from autotransform.run.contexts import file_contexts
from autotransform.run.gate import is_candidate, is_generated, is_transform
from autotransform.run.pool import OTHER_SEED, map_jobs
from autotransform.run.reexports import find_reexports
from autotransform.run.unread import UnreadWords
from autotransform.run.values import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from autotransform.engine.values import Outcome
    from autotransform.run.selection import Selection
    from autotransform.run.values import Limits
    from autotransform.script import Script


def run(
    script: Script,
    selection: Selection,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    strict: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Run a script on the files of a selection.

    Writes nothing. Files without any of the script's mentions are not parsed, and scripts of ours count among them. A
    file that cannot be read, or whose leading comment says ``@generated``, is skipped.

    Args:
        script: The transform.
        selection: What to read.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.
        strict: Let a changed file fail that does not keep every guarantee, or comes out another way the second time.
        on_progress: Called after each file, in the caller's thread.

    Raises:
        AutoTransformError: Workers cannot be started.
        RepositoryError: Git cannot read what it holds.
    """
    survey = _Survey(script, selection, on_progress=on_progress)
    contexts = find_contexts(script.targets, selection)
    with closing(map_jobs(script, survey.jobs(contexts), arguments=arguments, limits=limits)) as outcomes:
        for outcome in outcomes:
            survey.note(require_guarantees(outcome) if strict else outcome)
    if strict:
        survey.outcomes = _require_repetition(
            survey.outcomes, script, selection, contexts=contexts, arguments=arguments, limits=limits
        )
    survey.unread.add_left(survey.outcomes, selection)
    return Run(
        script=script,
        base=selection.base,
        selected=len(selection.files),
        gated=survey.gated,
        strict=strict,
        outcomes=tuple(sorted(survey.outcomes, key=lambda outcome: os.fsencode(outcome.path))),
        unread=survey.unread.files,
    )


def run_cases(script: Script, *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits) -> tuple[CaseResult, ...]:
    """Run a script on its own cases, in a worker, in the order in which they stand.

    Raises:
        AutoTransformError: Workers cannot be started.
    """
    jobs = [job_of(case) for case in script.cases]
    with closing(map_jobs(script, jobs, arguments=arguments, limits=limits)) as outcomes:
        return tuple(judge(case, outcome) for case, outcome in zip(script.cases, outcomes, strict=True))


def find_contexts(targets: tuple[str, ...], selection: Selection) -> Mapping[str, FileContext]:
    """Find module, package and re-exports for every Python file of a selection's tree."""
    paths = [*(source.path for source in selection.sources), *selection.project_files]
    contexts = file_contexts(paths, source_roots=selection.inputs.source_roots)
    if not targets:
        return contexts

    def files() -> Iterable[tuple[FileContext, bytes]]:
        return ((contexts[source.path], content) for source, content in selection.read_sources())

    modules = {context.module for context in contexts.values()} - {""}
    reexports = find_reexports(targets, files, modules=modules)
    return {path: replace(context, reexports=reexports) for path, context in contexts.items()}


def require_guarantees(outcome: Outcome) -> Outcome:
    """Let a changed file fail that does not keep every guarantee."""
    if not (isinstance(outcome, Changed) and outcome.breaches):
        return outcome
    detail = "\n".join(f"line {breach.line}: {breach.message}" for breach in outcome.breaches)
    return Failed(path=outcome.path, reason="strict", detail=detail)


def _require_repetition(
    firsts: list[Outcome],
    script: Script,
    selection: Selection,
    *,
    contexts: Mapping[str, FileContext],
    arguments: tuple[tuple[str, str], ...],
    limits: Limits,
) -> list[Outcome]:
    """Transform each changed file once more, with other hashes, and let it fail where something else comes out."""
    changed = {outcome.path for outcome in firsts if isinstance(outcome, Changed)}
    again = replace(selection, files=tuple(file for file in selection.files if file.path in changed))
    jobs = (Job(context=contexts[file.path], content=content) for file, content in again.read_all())
    with closing(map_jobs(script, jobs, arguments=arguments, limits=limits, seed=OTHER_SEED)) as outcomes:
        seconds = {outcome.path: outcome for outcome in outcomes}
    detail = "in another process, with another hash seed, something else comes out"
    return [
        Failed(path=first.path, reason="strict", detail=detail)
        if isinstance(first, Changed) and seconds.get(first.path) != first
        else first
        for first in firsts
    ]


class _Survey:
    """Counts what happens to the files of one run."""

    def __init__(self, script: Script, selection: Selection, *, on_progress: Callable[[Progress], None] | None) -> None:
        self._script = script
        self._selection = selection
        self._on_progress = on_progress
        self._candidates = 0
        self.gated = 0
        self.unread = UnreadWords(script.targets)
        self.outcomes: list[Outcome] = []

    def jobs(self, contexts: Mapping[str, FileContext]) -> Iterator[Job]:
        """Read the files, and give those that may change."""
        for file, content in self._selection.attempt_all():
            if isinstance(content, OSError):
                self._candidates += 1
                self.note(Skipped(path=file.path, reason=f"cannot be read: {content.strerror or content}"))
            elif why := self._why_gated(content):
                self.gated += 1
                self.unread.add(file.path, content, why=why)
                self._report()
            elif is_generated(content):
                self._candidates += 1
                self.note(Skipped(path=file.path, reason="its leading comment says @generated"))
            else:
                self._candidates += 1
                yield Job(context=contexts[file.path], content=content)

    def _why_gated(self, content: bytes) -> str:
        """Say why a file need not be parsed; empty when it must be."""
        if not is_candidate(self._script.mentions, content):
            return "the file holds none of MENTIONS"
        return "the file is a transform itself" if is_transform(content) else ""

    def note(self, outcome: Outcome) -> None:
        """Take in what became of one file."""
        self.outcomes.append(outcome)
        self._report()

    def _report(self) -> None:
        if self._on_progress is not None:
            progress = Progress(
                selected=len(self._selection.files),
                gated=self.gated,
                candidates=self._candidates,
                done=len(self.outcomes),
            )
            self._on_progress(progress)
