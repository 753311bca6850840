# ruff: noqa: N802 - LibCST names its visitor methods
"""Under plain LibCST, where nobody tells a transform of skips and re-exports."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from autotransform.codemod import Transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import libcst as cst

SCRIPT = """
import libcst as cst
from autotransform.codemod import Transform


class Rename(Transform):
    DESCRIPTION = "Rename pkg.mod.old to new."

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.rename(original_node, updated_node, "pkg.mod.old", to="new")

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        return self.rename(original_node, updated_node, "pkg.mod.old", to="new")

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        return self.rename(original_node, updated_node, "pkg.mod.old", to="new")
"""


def test_a_skipped_place_becomes_a_warning_with_its_line(apply: Callable[..., Any]) -> None:
    class Decline(Transform):
        def visit_Call(self, node: cst.Call) -> None:
            self.skip(node, "nobody knows")

    applied = apply(Decline, "x = 1\n\nf()\n", is_stock=True)

    assert applied.warnings == ["line 3: nobody knows"]


def test_the_command_line_of_libcst_runs_a_transform(tmp_path: Path) -> None:
    (tmp_path / "renames.py").write_text(SCRIPT)
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("from .mod import old\n")
    (package / "mod.py").write_text('__all__ = ["old"]\n\n\ndef old(): ...\n')
    (package / "other.py").write_text('from pkg.mod import old\n\nprint("pkg.mod.old", old)\n')
    command = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "renames.Rename", "-j", "1", "--no-format", "pkg"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stderr
    assert (package / "__init__.py").read_text() == "from .mod import new\n"
    assert (package / "mod.py").read_text() == '__all__ = ["new"]\n\n\ndef new(): ...\n'
    assert (package / "other.py").read_text() == 'from pkg.mod import new\n\nprint("pkg.mod.old", new)\n'
    assert "line 3: a string that names it" in done.stderr
