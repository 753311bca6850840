"""What a model is told: Jinja2 templates, and the functions that fill them in."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from autotransform.author.api_sheet import describe_modules, describe_transform, read_example

if TYPE_CHECKING:
    from autotransform.author.excerpts import Excerpt
    from autotransform.author.findings import Finding

#: How many findings one repair prompt holds, and how much of the evidence of each.
_FINDINGS = 5
_EVIDENCE = 2_500


def write_system() -> str:
    """Tell what a script is, what it may use, and how to answer."""
    return _render("system.j2", transform=describe_transform(), modules=describe_modules(), example=read_example())


def write_request(text: str, *, name: str | None, excerpts: tuple[Excerpt, ...]) -> str:
    """Tell what is wanted, and show where it stands in the repository."""
    shown = "\n\n".join(f"File {excerpt.path}\n{excerpt.text}" for excerpt in excerpts)
    return _render("request.j2", request=text, name=name, data=fence(shown) if shown else "")


def write_repair(findings: tuple[Finding, ...]) -> str:
    """Tell what is wrong with the last answer; no finding: there was no script in it."""
    shown = [
        (finding.kind, finding.message, finding.line, fence(_cut(finding.evidence)) if finding.evidence else "")
        for finding in findings[:_FINDINGS]
    ]
    return _render("repair.j2", findings=shown, more=len(findings) - len(shown))


def fence(data: str) -> str:
    """Put text that is not ours between two lines that it cannot hold: they carry its own digest."""
    mark = hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:16]
    return f"<<<DATA {mark}\n{data}\nDATA {mark}>>>"


def _cut(text: str) -> str:
    return text if len(text) <= _EVIDENCE else f"{text[:_EVIDENCE]}\n[cut]"


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values).strip() + "\n"


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("autotransform.author", "prompts"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - prompts are plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
