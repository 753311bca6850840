"""A run that has one of everything, made by hand so that it stands still while the engine grows."""

from __future__ import annotations

import pytest

from autotransform.engine import Breach, Changed, Failed, FileWords, Run, Site, Skipped, Unchanged, Word
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
        targets=("pytz.UTC", "pytz.utc"),
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
                    Site(line=3, column=13, status="changed", by=BY, words=1),
                    Site(line=4, column=8, status="skipped", reason=dynamic, by="leave_Call"),
                ),
                warnings=("line 3: the clock may want a date",),
                breaches=(Breach(line=2, kind="comment", message="a comment is lost: # noqa"),),
                words=(Word(line=3, column=18, name="UTC", fate="changed"),),
            ),
            Failed(path="pkg/names.py", reason="compile", detail="line 9: keyword argument repeated: timeout"),
            Skipped(path="pkg/old.py", reason="it does not parse"),
            Unchanged(
                path="pkg/zones.py",
                sites=(Site(line=7, column=1, status="skipped", reason=dynamic, by="leave_Call"),),
                words=(
                    Word(line=2, column=9, name="utc", fate="text", why="in a comment"),
                    Word(line=7, column=15, name="UTC", fate="skipped", why=dynamic),
                ),
            ),
            Unchanged(
                path="tests/test_zones.py",
                words=(
                    Word(line=4, column=7, name="utc", fate="elsewhere", why="stands for `datetime.timezone.utc`"),
                    Word(line=9, column=4, name="utc", fate="unmatched", why="stands for `pytz.utc` still"),
                ),
            ),
        ),
        unread=(
            FileWords(
                path="pkg/old.py",
                words=(
                    Word(line=1, column=3, name="UTC", fate="unread", why="the file was skipped: it does not parse"),
                ),
            ),
        ),
    )


@pytest.fixture
def example_changes() -> tuple[FileChange, ...]:
    return (FileChange(path="pkg/clock.py", before=BEFORE, after=AFTER),)
