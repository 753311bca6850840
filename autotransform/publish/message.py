"""The messages of our commits, from the templates beside this module."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import jinja2

from autotransform.script.amending import read_assumptions

if TYPE_CHECKING:
    from autotransform.engine.values import Run
    from autotransform.publish.record import Record
    from autotransform.script import Script


def script_message(script: Script, *, record: Record, is_update: bool) -> str:
    """Write the message of the commit that adds the script to the branch."""
    return _render(
        "script.txt.j2",
        name=script.name,
        subject=_subject(script),
        request=_one_line(script.request),
        is_update=is_update,
        assumptions=[_one_line(item) for item in read_assumptions(script.rules)],
        trailers=str(record),
    )


def change_message(run: Run, *, record: Record) -> str:
    """Write the message of the commit that holds what the script changed."""
    return _render(
        "change.txt.j2",
        subject=_subject(run.script),
        request=_one_line(run.script.request),
        changed=len(run.changed),
        selected=run.selected,
        skipped=len(run.skipped),
        failed=len(run.failed),
        script_path=record.script_path,
        command=apply_command(run.script, record=record),
        trailers=str(record),
    )


def apply_command(script: Script, *, record: Record) -> str:
    """Give the command that makes the commit again, to be typed at the root of the repository."""
    chosen = f"{record.script_path}:{script.entry}" if len(script.classes) > 1 else script.name
    arguments = [part for name, value in record.inputs["arguments"] for part in ("--arg", f"{name}={value}")]
    paths = record.inputs["paths"]
    strict = ["--strict"] if record.inputs["strict"] else []
    ungated = ["--no-gate"] if record.inputs.get("gate") is False else []
    words = ["autotransform", "apply", chosen, "--base", record.base, *strict, *ungated, *arguments]
    return _printable(shlex.join([*words, *(["--", *paths] if paths else [])]))


def _subject(script: Script) -> str:
    return _one_line(script.summary).removesuffix(".") or f"Apply the transform {script.name}"


def _one_line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """Escape what does not belong into a message: control characters, and bytes that are no text."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _render(template: str, **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autotransform.publish"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - a commit message is plain text
    )
    return environment.get_template(template).render(values)
