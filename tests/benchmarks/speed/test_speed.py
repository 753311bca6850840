"""The benchmark measures what it says; how much that is, no test decides."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.speed import supervisor
from tests.benchmarks.speed.__main__ import main
from tests.benchmarks.speed.contest import hold
from tests.benchmarks.speed.generated import generate
from tests.benchmarks.speed.goals import check_goals
from tests.benchmarks.speed.measuring import CommandFailedError, Measured, measure
from tests.benchmarks.speed.pages import BEGIN, END, PAGE, write_page
from tests.benchmarks.speed.report import as_json, write_tables
from tests.benchmarks.speed.sources import Size
from tests.benchmarks.speed.steps import STEPS, write_steps
from tests.benchmarks.speed.tokens import SESSION_RECEIVED, SESSION_SENT, count_tokens
from tests.benchmarks.speed.values import OURS, Changes, Contestant, Result, Row, Script, Work
from tests.benchmarks.speed.works import WORKS

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the tree of processes is read from Linux's /proc")

_BURN = "import time\nwhile time.process_time() < 0.3: pass"
#: Leaves a child behind that nobody waits for.
_ORPHAN = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_BURN!r}], start_new_session=True)"
#: Tells the kernel that it does not care for what its children took.
_CARELESS = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, '-c', {_BURN!r}])
child.wait()
"""


def run(code: str, folder: Path) -> Measured:
    return measure([sys.executable, "-c", code], cwd=folder)


def test_the_time_of_a_child_of_a_child_counts(tmp_path: Path) -> None:
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BURN!r}], check=True)"

    assert run(nested, tmp_path).waited >= 0.3


@on_linux
def test_the_time_of_an_orphan_counts(tmp_path: Path) -> None:
    got = run(_ORPHAN, tmp_path)

    assert (got.left, got.waited >= 0.3) == (0, True)


@on_linux
def test_the_time_of_a_child_that_nobody_adds_up_counts(tmp_path: Path) -> None:
    got = run(_CARELESS, tmp_path)

    assert got.waited < 0.2 < got.cpu


@on_linux
def test_memory_of_the_command_and_of_its_children_is_told_apart(tmp_path: Path) -> None:
    hold_some = "import time; held = b'x' * {size}\nwhile time.process_time() < 0.15: pass"
    child = hold_some.format(size=40_000_000)
    got = run(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)", tmp_path)

    assert got.root_memory < 40 < got.worker_memory
    assert got.tree_memory > 0


@on_linux
def test_an_interrupted_measurement_leaves_nothing_running(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    sleeper = f"import os, time; open({str(told)!r}, 'w').write(f'{{os.getpid()}}.'); time.sleep(60)"
    words = [sys.executable, "-I", supervisor.__file__, str(tmp_path / "result"), "60", "--"]
    with subprocess.Popen([*words, sys.executable, "-c", sleeper]) as process:
        while not (told.exists() and told.read_text().endswith(".")):
            time.sleep(0.01)
        process.terminate()

    assert process.returncode == 143
    assert not Path("/proc", told.read_text().rstrip(".")).exists()


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="no such thing"):
        run("raise SystemExit('no such thing')", tmp_path)
    with pytest.raises(CommandFailedError, match="could not be measured"):
        measure(["no-such-program"], cwd=tmp_path)


def writer(name: str, **texts: str) -> Contestant:
    """Make a contestant that writes files."""
    code = f"""
import os
os.makedirs('package', exist_ok=True)
for name, text in {texts!r}.items():
    open(f'package/{{name}}.py', 'w').write(text)
"""
    return Contestant(name=name, command=lambda _: [sys.executable, "-c", code])


def make_work(folder: Path, *contestants: Contestant) -> Work:
    return Work(
        name="b",
        title="(b) a work",
        script=Script(path=folder / "none.py", class_name="None", words=("class Thing",)),
        folder=generate(folder / "repository"),
        source="generated",
        contestants=contestants,
        reference="right",
    )


def hold_quietly(work: Work, folder: Path, *, rounds: int = 1) -> Result:
    return hold(work, rounds=rounds, scratch=folder / "copies", say=lambda _: None)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("work")
    right, same = ({"core": "x = 1\n", "part_00": "y = 1\n"} for _ in range(2))
    contestants = (
        writer(OURS, **same),
        writer("right", **right),
        writer("wrong", core="x = 2\n", part_00="y = 1\n", part_01="z = 1\n"),
        replace(writer("a part", core="x = 3\n"), part=5),
    )
    return hold_quietly(make_work(folder, *contestants), folder)


def test_a_file_that_came_out_otherwise_is_seen(result: Result) -> None:
    assert {row.name: row.differing for row in result.rows} == {OURS: 0, "right": 0, "wrong": 2, "a part": 1}


def test_a_part_of_the_files_is_reckoned_for_all(result: Result) -> None:
    part, core = result.row("a part"), result.candidates.bytes
    assert part is not None

    assert part.size.files == 7
    assert part.factor == (result.size.bytes - core) / (part.size.bytes - core)
    assert part.base is not None


def test_each_round_finds_the_files_as_they_were(tmp_path: Path) -> None:
    code = "from pathlib import Path\nf = Path('package', 'core.py'); f.write_text(f.read_text() + '# more\\n')"
    adder = Contestant(name="right", command=lambda _: [sys.executable, "-c", code])
    (row,) = hold_quietly(make_work(tmp_path, adder), tmp_path, rounds=2).rows

    assert (len(row.runs), row.changed) == (2, 1)


def test_rounds_that_do_not_agree_are_a_failure(tmp_path: Path) -> None:
    code = "import os; from pathlib import Path; Path('package', 'core.py').write_text(f'x = {os.getpid()}')"
    wavering = Contestant(name="right", command=lambda _: [sys.executable, "-c", code])
    (line,) = hold_quietly(make_work(tmp_path, wavering), tmp_path, rounds=2).absent

    assert line == "right: failed: two rounds gave different files"


def test_what_changed_is_weighed(result: Result) -> None:
    changes = result.changes
    assert changes is not None

    assert (changes.files, changes.after) == (2, len("x = 1\n") + len("y = 1\n"))
    assert changes.before > changes.after
    assert changes.diff > changes.before


def measured(cpu: float) -> Measured:
    return Measured(cpu=cpu, waited=cpu, wall=cpu, root_memory=10, worker_memory=20, tree_memory=30, left=0)


def row(name: str, *cpus: float, factor: float = 1, base: Measured | None = None) -> Row:
    runs = tuple(measured(cpu) for cpu in cpus)
    size = Size(files=1, bytes=4_000)
    return Row(name=name, note="", size=size, factor=factor, base=base, runs=runs, changed=1, differing=0)


def made(*rows: Row, name: str = "b") -> Result:
    return Result(
        name=name,
        title=f"({name})",
        source="made",
        size=Size(files=1, bytes=4_000),
        candidates=Size(files=1, bytes=4_000),
        reference=None,
        rows=rows,
        absent=("ruff: left out, for a reason",),
        changes=Changes(files=1, before=4_000, after=8_000, diff=400),
    )


def test_ratios_are_taken_round_by_round() -> None:
    assert made(row(OURS, 1, 2, 4), row("other", 3, 6, 12)).ratio("other") == (3, 3, 3)


def test_one_round_is_compared_with_all_of_ours() -> None:
    assert made(row(OURS, 1, 2, 4), row("other", 8)).ratio("other") == (4, 2, 8)


def test_what_is_in_every_part_is_not_multiplied() -> None:
    assert row("other", 3, factor=10, base=measured(1)).cpu == 1 + 2 * 10


def test_a_goal_is_reached_or_not() -> None:
    goals = [check_goals([made(row(OURS, 1), row("libcst.tool", theirs))])[0] for theirs in (2.4, 2.5)]

    assert [goal.is_reached for goal in goals] == [False, True]


def test_tokens_are_those_of_the_files_and_of_what_comes_back() -> None:
    files, diffs = count_tokens([made(row(OURS, 1))])

    assert (files.sent, files.received, diffs.sent, diffs.received) == (1_000, 2_000, 1_000, 100)
    assert files.times == 3_000 / (SESSION_SENT + SESSION_RECEIVED)
    assert files.money((1, 10)) == (1_000 + 20_000) / 1e6


def test_the_session_is_the_one_of_the_other_benchmark() -> None:
    page = PAGE.with_name("authoring-benchmark.md").read_text(encoding="utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith("| autotransform new | 13/14 ")]
    sent, received = (int(cell.strip(" ~").replace(",", "")) for cell in line.split("|")[5:7])

    assert (round(sent / 14, -1), round(received / 14, -1)) == (SESSION_SENT, SESSION_RECEIVED)


def test_the_page_gets_tables_and_plot(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")
    results = [made(row(OURS, 1), row("a <tool>", 250))]
    for _ in range(2):
        write_page(write_tables(results, goals=(), tokens=(), prices=None), results, page=page)
    text = page.read_text()

    assert text.startswith(f"Before\n{BEGIN}\n\n")
    assert text.endswith(f"\n{END}\nAfter\n")
    assert "old" not in text
    assert "- ruff: left out, for a reason" in text
    assert "a <tool>" in "".join(ET.fromstring(page.with_suffix(".svg").read_text()).itertext())


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Nothing\n")
    with pytest.raises(ValueError, match="lacks the marks"):
        write_page("", [], page=page)

    assert page.read_text() == "Nothing\n"


def test_the_page_has_marks() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text.count(BEGIN) == text.count(END) == 1


def test_the_command_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told.json"
    main(["--small", "--only", "f.help", "--rounds", "1", "--cache", str(tmp_path / "cache"), "--json", str(told)])
    read = json.loads(told.read_text())
    printed = capsys.readouterr().out

    assert (read["form"], read["rounds"], [work["name"] for work in read["works"]]) == (1, 1, ["f.help"])
    assert [row["name"] for row in read["works"][0]["rows"]] == [OURS, "python"]
    assert read["goals"] == []
    assert "| python | `-c pass` |" in printed


def test_json_has_what_the_table_has(result: Result) -> None:
    (work,) = json.loads(json.dumps(as_json([result], goals=(), tokens=(), rounds=1)))["works"]

    assert {row["name"]: (row["differing"], row["ratio"] is not None) for row in work["rows"]} == {
        OURS: (0, True),
        "right": (0, True),
        "wrong": (2, True),
        "a part": (1, True),
    }


def test_steps_are_measured_both_ways() -> None:
    lines = write_steps("f(x)\n", rounds=1).splitlines()

    assert len(lines) == 2 + 2 + len(STEPS)
    assert [line for line in lines[2:] if line.endswith("the same |")] == lines[2:4]


@pytest.mark.long
def test_every_work_is_done_on_the_small_repository(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    main(["--small", "--rounds", "1", "--cache", str(tmp_path / "cache"), "--json", str(told)])
    works = json.loads(told.read_text())["works"]
    differing = [row["differing"] for work in works for row in work["rows"]]

    assert [work["name"] for work in works] == [name for name in WORKS if name != "a.django"]
    assert [line for work in works for line in work["absent"] if "failed" in line] == []
    assert {*differing} == {0, None}
