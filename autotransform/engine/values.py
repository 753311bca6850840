"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from autotransform.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContext:
    """Where a file stands, as far as a transform may know it. Computed from the tree, part of every cache key."""

    #: Relative to the root of the repository, with forward slashes.
    path: str
    #: Dotted name under which the file is imported: ``pkg.mod``; of ``pkg/__init__.py``: ``pkg``.
    module: str = ""
    #: Dotted name against which its relative imports resolve: of ``pkg/mod.py`` and ``pkg/__init__.py``: ``pkg``.
    package: str = ""
    #: Other qualified names of the script's targets in this repository: ``("pkg.Name", "pkg.mod.Name")`` where
    #: ``pkg/__init__.py`` imports ``Name`` from ``pkg.mod``. Sorted.
    reexports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to transform."""

    context: FileContext
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Site:
    """One place that the transform touched or declined, in the text before."""

    #: 1-based.
    line: int
    #: 1-based, in characters.
    column: int
    status: Literal["changed", "skipped"]
    #: Why it was skipped; empty for a change.
    reason: str = ""
    #: The method of the script that decided.
    by: str = ""
    #: How many of the words that the script's TARGETS ask about were changed here; of an added import, none.
    words: int = 0


#: Which guarantee a changed file does not keep: a comment or a docstring is lost; a name is no longer defined, an
#: import no longer used, a name bound over again; a second pass would change the file again.
BreachKind: TypeAlias = Literal["comment", "docstring", "undefined", "unused", "redefined", "second-pass"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Breach:
    """What a person should look at in a changed file: a warning, and under ``--strict`` a failure."""

    #: 1-based: of the text before for what was lost, of the text after for what is new.
    line: int
    kind: BreachKind
    message: str


#: What became of a word: it was changed (or what it stands for was); its place was skipped; it stands for something
#: else; it is part of a string or comment; nothing was decided about it; the file was not transformed.
Fate: TypeAlias = Literal["changed", "skipped", "elsewhere", "text", "unmatched", "unread"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Word:
    """One place in the text before where the last part of one of the script's TARGETS stands."""

    #: 1-based.
    line: int
    #: 1-based, in characters.
    column: int
    #: The part: ``UTC`` of ``pytz.UTC``.
    name: str
    fate: Fate
    #: For a person; empty where it was changed.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The file becomes ``after``; it parses, compiles and means what its tree says."""

    path: str
    after: bytes
    sites: tuple[Site, ...] = ()
    warnings: tuple[str, ...] = ()
    #: The further guarantees that it does not keep, by line.
    breaches: tuple[Breach, ...] = ()
    #: Every word of the text before that the script's TARGETS ask about.
    words: tuple[Word, ...] = ()
    #: SHA-256 of the content that was transformed, in hex; filled in by the run, which no worker can talk out of it.
    #: Files on disk are written only while they still hold it.
    before_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The transform ran and the file stays as it is."""

    path: str
    sites: tuple[Site, ...] = ()
    warnings: tuple[str, ...] = ()
    #: As for a changed file.
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The file could not be taken on (it does not parse, say), through no fault of the script."""

    path: str
    reason: str


#: Why a file failed: the script cannot be loaded; it raised; the output does not parse; it does not compile; the
#: output does not mean what the tree says; a statement marked `# autotransform: skip` changed; a further guarantee
#: was asked for and is not kept; it took too long; its worker died; its answer was not one.
FailureReason: TypeAlias = Literal[
    "load", "crash", "syntax", "compile", "structure", "guarded", "strict", "timeout", "died", "protocol"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The script is at fault; the file stays exactly as it was."""

    path: str
    reason: FailureReason
    #: For a person: what was wrong and where, several lines at the most.
    detail: str = ""


Outcome: TypeAlias = Changed | Unchanged | Skipped | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWords:
    """The words of one file that the script's TARGETS ask about, by line and column."""

    path: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one script did to one set of files."""

    script: Script
    #: Commit that was read, in hex; empty when files on disk or the index were read.
    base: str
    #: How many files were selected.
    selected: int
    #: How many of them the text gate kept from being parsed.
    gated: int
    #: In path order; the files that passed the gate.
    outcomes: tuple[Outcome, ...]
    #: Whether a file that does not keep every guarantee failed.
    strict: bool = False
    #: In path order; the words of files that were gated, skipped or failed.
    unread: tuple[FileWords, ...] = ()

    @property
    def changed(self) -> tuple[Changed, ...]:
        """The files that would become something else."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Changed))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The files that could not be taken on."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Skipped))

    @property
    def failed(self) -> tuple[Failed, ...]:
        """The files on which the script failed."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed))

    @property
    def words(self) -> tuple[FileWords, ...]:
        """Every word that TARGETS ask about, in path order; files without any are left out."""
        read = [
            FileWords(path=outcome.path, words=outcome.words)
            for outcome in self.outcomes
            if isinstance(outcome, Changed | Unchanged) and outcome.words
        ]
        return tuple(sorted([*read, *self.unread], key=lambda file: file.path.encode("utf-8", "surrogateescape")))

    @property
    def leftovers(self) -> tuple[FileWords, ...]:
        """The words that still stand and stand for what they did, with why; in path order."""
        left = [
            replace(file, words=tuple(word for word in file.words if word.fate != "changed")) for file in self.words
        ]
        return tuple(file for file in left if file.words)

    @property
    def exit_code(self) -> int:
        """1 when a file failed, else 0."""
        return 1 if self.failed else 0
