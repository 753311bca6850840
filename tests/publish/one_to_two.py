"""A script that really does what the scene's runs say, and where it goes."""

from __future__ import annotations

BRANCH = "autotransform/one_to_two"
SCRIPT = "transforms/one_to_two.py"

BODY = '''"""Replace one by two."""

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["x"]
TARGETS = []
CASES = []


class OneToTwo(Transform):
    """The transform."""

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.Integer:
        return updated_node.with_changes(value=original_node.value.replace("1", "2"))
'''
