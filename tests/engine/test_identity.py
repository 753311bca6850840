"""Every installed Python file comes through unharmed.

Byte for byte when nothing changes; and when something does, every other byte as it was, and no invariant
gives a false alarm.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Failed, FileContext, Job, Outcome, Skipped, Unchanged
from autotransform.run import Limits, map_jobs
from autotransform.script import parse
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: Takes every node apart and puts it together again.
REBUILD = '''"""Rebuild every node."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Rebuild(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rebuild."

    def on_leave(self, original_node, updated_node):
        return updated_node.with_changes()
'''

#: Adds a few bytes at the end, so that every file counts as changed and passes all checks.
TOUCH = '''"""Touch the end of a file."""
import libcst as cst
from libcst.codemod import CodemodCommand

class Touch(CodemodCommand):
    DESCRIPTION = "Touch."

    def transform_module_impl(self, tree):
        if not tree.has_trailing_newline:
            return tree.with_changes(has_trailing_newline=True)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(indent=False, comment=cst.Comment("# touched"))])
'''

LIMITS = Limits(timeout=300)


def outcomes_of(source: str, paths: Sequence[Path]) -> Iterable[tuple[bytes, Outcome]]:
    script = parse(source, name="probe")
    jobs = (Job(context=FileContext(path=str(path)), content=path.read_bytes()) for path in paths)
    for path, outcome in zip(paths, map_jobs(script, jobs, limits=LIMITS), strict=True):
        yield path.read_bytes(), outcome


def check_identity(paths: Sequence[Path]) -> Counter[str]:
    figures: Counter[str] = Counter()
    for _, outcome in outcomes_of(REBUILD, paths):
        assert isinstance(outcome, Unchanged | Skipped), outcome
        figures[outcome.reason.partition(":")[0] if isinstance(outcome, Skipped) else "byte for byte"] += 1
    return figures


def check_touched(paths: Sequence[Path]) -> Counter[str]:
    figures: Counter[str] = Counter()
    for before, outcome in outcomes_of(TOUCH, paths):
        assert not isinstance(outcome, Failed | Unchanged), outcome
        if isinstance(outcome, Changed):
            assert outcome.after.startswith(before)
            assert outcome.after[len(before) :].strip() in {b"", b"# touched"}
        figures[outcome.reason.partition(":")[0] if isinstance(outcome, Skipped) else "changed, no alarm"] += 1
    return figures


def test_a_sample_of_the_installed_files() -> None:
    sample = installed()[::240]

    assert len(sample) > 15
    assert check_identity(sample)["byte for byte"] > 0.9 * len(sample)
    assert check_touched(sample)["changed, no alarm"] > 0.9 * len(sample)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_installed_file(capsys: pytest.CaptureFixture[str]) -> None:
    paths = installed()
    identity, touched = check_identity(paths), check_touched(paths)

    with capsys.disabled():
        sys.stdout.write(f"\n{len(paths)} files: {dict(identity)}; touched at the end: {dict(touched)}\n")

    assert len(paths) >= 3000
