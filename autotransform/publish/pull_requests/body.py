"""Title and body of a pull request: short enough for GitHub, and nothing in them is markup that is not ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.errors import ConfigError
from autotransform.publish.pull_requests.markdown import code, docstring_prose, fence, plain, prose, size
from autotransform.publish.template_policy import render_foreign, render_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.publish.pull_requests.page import GateResult, Page, Section, ShownShape
    from autotransform.review.summary import Group

#: GitHub takes 65,536 characters; this many bytes are never more, and leave room for a word of somebody else's.
LONGEST_BODY = 65_000
#: GitHub takes 256 characters.
LONGEST_TITLE = 240

_MARKER = re.compile(r"<!-- autotransform: ([\w.-]+) ([\w.-]+) ([\w.-]+) -->", re.ASCII)
#: Beyond this, not even the first of its kind is told.
_MOST_REASONS = 30
#: Bytes of a command; a longer one stands in the message of the commit.
_LONGEST_COMMAND = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """How much of each thing is told."""

    #: Bytes of the script; a longer one is left out.
    script: int = 50_000
    diff: int = 60
    shapes: int = 50
    places: int = 20
    reasons: int = _MOST_REASONS
    siblings: int = 200
    rules: int = 60
    #: Characters of one piece of foreign text, and lines of the request.
    text: int = 1_000
    lines: int = 60


def pull_request_title(page: Page) -> str:
    """Write the title: what the script does and, of several parts, which one."""
    title = plain(page.summary).removesuffix(".") or f"Apply the transform {page.name}"
    part = f" ({plain(page.part_title) or page.part})" if page.part else ""
    room = LONGEST_TITLE - min(len(part), LONGEST_TITLE // 2)
    return _clipped(title, room) + _clipped(part, LONGEST_TITLE // 2)


def pull_request_body(page: Page, *, template: str | None = None, origin: str = "") -> str:
    """Write the body, shortened where GitHub would refuse it: the script first, then examples, then lists.

    How to make the change again and the marker always stay; whatever is left out is counted.

    Args:
        page: What to tell.
        template: From the repository's configuration, instead of ours.
        origin: What to call it in messages.

    Raises:
        ConfigError: The template cannot be used, or makes too much whatever is left out.
    """
    levels = tuple(_levels())
    best = ""
    low, high = 0, len(levels)
    while low < high:
        # At first everything, which mostly fits; then by halves.
        middle = (low + high) // 2 if low else 0
        body = _body(page, limits=levels[middle], template=template, origin=origin)
        if size(body) <= LONGEST_BODY:
            best, high = body, middle
        else:
            low = middle + 1
    if best:
        return best
    raise ConfigError(
        f"The template {origin} makes more than the {LONGEST_BODY} bytes that a pull request can hold.",
        hint="Shorten it, or leave it out: there is one of our own.",
    )


def _body(page: Page, *, limits: _Limits, template: str | None, origin: str) -> str:
    values = _values(page, limits=limits)
    if template is None:
        text = render_own("pull_request.md.j2", values)
    else:
        text = _with_command(render_foreign(template, values, origin=origin), page=page)
    return f"{text.rstrip()}\n\n{marker_of(page)}\n"


def marker_of(page: Page) -> str:
    """Give the comment by which a pull request is known to be ours; it tells the script, the part and the version."""
    words = (re.sub(r"[^A-Za-z0-9_.-]", "_", word) or "-" for word in (page.name, page.part, page.digest))
    return f"<!-- autotransform: {' '.join(words)} -->"


def read_marker(body: str) -> tuple[str, str, str] | None:
    """Read name, part and digest from the marker of a body; ``None`` where there is none.

    It is the last line that looks like one: people may write below it, and a script, above it, may hold another.
    """
    found = [match for line in body.splitlines() if (match := _MARKER.fullmatch(line.strip()))]
    if not found:
        return None
    name, part, digest = found[-1].groups()
    return name, "" if part == "-" else part, digest


def _levels() -> Iterator[_Limits]:
    """Give what to tell, less and less of it."""
    limits = _Limits()
    yield limits
    for field, steps in (
        ("script", (20_000, 5_000, 0)),
        ("diff", (20, 8)),
        ("shapes", (25, 12)),
        ("places", (5, 2)),
        ("diff", (0,)),
        ("siblings", (50, 10)),
        ("rules", (30, 10)),
        ("reasons", (10, 3)),
        ("text", (500, 200)),
        ("lines", (20, 5)),
        ("shapes", (5, 1, 0)),
        ("reasons", (0,)),
        ("siblings", (0,)),
        ("rules", (0,)),
        ("text", (60,)),
        ("lines", (1,)),
    ):
        for step in steps:
            limits = replace(limits, **{field: step})
            yield limits


def _with_command(text: str, *, page: Page) -> str:
    """Make sure that a template of somebody else's tells how the change is made again."""
    command = _command(page.command)
    return text if command in text else f"{text.rstrip()}\n\n{command}"


def _values(page: Page, *, limits: _Limits) -> dict[str, object]:
    """Give what a template may show; every string is Markdown that says no more than its text."""
    rules = page.rules[: limits.rules]
    siblings = page.siblings[: limits.siblings]
    has_script = bool(page.source) and size(page.source) <= limits.script
    return {
        "name": code(page.name),
        "summary": docstring_prose(_cut(page.summary, limits.text)) or code(page.name),
        "request": _request_lines(page.request, limits=limits),
        "asked_by": code(_cut(page.asked_by, limits.text)) if page.asked_by else "",
        "counts": f"{page.changed} of {_counted(page.selected, 'file')} changed."
        + (f" Refused in review, and left as it was: {page.refused}." if page.refused else ""),
        "part": prose(_cut(page.part_title or page.part, limits.text)),
        "owners": ", ".join(code(_cut(owner, 100)) for owner in page.owners[:_MOST_REASONS]),
        "rules": [docstring_prose(_cut(rule.removeprefix("- "), limits.text)) for rule in rules],
        "rules_more": len(page.rules) - len(rules),
        "command": _command(page.command),
        "verify": _command(page.verify) if page.verify else "",
        "shapes": [_shape(shape, limits=limits) for shape in page.shapes[: limits.shapes]],
        "shapes_more": _more_shapes(page.shapes[limits.shapes :]),
        "sections": [_section(section, limits=limits) for section in page.sections],
        "gate": _gate(page.gate, limits=limits) if page.gate else None,
        "siblings": [{"number": each.number, "title": prose(_cut(each.title, 100))} for each in siblings],
        "siblings_more": len(page.siblings) - len(siblings),
        "provenance": _provenance(page, is_shown=has_script),
        "script": fence(page.source, language="python") if has_script else "",
        "script_lines": _counted(page.source.count("\n"), "line"),
    }


def _request_lines(request: str, *, limits: _Limits) -> list[str]:
    lines = [line for line in request.splitlines() if line.strip()]
    shown = [prose(_cut(line, limits.text)) for line in lines[: limits.lines]]
    return shown if len(shown) == len(lines) else [*shown, f"… and {_counted(len(lines) - len(shown), 'more line')}"]


def _shape(shape: ShownShape, *, limits: _Limits) -> dict[str, object]:
    diff = shape.diff[: limits.diff]
    more = len(shape.diff) - len(diff)
    lines = [_cut(line, limits.text) for line in diff] + ([f"… and {_counted(more, 'more line')}"] if more else [])
    return {
        "count": shape.count,
        "counts": f"{_counted(shape.count, 'change')} in {_counted(shape.files, 'file')}",
        "before": code(_cut(shape.before, limits.text)),
        "after": code(_cut(shape.after, limits.text)),
        "varying": "; ".join(
            f"{code(placeholder)} is {', '.join(code(_cut(text, 80)) for text in examples[:3])}"
            for placeholder, examples in shape.varying[:6]
        ),
        "path": code(_cut(shape.path, limits.text)),
        "diff": fence("\n".join(lines), language="diff") if diff else "",
    }


def _more_shapes(left: Sequence[ShownShape]) -> str:
    changes = sum(shape.count for shape in left)
    return f"{_counted(len(left), 'more shape')} with {_counted(changes, 'change')}" if left else ""


def _section(section: Section, *, limits: _Limits) -> dict[str, object]:
    groups = section.groups[: limits.reasons]
    return {
        "title": section.title,
        "count": sum(len(group.places) for group in section.groups),
        "groups": [_group(group, limits=limits) for group in groups],
        "more": len(section.groups) - len(groups),
    }


def _group(group: Group, *, limits: _Limits) -> dict[str, object]:
    places = group.places[: limits.places]
    return {
        "count": len(group.places),
        "reason": prose(_cut(group.reason, limits.text)) or "no reason given",
        "places": ", ".join(code(_cut(place, limits.text)) for place in places),
        "more": len(group.places) - len(places),
    }


def _gate(gate: GateResult, *, limits: _Limits) -> dict[str, object]:
    said = {
        "passed": "They pass with this change",
        "passed-without": "They pass, once this was left out",
        "failed": "They do not pass with this change",
    }
    groups = gate.dropped[: limits.reasons]
    return {
        "state": gate.state,
        "says": said[gate.state],
        "command": code(_cut(gate.command, min(limits.text, 500))),
        "dropped": [_group(group, limits=limits) for group in groups],
        "more": len(gate.dropped) - len(groups),
    }


def _provenance(page: Page, *, is_shown: bool) -> list[str]:
    when = f" on {code(page.generated[:40])}" if page.generated else ""
    author = {"": "A person wrote the script.", "built-in": "A built-in recipe made the script, without a model."}.get(
        page.model,
        f"The model {code(_cut(page.model, 100))} wrote the script{when}; no model is involved in running it.",
    )
    lines = [author]
    if page.is_edited:
        lines.append("A person has edited it since.")
    lines.append(f"Script: {code(_cut(page.script_path, 300))}, SHA-256 {code(page.digest)}")
    if page.source and not is_shown:
        lines.append(
            f"It has {_counted(page.source.count(chr(10)), 'line')}, too many for this page: read it on the branch."
        )
    if page.base:
        lines.append(f"Made from the commit {code(page.base)}")
    return lines


def _command(command: str) -> str:
    if size(command) > _LONGEST_COMMAND:
        return "The command is too long for this page; it stands in the message of the commit."
    return fence(command, language="sh")


def _cut(text: str, most: int) -> str:
    """Cut a text that is too long, and say how much of it is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most} more characters)" if most else ""


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
