"""What a script may import and name. An allow-list: whatever is not here is refused."""

from __future__ import annotations

#: Modules, and the names that may be taken from them; ``None``: every public name that is not itself a module.
MODULES: dict[str, frozenset[str] | None] = {
    name: frozenset(names.split()) if names else None
    for name, names in {
        "__future__": "annotations",
        "abc": "ABC abstractmethod",
        "ast": "AST Attribute Call ClassDef Constant Dict Expr FunctionDef List Name Tuple dump expr"
        " iter_child_nodes literal_eval parse stmt unparse walk",
        "autotransform.codemod": "",
        "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple",
        "collections.abc": "",
        "dataclasses": "dataclass field replace",
        "enum": "Enum Flag IntEnum auto",
        "functools": "cache cached_property cmp_to_key lru_cache partial reduce",
        "itertools": "accumulate chain combinations count cycle dropwhile filterfalse groupby islice pairwise"
        " permutations product repeat starmap takewhile tee zip_longest",
        "keyword": "iskeyword issoftkeyword kwlist softkwlist",
        "libcst": "",
        "libcst.codemod": "",
        "libcst.codemod.visitors": "",
        "libcst.helpers": "",
        "libcst.matchers": "",
        "libcst.metadata": "",
        "operator": "itemgetter",
        "re": "",
        "string": "ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace",
        "textwrap": "dedent fill indent shorten wrap",
        "typing": "",
    }.items()
}

#: Modules whose names are looked up in the installed version, so that a name they lack is found before anything runs.
GROUNDED = frozenset(
    {
        "autotransform.codemod",
        "libcst",
        "libcst.codemod",
        "libcst.codemod.visitors",
        "libcst.helpers",
        "libcst.matchers",
        "libcst.metadata",
    }
)

#: Public names of the allowed modules that reach files, processes or other modules' state.
DENIED_NAMES = frozenset(
    {
        "diff_code",
        "exec_transform",
        "exec_transform_with_prettyprint",
        "ForwardRef",
        "FullRepoManager",
        "gather_files",
        "get_type_hints",
        "parallel_exec_transform_with_prettyprint",
        "TypeInferenceProvider",
    }
)

#: Builtins that a script may use, besides every exception.
BUILTINS = frozenset(
    "None True False NotImplemented Ellipsis abs all any ascii bin bool bytes callable chr classmethod complex"
    " dict divmod enumerate filter float format frozenset getattr hasattr hex int isinstance issubclass iter len"
    " list map max min next object oct ord pow print property range repr reversed round set slice sorted"
    " staticmethod str sum super tuple type zip __debug__ __name__".split()
)

#: Double-underscore names that a script may define or read.
DUNDERS = frozenset(
    "__all__ __bool__ __call__ __class__ __contains__ __doc__ __enter__ __eq__ __exit__ __ge__ __getitem__ __gt__"
    " __hash__ __init__ __iter__ __le__ __len__ __lt__ __name__ __ne__ __next__ __post_init__ __qualname__"
    " __repr__ __slots__ __str__".split()
)

#: Attributes that lead from a value to the interpreter.
DENIED_ATTRIBUTES = frozenset(
    "_evaluate ag_await ag_code ag_frame co_code co_consts cr_await cr_code cr_frame f_back f_builtins f_code f_globals"
    " f_locals f_trace format_map gi_code gi_frame gi_yieldfrom mro tb_frame tb_next with_traceback".split()
)

#: Parts of strings that have no business in a transform: they name what the attributes above lead to.
DENIED_STRINGS = (
    "__base",
    "__builtins__",
    "__class__.",
    "__closure__",
    "__code__",
    "__dict__",
    "__getattribute__",
    "__globals__",
    "__import__",
    "__loader__",
    "__mro__",
    "__reduce",
    "__self__",
    "__spec__",
    "__subclasses__",
    "__traceback__",
    "__wrapped__",
)
