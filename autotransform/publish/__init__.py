"""Make what a run changed real: as a branch, or in the files on disk.

Whatever is here is loaded when it is first asked for: who only looks needs neither templates nor git's messages.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.publish.branches.branch import Commit, apply_to_branch, check_branch, script_path
    from autotransform.publish.branches.ownership import base_of_branch, branch_of
    from autotransform.publish.branches.record import Record, make_record, read_record
    from autotransform.publish.in_place import apply_in_place

__all__ = [
    "Commit",
    "Record",
    "apply_in_place",
    "apply_to_branch",
    "base_of_branch",
    "branch_of",
    "check_branch",
    "make_record",
    "read_record",
    "script_path",
]

_PLACES = {
    "branches.branch": ("Commit", "apply_to_branch", "check_branch", "script_path"),
    "branches.ownership": ("base_of_branch", "branch_of"),
    "branches.record": ("Record", "make_record", "read_record"),
    "in_place": ("apply_in_place",),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(name)
    found: object = getattr(importlib.import_module(f"autotransform.publish.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
