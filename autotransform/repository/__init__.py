"""Everything git: trees, blobs, attributes, branches and commits, through GitPython and git itself.

Nothing here touches HEAD, the index or the working tree, and no hook ever runs.
"""

from autotransform.repository.discovery import OLDEST_GIT, git_version
from autotransform.repository.history import CommitInfo
from autotransform.repository.objects import LARGEST, Entry, Listing, too_large
from autotransform.repository.repository import Repository

__all__ = ["LARGEST", "OLDEST_GIT", "CommitInfo", "Entry", "Listing", "Repository", "git_version", "too_large"]
