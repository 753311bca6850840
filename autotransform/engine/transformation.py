"""Run one script on one file, and let nothing through that breaks an invariant.

The ladder: bytes -> tree (invariant 1) -> the script's transform -> text (3) -> sites -> a second pass (6) -> words.
What the two texts alone tell (2, 4, 5) is the audit's.
"""

from __future__ import annotations

import functools
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from libcst.codemod import CodemodContext, SkipFile

from autotransform.codemod.names import REEXPORTS
from autotransform.codemod.reading import SKIPS
from autotransform.engine.adoption import adopt
from autotransform.engine.depth import TOO_DEEP, deep_recursion
from autotransform.engine.freezing import may_change_nodes
from autotransform.engine.guarantees.breaches import second_pass_breach
from autotransform.engine.guarantees.readable import require_readable
from autotransform.engine.guard import Guard
from autotransform.engine.invariants import (
    InvariantBroken,
    UnreadableInput,
    read,
    read_result,
    require_meaning,
    require_untouched,
)
from autotransform.engine.load import LoadError, file_name, instantiate
from autotransform.engine.printing import fast_writing
from autotransform.engine.recorder import Recorder
from autotransform.engine.respelling import NONE, find_respellings
from autotransform.engine.sites import changed_places, settled, skipped_places
from autotransform.engine.spots import find_spots, words_of
from autotransform.engine.standing import Reader
from autotransform.engine.values import Breach, Changed, Failed, Skipped, Unchanged
from autotransform.engine.words import Accounts, Decisions, account_for
from autotransform.tree.visiting import fast_visits, private_results
from autotransform.tree.wrapper import Wrapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst
    from libcst.codemod import Codemod

    from autotransform.engine.invariants import Source
    from autotransform.engine.respelling import Respellings
    from autotransform.engine.sites import Place
    from autotransform.engine.values import Job, Outcome
    from autotransform.script import Script


def attempt(
    script: Script,
    job: Job,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    builtins: Mapping[str, object] | None = None,
) -> Outcome:
    """Run a script on one file; of a changed file nothing is known yet that its two texts alone tell: see `audit`.

    Never raises for what the script or the file does; executes the script, so call it in a worker.

    Args:
        script: The transform.
        job: The file's content and where it stands.
        arguments: Name and value of each argument of the script's own ``add_args``.
        builtins: What the script has for builtins; ``None``: Python's own.
    """
    runner = _Runner(script, arguments=arguments, builtins=builtins)
    path = job.context.path
    with deep_recursion(), fast_visits(), fast_writing():
        try:
            return _transform(script, job, runner=runner)
        except (UnreadableInput, SkipFile) as skip:
            return Skipped(path=path, reason=str(skip) or "the transform skipped the file")
        except InvariantBroken as broken:
            return Failed(path=path, reason=broken.reason, detail=broken.detail)
        except RecursionError:
            return Skipped(path=path, reason=TOO_DEEP)
        except LoadError as error:
            return Failed(path=path, reason="load", detail=str(error))
        except Exception as error:  # noqa: BLE001 - whatever a script raises costs its file, and no more
            return Failed(path=path, reason="crash", detail=_explain(error, script=script))
        finally:
            runner.forget()


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """One run of the transform over one text."""

    source: Source
    command: Codemod
    recorder: Recorder
    guard: Guard
    #: Of the text, with whatever the transform asked for resolved.
    wrapper: Wrapper
    #: What the script made of the module, before LibCST added and removed imports on its behalf.
    visited: cst.Module
    transformed: cst.Module
    #: Whether a node that is the same is as it was.
    is_frozen: bool

    @property
    def after(self) -> bytes:
        """What is to be written."""
        source = self.source
        return source.content if self.transformed is source.module else source.printer.content(self.transformed)

    @property
    def is_changed(self) -> bool:
        """Whether anything came of it."""
        return self.after != self.source.content

    @property
    def after_text(self) -> str:
        """What is to be written, decoded."""
        return self.source.printer.text(self.transformed)

    @functools.cached_property
    def respellings(self) -> Respellings:
        """What differs in spelling alone; asked for before another script has the trees."""
        if not self.is_frozen:
            return NONE
        return find_respellings(self.source.module, self.transformed, printer=self.source.printer)


def _transform(script: Script, job: Job, *, runner: _Runner) -> Outcome:
    first = runner.run(job, source=read(job.content))
    skipped, warnings = skipped_places(first.recorder, guarded=first.guard.nodes, source=first.source)
    if not first.is_changed:
        words = _account(script, job, first=first, skipped=skipped).words
        sites = settled(skipped, words={})
        return Unchanged(path=job.context.path, sites=sites, warnings=warnings, words=words)
    try:
        before, respellings = first.source.module if first.is_frozen else None, first.respellings
        require_meaning(first.after, tree=first.transformed, before=before, respellings=respellings)
        require_untouched(first.guard.nodes, source=first.source, after=first.after_text)
        return _changed(script, job, runner=runner, first=first, skipped=skipped, warnings=warnings)
    except Exception:
        require_readable(job.content, first.after)  # of what does not compile that is said, before anything else
        raise


def _changed(
    script: Script,
    job: Job,
    *,
    runner: _Runner,
    first: _Pass,
    skipped: list[Place],
    warnings: tuple[str, ...],
) -> Changed:
    """Say what came of a file that changed."""
    changed = changed_places(
        first.recorder,
        command=first.command,
        source=first.source,
        visited=first.visited,
        after=first.transformed,
    )
    second: _Pass | None = None
    breaches: tuple[Breach, ...] = ()
    if script.provenance is None or script.provenance.idempotent:
        second, breaches = _second_pass(replace(job, content=first.after), first=first, runner=runner)
    accounts = _account(script, job, first=first, skipped=skipped, changed=changed, second=second)
    return Changed(
        path=job.context.path,
        after=first.after,
        sites=settled([*skipped, *changed], words=accounts.by_site),
        warnings=warnings,
        breaches=breaches,
        words=accounts.words,
    )


def _account(
    script: Script,
    job: Job,
    *,
    first: _Pass,
    skipped: list[Place],
    changed: list[Place] | None = None,
    second: _Pass | None = None,
) -> Accounts:
    """Say what became of each word that TARGETS ask about."""
    before = job.content.decode(first.source.module.encoding)
    spots = find_spots(before, words=words_of(script.targets))
    if not spots:
        return Accounts(by_site={})

    @functools.cache
    def after_reader() -> Reader | None:
        try:
            # The second pass has read the result already, and resolved names where the script asked for them.
            after = second.wrapper if second else Wrapper(read(first.after).module)
        except UnreadableInput:
            return None
        return Reader(after, context=job.context, targets=script.targets)

    decisions = Decisions(
        before=before,
        after=first.after_text if changed is not None else before,
        spots=spots,
        changed=changed or (),
        skipped=skipped,
        reader=Reader(first.wrapper, context=job.context, targets=script.targets),
        after_reader=after_reader,
    )
    return account_for(decisions)


class _Runner:
    """Runs one script, a fresh command for each pass."""

    def __init__(
        self, script: Script, *, arguments: tuple[tuple[str, str], ...], builtins: Mapping[str, object] | None
    ) -> None:
        self._script = script
        self._is_frozen = not may_change_nodes(script)
        self._load = functools.partial(_load, script, arguments=arguments, builtins=builtins)
        self._passes: list[tuple[Codemod, Wrapper]] = []

    def run(self, job: Job, *, source: Source) -> _Pass:
        """Run the transform over one text."""
        module = source.module
        command = self._load(job)
        recorder = Recorder(command)
        command.context.scratch[SKIPS] = recorder
        command.context.scratch[REEXPORTS] = dict(job.context.reexports)
        guard = Guard(name=self._script.name)
        wrapper = Wrapper(module)
        self._passes.append((command, wrapper))
        if guard.is_needed(job.content):
            guard.install(command, module=module)
        visited = adopt(command, wrapper=wrapper)
        with private_results(command):
            transformed = command.transform_module(module)
        if not self._is_frozen:
            source.printer.forget()
            transformed = transformed.with_changes() if transformed is module else transformed
        return _Pass(
            source=source,
            command=command,
            recorder=recorder,
            guard=guard,
            wrapper=wrapper,
            visited=visited[-1],
            transformed=transformed,
            is_frozen=self._is_frozen,
        )

    def forget(self) -> None:
        """Undo the circles through which commands and scopes hold the trees: looking for them takes a while."""
        for command, wrapper in self._passes:
            command.__dict__.clear()
            wrapper.forget()
        self._passes.clear()


def _second_pass(job: Job, *, first: _Pass, runner: _Runner) -> tuple[_Pass | None, tuple[Breach, ...]]:
    """Run the transform on what it made (invariant 6): nothing is left to change."""
    try:
        tree, respellings = first.transformed, first.respellings
        is_same = first.is_frozen  # then a statement that is the same node need not be parsed again
        source = (
            read_result(job.content, source=first.source, tree=tree, respellings=respellings)
            if is_same
            else read(job.content)
        )
        second = runner.run(job, source=source)
    except (SkipFile, RecursionError):
        return None, ()
    except UnreadableInput as error:
        return None, (Breach(line=1, kind="second-pass", message=f"a second pass cannot read the result: {error}"),)
    except Exception as error:  # noqa: BLE001 - whatever a script raises
        message = f"a second pass fails: {type(error).__name__}: {error}"
        return None, (Breach(line=1, kind="second-pass", message=message),)
    return second, (second_pass_breach(job.content, second.after),) if second.is_changed else ()


def _load(
    script: Script, job: Job, *, arguments: tuple[tuple[str, str], ...], builtins: Mapping[str, object] | None
) -> Codemod:
    context = CodemodContext(
        filename=job.context.path,
        full_module_name=job.context.module or None,
        full_package_name=job.context.package or None,
    )
    try:
        return instantiate(script, context=context, arguments=arguments, builtins=builtins)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(_explain(error, script=script)) from error


def _explain(error: Exception, *, script: Script) -> str:
    """Tell the frames of the script, innermost last, and the error; nothing of ours or LibCST's."""
    lines = script.source.split("\n")
    frames = [
        f"line {frame.lineno}, in {frame.name}: {lines[frame.lineno - 1].strip()}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file_name(script) and frame.lineno and frame.lineno <= len(lines)
    ]
    return "\n".join([*frames, f"{type(error).__name__}: {error}"])
