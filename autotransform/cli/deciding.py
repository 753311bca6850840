"""What a person refused in an earlier run, left out of this one, and said to be."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.publish.answers import Answers
    from autotransform.publish.deciding import Decided


def replay(session: Session, work: Work, done: Run, *, answers: Answers | None = None) -> Run:
    """Leave out of a run what was refused, and say so.

    Args:
        session: Where to say it.
        work: What was run, and on what.
        done: As the script left it.
        answers: What was refused; ``None``: what is kept of earlier.

    Raises:
        RepositoryError: What was refused cannot be read.
    """
    if answers is None and not _is_anything_kept(session):
        return done
    from autotransform.publish.answers import load_answers  # noqa: PLC0415 - a tenth of what a preview takes
    from autotransform.publish.deciding import decide  # noqa: PLC0415

    answers = answers or load_answers(session.repository, done.script.name)
    decided = decide(done, work.selection, decisions=answers.refused, limits=work.limits)
    tell_decided(session, work, decided)
    return decided.run


def tell_decided(session: Session, work: Work, decided: Decided) -> None:
    """Say how much was left out, what went with it, and how to have it back."""
    if not decided.effective:
        return
    stays = "1 change stays as it was" if decided.count == 1 else f"{decided.count} changes stay as they were"
    name = shlex.quote(work.found.script.name)
    session.terminal.note(f"{stays}: refused in review. To have all of it: autotransform decisions {name} --drop")
    for note in decided.notes:
        session.terminal.note(note)


def _is_anything_kept(session: Session) -> bool:
    """Tell whether anything was ever answered here, about any transform."""
    folder = session.repository.state_dir / "decisions" if session.repository is not None else None
    return folder is not None and folder.is_dir() and any(folder.iterdir())
