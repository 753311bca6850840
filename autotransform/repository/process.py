"""Run git: one place for its environment, its settings and what its failures are called."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

#: What git exports to its hooks and aliases, or a person for one repository. It would send our commands to another
#: repository, index or object store, or change what a path means. (``git rev-parse --local-env-vars``, and more.)
REPOSITORY_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_ATTR_SOURCE",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_DIFF_OPTS",
        "GIT_GLOB_PATHSPECS",
        "GIT_GRAFT_FILE",
        "GIT_ICASE_PATHSPECS",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
        "LANGUAGE",
    }
)

_SETTINGS = (
    # Hooks, the file-system monitor included, are programs of the repository: reading and committing runs none.
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    # Where a tree may not lead on any machine, it may not on this one.
    "core.protectHFS=true",
    "core.protectNTFS=true",
    # Our temporary indexes must not leave shared parts in the repository.
    "core.splitIndex=false",
    "index.sparse=false",
    "core.quotePath=false",
    # What git takes for generated must not depend on the machine.
    f"core.attributesFile={os.devnull}",
    "i18n.commitEncoding=UTF-8",
    # A name made up from the machine's is worse than an error.
    "user.useConfigOnly=true",
    # Git gives advice on the file of made-up parents even where we name none.
    "advice.graftFileDeprecated=false",
)

_FIXED = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    # Parents that a file of the repository makes up would hide commits from us, or show us some that are not there.
    "GIT_GRAFT_FILE": os.devnull,
    # What a partial clone lacks is fetched by programs that its configuration names: ssh, remote helpers, upload-pack.
    # Nothing here goes to the network. Git before 2.39.4 does not know the first, and every one the second.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}

NO_GIT = "Git is not installed, or not on PATH."
NO_GIT_HINT = "Install git 2.39 or newer (https://git-scm.com/downloads), then run the command again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one git command said."""

    status: int
    output: bytes
    #: Without ``fatal:`` and the like; several lines at the most.
    error: str

    @property
    def text(self) -> str:
        """The output as text, without the last newline."""
        return os.fsdecode(self.output).removesuffix("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git, bound to a folder and, once it is known, to a repository."""

    directory: Path
    #: Options that name the repository: ``--git-dir=…``, ``--work-tree=…``.
    binding: tuple[str, ...] = ()
    #: Keys and values that stand above what the repository's own configuration says; a token may be among them.
    overrides: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: Of ours, that git inherits and hands on to what it starts; none on Windows.
    descriptors: tuple[int, ...] = ()

    def ask(self, *arguments: str, feed: bytes = b"", environment: Mapping[str, str] | None = None) -> Answer:
        """Run one git command to its end, whatever its status."""
        process = self._start(arguments, environment=environment, errors=subprocess.PIPE)
        try:
            output, errors = process.communicate(feed)
        except BaseException:
            _end(process)
            raise
        return Answer(status=process.returncode, output=output, error=_plain(errors))

    def run(self, *arguments: str, feed: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Run one git command and give its output.

        Raises:
            RepositoryError: Git says no; its words are the message.
        """
        answer = self.ask(*arguments, feed=feed, environment=environment)
        if answer.status:
            raise failure(arguments, answer)
        return answer.output

    @contextmanager
    def talk(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start one git command to write to and read from; it is ended with the block.

        Raises:
            RepositoryError: It ended by itself with a status other than 0, or before it had read everything.
        """
        with tempfile.TemporaryFile() as errors:
            process = self._start(arguments, environment=None, errors=errors.fileno())
            try:
                yield process
                _stdin(process).close()
                status = process.wait()
            except (BrokenPipeError, EOFError):
                status = process.wait() or 1
            finally:
                _end(process)
            if status:
                errors.seek(0)
                raise failure(arguments, Answer(status=status, output=b"", error=_plain(errors.read())))

    def _start(
        self, arguments: Sequence[str], *, environment: Mapping[str, str] | None, errors: int
    ) -> subprocess.Popen[bytes]:
        popen, executable = _starter()
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        options = ["--no-pager", "--no-replace-objects", "--literal-pathspecs", *settings, *self.binding]
        try:
            process = popen(
                [executable, *options, *arguments],
                cwd=self.directory,
                env=clean_environment(self.overrides) | dict(environment or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                pass_fds=self.descriptors,
            )
        except FileNotFoundError as error:
            if not self.directory.is_dir():
                raise RepositoryError(f"There is no folder {self.directory}.") from error
            raise RepositoryError(NO_GIT, hint=NO_GIT_HINT) from error
        except NotADirectoryError as error:
            raise RepositoryError(f"{self.directory} is not a folder.") from error
        return process


def clean_environment(overrides: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Give the environment for git: this process's own, without what binds it to some repository.

    Args:
        overrides: Configuration to add; as variables, for a key may hold an equals sign.
    """
    kept = {name: value for name, value in os.environ.items() if name not in REPOSITORY_VARIABLES}
    return kept | _FIXED | _as_variables(overrides, start=kept.get("GIT_CONFIG_COUNT", ""))


def _as_variables(overrides: Sequence[tuple[str, str]], *, start: str) -> dict[str, str]:
    if not overrides:
        return {}
    first = int(start) if start.isdecimal() else 0
    variables = {"GIT_CONFIG_COUNT": str(first + len(overrides))}
    for number, (key, value) in enumerate(overrides, start=first):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables


def failure(arguments: Sequence[str], answer: Answer) -> RepositoryError:
    """Say that a git command failed, in git's own words."""
    lines = answer.error.splitlines() or [f"it ended with status {answer.status} and said nothing"]
    return RepositoryError(f"git {arguments[0]} failed: {lines[0]}", details=tuple(lines[1:]))


def _starter() -> tuple[Callable[..., subprocess.Popen[bytes]], str]:
    """Give what starts a process, and what git is called.

    Windows looks for programs in the current folder first, which is somebody's repository; GitPython knows how to keep
    it from that. Elsewhere it would add nothing but the time to import it, a tenth of a run that finds nothing to do.
    """
    if os.name != "nt":
        return subprocess.Popen, os.environ.get("GIT_PYTHON_GIT_EXECUTABLE") or "git"
    # It runs git when it is imported. Where there is none that fails, and every later import does too, in another way;
    # told to be quiet, it leaves it to us to find out.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    import git.cmd  # noqa: PLC0415

    return git.cmd.safer_popen, git.cmd.Git.GIT_PYTHON_GIT_EXECUTABLE or "git"


def _stdin(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdin is not None
    return process.stdin


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                continue


def _plain(errors: bytes) -> str:
    lines = errors.decode(errors="replace").splitlines()
    return "\n".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if line.strip())
