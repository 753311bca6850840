"""How a change is divided into parts, as it is asked for, noted in a commit, and found again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from autotransform.engine.values import Changed
from autotransform.errors import UsageError
from autotransform.publish.splitting.codeowners import read_code_owners
from autotransform.publish.splitting.parts import SplitBy, split
from autotransform.review.hunks import FileChange
from autotransform.review.shapes.finding import find_shapes

if TYPE_CHECKING:
    from autotransform.engine.values import Run
    from autotransform.publish.splitting.parts import Part
    from autotransform.repository import Repository
    from autotransform.review.shapes.finding import Shape
    from autotransform.run import Selection

_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How to divide a change."""

    by: SplitBy
    #: Files that a part should have at the least, and may have at the most; 0: any number.
    minimum: int = 1
    maximum: int = 0

    def note(self, part: Part) -> dict[str, Any] | None:
        """Give what a commit says of a part; nothing where it is the whole change."""
        if not part.name:
            return None
        return {"by": self.by, "name": part.name, "minimum": self.minimum, "maximum": self.maximum}


def read_division(noted: object) -> tuple[Division, str] | None:
    """Read how a change was divided, and the name of the part, from what a commit says; ``None``: it was not.

    Raises:
        UsageError: It says what none of ours would.
    """
    if noted is None:
        return None
    found: dict[str, Any] = noted if isinstance(noted, dict) else {}
    name, by = found.get("name"), found.get("by", "")
    minimum, maximum = found.get("minimum", -1), found.get("maximum", -1)
    if by in get_args(SplitBy) and isinstance(name, str) and name and _are_counts(minimum, maximum):
        return Division(by=by, minimum=minimum, maximum=maximum), name
    raise UsageError(
        f"The commit says of its part what cannot be read: {ascii(noted)[:200]}.",
        hint="Look at its trailers with `git log -1`; another version of AutoTransform may have made it.",
    )


def _are_counts(*values: object) -> bool:
    return all(isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= _MOST for each in values)


def divide(run: Run, selection: Selection, *, division: Division) -> tuple[Part, ...]:
    """Divide what a run changed, as the repository stood at the commit that was read; in the order of the names.

    Args:
        run: Formatted, and without what the project's own tests did not bear.
        selection: What the run read: from a commit.
        division: How.

    Raises:
        UsageError: The bounds exclude each other, or what was read is not a commit.
    """
    repository, base = _repository_of(selection), run.base
    by = division.by
    return split(
        run,
        by=by,
        minimum=division.minimum,
        maximum=division.maximum,
        owners=read_code_owners(lambda path: repository.show_file(base, path)),
        tree=[entry.path for entry in repository.tree(base)] if by == "package" else (),
        shapes=shapes_of(run, selection) if by == "shape" else (),
    )


def part_of(run: Run, part: Part) -> Run:
    """Give a run with what it changed in one part; of the other parts' files it says nothing."""
    paths = {*part.paths}
    kept = tuple(each for each in run.outcomes if not isinstance(each, Changed) or each.path in paths)
    return replace(run, outcomes=kept)


def shapes_of(run: Run, selection: Selection) -> tuple[Shape, ...]:
    """Group what a run changed by its shapes; rare ones first."""
    files = {file.path: file for file in selection.files}
    befores = selection.read_these(files[change.path] for change in run.changed)
    return find_shapes(
        [
            FileChange(path=change.path, before=before, after=change.after, mode=files[change.path].mode)
            for change, before in zip(run.changed, befores, strict=True)
        ]
    )


def _repository_of(selection: Selection) -> Repository:
    if selection.repository is None or selection.kind != "tree":
        raise UsageError("Only a change to a commit can be divided.", hint="Leave out --in-place and --index.")
    return selection.repository
