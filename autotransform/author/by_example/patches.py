"""Read a unified diff, and apply it to bytes exactly: no offset, no fuzz."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The longest patch that is read, in bytes.
LONGEST = 10_000_000
_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)")
_NAMED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_SUBJECT = re.compile(rb"Subject: (?:\[[^\]\n]{0,40}\] ?)*([^\r\n]*(?:\n [^\r\n]*)*)")
_SAME_FILE = ("rename from ", "copy from ", "new file mode ", "deleted file mode ", "GIT binary patch", "Binary files ")
_SHOWN = 100
_HINT = "Make it anew against what is read here (git diff), or commit the change and name the commit: --from-commit."


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchLine:
    """One line of a hunk."""

    #: A blank, ``-`` or ``+``.
    mark: str
    #: With its line feed, where it has one.
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchHunk:
    """Lines to replace."""

    #: Of the patch, 1-based.
    at: int
    #: How many lines of the file stand before it.
    above: int
    lines: tuple[PatchLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What a patch says of one file."""

    #: As the patch has them, prefixes and all; ``None``: there is none, the file is new or gone.
    old: str | None
    new: str | None
    hunks: tuple[PatchHunk, ...]
    #: What git says of the file besides: ``rename from``, ``GIT binary patch``; empty for a plain change.
    special: str = ""
    #: Whether the patch went through something that gave all of its lines CR LF.
    is_converted: bool = False


def read_patches(text: bytes) -> tuple[FilePatch, ...]:
    """Read a patch as git, ``diff -u`` or a mail program has it; what stands around its files is passed over.

    Raises:
        UsageError: It is cut off, is one of a merge, or is too long.
    """
    if len(text) > LONGEST:
        raise UsageError(f"The patch has {len(text):,} bytes, and no more than {LONGEST:,} are read.")
    return tuple(_Reader(text).files())


def subject_of(text: bytes) -> str:
    """Give the subject of a patch that is a mail, as ``git format-patch`` writes it; else nothing."""
    head = text[:10_000].replace(b"\r\n", b"\n").partition(b"\ndiff ")[0]
    found = re.search(rb"(?m)^" + _SUBJECT.pattern, head)
    return " ".join(found[1].decode(errors="replace").split()) if found else ""


def apply_patch(patch: FilePatch, content: bytes, *, path: str) -> bytes:
    """Apply a patch to the bytes of a file.

    Raises:
        UsageError: A line is not what the patch says; which one.
    """
    lines = _split(content)
    ending = b"\r\n" if patch.is_converted and lines and content.count(b"\n") == content.count(b"\r\n") else b"\n"
    made: list[bytes] = []
    done = 0
    for hunk in patch.hunks:
        if hunk.above < done:
            raise UsageError(f"The patch does not fit {path}: its hunks overlap (line {hunk.at} of the patch).")
        made += lines[done : hunk.above]
        done = hunk.above
        for line in hunk.lines:
            wanted = line.content.removesuffix(b"\n") + ending if line.content.endswith(b"\n") else line.content
            if line.mark != "+":
                found = lines[done] if done < len(lines) else None
                if found != wanted:
                    raise _misfit(path, done + 1, wanted=wanted, found=found)
                done += 1
            if line.mark != "-":
                made.append(wanted)
    result = b"".join([*made, *lines[done:]])
    if any(not line.endswith(b"\n") for line in made[:-1]) or (made and lines[done:] and made[-1][-1:] != b"\n"):
        raise UsageError(f"The patch does not fit {path}: it says that the file ends where it does not.", hint=_HINT)
    return result


def _misfit(path: str, number: int, *, wanted: bytes, found: bytes | None) -> UsageError:
    has = "the file ends before it" if found is None else f"the file has {_shown(found)}"
    return UsageError(
        f"The patch does not fit {path} at line {number}.",
        details=(f"the patch has {_shown(wanted)}", has),
        hint=_HINT,
    )


def _shown(line: bytes) -> str:
    text = line.decode(errors="replace")
    return repr(text[:_SHOWN] + ("…" if len(text) > _SHOWN else ""))


def _split(content: bytes) -> list[bytes]:
    *lines, last = content.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


class _Reader:
    """Goes through a patch line by line."""

    def __init__(self, text: bytes) -> None:
        self._lines = text.removesuffix(b"\n").split(b"\n")
        headers = [line for line in self._lines if line.startswith((b"--- ", b"+++ ", b"@@ -"))]
        self._is_converted = bool(headers) and all(line.endswith(b"\r") for line in headers)
        if self._is_converted:
            self._lines = [line.removesuffix(b"\r") for line in self._lines]
        self._at = 0

    def files(self) -> Iterator[FilePatch]:
        """Give what is said of each file."""
        special = ""
        names: tuple[str | None, str | None] = (None, None)
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith((b"diff --git ", b"diff --cc ", b"diff --combined ")):
                if special:
                    yield self._file(names, hunks=(), special=special)
                special, names = "", _names_of(line)
            elif found := next((each for each in _SAME_FILE if line.startswith(each.encode())), ""):
                special = found.strip()
            elif line.startswith(b"@@@ "):
                raise UsageError(
                    "The patch is the combined diff of a merge, which says nothing of one side alone.",
                    hint="Make one against the first parent: git diff MERGE^1 MERGE",
                )
            elif line.startswith(b"--- ") and self._next().startswith(b"+++ "):
                names = (_name(line[4:]), _name(self._next()[4:]))
                self._at += 1
                yield self._file(names, hunks=tuple(self._hunks()), special=special)
                special = ""
        if special:
            yield self._file(names, hunks=(), special=special)

    def _file(self, names: tuple[str | None, str | None], *, hunks: tuple[PatchHunk, ...], special: str) -> FilePatch:
        return FilePatch(old=names[0], new=names[1], hunks=hunks, special=special, is_converted=self._is_converted)

    def _next(self) -> bytes:
        return self._lines[self._at] if self._at < len(self._lines) else b""

    def _hunks(self) -> Iterator[PatchHunk]:
        while found := _HUNK.match(self._next()):
            self._at += 1
            start, counts = int(found[1]), (int(found[2] or 1), int(found[4] or 1))
            at = self._at
            yield PatchHunk(at=at, above=start - 1 if counts[0] else start, lines=tuple(self._body(counts)))

    def _body(self, counts: tuple[int, int]) -> Sequence[PatchLine]:
        """Read so many lines before and after; they are counted, for a line that is taken out may begin as a header."""
        olds, news = counts
        lines: list[PatchLine] = []
        while olds > 0 or news > 0 or self._next().startswith(b"\\"):
            line = self._next() or b" "
            mark = chr(line[0])
            if self._at >= len(self._lines) or mark not in " -+\\":
                raise UsageError(f"The patch is cut off or damaged at its line {self._at + 1}.", hint=_HINT)
            self._at += 1
            if mark == "\\":
                if lines:
                    lines[-1] = PatchLine(mark=lines[-1].mark, content=lines[-1].content.removesuffix(b"\n"))
                continue
            olds -= mark != "+"
            news -= mark != "-"
            lines.append(PatchLine(mark=mark, content=line[1:] + b"\n"))
        return lines


def _names_of(line: bytes) -> tuple[str, str]:
    """Guess the names from git's own header, which has no end where a name holds a blank."""
    rest = line.removeprefix(b"diff --git ")
    old, _, new = rest.partition(b" b/")
    return (_name(old) or "", _name(b"b/" + new) or "") if new else ("", os.fsdecode(rest))


def _name(raw: bytes) -> str | None:
    """Read a name as it stands behind ``---``: quoted by git, or up to the tab before a time."""
    if quoted := _QUOTED.match(raw):
        return os.fsdecode(_ESCAPE.sub(_unescape, quoted[1]))
    name = raw.partition(b"\t")[0]
    return None if name == b"/dev/null" else os.fsdecode(name)


def _unescape(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    return bytes([int(escape, 8) & 0xFF]) if escape.isdigit() else _NAMED.get(escape, escape)
