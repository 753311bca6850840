"""Run a script on every file of the repository that it may change, and see whether that was what was asked for."""

from __future__ import annotations

import ast
import builtins
import itertools
import keyword
import re
import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.findings import Finding, distinct, of_breaches, of_failure
from autotransform.engine import Changed, Failed
from autotransform.engine.values import Job, Unchanged
from autotransform.run import is_candidate
from autotransform.run.gate import is_generated, is_transform
from autotransform.run.pool import map_jobs
from autotransform.run.runner import find_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.author.values import OnProgress
    from autotransform.engine.values import Outcome
    from autotransform.run import Limits, Selection, SourceFile
    from autotransform.script import Script

#: Seconds that a trial may take, and that one file of it may.
SECONDS = 60.0
_SECONDS_A_FILE = 20.0

#: In how many strides the candidates are gone through: a trial that is cut short has seen files of the whole tree.
_STRIDES = 10

#: Words that explain nothing: they stand everywhere.
_EVERYWHERE = frozenset(dir(builtins)) | {"self", "cls", "args", "kwargs", "name", "value", "np"}

#: How many places are named in one finding.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a script did to the files of the repository."""

    #: In path order.
    outcomes: tuple[Outcome, ...] = ()
    #: How many files might have changed, tried or not.
    candidates: int = 0
    #: The text before of each file that changed, as it is stored.
    before: dict[str, bytes]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Changed, ...]:
        """The files that would change."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Changed))


def try_on_files(
    script: Script,
    *,
    selection: Selection,
    limits: Limits,
    named_in: tuple[str, ...],
    words: frozenset[str],
    on_progress: OnProgress,
    seconds: float = SECONDS,
) -> Trial:
    """Run a script on every candidate, as far as the time allows."""
    candidates, due = [], []
    for file, content in selection.read_all():
        if file.path in named_in and _may_hold(content, script.targets):
            due.append(file.path)
        if is_candidate(script.gate, content) and not is_transform(content) and not is_generated(content):
            candidates.append((file, len(content)))
    named_in = tuple(due)
    if not candidates:
        findings = _of_no_effect(script, named_in=named_in, seen=0)
        return Trial(before={}, findings=findings, notes=("No file here holds what it is about: only its cases ran.",))
    on_progress(f"trying it on {_count(len(candidates), 'file')}")
    before: dict[str, bytes] = {}
    outcomes: list[Outcome] = []
    deadline = time.monotonic() + seconds
    capped = replace(limits, timeout=min(limits.timeout, _SECONDS_A_FILE))
    ordered = _in_order(candidates, named_in=frozenset(named_in))
    with closing(map_jobs(script, _jobs(script, ordered, selection, before), limits=capped)) as results:
        for outcome in results:
            outcomes.append(outcome)
            if not isinstance(outcome, Changed):
                before.pop(outcome.path, None)
            if time.monotonic() > deadline:
                break
    outcomes.sort(key=lambda outcome: outcome.path.encode("utf-8", "surrogateescape"))
    tried = Trial(outcomes=tuple(outcomes), candidates=len(candidates), before=before)
    return replace(tried, findings=_judge(script, tried, named_in=named_in, words=words), notes=(_tell(tried),))


def _jobs(
    script: Script, ordered: tuple[SourceFile, ...], selection: Selection, before: dict[str, bytes]
) -> Iterator[Job]:
    contexts = find_contexts(script.targets, selection)
    for file, content in replace(selection, files=ordered).read_all():
        before[file.path] = content
        yield Job(context=contexts[file.path], content=content)


def _may_hold(content: bytes, targets: tuple[str, ...]) -> bool:
    """Tell whether a file may hold what is to go: one with the new name alone has nothing left to be done."""
    return not targets or any(target.rpartition(".")[2].encode() in content for target in targets)


def _in_order(candidates: list[tuple[SourceFile, int]], *, named_in: frozenset[str]) -> tuple[SourceFile, ...]:
    """Put the files first that hold what the request names, small ones first; then others from all over the tree."""
    named = sorted((size, file.path, file) for file, size in candidates if file.path in named_in)
    others = [file for file, _ in candidates if file.path not in named_in]
    strides = [others[start::_STRIDES] for start in range(_STRIDES)]
    return (*(file for _, _, file in named), *itertools.chain(*strides))


def _tell(tried: Trial) -> str:
    count = len(tried.outcomes)
    failed = sum(isinstance(outcome, Failed) for outcome in tried.outcomes)
    of_all = "" if count == tried.candidates else f" of {tried.candidates:,}, as many as there was time for,"
    changed = f"{len(tried.changed):,} would change" + (f", {failed:,} failed" if failed else "")
    return f"Tried on {_count(count, 'file')}{of_all} of this repository: {changed}."


def _judge(script: Script, tried: Trial, *, named_in: tuple[str, ...], words: frozenset[str]) -> tuple[Finding, ...]:
    failures = distinct(of_failure(outcome) for outcome in tried.outcomes if isinstance(outcome, Failed))
    if failures:
        return failures
    texts = {changed.path: _decoded(tried.before[changed.path]) for changed in tried.changed}
    breaches = [finding for changed in tried.changed for finding in of_breaches(changed, before=texts[changed.path])]
    if breaches:
        return distinct(breaches)
    skips = any(
        site.status == "skipped"
        for outcome in tried.outcomes
        if isinstance(outcome, Changed | Unchanged)
        for site in outcome.sites
    )
    is_seen = len(tried.outcomes) == tried.candidates or {*named_in} <= {outcome.path for outcome in tried.outcomes}
    if not tried.changed and not skips and is_seen:
        return _of_no_effect(script, named_in=named_in, seen=len(tried.outcomes))
    return _of_too_much(tried, texts=texts, words=words)


def _of_no_effect(script: Script, *, named_in: tuple[str, ...], seen: int) -> tuple[Finding, ...]:
    """Complain where the names of the request stand in the repository and nothing comes of it."""
    if not named_in:
        return ()
    if not seen:
        groups = ", ".join(" and ".join(group.split()) for group in script.mentions or ())
        what = f"MENTIONS ({groups}) lets no file through"
    else:
        what = f"the script changes none of the {_count(seen, 'file')} that it was tried on, and skips nothing there"
    message = f"{what}, though the names of the request stand in {_count(len(named_in), 'file')}"
    return (Finding(kind="no-effect", message=message, evidence="\n".join(named_in[:_NAMED])),)


def _of_too_much(tried: Trial, *, texts: dict[str, str], words: frozenset[str]) -> tuple[Finding, ...]:
    """Complain of what is changed though nothing of it was asked for: no name of the request stands there."""
    words = frozenset(word for word in words if word not in _EVERYWHERE and not keyword.iskeyword(word))
    if not words:
        return ()
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, words)))})\b")
    strange = [changed.path for changed in tried.changed if not pattern.search(texts[changed.path])]
    if strange:
        message = f"it changes {_count(len(strange), 'file')} that hold none of the names of the request"
        return (Finding(kind="too-much", message=message, evidence="\n".join(strange[:_NAMED])),)
    places = [place for changed in tried.changed for place in _unexplained(changed, texts[changed.path], pattern)]
    if not places:
        return ()
    sites = sum(site.status == "changed" for changed in tried.changed for site in changed.sites)
    message = f"{len(places)} of the {sites} places that it changes hold nothing that the request or a rule names"
    shown = "\n".join(f"{path}, line {line}: {text}" for path, line, text in places[:_NAMED])
    return (Finding(kind="too-much", message=message, evidence=shown),)


def _unexplained(changed: Changed, text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int, str]]:
    """Give the places whose statement holds no name that was asked about, nor what such a name is imported as."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = text.split("\n")
    aliases = _aliases(tree, pattern)
    known = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, aliases)))})\b") if aliases else None
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    for site in changed.sites:
        around = [node for node in statements if node.lineno <= site.line <= (node.end_lineno or 0)]
        if site.status != "changed" or not around:
            continue
        statement = max(around, key=lambda node: node.lineno)
        code = _code_of(statement)
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        if not is_import and not pattern.search(code) and not (known and known.search(code)):
            yield changed.path, site.line, lines[site.line - 1].strip()


def _code_of(statement: ast.stmt) -> str:
    """Write a statement without its comments, which explain nothing."""
    try:
        return ast.unparse(statement)
    except RecursionError:
        return ""


def _aliases(tree: ast.Module, pattern: re.Pattern[str]) -> set[str]:
    """Find what the file calls things that are imported under a name that was asked about."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            found |= {alias.asname or alias.name for alias in node.names if pattern.search(f"{module}.{alias.name}")}
    return found


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
