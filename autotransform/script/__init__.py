"""What a transform is: one file. Parse it, compose it, digest it, check it; never execute it.

Pure: text in, values out, with ``ast`` alone.
"""

from autotransform.script.compose import compose
from autotransform.script.model import Case, Problem, Provenance, Script, digest_of
from autotransform.script.parse import parse
from autotransform.script.static_check import find_problems, require_safe

__all__ = [
    "Case",
    "Problem",
    "Provenance",
    "Script",
    "compose",
    "digest_of",
    "find_problems",
    "parse",
    "require_safe",
]
