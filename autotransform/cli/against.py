"""What another version of a script does otherwise: that of an earlier commit, or the one before an edit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.config import Config
    from autotransform.engine import Run
    from autotransform.review import FileChange
    from autotransform.review.behaviour import Behaviour
    from autotransform.run import FoundScript, Selection, SourceFile
    from autotransform.script import Script

#: Bytes of a script, as where one is looked up by its name.
_LONGEST_SCRIPT = 200_000
#: Bytes of files on which the versions before and after an edit are compared: some seconds' worth of work where neither
#: ran before.
MOST_COMPARED = 1 << 20


def show_against(
    session: Session,
    work: Work,
    done: Run,
    *,
    rev: str,
    changes: tuple[FileChange, ...],
    is_json: bool = False,
    is_check: bool = False,
) -> int:
    """Show what a script does otherwise than as it stands in another commit, over the same files.

    Args:
        session: Where to look, and where to print.
        work: The script as it is now, and the files.
        done: What came of it.
        rev: The revision that holds the other version.
        changes: The files that the script as it is now changes, with their contents.
        is_json: Print it for another program.
        is_check: Give 1 where the two differ.

    Returns:
        The exit code: 1 where something failed as it is now, or where a check found a difference.

    Raises:
        RepositoryError: There is no such revision.
        ScriptError: It holds no such transform, or none that can be loaded.
    """
    from autotransform.review.behaviour import compare, draw  # noqa: PLC0415

    commit = session.require_repository().resolve(rev)
    former = find_former(session, work.found, commit=commit, rev=rev)
    is_same = (former.script.digest, former.script.entry) == (done.script.digest, done.script.entry)
    before = done if is_same else _run_former(session, replace(work, found=former), rev=rev)
    contents = {change.path: change.before for change in changes}
    contents |= _read_changed(work.selection, before, known=contents)
    behaviour = compare(before, done, contents=contents)
    if is_json:
        _print_json(session, work, behaviour, against=(rev, commit, former))
    elif is_same:
        session.terminal.result(f"{done.script.name} is the same at {rev} ({commit[:10]}), so it does the same.")
    else:
        session.terminal.result(f"What {done.script.name} does otherwise than at {rev} ({commit[:10]}):", style="bold")
        session.terminal.diff(draw(behaviour, contents=contents, limit=None if session.verbosity > 0 else 10))
    return 1 if done.exit_code or (is_check and not behaviour.is_same) else 0


def find_former(session: Session, found: FoundScript, *, commit: str, rev: str) -> FoundScript:
    """Find a script as it stands in a commit: at the same path, else in the folder for transforms of that commit.

    Raises:
        ScriptError: It is not there, or cannot be read as a transform.
    """
    from autotransform.run import FoundScript  # noqa: PLC0415

    repository = session.require_repository()
    folder = session.config(base=commit).transforms.strip("/").removeprefix("./")
    inside = f"{folder}/{found.name}.py" if folder not in {"", "."} else f"{found.name}.py"
    paths = [inside] if found.origin == "catalogue" else [*dict.fromkeys((found.path, inside))]
    for path in paths:
        content = repository.show_file(commit, path)
        if content is not None:
            script = _parse_former(content, now=found.script, where=f"{path} at {rev}")
            return FoundScript(script=script, origin="base", path=path)
    raise ScriptError(
        f"There is no transform {found.name!r} at {rev} ({commit[:10]}), so there is nothing to compare it with.",
        details=(f"Looked for {' and '.join(paths)}.",),
        hint=f"`git log --oneline --all -- {paths[-1]}` lists the commits that changed it.",
    )


def show_edit(
    session: Session,
    before: FoundScript,
    after: FoundScript,
    *,
    selection: Selection,
    config: Config,
    most: int | None = None,
) -> None:
    """Show what a new version of a script does otherwise than the old one.

    Args:
        session: Where to print.
        before: The old version.
        after: The new one.
        selection: The files to compare them on; only those at which either would look are parsed.
        config: For the limits.
        most: Of these, how many bytes at the most; the choice hangs on the files alone.

    Raises:
        ScriptError: One of the two must not run, or cannot be loaded.
    """
    from autotransform.review.behaviour import compare, draw  # noqa: PLC0415

    candidates = _find_candidates(selection, before.script, after.script)
    files = [*candidates] if most is None else _spread(candidates, most=most)
    chosen = replace(selection, files=tuple(files))
    runs = [_run_checked(session, each, chosen, config=config) for each in (before, after)]
    contents: dict[str, bytes] = {}
    for run in runs:
        contents |= _read_changed(chosen, run, known=contents)
    behaviour = compare(*runs, contents=contents)
    session.terminal.heading("What it does otherwise than before:")
    if session.verbosity >= 0:
        session.terminal.diff(draw(behaviour, contents=contents))
    if len(candidates) > len(files):
        session.terminal.note(
            f"Compared on {len(files):,} of the {len(candidates):,} files that hold what it mentions."
            f" `autotransform preview {after.name} --against REV` compares on all, where REV holds the old version."
        )


def _find_candidates(selection: Selection, *scripts: Script) -> dict[SourceFile, int]:
    """Find the files that one of the scripts would look at, in path order, with their sizes."""
    from autotransform.run import is_candidate  # noqa: PLC0415

    found = {
        file: len(content)
        for file, content in selection.attempt_in_any_order(selection.files)
        if isinstance(content, bytes) and any(is_candidate(script.gate, content) for script in scripts)
    }
    return {file: found[file] for file in selection.files if file in found}


def _spread(sizes: Mapping[SourceFile, int], *, most: int) -> list[SourceFile]:
    """Choose files from everywhere, since neighbours are often alike: so many bytes of them, or a single one."""
    files = [*sizes]
    width = max(1, (len(files) - 1).bit_length())
    # The first, the middle one, then those at the quarters, and so on.
    order = sorted(range(len(files)), key=lambda number: f"{number:0{width}b}"[::-1])
    chosen: set[int] = set()
    left = most
    for number in order:
        if (size := sizes[files[number]]) <= left or not chosen:
            chosen.add(number)
            left -= size
    return [files[number] for number in sorted(chosen)]


def _run_checked(session: Session, found: FoundScript, selection: Selection, *, config: Config) -> Run:
    from autotransform.cli.workflow import Work, carry_out, limits_of  # noqa: PLC0415
    from autotransform.run.checked import require_checked  # noqa: PLC0415

    limits = limits_of(session, config)
    require_checked(found.script, limits=limits)
    return carry_out(session, Work(found=found, selection=selection, config=config, limits=limits))


def _run_former(session: Session, work: Work, *, rev: str) -> Run:
    from autotransform.cli.workflow import carry_out  # noqa: PLC0415
    from autotransform.run.checked import require_checked  # noqa: PLC0415

    try:
        require_checked(work.found.script, limits=work.limits)
        return carry_out(session, work)
    except ScriptError as error:
        if type(error) is not ScriptError:  # where it needs a person's approval, the error says how
            raise
        raise ScriptError(
            f"The transform {work.found.name!r} cannot run as it stands at {rev}: {error.message}",
            details=error.details,
            hint="Name another revision, whose version can be compared.",
        ) from error


def _parse_former(content: bytes, *, now: Script, where: str) -> Script:
    from autotransform.script import parse  # noqa: PLC0415

    if len(content) > _LONGEST_SCRIPT:
        raise ScriptError(f"{where} is no transform: it has more than {_LONGEST_SCRIPT:,} bytes.")
    try:
        try:
            return parse(content, name=now.name, entry=now.entry)
        except ScriptError:  # the class may have had another name
            return parse(content, name=now.name)
    except ScriptError as error:
        raise ScriptError(
            f"{where} cannot be read as a transform: {error.message}",
            details=error.details,
            hint="Name another revision, whose version can be compared.",
        ) from error


def _read_changed(selection: Selection, done: Run, *, known: dict[str, bytes]) -> dict[str, bytes]:
    """Read the files that a run changes, but for those that are known."""
    paths = {outcome.path for outcome in done.changed} - known.keys()
    files = [file for file in selection.files if file.path in paths]
    return {file.path: content for file, content in zip(files, selection.read_these(files), strict=True)}


def _print_json(session: Session, work: Work, behaviour: Behaviour, *, against: tuple[str, str, FoundScript]) -> None:
    from autotransform.cli.encoding import encode_json  # noqa: PLC0415
    from autotransform.review.behaviour_report import Other, behaviour_to_json  # noqa: PLC0415

    rev, commit, former = against
    document = behaviour_to_json(
        behaviour,
        script=work.found.script,
        path=work.found.path,
        base=work.selection.base,
        other=Other(revision=rev, commit=commit, script=former.script, path=former.path),
    )
    session.terminal.write_bytes(encode_json(document))
