"""The only part of us that a transform may import: ``Transform``, a LibCST command that knows what names stand for."""

from __future__ import annotations

from autotransform.codemod.transform import Transform

__all__ = ["Transform"]
