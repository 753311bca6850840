"""Branches of a transform for which nothing is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from autotransform.publish.branches.ownership import branch_of, find_record, list_foreign
from autotransform.publish.branches.record import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Collection

    from autotransform.publish.branches.record import Record
    from autotransform.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A branch of ours that no part of the change goes to."""

    branch: str
    tip: str
    #: Commits of people on it that nothing else holds.
    foreign: int
    #: Where it is checked out; empty: nowhere.
    place: str

    @property
    def can_go(self) -> bool:
        """Whether it can be deleted, and nothing that people made with it."""
        return not self.foreign and not self.place


def find_finished(repository: Repository, *, record: Record, current: Collection[str]) -> tuple[Finished, ...]:
    """Find the branches that the same transform made, for the same paths and arguments, and now makes no more.

    To be asked after a run that left nothing out and failed on nothing; in the order of the names.

    Args:
        repository: Where.
        record: How the run was made.
        current: The branches that it goes to.
    """
    name = branch_of(PurePosixPath(record.script_path).stem)
    listed = repository.rewriting.list_branches(name, f"{name}--*")
    found = {branch: tip for branch, tip in listed.items() if branch not in current}
    places = repository.checked_out_branches() if found else {}
    finished = []
    for branch, tip in sorted(found.items()):
        before = find_record(repository, branch)
        if before is None or any(before.inputs.get(key) != record.inputs.get(key) for key in PURPOSE):
            continue
        foreign = list_foreign(repository, branch, tip=tip, base=record.base)
        finished.append(Finished(branch=branch, tip=tip, foreign=len(foreign), place=places.get(branch, "")))
    return tuple(finished)


def finish_branch(repository: Repository, finished: Finished) -> Literal["deleted", "kept"]:
    """Delete a branch, unless people committed to it or have it checked out.

    Raises:
        RepositoryError: It was moved meanwhile.
    """
    if not finished.can_go:
        return "kept"
    repository.rewriting.delete_branch(finished.branch, old=finished.tip, reason="autotransform: nothing is left")
    return "deleted"
