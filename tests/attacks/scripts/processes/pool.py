"""Have a library of the standard start a worker, from a thread."""
import ast
import multiprocessing.popen_fork
import pathlib
import threading
import time

from libcst.codemod import VisitorBasedCodemodCommand


def leave(mark):
    try:
        pathlib.Path(mark).touch()
    except OSError:
        time.sleep(3)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        context = multiprocessing.get_context("fork")
        process = context.Process(target=leave, args=(target["mark"],), daemon=False)
        thread = threading.Thread(target=process.start)
        thread.start()
        thread.join()
        return tree
