"""What git holds: the entries of trees and of the index, and the content of blobs, read and written."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autotransform.repository.process import Git

#: So many requests fit into the smallest pipe there is (4096 bytes), whatever the hash: writing them never blocks.
_BATCH = 50
_UNMERGED_SHOWN = 5

#: The longest content that is read. Python that people write is a hundredth of it; LibCST needs gigabytes for as much.
LARGEST = 10_000_000

#: Names that no tree may hold: they lead out of it, or into git's own folder, here or on a system that takes other
#: spellings for the same name (``.GIT``, ``git~1``, ``.git.``, ``.git::$INDEX_ALLOCATION``, invisible characters). A
#: backslash separates only there, and only some of these names matter behind one.
_INVISIBLE = rb"(?:\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf)*"
_DOT_GIT = _INVISIBLE.join((rb"", rb"\.", rb"g", rb"i", rb"t", rb""))
_IMPOSSIBLE = re.compile(rb"(?i)[\t/](?=[/\0])|[\t/\\](?:\.\.?|(?:%s|git~1)[ .]*(?::[^/\\\0]*)?)[/\\\0]" % _DOT_GIT)

REGULAR_MODE = "100644"
SYMLINK_MODE = "120000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One path of a tree or of the index."""

    #: Relative to the root, with forward slashes; bytes that are not UTF-8 are surrogates (``os.fsdecode``).
    path: str
    #: Six octal digits as git writes them: ``100644``, ``100755``, ``120000`` (symlink), ``160000`` (submodule).
    mode: str
    #: Id of the blob, in hex; of a submodule, of its commit.
    oid: str


def list_tree(git: Git, commit: str) -> tuple[Entry, ...]:
    """List every path of a commit, in the order of the paths' bytes.

    Raises:
        RepositoryError: One leads out of the tree, or into git's own folder.
    """
    output = git.run("ls-tree", "-r", "-z", "--full-tree", commit)
    _refuse_impossible(output, where=f"The commit {commit[:10]}")
    return tuple(_tree_entry(record) for record in output.split(b"\0")[:-1])


def find_in_tree(git: Git, commit: str, *, path: str) -> Entry | None:
    """Find one path in a commit; a folder is an entry of mode ``040000``."""
    records = git.run("ls-tree", "-z", "--full-tree", commit, "--", path).split(b"\0")[:-1]
    return next((entry for entry in map(_tree_entry, records) if entry.path == path), None)


def list_index(git: Git, *, environment: Mapping[str, str]) -> tuple[Entry, ...]:
    """List every path of the index, in the order of the paths' bytes.

    Raises:
        RepositoryError: The index holds conflicts: there is no one content to read. Or a path of it leads out of the
            working tree, or into git's own folder.
    """
    entries, unmerged = [], set()
    output = git.run("ls-files", "-s", "-z", "--full-name", environment=environment)
    _refuse_impossible(output, where="The index")
    for record in output.split(b"\0")[:-1]:
        head, _, path = record.partition(b"\t")
        mode, oid, stage = head.decode().split()
        if stage == "0":
            entries.append(Entry(path=os.fsdecode(path), mode=mode, oid=oid))
        else:
            unmerged.add(os.fsdecode(path))
    if unmerged:
        raise RepositoryError(
            "The index holds conflicts of a merge that is not finished.",
            details=tuple(sorted(unmerged)[:_UNMERGED_SHOWN]),
            hint="Settle them and stage the result with `git add`, then run the command again.",
        )
    return tuple(entries)


def read_blobs(git: Git, oids: Iterable[str], *, largest: int = LARGEST) -> Iterator[bytes | OSError]:
    """Give the content of each blob, in order, from one process; at most one content is held at a time.

    Instead of a content of more than ``largest`` bytes, which is not read, comes the error that says so.

    Raises:
        RepositoryError: The repository does not hold one of them.
    """
    remaining = iter(oids)
    batch = list(islice(remaining, _BATCH))
    if not batch:
        return
    with git.talk("cat-file", "--batch-command") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while batch:
            _request(process.stdin, "info", batch)
            sizes = [_next_size(process.stdout, oid) for oid in batch]
            pairs = list(zip(batch, sizes, strict=True))
            _request(process.stdin, "contents", [oid for oid, size in pairs if size <= largest])
            for oid, size in pairs:
                yield _next_blob(process.stdout, oid) if size <= largest else too_large(size, largest=largest)
            batch = list(islice(remaining, _BATCH))


def too_large(size: int, *, largest: int) -> OSError:
    """Give the error of what is too large to be read."""
    return OSError(errno.EFBIG, f"it has {size:,} bytes, and no more than {largest:,} are read")


def write_blobs(git: Git, contents: Iterable[bytes]) -> tuple[str, ...]:
    """Store each content as it is, without filters, in one process; the ids, in order."""
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        marks = Path(folder) / "marks"
        with git.talk("fast-import", "--quiet", "--done", f"--export-marks={marks}") as process:
            assert process.stdin is not None
            for number, content in enumerate(contents, start=1):
                process.stdin.write(b"blob\nmark :%d\ndata %d\n" % (number, len(content)))
                process.stdin.write(content + b"\n")
            process.stdin.write(b"done\n")
        lines = marks.read_text(encoding="ascii").splitlines()
    by_number = {int(mark[1:]): oid for mark, oid in (line.split() for line in lines)}
    return tuple(by_number[number] for number in sorted(by_number))


def write_tree(git: Git, base: str, *, changes: Mapping[str, tuple[str, str]]) -> str:
    """Write the tree of a commit with some of its paths replaced or added; its id.

    Args:
        git: Where.
        base: The commit.
        changes: Of each path its mode and the id of its blob.
    """
    lines = [f"{mode} {oid}\t".encode() + os.fsencode(path) for path, (mode, oid) in changes.items()]
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        environment = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", base, environment=environment)
        feed = b"".join(line + b"\0" for line in lines)
        git.run("update-index", "-z", "--index-info", feed=feed, environment=environment)
        return git.run("write-tree", environment=environment).decode().strip()


def _refuse_impossible(output: bytes, *, where: str) -> None:
    """Refuse what git would refuse to check out; one search through all paths, for there may be many."""
    for found in _IMPOSSIBLE.finditer(output):
        start = output.rfind(b"\0", 0, found.start()) + 1
        _, _, path = output[start : output.find(b"\0", found.end() - 1)].partition(b"\t")
        # A name may hold a tab, too: only the first one of a record comes before a name.
        if found[0][:1] != b"\t" or b"\t" not in output[start : found.start()]:
            raise RepositoryError(
                f"{where} holds a path that no working tree may have: {os.fsdecode(path)!r}.",
                hint="Nobody gets that by accident: look with `git fsck --strict` before you do anything with it.",
            )


def _tree_entry(record: bytes) -> Entry:
    head, _, path = record.partition(b"\t")
    mode, _, oid = head.decode().split()
    return Entry(path=os.fsdecode(path), mode=mode, oid=oid)


def _request(stream: IO[bytes], command: str, oids: Iterable[str]) -> None:
    stream.write("".join(f"{command} {oid}\n" for oid in oids).encode())
    stream.flush()


def _next_size(stream: IO[bytes], oid: str) -> int:
    header = stream.readline().split()
    if not header:
        raise EOFError
    if len(header) != 3:  # noqa: PLR2004 - id, type and size; else "ID missing"
        raise RepositoryError(
            f"The repository does not hold the object {oid}.",
            hint="Look for damage with `git fsck`, or fetch what is missing with `git fetch --refetch`.",
        )
    return int(header[2])


def _next_blob(stream: IO[bytes], oid: str) -> bytes:
    size = _next_size(stream, oid)
    content = stream.read(size)
    if len(content) != size or stream.read(1) != b"\n":
        raise EOFError
    return content
