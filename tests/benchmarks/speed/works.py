"""The works (a) to (f), on real repositories or on a small generated one."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.speed import rivals
from tests.benchmarks.speed.generated import generate
from tests.benchmarks.speed.sources import fetch, list_files, select
from tests.benchmarks.speed.values import OURS, Contestant, Script, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.speed.rivals import Tools
    from tests.benchmarks.speed.sources import Source

_SCRIPTS = Path(__file__).parent / "scripts"
_NO_RENAME = "ruff: left out, it has no rule that renames"
_RENAME_BY_SPELLING = "ast-grep goes by spelling alone, whoever the name belongs to"
_NO_FIXIT = "fixit: left out of (b) but for a few files: it goes over the whole file once more for each place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where everything is."""

    cache: Path
    scratch: Path
    #: A folder that may hold the sources already.
    sources: Path | None
    tools: Tools
    is_small: bool
    #: Whether LibCST's own runner gets all of the large repository: a quarter of an hour.
    is_full: bool

    def source(self, name: str) -> tuple[Path, str]:
        """Give a repository and its title; the generated one where all is small."""
        if self.is_small:
            return generate(self.scratch / "generated"), "generated"
        fetched: Source = fetch(name, cache=self.cache, given=self.sources)
        return fetched.folder, fetched.title

    def part(self, folder: Path, name: str, *, under: str = "", step: int = 1) -> Path:
        """Give a repository of some files of another: those under a folder, one in so many."""
        to = self.scratch / name
        if not to.exists():
            paths = list_files(folder, *([under] if under and not self.is_small else []))
            select(folder, paths[:: 1 if self.is_small else step], to=to)
        return to

    def one_in(self, part: int) -> int:
        """Give the part of the files that a slow tool gets."""
        return 1 if self.is_small else part


def write_rename(place: Place, name: str, *, module: str, old: str, new: str) -> tuple[Script, str]:
    """Write the script of a rename, and the rule of Fixit's that says the same."""
    if place.is_small:
        module, old, new = "package.core", "Thing", "Other"
    texts = []
    for file in ("rename.py", "fixit_rename.txt"):
        text = (_SCRIPTS / file).read_text(encoding="utf-8")
        texts.append(text.replace("a_module", module).replace("old_name", old).replace("new_name", new))
    path = _write(place, name, "rename.py", texts[0])
    return Script(path=path, class_name="Rename", words=(old,)), texts[1]


def _write(place: Place, name: str, file: str, text: str) -> Path:
    folder = place.scratch / "scripts" / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    path.write_text(text, encoding="utf-8")
    return path


def write_quotes(place: Place, name: str) -> Script:
    """Write the script that has no words: it concerns nearly every file."""
    path = _write(place, name, "quotes.py", (_SCRIPTS / "quotes.py").read_text(encoding="utf-8"))
    return Script(path=path, class_name="Quotes", words=())


def rename_large(place: Place) -> Work:
    """Make (a), over a large repository."""
    folder, title = place.source("homeassistant")
    names = {"module": "homeassistant.core", "old": "async_get_hass_or_none", "new": "async_hass_or_none"}
    script, rule = write_rename(place, "a1", **names)
    part = 1 if place.is_full else place.one_in(40)
    return Work(
        name="a.homeassistant",
        title="(a) rare rename, large repository",
        script=script,
        folder=folder,
        source=title,
        contestants=(
            rivals.ours(script),
            rivals.floor(script),
            *rivals.ast_grep(place.tools, "run", "-l", "python", "-p", names["old"], "-r", names["new"]),
            rivals.stock(script, part=part),
            *rivals.fixit(place.tools, rule, part=place.one_in(100)),
            *rivals.codemodder(place.tools, script, part=place.one_in(200)),
        ),
        reference=rivals.FLOOR,
        absent=(_NO_RENAME, *place.tools.lacking("ast-grep", "fixit", "codemodder")),
    )


def rename_django(place: Place) -> Work:
    """Make (a), over a package that LibCST's own runner can do in a minute."""
    folder, title = place.source("django")
    names = {"module": "django.utils.crypto", "old": "salted_hmac", "new": "keyed_hmac"}
    script, _ = write_rename(place, "a2", **names)
    ends = (f"{names['module']}.{names[key]}" for key in ("old", "new"))
    own = [] if place.is_small else [rivals.stock_rename(*ends, part=10)]
    return Work(
        name="a.django",
        title="(a) rare rename, Django's package",
        script=script,
        folder=place.part(folder, "django-package", under="django"),
        source=title,
        contestants=(
            rivals.ours(script),
            rivals.floor(script),
            *rivals.ast_grep(place.tools, "run", "-l", "python", "-p", names["old"], "-r", names["new"]),
            rivals.stock(script),
            *own,
        ),
        reference=rivals.STOCK,
        absent=(_NO_RENAME, *place.tools.lacking("ast-grep")),
    )


def quotes(place: Place) -> Work:
    """Make (b): nearly every file, and no names."""
    folder, title = place.source("django")
    script = write_quotes(place, "b")
    rule = (_SCRIPTS / "fixit_quotes.txt").read_text(encoding="utf-8")
    style = ("--config", 'lint.flake8-quotes.inline-quotes="single"')
    return Work(
        name="b",
        title="(b) most files, no names",
        script=script,
        folder=folder,
        source=title,
        contestants=(
            rivals.ours(script),
            rivals.stock(script),
            rivals.floor(script, part=place.one_in(4), rounds=1),
            *rivals.ast_grep(place.tools, "scan", "-r", str(_SCRIPTS / "quotes.yml")),
            *rivals.ruff(place.tools, "--select", "Q000", *style),
            *rivals.fixit(place.tools, rule, part=place.one_in(400)),
            *rivals.codemodder(place.tools, script, part=place.one_in(30)),
        ),
        reference=rivals.STOCK,
        absent=place.tools.lacking("ast-grep", "ruff", "fixit", "codemodder"),
    )


def qualified(place: Place) -> Work:
    """Make (c): most files, and every name looked up."""
    folder, title = place.source("homeassistant")
    script, rule = write_rename(place, "c", module="homeassistant.core", old="HomeAssistant", new="Hass")
    return Work(
        name="c",
        title="(c) most files, qualified names",
        script=script,
        folder=place.part(folder, "homeassistant-part", step=14),
        source=f"{title}, 1 in 14 files",
        contestants=(
            rivals.ours(script),
            rivals.stock(script),
            rivals.floor(script, part=place.one_in(4), rounds=1),
            *rivals.ast_grep(place.tools, "run", "-l", "python", "-p", "HomeAssistant", "-r", "Hass"),
            *rivals.fixit(place.tools, rule, part=place.one_in(200)),
            *rivals.codemodder(place.tools, script, part=place.one_in(20)),
        ),
        reference=rivals.STOCK,
        absent=(_NO_RENAME, *place.tools.lacking("ast-grep", "fixit", "codemodder")),
    )


def nothing(place: Place) -> Work:
    """Make (d): a word that is nowhere."""
    folder, title = place.source("homeassistant")
    nowhere = {"module": "a_module", "old": "a_name_that_is_nowhere", "new": "another"}
    path = _write(
        place,
        "d",
        "rename.py",
        (_SCRIPTS / "rename.py").read_text(encoding="utf-8").replace("old_name", nowhere["old"]),
    )
    script = Script(path=path, class_name="Rename", words=(nowhere["old"],))
    words = ["git", "grep", "-lF", nowhere["old"], "HEAD", "--", "*.py"]
    grep = Contestant(
        name="git grep", command=lambda _folder: words, note="of the same", fine=(0, 1), is_changing=False
    )
    return Work(
        name="d",
        title="(d) nothing to do",
        script=script,
        folder=folder,
        source=title,
        contestants=(
            rivals.ours(script, verb="preview"),
            rivals.ours(script, name="with a script seen before", verb="preview", cache="used"),
            rivals.floor(script),
            grep,
            *rivals.ast_grep(place.tools, "run", "-l", "python", "-p", nowhere["old"], "-r", nowhere["new"]),
        ),
        reference=None,
        absent=place.tools.lacking("ast-grep"),
    )


def again(place: Place) -> Work:
    """Make (e): the work of (b), seen once, and then again."""
    folder, title = place.source("django")
    script = write_quotes(place, "e")
    return Work(
        name="e",
        title="(e) preview of (b), then again",
        script=script,
        folder=folder,
        source=title,
        contestants=(
            replace(rivals.ours(script, verb="preview", cache="dropped"), rounds=1),
            rivals.ours(script, name="the same again", verb="preview", cache="used"),
            rivals.ours(script, name="and with shapes and diffs", verb="preview", cache="used", form=""),
            rivals.ours(script, name="then apply", cache="used"),
        ),
        reference=None,
    )


def growth(place: Place) -> Work:
    """Make (f): the work of (b) on one, two and four times the files."""
    folder, title = place.source("django")
    script = write_quotes(place, "f1")
    return Work(
        name="f.growth",
        title="(f) 1, 2 and 4 times the files, for as many bytes",
        script=script,
        folder=place.part(folder, "django-part", step=6),
        source=f"{title}, 1 in 6 files",
        contestants=(
            rivals.ours(script, verb="preview"),
            rivals.ours(script, name="2 times", verb="preview", part=2),
            rivals.ours(script, name="1 time", verb="preview", part=4),
        ),
        reference=None,
    )


def cores(place: Place) -> Work:
    """Make (f): the work of (b) with one worker and with two."""
    folder, title = place.source("django")
    script = write_quotes(place, "f2")
    return Work(
        name="f.cores",
        title="(f) 2 workers and 1",
        script=script,
        folder=place.part(folder, "django-part", step=6),
        source=f"{title}, 1 in 6 files",
        contestants=(
            rivals.ours(script, verb="preview"),
            rivals.ours(script, name="1 worker", verb="preview", jobs=1),
        ),
        reference=None,
    )


def start(place: Place) -> Work:
    """Make (f): how long it takes to say what there is."""
    script = write_quotes(place, "f3")
    own = rivals.ours(script)
    words = [[sys.executable, "-P", "-m", "autotransform", "--help"], [sys.executable, "-c", "pass"]]
    return Work(
        name="f.help",
        title="(f) `--help`",
        script=script,
        folder=generate(place.scratch / "generated"),
        source="no repository",
        contestants=(
            Contestant(name=OURS, command=lambda _: words[0], note="`--help`", env=own.env, is_changing=False),
            Contestant(name="python", command=lambda _: words[1], note="`-c pass`", is_changing=False),
        ),
        reference=None,
    )


WORKS: dict[str, Callable[[Place], Work]] = {
    "a.homeassistant": rename_large,
    "a.django": rename_django,
    "b": quotes,
    "c": qualified,
    "d": nothing,
    "e": again,
    "f.growth": growth,
    "f.cores": cores,
    "f.help": start,
}
