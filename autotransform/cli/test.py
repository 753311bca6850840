"""``autotransform test``: what the cases of transforms prove."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from autotransform.cli.options import complete_names, run_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.cli.session import Session
    from autotransform.engine import CaseResult
    from autotransform.run import FoundScript, Limits
    from autotransform.run.proofs import Difference, Proof
    from autotransform.script.mutation import Mutant

#: How many places without a case are listed, and how many elements of one of them, unless -v asks for all.
_MOST_PLACES = 10
_MOST_ELEMENTS = 5


@click.command("test")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_names)
@click.option("--quick", is_flag=True, help="Do not look for missing cases.")
@click.option(
    "--strict/--no-strict",
    default=None,
    help="Fail, too, where a case is missing, or where one loses a comment, a docstring or a name.",
)
@run_options
@click.pass_obj
def test_command(
    session: Session,
    *,
    names: tuple[str, ...],
    quick: bool,
    strict: bool | None,
    arguments: tuple[tuple[str, str], ...],
    jobs: int | None,
    timeout: float | None,
) -> int:
    """Prove the transforms NAME by their cases; without one, every transform of the repository.

    The cases run twice, in processes with different hashes: what comes out must be what they say, both times,
    and a second pass over it must change nothing. Then the script is changed in one place at a time: where no case
    fails, one is missing. Last, it runs on some files of HEAD that MENTIONS keep out, which must stay as they are.
    """
    from autotransform.cli.workflow import list_found  # noqa: PLC0415

    if not names:
        names = tuple(found.name for found in list_found(session) if found.origin != "catalogue")
        if not names:
            session.terminal.result("There is no transform in this repository yet.")
            return 0
    return run_tests(session, names, arguments=arguments, jobs=jobs, timeout=timeout, strict=strict, quick=quick)


def run_tests(
    session: Session,
    names: tuple[str, ...],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    jobs: int | None = None,
    timeout: float | None = None,
    strict: bool | None = None,
    quick: bool = True,
) -> int:
    """Prove each transform by its cases and print how that went; gives 1 if anything failed."""
    from autotransform.cli.workflow import limits_of, warn_about  # noqa: PLC0415
    from autotransform.run import find_script  # noqa: PLC0415

    config = session.config()
    failed = False
    for name in names:
        found = find_script(name, start=session.start, repository=session.repository, base=session.head, config=config)
        warn_about(session, found)
        limits = limits_of(session, config, jobs=jobs, timeout=timeout)
        proof = _prove(session, found, arguments=arguments, limits=limits, with_mutants=not quick)
        # The configuration asks for what a run is to guarantee; only the option, for more cases.
        broken = _print_cases(session, proof, strict=config.strict if strict is None else strict)
        _print_verdict(session, proof, broken=broken)
        _print_missing(session, proof)
        is_wrong = not quick and not _try_gate(session, found, arguments=arguments, limits=limits)
        failed |= is_wrong or bool(broken) or (bool(strict) and bool(proof.missing or not proof.results))
    return 1 if failed else 0


def _prove(
    session: Session,
    found: FoundScript,
    *,
    arguments: tuple[tuple[str, str], ...],
    limits: Limits,
    with_mutants: bool,
) -> Proof:
    from autotransform.cli.approval import run_approved  # noqa: PLC0415
    from autotransform.run.proofs import prove  # noqa: PLC0415

    def go() -> Proof:
        with session.terminal.working(f"Testing {found.script.name}"):
            return prove(found.script, arguments=arguments, limits=limits, with_mutants=with_mutants)

    return run_approved(session, found, go, is_repeatable=False)


def _try_gate(session: Session, found: FoundScript, *, arguments: tuple[tuple[str, str], ...], limits: Limits) -> bool:
    """Run the script on some files that its MENTIONS keep out, and print those that it changes; gives whether none."""
    from autotransform.errors import UsageError  # noqa: PLC0415
    from autotransform.run import select  # noqa: PLC0415
    from autotransform.run.gate_trial import try_gate  # noqa: PLC0415

    if session.repository is None or not session.head or not found.script.gate:
        return True
    try:
        selection = select(
            start=session.root, repository=session.repository, base=session.head, config=session.config()
        )
    except UsageError:  # no Python in it
        return True
    with session.terminal.working(f"Testing the MENTIONS of {found.script.name}"):
        trial = try_gate(found.script, selection, arguments=arguments, limits=limits)
    for path in trial.changed:
        text = f"  FAIL  {path}: the script changes it, and MENTIONS keeps it from ever being looked at"
        session.terminal.result(text, style="red")
    session.terminal.detail(
        f"  ok    of the files without MENTIONS, {trial.tried - len(trial.changed)} stay as they are"
    )
    return not trial.changed


def _print_cases(session: Session, proof: Proof, *, strict: bool) -> frozenset[str]:
    """Print what is wrong with the cases; gives the names of those that fail."""
    terminal = session.terminal
    breaches = [(result.case, breach) for result in proof.results if result.passed for breach in result.breaches]
    failing = proof.failing | (frozenset(case.name for case, _ in breaches) if strict else frozenset())
    for result in proof.results:
        if not result.passed:
            terminal.result(f"  FAIL  {result.case.name}, line {result.case.line}: {result.failure}", style="red")
            _print_result(session, result)
        elif result.case.name not in failing:
            terminal.detail(f"  ok    {result.case.name}", style="green")
    for case, breach in breaches:
        tag, style = ("FAIL", "red") if strict else ("warn", "yellow")
        terminal.result(f"  {tag}  {case.name}, line {case.line}: {breach.message}", style=style)
    for difference in proof.differences:
        case = difference.case
        terminal.result(f"  FAIL  {case.name}, line {case.line}: {difference.reason}", style="red")
        _print_both(session, difference)
    for case in proof.gated:
        text = f"  FAIL  {case.name}, line {case.line}: MENTIONS keeps its text from ever being looked at"
        terminal.result(text, style="red")
    return failing


def _print_verdict(session: Session, proof: Proof, *, broken: frozenset[str]) -> None:
    name, cases = proof.script.name, len(proof.results)
    if not cases:
        session.terminal.result(f"{name}: no cases", style="yellow")
        return
    if broken:
        session.terminal.result(f"{name}: {len(broken)} of {cases} cases fail", style="bold red")
        return
    verdict = f"{name}: {cases} cases pass" if cases > 1 else f"{name}: 1 case passes"
    verdict += ", twice"
    if proof.trials is not None:
        noticed = sum(trial.is_noticed for trial in proof.trials)
        verdict += f"; {noticed} of {len(proof.trials)} small changes to it are noticed"
    session.terminal.result(verdict, style="green")


def _print_missing(session: Session, proof: Proof) -> None:
    terminal = session.terminal
    is_complete = terminal.verbosity > 0
    for trial in proof.trials or ():
        if trial.is_noticed:
            (change,) = _changes([trial.mutant], is_complete=True)
            terminal.detail(f"  ok    a case fails when {change}: {trial.mutant.code}", style="green")
    places = [(line, list(group)) for line, group in groupby(proof.missing, key=lambda mutant: mutant.line)]
    for _, mutants in places if is_complete else places[:_MOST_PLACES]:
        changes = ", or when ".join(_changes(mutants, is_complete=is_complete))
        terminal.result(f"  no case fails when {changes}: {mutants[0].code}", style="yellow")
    if len(places) > _MOST_PLACES and not is_complete:
        terminal.result(f"  … and {len(places) - _MOST_PLACES} more lines; -v lists them", style="yellow")


def _changes(mutants: Iterable[Mutant], *, is_complete: bool) -> Iterator[str]:
    """Say what was changed in one line, each way of changing it once."""
    by_fate: dict[str, list[str]] = {}
    for mutant in mutants:
        by_fate.setdefault(mutant.fate, []).extend(mutant.subjects)
    for fate, subjects in by_fate.items():
        shown = subjects if is_complete else subjects[:_MOST_ELEMENTS]
        rest = [f"one of {len(subjects) - len(shown)} more"] if len(shown) < len(subjects) else []
        *most, last = [*shown, *rest]
        yield f"{', '.join(most)} or {last} {fate}" if most else f"{last} {fate}"


def _print_result(session: Session, result: CaseResult) -> None:
    expected = result.case.before if result.case.after is None else result.case.after
    said = "- what the case says, + what came out"
    _print_difference(session, said, path=result.case.path, old=expected.encode(), new=result.actual.encode())


def _print_both(session: Session, difference: Difference) -> None:
    path, before = difference.case.path, difference.case.before.encode()
    old, new = (getattr(outcome, "after", before) for outcome in (difference.first, difference.second))
    _print_difference(session, "- what came out first, + what came out then", path=path, old=old, new=new)


def _print_difference(session: Session, said: str, *, path: str, old: bytes, new: bytes) -> None:
    from autotransform.review import FileChange, diff_lines  # noqa: PLC0415

    if old == new:
        return
    session.terminal.result(f"        {said}", style="dim")
    session.terminal.diff(list(diff_lines(FileChange(path=path, before=old, after=new)))[2:])
