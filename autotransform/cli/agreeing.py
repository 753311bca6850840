"""Show a person what a model understood of a request, and have it accepted, changed or refused."""

from __future__ import annotations

import ast
import os
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotransform.cli.edit import open_editor
from autotransform.cli.terminal import shown
from autotransform.errors import Aborted, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.author.contract import Contract, Question
    from autotransform.cli.session import Session
    from autotransform.script import Case

_LONGEST_ANSWER = 600
_HINT = "Put the request in other words, or say more of what you want; `autotransform log` holds what the model said."


def agree(session: Session, contract: Contract, *, case_by_case: bool) -> Contract:
    """Show what is to be done and ask; gives what was agreed on.

    Args:
        session: Where to ask.
        contract: What the model understood.
        case_by_case: Whether each case is asked about on its own.

    Raises:
        Aborted: The person refused.
    """
    terminal = session.terminal
    with terminal.paused():
        show_contract(session, contract)
        contract = replace(contract, questions=tuple(_answered(question) for question in contract.questions))
        if case_by_case:
            contract = _ask_for_each(session, contract)
        while True:
            answer = terminal.ask("Write a script that does this?", answers=("yes", "no", "edit", "cases"))
            if answer == "yes":
                return contract
            if answer == "no":
                raise Aborted("No script was written.", hint=_HINT)
            if answer == "cases":
                contract = _ask_for_each(session, contract)
            else:
                contract = _edited(session, contract)
                show_contract(session, contract)


def show_contract(session: Session, contract: Contract) -> None:
    """Print a contract, cases as diffs."""
    terminal = session.terminal
    terminal.aside("")
    if contract.is_empty:
        terminal.aside("The model did not say how it understands the request.")
    if contract.summary:
        terminal.aside(contract.summary)
    for title, items in (
        ("What changes", contract.rules),
        ("What is left alone", contract.leaves),
        ("Taken for granted", contract.assumptions),
    ):
        if items:
            terminal.aside("")
            terminal.aside(f"{title}:")
            for item in items:
                terminal.aside(f"  - {item}")
    if contract.cases:
        terminal.aside("")
        terminal.aside(f"Cases ({len(contract.cases)}):")
        for case in contract.cases:
            _show_case(session, case, is_fixed=case.name in contract.fixed)
    for note in contract.notes:
        terminal.note(note)
    terminal.aside("")


def _show_case(session: Session, case: Case, *, is_fixed: bool = False) -> None:
    from autotransform.review import FileChange, diff_lines  # noqa: PLC0415

    mark = " (yours)" if is_fixed else ""
    stays = " (must not change)" if case.after is None else ""
    session.terminal.aside(f"  {case.name}{stays}{mark}")
    if case.after is None:
        for line in case.before.rstrip("\n").split("\n"):
            session.terminal.aside(f"      {line}")
        return
    change = FileChange(path=case.path, before=case.before.encode(), after=case.after.encode())
    for each in list(diff_lines(change))[3:]:
        session.terminal.aside(f"     {each.text}")


def _answered(question: Question) -> Question:
    """Ask a question of the model's; the key for a new line takes what it assumed."""
    default = question.answer or question.assumed
    answer: str = click.prompt(shown(question.text), default=shown(default), show_default=bool(default), err=True)
    return replace(question, answer=answer.strip()[:_LONGEST_ANSWER] or default)


def _ask_for_each(session: Session, contract: Contract) -> Contract:
    """Ask about each case; what a person keeps or edits is theirs, and no model changes it."""
    from autotransform.author.contract import distinct_cases  # noqa: PLC0415

    kept: list[Case] = []
    for case in contract.cases:
        _show_case(session, case)
        answer = session.terminal.ask("Keep this case?", answers=("yes", "no", "edit"))
        if answer != "no":
            kept += _edited_case(session, contract, case) if answer == "edit" else (case,)
    cases = distinct_cases(kept)
    return replace(contract, cases=cases, fixed=frozenset(case.name for case in cases))


def _edited(session: Session, contract: Contract) -> Contract:
    """Have a contract edited as text; where it cannot be read as one, once more, or it stays as it was."""
    from autotransform.author.contract import write_contract  # noqa: PLC0415

    edited = _edit(session, write_contract(contract), needs_cases=bool(contract.cases))
    if edited is None:
        return contract
    return replace(edited, fixed=contract.fixed | _new(edited.cases, contract.cases))


def _edited_case(session: Session, contract: Contract, case: Case) -> tuple[Case, ...]:
    from autotransform.author.contract import write_contract  # noqa: PLC0415

    alone = replace(contract, rules=(), leaves=(), assumptions=(), questions=(), summary="", cases=(case,))
    edited = _edit(session, write_contract(alone), needs_cases=True)
    return (case,) if edited is None else edited.cases


def _edit(session: Session, text: str, *, needs_cases: bool) -> Contract | None:
    """Open a contract in the editor until it can be read; ``None``: the person gave up."""
    from autotransform.author.contract import read_contract  # noqa: PLC0415

    while True:
        text = _edit_text(session, text)
        edited = read_contract(text)
        if not edited.is_empty and not edited.notes and (edited.cases or not needs_cases):
            return edited
        for note in edited.notes or ("It holds no rules and no cases, or the cases are gone.",):
            session.terminal.warning(note)
        answer = session.terminal.ask(
            "Edit it again, take it so, or leave it as it was?", answers=("edit", "take", "leave")
        )
        if answer != "edit":
            return edited if answer == "take" and not edited.is_empty else None


def _new(cases: Iterable[Case], earlier: tuple[Case, ...]) -> frozenset[str]:
    known = {(case.name, case.before, case.after) for case in earlier}
    return frozenset(case.name for case in cases if (case.name, case.before, case.after) not in known)


def _edit_text(session: Session, text: str) -> str:
    """Open a text in the editor that git uses, in a file of its own that is gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix="autotransform-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        open_editor(session, path)
        return path.read_text(encoding="utf-8", errors="replace")
    finally:
        path.unlink(missing_ok=True)


def read_given(pairs: Iterable[tuple[str, str]], *, root: Path) -> tuple[Case, ...]:
    """Read the cases of the command line: each text, or the file that it names behind an ``@``.

    Raises:
        UsageError: A file cannot be read, or a text is not Python.
    """
    from autotransform.author.contract import GIVEN  # noqa: PLC0415
    from autotransform.script import Case  # noqa: PLC0415

    cases = []
    for number, (before, after) in enumerate(pairs, start=1):
        old, new = (_given_text(text, root=root, number=number) for text in (before, after))
        name = f"{GIVEN}{number}"
        cases.append(Case(name=name, before=old, after=None if new == old else new))
    return tuple(cases)


def _given_text(text: str, *, root: Path, number: int) -> str:
    if text.startswith("@") and "\n" not in text:  # a decorated function has more lines
        try:
            text = (root / text[1:]).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"--case {number}: {text[1:]} cannot be read: {error}.", hint="Name a file of UTF-8 text behind the @."
            ) from None
    text = textwrap.dedent(text.replace("\r\n", "\n"))  # as a script holds it
    text = text if text.endswith("\n") else f"{text}\n"
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"--case {number} is not valid Python: {error}.",
            hint="Give a text before and one after, as in --case 'x = pytz.UTC' 'x = timezone.utc', or @FILE for each.",
        ) from None
    return text
