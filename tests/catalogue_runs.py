"""Run every transform of the catalogue over real packages, strictly: the table of docs/reference/catalogue.md.

``python -m tests.catalogue_runs FOLDER`` downloads what is not in the folder yet, as source archives of the versions
that are named here, unpacks it, and prints the table. Nothing of a package is executed by us; pip may run its setup.py
to learn its name.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.config import Config
from autotransform.engine import Changed
from autotransform.run import Limits, run, select
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine import Run
    from autotransform.script import Script

#: Transform -> packages, in versions from before it was due. The last of some has nothing to do, and is not to change.
RUNS = {
    "assert_aliases": ("tornado==6.0.4", "luigi==2.8.13", "boto==2.49.0"),
    "collections_abc": ("Django==1.11.29", "pip==20.3.4", "aiohttp==3.0.9"),
    "django_translation": ("Django==1.11.29", "django-cms==3.5.4", "wagtail==2.0"),
    "find_executable": ("setuptools==50.3.2", "docker-compose==1.25.0", "ansible-core==2.11.12"),
    "logger_warn": ("buildbot==2.10.5", "docker-compose==1.25.0", "luigi==2.8.13"),
    "numpy_aliases": ("networkx==2.5", "nltk==3.5", "mlflow==1.0.0"),
    "os_error_aliases": ("tornado==6.0.4", "requests==2.22.0", "httpie==1.0.3"),
    "pytest_asserts": ("Scrapy==2.3.0", "nltk==3.5", "httpie==1.0.3"),
    "pytz_utc": ("Django==1.11.29", "moto==1.3.14", "wagtail==2.0"),
    "requests_timeout": ("mlflow==1.0.0", "httpie==1.0.3", "docker-compose==1.25.0"),
    "six_builtins": ("docker-compose==1.25.0", "luigi==2.8.13", "httpie==1.0.3"),
    "super_arguments": ("Scrapy==2.3.0", "httpie==1.0.3", "tornado==6.0.4"),
    "typing_builtins": ("tornado==6.0.4", "setuptools==50.3.2", "aiohttp==3.0.9"),
    "typing_unions": ("tornado==6.0.4", "setuptools==50.3.2", "aiohttp==3.0.9"),
    "unittest_mock": ("wagtail==2.0", "buildbot==2.10.5", "luigi==2.8.13"),
    "utcnow": ("Werkzeug==1.0.1", "buildbot==2.10.5", "tornado==6.0.4"),
    "yaml_safe_load": ("docker-compose==1.25.0", "moto==1.3.14", "networkx==2.5"),
    "yield_fixture": ("setuptools==50.3.2", "docker-compose==1.25.0", "tornado==6.0.4"),
}

_TRANSFORMS = Path(__file__).parents[1] / "transforms"
_COLUMNS = ("files changed", "places", "skipped", "words", "changed", "left", "failed", "unreadable")


def table(folder: Path) -> Iterator[str]:
    """Give the rows, one for each transform and package."""
    yield f"| transform | package | {' | '.join(_COLUMNS)} |"
    yield f"|---|---|{'---:|' * len(_COLUMNS)}"
    for name, packages in RUNS.items():
        path = _TRANSFORMS / f"{name}.py"
        script = parse(path.read_bytes(), name=name)
        for package in packages:
            figures = figures_of(run_strictly(script, unpacked(package, folder=folder)))
            yield f"| {name} | {package} | {' | '.join(str(figures[column]) for column in _COLUMNS)} |"


def run_strictly(script: Script, folder: Path) -> Run:
    """Run a transform over every Python file below a folder."""
    config = Config()
    selection = select(start=folder, repository=None, in_place=True, config=config)
    return run(script, selection, limits=Limits(timeout=300), strict=True)


def figures_of(done: Run) -> Counter[str]:
    """Count what a run did; the words are those that TARGETS ask about."""
    figures: Counter[str] = Counter()
    figures["files changed"] = len(done.changed)
    figures["failed"] = len(done.failed)
    figures["unreadable"] = len(done.skipped)
    for outcome in done.outcomes:
        for site in getattr(outcome, "sites", ()):
            figures["places" if site.status == "changed" else "skipped"] += 1
        if isinstance(outcome, Changed):
            assert outcome.breaches == ()
    for file in done.words:
        figures["words"] += len(file.words)
        figures["changed"] += sum(word.fate == "changed" for word in file.words)
    figures["left"] = figures["words"] - figures["changed"]
    return figures


def unpacked(package: str, *, folder: Path) -> Path:
    """Give the folder with a package's sources; they are downloaded once."""
    target = folder / package.replace("==", "-")
    if not target.exists():
        archives = folder / "archives" / target.name
        command = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", package]
        subprocess.run([sys.executable, "-m", "pip", *command, "--dest", archives], check=True)
        (archive,) = archives.iterdir()
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(target)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(target, filter="data")
    return target


def main() -> None:
    """Print the table as it grows."""
    folder = Path(sys.argv[1])
    for row in table(folder):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
