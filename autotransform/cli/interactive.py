"""``apply --interactive``: one question for each shape of what changes, answered by one key."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from autotransform.cli.questions import say_number, show_question
from autotransform.cli.workflow import carry_out, changes_of
from autotransform.errors import ScriptError, UsageError
from autotransform.publish.decisions.answers import Answers, load_answers, update_answers
from autotransform.publish.decisions.shared import load_shared
from autotransform.review import explain
from autotransform.review.asking import Round, begin
from autotransform.review.decisions import count_refusals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.review import FileChange
    from autotransform.review.asking import Question, Scope

_End: TypeAlias = Literal["done", "quit", "edited"]

#: Each key, and what it does.
_KEYS = {
    "y": "yes: have this change",
    "n": "no: leave it as it is, on every later run, too",
    "c": "no, and put a case into the script that says so",
    "s": "decide shape by shape, where several are told as one",
    "f": "decide file by file",
    "h": "decide hunk by hunk",
    "a": "yes to this and all the rest",
    "u": "take the last answer back",
    "e": "edit the script, run it again, and go on with what was not answered",
    "q": "quit: nothing is made, and the answers are kept",
    "?": "this help",
}
#: What is said of the answer, behind the question.
_SAID = {"y": "yes", "n": "no", "c": "no, with a case", "a": "yes, and yes to all the rest", "q": "quit"}
#: Into what each divides a question.
_SCOPES: dict[str, tuple[Scope, str]] = {"s": ("shape", "shape"), "f": ("file", "file"), "h": ("change", "place")}
#: Files that are tried for a case.
_TRIED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A change that a person went through."""

    work: Work
    #: As the script left it: what was refused is still in it.
    run: Run
    answers: Answers


def go_through(session: Session, prepare: Callable[[], Work]) -> Gone | None:
    """Ask about every shape that was not answered before; ``None``: the person quit.

    Args:
        session: With a terminal.
        prepare: Gives the script and the files; once more, after the script was edited.

    Raises:
        UsageError: Nobody is there to answer.
        RepositoryError: What was answered earlier cannot be read, or no answer can be kept.
    """
    if not session.terminal.is_interactive:
        raise UsageError(
            "--interactive asks, and nobody is at a terminal to answer.",
            hint="Leave it out to have all of the change, without what was refused earlier; or run it at a terminal.",
        )
    while True:
        work = prepare()
        done = carry_out(session, work)
        talk = _Talk(session, work, done)
        end = talk.hold()
        if end == "edited":
            continue
        return Gone(work=work, run=done, answers=talk.answers) if end == "done" else None


def finish(session: Session, gone: Gone) -> None:
    """Forget what was accepted, once it is made; what was refused is kept."""
    if session.repository is not None:
        left = Answers(refused=gone.answers.refused)
        update_answers(session.repository, gone.run.script.name, before=gone.answers, after=left)


class _Talk:
    """Questions and answers about one run."""

    def __init__(self, session: Session, work: Work, done: Run) -> None:
        self._session, self._work, self._run = session, work, done
        self._changes = {change.path: change for change in changes_of(work, done)}
        self._explanation = explain(done, tuple(self._changes.values()))
        earlier = load_answers(session.repository, done.script.name)
        #: What nobody is asked: the repository's own file refuses it.
        self._given = load_shared(work.selection, done.script.name)
        self._round = begin(self._explanation, refused=earlier.refused, accepted=earlier.accepted, given=self._given)
        self._saved = earlier
        self._asked = len(self._round.pending)
        #: The rounds before, and what to write back to the script where an answer put a case into it.
        self._history: list[tuple[Round, tuple[Path, bytes, bytes] | None]] = []

    @property
    def answers(self) -> Answers:
        """All that was answered, now and earlier."""
        return Answers(refused=self._round.refused, accepted=self._round.accepted)

    def hold(self) -> _End:
        """Ask until everything is answered."""
        if not self._changes:
            return "done"
        self._open()
        try:
            while True:
                end = self._ask() if self._round.pending else self._conclude()
                if end:
                    return end
        except (KeyboardInterrupt, click.Abort):
            self._session.terminal.aside("")
            self._tell_kept()
            raise

    def _open(self) -> None:
        shapes, files = len(self._explanation.shapes), len(self._changes)
        self._session.terminal.heading(f"{say_number(shapes, 'shape')} in {say_number(files, 'file')}")
        if self.answers:
            self._session.terminal.say(
                "What was answered earlier is not asked again; to see it: autotransform decisions"
                f" {self._run.script.name}",
                style="dim",
            )

    def _ask(self) -> _End | None:
        """Ask the first question that is left; tell whether that is the end of it."""
        question = self._round.pending[0]
        self._show(question)
        return self._take(question, self._key("Make this change?", "ynasfhceuq?"))

    def _conclude(self) -> _End | None:
        """Ask whether to go ahead: until then the last answer can be taken back."""
        self._session.terminal.say()
        left = count_refusals(self._round.refused | self._given)
        match self._key(f"All is answered; refused: {left}. Go ahead?", "yuq?"):
            case "y":
                return "done"
            case "u":
                self._undo()
            case "q":
                self._tell_kept()
                return "quit"
            case _:
                self._help("yuq?")
        return None

    def _take(self, question: Question, key: str) -> _End | None:
        match key:
            case "y" | "n":
                self._move(self._round.answer(is_yes=key == "y"))
            case "a":
                self._move(self._round.accept_rest())
            case "c":
                written = self._add_case(question)
                self._move(self._round.answer(is_yes=False), written=written)
            case "s" | "f" | "h":
                self._divide(key)
            case "u":
                self._undo()
            case "e":
                return "edited" if self._edit() else None
            case "q":
                self._tell_kept()
                return "quit"
            case _:
                self._help("ynasfhceuq?")
        return None

    def _move(self, after: Round, *, written: tuple[Path, bytes, bytes] | None = None) -> None:
        self._history.append((self._round, written))
        self._round = after
        self._save()

    def _save(self) -> None:
        if self._session.repository is not None:
            update_answers(self._session.repository, self._run.script.name, before=self._saved, after=self.answers)
        self._saved = self.answers

    def _divide(self, key: str) -> None:
        scope, what = _SCOPES[key]
        after = self._round.divide(scope)
        if len(after.pending) == len(self._round.pending):
            self._session.terminal.aside(f"It is about one {what} alone.")
            return
        self._history.append((self._round, None))
        self._round = after

    def _undo(self) -> None:
        if not self._history:
            self._session.terminal.aside("There is nothing to take back.")
            return
        self._round, written = self._history.pop()
        if written is not None:
            path, before, after = written
            if path.read_bytes() == after:
                path.write_bytes(before)
                self._session.terminal.aside("The case is out of the script again.")
        self._save()

    def _edit(self) -> bool:
        """Have the script edited until it can be read; tell whether it was."""
        from autotransform.cli.edit import open_editor  # noqa: PLC0415
        from autotransform.script import parse  # noqa: PLC0415

        path = self._file()
        while True:
            before = path.read_bytes()
            open_editor(self._session, path)
            if path.read_bytes() == before:
                self._session.terminal.aside("The script is as it was.")
                return False
            try:
                parse(path.read_bytes(), name=self._run.script.name, entry=self._run.script.entry or None)
            except ScriptError as error:
                self._session.terminal.error(error)
                if self._key("Quit, or edit it again?", "qe") == "q":
                    raise
            else:
                return True

    def _file(self) -> Path:
        """Give the file of the script; it is copied into the repository where it stands elsewhere."""
        from autotransform.cli.edit import find_file  # noqa: PLC0415

        found = self._work.found
        is_path = found.origin == "path"
        return find_file(self._session, str(self._session.root / found.path) if is_path else found.script.name)

    def _add_case(self, question: Question) -> tuple[Path, bytes, bytes] | None:
        """Put a case into the script that fails until it leaves alone what is refused; gives the text before."""
        from autotransform.author.cutting import write_case  # noqa: PLC0415
        from autotransform.publish.decisions.negative import find_negative_case  # noqa: PLC0415
        from autotransform.script.amending import insert_cases  # noqa: PLC0415

        terminal, work = self._session.terminal, self._work
        with terminal.working("Looking for a case"):
            for change in self._tried(question):
                keys = {each.key for each in question.changes}
                case = find_negative_case(
                    self._run.script, change, keys=keys, arguments=work.arguments, limits=work.limits
                )
                if case is not None:
                    break
            else:
                case = None
        if case is None:
            terminal.note("The script changes no piece of it by itself: there is no case to add. It is refused.")
            return None
        path = self._file()
        before = path.read_bytes()
        path.write_bytes(after := insert_cases(before, [write_case(case)]))
        shown = path.relative_to(self._session.root) if path.is_relative_to(self._session.root) else path
        terminal.note(f"Added to {shown}: a case, which fails until the script leaves such code alone.")
        return path, before, after

    def _tried(self, question: Question) -> list[FileChange]:
        return [self._changes[path] for path in question.paths[:_TRIED]]

    def _show(self, question: Question) -> None:
        change = self._changes[question.changes[0].change.path]
        self._session.terminal.result()
        show_question(
            self._session.terminal,
            question,
            place=f"{question.number} of {self._asked}",
            rules=self._explanation.rules,
            change=change,
        )

    def _key(self, question: str, keys: str) -> str:
        """Ask for one of some keys; what cannot be one stands for the question mark."""
        shown = f"{question} [{','.join(keys)}] "
        click.secho(shown, nl=False, bold=True)
        key = _read_key()
        known = key if len(key) == 1 and key in keys else keys[-1]
        click.echo(_SAID.get(known, known))
        return known

    def _help(self, keys: str) -> None:
        for key in keys:
            self._session.terminal.aside(f"  {key}  {_KEYS[key]}")

    def _tell_kept(self) -> None:
        name = self._run.script.name
        kept = "Nothing was made."
        if self._session.repository is not None and self._history:
            kept += f" What you answered is kept; go on with: autotransform apply {name} --interactive"
        self._session.terminal.aside(kept)


def _read_key() -> str:
    """Read one key, where the terminal gives keys, and else a line; what was typed ahead does not count.

    Raises:
        KeyboardInterrupt: Ctrl-C.
        click.Abort: There is no more to read.
    """
    import termios  # noqa: PLC0415 - there is none on Windows, and no question either

    sys.stdout.flush()
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
    try:
        if os.environ.get("TERM", "dumb") != "dumb":
            return click.getchar().strip().lower()
        line = sys.stdin.readline()
    except EOFError:
        raise click.Abort from None
    if not line:
        raise click.Abort
    return line.strip().lower()[:1]
