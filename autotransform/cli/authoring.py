"""Have a transform written: who writes it, what it is shown, where it is saved."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.errors import ModelError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.author import Draft, ModelAuthor, Request
    from autotransform.author.ledger import Ledger
    from autotransform.author.logged import LoggedSession
    from autotransform.cli.session import Session
    from autotransform.config import Config
    from autotransform.run import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who is to write a script, and how it is to be asked."""

    name: str | None = None
    model: str | None = None
    profile: str | None = None
    built_in: bool = False
    #: Whether each case is asked about; whether nothing is.
    ask: bool = False
    yes: bool = False
    cache: bool = True
    #: Text before and after, as typed.
    cases: tuple[tuple[str, str], ...] = ()

    def check(self, session: Session) -> None:
        """Refuse what does not go together."""
        if self.built_in and (self.model or self.profile):
            raise UsageError("--built-in and --model, --profile exclude each other.")
        if self.ask and self.yes:
            raise UsageError("--ask and --yes exclude each other.")
        if self.ask and not session.terminal.can_ask:
            raise UsageError("--ask needs a terminal to ask at.", hint="Leave it out, or give cases with --case.")
        if self.model == "built-in":
            raise UsageError(
                "A model cannot be called built-in: that is what scripts of the recipes say.", hint="Say --built-in."
            )


def write_transform(session: Session, request: Request, *, choice: Choice, base: str | None = None) -> tuple[Path, int]:
    """Have a transform written, save it, run its cases; gives its path, and 1 if something is wrong with it.

    Never overwrites a transform: a name that is taken is an error where it was given, and gets a number elsewhere.
    """
    require_length(request.text)
    choice.check(session)
    config = model_config(session, choice)
    folder = session.transforms_folder(config)
    if choice.name is not None:
        require_free(folder, name=choice.name)
    selection = select_for_author(session, config, base=base)
    draft = _draft_by_recipe(session, request, selection, choice=choice, config=config)
    if draft is not None:
        path = save(folder, draft, given=choice.name)
        session.trust.vouch(_digest(draft.source))
        return path, report(session, path, draft=draft)
    with open_author(session, config, choice=choice) as author:
        with session.terminal.working("Writing the transform") as say:
            draft = author.draft(request, selection, on_progress=say)
        return finish(session, author, draft, folder=folder, given=choice.name)


def finish(session: Session, author: ModelAuthor, draft: Draft, *, folder: Path, given: str | None) -> tuple[Path, int]:
    """Save what a model wrote, log it, and tell of it."""
    path = save(folder, draft, given=given)
    note_approval(session, path, draft=draft)
    notes = author.correspondence.note_saved(draft, path=path.relative_to(session.root).as_posix())
    return path, report(session, path, draft=replace(draft, notes=(*draft.notes, *notes)))


def report(session: Session, path: Path, *, draft: Draft) -> int:
    """Tell what was written and run its cases; gives 1 if something is wrong with it."""
    relative = path.relative_to(session.root).as_posix()
    session.terminal.result(f"Wrote {relative} ({draft.author}).", style="bold green")
    for rule in (line.replace("``", "`") for line in draft.rules):
        session.terminal.say(f"  {rule}" if rule.startswith("- ") else f"    {rule}")
    for note in draft.notes:
        session.terminal.note(note)
    if draft.problems:
        session.terminal.warning("The script is kept, and this is still wrong with it:")
        for problem in draft.problems:
            for line in str(problem).splitlines():
                session.terminal.warning(line)
        return 1
    from autotransform.cli.test import run_tests  # noqa: PLC0415

    return run_tests(session, (str(path),))


def _draft_by_recipe(
    session: Session, request: Request, selection: Selection, *, choice: Choice, config: Config
) -> Draft | None:
    """Have a recipe write it where one fits and no model was asked for; it costs nothing and says so.

    Raises:
        ModelError: No recipe does, and no model is configured.
    """
    from autotransform.author import BuiltInAuthor  # noqa: PLC0415

    is_asked_for = choice.model or choice.profile or request.example
    if is_asked_for and not choice.built_in:
        return None
    recipes = BuiltInAuthor()
    has_model = has_configured_model(config) and not choice.built_in
    if has_model and not recipes.understands(request):
        return None
    with session.terminal.working("Writing the transform") as say:
        try:
            draft = recipes.draft(request, selection, on_progress=say)
        except ModelError as refusal:
            if not has_model:
                raise
            session.terminal.note(
                f"A built-in recipe reads this and cannot do it, so the model is asked. {refusal.message}"
            )
            return None
    if has_model:
        session.terminal.note("A built-in recipe fits this request, so no model was asked; --model NAME asks one.")
    return _with_cases(draft, request=request)


def _with_cases(draft: Draft, *, request: Request) -> Draft:
    """Put the cases that a person gave into the script of a recipe: they show whether it does what was meant."""
    from autotransform.author.cutting import write_case  # noqa: PLC0415
    from autotransform.script import compose, parse  # noqa: PLC0415
    from autotransform.script.amending import add_cases  # noqa: PLC0415

    provenance = parse(draft.source, name=draft.name).provenance
    if not request.cases or provenance is None:
        return draft
    written = add_cases(draft.source, [write_case(case) for case in request.cases])
    return replace(draft, source=compose(written, provenance=provenance))


def open_author(
    session: Session, config: Config, *, choice: Choice, replay: LoggedSession | None = None
) -> ModelAuthor:
    """Give the author that asks the configured model, or plays what one said; use it as a context manager."""
    from autotransform.author import ModelAuthor  # noqa: PLC0415
    from autotransform.author.model_author import Consent  # noqa: PLC0415
    from autotransform.author.prompts import read_prompts  # noqa: PLC0415
    from autotransform.cli.agreeing import agree  # noqa: PLC0415
    from autotransform.cli.approval import approve  # noqa: PLC0415
    from autotransform.cli.workflow import limits_of  # noqa: PLC0415

    prompts = read_prompts(session.root, transforms=config.transforms)
    if prompts.overrides:
        session.terminal.note(f"This project's own prompts are used: {', '.join(prompts.overrides)}")
    consent = Consent(approve=lambda script, error: approve(session, script, error))
    if session.terminal.can_ask and not choice.yes:
        consent = replace(consent, agree=lambda contract: agree(session, contract, case_by_case=choice.ask))
    return ModelAuthor(
        config,
        limits=limits_of(session, config),
        consent=consent,
        prompts=prompts,
        ledger=ledger_of(session),
        replay=replay,
        is_fresh=not choice.cache,
    )


def ledger_of(session: Session) -> Ledger:
    """Give the log of the repository; outside git nothing is kept."""
    from autotransform.author.ledger import Ledger  # noqa: PLC0415

    return Ledger(folder=session.repository.state_dir / "ledger" if session.repository is not None else None)


def model_config(session: Session, choice: Choice) -> Config:
    """Read the configuration, with the profile and the model that were chosen."""
    from autotransform.author.profiles import resolve_profile  # noqa: PLC0415

    config = session.config()
    model = resolve_profile(config.model, choice.profile, environment=os.environ)
    return replace(config, model=replace(model, name=choice.model or model.name))


def has_configured_model(config: Config) -> bool:
    """Whether a model is named that could be asked."""
    if config.model.name == "built-in":
        raise UsageError(
            "A model cannot be called built-in: that is what scripts of the recipes say.", hint="Say --built-in."
        )
    return bool(config.model.name)


def select_for_author(session: Session, config: Config, *, base: str | None = None) -> Selection:
    """Select the files that an author may look at: a commit, HEAD's by default; without one, what is on disk."""
    from autotransform.run import select  # noqa: PLC0415

    in_place = not session.head and base is None
    return select(start=session.root, repository=session.repository, base=base, in_place=in_place, config=config)


def note_approval(session: Session, path: Path, *, draft: Draft) -> None:
    """What a person said on the way holds for what is saved: since then cases and figures came in, which do not run."""
    digest = _digest(draft.source)
    if draft.tried_sha256 in session.approved:
        session.trust.approvals.add(digest, name=path.stem, path=str(path))
    if draft.tried_sha256 in session.declined:
        session.declined.add(digest)


def require_length(request: str) -> None:
    """Refuse a request that no header can hold."""
    from autotransform.author.values import LONGEST_REQUEST  # noqa: PLC0415

    if len(request) > LONGEST_REQUEST:
        raise UsageError(
            f"The request is too long: it has {len(request):,} characters, and {LONGEST_REQUEST:,} are the most.",
            hint="Say in a few sentences what is to become what.",
        )


def require_free(folder: Path, *, name: str) -> None:
    """Refuse what cannot be the name of a new transform."""
    if not (name.isascii() and name.isidentifier() and name == name.lower() and name[0] != "_"):
        raise UsageError(
            f"{name!r} cannot be the name of a transform.",
            hint="A name starts with a letter and holds small letters, digits and underscores: --name use_utc",
        )
    if os.path.lexists(folder / f"{name}.py"):  # a link to nothing is in the way, too
        raise UsageError(
            f"There is a transform {name!r} already, and `new` never overwrites one.",
            hint=f"Give another --name, or change it with `autotransform edit {name}`.",
        )


def save(folder: Path, draft: Draft, *, given: str | None) -> Path:
    """Write a draft to a file of its own; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        stem = given or (draft.name if number == 1 else f"{draft.name}_{number}")
        path = folder / f"{stem}.py"
        with contextlib.suppress(FileExistsError), path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft.source)
            return path
        if given:
            require_free(folder, name=given)
        number += 1


def _digest(source: str) -> str:
    from autotransform.script import digest_of  # noqa: PLC0415

    return digest_of(source)
