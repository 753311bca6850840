r"""Who owns a file, as GitHub reads it from CODEOWNERS.

Its patterns look like those of ``.gitignore`` and are read otherwise, so no library for these will do: ``docs/*`` is
what stands directly in ``docs``; there is no ``!`` and no ``[a-z]``; ``\#`` does not begin a pattern. A line that
GitHub cannot read is passed over, and a file of more than 3 MB is not read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.publish.splitting.owner_patterns import Pattern, PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Where GitHub looks, in this order; the first one counts, whatever it holds.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

#: In bytes.
_LONGEST = 3_000_000
#: Patterns that every path must be held against; a file made of them would take hours.
_MOST_GENERAL = 5_000
_MOST_PROBLEMS = 100

#: A word: a backslash takes the blank or the ``#`` that follows it in.
_WORD = re.compile(r"(?:\\.|[^\s\\]|\\$)++")
_USER = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """One line that names owners, or nobody."""

    #: 1-based.
    line: int
    pattern: Pattern
    #: As they are written: ``@user``, ``@org/team`` or an e-mail address; empty: nobody owns it.
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerProblem:
    """One line that GitHub passes over, or the whole file."""

    #: 1-based; 0: the whole file.
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOwners:
    """What one CODEOWNERS says."""

    #: Where it stands; empty: there is none.
    path: str = ""
    rules: tuple[OwnerRule, ...] = ()
    problems: tuple[OwnerProblem, ...] = ()
    _index: _Index = field(default_factory=lambda: _Index(()), repr=False, compare=False)

    def owners_of(self, path: str) -> tuple[str, ...]:
        """Give all owners of a file: those of the last line that matches it."""
        rule = self._index.find(path)
        return rule.owners if rule else ()


def read_code_owners(read: Callable[[str], bytes | None]) -> CodeOwners:
    """Read the CODEOWNERS that counts.

    Args:
        read: Gives the content of a file of the base by its path, or ``None``.
    """
    for place in PLACES:
        content = read(place)
        if content is not None:
            return parse_code_owners(content, path=place)
    return CodeOwners()


def parse_code_owners(content: bytes, *, path: str = "CODEOWNERS") -> CodeOwners:
    """Read a CODEOWNERS; never raises, for GitHub does not: what is wrong is told."""
    if len(content) > _LONGEST:
        problem = OwnerProblem(line=0, message="the file is larger than 3 MB, and GitHub does not read it")
        return CodeOwners(path=path, problems=(problem,))
    rules: list[OwnerRule] = []
    problems: list[OwnerProblem] = []
    general = 0
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n"), 1):
        try:
            rule = _parse_line(line, number=number)
        except PatternError as error:
            problems.append(OwnerProblem(line=number, message=str(error)))
            continue
        if rule is None:
            continue
        general += rule.pattern.is_general
        if general > _MOST_GENERAL and rule.pattern.is_general:
            said = f"there are more than {_MOST_GENERAL} patterns with wildcards; this one is not looked at"
            problems.append(OwnerProblem(line=number, message=said))
            continue
        rules.append(rule)
    return CodeOwners(
        path=path, rules=tuple(rules), problems=tuple(problems[:_MOST_PROBLEMS]), _index=_Index(tuple(rules))
    )


def all_owners(owners: CodeOwners, paths: Iterable[str]) -> tuple[str, ...]:
    """Give everybody who owns one of the files, sorted."""
    return tuple(sorted({owner for path in paths for owner in owners.owners_of(path)}))


def _parse_line(line: str, *, number: int) -> OwnerRule | None:
    words = []
    for found in _WORD.finditer(line):
        if found[0].startswith("#"):
            break
        words.append(found[0])
    if not words:
        return None
    pattern = parse_pattern(words[0])
    owners = tuple(dict.fromkeys(words[1:]))
    for owner in owners:
        if not any(kind.fullmatch(owner) for kind in (_USER, _TEAM, _EMAIL)):
            raise PatternError(f"{ascii(owner)[:80]} is neither a user, nor a team, nor an e-mail address")
    return OwnerRule(line=number, pattern=pattern, owners=owners)


class _Index:
    """The rules by a name that a path must hold for them: most of a large file need not be looked at."""

    def __init__(self, rules: tuple[OwnerRule, ...]) -> None:
        self._rules = rules
        self._first: dict[str, list[int]] = {}
        self._any: dict[str, list[int]] = {}
        self._general: list[int] = []
        for index, rule in enumerate(rules):
            if rule.pattern.first is not None:
                self._first.setdefault(rule.pattern.first, []).append(index)
            elif rule.pattern.anywhere is not None:
                self._any.setdefault(rule.pattern.anywhere, []).append(index)
            else:
                self._general.append(index)

    def find(self, path: str) -> OwnerRule | None:
        """Find the last rule that matches."""
        names = path.split("/")
        lists = [self._general, self._first.get(names[0], [])]
        lists += [self._any[name] for name in dict.fromkeys(names) if name in self._any]
        best = -1
        for indices in lists:
            for index in reversed(indices):
                if index <= best:
                    break
                if self._rules[index].pattern.matches(names):
                    best = index
                    break
        return self._rules[best] if best >= 0 else None
