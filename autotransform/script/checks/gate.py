"""Whether the files that a script is for ever reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.script.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.model import Script


def gated_targets(script: Script) -> Iterator[Problem]:
    """Find targets and cases of which the text gate lets nothing through: files like that are never parsed."""
    mentions = script.mentions
    if not mentions:
        return
    entries = [mention.split() for mention in mentions]
    shown = ", ".join(" and ".join(entry) for entry in entries)
    for target in script.targets:
        parts = target.split(".")
        if not any(all(any(each in part for part in parts) for each in entry) for entry in entries):
            message = f"a file that uses {target} need hold none of the MENTIONS ({shown}), and is then never parsed"
            yield Problem(line=0, code="gated-target", message=f"{message}; add {parts[-1]}")
    for case in script.cases:
        is_held = any(all(each in case.before for each in entry) for entry in entries)
        if case.after is not None and case.before.isascii() and not is_held:
            message = f"the case {case.name!r} holds none of the MENTIONS ({shown}), so files like it are never parsed"
            yield Problem(line=case.line, code="gated-case", message=message + "; add a name that it holds")
