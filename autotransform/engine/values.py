"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The file becomes ``after``; every invariant holds."""

    path: str
    after: bytes
    sites: tuple[Site, ...] = ()
    warnings: tuple[str, ...] = ()
    #: SHA-256 of the content that was transformed, in hex; filled in by the run, which no worker can talk out of it.
    #: Files on disk are written only while they still hold it.
    before_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The transform ran and the file stays as it is."""

    path: str
    sites: tuple[Site, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The file could not be taken on (it does not parse, say), through no fault of the script."""

    path: str
    reason: str


#: Why a file failed: the script cannot be loaded; it raised; the output does not parse; it does not compile; the
#: output does not mean what the tree says; a statement marked `# autotransform: skip` changed; it took too long; its
#: worker died; its answer was not one.
FailureReason: TypeAlias = Literal[
    "load", "crash", "syntax", "compile", "structure", "guarded", "timeout", "died", "protocol"
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
    def exit_code(self) -> int:
        """1 when a file failed, else 0."""
        return 1 if self.failed else 0
