"""Have a library of the standard start a worker, from a thread."""
import ast
import multiprocessing
import pathlib
import threading

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        context = multiprocessing.get_context("fork")


        def work():
            process = context.Process(target=pathlib.Path(target["mark"]).touch)
            process.start()
            process.join()


        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return tree
