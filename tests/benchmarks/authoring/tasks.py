"""The tasks: a request as people type it, a small repository, and cases that the author never sees."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tasks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """One text that a script of the task must treat rightly."""

    name: str
    before: str
    #: Every text that is right; empty where nothing may change.
    after: tuple[str, ...] = ()
    #: Where the text is said to stand.
    path: str = "app/other.py"

    @property
    def package(self) -> str:
        """What relative imports start from."""
        return ".".join(self.path.split("/")[:-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One request, and what shows whether an answer to it is right."""

    name: str
    kind: str
    request: str
    #: What the request leaves open, and how the cases take it.
    reading: str
    #: Path and content, in path order.
    files: tuple[tuple[str, str], ...]
    cases: tuple[Hidden, ...]

    def write_files(self, folder: Path) -> None:
        """Write the repository; never the cases."""
        for path, content in self.files:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")


def read_tasks(names: tuple[str, ...] = ()) -> tuple[Task, ...]:
    """Read the tasks, by name; all of them where none is named.

    Raises:
        ValueError: There is no such task, or its file is not as it should be.
    """
    known = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    if unknown := sorted(set(names) - known.keys()):
        raise ValueError(f"There is no task {unknown[0]!r}.")
    return tuple(_read_task(path) for name, path in known.items() if not names or name in names)


def _read_task(path: Path) -> Task:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if data.keys() != {"kind", "request", "reading", "files", "case"}:
        raise ValueError(f"{path.name}: its keys are {sorted(data)}.")
    return Task(
        name=path.stem,
        kind=data["kind"],
        request=data["request"],
        reading=data["reading"].strip(),
        files=tuple(sorted(data["files"].items())),
        cases=tuple(_read_case(each, path=path) for each in data["case"]),
    )


def _read_case(data: dict[str, Any], *, path: Path) -> Hidden:
    if not {"name", "before"} <= data.keys() <= {"name", "before", "after", "path"}:
        raise ValueError(f"{path.name}: the keys of a case are {sorted(data)}.")
    after = data.get("after", [])
    others = {"path": data["path"]} if "path" in data else {}
    return Hidden(
        name=data["name"], before=data["before"], after=tuple([after] if isinstance(after, str) else after), **others
    )
