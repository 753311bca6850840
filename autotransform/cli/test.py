"""``autotransform test``: the cases of transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autotransform.cli.options import complete_names, run_options

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.engine import CaseResult
    from autotransform.run import FoundScript


@click.command("test")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_names)
@run_options
@click.pass_obj
def test_command(
    session: Session,
    *,
    names: tuple[str, ...],
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
) -> int:
    """Run the cases of the transforms NAME; without one, of every transform of the repository."""
    from autotransform.cli.workflow import list_found  # noqa: PLC0415

    if not names:
        names = tuple(found.name for found in list_found(session) if found.origin != "catalogue")
        if not names:
            session.terminal.result("There is no transform in this repository yet.")
            return 0
    return run_tests(session, names, arguments=arguments, jobs=jobs, timeout=timeout)


def run_tests(
    session: Session,
    names: tuple[str, ...],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    jobs: int | None = None,
    timeout: float | None = None,
) -> int:
    """Run the cases of each transform and print how they went; gives 1 if any failed."""
    from autotransform.cli.workflow import limits_of, warn_about  # noqa: PLC0415
    from autotransform.run import find_script, run_cases  # noqa: PLC0415

    config = session.config()
    failed = False
    for name in names:
        found = find_script(name, start=session.start, repository=session.repository, base=session.head, config=config)
        warn_about(session, found)
        limits = limits_of(config, jobs=jobs, timeout=timeout)
        results = run_cases(found.script, arguments=arguments, limits=limits)
        failed |= _print_results(session, found, results)
    return 1 if failed else 0


def _print_results(session: Session, found: FoundScript, results: tuple[CaseResult, ...]) -> bool:
    terminal = session.terminal
    gated = [result.case.name for result in results if result.passed and _is_gated(found, result)]
    failures = [result for result in results if not result.passed]
    for result in results:
        if result.passed and result.case.name not in gated:
            terminal.detail(f"  ok    {result.case.name}", style="green")
    for name in gated:
        terminal.result(f"  FAIL  {name}: MENTIONS keeps its text from ever being looked at", style="red")
    for result in failures:
        terminal.result(f"  FAIL  {result.case.name}, line {result.case.line}: {result.failure}", style="red")
        _print_difference(session, result)
    wrong = len(failures) + len(gated)
    if not results:
        terminal.result(f"{found.script.name}: no cases", style="yellow")
    elif wrong:
        terminal.result(f"{found.script.name}: {wrong} of {len(results)} cases fail", style="bold red")
    else:
        terminal.result(f"{found.script.name}: {len(results)} cases pass", style="green")
    return bool(wrong)


def _is_gated(found: FoundScript, result: CaseResult) -> bool:
    from autotransform.run import is_candidate  # noqa: PLC0415

    return result.case.after is not None and not is_candidate(found.script.mentions, result.case.before.encode())


def _print_difference(session: Session, result: CaseResult) -> None:
    from autotransform.review import FileChange, diff_lines  # noqa: PLC0415

    expected = result.case.before if result.case.after is None else result.case.after
    if expected == result.actual:
        return
    change = FileChange(path=result.case.path, before=expected.encode(), after=result.actual.encode())
    lines = list(diff_lines(change))[2:]
    session.terminal.result("        - what the case says, + what came out", style="dim")
    session.terminal.diff(lines)
