"""The messages of our commits, from the templates beside this module."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2

from autotransform.script.amending import read_assumptions

if TYPE_CHECKING:
    from autotransform.engine.values import Run
    from autotransform.publish.record import Record
    from autotransform.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the messages of a branch say besides what the run and its record say."""

    #: Who signs off, ``Name <address>``; empty: nobody.
    signer: str = ""
    #: What came of the project's own tests, in a sentence.
    verdict: str = ""
    #: Of the part that this is; empty: it is all.
    part: str = ""


NO_WORDS = Words()


def script_message(script: Script, *, record: Record, is_update: bool, words: Words = NO_WORDS) -> str:
    """Write the message of the commit that adds the script to the branch."""
    return _render(
        "script.txt.j2",
        name=script.name,
        subject=_subject(script),
        request=_one_line(script.request),
        is_update=is_update,
        assumptions=[_one_line(item) for item in read_assumptions(script.rules)],
        trailers=_trailers(record, words=words),
    )


def change_message(run: Run, *, record: Record, words: Words = NO_WORDS) -> str:
    """Write the message of the commit that holds what the script changed."""
    return _render(
        "change.txt.j2",
        subject=_subject(run.script),
        request=_one_line(run.script.request),
        changed=len(run.changed),
        selected=run.selected,
        skipped=sum(each.path not in record.inputs["dropped"] for each in run.skipped),
        failed=len(run.failed),
        part=_one_line(words.part),
        verdict=_one_line(words.verdict),
        dropped=[_one_line(path) for path in record.inputs["dropped"]],
        script_path=record.script_path,
        command=apply_command(run.script, record=record),
        trailers=_trailers(record, words=words),
    )


def _trailers(record: Record, *, words: Words) -> str:
    """Give the last paragraph of a message; git knows it for trailers by standing together."""
    return f"{record}\nSigned-off-by: {words.signer}" if words.signer else str(record)


def apply_command(script: Script, *, record: Record) -> str:
    """Give the command that makes the commit again, to be typed at the root of the repository."""
    chosen = f"{record.script_path}:{script.entry}" if len(script.classes) > 1 else script.name
    arguments = [part for name, value in record.inputs["arguments"] for part in ("--arg", f"{name}={value}")]
    paths = record.inputs["paths"]
    strict = ["--strict"] if record.inputs["strict"] else []
    ungated = ["--no-gate"] if record.inputs.get("gate") is False else []
    chosen_by = [*_formatter_options(record), *_split_options(record)]
    words = ["autotransform", "apply", chosen, "--base", record.base, *strict, *ungated, *chosen_by, *arguments]
    return _printable(shlex.join([*words, *(["--", *paths] if paths else [])]))


def _formatter_options(record: Record) -> list[str]:
    noted = record.inputs.get("formatter")
    given = (noted.get("name") or noted.get("command")) if isinstance(noted, dict) else None
    return ["--formatter", str(given)] if given else []


def _split_options(record: Record) -> list[str]:
    noted = record.inputs.get("part")
    if not isinstance(noted, dict):
        return []
    bounds = [("--split-minimum", noted.get("minimum"), 1), ("--split-maximum", noted.get("maximum"), 0)]
    told = [word for option, value, default in bounds if value not in {None, default} for word in (option, str(value))]
    return ["--split-by", str(noted.get("by")), *told]


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
