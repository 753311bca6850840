"""A run that has one of everything, made by hand so that it stands still while the engine grows."""

from __future__ import annotations

import pytest

from autotransform.engine import Changed, Failed, Run, Site, Skipped, Unchanged
from autotransform.review import FileChange
from autotransform.script import Provenance, Script

BEFORE = b"import pytz\n\nnow = clock(pytz.UTC)\nzone = getattr(pytz, name)\n"
AFTER = b"import pytz\nfrom datetime import timezone\n\nnow = clock(timezone.utc)\nzone = getattr(pytz, name)\n"
BY = "leave_Attribute"


@pytest.fixture
def script() -> Script:
    return Script(
        name="pytz_utc",
        summary="Replace pytz.UTC by datetime.timezone.utc.",
        rules="",
        source="# an example\n",
        entry="PytzUtc",
        classes=("PytzUtc",),
        mentions=("pytz",),
        provenance=Provenance(
            request="replace pytz.UTC by datetime.timezone.utc", model="built-in", source_sha256="0" * 64
        ),
        body_sha256="0" * 64,
    )


@pytest.fixture
def example_run(script: Script) -> Run:
    dynamic = "a dynamic attribute"
    return Run(
        script=script,
        base="1f0c6a5e0a6d4b9c8e7f6a5b4c3d2e1f0a9b8c7d",
        selected=120,
        gated=115,
        outcomes=(
            Changed(
                path="pkg/clock.py",
                after=AFTER,
                sites=(
                    Site(line=3, column=13, status="changed", by=BY),
                    Site(line=4, column=8, status="skipped", reason=dynamic, by="leave_Call"),
                ),
                warnings=("a comment was lost at line 3",),
            ),
            Failed(path="pkg/names.py", reason="compile", detail="line 9: keyword argument repeated: timeout"),
            Skipped(path="pkg/old.py", reason="it does not parse"),
            Unchanged(
                path="pkg/zones.py",
                sites=(Site(line=7, column=1, status="skipped", reason=dynamic, by="leave_Call"),),
            ),
            Unchanged(path="tests/test_zones.py"),
        ),
    )


@pytest.fixture
def example_changes() -> tuple[FileChange, ...]:
    return (FileChange(path="pkg/clock.py", before=BEFORE, after=AFTER),)
