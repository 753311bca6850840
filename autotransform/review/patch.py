"""A patch that ``git apply`` takes byte for byte, written as ``git diff`` would."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from autotransform.review.hunks import FileChange, Hunk, find_hunks
from autotransform.review.text import encode_path, quote_path

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKS = {"context": b" ", "removed": b"-", "added": b"+"}
NO_NEWLINE = b"\\ No newline at end of file"


def patch(changes: Iterable[FileChange]) -> bytes:
    """Write one patch of all the changes, in the order given.

    Git's header without a hunk is no patch: a change that changes nothing adds nothing.
    """
    return b"".join(file_patch(change) for change in changes)


def file_patch(change: FileChange) -> bytes:
    """Write the patch of one file; empty when it does not change."""
    hunks = find_hunks(change)
    if not hunks:
        return b""
    return b"".join([*(line + b"\n" for line in patch_header(change)), *map(_hunk_bytes, hunks)])


def patch_header(change: FileChange) -> tuple[bytes, ...]:
    """Write the four lines that open the patch of a file, quoted as git quotes them."""
    path = encode_path(change.path)
    old, new = quote_path(b"a/" + path), quote_path(b"b/" + path)
    # Without the tab, a reader takes what follows a space for a time stamp.
    end = b"\t" if b" " in path else b""
    index = f"index {_blob_id(change.before)}..{_blob_id(change.after)} {change.mode}".encode()
    return b"diff --git " + old + b" " + new, index, b"--- " + old + end, b"+++ " + new + end


def hunk_header(hunk: Hunk) -> bytes:
    """Write the line that opens a hunk."""
    old, new = _span(hunk.before_start, hunk.before_count), _span(hunk.after_start, hunk.after_count)
    return f"@@ -{old} +{new} @@".encode() + (b" " + hunk.heading if hunk.heading else b"")


def _hunk_bytes(hunk: Hunk) -> bytes:
    lines = [hunk_header(hunk), b"\n"]
    for line in hunk.lines:
        lines += [MARKS[line.kind], line.content]
        if not line.content.endswith(b"\n"):
            lines += [b"\n", NO_NEWLINE, b"\n"]
    return b"".join(lines)


def _span(start: int, count: int) -> str:
    return str(start) if count == 1 else f"{start},{count}"


def _blob_id(content: bytes) -> str:
    """Name the content as git does: ``git apply --3way`` looks it up."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
