"""Values of the right kind that must not be all the same: they would lead elsewhere, or take for ever."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from autotransform.config.tables import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.config.values import Config, PullRequestConfig

#: A pattern becomes a regular expression; the time to match it grows with the length of a path to the power of these.
_PATTERNS = 1000
_STARS_IN_A_NAME = 3
_STARS_FOR_FOLDERS = 3

#: How many labels or people a pull request may be given, and how long a label, a title and a name of git may be.
_NAMES = 100
_LONGEST_NAME, _LONGEST_TITLE = 100, 256

_REMOTE = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_LOGIN = re.compile(r"[A-Za-z0-9][\w-]*(\[bot\])?", re.ASCII)
_TEAM = re.compile(r"\w[\w.-]*", re.ASCII)
#: What git allows in no branch.
_NO_BRANCH = re.compile(r"[\s~^:?*\[\\]|\.\.|@\{|//|^[-/]|(^|/)\.|(\.|/|\.lock)$")


def find_misfits(config: Config) -> list[str]:
    """Find what a configuration must not say; one line for each."""
    problems = []
    if not _is_below_root(config.transforms):
        problems.append(
            f"[tool.autotransform] transforms must be a folder below the root; it is {shown(config.transforms)}"
        )
    for key, patterns in (("include", config.include), ("exclude", config.exclude)):
        if len(patterns) > _PATTERNS:
            problems.append(f"[tool.autotransform] {key} must have no more than {_PATTERNS} patterns")
        problems += [
            f"[tool.autotransform] {key} has a pattern with more stars than can be matched: {shown(pattern)}"
            for pattern in patterns
            if _has_too_many_stars(pattern)
        ]
    return problems + [
        f"[tool.autotransform.pull-request] {problem}" for problem in _find_pull_request_misfits(config.pull_request)
    ]


def _is_below_root(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return not (".." in parts or posixpath.isabs("/".join(parts)) or ":" in path) and path.isprintable()


def _has_too_many_stars(pattern: str) -> bool:
    names = pattern.split("/")
    crowded = any(len(re.findall(r"\*+", name)) > _STARS_IN_A_NAME for name in names)
    return crowded or names.count("**") > _STARS_FOR_FOLDERS


def _find_pull_request_misfits(config: PullRequestConfig) -> list[str]:
    # Some of these become arguments of git: none may be an option, an address or another folder.
    checks: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
        ("base", config.base, _is_branch, "the name of a branch"),
        ("remote", config.remote, _REMOTE.fullmatch, "the name of a remote, not an address"),
        ("template", config.template, _is_below_root, "a file below the root"),
        ("title", config.title, str.isprintable, "one line"),
    )
    problems = [
        f"{key} must be {wanted}; it is {shown(value)}"
        for key, value, is_proper, wanted in checks
        if len(value) > _LONGEST_TITLE or not (is_proper(value) or (key != "remote" and not value))
    ]
    lists: tuple[tuple[str, tuple[str, ...], Callable[[str], object], str], ...] = (
        ("labels", config.labels, _is_label, "words without a comma"),
        ("reviewers", config.reviewers, _LOGIN.fullmatch, "logins, without @"),
        ("team-reviewers", config.team_reviewers, _TEAM.fullmatch, "slugs of teams, without @ and organisation"),
        ("assignees", config.assignees, _LOGIN.fullmatch, "logins, without @"),
    )
    for key, names, is_proper, wanted in lists:
        if len(names) > _NAMES:
            problems.append(f"{key} must have no more than {_NAMES} entries")
        wrong = [name for name in names if len(name) > _LONGEST_NAME or not is_proper(name)]
        problems += [f"{key} must be {wanted}; one is {shown(name)}" for name in wrong]
    if config.split_maximum and config.split_minimum > config.split_maximum:
        problems.append("split-minimum must not be more than split-maximum")
    return problems


def _is_branch(name: str) -> bool:
    return name.isprintable() and name != "@" and not _NO_BRANCH.search(name)


def _is_label(name: str) -> bool:
    # Where several are given on a line, a comma parts them.
    return name.isprintable() and bool(name.strip()) and "," not in name
