"""What is printed, and how: results to standard output, everything else to standard error."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from typing import IO, TYPE_CHECKING, Any, cast

import click
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from rich.text import Text

from autotransform.review import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.status import Status

    from autotransform.errors import AutoTransformError
    from autotransform.review import DiffLine
    from autotransform.run import Progress as RunProgress

_DIFF_STYLES = {
    "header": "bold",
    "hunk": "cyan",
    "removed": "red",
    "added": "green",
    "note": "dim",
    "title": "bold",
    "hint": "dim",
    "alert": "yellow",
}
#: Text is shown as it is.
_PLAIN: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False, "soft_wrap": True}
#: Of the words of a line that differ.
_MARKED = "reverse"

#: What the log of a GitHub workflow takes for a command to its runner, wherever it comes from: `::` after blanks, and
#: `##[` anywhere.
_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)")


class Terminal:
    """Prints text as it is: no markup, no control characters, colour only where a terminal wants it."""

    def __init__(self, *, verbosity: int) -> None:
        self.verbosity = verbosity
        self._out = Console(**_PLAIN)
        self._err = Console(stderr=True, **_PLAIN)
        self._status: Status | None = None

    @property
    def is_interactive(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to read a question on standard error, and to answer it."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str, *, answers: tuple[str, ...]) -> str:
        """Ask, on standard error, for one of some words, of which the first stands for no word at all.

        What was typed before the question stood there does not answer it.
        """
        import termios  # noqa: PLC0415 - there is none on Windows, and no question either

        termios.tcflush(sys.stdin, termios.TCIFLUSH)
        answer: str = click.prompt(shown(question), type=click.Choice(answers), default=answers[0], err=True)
        return answer

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self._out.width

    def result(self, text: str = "", *, style: str = "") -> None:
        """Print a line of the result."""
        self._out.print(Text(shown(text), style=style))

    def say(self, text: str = "", *, style: str = "") -> None:
        """Print a line that `-q` silences."""
        if self.verbosity >= 0:
            self._out.print(Text(shown(text), style=style))

    def detail(self, text: str, *, style: str = "dim") -> None:
        """Print a line that only `-v` shows."""
        if self.verbosity > 0:
            self._out.print(Text(shown(text), style=style))

    def heading(self, text: str) -> None:
        """Print a line that starts a part of the output."""
        self.say(text, style="bold")

    def note(self, text: str) -> None:
        """Print something that a person should know, to standard error."""
        if self.verbosity >= 0:
            self._err.print(Text.assemble(("note: ", "cyan"), shown(text)))

    def aside(self, text: str) -> None:
        """Print a line that belongs to a question, to standard error."""
        self._err.print(Text(shown(text)))

    def warning(self, text: str) -> None:
        """Print something that a person should look at, to standard error."""
        self._err.print(Text.assemble(("warning: ", "yellow"), shown(text)))

    def error(self, error: AutoTransformError) -> None:
        """Print an error: what happened, the details, what to do next."""
        self._err.print(Text.assemble(("error: ", "bold red"), shown(error.message)))
        for line in error.details:
            for part in line.splitlines():
                self._err.print(Text("  " + shown(part)))
        # By line breaks of ours alone: whatever else breaks a line is not there to be pasted.
        for line in error.hint.split("\n") if error.hint else ():
            self._err.print(Text.assemble(("hint: ", "cyan"), shown(line)))

    def diff(self, lines: Iterable[DiffLine]) -> None:
        """Print lines of a diff, or of what is told beside it, in colour."""
        file = self._out.file
        if not self.has_colours:
            file.writelines(f"{_defused(line.text)}\n" for line in lines)
            return
        # Not by way of `print`: that takes a tenth of a millisecond for each line, and there may be 100,000.
        system = COLOR_SYSTEMS[self._out.color_system or "standard"]
        styles = {kind: Style.parse(style) for kind, style in _DIFF_STYLES.items()}
        for line in lines:
            style = styles.get(line.kind, Style.null())
            pieces = (
                _pieces(line) if line.marks and _defused(line.text) == line.text else [(_defused(line.text), False)]
            )
            marked = style + Style.parse(_MARKED)
            written = [(marked if is_marked else style).render(text, color_system=system) for text, is_marked in pieces]
            file.write(f"{''.join(written)}\n")

    @property
    def has_colours(self) -> bool:
        """Whether standard output shows colours, and wants them."""
        return self._out.color_system is not None and not self._out.no_color and not self._out.legacy_windows

    @property
    def is_screen(self) -> bool:
        """Whether standard output is a terminal."""
        return self._out.is_terminal and not self._out.is_dumb_terminal

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and lines there are."""
        return self._out.size.width, self._out.size.height

    @contextlib.contextmanager
    def redirected(self, file: IO[str]) -> Iterator[None]:
        """Write standard output to a file for a while, in the colours of the terminal."""
        # A console of its own: what stands in its buffer when writing fails would turn up in what is printed next.
        kept = self._out
        self._out = Console(
            file=file,
            force_terminal=True,
            color_system=cast("Any", kept.color_system),
            no_color=kept.no_color,
            width=kept.width,
            **_PLAIN,
        )
        try:
            yield
        finally:
            self._out = kept

    def source(self, code: str, *, is_aside: bool = False) -> None:
        """Print Python with syntax colours; as it is where nobody sees colours."""
        console = self._err if is_aside else self._out
        lines = [shown(line) for line in code.rstrip("\n").split("\n")]
        if console.is_terminal and not console.no_color:
            from rich.syntax import Syntax  # noqa: PLC0415 - most commands show no code

            # As text: rich cuts the lines of `Syntax` itself off where the terminal ends, and so hides code.
            colours = Syntax("", "python", theme="ansi_dark", background_color="default")
            console.print(colours.highlight("\n".join(lines)), end="")
        else:
            for line in lines:
                console.print(Text(line))

    def write_bytes(self, content: bytes) -> None:
        """Write bytes to standard output as they are."""
        self._out.file.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    @contextlib.contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show that something is going on, and what; gives a function that changes the text."""
        if self.verbosity < 0 or not self._err.is_terminal:
            yield self.detail
            return
        # As `Text`, here and below: what is a string to a status, or to a column, is read as markup.
        with self._err.status(Text(shown(what))) as status:
            self._status = status
            try:
                yield lambda text: status.update(Text(shown(text)))
            finally:
                self._status = None

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Draw nothing over what is asked meanwhile."""
        if self._status is None:
            yield
            return
        self._status.stop()
        try:
            yield
        finally:
            self._status.start()

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Callable[[RunProgress], None] | None]:
        """Show a bar with the files done and the rate; gives the function that moves it."""
        if self.verbosity < 0 or not self._err.is_terminal:
            yield None
            return
        from rich.progress import (  # noqa: PLC0415 - nobody sees a bar where there is no terminal
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._err, transient=True) as bar:
            task = bar.add_task(shown(what), total=None, rate="")

            def move(progress: RunProgress) -> None:
                elapsed = bar.tasks[0].elapsed or 0.0
                rate = f"{progress.finished / elapsed:,.0f} files/s, {progress.done} parsed" if elapsed else ""
                bar.update(task, total=progress.selected, completed=progress.finished, rate=rate)

            yield move


def _pieces(line: DiffLine) -> Iterator[tuple[str, bool]]:
    """Cut a line at its marks."""
    at = 0
    for start, end in line.marks:
        yield line.text[at:start], False
        yield line.text[start:end], True
        at = end
    yield line.text[at:], False


def shown(text: str) -> str:
    """Give a text as it can be shown: it controls nothing, neither a terminal nor a workflow."""
    return _defused(safe_text(text))


def _defused(text: str) -> str:
    return _COMMAND.sub(r"\1\2 ", text) if os.environ.get("GITHUB_ACTIONS") else text
