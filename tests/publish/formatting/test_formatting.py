"""Formatting: what was formatted stays formatted, what was not is left alone, and nothing is ever lost."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.config import FORMATTERS
from autotransform.errors import UsageError
from autotransform.publish.formatting.formatted import Formatted, format_run, keeps_meaning
from autotransform.publish.formatting.formatters import NAMES, find_formatter, read_formatter

if TYPE_CHECKING:
    from tests.publish.conftest import Scene

#: A formatter for the tests: one blank around each equals sign, no blanks at the ends of lines.
TIDY = r"""
import re, sys
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(re.sub(r"[ \t]*=[ \t]*", " = ", re.sub(r"[ \t]+$", "", text, flags=re.M)).encode())
"""


class Bench:
    """A scene, and a formatter that is a script of Python."""

    def __init__(self, scene: Scene, *, place: Path) -> None:
        self.scene = scene
        self.place = place

    def command(self, source: str = TIDY, *arguments: str) -> str:
        """Write a formatter; the command that runs it."""
        script = self.place / "tidy.py"
        script.write_text(source)
        return shlex.join([sys.executable, "-I", "-S", str(script), *arguments])

    def format(self, given: str, *, seconds: float = 20.0, **changes: bytes | None) -> Formatted:
        """Run the scene's script and have the result formatted."""
        selection = self.scene.select()
        run = self.scene.run(selection, **changes)
        return format_run(run, selection, formatter=find_formatter(given, folder=self.place), seconds=seconds)


@pytest.fixture
def bench(scene: Scene, tmp_path: Path) -> Bench:
    """Give a scene with one file, `m.py`, that is formatted, and one, `n.py`, that is not."""
    scene.repo.git("rm", "-rq", ".")
    scene.repo.commit({"m.py": "a = 1\nb = 3\n", "n.py": "a=1\nb=3\n"})
    return Bench(scene, place=tmp_path)


def texts(formatted: Formatted) -> dict[str, bytes]:
    return {change.path: change.after for change in formatted.run.changed}


def warnings_of(formatted: Formatted) -> dict[str, tuple[str, ...]]:
    return {change.path: change.warnings for change in formatted.run.changed}


def test_only_what_was_formatted_before_is_formatted(bench: Bench) -> None:
    formatted = bench.format(bench.command(), m=b"a=2\nb = 3\n", n=b"a=2\nb=3\n")

    assert texts(formatted) == {"m.py": b"a = 2\nb = 3\n", "n.py": b"a=2\nb=3\n"}
    assert (formatted.whole, formatted.partial, formatted.left) == (1, 0, 1)
    assert formatted.notes[1:] == ("n.py: the file was not formatted before",)


def test_a_text_that_the_script_made_well_stays_as_it_is(bench: Bench) -> None:
    formatted = bench.format(bench.command(), m=b"a = 2\nb = 3\n", n=None)

    assert texts(formatted) == {"m.py": b"a = 2\nb = 3\n"}
    assert warnings_of(formatted) == {"m.py": ()}


def test_a_run_without_changes_starts_no_formatter(bench: Bench) -> None:
    formatted = bench.format(bench.command("raise SystemExit(3)"), m=None, n=None)

    assert formatted.notes == ()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("text = text.replace('2', '3')", "the text would no longer say the same"),
        ("text = text.replace('2  # why', '2')", "the text would no longer say the same"),
        ("text = '(' if '2' in text else text", "the text would no longer say the same"),
        ("text = '' if '2' in text else text", "the text would no longer say the same"),
        ("if '2' in text: sys.exit('no\\x1b[31m')", "it ended with status 1: no [31m"),
        ("if '2' in text: import os; sys.exit(os.getcwd())", "it ended with status 1: ."),
        ("if '2' in text: import os; os.kill(os.getpid(), 9)", "it ended with status -9"),
        ("if '2' in text: text = 'x' * 3_000_000", "it printed more than "),
        ("if '# b' in text: sys.exit('odd')", "of the text before, it ended with status 1: odd"),
    ],
)
def test_a_formatter_that_fails_on_a_file_costs_that_file_its_format(bench: Bench, source: str, reason: str) -> None:
    bench.scene.repo.commit({"m.py": "# b\na = 1  # why\n"})
    source = f"import sys\ntext = sys.stdin.read()\n{source}\nsys.stdout.write(text)"
    formatted = bench.format(bench.command(source), m=b"# b\na=2  # why\n", n=None)

    assert texts(formatted) == {"m.py": b"# b\na=2  # why\n"}
    ((warning,),) = warnings_of(formatted).values()
    assert str(tempfile.gettempdir()) not in warning
    assert warning.startswith(f"not formatted by {Path(sys.executable).name}: {reason}")


@pytest.mark.long
def test_a_formatter_that_hangs_on_a_file_costs_that_file_its_format(bench: Bench) -> None:
    source = "import sys, time\ntext = sys.stdin.read()\nif '2' in text: time.sleep(60)\nsys.stdout.write(text)"
    formatted = bench.format(bench.command(source), seconds=3.0, m=b"a=2\n", n=None)

    assert warnings_of(formatted)["m.py"][0].endswith("it did not end in time")


def test_a_formatter_that_has_to_be_ended_again_and_again_is_given_up(bench: Bench) -> None:
    bench.scene.repo.commit({f"o{number}.py": "a = 1\n" for number in range(4)})
    source = "import sys\ntext = sys.stdin.read()\nwhile 'a' in text: print('x' * 1000)\nsys.stdout.write(text)"

    with pytest.raises(UsageError, match="had to be ended 3 times: of the text before, it printed more than"):
        bench.format(bench.command(source))


@pytest.mark.parametrize(
    ("source", "seconds", "told"),
    [
        ("import sys; sys.exit('no such option')", 20.0, "it ended with status 1: no such option"),
        ("", 20.0, "it must read a text from standard input"),
        ("print('reformatted 1 file')", 20.0, "it must read a text from standard input"),
        ("import time; time.sleep(60)", 0.2, "it did not end in time"),
    ],
)
def test_a_formatter_that_cannot_work_is_told_before_any_file(
    bench: Bench, source: str, seconds: float, told: str
) -> None:
    command = bench.command(source)

    with pytest.raises(UsageError, match="does not work") as caught:
        bench.format(command, seconds=seconds)

    assert told in caught.value.message


@pytest.mark.parametrize("given", ["no-such-formatter", "./nowhere -", "'", "", " "])
def test_a_formatter_that_is_not_there(tmp_path: Path, given: str) -> None:
    with pytest.raises(UsageError, match=r"There is no program|cannot be read as a command"):
        find_formatter(given, folder=tmp_path)


def test_a_program_of_the_repository_is_not_taken_for_a_known_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "black"
    planted.write_text("#!/bin/sh\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".:{os.path.relpath(tmp_path)}:")

    with pytest.raises(UsageError, match="There is no program 'black'"):
        find_formatter("black", folder=tmp_path)


def test_no_shell_reads_a_command(bench: Bench) -> None:
    formatted = bench.format(f"{bench.command()} ; touch pwned $(touch pwned)", m=b"a=2\n", n=None)

    assert texts(formatted) == {"m.py": b"a = 2\n"}
    assert [*bench.place.rglob("pwned")] == []


def test_a_command_is_told_the_path_and_never_an_option(bench: Bench) -> None:
    bench.scene.repo.commit({"-x.py": "a = 1\n", "pkg/o.py": "a = 1\n"})
    source = (
        "import sys\ntext = sys.stdin.read()\nif '1' not in text: sys.exit(' '.join(sys.argv[1:]))\nprint(end=text)"
    )
    formatted = bench.format(bench.command(source, "--file", "{path}"), m=None, n=None)

    assert [text.rpartition(": ")[2] for text in formatted.notes[1:]] == ["--file ./-x.py", "--file pkg/o.py"]


def test_a_formatter_has_no_token_and_none_of_the_persons_settings(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = (
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "OPENAI_API_KEY",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "GITHUB_ENV",
        "RUFF_CONFIG",
    )
    for name in secrets:
        monkeypatch.setenv(name, "secret-value")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "secret-value")
    source = (
        "import os, sys\ntext = sys.stdin.read()\n"
        "if 'secret-value' in os.environ.values() or os.listdir(os.environ['XDG_CONFIG_HOME']): sys.exit('told')\n"
        "sys.stdout.write(text)"
    )

    assert bench.format(bench.command(source), m=b"a=2\n", n=None).whole == 1


def test_line_endings_and_the_mark_of_utf8_are_kept(bench: Bench) -> None:
    bench.scene.repo.commit({"m.py": b"\xef\xbb\xbfa = 1\r\nb = 3\r\n", "n.py": b"a = 1\r\nb = 3\n"})
    source = (
        "import sys\ntext = sys.stdin.buffer.read()\nassert b'\\r' not in text\n"
        "sys.stdout.buffer.write(text.replace(b'a=', b'a = '))"
    )
    formatted = bench.format(bench.command(source), m=b"\xef\xbb\xbfa=2\r\nb = 3\r\n", n=b"a=2\r\nb = 3\n")

    assert texts(formatted) == {"m.py": b"\xef\xbb\xbfa = 2\r\nb = 3\r\n", "n.py": b"a=2\r\nb = 3\n"}
    assert formatted.notes[1:] == ("n.py: its lines end in different ways",)


def test_a_change_that_the_formatter_would_take_back_stays(bench: Bench) -> None:
    formatted = bench.format(bench.command(), m=b"a=1\nb = 3\n", n=None)

    assert texts(formatted) == {"m.py": b"a=1\nb = 3\n"}
    assert warnings_of(formatted)["m.py"][0].endswith("it would take back all that the script did")


def test_the_settings_are_those_of_the_commit_that_was_read(bench: Bench) -> None:
    bench.scene.repo.commit({"setup.cfg": "here = committed\n", "pkg/tox.ini": "x\n", "pkg/deep/o.py": "a = 1\n"})
    bench.scene.repo.write("setup.cfg", "here = dirty\n")
    bench.scene.repo.write("pkg/deep/.editorconfig", "untracked\n")
    source = (
        "import os, pathlib, sys\ntext = sys.stdin.read()\n"
        "files = [str(path) for path in pathlib.Path().rglob('*') if path.is_file()]\n"
        "if '1' not in text: sys.exit(pathlib.Path('setup.cfg').read_text().strip() + ' ' + ' '.join(sorted(files)))\n"
        "sys.stdout.write(text)"
    )
    formatted = bench.format(bench.command(source), m=None, n=None)

    assert formatted.notes[1].endswith("here = committed pkg/tox.ini ruff.toml setup.cfg")


def test_for_files_on_disk_the_settings_are_those_on_disk(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("here = elsewhere\n")
    bench.scene.repo.write("setup.cfg", "here = dirty\n")
    (bench.scene.repo.path / "tox.ini").symlink_to(tmp_path / "elsewhere")
    source = (
        "import pathlib, sys\ntext = sys.stdin.read()\n"
        "if '2' in text: sys.exit(' '.join(path.read_text().strip() for path in pathlib.Path().glob('*.[ci][fn]*')))\n"
        "sys.stdout.write(text)"
    )
    selection = bench.scene.select(in_place=True)
    run = bench.scene.run(selection, n=None)
    formatted = format_run(run, selection, formatter=find_formatter(bench.command(source), folder=tmp_path))

    assert formatted.notes[1] == "m.py: it ended with status 1: here = dirty"


def test_the_result_is_the_same_for_any_number_of_workers(bench: Bench) -> None:
    bench.scene.repo.commit({f"o{number}.py": "a = 1\n" for number in range(3)})
    selection = bench.scene.select()
    run = bench.scene.run(selection, m=b"a=2\n", n=b"a=2\n")
    formatter = find_formatter(bench.command(), folder=bench.place)
    results = [format_run(run, selection, formatter=formatter, jobs=jobs) for jobs in (1, 3)]

    assert results[0] == results[1]
    assert [outcome.path for outcome in results[0].run.outcomes] == [outcome.path for outcome in run.outcomes]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (b"x = 'a'", b'x = "a"', True),
        (b"def f():\n    '''a\n    b '''", b'def f():\n    """a\n    b"""', True),
        (b"del (a, b)", b"del a, b", True),
        (b"x = u'a'", b"x = 'a'", True),
        (b"x = 1 #a", b"x = 1  # a", True),
        (b"x = 'a '", b"x = 'a'", False),
        (b"import a\nimport b", b"import b\nimport a", False),
        (b"x = 1  # a", b"x = 1", False),
        (b"x = (", b"x = (", False),
        (b"x = (1)", b"x = (1,)", False),
    ],
)
def test_what_says_the_same(before: bytes, after: bytes, *, same: bool) -> None:
    assert keeps_meaning(before, after) is same


def test_a_commit_cannot_name_a_command() -> None:
    assert [read_formatter(noted) for noted in (None, {"name": "ruff", "version": "ruff 1"})] == ["", "ruff"]
    for noted in ({"command": "rm -rf /"}, {"name": "rm"}, {"name": ["ruff"]}, "ruff", 1):
        with pytest.raises(UsageError, match="a commit cannot name"):
            read_formatter(noted)


def test_the_names_are_those_of_the_configuration() -> None:
    assert ("", *NAMES) == FORMATTERS


@pytest.mark.parametrize("name", NAMES)
class TestReal:
    """The known formatters themselves, where they are installed."""

    @pytest.fixture(autouse=True)
    def _needs(self, name: str) -> None:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")

    def test_whole_files_and_touched_lines(self, bench: Bench, name: str) -> None:
        before = b"first = {  'a':1 }\n\n\nmiddle = [1]\n\n\nlast = {  'a':1 }\n"
        bench.scene.repo.commit({"n.py": before})
        after = before.replace(b"middle = [1]", b"middle = [ 2,3 ]")
        formatted = bench.format(name, m=b"a = 2\nb = [ 2,3 ]\n", n=after)

        assert texts(formatted) == {
            "m.py": b"a = 2\nb = [2, 3]\n",
            "n.py": before.replace(b"middle = [1]", b"middle = [2, 3]"),
        }
        assert (formatted.record["name"], formatted.whole, formatted.partial) == (name, 1, 1)
        assert any(letter.isdigit() for letter in formatted.record["version"])

    def test_several_places_and_windows_line_endings(self, bench: Bench, name: str) -> None:
        before = b"a = [1]\r\nx = {  'a':1 }\r\nb = [1]\r\ny = {  'a':1 }\r\nc = [1]\r\n"
        bench.scene.repo.commit({"n.py": before})
        formatted = bench.format(name, m=None, n=before.replace(b"[1]", b"[ 2 ]"))

        assert texts(formatted) == {"n.py": before.replace(b"[1]", b"[2]")}

    def test_places_that_grow_do_not_move_the_others(self, bench: Bench, name: str) -> None:
        if name not in {"black", "ruff"}:
            pytest.skip(f"{name} does not break a line for a comma at its end")
        before = b"a = [1]\nx = {  'a':1 }\nb = [1]\ny = {  'a':1 }\nz = {  'a':1 }\nc = [1]\n"
        bench.scene.repo.commit({"n.py": before})
        formatted = bench.format(name, m=None, n=before.replace(b"[1]", b"[ 2, ]"))

        assert texts(formatted) == {"n.py": before.replace(b"[1]", b"[\n    2,\n]")}

    def test_the_settings_of_the_commit_count(self, bench: Bench, name: str) -> None:
        settings = {
            "autopep8": ("setup.cfg", "[pycodestyle]\nignore = E225\n"),
            "black": ("pyproject.toml", "[tool.black]\nskip-string-normalization = true\n"),
            "ruff": ("ruff.toml", '[format]\nquote-style = "single"\n'),
            "yapf": ("setup.cfg", "[yapf]\nspaces_around_power_operator = true\n"),
        }
        texts_by_name = {"autopep8": b"b=2", "yapf": b"b = a ** 2"}
        path, content = settings[name]
        bench.scene.repo.commit({f"pkg/{path}": content, "pkg/sub/o.py": "a = 1\n"})
        bench.scene.repo.write("pkg/sub/ruff.toml", "line-length = 'not committed'\n")
        text = b"a = 2\n%s\n" % texts_by_name.get(name, b"b = 'x'")
        formatted = bench.format(name, m=None, n=None, o=text)

        assert texts(formatted) == {"pkg/sub/o.py": text}
        assert formatted.whole == 1
