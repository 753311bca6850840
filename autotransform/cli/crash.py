"""What is left behind when something happened that nobody expected."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from autotransform import __version__
from autotransform.errors import AutoTransformError


def report_crash(error: Exception) -> int:
    """Write a crash log, say where it is, and give the exit code."""
    path = Path(tempfile.mkdtemp(prefix="autotransform-")) / "crash.log"
    lines = [
        f"autotransform {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"arguments: {sys.argv[1:]!r}",
        "",
        *traceback.format_exception(error),
    ]
    from autotransform.cli.terminal import shown  # noqa: PLC0415 - rich costs what `--help` may not

    path.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
    sys.stderr.write(
        shown(f"error: Something happened that we did not expect: {type(error).__name__}: {error}") + "\n"
        f"hint: Please open an issue and attach {path}, after a look at what it tells of your files.\n"
    )
    return AutoTransformError.exit_code
