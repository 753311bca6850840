"""A script and what it changed, as publishing is given them; no script is executed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.engine.values import Changed, Run, Unchanged
from autotransform.publish import apply_in_place, apply_to_branch, check_branch
from autotransform.repository import Repository
from autotransform.run import select
from autotransform.run.gate import is_transform
from autotransform.script import Provenance, Script, compose, parse

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.publish import Commit
    from autotransform.run import Selection
    from tests.conftest import GitRepo

_BODY = '''"""Replace one by two.

Every file is rewritten.
"""

from autotransform.codemod import Transform

MENTIONS = ["x"]
TARGETS = []
CASES = []


class OneToTwo(Transform):
    """The transform."""
'''


def make_script(*, name: str = "one_to_two", request: str = "use two instead of one") -> Script:
    """Make a script; what it would do is of no interest."""
    return parse(compose(_BODY, provenance=Provenance(request=request, model="built-in")), name=name)


@dataclass(slots=True)
class Scene:
    """A repository, and a run over it that says what each file should become."""

    repo: GitRepo
    script: Script
    config: Config
    #: Where the command is run.
    start: Path
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def repository(self) -> Repository:
        """The repository, freshly opened."""
        return Repository.open(self.start)

    def select(self, *paths: str, base: str | None = None, index: bool = False, in_place: bool = False) -> Selection:
        """Choose files as the command line does."""
        return select(
            start=self.start,
            repository=self.repository,
            paths=paths,
            base=base,
            index=index,
            in_place=in_place,
            config=self.config,
        )

    def run(self, selection: Selection, **changes: bytes | None) -> Run:
        """Make a run: every file with a ``1`` in it gets a ``2``; ``changes`` by stem say otherwise."""
        outcomes: list[Changed | Unchanged] = []
        for file, content in selection.read_all():
            if is_transform(content):
                continue
            after = changes.get(file.path.rpartition("/")[2].removesuffix(".py"), content.replace(b"1", b"2"))
            if after is None or after == content:
                outcomes.append(Unchanged(path=file.path))
            else:
                digest = hashlib.sha256(content).hexdigest()
                outcomes.append(Changed(path=file.path, after=after, before_sha256=digest))
        return Run(
            script=self.script,
            base=selection.base,
            selected=len(selection.files),
            gated=0,
            outcomes=tuple(outcomes),
        )

    def apply(self, *paths: str, base: str | None = None, **changes: bytes | None) -> Commit | None:
        """Select, run, and make the branch."""
        selection = self.select(*paths, base=base)
        run = self.run(selection, **changes)
        return apply_to_branch(run, selection, config=self.config, arguments=self.arguments)

    def check(self, *paths: str, base: str | None = None) -> None:
        """Find out whether there could be a branch."""
        check_branch(self.script, self.select(*paths, base=base), config=self.config, arguments=self.arguments)

    def write(self, *, force: bool = False, **changes: bytes | None) -> tuple[str, ...]:
        """Select, run, and write the files on disk."""
        selection = self.select(in_place=True)
        return apply_in_place(self.run(selection, **changes), selection, force=force)


@pytest.fixture
def scene(git_repo: GitRepo) -> Scene:
    """Give a repository with one commit and a script that it does not hold."""
    git_repo.commit({"a.py": "x = 1\n", "b/c.py": "x = 1\n", "d.py": "x = 3\n", "README": "1\n"})
    return Scene(repo=git_repo, script=make_script(), config=Config(), start=git_repo.path)
