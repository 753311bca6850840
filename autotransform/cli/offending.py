"""What the project's own tests did not bear: told, and added to the script as cases that it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.publish.gate.offences import Offence
    from autotransform.publish.making import Change
    from autotransform.script import Case

#: Files that are told of, lines of what the tests printed, and files that are tried as a case.
_FILES, _LINES, _CASES = 10, 10, 20


def tell_offences(session: Session, work: Work, change: Change, *, is_adding: bool) -> None:
    """Say which files were left out and why, and what the script could learn from them."""
    offences = change.verification.dropped if change.verification else ()
    proven = [offence for offence in offences if offence.is_proven]
    for offence in offences[:_FILES]:
        session.terminal.warning(f"{offence.path} stays as it is: {_why(offence)}")
        for line in offence.output.splitlines()[-_LINES:] if offence.is_proven else []:
            session.terminal.detail(f"    {line}")
    if len(offences) > _FILES:
        session.terminal.warning(f"…and {len(offences) - _FILES} more files stay as they are")
    if not proven:
        return
    if is_adding:
        _add_cases(session, work, proven[:_CASES])
    else:
        session.terminal.note("What the script does there can become cases that it fails: give --add-cases, too.")


def _why(offence: Offence) -> str:
    if offence.is_proven:
        return "the project's own tests fail with its change (-v shows what they say)"
    return "there was no time left to see whether the project's own tests pass with its change"


def _add_cases(session: Session, work: Work, offences: list[Offence]) -> None:
    """Put a case for each offence, as far as one is found, into the script where a person can mend it."""
    from autotransform.author.cutting import write_case  # noqa: PLC0415
    from autotransform.cli.edit import find_file  # noqa: PLC0415
    from autotransform.publish.gate.offences import find_failing_case  # noqa: PLC0415
    from autotransform.script.amending import insert_cases  # noqa: PLC0415

    script = work.found.script
    found: list[Case] = []
    with session.terminal.working("Looking for cases"):
        for offence in offences:
            case = find_failing_case(script, offence, arguments=work.arguments, limits=work.limits)
            if case and all((case.before, case.path) != (known.before, known.path) for known in script.cases):
                found.append(case)
    if not found:
        session.terminal.note("The script changes no piece of them by itself: there is no case to add.")
        return
    path = find_file(session, str(session.root / work.found.path) if work.found.origin == "path" else script.name)
    path.write_bytes(insert_cases(path.read_bytes(), [write_case(case) for case in found]))
    shown = path.relative_to(session.root) if path.is_relative_to(session.root) else path
    added = "a case, which fails" if len(found) == 1 else f"{len(found)} cases, which fail"
    session.terminal.result(f"Added to {shown}: {added} until it leaves such code alone.")
    session.terminal.say(
        f"Mend it:      autotransform edit {script.name} && autotransform test {script.name}", style="dim"
    )
