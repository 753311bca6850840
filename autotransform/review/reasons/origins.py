"""Which methods of a script changed the lines on which a change stands: the sites of a run against its hunks."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine import Changed
from autotransform.review.hunks import split_lines
from autotransform.review.text import decoder_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.engine import Run, Site
    from autotransform.review.hunks import FileChange, Hunk
    from autotransform.review.shapes.finding import Change

#: By what the engine calls imports that LibCST added or removed on behalf of a script.
_ADDS, _DROPS = "need_import", "drop_import"
#: What has the whole file for its place.
_WHOLE = frozenset({"leave_Module", "visit_Module", "transform_module_impl"})
#: Lines between an import and the site of its helper: equal lines can be matched in more than one way.
_NEAR = 2
_IMPORT = re.compile(r"\s*(?:from|import)\b")
#: What goes on with the statement above, though it is indented no further.
_GOES_ON = re.compile(r"[)\]}]|(?:else|elif|except|finally|case)\b|#")
_PLACEHOLDER = re.compile(r"\b[ASNC][0-9]+\b")

#: How far it is indented, and the methods at work there.
_Place: TypeAlias = tuple[int, frozenset[str]]


def find_origins(run: Run, changes: Sequence[FileChange], *, found: Sequence[Change]) -> list[frozenset[str]]:
    """Name for each change the methods that changed something on its lines; none where it is not certain.

    Args:
        run: What the script did.
        changes: The changed files.
        found: What `find_changes` finds in them, in its order.
    """
    sites = {outcome.path: outcome.sites for outcome in run.outcomes if isinstance(outcome, Changed)}
    befores = {change.path: change.before for change in changes}
    origins: list[frozenset[str]] = []
    for path, group in groupby(found, attrgetter("path")):
        file = _File(sites=[each for each in sites.get(path, ()) if each.status == "changed"], before=befores[path])
        origins += [file.origins(change) for change in group]
    return origins


@dataclass(kw_only=True)
class _File:
    """What was changed in one file."""

    sites: list[Site]
    before: bytes
    by_line: dict[int, list[Site]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for site in self.sites:
            self.by_line[site.line].append(site)

    def origins(self, change: Change) -> frozenset[str]:
        first, last = _lines_of(change.hunk)
        here = [site for line in range(first, last + 1) for site in self.by_line.get(line, ())]
        if is_import := _is_import(change):
            near = [site for line in range(first - _NEAR, last + _NEAR + 1) for site in self.by_line.get(line, ())]
            if helpers := _helpers(near, change=change):
                return self._of_import(here, helpers=helpers, change=change)
        if here:
            return _names(here) if len(_names(here)) == 1 else self._narrowed(here, change=change, is_import=is_import)
        return self._around(change.hunk, first=first) or self._only

    @cached_property
    def lines(self) -> list[str]:
        encoding = decoder_of(self.before)
        return [line.decode(encoding, "replace") for line in split_lines(self.before)]

    @cached_property
    def _only(self) -> frozenset[str]:
        names = _names(self.sites)
        return names if len(names) == 1 else frozenset()

    def _around(self, hunk: Hunk, *, first: int) -> frozenset[str]:
        """Name the methods at the innermost place that begins above some lines, and in which they stand."""
        text = self._first_text(hunk)
        depth = _depth(text) + (_GOES_ON.match(text.lstrip()) is not None)
        above = self._open_before.get(min(first, len(self.lines) + 1), ())
        return next((names for place, names in reversed(above) if place < depth), frozenset())

    def _first_text(self, hunk: Hunk) -> str:
        changed = [line.content.decode("utf-8", "replace") for line in hunk.lines if line.kind != "context"]
        return next((line for line in changed if line.strip()), "")

    @cached_property
    def _open_before(self) -> dict[int, tuple[_Place, ...]]:
        """Give for each line the places that begin above and have not ended there, as far as indentation tells."""
        places: tuple[_Place, ...] = ()
        found: dict[int, tuple[_Place, ...]] = {}
        for number, line in enumerate(self.lines, 1):
            found[number] = places
            text = line.lstrip()
            depth = _depth(line)
            if text and not _GOES_ON.match(text):
                while places and places[-1][0] >= depth:
                    places = places[:-1]
            if here := _names(self.by_line.get(number, ())):
                places = (*places, (-1 if here <= _WHOLE else depth, here))
        found[len(self.lines) + 1] = places
        return found

    def _of_import(self, here: Sequence[Site], *, helpers: frozenset[str], change: Change) -> frozenset[str]:
        """Choose among the methods at work on some imports: those at the one that goes, where it is seen to go."""
        own = [site for site in here if not _is_helper(site) and _IMPORT.match(self.lines[site.line - 1])]
        if not (concrete := _concrete(change)):
            return helpers | _names(own)
        if exact := [site for site in here if _begins(self._text_at(site), concrete)]:
            own = [site for site in exact if site in own]
            return _names(own) | (helpers & _names(exact)) or helpers
        # One of many names, perhaps on a line of its own.
        words = concrete.split()
        start = " ".join(words[: words.index("import") + 1 if "import" in words else 0])
        return helpers | _names([site for site in own if _begins(self._text_at(site), start)])

    def _narrowed(self, here: list[Site], *, change: Change, is_import: bool) -> frozenset[str]:
        """Choose among the methods that changed something on these lines those that this change can be from."""
        kind = [
            site
            for site in here
            if (_is_helper(site) or _IMPORT.match(self.lines[site.line - 1]) is not None) is is_import
        ]
        concrete = _squeezed(_concrete(change))
        starts = [site for site in kind if concrete and _squeezed(self._text_at(site)).startswith(concrete)]
        exact = [
            site
            for start in starts
            for site in kind
            if site.line == start.line and 0 <= site.column - start.column < self._width(start, concrete)
        ]
        return _names(exact or kind or here)

    def _width(self, site: Site, squeezed: str) -> int:
        """Count the characters from a site on that some text takes, blanks among them."""
        ends = accumulate(not character.isspace() for character in self._text_at(site))
        return next(width for width, count in enumerate(ends, 1) if count == len(squeezed))

    def _text_at(self, site: Site) -> str:
        return self.lines[site.line - 1][site.column - 1 :] if site.line <= len(self.lines) else ""


def _lines_of(hunk: Hunk) -> tuple[int, int]:
    """Give the lines of the text before that are replaced, 1-based; of an insertion the line that it pushes down."""
    head = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")
    removed = sum(line.kind == "removed" for line in hunk.lines)
    first = hunk.before_start + (hunk.before_count == 0) + head
    return first, first + max(removed, 1) - 1


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_import(change: Change) -> bool:
    return any(side.startswith(("import ", "from ")) for side in (change.normal.before, change.normal.after))


def _is_helper(site: Site) -> bool:
    return not {_ADDS, _DROPS}.isdisjoint(site.by.split(", "))


def _helpers(sites: Sequence[Site], *, change: Change) -> frozenset[str]:
    """Name the import helpers that account for what an import becomes."""
    wanted = {name for name, side in ((_ADDS, change.normal.after), (_DROPS, change.normal.before)) if side}
    return frozenset(wanted.intersection(_names(sites)))


def _names(sites: Sequence[Site]) -> frozenset[str]:
    return frozenset(name for site in sites for name in site.by.split(", ") if name)


def _concrete(change: Change) -> str:
    """Write what a change removes with what its placeholders stand for here."""
    known = dict(change.normal.varying)
    return _PLACEHOLDER.sub(lambda found: known.get(found[0], found[0]), change.normal.before)


def _begins(text: str, start: str) -> bool:
    """Tell whether a text begins with the words of another."""
    return re.match(r"\s+".join(map(re.escape, start.split())) + r"\b", text) is not None


def _squeezed(text: str) -> str:
    return "".join(text.split())
