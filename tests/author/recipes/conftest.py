from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Protocol

import pytest

from autotransform.author import Draft, Request
from autotransform.author.recipes import BuiltInAuthor, Ground
from autotransform.run import file_contexts

if TYPE_CHECKING:
    from collections.abc import Mapping


class MakeGround(Protocol):
    def __call__(self, files: Mapping[str, str], *, request: str = "") -> Ground: ...


class MakeDraft(Protocol):
    def __call__(self, request: str, files: Mapping[str, str], *, name: str | None = None) -> Draft: ...


def _ground(files: Mapping[str, str], *, request: str = "") -> Ground:
    contents = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}
    return Ground(
        request=request,
        contexts=file_contexts(contents),
        read=contents.__getitem__,
        read_all=lambda: sorted(contents.items()),
    )


@pytest.fixture
def ground() -> MakeGround:
    """Stand on a few files."""
    return _ground


@pytest.fixture
def draft() -> MakeDraft:
    """Have the built-in author write a script for a request over a few files."""

    def write(request: str, files: Mapping[str, str], *, name: str | None = None) -> Draft:
        return BuiltInAuthor().draft_on(Request(text=request, name=name), _ground(files, request=request))

    return write
