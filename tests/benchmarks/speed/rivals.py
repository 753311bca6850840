"""The other tools: which versions, where they are installed, and how each is told to do the work."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.speed.values import OURS, Contestant

if TYPE_CHECKING:
    from tests.benchmarks.speed.values import Script

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
LIBCST = importlib.metadata.version("libcst")
#: What is installed, each in an environment of its own, and what besides it.
PINNED = {
    "ast-grep": ("ast-grep-cli==0.51.1",),
    "ruff": ("ruff==0.17.6",),
    "fixit": ("fixit==2.2.1", f"libcst=={LIBCST}"),
    # It asks for this version of LibCST itself.
    "codemodder": ("codemodder==6.5.5", "libcst==1.8.6"),
}
STOCK = "libcst.tool"
FLOOR = "floor"
JOBS = 2
_PLUGIN = "Metadata-Version: 2.1\nName: bench\nVersion: 1\n"


@dataclass(frozen=True, slots=True)
class Tools:
    """Where the programs are; those that cannot be had have a sentence that says so."""

    programs: dict[str, Path]
    absent: tuple[str, ...]

    def lacking(self, *names: str) -> tuple[str, ...]:
        """Give the sentences about those that were wanted, and are not there."""
        return tuple(line for line in self.absent if line.partition(":")[0] in names)


def install(cache: Path, *, may_fetch: bool) -> Tools:
    """Install what is absent; what cannot be had is left out.

    Args:
        cache: The folder that keeps the environments.
        may_fetch: Whether the package index may be asked.
    """
    programs, absent = {}, []
    for name, wanted in PINNED.items():
        folder = cache / "tools" / "-".join(wanted)
        program = folder / "bin" / name
        if not (folder / "complete").exists() and may_fetch:
            try:
                _install(folder, wanted)
            except subprocess.CalledProcessError as error:
                lines = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
                absent.append(f"{name}: left out, it could not be installed: {lines[-1][:200]}")
                continue
        if (folder / "complete").exists():
            programs[name] = program
        else:
            absent.append(f"{name}: left out, it is not installed and nothing may be fetched")
    return Tools(programs, tuple(absent))


def _install(folder: Path, wanted: tuple[str, ...]) -> None:
    venv.create(folder, with_pip=True, clear=True)
    words = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted]
    subprocess.run(words, check=True, capture_output=True)
    (folder / "complete").write_text("\n".join(wanted) + "\n", encoding="utf-8")


def ours(
    script: Script,
    *,
    name: str = OURS,
    verb: str = "apply",
    jobs: int = JOBS,
    part: int = 1,
    cache: str = "unused",
    form: str = "--stat",
) -> Contestant:
    """Our own command.

    Args:
        script: What to run.
        name: What it is called in the table.
        verb: ``apply`` (to a branch) or ``preview``.
        jobs: How many workers.
        part: One in so many files.
        cache: What earlier runs have kept is ``unused``, ``dropped`` before the run, or ``used``.
        form: The option that says what a preview prints; empty: shapes and diffs.
    """
    # As the installed program: the folder that it is called in is no place to import from.
    words = [sys.executable, "-P", "-m", "autotransform", verb, str(script.path), "--jobs", str(jobs)]
    words += ["--fresh"] if cache == "unused" else []
    words += [form] if verb == "preview" and form else []
    return Contestant(
        name=name,
        command=lambda _folder: words,
        note=f"`{verb}`, {jobs} worker{'s' if jobs > 1 else ''}",
        env={"PYTHONPATH": str(_ROOT), "XDG_STATE_HOME": str(script.path.parent / "state")},
        branch=f"autotransform/{script.path.stem}",
        part=part,
        is_fresh=cache != "used",
        is_changing=verb == "apply",
    )


def stock(script: Script, *, part: int = 1, rounds: int = 1) -> Contestant:
    """LibCST's own runner, with the very script."""
    words = [sys.executable, "-m", "libcst.tool", "codemod", "-x", f"{script.path.stem}.{script.class_name}"]
    words += ["--no-format", "--hide-progress", "--jobs", str(JOBS), "."]
    return Contestant(
        name=STOCK,
        command=lambda _folder: words,
        note=f"LibCST {LIBCST}, `codemod -x`, {JOBS} processes",
        env={"PYTHONPATH": str(script.path.parent)},
        part=part,
        rounds=rounds,
        fine=(0, 1),
    )


def stock_rename(old: str, new: str, *, part: int = 1) -> Contestant:
    """LibCST's own runner, with its own command for a rename."""
    words = [sys.executable, "-m", "libcst.tool", "codemod", "rename.RenameCommand", "--old_name", old]
    words += ["--new_name", new, "--no-format", "--hide-progress", "--jobs", str(JOBS), "."]
    note = f"LibCST {LIBCST}, {JOBS} processes"
    return Contestant(
        name=f"{STOCK} RenameCommand", command=lambda _folder: words, note=note, part=part, rounds=1, fine=(0, 1)
    )


def floor(script: Script, *, part: int = 1, rounds: int | None = None) -> Contestant:
    """One plain process that does to the candidates what stock LibCST takes."""
    words = [sys.executable, str(_HERE / "floor.py"), str(script.path), script.class_name, ",".join(script.words), "."]
    note = f"LibCST {LIBCST}, {'gate, ' if script.words else ''}1 plain process"
    return Contestant(name=FLOOR, command=lambda _folder: words, note=note, part=part, rounds=rounds)


def ast_grep(tools: Tools, *words: str, rounds: int | None = None) -> list[Contestant]:
    """Say the change to ast-grep, for all of the repository."""
    if (program := tools.programs.get("ast-grep")) is None:
        return []
    note = f"{_version('ast-grep')}, all cores"
    command = [str(program), *words, "--update-all", "."]
    return [Contestant(name="ast-grep", command=lambda _folder: command, note=note, rounds=rounds, fine=(0, 1))]


def ruff(tools: Tools, *words: str) -> list[Contestant]:
    """Say the change to ruff, by a rule of its own."""
    if (program := tools.programs.get("ruff")) is None:
        return []
    command = [str(program), "check", "--isolated", "--no-cache", "--quiet", "--fix", "--exit-zero", *words, "."]
    return [Contestant(name="ruff", command=lambda _folder: command, note=f"{_version('ruff')}, all cores")]


def fixit(tools: Tools, rule: str, *, part: int) -> list[Contestant]:
    """Let Fixit run a rule that says the same, on a part of the files."""
    if (program := tools.programs.get("fixit")) is None:
        return []

    def prepare(folder: Path) -> None:
        (folder / "bench_rules.py").write_text(rule, encoding="utf-8")
        config = '[tool.fixit]\nroot = true\nenable = [".bench_rules"]\ndisable = ["fixit.rules"]\n'
        (folder / "fixit.toml").write_text(config, encoding="utf-8")

    return [
        Contestant(
            name="fixit",
            command=lambda _folder: [str(program), "--quiet", "fix", "--automatic", "."],
            note=f"{_version('fixit')}, LibCST {LIBCST}, a rule that says the same",
            part=part,
            rounds=1,
            fine=(0, 1),
            prepare=prepare,
        )
    ]


def codemodder(tools: Tools, script: Script, *, part: int) -> list[Contestant]:
    """Let codemodder's runner run the very script, through a plug-in, on a part of the files."""
    if (program := tools.programs.get("codemodder")) is None:
        return []
    plugin = script.path.parent / "plugin"
    info = plugin / "bench-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(_PLUGIN, encoding="utf-8")
    (info / "entry_points.txt").write_text("[codemods]\nbench = bench_plugin:registry\n", encoding="utf-8")
    text = (_HERE / "scripts" / "codemodder_plugin.txt").read_text(encoding="utf-8")
    (plugin / "bench_plugin.py").write_text(text.replace("A_CLASS", script.class_name), encoding="utf-8")
    (plugin / "bench_script.py").write_bytes(script.path.read_bytes())
    words = [str(program), ".", "--codemod-include=bench:python/work", "--path-include", "**.py", "--path-exclude"]
    words += ["no-such-path", "--max-workers", str(JOBS), "--output", os.devnull]
    return [
        Contestant(
            name="codemodder",
            command=lambda _folder: words,
            note=f"{_version('codemodder')}, LibCST 1.8.6, the same script in its runner",
            env={"PYTHONPATH": str(plugin)},
            part=part,
            rounds=1,
        )
    ]


def _version(name: str) -> str:
    return PINNED[name][0].rpartition("==")[2]
