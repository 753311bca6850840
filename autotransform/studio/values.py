"""What the review page is about, and what its runs are made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autotransform.config import Config
    from autotransform.engine import Run
    from autotransform.repository import Repository
    from autotransform.run import Limits, Selection
    from autotransform.run.cache import Cache
    from autotransform.run.trust import Trust
    from autotransform.script import Script

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]

#: Characters of a script that is edited; `find_script` reads no more bytes either.
LONGEST_SCRIPT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The transform that is looked at, and the one file that the page writes."""

    name: str
    #: The class to run, where the file holds several.
    entry: str | None = None
    #: Where it is saved; need not be there yet.
    file: Path
    #: The same, as it is shown.
    path: str
    #: What it is where there is no file: as the base or the catalogue holds it.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What `apply` made of a run."""

    branch: str
    sha: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every run of the page is made with; the same as of ``preview``."""

    subject: Subject
    repository: Repository
    selection: Selection
    config: Config
    limits: Limits
    arguments: tuple[tuple[str, str], ...] = ()
    is_gated: bool = True
    #: Opened anew for each run.
    open_cache: Callable[[], Cache]
    trust: Trust
    #: Makes branches of a run, as ``apply`` does; none where nothing is left to change.
    publish: Callable[[Script, Run], tuple[Published, ...]]
