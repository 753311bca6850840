"""``preview --html``: the run as one file that can be sent around."""

from __future__ import annotations

import os
import platform
import shlex
from importlib.metadata import version
from typing import TYPE_CHECKING

from autotransform import __version__
from autotransform.cli.output import write_output

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.review import FileChange
    from autotransform.review.html.values import Facts


_MEGABYTE = 1_000_000


def write_html(session: Session, work: Work, done: Run, *, changes: tuple[FileChange, ...], target: str) -> None:
    """Write the report to a file, or to standard output where the target is ``-``.

    Raises:
        UsageError: The file cannot be written.
    """
    content = render_html(work, done, changes=changes, refused=_say_refused(session, work))
    write_output(session, content, target=target, option="--html")
    if target != "-":
        session.terminal.note(f"The report is in {target} ({_size(len(content))}); any browser opens it.")


def render_html(work: Work, done: Run, *, changes: tuple[FileChange, ...], refused: str = "") -> bytes:
    """Give the report of a run; the same run gives the same bytes.

    Args:
        work: What was run, and on what.
        done: What came of it, without what was refused.
        changes: The changed files with their contents.
        refused: What was refused in review, in words; empty: nothing.
    """
    from autotransform.review.document import describe_review  # noqa: PLC0415
    from autotransform.review.html import write_report  # noqa: PLC0415
    from autotransform.review.reasons.why import explain  # noqa: PLC0415

    explanation = explain(done, changes)
    document = describe_review(explanation, done, changes, script_path=work.found.path)
    return write_report(document, explanation, changes, facts=_facts(work, done, refused=refused))


def _say_refused(session: Session, work: Work) -> str:
    from autotransform.publish.decisions.shared import load_refusals  # noqa: PLC0415
    from autotransform.review.decisions import count_refusals  # noqa: PLC0415

    refused = load_refusals(session.repository, work.selection, work.found.script.name).all
    return count_refusals(refused) if refused else ""


def _facts(work: Work, done: Run, *, refused: str) -> Facts:
    from autotransform.review.html.values import Facts  # noqa: PLC0415

    # By its name it is found only where transforms are looked for.
    named = work.found.path if work.found.origin == "path" else done.script.name
    options = [part for name, value in work.arguments for part in ("--arg", f"{name}={value}")]
    base = ["--base", done.base] if done.base else []
    strict = ["--strict"] if done.strict else []
    return Facts(
        asked_by=os.environ.get("GITHUB_ACTOR", ""),
        command=shlex.join(["autotransform", "apply", named, *work.selection.inputs.paths, *base, *strict, *options]),
        refused=refused,
        versions=(
            ("AutoTransform", __version__),
            ("LibCST", version("libcst")),
            ("Python", platform.python_version()),
        ),
    )


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE / 10 else f"{count / 1000:.0f} kB"
