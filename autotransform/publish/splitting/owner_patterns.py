"""One pattern of a CODEOWNERS: what it is made of, and whether a path is one that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Any number of characters of a name; exactly one; any number of folders.
_STAR: Final = 1
_ONE: Final = 2
_FOLDERS: Final = "**"

#: A name, character by character, or any number of folders.
_Segment: TypeAlias = tuple[str | int, ...]

#: The longest pattern that is read; the time to match a name grows with it.
_LONGEST = 4_096


class PatternError(ValueError):
    """GitHub cannot read this line; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern, ready to match."""

    #: As it is written.
    text: str
    #: From the root on; ``None`` stands for any number of folders.
    segments: tuple[_Segment | None, ...]
    #: Whether it also means all that is below what it matches.
    is_deep: bool
    #: Whether something must be below what it matches: it means folders only.
    is_folder: bool

    @property
    def first(self) -> str | None:
        """The name with which every path begins that it matches; ``None`` where there is not one."""
        return _plain(self.segments[0]) if self.segments and self.segments[0] is not None else None

    @property
    def anywhere(self) -> str | None:
        """A name that every path holds that it matches; ``None`` where there is not one."""
        return next((name for segment in self.segments if segment is not None and (name := _plain(segment))), None)

    @property
    def is_general(self) -> bool:
        """Whether every path must be held against it."""
        return self.first is None and self.anywhere is None

    def matches(self, names: Sequence[str]) -> bool:
        """Tell whether it means a file, by the names of its path.

        The time is at worst the length of the path times that of the pattern.
        """
        if not self.segments:
            return False
        #: How many names the segments so far can have taken.
        ends = {0}
        for segment in self.segments:
            if segment is None:
                ends = set(range(min(ends), len(names) + 1))
            else:
                ends = {end + 1 for end in ends if end < len(names) and _is_name(names[end], segment)}
            if not ends:
                return False
        if self.is_folder:
            return min(ends) < len(names)
        return len(names) in ends or self.is_deep


def parse_pattern(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        PatternError: GitHub cannot read it.
    """
    if len(text) > _LONGEST:
        raise PatternError(f"the pattern has more than {_LONGEST} characters")
    if text.startswith("!"):
        raise PatternError("a pattern cannot be negated with `!`")
    if text.startswith("\\#"):
        raise PatternError("a pattern cannot begin with an escaped `#`")
    if "[" in text or "]" in text:
        raise PatternError("a pattern cannot have a range of characters in `[ ]`")
    if "***" in text:
        raise PatternError("a pattern cannot have three stars in a row")
    parts = _split(text)
    is_anchored = len(parts) > 1 and not (len(parts) == 2 and parts[1] == "")  # noqa: PLR2004 - a slash at the end
    if parts[0] == "":
        parts = parts[1:]
    is_folder = parts[-1] == ""
    parts = parts[:-1] if is_folder else parts
    if any(part == "" for part in parts):
        raise PatternError("a pattern cannot have two slashes in a row")
    if parts and parts[-1] == _FOLDERS:
        # All that is below: of everything, everything.
        is_folder, parts = len(parts) > 1 or is_folder, parts[:-1] if len(parts) > 1 else parts
    segments = [None if part == _FOLDERS else _segment(part) for part in parts]
    # A star as the last name after others, or the root, means what stands there, and nothing below it.
    is_shallow = is_anchored and bool(parts) and parts[-1] == "*" and not is_folder
    return Pattern(
        text=text,
        segments=tuple(segments if is_anchored or not segments else [None, *segments]),
        is_deep=not is_shallow,
        is_folder=is_folder,
    )


def _split(text: str) -> list[str]:
    """Split at slashes; an escaped one is no different."""
    return text.replace("\\/", "/").split("/")


def _segment(part: str) -> _Segment:
    tokens: list[str | int] = []
    characters = iter(part)
    for character in characters:
        if character == "\\":
            tokens.append(next(characters, "\\"))
        elif character == "*":
            if not tokens or tokens[-1] != _STAR:
                tokens.append(_STAR)
        else:
            tokens.append(_ONE if character == "?" else character)
    return tuple(tokens)


def _plain(segment: _Segment) -> str | None:
    """Give the one name that a segment matches."""
    letters = [token for token in segment if isinstance(token, str)]
    return "".join(letters) if len(letters) == len(segment) else None


def _is_name(name: str, segment: _Segment) -> bool:
    """Match one name; goes back to the last star only, which is enough."""
    at = token = 0
    star, resume = -1, 0
    while at < len(name):
        if token < len(segment) and (segment[token] == _ONE or segment[token] == name[at]):
            at, token = at + 1, token + 1
        elif token < len(segment) and segment[token] == _STAR:
            star, resume = token, at
            token += 1
        elif star >= 0:
            resume += 1
            at, token = resume, star + 1
        else:
            return False
    return all(left == _STAR for left in segment[token:])
