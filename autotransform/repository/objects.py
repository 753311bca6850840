"""What git holds: the entries of trees and of the index, and the content of blobs, read and written."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from autotransform.repository.process import Git

#: So many requests fit into the smallest pipe there is (4096 bytes), whatever the hash: writing them never blocks.
BATCH = 50
_UNMERGED_SHOWN = 5
#: What the index says of a path at a stage other than 0.
_UNMERGED = re.compile(rb"(?:\A|\0)[0-7]{6} [0-9a-f]+ [123]\t([^\0]+)")

#: The longest content that is read. Python that people write is a hundredth of it; LibCST needs gigabytes for as much.
LARGEST = 10_000_000

#: Names that no tree may hold: they lead out of it, or into git's own folder, here or on a system that takes other
#: spellings for the same name (``.GIT``, ``git~1``, ``.git.``, ``.git::$INDEX_ALLOCATION``, invisible characters). A
#: backslash separates only there, and only some of these names matter behind one.
_INVISIBLE = rb"(?:\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf)*"
_DOT_GIT = _INVISIBLE.join((rb"", rb"\.", rb"g", rb"i", rb"t", rb""))
_IMPOSSIBLE = re.compile(rb"(?i)[\t/](?=[/\0])|[\t/\\](?:\.\.?|(?:%s|git~1)[ .]*(?::[^/\\\0]*)?)[/\\\0]" % _DOT_GIT)

#: Every one of these names holds one of those, in lower case; nearly every tree has none, or a few.
_SUSPICIOUS = (
    b"//",
    b"/\0",
    b"\t/",
    b"\t\0",
    b"./",
    b".\\",
    b".\0",
    b".git",
    b"git~1",
    b"\xe2\x80",
    b"\xe2\x81",
    b"\xef\xbb\xbf",
)

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


class Listing:
    """The paths of a tree or of the index, in the order of their bytes; each is read when somebody asks for it."""

    def __init__(self, output: bytes, *, oid_field: int) -> None:
        # All at once: byte by byte it is the same as one path after the other, for no NUL is part of a letter.
        self._records = os.fsdecode(output).split("\0")[:-1]
        self._oid_field = oid_field

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every path."""
        return tuple(Entry(path=path, mode=mode, oid=oid) for path, mode, oid in map(self._read, self._records))

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset([record.partition("\t")[2] for record in self._records])

    def find_regular(self, *endings: str) -> list[tuple[str, str, str]]:
        """Give path, mode and id of every regular file whose path ends in one of some ways; by default of every one.

        In the order of the paths' bytes, whatever order git lists them in.
        """
        found = [
            self._read(record)
            for record in self._records
            if record.endswith(endings or ("",)) and record.startswith("100")
        ]
        is_plain = all(path.isascii() for path, _, _ in found)
        found.sort(key=None if is_plain else lambda each: os.fsencode(each[0]))
        return found

    def holds(self, path: str) -> bool:
        """Whether a path is one of them."""
        return path in self._paths

    def _read(self, record: str) -> tuple[str, str, str]:
        head, _, path = record.partition("\t")
        fields = head.split(" ")
        return path, fields[0], fields[self._oid_field]


def list_tree(git: Git, commit: str) -> Listing:
    """List every path of a commit.

    Raises:
        RepositoryError: One leads out of the tree, or into git's own folder.
    """
    output = git.run("ls-tree", "-r", "-z", "--full-tree", commit)
    _refuse_impossible(output, where=f"The commit {commit[:10]}")
    return Listing(output, oid_field=2)


def find_in_tree(git: Git, commit: str, *, path: str) -> Entry | None:
    """Find one path in a commit; a folder is an entry of mode ``040000``."""
    found = Listing(git.run("ls-tree", "-z", "--full-tree", commit, "--", path), oid_field=2)
    return next((entry for entry in found.entries if entry.path == path), None)


def list_index(git: Git, *, environment: Mapping[str, str]) -> Listing:
    """List every path of the index.

    Raises:
        RepositoryError: The index holds conflicts: there is no one content to read. Or a path of it leads out of the
            working tree, or into git's own folder.
    """
    output = git.run("ls-files", "-s", "-z", "--full-name", environment=environment)
    _refuse_impossible(output, where="The index")
    unmerged = {os.fsdecode(path) for path in _UNMERGED.findall(output)}
    if unmerged:
        raise RepositoryError(
            "The index holds conflicts of a merge that is not finished.",
            details=tuple(sorted(unmerged)[:_UNMERGED_SHOWN]),
            hint="Settle them and stage the result with `git add`, then run the command again.",
        )
    return Listing(output, oid_field=1)


def read_blobs(
    git: Git, oids: Iterable[str], *, largest: int = LARGEST, ahead: int = BATCH
) -> Generator[bytes | OSError, None, None]:
    """Give the content of each blob, in order, from one process; at most one content is held at a time.

    Instead of a content of more than ``largest`` bytes, which is not read, comes the error that says so. Of the ids no
    more than ``ahead``, at most `BATCH`, are taken at once.

    Raises:
        RepositoryError: The repository does not hold one of them.
    """
    remaining = iter(oids)
    batch = list(islice(remaining, ahead))
    if not batch:
        return
    with _explained(), git.talk("cat-file", "--batch-command") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while batch:
            _request(process.stdin, "info", batch)
            sizes = [_next_size(process.stdout, oid) for oid in batch]
            pairs = list(zip(batch, sizes, strict=True))
            _request(process.stdin, "contents", [oid for oid, size in pairs if size <= largest])
            for oid, size in pairs:
                yield _next_blob(process.stdout, oid) if size <= largest else too_large(size, largest=largest)
            batch = list(islice(remaining, ahead))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Say it in our words where git may not fetch what a partial clone lacks."""
    try:
        yield
    except RepositoryError as error:
        said = " ".join((error.message, *error.details))
        if "lazy fetching" not in said and "promisor" not in said:
            raise
        raise RepositoryError(
            "This is a partial clone, and it lacks content that is to be read.",
            details=(error.message, *error.details),
            hint="Fetch all of it, then run the command again: git fetch --refetch --no-filter",
        ) from None


def oid_of(content: bytes, *, object_format: str) -> str:
    """Give the id that a content has as a blob: ``sha1`` or ``sha256``, in hex."""
    digest = hashlib.new(object_format, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


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
        # What a partial clone lacks stays as it is; what we replace is there.
        return git.run("write-tree", "--missing-ok", environment=environment).decode().strip()


def _refuse_impossible(output: bytes, *, where: str) -> None:
    """Refuse what git would refuse to check out; a few fast searches through all paths, for there may be many."""
    for record in _suspicious_records(output):
        for found in _IMPOSSIBLE.finditer(record):
            _, _, path = record.partition(b"\t")
            # A name may hold a tab, too: only the first one of a record comes before a name.
            if found[0][:1] != b"\t" or b"\t" not in record[: found.start()]:
                raise RepositoryError(
                    f"{where} holds a path that no working tree may have: {os.fsdecode(path[:-1])!r}.",
                    hint="Nobody gets that by accident: look with `git fsck --strict` before you do anything with it.",
                )


def _suspicious_records(output: bytes) -> Iterator[bytes]:
    """Give the records, each with the NUL behind it, that hold what an impossible path must hold."""
    folded = output.lower()
    starts = set()
    for part in _SUSPICIOUS:
        place = folded.find(part)
        while place >= 0:
            start = output.rfind(b"\0", 0, place) + 1
            starts.add(start)
            place = folded.find(part, output.find(b"\0", place) + 1)
    for start in sorted(starts):
        yield output[start : output.index(b"\0", start) + 1]


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
