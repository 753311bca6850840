"""What can be wrong with a script that a model wrote, each told so that it can be mended."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from autotransform.engine import Changed, Failed, Skipped
from autotransform.script import Problem, find_problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.engine import CaseResult
    from autotransform.engine.values import Breach
    from autotransform.errors import ScriptError
    from autotransform.script import Script

#: From the worst to the least: a script that gets further is the better one.
Kind: TypeAlias = Literal[
    "no-code",
    "syntax",
    "format",
    "lost-edit",
    "forbidden",
    "unknown-api",
    "trap",
    "load",
    "crash",
    "too-slow",
    "invariant",
    "case",
    "no-effect",
    "too-much",
    "not-idempotent",
]

KINDS: tuple[Kind, ...] = get_args(Kind)

_KIND_OF_FAILURE: dict[str, Kind] = {
    "load": "load",
    "crash": "crash",
    "syntax": "invariant",
    "compile": "invariant",
    "structure": "invariant",
    "guarded": "invariant",
    "strict": "invariant",
    "timeout": "too-slow",
    "died": "crash",
    "protocol": "crash",
}
_SUMMARY_OF_FAILURE: dict[str, str] = {
    "load": "the script cannot be loaded",
    "crash": "the script raises an exception",
    "syntax": "what it makes is not valid Python",
    "compile": "what it makes does not compile",
    "structure": "what it makes is not what its tree says",
    "guarded": "it changes a statement that says `# autotransform: skip`",
    "strict": "what it makes does not keep every guarantee",
    "timeout": "it takes too long",
    "died": "it killed its process",
    "protocol": "what it makes cannot be used",
}

#: Codes of the static check that say that LibCST has no such thing.
_UNKNOWN = frozenset({"call-arguments", "missing-field", "not-a-provider", "undefined-name", "visitor-parameters"})

#: How much of each tree is shown.
_LONGEST_TREE = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a script."""

    kind: Kind
    #: For a person and for the model, one sentence of ours.
    message: str
    #: The file of the repository on which it shows; its name is data, too. Empty: no such file.
    where: str = ""
    #: Of the script, 1-based; 0: the script as a whole.
    line: int = 0
    #: What shows it: a diff, the script's own frames. Text from the repository may stand in it: it is data.
    evidence: str = ""

    @property
    def problem(self) -> Problem:
        """The finding as a value of the script's room."""
        message = f"on {self.where}: {self.message}" if self.where else self.message
        return Problem(line=self.line, code=self.kind, message=message)

    @property
    def data(self) -> str:
        """Everything that shows it and is not ours."""
        return f"File {self.where}\n{self.evidence}".rstrip("\n") if self.where else self.evidence


def of_reading(error: ScriptError) -> tuple[Finding, ...]:
    """Say why a text cannot be read as a script."""
    findings = []
    for detail in error.details:
        place, _, rest = detail.partition(": ") if detail.startswith("line ") else ("", "", detail)
        kind: Kind = "syntax" if detail.endswith(("[syntax]", "[encoding]")) else "format"
        line = int(place.removeprefix("line ")) if place else 0
        findings.append(Finding(kind=kind, message=rest.rpartition(" [")[0] or rest, line=line))
    return tuple(findings)


def of_format(script: Script) -> tuple[Finding, ...]:
    """Ask more of a model's script than of a person's."""
    wanted = {
        "the script has no docstring with its rules": bool(script.summary and script.rules.strip()),
        "the script has no MENTIONS": bool(script.mentions),
        "CASES holds no case with an `after`": any(case.after is not None for case in script.cases),
        "CASES holds no case without an `after`: say what must not change": any(
            case.after is None for case in script.cases
        ),
    }
    return tuple(Finding(kind="format", message=message) for message, is_there in wanted.items() if not is_there)


def of_conflicts(conflicts: str) -> tuple[Finding, ...]:
    """Say that lines which a person had edited came out otherwise; none where there are no conflicts."""
    if not conflicts:
        return ()
    message = "it changes lines that a person had edited: leave those (above =======) exactly as they are"
    marked = conflicts.split("\n")
    start = next(number for number, line in enumerate(marked) if line.startswith("<<<<<<<"))
    return (Finding(kind="lost-edit", message=message, evidence="\n".join(marked[start : start + 60])),)


def of_check(script: Script) -> tuple[Finding, ...]:
    """Say what the static check finds: what is forbidden, what LibCST does not have, what goes wrong later."""
    return tuple(
        Finding(kind=_kind_of_code(problem.code), message=problem.message, line=problem.line)
        for problem in find_problems(script)
    )


def _kind_of_code(code: str) -> Kind:
    if code.startswith("unknown-") or code in _UNKNOWN:
        return "unknown-api"
    return "forbidden" if code.startswith(("forbidden-", "too-")) else "trap"


def of_case(result: CaseResult) -> tuple[Finding, ...]:
    """Say how a case fails; none when it holds and keeps every guarantee."""
    case, outcome = result.case, result.outcome
    if isinstance(outcome, Failed):
        message = f"the case {case.name!r} fails: {_SUMMARY_OF_FAILURE[outcome.reason]}"
        evidence = f"{outcome.detail.strip()}\n\nThe text before:\n{case.before}"
        return (Finding(kind=_KIND_OF_FAILURE[outcome.reason], message=message, line=case.line, evidence=evidence),)
    if result.passed:
        return tuple(_of_breach(breach, where=f"the case {case.name!r}", line=case.line) for breach in result.breaches)
    expected = case.before if case.after is None else case.after
    evidence = f"The text before:\n{case.before}"
    kind: Kind = "case"
    if isinstance(outcome, Changed) and result.actual == expected:
        kind = "not-idempotent"
    elif not isinstance(outcome, Skipped) and result.actual != expected:
        evidence += f"\nFrom what the case says (-) to what the script makes (+):\n{diff(expected, result.actual)}"
        evidence += _trees(expected, result.actual)
    message = f"the case {case.name!r} fails: {result.failure}"
    return (Finding(kind=kind, message=message, line=case.line, evidence=evidence),)


def of_failure(failed: Failed) -> Finding:
    """Say how the script failed on a file of the repository."""
    return Finding(
        kind=_KIND_OF_FAILURE[failed.reason],
        message=_SUMMARY_OF_FAILURE[failed.reason],
        where=failed.path,
        evidence=failed.detail.strip(),
    )


def of_breaches(changed: Changed, *, before: str) -> tuple[Finding, ...]:
    """Say which guarantees a changed file of the repository does not keep."""
    after = changed.after.decode("utf-8", "replace")
    lines = after.splitlines() if any(_is_of_after(breach) for breach in changed.breaches) else before.splitlines()
    return tuple(
        replace(_of_breach(breach, where=f"line {breach.line}", shown=_around(lines, breach.line)), where=changed.path)
        for breach in changed.breaches
    )


def _is_of_after(breach: Breach) -> bool:
    return breach.kind not in {"comment", "docstring"}


def _of_breach(breach: Breach, *, where: str, line: int = 0, shown: str = "") -> Finding:
    kind: Kind = "not-idempotent" if breach.kind == "second-pass" else "invariant"
    return Finding(kind=kind, message=f"in {where}: {breach.message}", line=line, evidence=shown)


def _around(lines: list[str], line: int) -> str:
    return "\n".join(lines[max(0, line - 3) : line + 2])


def diff(expected: str, actual: str) -> str:
    """Give a unified diff; of texts that differ in line ends alone, both as Python writes them."""
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "expected", "actual", n=3, lineterm="")
    shown = "\n".join(lines)
    return shown or f"expected: {expected!r}\nactual:   {actual!r}"


def _trees(expected: str, actual: str) -> str:
    """Show LibCST's trees of the first statements that differ."""
    from autotransform.engine.dump import dump_tree  # noqa: PLC0415 - LibCST is loaded where a tree is shown

    pair = _first_difference(expected, actual)
    trees = [dump_tree(text, limit=_LONGEST_TREE) if text else "" for text in pair]
    if not all(trees) or trees[0] == trees[1]:
        return ""
    return f"\n\nThe tree of the first statement that differs, expected:\n{trees[0]}\nand as it is made:\n{trees[1]}"


def _first_difference(expected: str, actual: str) -> tuple[str, str]:
    pieces = [_statements(text) for text in (expected, actual)]
    return next(((old, new) for old, new in zip(*pieces, strict=False) if old != new), ("", ""))


def _statements(text: str) -> list[str]:
    """Give the text of each statement at the top, those of a single definition instead of that."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = text.split("\n")
    return ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in tree.body]


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep one of each fault: a script that cannot be loaded fails every case with the same words."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        cause = finding.evidence.partition("\n\nThe text before:")[0] or finding.message
        seen.setdefault((finding.kind, cause), finding)
    return tuple(seen.values())
