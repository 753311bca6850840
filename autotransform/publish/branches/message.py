"""The messages of our commits, from the templates of this package."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import jinja2

from autotransform.errors import ConfigError
from autotransform.publish.pull_requests.markdown import quiet
from autotransform.publish.template_policy import render_foreign
from autotransform.review.decisions import count_refusals, read_decisions
from autotransform.script.amending import read_assumptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.engine.values import Run
    from autotransform.publish.branches.record import Record
    from autotransform.script import Script


#: Where a repository may keep a template of its own for the messages of our commits.
TEMPLATE = ".autotransform/commit.txt.j2"

_LONGEST = 20_000
_TRAILER = re.compile(r"[A-Za-z][A-Za-z0-9-]*: .+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the messages of a branch say besides what the run and its record say."""

    #: Who signs off, ``Name <address>``; empty: nobody.
    signer: str = ""
    #: What came of the project's own tests, in a sentence.
    verdict: str = ""
    #: Of the part that this is; empty: it is all.
    part: str = ""
    #: The repository's own template of the messages, which stands at `TEMPLATE`; empty: ours.
    template: str = ""


NO_WORDS = Words()


def script_message(script: Script, *, record: Record, is_update: bool, words: Words = NO_WORDS) -> str:
    """Write the message of the commit that adds the script to the branch."""
    values = {
        "name": script.name,
        "subject": _subject(script),
        "request": _one_line(script.request),
        "is_update": is_update,
        "assumptions": [_one_line(item) for item in read_assumptions(script.rules)],
        "script_path": _printable(record.script_path),
        "part": _one_line(words.part),
    }
    return _write("script", values, words=words, trailers=_trailers(record, words=words))


def change_message(run: Run, *, record: Record, words: Words = NO_WORDS) -> str:
    """Write the message of the commit that holds what the script changed."""
    dropped = record.inputs["dropped"]
    values = {
        "name": run.script.name,
        "subject": _subject(run.script),
        "request": _one_line(run.script.request),
        "changed": len(run.changed),
        "selected": run.selected,
        "skipped": sum(each.path not in dropped for each in run.skipped),
        "failed": len(run.failed),
        "part": _one_line(words.part),
        "verdict": _one_line(words.verdict),
        "dropped": [_printable(" ".join(path.split())) for path in dropped],
        "refused": count_refusals(read_decisions(refused)) if (refused := record.inputs["refused"]) else "",
        "script_path": _printable(record.script_path),
        "command": apply_command(run.script, record=record),
    }
    return _write("change", values, words=words, trailers=_trailers(record, words=words))


def _trailers(record: Record, *, words: Words) -> str:
    """Give the last paragraph of a message; git knows it for trailers by standing together."""
    return f"{record}\nSigned-off-by: {words.signer}" if words.signer else str(record)


def apply_command(script: Script, *, record: Record) -> str:
    """Give the command that makes the commit again, to be typed at the root of the repository."""
    return command_of(script, record=record, base=record.base)


def command_of(script: Script, *, record: Record, base: str, name: str = "apply", options: tuple[str, ...] = ()) -> str:
    """Give a command that makes what a record says, to be typed at the root of the repository.

    Args:
        script: The transform.
        record: How the commit was made.
        base: Where to start; empty: where HEAD is.
        name: The command: ``apply`` or ``pr``.
        options: What the record does not hold.
    """
    chosen = f"{record.script_path}:{script.entry}" if len(script.classes) > 1 else script.name
    arguments = [part for name, value in record.inputs["arguments"] for part in ("--arg", f"{name}={value}")]
    paths = record.inputs["paths"]
    strict = ["--strict"] if record.inputs["strict"] else []
    ungated = ["--no-gate"] if record.inputs.get("gate") is False else []
    chosen_by = [*_formatter_options(record), *_split_options(record)]
    start = ["--base", base] if base else []
    words = ["autotransform", name, chosen, *start, *strict, *ungated, *chosen_by, *options, *arguments]
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
    """Write foreign text on one line; GitHub acts on what a message says, too."""
    return quiet(_printable(" ".join(text.split())))


def _printable(text: str) -> str:
    """Escape what does not belong into a message: control characters, and bytes that are no text."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _write(kind: Literal["script", "change"], values: Mapping[str, object], *, words: Words, trailers: str) -> str:
    if not words.template:
        return _render(f"{kind}.txt.j2", **values, trailers=trailers)
    lines = render_foreign(words.template, {"kind": kind, **values}, origin=TEMPLATE).rstrip().splitlines()
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(_printable(line.rstrip()) for line in lines)).strip("\n")
    if not body or len(body) > _LONGEST:
        what = f"more than {_LONGEST} characters" if body else "no text"
        raise ConfigError(f"The template {TEMPLATE} makes {what} of the message for the {kind}.", hint="Mend it.")
    return f"{body}{_gap_below(body)}{trailers}\n"


def _gap_below(body: str) -> str:
    """Give what comes between a text and our trailers: trailers of its own join ours, but never stand for ours."""
    last = body.rpartition("\n\n")[2].split("\n")
    are_trailers = all(_TRAILER.fullmatch(line) and not line.lower().startswith("autotransform-") for line in last)
    return "\n" if are_trailers and "\n\n" in body else "\n\n"


def _render(template: str, **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autotransform.publish"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - a commit message is plain text
    )
    return environment.get_template(template).render(values)
