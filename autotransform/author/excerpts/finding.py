"""Find the shapes in which the things that a request names occur, and choose which are shown."""

from __future__ import annotations

import builtins
import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.excerpts.choosing import Shape, choose, is_long
from autotransform.author.excerpts.conventions import Habits, find_conventions
from autotransform.author.excerpts.leaving import may_leave
from autotransform.author.excerpts.references import Place, find_places
from autotransform.author.excerpts.values import Excerpts
from autotransform.author.excerpts.words import read_request
from autotransform.author.redaction import redact
from autotransform.run import file_contexts
from autotransform.run.bindings import parse_module
from autotransform.run.gate import is_generated, is_transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.author.excerpts.words import Wanted
    from autotransform.engine import FileContext
    from autotransform.run import Selection

#: Tokens that the excerpts may have together, at about four characters each.
BUDGET = 4_000

#: What is parsed at the most: files, and bytes. It takes a second or two.
_MOST_FILES, _MOST_OTHERS, _MOST_BYTES = 400, 60, 4_000_000
_LONGEST_LINE = 400

_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKED = re.compile(r"(\"[^\"]{0,200}\"|'[^']{0,200}'|\b\d[\w.]{0,40})")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A file that holds a word."""

    path: str
    content: bytes
    words: frozenset[str]


def find_excerpts(request: str, selection: Selection, *, budget: int = BUDGET) -> Excerpts:
    """Find the distinct shapes in which the things that a request names occur.

    Those that are shown are the most frequent and the rarest of each kind. The same bytes come out for the same tree.

    Args:
        request: In anybody's words.
        selection: What to read.
        budget: Tokens that `Excerpts.text` may have, counted as four characters each.
    """
    wanted = read_request(request)
    if not wanted.words:
        return Excerpts()
    habits = Habits()
    candidates = list(_search(wanted, selection, habits=habits))
    named_in = tuple(
        each.path for each in candidates if any(set(name.split(".")) <= each.words for name in wanted.certain)
    )
    wanted = wanted.narrowed({word: sum(word in each.words for each in candidates) for word in wanted.words})
    leaving = may_leave(selection)
    kept = [each for each in candidates if each.words & wanted.words and leaving(each.path)]
    shapes = _find_shapes(_most_telling(kept, wanted=wanted), wanted=wanted, selection=selection)
    conventions = (*find_conventions(selection), *habits.told())
    found = Excerpts(named_in=named_in, names=tuple(sorted(wanted.certain | wanted.words)), conventions=conventions)
    return choose(shapes, found, budget=budget)


def _search(wanted: Wanted, selection: Selection, *, habits: Habits) -> Iterator[_Candidate]:
    raw = [word.encode() for word in sorted(wanted.words)]
    pattern = re.compile(rb"(?<![A-Za-z0-9_])(?:%s)(?![A-Za-z0-9_])" % b"|".join(map(re.escape, raw)))
    for file, content in selection.read_all():
        if not any(word in content for word in raw) or is_transform(content) or is_generated(content):
            continue
        if words := frozenset(word.decode() for word in set(pattern.findall(content))):
            habits.note(content)
            yield _Candidate(path=file.path, content=content, words=words)


def _most_telling(candidates: list[_Candidate], *, wanted: Wanted) -> list[_Candidate]:
    """Choose what is parsed: the files that hold a whole name, and some that hold a part of one; in path order."""
    names = [set(target.split(".")) for target in wanted.targets]
    whole: list[_Candidate] = []
    others: list[_Candidate] = []
    for each in sorted(candidates, key=lambda each: (-len(each.words & wanted.words), len(each.content), each.path)):
        (whole if any(name <= each.words for name in names) else others).append(each)
    chosen, size = [], 0
    for each in [*whole[:_MOST_FILES], *others[:_MOST_OTHERS]]:
        size += len(each.content)
        if size > _MOST_BYTES:
            break
        chosen.append(each)
    return sorted(chosen, key=lambda each: each.path)


def _find_shapes(candidates: Iterable[_Candidate], *, wanted: Wanted, selection: Selection) -> list[Shape]:
    paths = [*(source.path for source in selection.sources), *selection.project_files]
    contexts = file_contexts(paths, source_roots=selection.inputs.source_roots)
    shapes: dict[tuple[str, str], Shape] = {}
    for candidate in candidates:
        _read(candidate, wanted=wanted, context=contexts[candidate.path], shapes=shapes)
    return _certain(list(shapes.values()))


def _read(candidate: _Candidate, *, wanted: Wanted, context: FileContext, shapes: dict[tuple[str, str], Shape]) -> None:
    content = candidate.content
    if b"PRIVATE KEY" in content:
        # A key is told by its first line, which may not be among those that are shown.
        content = redact(content.decode("utf-8", "replace")).text.encode("utf-8", "replace")
    lines = _LINE_END.split(content.decode("utf-8", "replace"))
    for place in _places(content, lines, wanted=wanted, context=context):
        key = (place.kind, place.signature)
        if key not in shapes:
            shapes[key] = Shape(place=place, path=candidate.path)
        shape = shapes[key]
        shape.count += 1
        shape.paths[candidate.path] = None
        statement = textwrap.dedent("\n".join(lines[place.lines[0] - 1 : place.lines[1]])).rstrip()
        # Of two places of the same shape the one that can be shown as a whole is better.
        if not shape.text or (is_long(shape.text) and len(statement) < len(shape.text)):
            shape.text, shape.place, shape.path = statement, place, candidate.path


def _places(content: bytes, lines: list[str], *, wanted: Wanted, context: FileContext) -> Iterable[Place]:
    words = "|".join(re.escape(word) for word in sorted(wanted.words))
    hits = _hit_lines(words, lines)
    tree = parse_module(content)
    if tree is None:
        return _places_in_lines(hits, lines)
    aliases = {
        name for line in hits for name in re.findall(rf"\b(?:{words})(?:\.\w+){{0,9}}\s+as\s+(\w+)", lines[line - 1])
    }
    if aliases:
        hits = _hit_lines("|".join([words, *map(re.escape, sorted(aliases))]), lines)
    try:
        places = find_places(tree, context=context, wanted=wanted, hits=hits)
    except RecursionError:
        return _places_in_lines(hits, lines)
    return [*places, *_comments(hits, lines, words=words)]


def _hit_lines(words: str, lines: list[str]) -> list[int]:
    pattern = re.compile(rf"\b(?:{words})\b")
    return [number for number, line in enumerate(lines, start=1) if pattern.search(line)]


def _places_in_lines(hits: list[int], lines: list[str]) -> Iterator[Place]:
    """Take the lines of a file that does not parse as they are."""
    for line in hits:
        shape = _BLANKED.sub("…", lines[line - 1][:_LONGEST_LINE]).strip()
        yield Place(kind="use", signature=f"a line that does not parse: {shape}", lines=(line, line))


def _comments(hits: list[int], lines: list[str], *, words: str) -> Iterator[Place]:
    pattern = re.compile(rf"\b(?:{words})\b")
    for line in hits:
        before, sign, comment = lines[line - 1].partition("#")
        if sign and (found := pattern.search(comment)) and before.count('"') % 2 == 0 == before.count("'") % 2:
            yield Place(kind="near-miss", signature=f"a comment: {found.group()}", lines=(line, line))


def _certain(shapes: list[Shape]) -> list[Shape]:
    """Call members of anything near-misses where the thing is a function, a class or a module of its own."""
    definitions = [shape.place.signature for shape in shapes if shape.place.kind == "definition"]
    methods = {each.rpartition(".")[2] for each in definitions if each.startswith("method ")}
    others = {re.split(r"[. ]", each)[-1] for each in definitions if not each.startswith("method ")}
    for shape in shapes:
        name = shape.place.doubtful
        if name and "." not in name and name not in methods and (name in others or hasattr(builtins, name)):
            shape.place = replace(shape.place, kind="near-miss")
    return shapes
