"""Cut small cases out of whole files: what changed, or must not, with as much around it as gives it its meaning.

A cut is a proposal. Whether a script does in the small what was done in the large shows when it runs on it.
"""

from autotransform.author.cutting.case_text import write_case
from autotransform.author.cutting.cut import cut_changes, cut_files, cut_unchanged

__all__ = ["cut_changes", "cut_files", "cut_unchanged", "write_case"]
