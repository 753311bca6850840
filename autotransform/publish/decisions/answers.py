"""What a person said yes and no to, kept for each transform in git's own folder.

It is of this clone alone, and of the user's: nobody who sends a repository can put it there. Yet it is read as if
anybody had: bounded, and nothing but what we write ourselves.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.review.decisions import Decisions, read_decisions, write_decisions
from autotransform.run.disk import read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.repository import Repository

_FOLDER, _SCHEMA = "decisions", 1
_LARGEST = 16 << 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered of one transform; of nothing else it is known."""

    #: What every run leaves out.
    refused: Decisions = field(default_factory=Decisions)
    #: What need not be asked again.
    accepted: Decisions = field(default_factory=Decisions)

    def __bool__(self) -> bool:
        return bool(self.refused or self.accepted)


def load_answers(repository: Repository | None, name: str) -> Answers:
    """Read what was answered of a transform; outside git, and where nobody was asked, nothing.

    Raises:
        RepositoryError: It cannot be read, or it is not what we write.
    """
    if repository is None:
        return Answers()
    file = _file_of(repository, name)
    try:
        return _read(json.loads(read_plain(os.fspath(file), largest=_LARGEST)))
    except FileNotFoundError:
        return Answers()
    except OSError as error:
        raise _unusable(file, f"it cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise _unusable(file, "it holds something else than this version writes") from error


def change_answers(repository: Repository, name: str, change: Callable[[Answers], Answers]) -> Answers:
    """Keep what becomes of the answers that are kept by now; nobody else changes them meanwhile. Gives the new ones.

    Raises:
        RepositoryError: They cannot be read, or not be written.
    """
    with _hold(_file_of(repository, name).parent):
        answers = change(load_answers(repository, name))
        save_answers(repository, name, answers)
    return answers


def update_answers(repository: Repository, name: str, *, before: Answers, after: Answers) -> None:
    """Keep what somebody answered since; what others answered meanwhile is kept as well.

    Raises:
        RepositoryError: What is kept cannot be read, or not be written.
    """
    change_answers(repository, name, lambda kept: carry_over(kept, before=before, after=after))


def carry_over(kept: Answers, *, before: Answers, after: Answers) -> Answers:
    """Change answers as somebody changed others, who may not know all of them; the last word about each thing holds."""
    refused, accepted = after.refused - before.refused, after.accepted - before.accepted
    return Answers(
        refused=kept.refused - (before.refused - after.refused) - accepted | refused,
        accepted=kept.accepted - (before.accepted - after.accepted) - refused | accepted,
    )


def save_answers(repository: Repository, name: str, answers: Answers) -> None:
    """Keep what was answered of a transform in place of what was kept; as a whole or not at all.

    Raises:
        RepositoryError: It cannot be written.
    """
    if not answers:
        drop_answers(repository, name)
        return
    told = {
        "schema": _SCHEMA,
        "script": name,
        "refused": write_decisions(answers.refused),
        "accepted": write_decisions(answers.accepted),
    }
    file = _file_of(repository, name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, json.dumps(told, indent=1) + "\n")
    except OSError as error:
        raise _unusable(file, f"it cannot be written ({error.strerror or error})") from error


def drop_answers(repository: Repository, name: str) -> bool:
    """Forget what was answered of a transform, readable or not; tell whether there was anything.

    Raises:
        RepositoryError: It cannot be removed.
    """
    file = _file_of(repository, name)
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(file, f"it cannot be removed ({error.strerror or error})") from error
    return True


@contextlib.contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """Hold the lock on a folder, where the system has such locks; it ends with the process.

    Raises:
        RepositoryError: There can be no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY) if os.name != "nt" else None
    except OSError as error:
        raise RepositoryError(f"No answer can be kept in {folder}: {error.strerror or error}.") from error
    try:
        with contextlib.suppress(OSError, ImportError):
            import fcntl  # noqa: PLC0415 - Windows has none

            fcntl.flock(descriptor or 0, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _read(told: object) -> Answers:
    if not isinstance(told, dict) or told.get("schema") != _SCHEMA:
        raise ValueError("another schema")
    return Answers(refused=read_decisions(told.get("refused")), accepted=read_decisions(told.get("accepted")))


def _file_of(repository: Repository, name: str) -> Path:
    """Give the file of a transform; a name that is no name of ours stands for its digest."""
    stem = name if _NAME.fullmatch(name) else f"-{hashlib.sha256(os.fsencode(name)).hexdigest()}"
    return repository.state_dir / _FOLDER / f"{stem}.json"


def _replace(file: Path, content: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        # Half a letter, as a path may hold one, is written as an escape.
        with open(descriptor, "w", encoding="ascii", newline="\n") as stream:  # noqa: PTH123 - it is a descriptor
            stream.write(content)
        Path(temporary).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _unusable(file: Path, why: str) -> RepositoryError:
    return RepositoryError(
        f"What you refused earlier stands in {file}: {why}.",
        hint=f"Look at it, or have it forgotten: autotransform decisions {file.stem} --drop",
    )
