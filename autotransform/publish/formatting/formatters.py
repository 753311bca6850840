"""Programs that format Python: the known ones, any other that a person names, and the settings that they find."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotransform.errors import UsageError
from autotransform.publish.programs.commands import find_program, plain_environment, run_command, split_command
from autotransform.run.disk import read_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autotransform.publish.programs.commands import Finished
    from autotransform.run import Selection

#: Where the path of the file and the ranges of lines go.
_PATH, _RANGES = "{path}", "{ranges}"

#: Of each known one the arguments with which it formats standard input; those for a range of lines, 1-based; and
#: whether it takes but one range at a time. As their documentation has them; all four by hand.
_KNOWN: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "autopep8": ((_RANGES, "-"), ("--line-range", "{first}", "{last}"), True),
    "black": (("--quiet", _RANGES, f"--stdin-filename={_PATH}", "-"), ("--line-ranges={first}-{last}",), False),
    "ruff": (
        ("format", "--quiet", "--no-cache", "--force-exclude", _RANGES, f"--stdin-filename={_PATH}", "-"),
        ("--range={first}-{behind}",),
        True,
    ),
    "yapf": ((_RANGES,), ("--lines", "{first}-{last}"), False),
}
NAMES = tuple(_KNOWN)

#: The files in which formatters look for their settings; and every file that one of ruff's may be extended from.
_SETTINGS = (
    ".editorconfig",
    ".flake8",
    ".pep8",
    ".ruff.toml",
    ".style.yapf",
    "pyproject.toml",
    "ruff.toml",
    "setup.cfg",
    "tox.ini",
)
_EXTENDED = re.compile(r"(?:.*/)?[^/]*ruff[^/]*\.toml")
_MOST_SETTINGS, _LARGEST_SETTING = 5_000, 1_000_000

#: Settings of the person who runs it, which would make another text of the same file.
_OWN_SETTINGS = re.compile(r"(?:RUFF|BLACK|YAPF|AUTOPEP8)_.*")
_FIXED = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "NO_COLOR": "1"}
#: What stops the search for settings above the tree; whatever lies there is somebody else's.
_STOPS = {
    ".style.yapf": b"[style]\nbased_on_style = pep8\n",
    ".pep8": b"[pep8]\n",
    "pyproject.toml": b"[tool.autopep8]\n",
}

_VERSION_SECONDS = 30.0
_VERSION_LENGTH = 200
_MEMORY = 4 << 30
#: How much longer a text may become.
_GROWTH, _MORE = 8, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatter:
    """A program that reads a text from standard input and writes it, formatted, to standard output."""

    #: Of a known one its name; else empty.
    name: str
    #: As a person wrote it; of a known one, empty.
    command: str
    #: The program's path, and its arguments with places for path and ranges.
    words: tuple[str, ...]
    #: The first line that it prints with ``--version``; empty where that says nothing.
    version: str

    @property
    def label(self) -> str:
        """What to call it."""
        return self.name or Path(self.words[0]).name

    @property
    def record(self) -> dict[str, str]:
        """What to note of it, so that the same bytes can be made again."""
        what = {"name": self.name} if self.name else {"command": self.command}
        return {**what, "version": self.version}

    @property
    def ranges(self) -> tuple[tuple[str, ...], bool]:
        """The arguments for a range of lines, none where it knows no ranges, and whether it takes but one."""
        return _KNOWN[self.name][1:] if self.name else ((), True)

    def run(
        self, text: bytes, *, path: str, tree: Path, seconds: float, ranges: Sequence[tuple[int, int]] = ()
    ) -> Finished:
        """Have a text formatted.

        Args:
            text: What it is given.
            path: Where the text stands, below ``tree``.
            tree: As `settings_tree` gives it.
            seconds: How long it may take.
            ranges: First and last line, 1-based, of what is to be formatted; none: all of it.
        """
        # The known ones look for their settings from where they run, or from the file, of which ruff must be told the
        # whole path; others are told the path from the root, which is the same everywhere.
        shown = os.fspath(tree / path) if self.name else path
        options = [
            part.format(first=first, last=last, behind=last + 1) for first, last in ranges for part in self.ranges[0]
        ]
        words = [
            part
            for word in self.words
            for part in (options if word == _RANGES else [word.replace(_PATH, _as_argument(shown))])
        ]
        answer = run_command(
            words,
            folder=(tree / path).parent if self.name else tree,
            environment=_environment(tree),
            seconds=seconds,
            feed=text,
            largest=_GROWTH * len(text) + _MORE,
            # Others may set aside more than they use, as what runs on a virtual machine does.
            memory=_MEMORY if self.name else None,
        )
        # What it complains about goes into reports, which say the same on every machine.
        return replace(answer, errors=answer.errors.replace(os.fsencode(tree), b"."))


def find_formatter(given: str, *, folder: Path) -> Formatter:
    """Find the program that somebody means.

    Args:
        given: A known name; or a command, with ``{path}`` where it wants to know of which file the text is. Only a
            person may give one: a configuration holds nothing but known names, and what a commit says goes through
            `read_formatter`.
        folder: From where a relative path of a program counts.

    Raises:
        UsageError: There is no such program, or it cannot be read as a command.
    """
    if given in _KNOWN:
        program = find_program(given, folder=folder)
        words = (program, *_KNOWN[given][0])
        return Formatter(name=given, command="", words=words, version=_ask_version((program,)))
    first, *rest = split_command(given, option="--formatter")
    words = (find_program(first, folder=folder), *rest)
    # `python -m NAME`: it is the module's version that counts.
    asked = words[:3] if words[1:2] == ("-m",) else words[:1]
    return Formatter(name="", command=given, words=words, version=_ask_version(asked))


def read_formatter(recorded: object) -> str:
    """Give the name of the formatter that a commit says it was made with; empty where it says none.

    Raises:
        UsageError: It names a command, which no commit may, or none that is known.
    """
    if recorded is None:
        return ""
    name = recorded.get("name") if isinstance(recorded, dict) else None
    if isinstance(name, str) and name in _KNOWN:
        return name
    told = recorded.get("command") if isinstance(recorded, dict) else recorded
    raise UsageError(
        f"The commit was made with a formatter that a commit cannot name: {ascii(told)[:200]}.",
        hint="If you trust that command, give it yourself: --formatter COMMAND",
    )


def _as_argument(path: str) -> str:
    return f"./{path}" if path.startswith("-") else path


def _ask_version(words: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        answer = run_command(
            [*words, "--version"],
            folder=Path(folder),
            environment=plain_environment(**_FIXED),
            seconds=_VERSION_SECONDS,
            largest=1 << 16,
        )
    lines = answer.output.decode(errors="replace").split("\n") if answer.passed else []
    return "".join(letter for letter in lines[0].strip() if letter.isprintable())[:_VERSION_LENGTH] if lines else ""


def _environment(tree: Path) -> dict[str, str]:
    # An empty folder stands for the person's own settings.
    mine = plain_environment(**_FIXED, XDG_CONFIG_HOME=os.fspath(tree.parent / "home"))
    return {name: value for name, value in mine.items() if not _OWN_SETTINGS.fullmatch(name)}


@contextlib.contextmanager
def settings_tree(selection: Selection, paths: Iterable[str]) -> Iterator[Path]:
    """Make a folder that holds of the tree that was read nothing but the settings of formatters.

    So they find what the repository says at that commit, whatever stands in the working tree, and nothing that this
    machine or its user says: the same text is formatted the same way everywhere. Links are left out.

    Args:
        selection: What was read.
        paths: Of the files that will be formatted; their folders will be there.
    """
    folders = {folder for path in paths for folder in _folders_above(path)}
    with tempfile.TemporaryDirectory(prefix="autotransform-") as made:
        place = os.path.realpath(made)
        tree = Path(place, "tree")
        for folder in (tree, Path(place, "home"), tree / ".git", *(tree / each for each in sorted(folders))):
            folder.mkdir(parents=True, exist_ok=True)
        for name, content in _STOPS.items():
            Path(place, name).write_bytes(content)
        written = set()
        for path, content in _read_settings(selection, folders):
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(content)
            written.add(path)
        if not {"ruff.toml", ".ruff.toml"} & written and not _has_ruff_table(tree / "pyproject.toml"):
            (tree / "ruff.toml").touch()  # ends ruff's search
        yield tree


def _folders_above(path: str) -> Iterator[str]:
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _read_settings(selection: Selection, folders: set[str]) -> Iterator[tuple[str, bytes]]:
    wanted = {f"{folder}/{name}".lstrip("/") for folder in folders for name in _SETTINGS}
    if selection.kind == "disk" or selection.repository is None:
        for path in sorted(wanted):
            content = read_below(selection.root, path, largest=_LARGEST_SETTING)
            if isinstance(content, bytes):
                yield path, content
        return
    repository = selection.repository
    found = [
        entry
        for entry in repository.list_files(selection.base or None).entries
        if entry.mode.startswith("100") and (entry.path in wanted or _EXTENDED.fullmatch(entry.path))
    ][:_MOST_SETTINGS]
    for entry, held in zip(found, repository.read_many([entry.oid for entry in found]), strict=True):
        if isinstance(held, bytes) and len(held) <= _LARGEST_SETTING:
            yield entry.path, held


def _has_ruff_table(path: Path) -> bool:
    try:
        document: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return "ruff" in document.get("tool", {})
    except (OSError, ValueError, TypeError, RecursionError):
        return False
