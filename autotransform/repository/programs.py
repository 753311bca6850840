"""Programs that a repository's own configuration names. None of them is run.

Git trusts the configuration in ``.git`` of whoever owns the folder, and so everybody who unpacks an archive trusts the
archive. Which programs run is for a person's own configuration to say, as git itself has it for ``safe.directory``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from autotransform.repository.process import Git

#: What stands in the folder of the repository, included files among it.
_FOREIGN = frozenset({"local", "worktree"})

_FILTER = re.compile(r"(?s)(filter\..*)\.(clean|smudge|process)")
_MERGER = re.compile(r"(?s)merge\..*\.driver")
#: How git itself merges texts: what stands in for a program of the repository that would.
_OWN_MERGER = "git merge-file --quiet %A %O %B"
_HOOK = re.compile(r"(?s)(hook\..*)\.[^.]*")
_SIGNER = re.compile(r"(?s)gpg\.(.*\.)?(program|defaultkeycommand)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    scope: str
    #: As git writes it: section and name in lower case.
    key: str
    value: str


def find_overrides(git: Git) -> tuple[tuple[str, str], ...]:
    """Give the settings that take the repository's programs out of what git would run.

    A filter of the repository gives way to the person's own of that name, or to none: then a file counts as changed
    that only differs by it. What merges files gives way likewise, or to git's own way. Hooks in the configuration (git
    2.54) never run, whosever they are.
    """
    settings = _list_settings(git)
    found: dict[str, str] = {}
    for setting in settings:
        if hook := _HOOK.fullmatch(setting.key):
            found[f"{hook[1]}.enabled"] = "false"
        elif setting.scope in _FOREIGN and (program := _FILTER.fullmatch(setting.key)):
            own = [each.value for each in settings if each.key == setting.key and each.scope not in _FOREIGN]
            found |= {setting.key: own[-1] if own else "", f"{program[1]}.required": "false"}
        elif setting.scope in _FOREIGN and _MERGER.fullmatch(setting.key):
            own = [each.value for each in settings if each.key == setting.key and each.scope not in _FOREIGN]
            found[setting.key] = own[-1] if own else _OWN_MERGER
    return tuple(found.items())


def refuse_signer(git: Git) -> None:
    """Make sure that it is not the repository that says which program signs.

    Raises:
        RepositoryError: It does.
    """
    named = {setting.key: setting for setting in _list_settings(git) if _SIGNER.fullmatch(setting.key)}
    for setting in named.values():
        if setting.scope in _FOREIGN:
            raise RepositoryError(
                f"The repository's own configuration names the program that signs commits: {setting.key}.",
                details=(f"{setting.key} = {setting.value}",),
                hint=f"Name it in your own, if you trust it (git config --global {setting.key} PROGRAM), and take it"
                f" out there: git config --local --unset {setting.key}",
            )


def refuse_editor(git: Git) -> None:
    """Make sure that it is not the repository that says which editor is opened.

    Raises:
        RepositoryError: It does.
    """
    if os.environ.get("GIT_EDITOR"):
        return
    named = [setting for setting in _list_settings(git) if setting.key == "core.editor"]
    if named and named[-1].scope in _FOREIGN:
        raise RepositoryError(
            f"The repository's own configuration names the editor: {named[-1].value}",
            hint="Set GIT_EDITOR, or take it out there: git config --local --unset core.editor",
        )


def _list_settings(git: Git) -> tuple[_Setting, ...]:
    fields = os.fsdecode(git.run("config", "--list", "--show-scope", "-z")).split("\0")
    pairs = zip(fields[0::2], fields[1::2], strict=False)
    # Without a value a key means true; none of those that name a program can.
    return tuple(
        _Setting(scope=scope, key=key, value=value)
        for scope, (key, _, value) in ((scope, setting.partition("\n")) for scope, setting in pairs)
    )
