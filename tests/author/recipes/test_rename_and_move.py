"""Renamings and moves: scripts that hold on their own cases, on a small repository and on real packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Job, Unchanged, job_of, judge, transform
from autotransform.errors import ModelError
from autotransform.run import file_contexts
from autotransform.run.reexports import find_reexports
from autotransform.script import Script, find_problems, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

FILES = {
    "src/shop/__init__.py": """
        from .cart import Cart, total
        from .load import load

        __all__ = ['Cart', 'total', 'load']
        """,
    "src/shop/cart.py": """
        from . import money

        LIMIT = 3

        def total(items): return sum(items)

        class Base:
            def check(self): return True

        class Cart(Base):
            size = 0
            def check(self): return self.size
            def fill(self, total): self.owner = total; return self.fill
            class Line: pass
        """,
    "src/shop/money.py": "def format_price(price): return f'{price:.2f}'\n",
    "src/shop/load.py": """
        from shop.cart import Cart

        class Big(Cart):
            def fill(self, total): return super().fill(total)

        def load(): ...
        """,
    "src/shop/deep/__init__.py": "",
    "src/shop/deep/inner.py": "from ..load import load\nfrom .. import Cart as C\n",
    "tests/test_shop.py": """
        import shop.cart as c
        from shop import total
        from shop.money import format_price

        def test(cart):
            assert c.total([1]) == total([1]), getattr(c, "total")
            cart.fill(1)
            c.Cart().fill(2)
            print(c.LIMIT, format_price(1))
        """,
}

#: Request, then what must be in some file afterwards, then what must be left in some file.
REQUESTS = [
    ("rename the function shop.cart.total to add_up", "from shop import add_up", "def fill(self, total)"),
    ("rename function total to add_up", "c.add_up([1]) == add_up([1])", 'getattr(c, "total")'),
    ("rename shop.load.load to read", "from ..load import read", "from .load import read"),
    ("rename the class Cart to Basket", "from .. import Basket as C", "class Big(Basket)"),
    ("rename the constant LIMIT to MOST", "print(c.MOST", "MOST = 3"),
    ("rename the method Cart.fill to put", "super().put(total)", "cart.fill(1)"),
    ("rename the attribute shop.cart.Cart.size to length", "self.length", "length = 0"),
    ("rename the class shop.cart.Cart.Line to Row", "class Row", "class Cart"),
    ("rename the method Base.check to verify", "def verify(self): return self.size", "def verify(self): return True"),
    ("rename the module shop.money to prices", "from shop.prices import", "from . import prices"),
    (
        "rename the module shop.money to shop.deep.prices",
        "from shop.deep.prices import",
        "from .deep import prices as money",
    ),
    (
        "move the function format_price to shop.deep.inner",
        "from shop.deep.inner import format_price",
        "def format_price",
    ),
    ("move shop.cart.total to shop.money", "from .money import total", "from shop import money, total"),
    ("move the class Cart to shop.baskets", "from shop.baskets import Cart", "class Cart"),
    ("move the module shop.money to shop.deep", "from shop.deep.money import", "from .deep import money"),
    ("rename os.path.join to os.path.combine", None, None),
]


def _script(draft: Callable[..., Any], request: str, files: Mapping[str, str] = FILES) -> Script:
    written = draft(request, files)
    return parse(written.source, name=written.name)


def _apply(script: Script, contents: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Run a script over files as a run does; give the files after it, and the places that it listed."""
    contexts = file_contexts(contents)
    modules = {context.module for context in contexts.values()}
    pairs = find_reexports(
        script.targets, lambda: [(contexts[path], contents[path]) for path in contents], modules=modules
    )
    after = dict(contents)
    listed = []
    for path, content in contents.items():
        if script.mentions is not None and not any(mention.encode() in content for mention in script.mentions):
            continue
        context = replace(contexts[path], reexports=pairs)
        outcome = transform(script, Job(context=context, content=content))
        assert isinstance(outcome, Changed | Unchanged), outcome
        if isinstance(outcome, Changed):
            after[path] = outcome.after
            again = transform(script, Job(context=context, content=outcome.after))
            assert isinstance(again, Unchanged), "a second pass changes something"
        listed += [f"{path}:{site.line}: {site.reason}" for site in outcome.sites if site.status == "skipped"]
    return after, listed


@pytest.mark.parametrize("request_", [row[0] for row in REQUESTS])
def test_the_script_is_sound_and_holds_on_its_cases(draft: Callable[..., Any], request_: str) -> None:
    script = _script(draft, request_)
    results = [judge(case, transform(script, job_of(case))) for case in script.cases]
    unchanged = [case for case in script.cases if case.after is None]

    assert find_problems(script) == ()
    assert [(each.case.name, each.failure, each.actual) for each in results if not each.passed] == []
    assert len(script.cases) >= 6
    assert len(unchanged) * 2 >= len(script.cases)
    assert script.provenance is not None
    assert script.provenance.model == "built-in"
    assert max(len(line) for line in script.source.splitlines()) <= 120


@pytest.mark.parametrize(("request_", "first", "second"), [row for row in REQUESTS if row[1]])
def test_the_repository_is_changed(draft: Callable[..., Any], request_: str, first: str, second: str) -> None:
    script = _script(draft, request_)
    after, _ = _apply(script, _contents(FILES))
    whole = b"\n".join(after.values()).decode()

    assert first in whole
    assert second in whole


def _contents(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}


def test_what_is_done_by_hand_is_said(draft: Callable[..., Any]) -> None:
    notes = {request: " ".join(draft(request, FILES).notes) for request, _, _ in REQUESTS}

    assert "git mv src/shop/money.py src/shop/prices.py" in notes["rename the module shop.money to prices"]
    assert "git mv src/shop/money.py src/shop/deep/money.py" in notes["move the module shop.money to shop.deep"]
    assert "from src/shop/cart.py:5 to src/shop/money.py" in notes["move shop.cart.total to shop.money"]
    assert "shop/baskets.py (a new file)" in notes["move the class Cart to shop.baskets"]
    assert "not defined in this repository" in notes["rename os.path.join to os.path.combine"]


def test_a_definition_that_is_moved_by_hand_is_listed_with_its_uses(draft: Callable[..., Any]) -> None:
    _, listed = _apply(_script(draft, "move shop.cart.total to shop.money"), _contents(FILES))

    assert [line for line in listed if line.startswith("src/shop/cart.py:")] == [
        "src/shop/cart.py:5: move the definition to shop.money by hand, and import it here if it is still used"
    ]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ("rename total to Cart", "already exists"),
        ("rename the function total to class", "keyword"),
        ("rename the function total to total", "already"),
        ("rename the function print to say", "built into"),
        ("rename the method Cart.check to verify", "overrides"),
        ("rename the method Cart.fill to size", "already exists"),
        ("rename the function total to shop.money.total", "move"),
        ("rename the function missing to found", "missing"),
        ("move the method Cart.fill to shop.money", "top of a module"),
        ("move total to shop.cart", "already"),
        ("move the function load to shop", "already exists"),
    ],
)
def test_what_cannot_be_done_is_refused_with_advice(draft: Callable[..., Any], request_: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        draft(request_, FILES)

    assert caught.value.hint


JINJA2 = """
from jinja2 import with_context, Environment

assert Environment().from_string("{{ [1, 2] | map('string') | join }}").render() == "12"
"""
CLICK = """
import click, click.kinds

assert click.INT is click.kinds.INT
assert click.core.kinds is click.kinds
"""
REAL = [
    pytest.param("rename the function jinja2.utils.pass_context to with_context", "", JINJA2, marks=pytest.mark.long),
    pytest.param("rename the module click.types to kinds", "types.py kinds.py", CLICK, marks=pytest.mark.long),
]


@pytest.mark.parametrize(("request_", "move", "check"), REAL, ids=["pass_context", "types"])
def test_a_real_package_works_after_it(
    draft: Callable[..., Any], tmp_path: Path, request_: str, move: str, check: str
) -> None:
    package = request_.split()[3].partition(".")[0]
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    root = tmp_path / package
    shutil.copytree(spec.submodule_search_locations[0], root, ignore=shutil.ignore_patterns("__pycache__"))
    contents = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    script = _script(draft, request_, {path: content.decode() for path, content in contents.items()})
    after, _ = _apply(script, contents)
    for path, content in after.items():
        (tmp_path / path).write_bytes(content)
    if move:
        before, moved = move.split()
        (root / before).rename(root / moved)
    where = f"import sys, {package}\nassert {package}.__file__.startswith({str(tmp_path)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", where + check], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    assert after != contents
    assert done.returncode == 0, done.stderr
