"""Module and package of files in trees of every layout."""

from __future__ import annotations

import pytest

from autotransform.run.contexts import file_contexts

#: Layout: paths of the tree, source roots, the file, its module, its package.
_LAYOUTS: dict[str, tuple[list[str], tuple[str, ...], str, str, str]] = {
    "flat module": (["mod.py"], (), "mod.py", "mod", ""),
    "package": (["pkg/__init__.py", "pkg/mod.py"], (), "pkg/mod.py", "pkg.mod", "pkg"),
    "package itself": (["pkg/__init__.py"], (), "pkg/__init__.py", "pkg", "pkg"),
    "package of a package": (["a/__init__.py", "a/b/__init__.py"], (), "a/b/__init__.py", "a.b", "a.b"),
    "program of a package": (["a/__init__.py", "a/__main__.py"], (), "a/__main__.py", "a.__main__", "a"),
    "src": (["src/pkg/__init__.py", "src/pkg/mod.py"], (), "src/pkg/mod.py", "pkg.mod", "pkg"),
    "namespace in src": (["src/ns/pkg/__init__.py", "src/ns/pkg/m.py"], (), "src/ns/pkg/m.py", "ns.pkg.m", "ns.pkg"),
    "src in src": (["src/lib/src/pkg/__init__.py"], (), "src/lib/src/pkg/__init__.py", "pkg", "pkg"),
    "src that is a package": (["src/__init__.py", "src/m.py"], (), "src/m.py", "src.m", "src"),
    "src below a package": (["pkg/__init__.py", "pkg/src/m.py"], (), "pkg/src/m.py", "pkg.src.m", "pkg.src"),
    "folder without init in a package": (["a/__init__.py", "a/b/m.py"], (), "a/b/m.py", "a.b.m", "a.b"),
    "package in a folder": (["libs/a/__init__.py", "libs/a/m.py"], (), "libs/a/m.py", "a.m", "a"),
    "stub package": (["a/__init__.pyi", "a/m.pyi"], (), "a/m.pyi", "a.m", "a"),
    "stub beside its module": (["a/__init__.py", "a/m.py", "a/m.pyi"], (), "a/m.pyi", "a.m", "a"),
    "stubs of their own": (["a-stubs/__init__.pyi", "a-stubs/m.pyi"], (), "a-stubs/m.pyi", "a.m", "a"),
    "no package": (["tools/m.py"], (), "tools/m.py", "tools.m", "tools"),
    "no package in src": (["src/m.py"], (), "src/m.py", "m", ""),
    "no package in a project": (["one/setup.py", "one/lib/m.py"], (), "one/lib/m.py", "lib.m", "lib"),
    "nearest project": (["pyproject.toml", "one/setup.cfg", "one/m.py"], (), "one/m.py", "m", ""),
    "project below src": (["src/one/pyproject.toml", "src/one/m.py"], (), "src/one/m.py", "one.m", "one"),
    "init at the root": (["__init__.py", "m.py"], (), "m.py", "m", ""),
    "the root's own init": (["__init__.py"], (), "__init__.py", "", ""),
    "configured": (["lib/py/pkg/m.py"], ("lib/py",), "lib/py/pkg/m.py", "pkg.m", "pkg"),
    "configured with slashes": (["lib/py/m.py"], ("./lib/py/",), "lib/py/m.py", "m", ""),
    "longest configured": (["a/b/m.py"], ("a", "a/b", "."), "a/b/m.py", "m", ""),
    "configured root": (["src/m.py"], (".",), "src/m.py", "src.m", "src"),
    "configured over a package": (["a/__init__.py", "a/b/m.py"], ("a",), "a/b/m.py", "b.m", "b"),
    "configured elsewhere": (["ab/m.py"], ("a",), "ab/m.py", "ab.m", "ab"),
    "name with a dash": (["a/__init__.py", "a/my-m.py"], (), "a/my-m.py", "", "a"),
    "folder with a dash": (["my-tools/m.py"], (), "my-tools/m.py", "", ""),
    "name with a dot": (["m.x.py"], (), "m.x.py", "", ""),
    "not ASCII": (["größe/__init__.py", "größe/m.py"], (), "größe/m.py", "größe.m", "größe"),
    "not Unicode": (["a/__init__.py", "a/caf\udce9.py"], (), "a/caf\udce9.py", "", "a"),
}


@pytest.mark.parametrize(("paths", "roots", "path", "module", "package"), _LAYOUTS.values(), ids=_LAYOUTS)
def test_a_file_is_called_as_python_imports_it(
    paths: list[str], roots: tuple[str, ...], path: str, module: str, package: str
) -> None:
    context = file_contexts(paths, source_roots=roots)[path]

    assert (context.path, context.module, context.package) == (path, module, package)


def test_only_python_files_have_a_context() -> None:
    paths = ["a/__init__.py", "a/m.pyi", "pyproject.toml", "setup.cfg", "README.md", "a/data.pyx"]

    assert [*file_contexts(paths)] == ["a/__init__.py", "a/m.pyi"]


def test_the_order_of_paths_changes_nothing() -> None:
    paths = sorted({path for layout in _LAYOUTS.values() for path in layout[0]})

    assert file_contexts(paths) == file_contexts(reversed(paths))
