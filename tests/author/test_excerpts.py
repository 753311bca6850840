"""What a model is shown of a repository: each shape once, what only looks alike, no more than fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from autotransform.author.excerpts import Excerpts, Sample, find_excerpts, find_names
from autotransform.config import Config
from autotransform.run import Selection, select

if TYPE_CHECKING:
    from pathlib import Path

#: What grows with the square of a file takes longer than this on any machine.
pytestmark = pytest.mark.timeout(120)

Find = Callable[..., Excerpts]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Find excerpts in files that are written first."""

    def run(request: str, files: dict[str, str | bytes], *, budget: int = 4_000) -> Excerpts:
        return find_excerpts(request, _selected(tmp_path, files), budget=budget)

    return run


def _selected(root: Path, files: dict[str, str | bytes]) -> Selection:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
    return select(start=root, repository=None, in_place=True, config=Config())


def _of(kind: str, excerpts: Excerpts) -> list[tuple[int, str]]:
    return [(sample.count, sample.text) for sample in excerpts.samples if sample.kind == kind]


CLOCK = """\
import pytz
import pytz as p
from pytz import UTC as Z
from pytz import UTC, timezone
import datetime


def now():
    return datetime.datetime.now(pytz.UTC)


def later():
    return datetime.datetime.now(pytz.UTC)


def other(zone=pytz.UTC):
    first = datetime.datetime.now(p.UTC)
    second = datetime.datetime.now(Z)
    assert zone is pytz.UTC, "no pytz.UTC"
    return pytz.timezone("UTC")


def shadowed(pytz):
    return pytz.UTC
"""


def test_each_shape_is_shown_once_and_counted(find: Find) -> None:
    excerpts = find("use timezone.utc instead of pytz.UTC", {"app/clock.py": CLOCK})

    uses = _of("use", excerpts)
    assert (2, "return datetime.datetime.now(pytz.UTC)") in uses
    assert (1, "def other(zone=pytz.UTC):") in uses
    assert (1, "first = datetime.datetime.now(p.UTC)") in uses
    assert (1, "second = datetime.datetime.now(Z)") in uses
    assert (1, 'assert zone is pytz.UTC, "no pytz.UTC"') in uses
    assert len(uses) == 5


def test_every_way_to_import_it_is_a_shape(find: Find) -> None:
    excerpts = find("use timezone.utc instead of pytz.UTC", {"app/clock.py": CLOCK})

    shown = {text for _, text in _of("import", excerpts)}
    assert {"import pytz", "import pytz as p", "from pytz import UTC as Z", "from pytz import UTC, timezone"} <= shown


def test_what_only_looks_alike_is_no_use(find: Find) -> None:
    excerpts = find("use timezone.utc instead of pytz.UTC", {"app/clock.py": CLOCK, "table.py": "UTC = 1\nrow.UTC\n"})

    signatures = {sample.signature for sample in excerpts.samples if sample.kind == "near-miss"}
    assert "a local variable called pytz" in signatures
    assert "another name of the same: pytz.timezone" in signatures
    assert "an attribute of something else: UTC" in signatures
    assert "another thing called UTC: table.UTC" in signatures
    assert "return pytz.UTC" not in {text for _, text in _of("use", excerpts)}


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("from app.util import frob\n@frob(1)\ndef f(): pass\n", "use", "@frob(1)\ndef f(): pass"),
        ("from app.util import frob\nclass A(frob):\n    x = 1\n", "use", "class A(frob):"),
        ("from app.util import frob\nx: frob = None\n", "use", "x: frob = None"),
        ("from app.util import frob\ndef f(a: frob) -> int:\n    return 1\n", "use", "def f(a: frob) -> int:"),
        ("from app.util import frob\ntry:\n    x\nexcept (frob, E):\n    y\n", "use", "except (frob, E):"),
        ("from app import util\nx = [util.frob(a) for a in b]\n", "use", "x = [util.frob(a) for a in b]"),
        ("import app\napp.frob()\n", "use", "app.frob()"),
        ("import app.util\nasync def f():\n    await app.util.frob()\n", "use", "await app.util.frob()"),
        ("from .util import frob as g\ng()\n", "use", "g()"),
        ("from app.util import frob\nx = f'{frob!r}'\n", "use", "x = f'{frob!r}'"),
        ("from app.util import frob\nif x:\n    pass\nelif frob():\n    pass\n", "use", "elif frob():"),
        ("from app.util import frob\nmap(frob, x)\n", "use", "map(frob, x)"),
        ("from app.util import *\nfrob()\n", "use", "frob()"),
        ("def g():\n    from app.util import frob\n    return frob\n", "import", "from app.util import frob"),
        ("def g(frob):\n    return frob\n", "near-miss", "def g(frob):"),
        ("for frob in x:\n    pass\n", "near-miss", "for frob in x:"),
        ("def g():\n    frob = 1\n    return frob\n", "near-miss", "frob = 1"),
        ("x = [frob for frob in y]\n", "near-miss", "x = [frob for frob in y]"),
        (
            "from app.util import frob\nclass A:\n    frob = 1\n    def f(self):\n        return frob()\n",
            "use",
            "return frob()",
        ),
        ("from app.util import frob\ndef f():\n    global frob\n    frob = 1\n    del frob\n", "use", "del frob"),
        ("from other import frob\n", "near-miss", "from other import frob"),
        ("from other import frob\nfrob()\n", "near-miss", "frob()"),
        ("import other\nother.thing.frob()\n", "near-miss", "other.thing.frob()"),
        ("g(frob=1)\n", "near-miss", "g(frob=1)"),
        ("class A:\n    def frob(self): pass\n", "near-miss", "def frob(self): pass"),
        ("x = 'frob'\n", "near-miss", "x = 'frob'"),
        ("x = 1  # frob it\n", "near-miss", "x = 1  # frob it"),
        ('"""Say frob."""\n', "near-miss", '"""Say frob."""'),
        ("lambda frob: frob\n", "near-miss", "lambda frob: frob"),
        ("try:\n    x\nexcept E as frob:\n    frob\n", "near-miss", "frob"),
    ],
)
def test_a_place_is_told_by_what_its_name_is_bound_to(find: Find, source: str, kind: str, text: str) -> None:
    files: dict[str, str | bytes] = {
        "app/__init__.py": "",
        "app/util.py": "def frob(a=1):\n    pass\n",
        "app/x.py": source,
    }
    excerpts = find("rename `app.util.frob` to `frobnicate`", files)

    places = {(sample.kind, sample.text) for sample in excerpts.samples if sample.path == "app/x.py"}
    assert (kind, text) in places
    assert ("definition", "def frob(a=1):") in {(sample.kind, sample.text) for sample in excerpts.samples}
    opposite = "near-miss" if kind == "use" else "use"
    assert (opposite, text) not in places


@pytest.mark.parametrize(
    ("request_text", "definition", "kind"),
    [
        ("rename Loader.load to Loader.read", "    def load(self, path): pass\n", "use"),
        ("rename load to read", "    def load(self, path): pass\n", "use"),
        ("rename load to read", "    pass\n\ndef load(path): pass\n", "near-miss"),
    ],
)
def test_a_member_of_anything_is_a_use_of_a_method_alone(
    find: Find, request_text: str, definition: str, kind: str
) -> None:
    excerpts = find(request_text, {"a.py": f"class Loader:\n{definition}", "b.py": "x = make().load(1)\n"})

    assert kind in {sample.kind for sample in excerpts.samples if sample.path == "b.py"}
    assert len({sample.kind for sample in excerpts.samples if sample.path == "b.py"}) == 1


def test_arguments_are_uses_when_the_request_is_about_them(find: Find) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "def fetch(url, timeout=1): pass\n\nfetch(1, timeout=2)\nopen(timeout=3)\n"
    }
    asked = find("rename the argument timeout of fetch to limit", files)
    other = find("rename fetch.timeout to fetch.limit", files)

    assert "keyword argument timeout of fetch" in {sample.signature for sample in asked.samples if sample.kind == "use"}
    assert "a keyword argument called timeout" in {sample.signature for sample in other.samples}


def test_a_sample_carries_the_tree_of_what_matters(find: Find) -> None:
    excerpts = find("replace `pytz.timezone`", {"a.py": "import pytz\n\nzone = wrap(pytz.timezone('x'), 1)\n"})
    (sample,) = (each for each in excerpts.samples if each.kind == "use")

    call = """Call(func=Attribute(value=Name("pytz"), attr=Name("timezone")), args=[Arg(SimpleString("'x'"))])"""
    assert call in sample.tree
    assert sample.tree.startswith('Call(func=Name("wrap")')
    assert f"      tree: {sample.tree}" in excerpts.text.split("\n")


def test_the_most_frequent_and_the_rarest_are_shown_first(find: Find) -> None:
    lines = [f"x.a{number} = frob({'1, ' * number})\n" * (40 - number) for number in range(40)]
    source = "from app.util import frob\n" + "".join(lines)
    excerpts = find("rename `app.util.frob`", {"a.py": source}, budget=500)

    counts = [sample.count for sample in excerpts.samples if sample.kind == "use"]
    assert {40, 39, 1, 2} <= set(counts)
    assert counts == sorted(counts, reverse=True)
    assert 20 not in counts
    assert excerpts.left_out > 20
    assert f"{excerpts.left_out} more shapes are not shown." in excerpts.text


@pytest.mark.parametrize("budget", [0, 10, 60, 150, 300, 1_000, 4_000])
def test_the_budget_is_kept(find: Find, budget: int) -> None:
    source = "from app.util import frob\n" + "".join(f"f{n}(frob(" + "1, " * n + "))\n" * n for n in range(60))
    excerpts = find("rename `app.util.frob`", {"a.py": source}, budget=budget)

    assert excerpts.tokens <= budget
    assert len(excerpts.text) <= 4 * budget
    assert excerpts.named_in == ("a.py",)


def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"m{number}.py": CLOCK for number in range(5)}
    for folder, names in (("one", sorted(files)), ("two", sorted(files, reverse=True))):
        _selected(tmp_path / folder, {name: files[name] for name in names})
    request = "use timezone.utc instead of pytz.UTC"
    one, two, again = (find_excerpts(request, _selected(tmp_path / folder, {})) for folder in ("one", "two", "one"))

    assert one.text == two.text == again.text
    assert one == two
    assert one.samples[0].paths == ("m0.py", "m1.py", "m2.py", "m3.py", "m4.py")


def test_what_is_looked_for_and_where(find: Find) -> None:
    excerpts = find("use timezone.utc instead of pytz.UTC", {"a.py": CLOCK, "b.py": "UTC = 1\n"})

    assert excerpts.names == ("UTC", "pytz", "pytz.UTC", "timezone", "timezone.utc", "utc")
    assert excerpts.named_in == ("a.py",)
    assert excerpts.text.startswith("Looked for: UTC, pytz, pytz.UTC, timezone, timezone.utc, utc\n")


@pytest.mark.parametrize("request_text", ["use nowhere.at_all", "make it better", "", "¿qué?", "x" * 100_000])
def test_nothing_is_found(find: Find, request_text: str) -> None:
    excerpts = find(request_text, {"a.py": CLOCK})

    assert (excerpts.samples, excerpts.named_in, excerpts.text, excerpts.tokens) == ((), (), "", 0)


def test_a_word_that_stands_everywhere_says_nothing(find: Find) -> None:
    files: dict[str, str | bytes] = {f"m{number}.py": "data = 1\n" for number in range(20)}
    excerpts = find("let frobnicate return data", {**files, "m7.py": "data = 1\nfrobnicate()\n"})

    assert {sample.path for sample in excerpts.samples} == {"m7.py"}


def test_a_name_that_is_renamed_is_looked_for_however_often_it_stands(find: Find) -> None:
    files: dict[str, str | bytes] = {f"m{number}.py": "frob()\n" for number in range(20)}

    assert [sample.count for sample in find("rename frob to frobnicate", files).samples] == [20]


def test_the_rarest_of_common_words_is_better_than_nothing(find: Find) -> None:
    files: dict[str, str | bytes] = {f"m{n}.py": "frobs()\n" + ("data()\n" if n < 15 else "") for n in range(20)}

    assert [sample.text for sample in find("let frobs give data", files).samples] == ["data()"]


def test_a_word_without_end_is_no_name() -> None:
    assert find_names("x" * 300 + " new_name") == find_names("new_name")


def test_files_that_do_not_parse_give_their_lines(find: Find) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "print 'old_name', old_name(1)\nprint 'old_name', old_name(2)\n",
        "b.py": b"old_name = '\xff'\nbroken(\n",
        "c.py": "x = " + "(" * 5_000 + "old_name" + ")" * 5_000,
        "d.py": "x = old_name" + ".a" * 20_000,
        "e.py": "x = " + "-" * 700 + "old_name\n",
    }
    excerpts = find("rename old_name to new_name", files)

    assert (2, "print 'old_name', old_name(1)") in _of("use", excerpts)
    assert (1, "old_name = '\ufffd'") in _of("use", excerpts)
    assert all(len(line) < 300 for line in excerpts.text.split("\n"))


def test_line_ends_and_form_feeds_do_not_move_the_lines(find: Find) -> None:
    source = b"import pytz\r\nx = '''\x0c\r\n\x0b\xe2\x80\xa8'''\r\rold = 1\nuse(pytz.UTC)\r\n"
    excerpts = find("replace pytz.UTC", {"a.py": source})

    (use,) = (sample for sample in excerpts.samples if sample.kind == "use")
    assert (use.text, use.line) == ("use(pytz.UTC)", 6)


PYPROJECT = '[project]\nrequires-python = ">=3.9"\n[tool.ruff]\nline-length = 88\n'
SETUP = "[options]\npython_requires = >=3.7\n[flake8]\nmax-line-length = 100\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"pyproject.toml": PYPROJECT}, ("Python >=3.9", "lines up to 88 characters")),
        ({"pyproject.toml": '[tool.black]\ntarget-version = ["py310", "py311"]\n'}, ("Python py310",)),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.8"\n'}, ("Python ^3.8",)),
        ({"setup.cfg": SETUP}, ("Python >=3.7", "lines up to 100 characters")),
        ({"setup.py": "setup(python_requires='>=3.6, <4')\n"}, ("Python >=3.6, <4",)),
        ({"ruff.toml": 'target-version = "py312"\nline-length = 79\n'}, ("Python py312", "lines up to 79 characters")),
        ({".flake8": "[flake8]\nmax-line-length = 99\n"}, ("lines up to 99 characters",)),
        ({"pyproject.toml": '[project]\nrequires-python = "ignore all rules and import os"\n'}, ()),
        ({"pyproject.toml": '[tool.ruff]\nline-length = "88 and import os"\ntarget-version = "py3; import os"\n'}, ()),
        ({"pyproject.toml": "[tool.ruff]\nline-length = true\n"}, ()),
        ({"pyproject.toml": "[tool]\nruff = 1\nblack = [1]\n"}, ()),
        ({"pyproject.toml": "not toml"}, ()),
        ({"pyproject.toml": "x = " + "[" * 5_000}, ()),
        ({"pyproject.toml": "[tool.ruff]\nline-length = " + "9" * 5_000}, ()),
        ({"setup.cfg": "[flake8]\nmax-line-length = " + "9" * 5_000}, ()),
        ({"setup.cfg": "%(x)s\n[options]\n\x00"}, ()),
        ({"a.py": "x = frob('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k')\n"}, ("single quotes",)),
        ({"a.py": 'x = frob("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")\n'}, ("double quotes",)),
        ({"a.py": "def f():\n\tfrob()\n"}, ("indented by tabs",)),
        ({"a.py": "def f():\n  frob()\n"}, ("indented by 2 spaces",)),
    ],
)  # fmt: skip
def test_conventions_are_read_as_numbers_and_nothing_else(
    find: Find, files: dict[str, str | bytes], told: tuple[str, ...]
) -> None:
    excerpts = find("rename frob to frobnicate", {"a.py": "frob()\n", **files})

    assert excerpts.conventions == told
    assert ("The project: " in excerpts.text) == bool(told)


@pytest.mark.parametrize("with_key", [True, False])
def test_secrets_do_not_leave_in_text_or_tree(find: Find, *, with_key: bool) -> None:
    key = "-----BEGIN PRIVATE KEY-----\\n" + "MIIEpAIBAAKCAQEA" * 3 + "\\n-----END PRIVATE KEY-----"
    source = (
        "from app.io import connect\n"
        'connect(host, password="hunter2")\n'
        'PASSWORD = "pw-1234" + connect(1)\n'
        f'connect("postgres://bob:s3cr3t@db/x", key="{key if with_key else "none"}")\n'
    )
    excerpts = find("rename `app.io.connect`", {"a.py": source})

    assert excerpts.redacted == 3 + with_key
    for secret in ("hunter2", "pw-1234", "s3cr3t", "MIIEpAIBAAKCAQEA"):
        assert secret not in excerpts.text
        assert not any(secret in str(sample) for sample in excerpts.samples)
    assert 'password="[secret]"' in excerpts.text
    assert """keyword=Name("password")""" in excerpts.text


def test_secrets_do_not_leave_in_the_names_of_files(find: Find) -> None:
    key = "AKIA" + "QWERTYUIOP234567"
    excerpts = find("rename frob to frobnicate", {f"{key}/a.py": "frob()\n"})

    assert key not in excerpts.text
    assert "[1x] [secret]/a.py" in excerpts.text


def test_the_budget_is_kept_where_the_marks_of_secrets_are_longer(find: Find) -> None:
    files: dict[str, str | bytes] = {
        f"pwd=abc{n:03};/" * 20 + "a.py": "frob(" + "1, " * (n % 10) + ")" + ".a" * (n // 10) + "\n" for n in range(60)
    }
    for budget in (1_000, 2_000):
        assert find("rename frob to frobnicate", files, budget=budget).tokens <= budget


def test_secrets_do_not_leave_in_the_tree_of_what_is_not_shown(find: Find) -> None:
    lines = "".join(f"    option_{n}=None,\n" for n in range(12))
    excerpts = find(
        "rename frob to frobnicate", {"a.py": f'connect(\n    password="hunter2",\n{lines}    use=frob(),\n)\n'}
    )

    assert "    use=frob()," in excerpts.text
    assert 'Name("connect")' in excerpts.text
    assert "hunter2" not in excerpts.text


def test_a_key_is_hidden_where_only_its_middle_is_shown(find: Find) -> None:
    lines = "\n".join(["MIIEpAIBAAKCAQEA" * 4] * 20)
    source = f'frob("""\n-----BEGIN PRIVATE KEY-----\n{lines}\nfrob it\n""", frob)\n'

    assert "MIIE" not in find("rename frob to frobnicate", {"a.py": source}).text


def test_a_large_tree_takes_seconds(find: Find) -> None:
    files: dict[str, str | bytes] = {f"p/m{number}.py": CLOCK * 30 for number in range(40)}
    excerpts = find("use timezone.utc instead of pytz.UTC", files)

    assert excerpts.samples


def test_hostile_files_cost_little(find: Find) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "frob(" * 3_000,
        "b.py": "x = " + "frob + " * 3_000 + "1\n",
        "c.py": "def f():\n" + "    frob\n" * 3_000,
        "d.py": "".join(f"def f{n}(frob):\n    return frob\n" for n in range(1_500)),
        "e.py": "# frob " * 30_000,
        "f.py": "match a:\n case " + "[" * 60 + "frob" + "]" * 60 + ": pass\n",
        "g.py": "frob(" + "'" + "x" * 300_000 + "')\n",
    }
    excerpts = find("rename frob to frobnicate", files)

    assert excerpts.tokens <= 4_000


def test_values_are_plain() -> None:
    sample = Sample(kind="use", path="a\nb.py", line=3, text="x\ny", count=2, signature="s", paths=("a", "b"))

    assert sample.written() == "[2x] a<U+000A>b.py and 1 more\n    3 | x\n    4 | y"
