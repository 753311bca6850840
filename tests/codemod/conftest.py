"""Run a transform class over a text, as the engine and as plain LibCST do."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

if TYPE_CHECKING:
    from autotransform.codemod import Transform


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of a text."""

    code: str
    #: The text of each skipped node, and why.
    skips: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


Apply: TypeAlias = Callable[..., Applied]


def _apply(
    transform: type[Transform],
    before: str,
    *,
    module: str | None = "pkg.here",
    package: str | None = "pkg",
    reexports: dict[str, str] | None = None,
    is_stock: bool = False,
) -> Applied:
    skipped: list[tuple[cst.CSTNode, str]] = []
    scratch = {} if is_stock else {"autotransform.skips": skipped, "autotransform.reexports": reexports or {}}
    context = CodemodContext(full_module_name=module, full_package_name=package, scratch=scratch)
    code = transform(context).transform_module(cst.parse_module(textwrap.dedent(before).lstrip("\n"))).code
    empty = cst.Module(body=[])
    skips = [(empty.code_for_node(node).strip(), reason) for node, reason in skipped]
    return Applied(code=code, skips=skips, warnings=context.warnings)


@pytest.fixture
def apply() -> Apply:
    """Give the function that runs a transform over a dedented text."""
    return _apply
