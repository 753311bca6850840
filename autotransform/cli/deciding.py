"""What a person refused in an earlier run, left out of this one, and said to be."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.publish.decisions.answers import Answers
    from autotransform.publish.decisions.deciding import Decided


def replay(session: Session, work: Work, done: Run, *, answers: Answers | None = None) -> Run:
    """Leave out of a run what was refused, and say so.

    Args:
        session: Where to say it.
        work: What was run, and on what.
        done: As the script left it.
        answers: What was refused in this clone; ``None``: what is kept of earlier.

    Raises:
        ConfigError: What the repository's own file refuses does not hold.
        RepositoryError: What was refused cannot be read.
    """
    from autotransform.publish.decisions.committed import find_content  # noqa: PLC0415

    name, selection = done.script.name, work.selection
    if answers is None and not _is_anything_kept(session) and find_content(selection, name) is None:
        return done
    from autotransform.publish.decisions.deciding import decide  # noqa: PLC0415 - a tenth of what a preview takes
    from autotransform.publish.decisions.shared import Refusals, load_refusals, load_shared  # noqa: PLC0415

    if answers is None:
        refusals = load_refusals(session.repository, selection, name)
    else:
        refusals = Refusals(shared=load_shared(selection, name), own=answers.refused)
    decided = decide(done, selection, decisions=refusals.all, shared=refusals.shared, limits=work.limits)
    tell_decided(session, work, decided)
    return decided.run


def tell_decided(session: Session, work: Work, decided: Decided) -> None:
    """Say how much was left out, where that is said, what went with it, and how to have it back."""
    if not decided.effective:
        return
    from autotransform.publish.decisions.committed import path_of  # noqa: PLC0415

    stays = "1 change stays as it was" if decided.count == 1 else f"{decided.count} changes stay as they were"
    drop = f"autotransform decisions {shlex.quote(work.found.script.name)} --drop"
    file, own = path_of(work.found.script.name), decided.count - decided.shared
    if not decided.shared:
        session.terminal.note(f"{stays}: refused in review. To have all of it: {drop}")
    elif not own:
        session.terminal.note(f"{stays}: refused in {file}. To have all of it, take that out of the file.")
    else:
        session.terminal.note(
            f"{stays}: {decided.shared} refused in {file}, {own} in this clone alone. To have all of it, take that out"
            f" of the file, and: {drop}"
        )
    for note in decided.notes:
        session.terminal.note(note)


def _is_anything_kept(session: Session) -> bool:
    """Tell whether anything was ever answered here, about any transform."""
    folder = session.repository.state_dir / "decisions" if session.repository is not None else None
    return folder is not None and folder.is_dir() and any(folder.iterdir())
