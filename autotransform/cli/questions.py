"""A question about changes of one shape, as it is shown: how often, where, what changes, why, and one example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review import DiffLine, safe_text, show_path
from autotransform.review.diff import shared_ending
from autotransform.review.patch import MARKS
from autotransform.review.text import decoder_of, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.cli.terminal import Terminal
    from autotransform.review import FileChange
    from autotransform.review.asking import Question
    from autotransform.script.methods import Method

#: Paths, and lines of an example, that are shown.
_PATHS, _LINES = 4, 30
_PARTS = {"shape": "", "file": ", in one file", "change": ", in one place"}


def show_question(
    terminal: Terminal, question: Question, *, place: str, rules: Sequence[str], change: FileChange
) -> None:
    """Show what is asked about.

    Args:
        terminal: Where.
        question: What.
        place: Which of how many it is.
        rules: Of the script.
        change: The file of the example, which is the first change.
    """
    shape = question.shape.shape
    where = f"{say_number(len(question.changes), 'place')} in {say_number(len(question.paths), 'file')}"
    terminal.result(f"{place}{_PARTS[question.scope]}: {where}", style="bold")
    terminal.diff(_sides(shape.before, shape.after))
    for line in _why(question, rules=rules):
        terminal.result(f"  {line}", style="dim")
    hunk = question.changes[0].change.hunk
    above = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")
    terminal.result(f"  {show_path(change.path)}, line {max(hunk.before_start, 1) + above}:", style="cyan")
    lines = list(_hunk_lines(question, change))
    terminal.diff(lines[:_LINES])
    if len(lines) > _LINES:
        terminal.result(f"  … {say_number(len(lines) - _LINES, 'more line')}", style="dim")


def say_number(count: int, what: str) -> str:
    """Say how many of something there are."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _sides(before: str, after: str) -> list[DiffLine]:
    """Give a shape as lines that go and lines that come."""
    return [
        *(DiffLine(kind="removed", text=f"  - {line}") for line in before.splitlines()),
        *(DiffLine(kind="added", text=f"  + {line}") for line in after.splitlines()),
    ]


def _why(question: Question, *, rules: Sequence[str]) -> Iterator[str]:
    reason = question.shape.reason if question.scope == "shape" else question.changes[0].reason
    if reason.methods:
        yield f"made by {', '.join(map(_say_method, reason.methods))}"
    yield from (f"rule: {safe_text(rules[index])}" for index in reason.rules)
    yield f"shown by the case {safe_text(reason.cases[0])!r}" if reason.cases else "no case shows it"
    more = len(question.paths) - _PATHS
    yield "in " + ", ".join(map(show_path, question.paths[:_PATHS])) + (f" and {more} more" if more > 0 else "")


def _say_method(method: Method) -> str:
    if not method.first:
        return safe_text(method.name)
    lines = f"line {method.first}" if method.first == method.last else f"lines {method.first} to {method.last}"
    return f"{safe_text(method.name)} ({lines})"


def _hunk_lines(question: Question, change: FileChange) -> Iterator[DiffLine]:
    old, new, ending = decoder_of(change.before), decoder_of(change.after), shared_ending(change)
    for line in question.changes[0].change.hunk.lines:
        content = line.content.removesuffix(ending).removesuffix(b"\n")
        text = show_bytes(content, encoding=new if line.kind == "added" else old)
        yield DiffLine(kind=line.kind, text=f"  {MARKS[line.kind].decode()}{text}")
