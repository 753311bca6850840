# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use yaml.safe_load instead of yaml.load"
# ///
"""Replace ``yaml.load`` by ``yaml.safe_load``.

A document that somebody else wrote can make ``yaml.load`` build any Python object, and run code with it. A safe loader
knows plain values only: mappings, lists, strings, numbers, dates. A document that does hold Python objects, which
``yaml.dump`` writes where it is given some, is refused then. The loader of the call decides:

- none, ``None``, ``Loader`` or ``FullLoader``: ``yaml.load(x)`` becomes ``yaml.safe_load(x)``, and ``yaml.load_all(x)``
  becomes ``yaml.safe_load_all(x)``. So do ``yaml.full_load(x)`` and ``yaml.full_load_all(x)``.
- ``CLoader`` or ``CFullLoader``: the loader becomes ``CSafeLoader``, which is as fast.
- ``SafeLoader``, ``CSafeLoader`` or ``BaseLoader``: left, the call is safe as it stands.
- ``UnsafeLoader`` or ``CUnsafeLoader``, and ``yaml.unsafe_load``: listed. Somebody wrote down that these documents hold
  Python objects.
- any other, such as a class or a variable of the file: listed. Which tags it knows cannot be seen.

Also listed are calls with ``*values`` or ``**options``, and functions that are handed on without a call. A file that
adds constructors or resolvers to the loaders that are not safe, or defines a ``YAMLObject``, keeps all its calls: its
tags would no longer be known. Imports that nothing uses any more go. ``ruamel.yaml``, another library, is left alone.
"""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from autotransform.codemod import Transform

MENTIONS = ["yaml"]
TARGETS = ["yaml.load", "yaml.load_all", "yaml.full_load", "yaml.full_load_all"]

SAFE_FUNCTIONS = {
    "yaml.load": "safe_load",
    "yaml.load_all": "safe_load_all",
    "yaml.full_load": "safe_load",
    "yaml.full_load_all": "safe_load_all",
}
UNSAFE_FUNCTIONS = ("yaml.unsafe_load", "yaml.unsafe_load_all")
FUNCTIONS = frozenset({"load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all"})
GENERAL_LOADERS = ("yaml.Loader", "yaml.FullLoader")
FAST_LOADERS = ("yaml.CLoader", "yaml.CFullLoader")
SAFE_LOADERS = ("yaml.SafeLoader", "yaml.CSafeLoader", "yaml.BaseLoader", "yaml.CBaseLoader")
UNSAFE_LOADERS = ("yaml.UnsafeLoader", "yaml.CUnsafeLoader")
REGISTERING = ("add_constructor", "add_multi_constructor", "add_implicit_resolver", "add_path_resolver")

CASES = [
    {
        "name": "without a loader",
        "before": """
            import yaml

            config = yaml.load(stream)
            documents = list(yaml.load_all(stream))
        """,
        "after": """
            import yaml

            config = yaml.safe_load(stream)
            documents = list(yaml.safe_load_all(stream))
        """,
    },
    {
        "name": "loaders that are not safe, by keyword and by position",
        "before": """
            import yaml as y

            a = y.load(open("a.yml"), Loader=y.FullLoader)
            b = y.load(
                stream,  # opened above
                y.Loader,
            )
            c = y.full_load(stream)
        """,
        "after": """
            import yaml as y

            a = y.safe_load(open("a.yml"))
            b = y.safe_load(
                stream,  # opened above
            )
            c = y.safe_load(stream)
        """,
    },
    {
        "name": "a fast loader stays fast",
        "before": """
            import yaml

            config = yaml.load(stream, Loader=yaml.CLoader)
        """,
        "after": """
            import yaml

            config = yaml.load(stream, Loader=yaml.CSafeLoader)
        """,
    },
    {
        "name": "imported by name, and the loader is used no more",
        "before": """
            from yaml import dump, load, Loader

            config = load(stream, Loader=Loader)
        """,
        "after": """
            from yaml import dump, safe_load

            config = safe_load(stream)
        """,
    },
    {
        "name": "the name safe_load is taken",
        "before": """
            from yaml import load

            def safe_load(path):
                return load(open(path))
        """,
        "after": """
            from yaml import safe_load as yaml_safe_load

            def safe_load(path):
                return yaml_safe_load(open(path))
        """,
    },
    {
        "name": "a loader that is safe already",
        "before": """
            import yaml
            from yaml import CSafeLoader as Fast

            a = yaml.load(stream, Loader=yaml.SafeLoader)
            b = yaml.load(stream, Fast)
            c = yaml.load(stream, Loader=yaml.BaseLoader)
        """,
        "skips": 0,
    },
    {
        "name": "somebody asked for Python objects",
        "before": """
            import yaml

            a = yaml.load(stream, Loader=yaml.UnsafeLoader)
            b = yaml.unsafe_load(stream)
        """,
        "skips": 2,
    },
    {
        "name": "a loader of the file's own",
        "before": """
            import yaml

            class Loader(yaml.SafeLoader):
                pass

            a = yaml.load(stream, Loader=Loader)
            b = yaml.load(stream, Loader=getattr(yaml, "CLoader", yaml.Loader))
        """,
        "skips": 2,
    },
    {
        "name": "one of two loaders, whichever can be imported",
        "before": """
            import yaml
            try:
                from yaml import CLoader as Loader
            except ImportError:
                from yaml import Loader

            config = yaml.load(stream, Loader=Loader)
        """,
        "skips": 1,
    },
    {
        "name": "the loader may be among the options",
        "before": """
            import yaml

            def read(stream, **options):
                return yaml.load(stream, **options)
        """,
        "skips": 1,
    },
    {
        "name": "constructors that a safe loader does not know",
        "before": """
            import yaml

            yaml.add_constructor("!env", read_variable)
            config = yaml.load(stream, Loader=yaml.FullLoader)
        """,
        "skips": 1,
    },
    {
        "name": "objects that a safe loader does not know",
        "before": """
            import yaml

            class Monster(yaml.YAMLObject):
                yaml_tag = "!Monster"

            monsters = yaml.load(stream)
        """,
        "skips": 1,
    },
    {
        "name": "constructors of the safe loader are no obstacle",
        "before": """
            import yaml

            yaml.add_constructor("!env", read_variable, Loader=yaml.SafeLoader)
            config = yaml.load(stream)
        """,
        "after": """
            import yaml

            yaml.add_constructor("!env", read_variable, Loader=yaml.SafeLoader)
            config = yaml.safe_load(stream)
        """,
    },
    {
        "name": "handed on without a call",
        "before": """
            import functools
            import yaml

            read = functools.partial(yaml.load, Loader=yaml.Loader)
        """,
        "skips": 1,
    },
    {
        "name": "another library, and an object called yaml",
        "before": """
            from ruamel import yaml

            a = yaml.load(stream)

            def f(yaml, json):
                return yaml.load(stream), json.load(stream)
        """,
        "skips": 0,
    },
]


class YamlSafeLoad(Transform):
    DESCRIPTION = "Replace yaml.load by yaml.safe_load."

    def visit_Module(self, node: cst.Module) -> None:
        self.module_before = node
        self.called: set[cst.CSTNode] = set()
        #: What the file calls the functions that it imports by name.
        self.local_names = set(FUNCTIONS)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        for each in () if isinstance(node.names, cst.ImportStar) else node.names:
            if each.evaluated_name in FUNCTIONS:
                self.local_names.add(each.evaluated_alias or each.evaluated_name)
        return False  # imports are mended by need_import and drop_import

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(node.func)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not self.may_be_loading(original_node.func):
            return updated_node
        if self.refers_to(original_node.func, *UNSAFE_FUNCTIONS):
            self.skip(original_node, "somebody asked for Python objects")
        names = self.qualified(original_node.func)
        if len(names) != 1 or not names <= SAFE_FUNCTIONS.keys():
            if self.may_refer_to(original_node.func, *TARGETS):
                self.skip(original_node, "this may be another function")
            return updated_node
        (name,) = names
        loader = self.find_argument(original_node, keyword="Loader", position=1)
        if loader is not None and self.refers_to(loader.value, *SAFE_LOADERS):
            return updated_node
        reason = self.obstacle(original_node, loader)
        if reason:
            self.skip(original_node, reason)
            return updated_node
        if loader is not None and self.refers_to(loader.value, *FAST_LOADERS):
            return self.with_safe_loader(updated_node, loader.value)
        return self.with_safe_function(updated_node, name)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        self.note_other_use(original_node)
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        self.note_other_use(original_node)
        return updated_node

    def note_other_use(self, node: cst.Attribute | cst.Name) -> None:
        if node not in self.called and self.may_be_loading(node) and self.refers_to(node, *TARGETS, *UNSAFE_FUNCTIONS):
            self.skip(node, "it is not called here")

    def may_be_loading(self, node: cst.BaseExpression) -> bool:
        """Whether it is worth asking what a node stands for: finding out takes time in a long file."""
        if isinstance(node, cst.Attribute):
            return node.attr.value in FUNCTIONS
        return isinstance(node, cst.Name) and node.value in self.local_names

    def obstacle(self, call: cst.Call, loader: cst.Arg | None) -> str:
        """Say why a call has to stay as it is; empty when it need not."""
        if self.may_hide_argument(call):
            return "the loader may be among the options"
        if self.registers_tags(self.module_before):
            return "this file adds tags to other loaders than the safe one"
        if loader is None or m.matches(loader.value, m.Name("None")):
            return ""
        if self.refers_to(loader.value, *UNSAFE_LOADERS):
            return "somebody asked for Python objects"
        if len(self.qualified(loader.value)) != 1 or not self.refers_to(loader.value, *GENERAL_LOADERS, *FAST_LOADERS):
            return "which tags this loader knows cannot be seen"
        return ""

    def with_safe_loader(self, call: cst.Call, written: cst.BaseExpression) -> cst.Call:
        """Replace the loader of an updated call; ``written`` is what the original has there."""
        loader = self.find_argument(call, keyword="Loader", position=1)
        assert loader is not None
        if isinstance(loader.value, cst.Attribute):
            safe: cst.BaseExpression = loader.value.with_changes(attr=cst.Name("CSafeLoader"))
        else:
            safe = cst.Name(self.need_import("yaml", "CSafeLoader"))
            self.drop_loader(written)
        args = [each.with_changes(value=safe) if each is loader else each for each in call.args]
        return call.with_changes(args=args)

    def with_safe_function(self, call: cst.Call, name: str) -> cst.Call:
        """Call the safe function instead of the named one, without a loader."""
        loader = self.find_argument(call, keyword="Loader", position=1)
        if loader is not None:
            self.drop_loader(loader.value)
            call = self.remove_argument(call, loader)
        safe = SAFE_FUNCTIONS[name]
        if isinstance(call.func, cst.Attribute):
            return call.with_changes(func=call.func.with_changes(attr=cst.Name(safe)))
        self.drop_import("yaml", name.removeprefix("yaml."))
        return call.with_changes(func=cst.Name(self.need_import("yaml", safe)))

    def drop_loader(self, loader: cst.BaseExpression) -> None:
        if isinstance(loader, cst.Name):
            for name in (*GENERAL_LOADERS, *FAST_LOADERS):
                self.drop_import("yaml", name.removeprefix("yaml."))

    def registers_tags(self, module: cst.Module) -> bool:
        """Whether a file teaches tags to other loaders than the safe one."""
        for call in m.findall(module, m.Call()):
            if isinstance(call, cst.Call) and self.is_registration(call):
                return True
        return any(
            self.refers_to(base.value, "yaml.YAMLObject")
            for each in m.findall(module, m.ClassDef())
            if isinstance(each, cst.ClassDef)
            for base in each.bases
        )

    def is_registration(self, call: cst.Call) -> bool:
        loaders = (*GENERAL_LOADERS, *FAST_LOADERS)
        if self.refers_to(call.func, *(f"{loader}.{name}" for loader in loaders for name in REGISTERING)):
            return True
        is_general = self.refers_to(call.func, *(f"yaml.{name}" for name in REGISTERING))
        return is_general and not any(self.refers_to(each.value, *SAFE_LOADERS) for each in call.args)
