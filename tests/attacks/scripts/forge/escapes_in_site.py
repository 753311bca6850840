"""Skip one place for a reason that moves the cursor, and so writes over what stands before it."""

from autotransform.codemod import Transform


class Attack(Transform):
    DESCRIPTION = "Skip places."

    def leave_Assign(self, original_node, updated_node):
        self.skip(original_node, "\r\x1b[1A\x1b[2K nothing was skipped")
        return updated_node
