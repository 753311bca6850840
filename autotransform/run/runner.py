"""One script over one selection, and over its own cases."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.cases import CaseResult, job_of, judge
from autotransform.engine.values import Changed, Failed, Job, Run, Skipped
from autotransform.run.contexts import Contexts
from autotransform.run.pool import OTHER_SEED, get_ready, map_jobs
from autotransform.run.reexports import find_reexports
from autotransform.run.sifting import sift
from autotransform.run.unread import UnreadWords
from autotransform.run.values import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from autotransform.engine.values import FileContext, Outcome
    from autotransform.run.cache import Cache
    from autotransform.run.selection import Selection
    from autotransform.run.sifting import Candidate, Sifted
    from autotransform.run.values import Limits
    from autotransform.script import Script


def run(
    script: Script,
    selection: Selection,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    strict: bool = False,
    is_gated: bool = True,
    cache: Cache | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> Run:
    """Run a script on the files of a selection.

    Writes nothing but the cache. Files without any of the script's mentions are not parsed, and scripts of ours count
    among them. A file that cannot be read, or whose leading comment says ``@generated``, is skipped.

    Args:
        script: The transform.
        selection: What to read.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.
        strict: Let a changed file fail that does not keep every guarantee, or comes out another way the second time.
        is_gated: Whether the mentions keep files from being parsed; what comes out is the same if they are right.
        cache: What came of files in earlier runs; it is closed in the end.
        on_progress: Called after each file, in the caller's thread; what it raises ends the run.
        on_outcome: Told what became of each file that passed the gate as soon as that is known, in no order.

    Raises:
        AutoTransformError: Workers cannot be started.
        RepositoryError: Git cannot read what it holds.
        Aborted: Somebody asked for the end (`Limits.stop`).
    """
    contexts = _contexts_of(selection)
    survey = _Survey(selection, on_progress=on_progress, on_outcome=on_outcome)
    with closing(_Work(script, arguments=arguments, limits=limits, cache=cache)) as work:
        found = _sift(script, selection, contexts=contexts, is_gated=is_gated, survey=survey, work=work)
        contexts = contexts.with_reexports(found.reexports)
        for outcome in work.outcomes(_read(selection, found.candidates, contexts=contexts)):
            survey.note(require_guarantees(outcome) if strict else outcome)
    if strict:
        survey.outcomes = _require_repetition(
            survey.outcomes, script, selection, contexts=contexts, arguments=arguments, limits=limits
        )
    return survey.conclude(script, selection, strict=strict, found=found)


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
    contexts = _contexts_of(selection)
    if not targets:
        return contexts

    def files() -> Iterable[tuple[FileContext, bytes]]:
        read = selection.attempt_in_any_order(selection.sources)
        return ((contexts[source.path], content) for source, content in read if isinstance(content, bytes))

    return contexts.with_reexports(find_reexports(targets, files, modules=contexts.modules()))


def _sift(
    script: Script, selection: Selection, *, contexts: Contexts, is_gated: bool, survey: _Survey, work: _Work
) -> Sifted:
    """Find the files that have to be parsed; the workers get ready as soon as there is one."""

    def note(found: Candidate | Skipped | None) -> None:
        survey.note_file(found)
        if found is not None and not isinstance(found, Skipped):
            work.expect(found, selection=selection, contexts=contexts)

    mentions = script.gate if is_gated else None
    return sift(selection, mentions=mentions, targets=script.targets, contexts=contexts, on_file=note)


def _contexts_of(selection: Selection) -> Contexts:
    paths = [*(source.path for source in selection.sources), *selection.project_files]
    return Contexts(paths, source_roots=selection.inputs.source_roots)


def _read(
    selection: Selection, candidates: Iterable[Candidate], *, contexts: Mapping[str, FileContext]
) -> Iterator[Job | Skipped]:
    """Read again what has to be parsed, one file at a time."""
    for file, content in selection.attempt(candidate.file for candidate in candidates):
        if isinstance(content, OSError):
            yield Skipped(path=file.path, reason=f"cannot be read: {content.strerror or content}")
        else:
            yield Job(context=contexts[file.path], content=content)


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
    those = replace(selection, files=tuple(file for file in selection.files if file.path in changed))
    jobs = (Job(context=contexts[file.path], content=content) for file, content in those.read_all())
    # Each in a process of its own, so that what one file left behind for another shows as well.
    again = map_jobs(script, jobs, arguments=arguments, limits=limits, seed=OTHER_SEED, is_alone=True)
    with closing(again) as outcomes:
        seconds = {outcome.path: outcome for outcome in outcomes}
    detail = "in another process, with another hash seed, something else comes out"
    return [
        Failed(path=first.path, reason="strict", detail=detail)
        if isinstance(first, Changed) and seconds.get(first.path) != first
        else first
        for first in firsts
    ]


class _Work:
    """Transforms files, but for those of which it is known what comes of them."""

    def __init__(
        self, script: Script, *, arguments: tuple[tuple[str, str], ...], limits: Limits, cache: Cache | None
    ) -> None:
        self._script = script
        self._arguments = arguments
        self._limits = replace(limits, is_trusted=self._is_trusted)
        self._is_trusted_anyway = limits.is_trusted
        self._cache = cache
        self._known: list[Outcome] = []
        self._keys: dict[str, bytes] = {}
        self._is_expected = False
        self._is_kept = True

    def expect(self, candidate: Candidate, *, selection: Selection, contexts: Mapping[str, FileContext]) -> None:
        """At the first candidate, have everything made ready while the others are looked for.

        Not where it is known what comes of that one: then it may be known of all. Nor where that cannot be told yet,
        because the context of a file lacks the other names of the targets.
        """
        if self._is_expected:
            return
        self._is_expected = True
        if self._cache is not None:
            (job,) = _read(selection, (candidate,), contexts=contexts)
            if self._script.targets or isinstance(job, Skipped) or self._find(job) is not None:
                return
        get_ready(self._limits)

    def _is_trusted(self, script: Script) -> bool:
        """Answer for a person where nothing fences a script in; what it says then is not kept: it is believed once."""
        self._is_kept = False
        return self._is_trusted_anyway(script)

    def outcomes(self, read: Iterable[Job | Skipped]) -> Iterator[Outcome]:
        """Give what comes of each file, in no order."""
        jobs = self._unknown(read)
        with closing(map_jobs(self._script, jobs, arguments=self._arguments, limits=self._limits)) as outcomes:
            for outcome in outcomes:
                if self._cache is not None and self._is_kept:
                    self._cache.keep(self._keys.pop(outcome.path), outcome)
                yield outcome
                yield from self._take_known()
        yield from self._take_known()

    def close(self) -> None:
        """Write down what was found out."""
        if self._cache is not None:
            self._cache.close()

    def _unknown(self, read: Iterable[Job | Skipped]) -> Iterator[Job]:
        """Give the files that have to be transformed, and put aside what came of the others."""
        for job in read:
            known = job if isinstance(job, Skipped) else self._find(job)
            if known is not None:
                self._known.append(known)
            elif isinstance(job, Job):
                yield job

    def _find(self, job: Job) -> Outcome | None:
        if self._cache is None:
            return None
        key = self._keys[job.context.path] = self._cache.key(self._script, job, arguments=self._arguments)
        return self._cache.find(key, job)

    def _take_known(self) -> Iterator[Outcome]:
        known, self._known = self._known, []
        return iter(known)


class _Survey:
    """Counts what happens to the files of one run."""

    def __init__(
        self,
        selection: Selection,
        *,
        on_progress: Callable[[Progress], None] | None,
        on_outcome: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._selected = len(selection.files)
        self._on_progress = on_progress
        self._on_outcome = on_outcome
        self._candidates = 0
        self.gated = 0
        self.outcomes: list[Outcome] = []

    def note_file(self, found: Candidate | Skipped | None) -> None:
        """Take in what the gate found."""
        if found is None:
            self.gated += 1
            self._report()
            return
        self._candidates += 1
        if isinstance(found, Skipped):
            self.note(found)

    def note(self, outcome: Outcome) -> None:
        """Take in what became of one file."""
        self.outcomes.append(outcome)
        if self._on_outcome is not None:
            self._on_outcome(outcome)
        self._report()

    def conclude(self, script: Script, selection: Selection, *, strict: bool, found: Sifted) -> Run:
        """Put everything together."""
        unread = UnreadWords(script.targets, files=found.unread)
        unread.add_left(self.outcomes, selection)
        return Run(
            script=script,
            base=selection.base,
            selected=len(selection.files),
            gated=self.gated,
            strict=strict,
            outcomes=tuple(sorted(self.outcomes, key=lambda outcome: os.fsencode(outcome.path))),
            unread=unread.files,
        )

    def _report(self) -> None:
        if self._on_progress is not None:
            progress = Progress(
                selected=self._selected, gated=self.gated, candidates=self._candidates, done=len(self.outcomes)
            )
            self._on_progress(progress)
