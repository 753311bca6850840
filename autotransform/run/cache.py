"""What came of files in earlier runs, so that nothing is done twice.

One SQLite file in git's own folder, for all scripts. An outcome is found by everything that it depends on: the content,
the file's context, the script, its arguments, and the versions of Python, LibCST and ourselves. It carries a seal made
with a secret that lies with the user, outside every repository: a file of results that came along with a repository
counts for nothing. And it is read with the distrust that a worker's answer is read with.

A cache that cannot be opened, read or written is none; no run fails for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, Skipped, Unchanged
from autotransform.errors import UsageError
from autotransform.run.approvals import Approvals
from autotransform.run.fingerprint import fingerprint
from autotransform.run.wire import ProtocolError, outcome_frame, pack, read_frame, read_outcome, reply_limit

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.engine.values import Job, Outcome
    from autotransform.script import Script

#: In bytes of records; what has not been used for the longest time goes first.
LARGEST = 256 << 20

#: How many new outcomes are held back before they are written together. What was written outlasts an interrupted run.
_BATCH = 64

#: Seconds to wait for another run that is writing.
_PATIENCE = 5.0

#: Of the tables; a file with other ones is emptied.
_FORMAT = 1
_NAME = "results.sqlite3"
_TABLE = "CREATE TABLE results (key BLOB PRIMARY KEY, run INTEGER NOT NULL, seal BLOB NOT NULL, record BLOB NOT NULL)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a cache holds."""

    outcomes: int
    #: Of the file.
    size: int


class Cache:
    """The outcomes that one run may take from earlier ones, and those that it adds. Used by one thread."""

    def __init__(self, folder: Path | None, *, largest: int = LARGEST) -> None:
        self._largest = largest
        self._secret = b""
        self._connection: sqlite3.Connection | None = None
        self._run = 0
        self._fresh: list[tuple[bytes, bytes, bytes]] = []
        self._used: list[bytes] = []
        if folder is not None:
            with contextlib.suppress(OSError, UsageError, sqlite3.Error):
                self._secret = Approvals().secret("results")
                self._connection = _open(folder)
                self._run = 1 + self._ask("SELECT coalesce(max(run), 0) FROM results")

    def key(self, script: Script, job: Job, *, arguments: tuple[tuple[str, str], ...]) -> bytes:
        """Give what an outcome is found by."""
        context = job.context
        parts = (script.name, script.entry, script.digest, arguments, context.path, context.module, context.package)
        text = repr((fingerprint(), parts, context.reexports))
        return hashlib.blake2b(text.encode() + b"\0" + hashlib.sha256(job.content).digest(), digest_size=32).digest()

    def find(self, key: bytes, job: Job) -> Outcome | None:
        """Give what came of a file when it was transformed before; ``None`` where that is not known."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT seal, record FROM results WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        if row is None or not (isinstance(row[0], bytes) and isinstance(row[1], bytes)):
            return None
        if not hmac.compare_digest(row[0], self._seal(key, row[1])):
            return None
        self._used.append(key)
        return _read(row[1], job)

    def keep(self, key: bytes, outcome: Outcome) -> None:
        """Remember what came of a file. What failed is tried again, and costs a run little."""
        if self._connection is None or not isinstance(outcome, Changed | Unchanged | Skipped):
            return
        record = zlib.compress(pack(outcome_frame(outcome, number=0)), 1)
        self._fresh.append((key, self._seal(key, record), record))
        if len(self._fresh) >= _BATCH:
            self._write()

    def close(self) -> None:
        """Write what is held back, drop what is too much, and let go of the file."""
        if self._connection is None:
            return
        with contextlib.suppress(sqlite3.Error):
            self._write()
            self._shrink()
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None

    def _seal(self, key: bytes, record: bytes) -> bytes:
        return hashlib.blake2b(key + record, key=self._secret, digest_size=32).digest()

    def _write(self) -> None:
        assert self._connection is not None
        rows = [(key, self._run, seal, record) for key, seal, record in self._fresh]
        used = [(self._run, key) for key in self._used]
        self._fresh, self._used = [], []
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("UPDATE results SET run = ? WHERE key = ?", used)

    def _shrink(self) -> None:
        """Drop the runs that were used longest ago, until a quarter is free."""
        assert self._connection is not None
        if self._ask("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") <= self._largest:
            return
        left = 3 * self._largest // 4
        sizes = "SELECT run, sum(length(record)) FROM results GROUP BY run ORDER BY run DESC"
        for run, size in [*self._connection.execute(sizes)]:
            left -= size
            if left < 0 and run != self._run:
                with self._connection:
                    self._connection.execute("DELETE FROM results WHERE run <= ?", (run,))
                break
        self._connection.execute("VACUUM")

    def _ask(self, query: str) -> int:
        assert self._connection is not None
        return int(self._connection.execute(query).fetchone()[0])


def take_stock(folder: Path) -> Stock:
    """Say what the cache in a folder holds."""
    file = folder / _NAME
    try:
        with contextlib.closing(_open(folder)) as connection:
            outcomes = connection.execute("SELECT count(*) FROM results").fetchone()[0]
        return Stock(outcomes=int(outcomes), size=file.stat().st_size)
    except (OSError, sqlite3.Error):
        return Stock(outcomes=0, size=0)


def drop(folder: Path) -> None:
    """Remove the cache in a folder; a run that is using it goes on without.

    Raises:
        OSError: It cannot be removed.
    """
    for ending in ("", "-journal"):
        (folder / f"{_NAME}{ending}").unlink(missing_ok=True)


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / _NAME
    if file.is_symlink():
        raise OSError(0, f"{file} is a link")
    try:
        return _connect(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, full, read-only: no reason to throw it away
            raise
        drop(folder)
        return _connect(file)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_PATIENCE)
    try:
        # It can be made again, so nobody need wait for the disk; and nothing in it may run.
        for pragma in ("trusted_schema = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            tables = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if (tables, version) != ([_TABLE], _FORMAT):
                if tables:
                    raise sqlite3.DatabaseError("its tables are not ours")  # noqa: TRY301 - as any other damage
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
        file.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _read(record: bytes, job: Job) -> Outcome | None:
    limit = reply_limit(job)
    try:
        content = zlib.decompressobj().decompress(record, limit)
        return read_outcome(read_frame(_Reader(content).read, limit=limit), job=job, number=0)
    except (zlib.error, ProtocolError, EOFError):
        return None


class _Reader:
    """Bytes that are read as a connection is."""

    def __init__(self, content: bytes) -> None:
        self._left = memoryview(content)

    def read(self, size: int) -> bytes:
        part, self._left = self._left[:size], self._left[size:]
        return bytes(part)
