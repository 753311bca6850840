"""Which texts of scripts a person approved, remembered for that person alone, outside every repository.

One small file for each, called after the SHA-256 of the script. Whoever can make such a file can have a script run, so
nothing that a repository brings along counts: no configuration, no committed file, no folder that others can write to.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.run.disk import read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The folders below the user's state that are ours.
_OURS = ("autotransform", "approvals")
_LARGEST = 1 << 16
_SECRET, _SECRET_LENGTH = ".secret", 32
_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a person once said yes to; everything besides the digest is for a person who looks."""

    digest: str
    name: str
    #: Where it stood, absolute; empty where it stood nowhere yet.
    path: str
    #: RFC 3339.
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """The approvals of the user who runs this."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def folder(self) -> Path:
        """Where they are kept; it need not be there.

        Raises:
            UsageError: Nobody knows where the user's files are.
        """
        return _state_of_user(self.environment).joinpath(*_OURS)

    def check(self) -> Path:
        """Give the folder, if it can be relied upon.

        Raises:
            UsageError: It is not the user's alone.
        """
        self._is_there()
        return self.folder

    def find(self, digest: str) -> Approval | None:
        """Find the approval of a text.

        Raises:
            UsageError: The state is not the user's alone, or cannot be read.
        """
        return _read(self.folder / digest) if self._is_there() else None

    def find_earlier(self, path: str) -> Approval | None:
        """Find the latest approval of whatever stood at a path.

        Raises:
            UsageError: As of `find`.
        """
        files = sorted(self.folder.iterdir()) if path and self._is_there() else []
        approvals = [found for file in files if len(file.name) == 64 and (found := _read(file))]  # noqa: PLR2004
        return max((each for each in approvals if each.path == path), key=lambda each: each.time, default=None)

    def add(self, digest: str, *, name: str, path: str = "") -> None:
        """Remember that a person approved a text.

        Raises:
            UsageError: It cannot be kept where nobody else can write.
        """
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = json.dumps({"name": name, "path": path, "time": time}, indent=2) + "\n"
        self.write(digest, content)

    def write(self, name: str, content: str) -> None:
        """Write a file, as a whole or not at all, where nobody else can write.

        Raises:
            UsageError: There is no such place.
        """
        try:
            self.folder.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._is_there()
            _replace(self.folder / name, content)
        except OSError as error:
            raise _refused(
                self.folder, f"nothing can be written there ({error.strerror or error})", "Run it with --trust instead."
            ) from error

    def secret(self, name: str) -> bytes:
        """Give a secret of the user's, 32 bytes; it is made when it is first asked for.

        Raises:
            UsageError: It cannot be kept where nobody else can write.
        """
        file = self.folder / f"{name}{_SECRET}"
        for _ in range(2):
            with contextlib.suppress(OSError, ValueError):
                if self._is_there():
                    _require_own(file, status := file.lstat(), is_kind=stat.S_ISREG(status.st_mode))
                    secret = bytes.fromhex(read_plain(str(file), largest=_LARGEST).decode())
                    if len(secret) == _SECRET_LENGTH:
                        return secret
            self.write(file.name, secrets.token_hex(_SECRET_LENGTH))
        raise _refused(file, "what was just written there cannot be read", f"Remove it: rm {file}")

    def _is_there(self) -> bool:
        """Tell whether there is a folder; it must be nobody's but the user's."""
        state = self.folder.parents[1]
        try:
            mode = state.stat().st_mode
        except OSError:
            return False
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise _refused(state, "everybody can put another folder in its place", f"chmod o-w {state}")
        for folder in (self.folder.parent, self.folder):
            try:
                status = folder.lstat()
            except FileNotFoundError:
                return False
            except OSError as error:
                raise _unreadable(folder, error) from error
            _require_own(folder, status, is_kind=stat.S_ISDIR(status.st_mode))
        _require_outside_repositories(self.folder)
        return True


def _state_of_user(environment: Mapping[str, str]) -> Path:
    given = Path(environment.get("XDG_STATE_HOME", ""))
    if given.is_absolute():  # the standard has everything else ignored: it could lead into a repository
        return given
    home = Path(environment.get("HOME", ""))
    if not home.is_absolute():
        raise UsageError(
            "Approvals are kept in your home directory, and HOME does not say where that is.",
            hint="Set HOME or XDG_STATE_HOME, or run the script with --trust.",
        )
    return home / ("Library/Application Support" if sys.platform == "darwin" else ".local/state")


def _require_own(path: Path, status: os.stat_result, *, is_kind: bool) -> None:
    if not is_kind:
        raise _refused(path, "it is a link, or something else that we did not make", f"Look at it, then: rm {path}")
    if status.st_uid != os.geteuid():
        raise _refused(path, "it belongs to somebody else", f"Look at it, then: rm -r {path}")
    if status.st_mode & _BY_OTHERS:
        raise _refused(path, "others can write to it", f"See that nobody did, then: chmod go-w {path}")


def _require_outside_repositories(folder: Path) -> None:
    for parent in folder.resolve().parents:
        if (parent / ".git").exists():
            raise _refused(
                folder,
                f"it lies in the repository {parent}, which could approve its own scripts",
                "Set XDG_STATE_HOME to a folder outside of it, or run the script with --trust.",
            )


def _read(file: Path) -> Approval | None:
    try:
        _require_own(file, status := file.lstat(), is_kind=stat.S_ISREG(status.st_mode))
        told = json.loads(read_plain(str(file), largest=_LARGEST))
        return Approval(digest=file.name, name=str(told["name"]), path=str(told["path"]), time=str(told["time"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(file, error) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _refused(file, "it holds something else than we wrote", f"Remove it: rm {file}") from error


def _replace(file: Path, content: str) -> None:
    """Write a file that only the user can read, as a whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123 - it is a descriptor
            stream.write(content)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unreadable(path: Path, error: OSError) -> UsageError:
    return _refused(path, f"it cannot be read ({error.strerror or error})", f"Mend it or remove it: rm -r {path}")


def _refused(path: Path, why: str, mend: str) -> UsageError:
    return UsageError(f"Approvals are not taken from {path}: {why}.", hint=mend)
