"""The way that several commands go: find the script, select the files, run, gather what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.cli.approval import run_approved
from autotransform.errors import ScriptError, UsageError
from autotransform.review import FileChange
from autotransform.run import Limits, find_script, is_candidate, list_scripts, run, select
from autotransform.run.checked import require_checked

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.config import Config
    from autotransform.engine import Run
    from autotransform.repository import Repository
    from autotransform.run import BrokenScript, FoundScript, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which files a command was told to look at."""

    paths: tuple[str, ...] = ()
    base: str | None = None
    index: bool = False
    in_place: bool = False

    @property
    def reads_tree(self) -> bool:
        """Whether the files of a commit are read."""
        return not (self.index or self.in_place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A script, the files that it is to run on, and how."""

    found: FoundScript
    selection: Selection
    config: Config
    limits: Limits
    arguments: tuple[tuple[str, str], ...] = ()


def limits_of(session: Session, config: Config, *, jobs: int | None = None, timeout: float | None = None) -> Limits:
    """Take the limits from the command line, else from the configuration."""
    return Limits(
        jobs=jobs or config.jobs,
        timeout=timeout or config.timeout,
        memory=config.memory,
        is_trusted=session.trust,
    )


def base_of(session: Session, selector: Selector, *, name: str = "") -> str:
    """Find the commit to read; empty where no commit is read.

    Where HEAD is the very branch that the transform made, that is the commit from which the branch was made.
    """
    if not selector.reads_tree:
        return ""
    repository = session.require_repository()
    if selector.base is None and name:
        head = repository.head_branch() or ""
        base = _base_of_ours(repository, head, name=name) if name in head else None
        if base:
            session.terminal.note(f"HEAD is {head}; reading {base[:10]}, the commit that it was made from")
            return base
    return repository.resolve(selector.base or "HEAD")


def _base_of_ours(repository: Repository, head: str, *, name: str) -> str | None:
    """Give the commit from which the branch at HEAD was made, where it is one that the transform made."""
    from autotransform.publish import base_of_branch, branch_of  # noqa: PLC0415 - Jinja2 is not needed before

    return base_of_branch(repository, head) if head.partition("--")[0] == branch_of(name) else None


def prepare(
    session: Session,
    name: str,
    *,
    selector: Selector,
    arguments: tuple[tuple[str, str], ...] = (),
    jobs: int | None = None,
    timeout: float | None = None,
    strict: bool | None = None,
) -> Work:
    """Find the script and select the files; say what a person should know about both."""
    if (selector.base is not None) + selector.index + selector.in_place > 1:
        raise UsageError("--base, --index and --in-place exclude each other: each says what is read.")
    base = base_of(session, selector, name=name)
    config = session.config(base=base)
    if strict is not None:
        config = replace(config, strict=strict)
    found = find_script(name, start=session.start, repository=session.repository, base=base, config=config)
    selection = select(
        start=session.start,
        repository=session.repository,
        paths=selector.paths,
        base=base if base not in {"", session.head} else None,
        index=selector.index,
        in_place=selector.in_place,
        config=config,
    )
    limits = limits_of(session, config, jobs=jobs, timeout=timeout)
    warn_about(session, found, limits=limits)
    for note in selection.notes:
        session.terminal.note(note)
    return Work(found=found, selection=selection, config=config, limits=limits, arguments=arguments)


def warn_about(session: Session, found: FoundScript, *, limits: Limits | None = None) -> None:
    """Refuse an unsafe script that a model wrote; tell what is unusual about a person's.

    Args:
        session: Where it is told.
        found: The script.
        limits: With which it is run afterwards.
    """
    for problem in require_checked(found.script, limits=limits):
        session.terminal.warning(f"{found.path}: {problem}")
    script = found.script
    if script.provenance is None and found.origin != "catalogue":
        missing = [
            what
            for what, there in (
                ("header", False),
                ("MENTIONS, so every file is parsed", script.gate is not None),
                ("CASES, so nothing tests it", bool(script.cases)),
            )
            if not there
        ]
        session.terminal.note(f"{found.path} has {', '.join(f'no {what}' for what in missing)}")
    if script.derived is not None:
        named = " or ".join(" and ".join(mention.split()) for mention in script.derived)
        session.terminal.note(f"{found.path} has no MENTIONS; it can only change files that hold {named}")


def carry_out(session: Session, work: Work) -> Run:
    """Run the script on the selection, with a progress bar.

    Raises:
        ScriptError: The script cannot be loaded at all.
        UntrustedError: Nothing would hold it, nobody approved it, and nobody is there to ask.
        Aborted: The person does not want it to run.
    """

    def go() -> Run:
        with session.terminal.progress(work.found.script.name) as move:
            return run(
                work.found.script,
                work.selection,
                arguments=work.arguments,
                limits=work.limits,
                strict=work.config.strict,
                is_gated=session.is_gated,
                cache=session.cache,
                on_progress=move,
            )

    done = run_approved(session, work.found, go)
    _require_loaded(done)
    if not session.is_gated:
        _warn_of_gate(session, work, done)
    return done


def _warn_of_gate(session: Session, work: Work, done: Run) -> None:
    """Name the files that were changed and would not have been parsed."""
    script = done.script
    lost = [change.path for change in changes_of(work, done) if not is_candidate(script.gate, change.before)]
    for path in lost:
        session.terminal.warning(f"{path} changes and holds none of the MENTIONS: without --no-gate it stays as it is")
    if script.gate and not lost:
        session.terminal.note("No file changes that MENTIONS would have kept from being parsed.")


def _require_loaded(done: Run) -> None:
    """Say once, not for each file, that a script cannot be loaded."""
    details = {failed.detail for failed in done.failed if failed.reason == "load"}
    if len(details) == 1 and len(done.failed) == len(done.outcomes):
        raise ScriptError(
            f"The transform {done.script.name!r} cannot be loaded.",
            details=tuple(details),
            hint=f"Mend it with `autotransform edit {done.script.name}`; its arguments are given by --arg NAME=VALUE.",
        )


def changes_of(work: Work, done: Run) -> tuple[FileChange, ...]:
    """Give before and after of every changed file, in path order.

    Raises:
        RepositoryError: A file cannot be read any more.
    """
    files = {file.path: file for file in work.selection.files}
    changed = done.changed
    befores = work.selection.read_these(files[outcome.path] for outcome in changed)
    return tuple(
        FileChange(path=outcome.path, before=before, after=outcome.after, mode=files[outcome.path].mode)
        for outcome, before in zip(changed, befores, strict=True)
    )


def list_found(session: Session) -> tuple[FoundScript | BrokenScript, ...]:
    """List every transform that can be named."""
    return list_scripts(start=session.start, repository=session.repository, base=session.head, config=session.config())
