"""What is printed, and how: results to standard output, everything else to standard error."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.text import Text

from autotransform.review import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autotransform.errors import AutoTransformError
    from autotransform.review import DiffLine
    from autotransform.run import Progress as RunProgress

_DIFF_STYLES = {"header": "bold", "hunk": "cyan", "removed": "red", "added": "green", "note": "dim"}


class Terminal:
    """Prints text as it is: no markup, no control characters, colour only where a terminal wants it."""

    def __init__(self, *, verbosity: int) -> None:
        self.verbosity = verbosity
        self._out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def is_interactive(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def width(self) -> int:
        """How many columns there are."""
        return self._out.width

    def result(self, text: str = "", *, style: str = "") -> None:
        """Print a line of the result."""
        self._out.print(Text(safe_text(text), style=style))

    def say(self, text: str = "", *, style: str = "") -> None:
        """Print a line that `-q` silences."""
        if self.verbosity >= 0:
            self._out.print(Text(safe_text(text), style=style))

    def detail(self, text: str, *, style: str = "dim") -> None:
        """Print a line that only `-v` shows."""
        if self.verbosity > 0:
            self._out.print(Text(safe_text(text), style=style))

    def heading(self, text: str) -> None:
        """Print a line that starts a part of the output."""
        self.say(text, style="bold")

    def note(self, text: str) -> None:
        """Print something that a person should know, to standard error."""
        if self.verbosity >= 0:
            self._err.print(Text.assemble(("note: ", "cyan"), safe_text(text)))

    def warning(self, text: str) -> None:
        """Print something that a person should look at, to standard error."""
        self._err.print(Text.assemble(("warning: ", "yellow"), safe_text(text)))

    def error(self, error: AutoTransformError) -> None:
        """Print an error: what happened, the details, what to do next."""
        self._err.print(Text.assemble(("error: ", "bold red"), safe_text(error.message)))
        for line in error.details:
            for part in line.splitlines():
                self._err.print(Text("  " + safe_text(part)))
        if error.hint:
            self._err.print(Text.assemble(("hint: ", "cyan"), safe_text(error.hint)))

    def diff(self, lines: Iterable[DiffLine]) -> None:
        """Print the lines of a diff in colour."""
        for line in lines:
            self._out.print(Text(line.text, style=_DIFF_STYLES.get(line.kind, "")))

    def source(self, code: str, *, line_numbers: bool = False) -> None:
        """Print Python with syntax colours; as it is where nobody sees colours."""
        if self._out.is_terminal and not self._out.no_color:
            syntax = Syntax(code, "python", theme="ansi_dark", line_numbers=line_numbers, background_color="default")
            self._out.print(syntax)
        else:
            for line in code.rstrip("\n").split("\n"):
                self._out.print(Text(safe_text(line)))

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
        with self._err.status(safe_text(what)) as status:
            yield lambda text: status.update(safe_text(text))

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Callable[[RunProgress], None] | None]:
        """Show a bar with the files done and the rate; gives the function that moves it."""
        if self.verbosity < 0 or not self._err.is_terminal:
            yield None
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._err, transient=True) as bar:
            task = bar.add_task(what, total=None, rate="")

            def move(progress: RunProgress) -> None:
                elapsed = bar.tasks[0].elapsed or 0.0
                rate = f"{progress.finished / elapsed:,.0f} files/s, {progress.done} parsed" if elapsed else ""
                bar.update(task, total=progress.selected, completed=progress.finished, rate=rate)

            yield move
