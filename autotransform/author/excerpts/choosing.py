"""Which shapes are shown: of each kind the most frequent and the rarest, until the budget is spent."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autotransform.author.excerpts.shapes import code_for_tree
from autotransform.author.excerpts.values import CHARACTERS_A_TOKEN, KINDS, Excerpts, Kind, Sample, head
from autotransform.author.redaction import MARK, redact

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

    from autotransform.author.excerpts.references import Place

_MOST_LINES, _LONGEST_TEXT, _LONGEST_TREE = 8, 600, 400
#: Whose turn it is to show one more shape, again and again.
_TURNS: tuple[Kind, ...] = ("definition", "import", "use", "use", "near-miss", "use")
_ORDER: tuple[Kind, ...] = ("definition", "import", "use", "near-miss")
#: Characters for the headings, and for the line about what is left out.
_HEADINGS = 300
#: So many shapes that do not fit any more are enough.
_MISFITS = 5


@dataclass(slots=True, kw_only=True)
class Shape:
    """A shape, while files are read."""

    place: Place
    #: Of the statement that is shown for it.
    path: str
    text: str = ""
    count: int = 0
    #: In the order of a set that remembers.
    paths: dict[str, None] = field(default_factory=dict)


def is_long(text: str) -> bool:
    """Tell whether a statement is too long to be shown as a whole."""
    return len(text) > _LONGEST_TEXT or text.count("\n") >= _MOST_LINES


def choose(shapes: Iterable[Shape], found: Excerpts, *, budget: int) -> Excerpts:
    """Fill a budget of tokens with samples of shapes."""
    queue = list(_queue(shapes))
    left = budget * CHARACTERS_A_TOKEN - len(head(found)) - _HEADINGS
    chosen: list[tuple[Sample, int]] = []
    misfits = 0
    for shape in queue:
        sample, redacted = _sample(shape)
        # Its path may hold something that looks like a secret, and what stands for that is longer.
        size = len(redact(sample.written()).text) + 1
        if size > left:
            misfits += 1
            if misfits == _MISFITS:
                break
            continue
        left -= size
        chosen.append((sample, redacted))
    return _arranged(chosen, found, count=len(queue))


def _arranged(chosen: list[tuple[Sample, int]], found: Excerpts, *, count: int) -> Excerpts:
    samples = sorted((sample for sample, _ in chosen), key=lambda each: (_ORDER.index(each.kind), *_rank(each)))
    redacted = sum(redacted for _, redacted in chosen)
    return replace(found, samples=tuple(samples), left_out=count - len(samples), redacted=redacted)


def _rank(sample: Sample) -> tuple[int, str]:
    return -sample.count, sample.signature


def _queue(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """Give the shapes in turns: of each kind the most frequent, the rarest, the second most frequent, and so on."""
    lists: dict[Kind, list[Shape]] = {kind: [] for kind in KINDS}
    for shape in shapes:
        lists[shape.place.kind].append(shape)
    waiting = {
        kind: deque(sorted(each, key=lambda shape: (-shape.count, shape.place.signature)))
        for kind, each in lists.items()
    }
    taken = dict.fromkeys(KINDS, 0)
    while any(waiting.values()):
        for kind in _TURNS:
            if waiting[kind]:
                yield waiting[kind].popleft() if taken[kind] % 2 == 0 else waiting[kind].pop()
                taken[kind] += 1


def _sample(shape: Shape) -> tuple[Sample, int]:
    """Make the sample of a shape, and tell how many secrets were taken out of it."""
    redacted = redact(shape.text)
    shown = "\n".join(redacted.text.split("\n")[:_MOST_LINES])[:_LONGEST_TEXT]
    sample = Sample(
        kind=shape.place.kind,
        path=shape.path,
        line=shape.place.lines[0],
        text=shown,
        count=shape.count,
        signature=shape.place.signature,
        tree=_tree(shape.place.part, redacted=redacted.text) if shape.place.part else "",
        paths=tuple(sorted(shape.paths)),
    )
    return sample, max(redacted.count, shown.count(MARK))


def _tree(part: ast.AST, *, redacted: str) -> str:
    """Write LibCST's tree of a part, without the strings that were taken out of its text."""
    from autotransform.engine.dump import dump_tree  # noqa: PLC0415 - LibCST is loaded where a tree is shown

    code = code_for_tree(part, shown=redacted if MARK in redacted else None)
    return dump_tree(redact(code).text, limit=_LONGEST_TREE)
