"""What goes wrong, as the page is told: a status, a sentence, what to do next, and no path beyond the repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from autotransform.errors import Aborted, AutoTransformError, ModelError, NeedsAttention, UntrustedError
from autotransform.review import safe_text

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.studio.values import Json

#: An absolute path, up to its last part; what stands behind a colon or a slash is an address.
_FOLDERS = re.compile(r"(?<![\w/:.<~])/(?:[^\s/'\"`:,;()<>]+/)+")
#: A line of a script that cannot be read, as `Problem` writes it.
_PROBLEM = re.compile(r"(?:line (\d+): )?(.*) \[([a-z-]+)\]", re.DOTALL)
_MOST_DETAILS, _LONGEST = 50, 2_000


class PageError(AutoTransformError):
    """The page asked for what cannot be; the status says which way.

    Args:
        message: As of every error.
        status: Of HTTP.
        hint: As of every error.
        facts: What else the answer holds, beside ``error``.
    """

    def __init__(self, message: str, *, status: int = 400, hint: str = "", facts: Json | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.facts = facts or {}


def status_of(error: Exception) -> int:
    """Choose the status that an error is told with."""
    match error:
        case PageError():
            return error.status
        case UntrustedError():
            return 403
        case ModelError():
            return 502
        case Aborted() | NeedsAttention():
            return 409
        case AutoTransformError():
            return 422
        case _:
            return 500


def describe_error(error: Exception, *, root: Path) -> Json:
    """Put an error into words for the page: ``{"error": {"message", "hint", "details", "code"}}`` and its facts."""
    if not isinstance(error, AutoTransformError):
        message = f"Something went wrong that nobody expected ({type(error).__name__})."
        hint = "What you typed is kept. Try again; if it comes back, start `autotransform review` anew and report it."
        return {"error": {"message": message, "hint": hint, "details": [], "code": "unexpected"}}
    told = {
        "message": shorten_paths(error.message, root=root),
        "hint": shorten_paths(error.hint, root=root),
        "details": [shorten_paths(line, root=root) for line in error.details[:_MOST_DETAILS]],
        "code": "approval" if isinstance(error, UntrustedError) else "",
    }
    if isinstance(error, UntrustedError):
        told["digest"] = error.digest
    return {"error": told, **(error.facts if isinstance(error, PageError) else {})}


def shorten_paths(text: str, *, root: Path) -> str:
    """Give a text with paths relative to the root, which is called by its name, and of any other path the last part."""
    # What only begins as the root does is another folder, such as a worktree beside it.
    whole = re.compile(rf"{re.escape(str(root))}(?:(/)|(?![\w-]|\.\w))")
    inside = whole.sub(lambda found: "" if found[1] else root.name, text[:_LONGEST])
    return "\n".join(map(safe_text, _FOLDERS.sub("…/", inside).split("\n")))


def read_problems(details: tuple[str, ...]) -> list[Json]:
    """Read what an error says of a script that cannot be read: of each problem its line, its kind and the sentence."""
    found = [_PROBLEM.fullmatch(line) for line in details]
    return [
        {"line": int(match[1] or 0), "code": match[3], "message": safe_text(match[2])}
        if match
        else {"line": 0, "code": "script", "message": safe_text(line)}
        for match, line in zip(found, details, strict=True)
    ]
