"""The browser is shown the page without anybody else on the machine learning its address.

Every user can list the processes of a machine with what they were started with, and a browser that is started for the
page may run for days. So it is handed a file that only its own user can read, which leads on to the address.
"""

from __future__ import annotations

import contextlib
import html
import os
import threading
import webbrowser
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEADING = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>AutoTransform</title>
<p><a href="{address}">Open the review page</a></p>
</html>
"""


class Opener:
    """Opens an address in the browser.

    Args:
        folder: Where the file that leads to it may stand.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None

    def open(self, address: str) -> bool:
        """Ask for the browser, and wait for nothing of it; tells whether that could be asked for."""
        file = self._folder / f"open-{os.getpid()}.html"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.unlink(missing_ok=True)  # of another process that was killed
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = file
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(_LEADING.format(address=html.escape(address)))
        except OSError:
            return False
        # Some browsers stay in the foreground, and would keep the server from coming to its end.
        threading.Thread(target=_show, args=(file.as_uri(),), name="autotransform-browser", daemon=True).start()
        return True

    def close(self) -> None:
        """Remove the file: it leads nowhere any more."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)


@contextmanager
def opening(folder: Path) -> Iterator[Opener]:
    """Have an opener whose file is gone in the end."""
    opener = Opener(folder)
    try:
        yield opener
    finally:
        opener.close()


def _show(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)
