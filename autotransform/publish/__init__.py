"""Make what a run changed real: as a branch, or in the files on disk."""

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
