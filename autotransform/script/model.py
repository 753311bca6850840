"""The values of a transform: the script, its cases, where it came from, what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

#: The only script format there is so far.
FORMAT = 1


def digest_of(text: str) -> str:
    """Give the SHA-256 of a text, in hex, with every line ending read as LF."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example that the transform must satisfy.

    Texts are dedented and lose one leading newline, so that they can stand indented in a script.
    """

    name: str
    before: str
    #: ``None``: the transform must leave ``before`` exactly as it is.
    after: str | None = None
    #: Where the text is said to stand, relative to the repository's root; decides module and package.
    path: str = "example.py"
    #: How many places must be reported as skipped; ``None``: any number.
    skips: int | None = None
    #: Line of the script at which the case starts, 1-based.
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a script, at a line (1-based; 0: the file as a whole)."""

    line: int
    #: Short, stable, in kebab case: ``syntax``, ``header``, ``forbidden-import``, …
    code: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message} [{self.code}]" if self.line else f"{self.message} [{self.code}]"


def problem_at(node: ast.AST, code: str, message: str) -> Problem:
    """Say what is wrong with a node of a script."""
    return Problem(line=getattr(node, "lineno", 0), code=code, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the script's header says: who asked for what, and who wrote it."""

    format: int = FORMAT
    #: The words that were asked for.
    request: str = ""
    #: A model's name, ``built-in``, or empty when a person wrote the script.
    model: str = ""
    #: RFC 3339 time, only where a model wrote it.
    generated: str = ""
    #: How often the model answered with a script, and how many tokens the whole took, as the endpoint counted them.
    attempts: int = 0
    tokens: int = 0
    #: SHA-256 of everything below the header as generated; empty when a person wrote it.
    source_sha256: str = ""
    #: Whether a second pass must change nothing.
    idempotent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One transform: a file of Python that LibCST can run, read without running it."""

    #: An identifier: ``[a-z][a-z0-9_]*``.
    name: str
    #: The first line of the docstring.
    summary: str
    #: The rest of the docstring: the rules in plain words.
    rules: str
    #: The whole file, with LF line endings.
    source: str
    #: The class to run.
    entry: str
    #: Every class of the file that could be run, in order.
    classes: tuple[str, ...]
    #: Identifier fragments: a file that holds none is never parsed. Of an entry with several, with blanks between them,
    #: a file must hold all. ``None``: no gate.
    mentions: tuple[str, ...] | None = None
    #: The same, where the script says nothing and its text shows that it changes no other file; see `deriving`.
    derived: tuple[str, ...] | None = None
    #: Qualified names that should be gone after the run.
    targets: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    #: ``None``: a stock LibCST codemod, without our header.
    provenance: Provenance | None = None
    #: SHA-256 of the part below the header, in hex.
    body_sha256: str = field(default="", repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the source, in hex."""
        return digest_of(self.source)

    @property
    def gate(self) -> tuple[str, ...] | None:
        """What a file must hold to be parsed: what the script mentions, or else what was derived from it."""
        return self.derived if self.mentions is None else self.mentions

    @property
    def request(self) -> str:
        """The words that were asked for; empty when nobody noted them."""
        return self.provenance.request if self.provenance else ""

    @property
    def is_model_written(self) -> bool:
        """Whether a language model wrote it, edited since or not."""
        return bool(self.provenance and self.provenance.model not in {"", "built-in"})

    @property
    def is_edited(self) -> bool:
        """Whether a person edited it since it was generated."""
        recorded = self.provenance.source_sha256 if self.provenance else ""
        return bool(recorded) and recorded != self.body_sha256
