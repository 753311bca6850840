"""Where a command works: the directory, its repository, its configuration, its terminal."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from autotransform.config import LONGEST, Config, parse_config
from autotransform.errors import RepositoryError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.cli.terminal import Terminal
    from autotransform.repository import Repository
    from autotransform.run.cache import Cache
    from autotransform.run.trust import Trust

_PYPROJECT = "pyproject.toml"


class Session:
    """One invocation of the command line; everything is looked up when it is first asked for."""

    def __init__(self, *, start: Path, verbosity: int) -> None:
        self.start = start
        self.verbosity = verbosity
        #: Whether the person trusts, in this command, whatever it runs: `--trust`.
        self.is_trusting = False
        #: Whether nothing of earlier runs is used: `--fresh`.
        self.is_fresh = False
        #: Whether what a script mentions keeps files from being parsed: not with `--no-gate`.
        self.is_gated = True
        #: Digests of scripts that the person said yes and no to.
        self.approved: set[str] = set()
        self.declined: set[str] = set()

    @functools.cached_property
    def terminal(self) -> Terminal:
        """Where to print."""
        from autotransform.cli.terminal import Terminal  # noqa: PLC0415 - rich costs what `--help` may not

        return Terminal(verbosity=self.verbosity)

    @functools.cached_property
    def repository(self) -> Repository | None:
        """The repository around the directory; ``None`` outside git."""
        from autotransform.repository import Repository  # noqa: PLC0415 - GitPython costs what `--help` may not

        try:
            return Repository.open(self.start)
        except RepositoryError:
            if any((parent / ".git").exists() for parent in (self.start, *self.start.parents)):
                raise
            return None

    def require_repository(self) -> Repository:
        """Give the repository, or say that one is needed.

        Raises:
            RepositoryError: The directory is not in a git repository.
        """
        if self.repository is None:
            raise RepositoryError(
                f"{self.start} is not in a git repository.",
                hint="Go to one, name one with `-C DIR`, or work on files on disk with `--in-place`.",
            )
        return self.repository

    @functools.cached_property
    def head(self) -> str:
        """The commit at HEAD; empty outside git and where nothing was ever committed."""
        if self.repository is None:
            return ""
        try:
            return self.repository.resolve("HEAD")
        except RepositoryError:
            return ""

    @property
    def cache(self) -> Cache:
        """What came of files in earlier runs, opened anew each time; outside git and with `--fresh` nothing."""
        from autotransform.run.cache import Cache  # noqa: PLC0415

        is_kept = self.repository is not None and not self.is_fresh
        return Cache(self.repository.state_dir if is_kept and self.repository is not None else None)

    @property
    def root(self) -> Path:
        """The root of the working tree; outside git and in a bare repository, the directory."""
        repository = self.repository
        return repository.root if repository is not None and repository.root is not None else self.start

    @functools.cached_property
    def trust(self) -> Trust:
        """Which scripts may run where nothing fences them in."""
        from autotransform.run.trust import Trust  # noqa: PLC0415 - `--help` needs nothing of the room

        return Trust(is_given=self.is_trusting)

    def config(self, *, base: str = "") -> Config:
        """Read the configuration: of a commit where one is read, else of the working tree.

        Raises:
            ConfigError: It does not hold.
        """
        if base and self.repository is not None:
            content = self.repository.show_file(base, _PYPROJECT)
            return parse_config(content, origin=f"{_PYPROJECT} at {base[:10]}") if content is not None else Config()
        path = self.root / _PYPROJECT
        if not path.is_file():
            return Config()
        with path.open("rb") as file:  # no more than it takes to see that it is too long
            return parse_config(file.read(LONGEST + 1), origin=str(path))

    def transforms_folder(self, config: Config) -> Path:
        """Give the folder in which the repository keeps its transforms.

        Raises:
            UsageError: There is no working tree to keep them in, the folder lies outside of it, or it is none.
        """
        from autotransform.run.lookup import is_within  # noqa: PLC0415

        if self.repository is not None and self.repository.root is None:
            raise UsageError(
                "A bare repository has no working tree to write a transform to.",
                hint="Write it in a clone, commit it, and name it here.",
            )
        folder = self.root / config.transforms
        if not is_within(folder, self.root):
            raise UsageError(f"The folder for transforms, {config.transforms!r}, lies outside the repository.")
        for place in (folder, *folder.parents):
            if place.is_relative_to(self.root) and os.path.lexists(place) and not place.is_dir():
                raise UsageError(
                    f"Transforms are kept in {config.transforms!r}, and {place.relative_to(self.root)} is no folder.",
                    hint="Name another with `transforms` in [tool.autotransform] of pyproject.toml.",
                )
        return folder
