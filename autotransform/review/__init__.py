"""What people and other programs look at: summary, diffs, patches, JSON.

Pure: values of the engine in, text, bytes and plain values out. What comes out as text is safe for a terminal.
"""

from autotransform.review.diff import DiffLine, diff_lines, hunk_lines, unified_diff
from autotransform.review.diffstat import FileStat, stat, stat_lines, total_line
from autotransform.review.emphasis import emphasise, emphasise_lines
from autotransform.review.hunks import FileChange, Hunk, Line, find_hunks
from autotransform.review.patch import file_patch, patch
from autotransform.review.reasons.rules import list_rules
from autotransform.review.reasons.why import ExplainedChange, ExplainedShape, Explanation, Reason, explain
from autotransform.review.report import to_json
from autotransform.review.shape_lines import shape_lines
from autotransform.review.shapes.finding import Change, Shape, find_changes, find_shapes
from autotransform.review.summary import (
    Counts,
    Group,
    Summary,
    attention_lines,
    count_lines,
    show_place,
    summary,
    summary_lines,
)
from autotransform.review.text import safe_text, show_path

__all__ = [
    "Change",
    "Counts",
    "DiffLine",
    "ExplainedChange",
    "ExplainedShape",
    "Explanation",
    "FileChange",
    "FileStat",
    "Group",
    "Hunk",
    "Line",
    "Reason",
    "Shape",
    "Summary",
    "attention_lines",
    "count_lines",
    "diff_lines",
    "emphasise",
    "emphasise_lines",
    "explain",
    "file_patch",
    "find_changes",
    "find_hunks",
    "find_shapes",
    "hunk_lines",
    "list_rules",
    "patch",
    "safe_text",
    "shape_lines",
    "show_path",
    "show_place",
    "stat",
    "stat_lines",
    "summary",
    "summary_lines",
    "to_json",
    "total_line",
    "unified_diff",
]
