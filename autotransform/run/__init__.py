"""One script over many files: choose them, gate them, spread them over workers, keep the order.

The parent process reads and writes everything and never executes a script. Whatever is here is loaded when it is first
asked for: the processes of scripts need next to nothing of it, and each start of theirs is waited for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.run.choosing import select
    from autotransform.run.contexts import file_contexts
    from autotransform.run.gate import is_candidate
    from autotransform.run.lookup import BrokenScript, FoundScript, find_script, list_scripts
    from autotransform.run.pool import map_jobs
    from autotransform.run.reexports import find_reexports
    from autotransform.run.runner import find_contexts, run, run_cases
    from autotransform.run.selection import Selection, SelectionInputs, SourceFile
    from autotransform.run.values import Limits, Progress, Stop

__all__ = [
    "BrokenScript",
    "FoundScript",
    "Limits",
    "Progress",
    "Selection",
    "SelectionInputs",
    "SourceFile",
    "Stop",
    "file_contexts",
    "find_contexts",
    "find_reexports",
    "find_script",
    "is_candidate",
    "list_scripts",
    "map_jobs",
    "run",
    "run_cases",
    "select",
]

_PLACES = {
    "choosing": ("select",),
    "contexts": ("file_contexts",),
    "gate": ("is_candidate",),
    "lookup": ("BrokenScript", "FoundScript", "find_script", "list_scripts"),
    "pool": ("map_jobs",),
    "reexports": ("find_reexports",),
    "runner": ("find_contexts", "run", "run_cases"),
    "selection": ("Selection", "SelectionInputs", "SourceFile"),
    "values": ("Limits", "Progress", "Stop"),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(name)
    found: object = getattr(importlib.import_module(f"autotransform.run.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
