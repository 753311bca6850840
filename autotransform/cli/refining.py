"""Have a model change a transform that there is: a person's edits stay, and what changes of its behaviour is shown."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import Aborted, NeedsAttention, ScriptError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author import Draft
    from autotransform.author.keeping import Kept
    from autotransform.cli.authoring import Choice
    from autotransform.cli.session import Session
    from autotransform.config import Config
    from autotransform.engine import Outcome, Run
    from autotransform.run import FoundScript, Selection
    from autotransform.script import Script


def refine(session: Session, path: Path, *, wish: str, fix: str | None, choice: Choice) -> int:
    """Have a transform changed as a wish says; gives 1 if something is wrong with it afterwards.

    The file is written once the person agrees, or where nobody is there to ask and nothing is wrong; what stood there
    before is kept. Where the model's changes and a person's exclude each other, nothing is written.
    """
    from autotransform.author import Request  # noqa: PLC0415
    from autotransform.cli.agreeing import read_given  # noqa: PLC0415
    from autotransform.cli.authoring import (  # noqa: PLC0415
        model_config,
        note_approval,
        open_author,
        report,
        require_length,
        select_for_author,
    )
    from autotransform.run import find_script  # noqa: PLC0415

    choice.check(session)
    require_length(wish)
    if not path.is_relative_to(session.root):
        raise ScriptError(f"{path} is not in {session.root}.", hint="Copy it there, or start there: `-C DIR`.")
    config = model_config(session, choice)
    found = find_script(str(path), start=session.start, repository=session.repository, base=session.head, config=config)
    before = path.read_bytes()
    selection = select_for_author(session, config)
    details = _tell_failure(session, found, config=config, path=fix) if fix is not None else ""
    wish = wish.strip() or (f"mend what fails on {fix}" if fix is not None else "satisfy the cases that were added")
    request = Request(text=wish, name=path.stem, cases=read_given(choice.cases, root=session.start), details=details)
    # Where it fails, what a person edited may be what has to be mended.
    settle = _settler(session, found.script) if fix is None else _take
    with open_author(session, config, choice=choice) as author:
        with session.terminal.working(f"Changing {path.stem}") as say:
            draft = author.edit(found.script, request, selection, settle=settle, on_progress=say)
        if draft.conflicts:
            _refuse_conflicts(session, draft, path=path)
        _show_behaviour(session, found, draft, selection, config=config)
        _ask(session, found, draft, path=path, choice=choice)
        kept = _keep_former(session, path, before)
        _replace(path, draft.source, before=before, spare=lambda: _store(session, f"{path.stem}-new.py", draft.source))
        note_approval(session, path, draft=draft)
        notes = author.correspondence.note_saved(draft, path=path.relative_to(session.root).as_posix())
    notes = (*notes, f"What stood there before is kept as {kept}.")
    return report(session, path, draft=replace(draft, notes=(*draft.notes, *notes)))


def _take(theirs: str) -> Kept:
    from autotransform.author.keeping import Kept  # noqa: PLC0415

    return Kept(text=theirs)


def _settler(session: Session, script: Script) -> Callable[[str], Kept]:
    """Give what puts a person's edits back into what a model writes; it needs what was generated first."""
    from autotransform.author.keeping import keep_edits  # noqa: PLC0415
    from autotransform.cli.authoring import ledger_of  # noqa: PLC0415
    from autotransform.script.compose import body_of  # noqa: PLC0415

    if script.provenance is not None and not script.is_edited:
        return _take
    wanted = script.provenance.source_sha256 if script.provenance else None
    for logged in ledger_of(session).sessions() if wanted else ():
        for kind, data in logged.decisions:
            if kind == "generated" and isinstance(data, dict) and data.get("sha256") == wanted:
                base = str(data.get("body", ""))
                return lambda theirs: keep_edits(base, body_of(script.source), body_of(theirs))
    session.terminal.note("Nothing says what of it was generated: check that what you wrote yourself is all there.")
    return _take


def _refuse_conflicts(session: Session, draft: Draft, *, path: Path) -> None:
    """Keep both versions and touch nothing."""
    kept = _store(session, f"{path.stem}-merge.py", draft.conflicts)
    raise NeedsAttention(
        f"The model changed lines of {path.stem} that you had edited, in another way; nothing was overwritten.",
        details=(f"both versions, with git's marks: {kept}",),
        hint="Say in the request that your edit is to stay, or put the two together in your editor.",
    )


def _replace(path: Path, source: str, *, before: bytes, spare: Callable[[], Path]) -> None:
    """Write a script in one step, with the line ends that it had, unless somebody else wrote it meanwhile."""
    if path.read_bytes() != before:
        raise NeedsAttention(
            f"{path.name} was changed while the model worked; nothing was overwritten.",
            details=(f"the new version: {spare()}",),
            hint="Put the two together, or ask again.",
        )
    text = source.replace("\n", "\r\n") if b"\r\n" in before else source
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".py")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _tell_failure(session: Session, found: FoundScript, *, config: Config, path: str) -> str:
    """Run the script on one file and put into words how it fails there.

    Raises:
        UsageError: It does not.
    """
    from autotransform.author.prompts import fence  # noqa: PLC0415
    from autotransform.author.redaction import redact  # noqa: PLC0415
    from autotransform.engine import Changed, Failed  # noqa: PLC0415
    from autotransform.run import select  # noqa: PLC0415

    chosen = select(
        start=session.start, repository=session.repository, paths=(path,), in_place=not session.head, config=config
    )
    done = _run(session, found, chosen, config=config)
    told = []
    for outcome in done.outcomes:
        if isinstance(outcome, Failed):
            told.append(f"On {outcome.path} it fails ({outcome.reason}):\n{outcome.detail.strip()}")
        elif isinstance(outcome, Changed) and outcome.breaches:
            lines = "\n".join(f"line {breach.line}: {breach.message}" for breach in outcome.breaches)
            told.append(f"On {outcome.path} this goes wrong:\n{lines}")
    if not told:
        raise UsageError(
            f"The transform {found.script.name} does not fail on {path}.",
            hint=f"Say what is wrong there: autotransform edit {found.script.name} '…', or give --case.",
        )
    failing = next(outcome.path for outcome in done.outcomes if _is_wrong(outcome))
    text = next(content for file, content in chosen.read_all() if file.path == failing).decode("utf-8", "replace")
    shown = redact("\n\n".join(told)).text
    return (
        f"Mend it, so that it does not fail there, and add a case that shows it:\n\n{fence(shown)}\n\n"
        f"The file:\n\n{fence(redact(text[:_MOST_SHOWN]).text)}"
    )


def _is_wrong(outcome: Outcome) -> bool:
    from autotransform.engine import Changed, Failed  # noqa: PLC0415

    return isinstance(outcome, Failed) or (isinstance(outcome, Changed) and bool(outcome.breaches))


_MOST_SHOWN = 12_000


def _run(session: Session, found: FoundScript, selection: Selection, *, config: Config) -> Run:
    from autotransform.cli.workflow import Work, carry_out, limits_of  # noqa: PLC0415

    limits = limits_of(session, config)
    return carry_out(session, Work(found=found, selection=selection, config=config, limits=limits))


def _show_behaviour(
    session: Session, found: FoundScript, draft: Draft, selection: Selection, *, config: Config
) -> None:
    """Show what the new version does otherwise than the old one, on the files of the repository."""
    from autotransform.cli.against import show_edit  # noqa: PLC0415
    from autotransform.script import parse  # noqa: PLC0415

    try:
        changed = replace(found, script=parse(draft.source, name=found.script.name))
        show_edit(session, found, changed, selection=selection, config=config)
    except ScriptError as error:
        session.terminal.note(f"What it does otherwise cannot be told: {error.message}")


def _ask(session: Session, found: FoundScript, draft: Draft, *, path: Path, choice: Choice) -> None:
    """Have the new version kept by somebody; where nobody is asked, only one with which nothing is wrong is."""
    terminal = session.terminal
    if draft.problems:
        terminal.warning("This is still wrong with the new version:")
        for problem in draft.problems:
            terminal.warning(str(problem))
    if choice.yes or not terminal.can_ask:
        if draft.problems:
            raise NeedsAttention(
                f"{path.stem} stays as it was.",
                details=(f"the new version: {_store(session, f'{path.stem}-new.py', draft.source)}",),
                hint="Say more of what you want, or start from the new version.",
            )
        return
    from autotransform.review import FileChange, diff_lines  # noqa: PLC0415

    change = FileChange(path=found.path, before=found.script.source.encode(), after=draft.source.encode())
    while (answer := terminal.ask("Keep the new version?", answers=("no", "yes", "show"))) == "show":
        terminal.diff(diff_lines(change))
    if answer == "no":
        raise Aborted("The transform stays as it was.", hint="`autotransform log` holds what the model wrote.")


def _keep_former(session: Session, path: Path, content: bytes) -> Path:
    return _store(session, f"{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}.py", content)


def _store(session: Session, name: str, content: str | bytes) -> Path:
    """Keep a text in git's own folder; outside git, in the folder of temporary files."""
    repository = session.repository
    if repository is None:
        folder = Path(tempfile.mkdtemp(prefix="autotransform-"))
    else:
        folder = repository.state_dir / "versions"
        folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
