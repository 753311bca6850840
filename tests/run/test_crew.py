"""What a script's process says of its result, against the bytes; and launchers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.audit import audit
from autotransform.engine.values import Breach, Changed, Failed, FileContext, Job
from autotransform.errors import UntrustedError
from autotransform.run import Limits
from autotransform.run import launcher as launcher_module
from autotransform.run.auditor import Auditor
from autotransform.run.crew import _MATCHING, Batch, Crew
from autotransform.run.isolation import LAYERS
from autotransform.run.performer import Performer
from autotransform.script import parse
from tests.run.conftest import UNFENCED

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.script import Script
    from tests.run.conftest import MapFiles

#: Lets the engine, which stands in the same process, say whatever it likes.
_LIE = """
import autotransform.engine.transformation as engine
honest = engine.Changed
engine.Changed = lambda **values: honest(**(values | {{"after": {after}, "breaches": (), "warnings": ()}}))
"""

_DROPPING = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Dropping(VisitorBasedCodemodCommand):
    DESCRIPTION = "Lose every comment at the end of a line."

    def leave_TrailingWhitespace(self, original_node, updated_node):
        return updated_node.with_changes(comment=None)
"""

_FILE = {"a.py": b"import os\nboom = x\nos.getcwd()\n"}


@pytest.mark.parametrize(
    ("after", "reason", "detail"),
    [
        ("b'y = (\\n'", "syntax", "line 1 of the output"),
        ("b'return 1\\n'", "compile", "'return' outside function"),
    ],
    ids=["no syntax", "does not compile"],
)
def test_a_lie_about_the_result_fails(
    after: str, reason: str, detail: str, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    (outcome,) = map_files(probe(_LIE.format(after=after)), _FILE)

    assert isinstance(outcome, Failed)
    assert outcome.reason == reason
    assert detail in outcome.detail


def test_what_is_so_passes(probe: Callable[..., Script], map_files: MapFiles) -> None:
    (outcome,) = map_files(probe(_LIE.format(after="b'import os\\nboom = 2\\nos.getcwd()\\n'")), _FILE)

    assert isinstance(outcome, Changed)
    assert outcome.after == b"import os\nboom = 2\nos.getcwd()\n"


def test_what_only_a_second_pass_shows_is_taken_over() -> None:
    job = Job(context=FileContext(path="a.py"), content=b"x = 1\n")
    changed = Changed(path="a.py", after=b"y = 1\n", breaches=(Breach(line=1, kind="second-pass", message="again"),))

    assert audit(job, changed) == changed


@pytest.mark.parametrize(
    "comment",
    ["a\ttab", "a\fform feed", "a\u200bspace without width", "\U0001f468\u200d\U0001f469 joined", "::debug::x"],
)
def test_a_lost_comment_is_a_warning_however_it_is_shown(comment: str, map_files: MapFiles) -> None:
    script = parse(_DROPPING, name="dropping")
    (outcome,) = map_files(script, {"a.py": f"x = 1  # {comment}\n".encode()})

    assert isinstance(outcome, Changed), outcome
    assert [breach.kind for breach in outcome.breaches] == ["comment"]


@pytest.mark.parametrize(
    ("after", "kind"),
    [("b'boom = y\\nos.getcwd()\\n'", "undefined"), ("b'import os\\nboom = 1\\n'", "unused")],
    ids=["a name that is lost", "an import that nothing uses any more"],
)
def test_what_is_not_told_of_the_result_is_found(
    after: str, kind: str, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    (outcome,) = map_files(probe(_LIE.format(after=after)), _FILE)

    assert isinstance(outcome, Changed)
    assert kind in {breach.kind for breach in outcome.breaches}


def test_breaches_that_there_are_not_count_for_nothing() -> None:
    job = Job(context=FileContext(path="a.py"), content=b"x = 1\n")
    changed = Changed(path="a.py", after=b"y = 1\n", breaches=(Breach(line=1, kind="comment", message="lost"),))
    audited = audit(job, changed)

    assert isinstance(audited, Changed)
    assert audited.breaches == ()


def test_what_compiled_neither_before_nor_after_is_no_lie(probe: Callable[..., Script], map_files: MapFiles) -> None:
    (outcome,) = map_files(probe(), {"a.py": b"return x\n"})

    assert isinstance(outcome, Changed)
    assert "does not compile" in outcome.warnings[0]


def test_a_launcher_that_somebody_kills_is_started_again(probe: Callable[..., Script], map_files: MapFiles) -> None:
    """As the system does for memory, and as a script can where nothing fences it in."""
    outcomes = map_files(
        probe("os.kill(os.getppid(), signal.SIGKILL); time.sleep(0.5)"),
        {"a.py": b"x = 1\n", "b.py": b"boom\n", "c.py": b"x = 3\n"},
        layers=UNFENCED,
    )

    assert [type(outcome) for outcome in outcomes] == [Changed, Failed, Changed]
    assert "each time the launcher with it" in getattr(outcomes[1], "detail", "")


def test_nothing_is_left_of_a_crew_that_was_never_asked() -> None:
    crew = Crew(arguments=(), limits=Limits(jobs=1), seed=0, layers=None)
    crew.start()
    launcher = crew._launcher

    assert launcher is not None
    crew.kill()
    crew.bury()
    with pytest.raises(ProcessLookupError):
        os.kill(launcher._process.pid, signal.SIG_DFL)


_WITH_SIGNALS = """
import signal, sys
{before}
from autotransform.engine.values import FileContext, Job
from autotransform.run import Limits, map_jobs
from autotransform.script import parse

script = parse("import libcst.codemod as m\\nclass C(m.VisitorBasedCodemodCommand): ...", name="c")
jobs = [Job(context=FileContext(path=f"{{n}}.py"), content=b"x") for n in range(3)]
print([type(outcome).__name__ for outcome in map_jobs(script, jobs, limits=Limits(jobs=2))])
"""


@pytest.mark.parametrize(
    "before",
    [
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGALRM})",
    ],
    ids=["ignored", "blocked"],
)
def test_signals_that_the_parent_does_not_want_are_no_matter(before: str) -> None:
    program = _WITH_SIGNALS.format(before=before)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)

    assert (done.stdout, done.stderr) == ("['Unchanged', 'Unchanged', 'Unchanged']\n", "")


def test_the_next_run_takes_the_launcher_of_the_last(probe: Callable[..., Script]) -> None:
    launchers = []
    for _ in range(2):
        crew = Crew(arguments=(), limits=Limits(jobs=1, memory=1234), seed=0, layers=None)
        crew.start()
        job = Job(context=FileContext(path="a.py"), content=b"x = 1\n")
        performer = Performer(crew)
        (outcome,) = performer.perform(Batch(script=probe(), jobs=(job,)))
        launchers.append(crew._launcher)
        performer.close()
        crew.bury()

        assert isinstance(outcome, Changed)
    assert launchers[0] is launchers[1]


def test_nobody_takes_a_launcher_that_no_kernel_kept_scripts_from(probe: Callable[..., Script]) -> None:
    crew = Crew(arguments=(), limits=Limits(jobs=1, memory=1235), seed=0, layers=UNFENCED)
    crew.start()
    launcher = crew._launcher

    assert launcher is not None
    performer = Performer(crew)
    job = Job(context=FileContext(path="a.py"), content=b"x = 1\n")
    assert [type(each) for each in performer.perform(Batch(script=probe(), jobs=(job,)))] == [Changed]

    performer.close()
    crew.bury()

    assert not launcher.is_well


def test_one_that_saw_scripts_only_as_text_is_kept_whatever_the_kernel_has() -> None:
    crew = Crew(arguments=(), limits=Limits(jobs=1, memory=1238), seed=0, layers=None)
    crew.start()
    launcher = crew._launcher

    assert launcher is not None
    assert launcher.report
    launcher._report = dict.fromkeys(LAYERS, "as on a system that has none")
    auditor = Auditor(crew)
    script = parse(_DROPPING, name="dropping")
    assert not auditor.check(script).problems
    auditor.close()
    crew.bury()
    assert launcher.is_well

    # The same launcher lets no script run that nobody trusts.
    with pytest.raises(UntrustedError):
        crew.hire(script, ())


@pytest.mark.parametrize("name", ["Call", "MatcherDecoratableTransformer"])
def test_what_a_script_asks_for_late_is_executed_behind_its_fences(
    name: str, probe: Callable[..., Script], map_files: MapFiles
) -> None:
    body = f"""
        import libcst.codemod.visitors
        visitor = libcst.codemod.visitors.ApplyTypeAnnotationsVisitor
        match = getattr(libcst, "match" + "ers")
        if not (match.matches(node, match.Name("boom")) and hasattr(match, {name!r}) and visitor):
            raise ValueError
    """
    script = probe(body)
    (outcome,) = map_files(script, {"a.py": b"boom = x\n"}, limits=Limits(jobs=1, memory=1237))

    assert _MATCHING.search(script.source) is None
    assert isinstance(outcome, Changed), outcome


def test_a_launcher_that_was_killed_while_nobody_used_it_is_started_anew(
    probe: Callable[..., Script], map_files: MapFiles
) -> None:
    limits = Limits(jobs=1, memory=1236)
    map_files(probe(), {"a.py": b"x = 1\n"}, limits=limits)
    (idle,) = [each for each in launcher_module._idle.values() if each.settings[-2] == 1236]
    os.kill(idle._process.pid, signal.SIGKILL)
    (outcome,) = map_files(probe(), {"a.py": b"x = 1\n"}, limits=limits)

    assert isinstance(outcome, Changed)
