# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "replace the aliases that NumPy has removed, such as np.float and np.product"
# ///
"""Replace aliases that NumPy has removed by what they stood for.

- Builtins (removed in 1.24): ``np.float``, ``np.int``, ``np.bool``, ``np.object``, ``np.str`` and ``np.complex`` become
  ``float``, ``int`` … ``np.long`` becomes ``int``, ``np.unicode`` becomes ``str``. This is for code written for NumPy
  before 1.24: in NumPy 2, ``np.bool`` and ``np.long`` are back, as types of NumPy's own.
- Functions (removed in 2.0): ``np.product``, ``cumproduct``, ``sometrue``, ``alltrue`` and ``round_`` become
  ``np.prod``, ``cumprod``, ``any``, ``all`` and ``round``.
- Numbers and types (removed in 2.0): ``np.NaN`` and ``NAN`` become ``np.nan``; ``Inf``, ``Infinity``, ``infty`` and
  ``PINF`` become ``np.inf``; ``float_``, ``complex_``, ``cfloat``, ``unicode_`` and ``string_`` become ``np.float64``,
  ``complex128``, ``complex128``, ``str_`` and ``bytes_``.

``np.in1d`` and ``np.trapz`` are left: what replaces them is not the same (``np.isin`` keeps the shape) or is not there
in older versions. Left and listed are places where a variable hides the builtin, an alias that is assigned to
(``np.float = float``), and builtins that are imported from NumPy by their own names.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["numpy"]
TARGETS = ["numpy.float", "numpy.int", "numpy.bool", "numpy.object", "numpy.str", "numpy.complex", "numpy.product"]

BUILTINS = {
    "numpy.float": "float",
    "numpy.int": "int",
    "numpy.bool": "bool",
    "numpy.object": "object",
    "numpy.str": "str",
    "numpy.complex": "complex",
    "numpy.long": "int",
    "numpy.unicode": "str",
}
RENAMED = {
    "numpy.product": "prod",
    "numpy.cumproduct": "cumprod",
    "numpy.sometrue": "any",
    "numpy.alltrue": "all",
    "numpy.round_": "round",
    "numpy.NaN": "nan",
    "numpy.NAN": "nan",
    "numpy.Inf": "inf",
    "numpy.Infinity": "inf",
    "numpy.infty": "inf",
    "numpy.PINF": "inf",
    "numpy.float_": "float64",
    "numpy.complex_": "complex128",
    "numpy.cfloat": "complex128",
    "numpy.unicode_": "str_",
    "numpy.string_": "bytes_",
}
WORDS = frozenset(name.removeprefix("numpy.") for name in (*BUILTINS, *RENAMED))

CASES = [
    {
        "name": "builtins",
        "before": """
            import numpy as np

            a = np.zeros(3, dtype=np.float)
            b = np.array([np.int(x) for x in a], np.object)
            c = isinstance(a, (np.bool, np.str, np.complex, np.long, np.unicode))
        """,
        "after": """
            import numpy as np

            a = np.zeros(3, dtype=float)
            b = np.array([int(x) for x in a], object)
            c = isinstance(a, (bool, str, complex, int, str))
        """,
    },
    {
        "name": "functions, numbers and types",
        "before": """
            import numpy

            a = numpy.product(b) + numpy.cumproduct(b)[0]
            c = numpy.sometrue(b) or numpy.alltrue(b) or -numpy.Inf
            d = numpy.float_(numpy.NaN), numpy.unicode_, numpy.round_(1.5)
        """,
        "after": """
            import numpy

            a = numpy.prod(b) + numpy.cumprod(b)[0]
            c = numpy.any(b) or numpy.all(b) or -numpy.inf
            d = numpy.float64(numpy.nan), numpy.str_, numpy.round(1.5)
        """,
    },
    {
        "name": "the module is used for nothing else",
        "before": """
            import numpy as np

            kind = np.float
        """,
        "after": """
            kind = float
        """,
    },
    {
        "name": "imported by name, where the new name is taken",
        "before": """
            from numpy import array, object as obj, product, sometrue

            total = product(array([1], obj)) if any(rows) else sometrue(rows)
        """,
        "after": """
            from numpy import any as numpy_any, array, prod

            total = prod(array([1], object)) if any(rows) else numpy_any(rows)
        """,
    },
    {
        "name": "types and functions that are there still",
        "before": """
            import numpy as np

            a = np.zeros(3, dtype=np.float64) + np.float32(1) + np.int_(2)
            b = np.bool_(True), np.prod(a), np.in1d(a, a), np.trapz(a), np.inf
        """,
        "skips": 0,
    },
    {
        "name": "a variable hides the builtin",
        "before": """
            import numpy as np

            def f(values, int=None):
                return values.astype(np.int)

            class Column:
                float = 1
                kind = np.float
        """,
        "skips": 2,
    },
    {
        "name": "a method called float hides nothing in a method",
        "before": """
            import numpy as np

            class Column:
                def float(self):
                    return np.asarray(self, np.float)
        """,
        "after": """
            import numpy as np

            class Column:
                def float(self):
                    return np.asarray(self, float)
        """,
    },
    {
        "name": "the alias is put back for older code",
        "before": """
            import numpy as np

            if not hasattr(np, "float"):
                np.float = float
            np.int: type = int
        """,
        "skips": 2,
    },
    {
        "name": "imported under the builtin's own name",
        "before": """
            from numpy import float, zeros

            a = zeros(3, float)
        """,
        "skips": 1,
    },
    {
        "name": "a local variable called np",
        "before": """
            import numpy as np

            def f(np):
                return np.float, np.product
        """,
        "skips": 0,
    },
    {
        "name": "another library",
        "before": """
            import torch as np
            import numpy.ma as ma

            print(np.float, np.int, ma.product, numpy.random.float)
        """,
        "skips": 0,
    },
    {
        "name": "words in strings and keywords",
        "before": """
            import numpy as np

            a = np.zeros(3, dtype="float")
            b = np.rec.array(a, names="np.int", product=np.dtype("object"))
        """,
        "skips": 0,
    },
    {
        "name": "a star import may hide the builtin",
        "before": """
            import numpy as np
            from mylib import *

            a = np.zeros(3, np.int)
        """,
        "skips": 1,
    },
]


class NumpyAliases(Transform):
    DESCRIPTION = "Replace aliases that NumPy has removed by what they stood for."

    def visit_Module(self, node: cst.Module) -> None:
        #: What the file calls the aliases that it imports by name.
        self.local_names: set[str] = set()
        self.assigned: set[cst.CSTNode] = set()

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # imports are mended by need_import and drop_import

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        for each in () if isinstance(node.names, cst.ImportStar) else node.names:
            if each.evaluated_name in WORDS and self.refers_to(each, *BUILTINS, *RENAMED):
                self.local_names.add(each.evaluated_alias or each.evaluated_name)
                if BUILTINS.get(f"numpy.{each.evaluated_alias or each.evaluated_name}") is not None:
                    self.skip(each, "it hides the builtin of that name")
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.assigned.add(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.assigned.add(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.assigned.add(node.target)

    def visit_Del(self, node: cst.Del) -> None:
        self.assigned.add(node.target)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        if original_node.attr.value not in WORDS or not self.refers_to(original_node, *BUILTINS, *RENAMED):
            return updated_node
        if original_node in self.assigned:
            self.skip(original_node, "it is assigned to")
            return updated_node
        name = f"numpy.{original_node.attr.value}"
        if name in RENAMED:
            return updated_node.with_changes(attr=cst.Name(RENAMED[name]))
        if not self.is_free(BUILTINS[name], original_node):
            return updated_node
        self.drop_import("numpy")
        return cst.Name(BUILTINS[name])

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if original_node.value not in self.local_names or original_node in self.assigned:
            return updated_node
        names = self.qualified(original_node)
        if len(names) != 1 or not names <= {*BUILTINS, *RENAMED}:
            return updated_node
        (name,) = names
        if BUILTINS.get(f"numpy.{original_node.value}") is not None:
            return updated_node  # it hides the builtin, and is listed where it is imported
        if name in BUILTINS and not self.is_free(BUILTINS[name], original_node):
            return updated_node
        self.drop_import("numpy", name.removeprefix("numpy."))
        new = BUILTINS[name] if name in BUILTINS else self.need_import("numpy", RENAMED[name])
        return cst.Name(new)

    def is_free(self, builtin: str, node: cst.CSTNode) -> bool:
        """Whether a word is the builtin where an original node stands; the place is listed where it is not."""
        variable = self.names.scopes.find(builtin, scope=self.names.scopes.scope(node))
        if variable is not None and variable.is_builtin and not self.names.star_modules:
            return True
        self.skip(node, f"`{builtin}` may be something else here")
        return False
