"""Have a model change a transform that there is: a person's edits stay, and what changes of its behaviour is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autotransform.errors import Aborted, NeedsAttention, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.author import Draft
    from autotransform.cli.authoring import Choice
    from autotransform.cli.session import Session
    from autotransform.config import Config
    from autotransform.engine import Run
    from autotransform.run import FoundScript, Selection
    from autotransform.script import Script


def refine(session: Session, path: Path, *, wish: str, fix: str | None, choice: Choice) -> int:
    """Have a transform changed as a wish says; gives 1 if something is wrong with it afterwards.

    The file is written once the person agrees, or where nobody is there to ask; what stood there before is kept in
    git's own folder. Where the model's changes and a person's exclude each other, nothing is written.
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
    config = model_config(session, choice)
    found = find_script(str(path), start=session.start, repository=session.repository, base=session.head, config=config)
    selection = select_for_author(session, config)
    if fix is not None:
        wish = f"{wish}\n\n{_tell_failure(session, found, config=config, path=fix)}".strip()
    cases = read_given(choice.cases, root=session.start)
    merge = _Merge.of(session, found.script)
    with open_author(session, config, choice=choice) as author:
        request = Request(text=wish or "Satisfy the cases that were added.", name=path.stem, cases=cases)
        with session.terminal.working(f"Changing {path.stem}") as say:
            draft = author.edit(found.script, request, selection, settle=merge.settle, on_progress=say)
        if merge.conflicts:
            _refuse(session, draft, path=path, conflicts=merge.conflicts)
        if merge.generated is not None:
            draft = _with_origin(draft, generated=merge.generated)
        _show_behaviour(session, found, draft, selection, config=config)
        _ask(session, found, draft, choice=choice)
        kept = _keep_former(session, found.script)
        path.write_text(draft.source, encoding="utf-8", newline="\n")
        note_approval(session, path, draft=draft)
        saved_as = path.relative_to(session.root).as_posix()
        notes = author.correspondence.note_saved(draft, path=saved_as, generated=merge.generated)
    if kept is not None:
        notes = (*notes, f"What stood there before is kept as {kept}.")
    return report(session, path, draft=replace(draft, notes=(*draft.notes, *notes)))


@dataclass(slots=True, kw_only=True)
class _Merge:
    """Puts the model's version of a script together with a person's edits of the version before."""

    #: The body as it was first generated; ``None``: nobody edited it, or the log does not hold it any more.
    base: str | None
    ours: str
    #: The model's version, where a person's edits were put into it.
    generated: str | None = None
    conflicts: str = field(default="")

    @classmethod
    def of(cls, session: Session, script: Script) -> _Merge:
        from autotransform.cli.authoring import ledger_of  # noqa: PLC0415
        from autotransform.script.compose import body_of  # noqa: PLC0415

        ours = body_of(script.source)
        if not script.is_edited or script.provenance is None:
            return cls(base=None, ours=ours)
        wanted = script.provenance.source_sha256
        for logged in ledger_of(session).sessions():
            for kind, data in logged.decisions:
                if kind == "generated" and isinstance(data, dict) and data.get("sha256") == wanted:
                    return cls(base=str(data.get("body", "")), ours=ours)
        session.terminal.note("The log does not hold what was generated first: check that your edits are all there.")
        return cls(base=None, ours=ours)

    def settle(self, theirs: str) -> str:
        """Merge; where both changed the same lines in different ways, the model's version is what is tried."""
        self.conflicts, self.generated = "", None
        if self.base is None:
            return theirs
        from autotransform.repository.merging import merge  # noqa: PLC0415

        merged = merge(self.base, self.ours, theirs, labels=("yours", "the model's"))
        if merged.conflicts:
            self.conflicts = merged.text
            return theirs
        self.generated = theirs
        return merged.text


def _with_origin(draft: Draft, *, generated: str) -> Draft:
    """Have the header say what of the script was generated, so that it still counts as edited."""
    from autotransform.script import compose, parse  # noqa: PLC0415

    provenance = parse(draft.source, name=draft.name).provenance
    if provenance is None:
        return draft
    return replace(draft, source=compose(draft.source, provenance=provenance, generated=generated))


def _refuse(session: Session, draft: Draft, *, path: Path, conflicts: str) -> None:
    """Keep both versions and touch nothing."""
    kept = _store(session, f"{path.stem}-merge.py", conflicts)
    raise NeedsAttention(
        f"The model changed lines of {path.stem} that you had edited, in another way; nothing was overwritten.",
        details=((f"both versions, with git's marks: {kept}",) if kept else tuple(conflicts.splitlines()[:40])),
        hint=f"Say in the request that your edit is to stay, or put the two together: autotransform edit {draft.name}",
    )


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
    contents = {file.path: content for file, content in chosen.read_all()}
    text = "\n\n".join(contents[file.path].decode("utf-8", "replace") for file in chosen.files[:1])
    shown = redact("\n\n".join(told)).text
    return (
        f"Mend it, so that it does not fail there, and add a case that shows it:\n\n{fence(shown)}\n\n"
        f"The file:\n\n{fence(redact(text[:_MOST_SHOWN]).text)}"
    )


_MOST_SHOWN = 12_000


def _run(session: Session, found: FoundScript, selection: Selection, *, config: Config) -> Run:
    from autotransform.cli.workflow import Work, carry_out, limits_of  # noqa: PLC0415

    limits = limits_of(session, config)
    return carry_out(session, Work(found=found, selection=selection, config=config, limits=limits))


def _show_behaviour(
    session: Session, found: FoundScript, draft: Draft, selection: Selection, *, config: Config
) -> None:
    """Show what the new version does otherwise than the old one, on the files of the repository."""
    from autotransform.errors import ScriptError  # noqa: PLC0415
    from autotransform.review.behaviour import compare, describe  # noqa: PLC0415
    from autotransform.script import parse  # noqa: PLC0415

    try:
        changed = replace(found, script=parse(draft.source, name=found.script.name))
        before, after = (_run(session, each, selection, config=config) for each in (found, changed))
    except ScriptError as error:
        session.terminal.note(f"What it does otherwise cannot be told: {error.message}")
        return
    session.terminal.heading("What it does otherwise than before:")
    paths = {outcome.path for done in (before, after) for outcome in done.changed}
    chosen = tuple(file for file in selection.files if file.path in paths)
    contents = {file.path: content for file, content in replace(selection, files=chosen).read_all()}
    for line in describe(compare(before, after, contents=contents), contents=contents):
        session.terminal.say(line)


def _ask(session: Session, found: FoundScript, draft: Draft, *, choice: Choice) -> None:
    if choice.yes or not session.terminal.can_ask:
        return
    from autotransform.review import FileChange, diff_lines  # noqa: PLC0415

    change = FileChange(path=found.path, before=found.script.source.encode(), after=draft.source.encode())
    while (answer := session.terminal.ask("Keep the new version?", answers=("no", "yes", "show"))) == "show":
        session.terminal.diff(diff_lines(change))
    if answer == "no":
        raise Aborted("The transform stays as it was.", hint="`autotransform log` holds what the model wrote.")


def _keep_former(session: Session, script: Script) -> str | None:
    return _store(session, f"{script.name}-{script.digest[:12]}.py", script.source)


def _store(session: Session, name: str, text: str) -> str | None:
    """Keep a text in git's own folder; gives its path, and outside git nothing."""
    if session.repository is None:
        return None
    folder = session.repository.state_dir / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return str(path)
