"""One script over many files: choose them, gate them, spread them over workers, keep the order.

The parent process reads and writes everything and never executes a script.
"""

from autotransform.run.choosing import select
from autotransform.run.contexts import file_contexts
from autotransform.run.gate import is_candidate
from autotransform.run.lookup import BrokenScript, FoundScript, find_script, list_scripts
from autotransform.run.pool import map_jobs
from autotransform.run.reexports import find_reexports
from autotransform.run.runner import find_contexts, run, run_cases
from autotransform.run.selection import Selection, SelectionInputs, SourceFile
from autotransform.run.values import Limits, Progress

__all__ = [
    "BrokenScript",
    "FoundScript",
    "Limits",
    "Progress",
    "Selection",
    "SelectionInputs",
    "SourceFile",
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
