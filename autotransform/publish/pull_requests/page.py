"""What a pull request says, as values. Everything in them may be foreign text; nothing is markup yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.publish.branches.message import apply_command
from autotransform.publish.gate.project_tests import LEFT_OUT, NOT_TRIED
from autotransform.review.decisions import count_refusals, read_decisions
from autotransform.review.patch import MARKS
from autotransform.review.reasons.rules import list_rules
from autotransform.review.summary import Group, summary
from autotransform.review.text import show_bytes, show_path
from autotransform.script import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.engine.values import Run
    from autotransform.publish.branches.record import Record
    from autotransform.publish.gate.project_tests import Verification
    from autotransform.publish.splitting.parts import Part
    from autotransform.review.shapes.finding import Shape

#: ``passed-without``: once what they do not pass with was left out.
GateState: TypeAlias = Literal["passed", "passed-without", "failed"]

#: Bytes of one line of an example.
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What the project's own tests say about the change."""

    command: str
    state: GateState
    #: What was left out, by why.
    dropped: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another pull request of the same split."""

    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownShape:
    """One kind of change."""

    before: str
    after: str
    count: int
    files: int
    #: Where the example stands.
    path: str
    #: Its lines, each with its mark.
    diff: tuple[str, ...]
    #: Of each placeholder, some of what it stands for.
    varying: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Places or files of which there is something to say, by reason."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a pull request tells."""

    #: Of the script.
    name: str
    #: Of the part; empty: there is only one.
    part: str = ""
    part_title: str = ""
    #: Of the script's source, in hex.
    digest: str
    summary: str
    request: str = ""
    #: One a line.
    rules: tuple[str, ...] = ()
    #: How to make the change again, and how to prove that it is what the script makes; the second may be empty.
    command: str
    verify: str = ""
    base: str = ""
    changed: int
    selected: int
    #: What a person refused in review, counted; empty: nothing.
    refused: str = ""
    #: Rare ones first.
    shapes: tuple[ShownShape, ...] = ()
    #: Skips, leftovers, warnings.
    sections: tuple[Section, ...] = ()
    gate: GateResult | None = None
    siblings: tuple[Sibling, ...] = ()
    owners: tuple[str, ...] = ()
    #: Who wanted it.
    asked_by: str = ""
    #: A model's name, ``built-in``, or empty: a person wrote the script.
    model: str = ""
    generated: str = ""
    is_edited: bool = False
    script_path: str = ""
    source: str = ""


def gate_result(verification: Verification) -> GateResult:
    """Give what a page tells of the project's own tests."""
    groups = {
        why: tuple(show_path(each.path) for each in verification.dropped if each.is_proven is is_proven)
        for why, is_proven in ((LEFT_OUT, True), (NOT_TRIED, False))
    }
    return GateResult(
        command=verification.command,
        state=verification.state,
        dropped=tuple(Group(reason=why, places=places) for why, places in groups.items() if places),
    )


def make_page(
    run: Run,
    *,
    record: Record,
    shapes: Sequence[Shape] = (),
    part: Part | None = None,
    gate: GateResult | None = None,
    siblings: Sequence[Sibling] = (),
    asked_by: str = "",
    verify: str = "",
) -> Page:
    """Gather what a pull request tells about a run, or about one part of it.

    ``shapes`` are those of the files of the part, ``record`` and ``verify`` say how it is made again and proved, and
    ``asked_by`` who wanted it.
    """
    script = run.script
    provenance = script.provenance or Provenance()
    return Page(
        name=script.name,
        part=part.name if part else "",
        part_title=part.title if part and part.name else "",
        digest=script.digest,
        summary=script.summary,
        request=script.request,
        rules=list_rules(script.rules),
        command=apply_command(script, record=record),
        verify=verify,
        base=record.base,
        changed=len(part.paths) if part else len(run.changed),
        selected=run.selected,
        refused=_count_refusals(record),
        shapes=tuple(map(show_shape, shapes)),
        sections=_sections(run),
        gate=gate,
        siblings=tuple(siblings),
        owners=part.owners if part else (),
        asked_by=asked_by,
        model=provenance.model,
        generated=provenance.generated,
        is_edited=script.is_edited,
        script_path=record.script_path,
        source=script.source,
    )


def show_shape(shape: Shape) -> ShownShape:
    """Give a shape with its example as text."""
    hunk = shape.example.hunk
    return ShownShape(
        before=shape.before,
        after=shape.after,
        count=shape.count,
        files=len(shape.paths),
        path=show_path(shape.example.path),
        diff=tuple(
            MARKS[line.kind].decode() + show_bytes(line.content[:_LONGEST_LINE].rstrip(b"\r\n"), encoding="utf-8")
            for line in hunk.lines
        ),
        varying=shape.varying,
    )


def _sections(run: Run) -> tuple[Section, ...]:
    told = summary(run)
    failed = tuple(
        Group(reason=f"{each.reason}: {each.detail.strip().partition(chr(10))[0]}", places=(show_path(each.path),))
        for each in told.failed
    )
    left = tuple(group for leftovers in told.leftovers if leftovers.fate == "unmatched" for group in leftovers.groups)
    # What the project's own tests do not bear counts as skipped; it is told with what they say.
    unread = tuple(group for group in told.skipped if group.reason not in {LEFT_OUT, NOT_TRIED})
    sections = (
        Section(title="Failed, and left as they were", groups=failed),
        Section(title="Left over", groups=left),
        Section(title="Left alone, with the reason", groups=told.undecided),
        Section(title="Files that could not be read", groups=unread),
        Section(title="Warnings", groups=told.warnings),
        Section(title="Guarantees that are not kept", groups=told.breaches),
    )
    return tuple(section for section in sections if section.groups)


def _count_refusals(record: Record) -> str:
    noted = record.inputs.get("refused")
    return count_refusals(read_decisions(noted)) if noted else ""
