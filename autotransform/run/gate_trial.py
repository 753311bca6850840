"""Try whether a script's mentions keep out what it would change: run it on some of the files that they keep out."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, Job
from autotransform.run.contexts import Contexts
from autotransform.run.gate import is_candidate, is_generated, is_transform
from autotransform.run.pool import map_jobs
from autotransform.run.sifting import sift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.run.selection import Selection, SourceFile
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: Of the sample: enough to notice a gate that is wrong for one file in twenty, and a few seconds at the most.
MOST_FILES = 50
MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GateTrial:
    """What came of running a script on files that its mentions keep out."""

    tried: int
    #: Paths of the files that it changes, sorted.
    changed: tuple[str, ...]


def try_gate(
    script: Script, selection: Selection, *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits
) -> GateTrial:
    """Run a script on a sample of the files that its mentions keep out; always the same one for the same files.

    Raises:
        AutoTransformError: Workers cannot be started.
        RepositoryError: Git cannot read what it holds.
    """
    if not script.gate:
        return GateTrial(tried=0, changed=())
    paths = [*(source.path for source in selection.sources), *selection.project_files]
    contexts = Contexts(paths, source_roots=selection.inputs.source_roots)
    found = sift(selection, mentions=script.gate, targets=script.targets, contexts=contexts, on_file=lambda _: None)
    contexts = contexts.with_reexports(found.reexports)
    sample = _sample(script, selection, found.gated)
    jobs = [Job(context=contexts[file.path], content=content) for file, content in sample]
    with closing(map_jobs(script, jobs, arguments=arguments, limits=limits)) as outcomes:
        changed = [outcome.path for outcome in outcomes if isinstance(outcome, Changed)]
    return GateTrial(tried=len(jobs), changed=tuple(sorted(changed, key=os.fsencode)))


def _sample(script: Script, selection: Selection, gated: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
    """Choose files that the mentions keep out, by nothing but what they are called and how long they are."""
    count, left = 0, MOST_BYTES
    with closing(selection.attempt(sorted(gated, key=_lot))) as contents:
        for file, content in contents:
            if isinstance(content, OSError) or len(content) > left:
                continue
            if is_candidate(script.gate, content) or is_transform(content) or is_generated(content):
                continue
            yield file, content
            count, left = count + 1, left - len(content)
            if count == MOST_FILES or left < MOST_BYTES // 100:
                return


def _lot(file: SourceFile) -> bytes:
    return hashlib.sha256(os.fsencode(file.path)).digest()
