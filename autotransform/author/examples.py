"""Which scripts of the catalogue a model is shown: those whose words are most like the request's."""

from __future__ import annotations

import ast
import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError
from autotransform.run.lookup import find_catalogue
from autotransform.script import parse
from autotransform.script.header import read_header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.script import Script

#: Shown where nothing is like the request: the shortest script that does all that a script should.
USUAL = ("pytz_utc", "utcnow")

#: The longest example, in characters: more costs more than it teaches. Cases beyond these are left out.
_LONGEST = 14_000
_LONGEST_TOGETHER = 20_000
_CASES_OF_A_KIND = 3

#: What a word counts for, by where it stands.
_IN_REQUEST, _IN_SUMMARY, _IN_TARGETS, _IN_RULES = 4.0, 2.0, 2.0, 0.5

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
#: Words that stand in requests for every kind of change.
_EMPTY = frozenset({
    "a", "all", "an", "and", "are", "as", "at", "be", "but", "by", "call", "calls", "change", "code", "every",
    "for", "from", "get", "has", "have", "in", "instead", "into", "is", "it", "its", "kin", "make", "name",
    "names", "new", "not", "of", "old", "on", "one", "or", "other", "our", "replace", "set", "should", "so",
    "such", "take", "than", "that", "the", "their", "them", "they", "this", "to", "today", "use", "we", "what",
    "where", "which", "with", "without", "write",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    name: str
    body: str
    #: What each of its words counts for.
    words: dict[str, float]


def choose_examples(request: str, *, count: int = 2) -> tuple[str, ...]:
    """Choose scripts of the catalogue by likeness to a request, the likest first.

    They come without their headers, with a few of their cases. The same request always gives the same ones; empty
    where the catalogue is not installed.
    """
    examples = _read_catalogue()
    spread = Counter(word for each in examples for word in each.words)
    wanted = {*_words_of(request)}

    def likeness(example: _Example) -> float:
        if all(example.words.get(word, 0.0) < _IN_TARGETS for word in wanted):
            return 0.0
        # A word that stands in few scripts says more; a script of many words is like everything.
        shared = sum(
            example.words[word] * math.log(1 + len(examples) / spread[word])
            for word in sorted(wanted & {*example.words})
        )
        return shared / math.sqrt(sum(example.words.values()))

    ranked = sorted(examples, key=lambda each: (-likeness(each), each.name))
    alike = [each for each in ranked if likeness(each) > 0]
    usual = [each for name in USUAL for each in examples if each.name == name and each not in alike]
    chosen: list[str] = []
    for each in [*alike, *usual]:
        if len(chosen) < count and sum(map(len, chosen)) + len(each.body) <= _LONGEST_TOGETHER:
            chosen.append(each.body)
    return tuple(chosen)


@functools.cache
def _read_catalogue() -> tuple[_Example, ...]:
    folder = find_catalogue()
    files = sorted(folder.glob("*.py")) if folder else []
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        try:
            script = parse(text, name=file.stem)
        except ScriptError:
            continue  # the tests of the catalogue find it
        body = _with_few_cases(read_header(text).body)
        if len(body) <= _LONGEST:
            found.append(_Example(name=file.stem, body=body, words=_weigh(script)))
    return tuple(found)


def _weigh(script: Script) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text, weight in (
        (script.request, _IN_REQUEST),
        (script.summary, _IN_SUMMARY),
        (" ".join([script.name, *script.targets, *(script.mentions or ())]), _IN_TARGETS),
        (script.rules, _IN_RULES),
    ):
        for word in {*_words_of(text)}:
            weights[word] = max(weights.get(word, 0.0), weight)
    return weights


def _words_of(text: str) -> Iterable[str]:
    """Split names and prose into small words without their endings."""
    for word in _WORD.findall(text):
        small = word.lower()
        if small not in _EMPTY and len(small) > 1:
            yield small.removesuffix("s") if len(small) > 3 and not small.endswith("ss") else small  # noqa: PLR2004


def _with_few_cases(body: str) -> str:
    """Leave out all but the first cases that change and the first that do not; the rest stays as it is written."""
    cases = next(
        (
            node.value
            for node in ast.parse(body).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CASES"
        ),
        None,
    )
    if not isinstance(cases, ast.List):
        return body
    lines = body.split("\n")
    seen: Counter[bool] = Counter()
    for case in cases.elts:
        changes = isinstance(case, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value == "after" for key in case.keys
        )
        seen[changes] += 1
        if seen[changes] > _CASES_OF_A_KIND and case.end_lineno is not None:
            lines[case.lineno - 1 : case.end_lineno] = [_LEFT_OUT] * (case.end_lineno - case.lineno + 1)
    return "\n".join(line for line in lines if line is not _LEFT_OUT)


#: Stands where a line was; told apart by identity, so no line of a script can be taken for it.
_LEFT_OUT = str(object())
