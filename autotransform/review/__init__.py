"""What people and other programs look at: summary, diffs, patches, JSON.

Pure: values of the engine in, text, bytes and plain values out. What comes out as text is safe for a terminal.
"""

from autotransform.review.diff import DiffLine, diff_lines, unified_diff
from autotransform.review.diffstat import FileStat, stat, stat_lines, total_line
from autotransform.review.hunks import FileChange, Hunk, Line, find_hunks
from autotransform.review.patch import file_patch, patch
from autotransform.review.report import to_json
from autotransform.review.summary import Counts, Group, Summary, count_lines, show_place, summary, summary_lines
from autotransform.review.text import safe_text, show_path

__all__ = [
    "Counts",
    "DiffLine",
    "FileChange",
    "FileStat",
    "Group",
    "Hunk",
    "Line",
    "Summary",
    "count_lines",
    "diff_lines",
    "file_patch",
    "find_hunks",
    "patch",
    "safe_text",
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
