"""A question about changes of one shape, as it is shown: how often, where, what changes, why, and one example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review import DiffLine, safe_text, show_path
from autotransform.review.diff import hunk_lines, mark_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.cli.terminal import Terminal
    from autotransform.review import FileChange
    from autotransform.review.asking import Question
    from autotransform.script.methods import Method

#: Paths, and lines of an example, that are shown.
_PATHS, _LINES = 4, 30
#: Lines above a hunk that name its file, and where it is.
_HEADERS = 3
_INDENT = "  "
_PARTS = {"family": "", "shape": "", "file": ", in one file", "change": ", in one place"}


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
    family, shown = question.family, question.changes[0]
    where = f"{say_number(len(question.changes), 'place')} in {say_number(len(question.paths), 'file')}"
    many = f", {len(family.shapes)} shapes that differ in a name" if len(family.shapes) > 1 else ""
    terminal.result(f"{place}{_PARTS[question.scope]}: {where}{many}", style="bold")
    terminal.diff(_sides(family.before, family.shapes[0].shape.after))
    for line in _why(question, rules=rules):
        terminal.result(f"  {line}", style="dim")
    lines = [*hunk_lines(change, (shown.change.hunk,), is_marked=terminal.has_colours)][_HEADERS:]
    above = next(index for index, line in enumerate(shown.change.hunk.lines) if line.kind != "context")
    line_number = max(shown.change.hunk.before_start, 1) + above
    terminal.result(f"  {show_path(change.path)}, line {line_number}:", style="cyan")
    terminal.diff(map(_indented, lines[:_LINES]))
    if len(lines) > _LINES:
        terminal.result(f"  … {say_number(len(lines) - _LINES, 'more line')}", style="dim")


def say_number(count: int, what: str) -> str:
    """Say how many of something there are."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _sides(before: str, after: str) -> Iterator[DiffLine]:
    """Give a shape as lines that go and lines that come."""
    removed = [DiffLine(kind="removed", text=f"- {line}") for line in before.splitlines()]
    added = [DiffLine(kind="added", text=f"+ {line}") for line in after.splitlines()]
    return map(_indented, mark_words([*removed, *added]))


def _indented(line: DiffLine) -> DiffLine:
    marks = tuple((start + len(_INDENT), end + len(_INDENT)) for start, end in line.marks)
    return DiffLine(kind=line.kind, text=f"{_INDENT}{line.text}", marks=marks)


def _why(question: Question, *, rules: Sequence[str]) -> Iterator[str]:
    is_broad = question.scope in {"family", "shape"}
    reason = question.family.shapes[0].reason if is_broad else question.changes[0].reason
    cases = question.family.cases
    if reason.methods:
        yield f"made by {', '.join(map(_say_method, reason.methods))}"
    yield from (f"rule: {safe_text(rules[index])}" for index in reason.rules)
    yield f"shown by the case {safe_text(cases[0])!r}" if cases else "no case shows it"
    more = len(question.paths) - _PATHS
    yield "in " + ", ".join(map(show_path, question.paths[:_PATHS])) + (f" and {more} more" if more > 0 else "")


def _say_method(method: Method) -> str:
    if not method.first:
        return safe_text(method.name)
    lines = f"line {method.first}" if method.first == method.last else f"lines {method.first} to {method.last}"
    return f"{safe_text(method.name)} ({lines})"
