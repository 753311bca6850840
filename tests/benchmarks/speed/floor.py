"""The least that LibCST as it is can be had for: ``python floor.py SCRIPT CLASS WORDS ROOT PATHS``.

One plain process that reads every file, passes over those that hold none of the words (separated by commas; none
means no gate), and does to the others what stock LibCST takes: parse, visit, write. No pool, no second pass, no
checks, no isolation.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def main() -> None:
    """Do what the command line says."""
    script, name, words, root, *paths = sys.argv[1:]
    wanted = [word.encode() for word in words.split(",") if word]
    kind = None
    for file in find_files(Path(root), paths):
        content = file.read_bytes()
        if wanted and not any(word in content for word in wanted):
            continue
        if kind is None:
            kind = load(script, name)
        transform(kind, file, content)


def find_files(root: Path, paths: list[str]) -> list[Path]:
    """List the files below the paths, as git has them on disk."""
    tops = [root / path for path in paths] or [root]
    return [file for top in tops for file in ([top] if top.is_file() else sorted(top.rglob("*.py")))]


def load(script: str, name: str) -> type:
    """Load the class; only now is LibCST needed."""
    spec = importlib.util.spec_from_file_location("script", script)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)  # type: ignore[no-any-return]


def transform(kind: type, file: Path, content: bytes) -> None:
    """Change one file on disk; one that cannot be read stays as it is."""
    import libcst as cst  # noqa: PLC0415  # a run without candidates does without it
    from libcst.codemod import CodemodContext  # noqa: PLC0415

    try:
        module = cst.parse_module(content)
    except (cst.ParserSyntaxError, UnicodeDecodeError):
        return
    after = kind(CodemodContext(filename=str(file))).transform_module(module)
    if after is not module and (written := after.bytes) != content:
        file.write_bytes(written)


if __name__ == "__main__":
    main()
