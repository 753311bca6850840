"""What an author is asked, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from autotransform.author.by_example import Change
    from autotransform.author.contract import Contract
    from autotransform.engine import CaseResult
    from autotransform.run import Selection
    from autotransform.script import Case, Problem

#: What a script's header can hold of a request, in characters.
LONGEST_REQUEST = 10_000

#: Told, in a short line, what the author is doing now.
OnProgress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A change, in words."""

    text: str
    #: Name for the transform; ``None``: the author finds one.
    name: str | None = None
    #: Cases that the person gave: they hold, whatever an author makes of the words.
    cases: tuple[Case, ...] = ()
    #: What else the author is to know, and no header has to hold: how a script fails, say.
    details: str = ""
    #: A change that was made by hand, from which to learn.
    example: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answer of a model, and what was wrong with it."""

    #: What the model said, as it said it.
    completion: str
    problems: tuple[Problem, ...] = ()
    case_results: tuple[CaseResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A transform that was written and not yet reviewed."""

    #: The whole file, header and all.
    source: str
    #: An identifier: the file is to be called ``<name>.py``.
    name: str
    #: Who wrote it: ``built-in``, or the model's name.
    author: str
    #: What the script does and leaves alone, one rule a line, in plain words.
    rules: tuple[str, ...] = ()
    #: For the person who asked: what was assumed, and what is left to do by hand.
    notes: tuple[str, ...] = ()
    #: What is still wrong with the script; empty when nothing was found.
    problems: tuple[Problem, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    #: What was agreed on before the script was written; ``None``: nothing was.
    contract: Contract | None = None
    #: Where it and the edits of a person exclude each other: both versions, with git's marks.
    conflicts: str = ""
    #: Its body as the model wrote it, where the edits of a person are in it.
    generated: str | None = None
    #: SHA-256 of the script as it was tried: what the draft adds to that are cases and figures.
    tried_sha256: str = ""


class Author(Protocol):
    """Turns words into a transform."""

    def draft(self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request.

        Raises:
            ModelError: No transform came of it; the hint says what to type instead.
        """
        ...
