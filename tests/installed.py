"""Real code that every machine with this project has: the standard library and the installed packages."""

from __future__ import annotations

import sysconfig
from pathlib import Path


def installed() -> list[Path]:
    """List every Python file of the standard library (its tests have the odd encodings) and of installed packages."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    own = {path for path in stdlib.rglob("*.py") if "site-packages" not in path.parts}
    return sorted({*own, *Path(sysconfig.get_path("purelib")).rglob("*.py")})
