"""Have a model change what stands in the page, as `edit` does; a person's edits stay, and nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.author import ModelAuthor, Request
from autotransform.author.keeping import Kept, keep_edits
from autotransform.author.ledger import Ledger
from autotransform.author.model_author import Consent
from autotransform.author.prompts import read_prompts
from autotransform.author.values import LONGEST_REQUEST
from autotransform.errors import Aborted
from autotransform.review.text import portable_text
from autotransform.script.compose import body_of
from autotransform.studio.faults import PageError, shorten_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author import Draft
    from autotransform.config import Config
    from autotransform.run import Stop
    from autotransform.script import Script
    from autotransform.studio.desk import Desk
    from autotransform.studio.values import Json

LONGEST_WISH = LONGEST_REQUEST


def require_model(desk: Desk) -> Config:
    """Give the configuration with the model that would be asked.

    Raises:
        PageError: 409, where none is configured.
    """
    config = desk.ground.config
    if config.model.name in {"", "built-in"}:
        raise PageError(
            "No language model is configured, so nobody can be asked.",
            status=409,
            hint="Name one in [tool.autotransform.model] of pyproject.toml, or edit the script by hand.",
        )
    return config


def refine(desk: Desk, script: Script, wish: str, *, config: Config, stop: Stop, tell: Callable[[Json], None]) -> None:
    """Ask the model, and tell how it goes; the last event holds the new text.

    Where nothing would hold what it writes, that is not tried: nobody has read it yet.

    Raises:
        ModelError: The model cannot be reached, or it wrote no script.
        Aborted: The page does not listen any more.
    """

    def say(line: str) -> None:
        if stop.is_asked:
            raise Aborted("Nobody waits for the answer any more.")
        tell({"event": "progress", "text": portable_text(line)})

    # Once LibCST is loaded: another thread still may be at it, and what the model is told goes through its names.
    desk.warm_check()
    ledger = Ledger(folder=desk.ground.repository.state_dir / "ledger")
    notes: list[str] = []
    settle = _settler(ledger, script, note=notes.append)
    limits = replace(desk.ground.limits, is_trusted=desk.standing, stop=stop)
    prompts = read_prompts(desk.root, transforms=config.transforms)
    # Whatever comes of it, from here on the page may hold what no person wrote.
    desk.standing.note_model()
    with ModelAuthor(
        config, limits=limits, consent=Consent(), prompts=prompts, ledger=ledger, is_fresh=False
    ) as author:
        request = Request(text=wish, name=script.name)
        draft = author.edit(script, request, desk.selection, settle=settle, on_progress=say)
        notes += author.correspondence.note_saved(draft, path=desk.ground.subject.path)
    # Once more: a yes that was said while the model wrote was about another text.
    desk.standing.note_model()
    tell({"event": "done", **_describe(desk, draft, notes=notes)})


def _settler(ledger: Ledger, script: Script, *, note: Callable[[str], object]) -> Callable[[str], Kept]:
    """Give what puts a person's edits back into what a model writes; it needs what was generated first."""
    if script.provenance is not None and not script.is_edited:
        return _take
    wanted = script.provenance.source_sha256 if script.provenance else None
    for logged in ledger.sessions() if wanted else ():
        for kind, data in logged.decisions:
            if kind == "generated" and isinstance(data, dict) and data.get("sha256") == wanted:
                base = str(data.get("body", ""))
                return lambda theirs: keep_edits(base, body_of(script.source), body_of(theirs))
    note("Nothing says what of it was generated: check that what you wrote yourself is all there.")
    return _take


def _take(theirs: str) -> Kept:
    return Kept(text=theirs)


def _describe(desk: Desk, draft: Draft, *, notes: list[str]) -> Json:
    return {
        "source": portable_text(draft.source),
        "author": portable_text(draft.author),
        "rules": [portable_text(rule) for rule in draft.rules],
        "problems": [
            {"line": problem.line, "code": problem.code, "message": portable_text(problem.message)}
            for problem in draft.problems
        ],
        "conflicts": portable_text(draft.conflicts),
        "notes": [shorten_paths(note, root=desk.root) for note in (*draft.notes, *notes)],
    }
